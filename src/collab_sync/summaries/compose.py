"""Puts a page together: the kind of its key says which sections, the view says what stands in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from hashlib import sha256

from collab_sync.analysis.facts import Vocabulary
from collab_sync.analysis.subject_facts import ProgramFacts
from collab_sync.analysis.view import MirrorView
from collab_sync.errors import ConfigurationError
from collab_sync.model.document import Block, Document, Quiet, Text
from collab_sync.model.page import Page
from collab_sync.summaries.kinds import KINDS, LANDING, SECTIONS, PageKind, kind_of
from collab_sync.summaries.masking import masked
from collab_sync.summaries.scope import WITHHELD, PageRequest, SectionScope
from collab_sync.summaries.sheet import sentence
from collab_sync.summaries.wording import Words

PREFIX = "协同/"
_SEGMENT_BYTES = 200
"""Wikis keep a page as a file: names beyond 255 bytes fail, and some of them are needed for endings."""
_LOST = "没有找到对应的项目。请核对项目事项「协同信息」中的代号与名称。"
"""What a page says of a programme that nobody knows: never everybody's items instead."""
_ANNOUNCED = ("立项", "目标说明书")
"""What can be said of a programme that is just being made, from the request for it."""
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SIGNS = str.maketrans({sign: chr(ord(sign) + 0xFEE0) for sign in '/\\?#%*:"<>|'})


def compose(
    request: PageRequest, view: MirrorView, vocabulary: Vocabulary, rules_version: str, prefix: str = PREFIX
) -> Page:
    """The page for ``request`` as the view shows it.

    Raises ConfigurationError for a key of no kind and for a block that its kind does not have.
    """
    kind = kind_of(request.key)
    if kind is None:
        known = "、".join(one.name for one in KINDS)
        raise ConfigurationError(f"没有“{request.key.partition(':')[0]}”这种页面", hint=f"可用的页面:{known}")
    scope = SectionScope(view, vocabulary, request, _program(kind, request, view))
    parts = _parts(kind, scope, scope.words)
    sections = _sections(kind, request)
    lost = kind.about == "program" and scope.program is None
    if lost:
        sections = _ANNOUNCED if scope.item else ()
    blocks = tuple(block for name in sections for block in _built(name, scope)) or (sentence(scope, _LOST),)
    document = masked(Document(blocks), view, scope.say(WITHHELD))
    withheld = 0 if lost or kind.name == LANDING else scope.withheld
    return Page(
        key=":".join(_parts(kind, scope, Words())),
        path=_path(kind, prefix, parts),
        title=_title(kind, parts, scope),
        notice=_notice(scope, rules_version, withheld),
        document=document,
        withheld=withheld,
        locale=request.locale,
        figures=scope.figures,
        about=_about(kind, scope),
    )


def _path(kind: PageKind, prefix: str, parts: tuple[str, ...]) -> str:
    """The landing page stands where the others begin, so that going up from any page leads to it."""
    root = prefix.rstrip("/")
    if kind.name == LANDING and root:
        return root
    return prefix + "/".join(segment(part) for part in parts)


def segment(name: str) -> str:
    """A part of a path that any wiki keeps as it is: no separators, no signs with a meaning in addresses or file
    names, not too long; two long names that begin alike stay apart."""
    text = _UNFIT.sub("", name).translate(_SIGNS).strip().strip(".")
    text = f"＿{text[1:]}" if text.startswith("_") else text
    text = " ".join(text.split()) or "—"
    if len(text.encode()) <= _SEGMENT_BYTES:
        return text
    tail = sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{text.encode()[: _SEGMENT_BYTES - 9].decode('utf-8', 'ignore')}~{tail}"


def _sections(kind: PageKind, request: PageRequest) -> tuple[str, ...]:
    for block in request.blocks:
        if block not in kind.sections:
            known = "、".join(kind.sections)
            raise ConfigurationError(f"页面“{kind.name}”没有“{block}”一节", hint=f"可用的节:{known}")
    wanted = request.blocks or kind.sections
    return tuple(dict.fromkeys((*kind.fixed, *wanted)))


def _built(name: str, scope: SectionScope) -> tuple[Block, ...]:
    build: Callable[[SectionScope], tuple[Block, ...]] = SECTIONS[name].build
    return build(scope)


def _program(kind: PageKind, request: PageRequest, view: MirrorView) -> ProgramFacts | None:
    if kind.about != "program":
        return None
    name = request.program or request.name
    named = (program for _, program in sorted(view.programs.items()) if program.name == name)
    return view.program(name) or next(named, None)


def _parts(kind: PageKind, scope: SectionScope, words: Words) -> tuple[str, ...]:
    """The parts of the key as they may be shown, ours in the language of ``words``: what is confidential lends its name
    to no page."""
    _, name, slot = scope.request.parts
    veiled = _veiled(kind, scope)
    if veiled:
        name = words.say(veiled[0], code=sha256(veiled[1].encode("utf-8", "replace")).hexdigest()[:6])
    elif kind.about == "program" and scope.program:
        name = scope.program.name
    return tuple(part for part in (words.say(kind.name), name, slot) if part)


def _veiled(kind: PageKind, scope: SectionScope) -> tuple[str, str] | None:
    """What stands for a name that must not be shown, and the name; None where it may."""
    if scope.program:
        hidden = scope.program.facts.item.confidential
        return ("保密项目-{code}", scope.program.code) if hidden else None
    if kind.about != "org" and _confidential_item(scope):
        return ("保密事项-{code}", scope.request.name)
    return None


def _about(kind: PageKind, scope: SectionScope) -> str:
    """The id of the item that lends a page its name; empty for none."""
    if scope.program:
        return scope.program.facts.item.id
    facts = scope.view.item_by_key(scope.request.item) if kind.about != "org" and scope.request.item else None
    return facts.item.id if facts else ""


def _confidential_item(scope: SectionScope) -> bool:
    facts = scope.view.item_by_key(scope.request.item) if scope.request.item else None
    return bool(facts and facts.item.confidential)


def _title(kind: PageKind, parts: tuple[str, ...], scope: SectionScope) -> str:
    """What the office called it, else the parts of its path with the day as readers write it."""
    asked, slot = scope.request.title, scope.request.parts[2]
    if asked and not _veiled(kind, scope):
        return asked
    if kind.name == LANDING:
        return scope.say("跨部门协同页面目录")
    return " ".join(_day(scope, part) if part == slot else part for part in parts)


def _day(scope: SectionScope, slot: str) -> str:
    try:
        return scope.words.day(date.fromisoformat(slot))
    except ValueError:
        return slot


def _notice(scope: SectionScope, rules_version: str, withheld: int) -> Quiet:
    """Who made it, from what, as of when, under which rules; what is stale; what is not named."""
    at = scope.request.as_of or scope.now
    lag = max(int((scope.now - at).total_seconds() // 60), 0)
    said = (
        scope.say("由 collab-sync 生成,请勿手改本页"),
        scope.say("数据截至 {at},同步滞后 {minutes} 分钟", at=scope.moment(at), minutes=scope.words.number(lag)),
        scope.say("规则版本 {version}", version=rules_version),
        *_cautions(scope),
        scope.say("保密事项 {count} 项未列名", count=withheld) if withheld else "",
    )
    return Quiet((Text(scope.say("{notice}。", notice=scope.words.clauses(said))),))


def _cautions(scope: SectionScope) -> Iterator[str]:
    """What a reader must know before believing the page."""
    slot, stale = scope.request.slot, scope.request.stale
    if slot and slot not in scope.request.key:
        yield scope.say("期次 {slot}", slot=_day(scope, slot))
    if stale:
        yield scope.say("未能按时同步:{sources}", sources=scope.words.joined(stale))
    if scope.calendar.provisional(scope.now):
        through = scope.words.day(scope.calendar.data.valid_through)
        yield scope.say("日历只核定到 {day},其后按周一至周五计算", day=through)
