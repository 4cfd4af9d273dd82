"""Bodies in storage format (Confluence Data Center): written by ``storage``, read back with tolerance.

A site names entities (``&ldquo;``), numbers macros, adds classes and column groups, and takes runs of blanks for one.
Not verified on a real site.
"""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser

from collab_sync.model.document import Document
from collab_sync_confluence.body import storage
from collab_sync_confluence.body.form import Said, Setting

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_KINDS = _HEADINGS | {"p", "ul", "ol", "li", "table", "tr", "th", "td", "ac:structured-macro", "ac:task-list"}
"""Elements that make a block; all others are marks in a text, or layout."""
_ALONE = frozenset({"br", "col", "hr", "img"})
"""HTML's elements without an end."""
_PARAMETER = "ac:parameter"
_BREAK, _CLOSED = ("br",), ("/",)


class StorageForm:
    """Implements ``Form``; bodies are XML texts."""

    def write(self, document: Document, setting: Setting) -> str:
        return storage.render(document, setting)

    def blocks(self, body: str) -> tuple[Said, ...]:
        reader = _Reader()
        reader.feed(body)
        reader.close()
        return tuple(reader.blocks)


class _Reader(HTMLParser):
    """What each outermost element says: kinds, texts and pictures in reading order."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Said] = []
        self._open: list[str] = []
        self._tokens: list[object] = []
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _ALONE:
            self._open.append(tag)
            self._begin(tag, dict(attrs))
        elif tag == "br":
            self._tokens.append(_BREAK)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _ALONE:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            return
        while self._open.pop() != tag:
            pass
        self._silent = self._silent and _PARAMETER in self._open
        if tag in _KINDS:
            self._tokens.append(_CLOSED)
        if not self._open:
            self._end()

    def handle_data(self, data: str) -> None:
        if self._open and not self._silent:
            self._say(data)

    def _begin(self, tag: str, attrs: Mapping[str, str | None]) -> None:
        if tag in _KINDS:
            self._tokens.append((tag, attrs.get("ac:name")))
        elif tag == "ri:attachment":
            self._tokens.append((tag, attrs.get("ri:filename")))
        elif tag == "ri:user":
            self._tokens.append((tag,))
        elif tag == _PARAMETER:
            # Of the parameters of a macro only its title is ours; a site adds others.
            self._silent = attrs.get("ac:name") != "title"

    def _say(self, text: str) -> None:
        if self._tokens and isinstance(self._tokens[-1], str):
            text = f"{self._tokens.pop()}{text}"
        self._tokens.append(text)

    def _end(self) -> None:
        squeezed = (" ".join(one.split()) if isinstance(one, str) else one for one in self._tokens)
        self.blocks.append(tuple(one for one in squeezed if one))
        self._tokens = []
