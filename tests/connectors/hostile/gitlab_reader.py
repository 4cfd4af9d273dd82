"""What a GitLab does with a text, as far as it can do harm: quick actions, Markdown, references in what is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_INERT = re.compile(
    r"^```.*?^```[^\S\n]*$|^<(?!!--)[^>]+>\n.+?\n</[^>]+>[^\S\n]*$|^>>>\n.*?^>>>[^\S\n]*$", re.MULTILINE | re.DOTALL
)
_COMMAND = re.compile(r"^/[A-Za-z]\w*", re.MULTILINE)
MENTION = re.compile(r"(?<![A-Za-z0-9_])@([A-Za-z0-9_.](?:[A-Za-z0-9_./-]*[A-Za-z0-9_-])?)")
REFERENCES = tuple(
    re.compile(pattern)
    for pattern in (
        *(r"[#!&$^][\w\"]", r"[~%][\w\"{]", r"\[[\[\w+-]", r":[\w+-]+:", r"\{[+-]", r"://", r"(?i)www\."),
        *(r"[\w.+-]+@[\w-]+\.\w", r"\*iteration:", r"@\w"),
    )
)
_SAME = {
    "<strong>": "strong_open",
    "</strong>": "strong_close",
    "<del>": "s_open",
    "</del>": "s_close",
    "<code>": "code_inline",
    "</code>": "",
    "<br>": "",
    "<sub>": "sub_open",
    "</sub>": "sub_close",
}
_BOX = re.compile(r"\A\[[ x]\](?: |\Z)")
_NO_SHAPE = {"text", "text_special", "softbreak", "hardbreak", "inline"}


def commands(body: str) -> list[str]:
    """The lines of ``body`` that run, by the rule that was observed: column 0, outside of closed ``` fences, of HTML
    elements over several lines and of ``>>>`` quotes; inside of comments, tilde fences and unclosed fences too."""
    text = re.sub(r"\r\n?", "\n", body)
    return _COMMAND.findall(_INERT.sub("", text))


def read(markdown: str) -> list[Token]:
    """All tokens of the page, those inside of others too."""
    return [token for outer in PARSER.parse(markdown) for token in (outer, *(outer.children or ()))]


def shape(tokens: list[Token]) -> list[str]:
    """What the page is made of, without its texts and line breaks. HTML that is not ours is named as it is."""
    kinds = (_SAME.get(each.content, each.content) if each.type.startswith("html") else each.type for each in tokens)
    return [kind for kind in kinds if kind and kind not in _NO_SHAPE]


def shown(tokens: list[Token]) -> str:
    """The text that people see, with a line break for each."""
    return "".join(text for text, _ in _texts(tokens))


def passages(tokens: list[Token]) -> list[str]:
    """Runs of text in which references are looked for: not in links, not in code; without boxes."""
    runs, inside = [""], 0
    for text, kind in _texts(tokens):
        inside += {"link_open": 1, "<code>": 1, "link_close": -1, "</code>": -1}.get(kind, 0)
        if kind == "text" and not inside:
            runs[-1] += text
        else:
            runs.append("")
    return [_BOX.sub("", run) for run in runs if run]


def _texts(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    for token in tokens:
        if token.type in ("text", "text_special"):
            yield token.content, "text"
        elif token.type == "code_inline":
            yield token.content, "code"
        elif token.type in ("hardbreak", "softbreak") or token.content == "<br>":
            yield "\n", "break"
        elif token.type != "inline":
            yield "", token.content if token.type == "html_inline" else token.type
