"""Names and accounts that the organisation files do not know: what they write has no effect, and nobody is told."""

from __future__ import annotations

from collections.abc import Iterator

from collab_sync.model.document import Inline, Text
from collab_sync.model.identity import PersonMention
from collab_sync.summaries.scope import Line, SectionScope

_SHOWN = 5


def strangers(scope: SectionScope) -> Iterator[tuple[Inline, ...]]:
    """One line per unknown name, with the items it stands on."""
    found: dict[str, list[Line]] = {}
    for line in scope.lines:
        unknown = dict.fromkeys(scope.person(mention) for mention in _mentions(line) if _unknown(line, mention))
        for name in unknown:
            found.setdefault(name, []).append(line)
    for name, lines in found.items():
        yield (*_refs(lines), Text(scope.say(":组织文件中没有 {name}。请协同办公室登记账号,或更正姓名。", name=name)))


def _refs(lines: list[Line]) -> tuple[Inline, ...]:
    found: list[Inline] = []
    for line in lines[:_SHOWN]:
        found += [*([Text(line.scope.say("、"))] if found else []), *line.ref()]
    more = len(lines) - _SHOWN
    return (*found, Text(lines[0].scope.say("等 {count} 项", count=len(lines)))) if more > 0 else tuple(found)


def _mentions(line: Line) -> tuple[PersonMention, ...]:
    """Everybody in a role, the reporter, and the authors of what was said by the page's time."""
    item = line.facts.item
    people = [mention for letter in "RACIF" for mention in line.facts.role(letter)]
    people += [item.reporter] if item.reporter else []
    people += [entry.by for entry in item.entries if entry.at <= line.scope.now]
    return tuple(dict.fromkeys(people))


def _unknown(line: Line, mention: PersonMention) -> bool:
    return line.scope.view.organisation.person(mention) is None
