"""Atlassian Document Format as safe HTML; nodes that are not known show their text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from collab_sync.sandbox.browse.safety import is_safe_url

IMAGE = "data:image/png;base64,"
"""How addresses of pictures begin that are shown."""

_WRAPPED = {
    "paragraph": "p",
    "bulletList": "ul",
    "orderedList": "ol",
    "listItem": "li",
    "blockquote": "blockquote",
    "tableRow": "tr",
    "tableHeader": "th",
    "tableCell": "td",
    "panel": "blockquote",
    "taskList": "ul",
    "decisionList": "ul",
    "decisionItem": "li",
}
_MARKS = {"strong": "strong", "em": "em", "code": "code", "strike": "del", "underline": "u", "subsup": "small"}


def render_adf(document: object) -> str:
    """``document`` (parsed JSON, or None) as HTML. A plain string, as older APIs gave it, becomes a paragraph."""
    if isinstance(document, str):
        return f"<p>{escape(document)}</p>" if document else ""
    return _node(document)


def _node(node: object) -> str:
    if not isinstance(node, Mapping):
        return ""
    kind = str(node.get("type", ""))
    if kind in _WRAPPED:
        return f"<{_WRAPPED[kind]}>{_children(node)}</{_WRAPPED[kind]}>"
    special: dict[str, Callable[[Mapping[str, object]], str]] = {
        "text": _text,
        "heading": _heading,
        "codeBlock": lambda n: f"<pre><code>{_children(n)}</code></pre>",
        "table": lambda n: f"<table><tbody>{_children(n)}</tbody></table>",
        "hardBreak": lambda _: "<br>",
        "rule": lambda _: "<hr>",
        "mention": lambda n: f'<span class="mention">{escape(_mention(n))}</span>',
        "emoji": lambda n: escape(_attribute(n, "text") or _attribute(n, "shortName")),
        "status": lambda n: f"<strong>{escape(_attribute(n, 'text'))}</strong>",
        "taskItem": _task,
        "inlineCard": lambda n: _link(_attribute(n, "url"), escape(_attribute(n, "url"))),
        "media": _picture,
        "expand": lambda n: f"<details><summary>{escape(_attribute(n, 'title'))}</summary>{_children(n)}</details>",
    }
    return special.get(kind, _children)(node)


def _children(node: Mapping[str, object]) -> str:
    content = node.get("content")
    return "".join(_node(child) for child in content) if isinstance(content, list) else ""


def _attribute(node: Mapping[str, object], name: str) -> str:
    attributes = node.get("attrs")
    value = attributes.get(name) if isinstance(attributes, Mapping) else None
    return "" if value is None else str(value)


def _text(node: Mapping[str, object]) -> str:
    html = escape(str(node.get("text", "")))
    marks = node.get("marks")
    for mark in marks if isinstance(marks, list) else ():
        if not isinstance(mark, Mapping):
            continue
        tag = _MARKS.get(str(mark.get("type")))
        if tag:
            html = f"<{tag}>{html}</{tag}>"
        elif mark.get("type") == "link":
            html = _link(_attribute(mark, "href"), html)
    return html


def _heading(node: Mapping[str, object]) -> str:
    level = _attribute(node, "level")
    size = min(int(level) + 2, 6) if level in {"1", "2", "3", "4", "5", "6"} else 3
    return f"<h{size}>{_children(node)}</h{size}>"


def _task(node: Mapping[str, object]) -> str:
    box = "☑" if _attribute(node, "state") == "DONE" else "☐"
    return f'<li><span class="box">{box}</span> {_children(node)}</li>'


def _picture(node: Mapping[str, object]) -> str:
    """Only pictures that the page itself carries: nothing is fetched from elsewhere."""
    url, text = _attribute(node, "url"), escape(_attribute(node, "alt"))
    return f'<img src="{escape(url)}" alt="{text}">' if url.startswith(IMAGE) else f"<p>{text}</p>"


def _mention(node: Mapping[str, object]) -> str:
    return "@" + (_attribute(node, "text") or _attribute(node, "id")).removeprefix("@")


def _link(url: str, html: str) -> str:
    if not is_safe_url(url):
        return f"{html} ({escape(url)})" if escape(url) != html else html
    return f'<a href="{escape(url)}" rel="noopener noreferrer">{html}</a>'
