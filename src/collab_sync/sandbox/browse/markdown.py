"""The part of GitLab's Markdown that people and collab-sync use, as safe HTML.

Everything is escaped first; only tags this module writes itself reach the page. HTML comments are invisible in
GitLab; here they are kept under a closed "隐藏标记", so that somebody curious can read the markers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape

from collab_sync.model.document import Chart
from collab_sync.sandbox.browse import mermaid
from collab_sync.sandbox.browse.safety import is_safe_url, marker_html

_LONGEST = 60_000  # characters; beyond that a page is of no use to a reader and only costs time
_CODE = r"(?<!`)(?P<ticks>`+)(?!`)(?P<code>[^\n]+?)(?<!`)(?P=ticks)(?!`)"
_ESCAPED = r"\\(?P<sign>[!-/:-@\[-`{-~])"
_COMMENT = re.compile(rf"{_ESCAPED}|{_CODE}|<!--(?P<comment>.*?)-->", re.DOTALL)
_LITERAL = re.compile(rf"{_ESCAPED}|{_CODE}")
_FENCE = re.compile(r"^(```|~~~)\s*(\w*)")
_HEADING = re.compile(r"^(#{1,6})\s+(.*)$")
_BULLET = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+(.*)$")
_TASK = re.compile(r"^\[([ xX])\]\s+(.*)$")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{3,}:?\s*(\|\s*:?-{3,}:?\s*)*\|?\s*$")
_LINE_END = re.compile(r"(?<!\\)((?:\\\\)*)\\$")
"""A backslash at the end of a line: the line break itself."""
_INLINE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\*\*(.+?)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"~~(.+?)~~"), r"<del>\1</del>"),
    (re.compile(r"(?<![\w*])\*([^\s*](?:.*?[^\s*])?)\*(?![\w*])"), r"<em>\1</em>"),
    (re.compile(r"(?<![\w@/])@([\w.-]*\w)"), r'<span class="mention">@\1</span>'),
)
_LINK = re.compile(r"\[([^\]\n]*)\]\(([^)\s]+)\)")
_URL = re.compile(r"https?://[^\s<>\"'`，。；）、]+")
_STASH = re.compile("\x00(\\d+)\x00")

_SHOWN_AS = {"sub": "small", "del": "del", "strong": "strong", "code": "code"}
_HARMLESS_TAG = re.compile(r"&lt;(sub|del|strong|code)&gt;(.*?)&lt;/\1&gt;")
"""Tags that GitLab lets through and our own comments use; everything else people type stays text."""

_REFERENCE = re.compile(r"&amp;#([0-9]{1,7});")
"""A character by number: Markdown shows the character, which does nothing."""


def render_markdown(text: str, drawn: Callable[[Chart], str] | None = None) -> str:
    """``text`` as HTML: headings, paragraphs, lists, tasks, tables, quotes, code, links, emphasis, mentions; diagrams
    as pictures where somebody draws them (``drawn`` gives an ``<svg>`` element)."""
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "\n\n……（后文从略）"
    text = text.replace("\x00", "").replace("\r", "")
    markers = [found["comment"] for found in _COMMENT.finditer(text) if found["comment"] is not None]
    visible = _COMMENT.sub(lambda found: "" if found["comment"] is not None else found[0], text)
    blocks = "\n".join(_blocks(visible.split("\n"), drawn))
    return blocks + "".join(marker_html(marker) for marker in markers)


def _blocks(lines: list[str], drawn: Callable[[Chart], str] | None) -> Iterator[str]:
    position = 0
    while position < len(lines):
        if not lines[position].strip():
            position += 1
            continue
        begin = position
        html, position = _block_reader(lines, position)(lines, position)
        fence = _FENCE.match(lines[begin])
        chart = mermaid.read("\n".join(lines[begin + 1 : position - 1])) if fence and fence[2] == "mermaid" else None
        yield f"<figure>{drawn(chart)}</figure>" if drawn and chart else html


def _block_reader(lines: list[str], position: int) -> Callable[[list[str], int], tuple[str, int]]:
    line = lines[position]
    if _FENCE.match(line):
        return _code_block
    if _HEADING.match(line):
        return _heading
    if _BULLET.match(line):
        return _list
    if line.startswith(">"):
        return _quote
    if _starts_table(lines, position):
        return _table
    return _paragraph


def _code_block(lines: list[str], position: int) -> tuple[str, int]:
    fence = lines[position][:3]
    end = position + 1
    while end < len(lines) and not lines[end].startswith(fence):
        end += 1
    code = "\n".join(lines[position + 1 : end])
    return f"<pre><code>{escape(code)}</code></pre>", end + 1


def _heading(lines: list[str], position: int) -> tuple[str, int]:
    match = _HEADING.match(lines[position])
    assert match is not None
    level = min(len(match[1]) + 2, 6)  # the page's own title is h1, its parts are h2
    return f"<h{level}>{_inline(match[2])}</h{level}>", position + 1


def _list(lines: list[str], position: int) -> tuple[str, int]:
    items = []
    while position < len(lines) and (match := _BULLET.match(lines[position])):
        items.append(f"<li>{_list_item(match[1])}</li>")
        position += 1
    return f"<ul>{''.join(items)}</ul>", position


def _list_item(text: str) -> str:
    task = _TASK.match(text)
    if task is None:
        return _inline(text)
    box = "☑" if task[1] != " " else "☐"
    return f'<span class="box">{box}</span> {_inline(task[2])}'


def _quote(lines: list[str], position: int) -> tuple[str, int]:
    quoted = []
    while position < len(lines) and lines[position].startswith(">"):
        quoted.append(lines[position].lstrip(">").strip())
        position += 1
    return f"<blockquote>{'<br>'.join(_inline(line) for line in quoted)}</blockquote>", position


def _starts_table(lines: list[str], position: int) -> bool:
    return "|" in lines[position] and position + 1 < len(lines) and bool(_TABLE_RULE.match(lines[position + 1]))


def _table(lines: list[str], position: int) -> tuple[str, int]:
    head = "".join(f"<th>{_inline(cell)}</th>" for cell in _cells(lines[position]))
    position += 2
    rows = []
    while position < len(lines) and "|" in lines[position]:
        cells = "".join(f"<td>{_inline(cell)}</td>" for cell in _cells(lines[position]))
        rows.append(f"<tr>{cells}</tr>")
        position += 1
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>", position


def _cells(line: str) -> list[str]:
    inner = re.sub(r"^\||(?<!\\)\|$", "", line.strip())
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", inner)]


def _paragraph(lines: list[str], position: int) -> tuple[str, int]:
    taken = [lines[position]]
    position += 1
    while position < len(lines) and lines[position].strip():
        if _block_reader(lines, position) is not _paragraph:
            break
        taken.append(lines[position])
        position += 1
    broken = [_LINE_END.sub(r"\1", line.strip()) for line in taken[:-1]]
    return f"<p>{'<br>'.join(_inline(line) for line in (*broken, taken[-1].strip()))}</p>", position


def _inline(text: str) -> str:
    """Finished pieces (code, links, escaped characters) are set aside so that later patterns cannot reach into them."""
    stash: list[str] = []

    def keep(html: str) -> str:
        stash.append(html)
        return f"\x00{len(stash) - 1}\x00"

    text = _LITERAL.sub(lambda m: keep(_literal(m)), text)
    text = _LINK.sub(lambda m: keep(_anchor(m[1], m[2])), text)
    text = _URL.sub(lambda m: keep(_anchor(m[0], m[0])), text)
    escaped = _REFERENCE.sub(r"&#\1;", escape(text)).replace("&lt;br&gt;", "<br>")
    html = _HARMLESS_TAG.sub(lambda m: f"<{_SHOWN_AS[m[1]]}>{m[2]}</{_SHOWN_AS[m[1]]}>", escaped)
    for pattern, replacement in _INLINE:
        html = pattern.sub(replacement, html)
    while _STASH.search(html):
        html = _STASH.sub(lambda m: stash[int(m[1])], html)
    return html


def _literal(found: re.Match[str]) -> str:
    return escape(found["sign"]) if found["sign"] else f"<code>{escape(found['code'].strip())}</code>"


def _anchor(text: str, url: str) -> str:
    """A link, or its plain text when the address could do something (``javascript:``)."""
    plain = _STASH.sub("", url)
    if plain != url or not is_safe_url(url):
        return escape(f"{text} ({plain})")
    return f'<a href="{escape(url)}" rel="noopener noreferrer">{escape(text)}</a>'
