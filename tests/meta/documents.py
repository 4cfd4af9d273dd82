"""The project's documents as data: code blocks, inline code, links, headings, commands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_SHELL = frozenset({"sh", "ini"})


@dataclass(frozen=True)
class MarkdownFile:
    """One document."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def prose(self) -> str:
        """The text without its code blocks."""
        return _BLOCK.sub("", self.text)

    def blocks(self, *languages: str) -> Iterator[str]:
        """Code blocks in one of these languages."""
        return (body for language, body in _BLOCK.findall(self.text) if language in languages)

    def inline(self) -> Iterator[str]:
        """What stands between backticks."""
        return iter(_INLINE.findall(self.prose))

    def links(self) -> Iterator[str]:
        """Targets of links that stay inside the project."""
        return (target for target in _LINK.findall(self.prose) if "://" not in target)

    def anchors(self) -> frozenset[str]:
        """Headings as links name them."""
        plain = (re.sub(r"[^\w\s-]", "", heading).strip().lower() for heading in _HEADING.findall(self.prose))
        return frozenset(re.sub(r"\s", "-", heading) for heading in plain)

    def commands(self, program: str) -> Iterator[tuple[str, ...]]:
        """Arguments of every call of ``program`` in a shell block or between backticks."""
        lines = [line for body in self.blocks(*_SHELL) for line in body.splitlines()]
        for line in (*lines, *self.inline()):
            yield from _calls(line, program)


def documents() -> tuple[MarkdownFile, ...]:
    """Everything people read, in a stable order."""
    files = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*.md")]
    return tuple(MarkdownFile(path) for path in sorted(files))


def document(name: str) -> MarkdownFile:
    """One document by its path."""
    return MarkdownFile(ROOT / name)


def _calls(line: str, program: str) -> Iterator[tuple[str, ...]]:
    if not re.search(rf"(?:^|[\s/=]){re.escape(program)}(?:\s|$)", line):
        return
    for words in _parts(line):
        at = next((index for index, word in enumerate(words) if re.split("[/=]", word)[-1] == program), None)
        if at is not None and all("=" in word for word in words[:at]):
            yield tuple(words[at + 1 :])


def _parts(line: str) -> Iterator[list[str]]:
    """The words of each command of a line; what separates commands is text between quotes."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";&|")
    lexer.whitespace_split = True
    words: list[str] = []
    for word in lexer:
        if set(word) <= set(";&|"):
            yield words
            words = []
        else:
            words.append(word)
    yield words
