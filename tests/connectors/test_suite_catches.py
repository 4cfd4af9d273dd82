"""Sentences can fail: a connector that breaks one promise is caught by the sentence that names it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import Any

import msgspec
import pytest
from tests.connectors import awkward
from tests.connectors.awkward import (
    AwkwardConnection,
    AwkwardConnector,
    AwkwardPages,
    AwkwardReader,
    AwkwardViews,
    AwkwardWriter,
)
from tests.connectors.fake_stage import MONDAY
from tests.connectors.test_awkward_suite import awkward_stage

from collab_sync.errors import (
    CollabSyncError,
    MissingItemError,
    RejectedActionError,
    TransientError,
    UnknownOutcomeError,
)
from collab_sync.model import marker
from collab_sync.model.action import CommentWrite, LabelWrite, Receipt
from collab_sync.model.page import Page, View
from collab_sync.model.work_item import WorkItem
from collab_sync.ports.tracker import Payload, PulledPage, Whereabouts
from collab_sync.testing.connector_suite import ConnectorSuite, Play

BEIJING = timezone(timedelta(hours=8))
DONE = Receipt(at=MONDAY)
CUT = (("kind", "board"), ("when", "after"))
STAYS = Whereabouts("here", "还在")


@dataclass(frozen=True)
class Flaw:
    """Replaces ``method`` of ``owner`` by what ``broken`` makes of it; ``sentence`` with ``given`` must then fail."""

    owner: type
    method: str
    broken: Callable[[Any], Any]
    sentence: str
    given: tuple[tuple[str, object], ...] = ()


def after(change: Callable[..., Any]) -> Callable[[Any], Any]:
    """The method as it is, its answer changed."""
    return lambda real: lambda self, *args: change(real(self, *args), self, *args)


def instead(answer: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda _real: answer


def eager_cursor(real: Any) -> Any:
    """Every page already has the cursor of the last one."""

    def pull(self: AwkwardReader, cursor: str | None) -> Iterator[PulledPage]:
        pages = list(real(self, cursor))
        yield from (PulledPage(page.payloads, pages[-1].cursor, page.complete) for page in pages)

    return pull


def all_complete(real: Any) -> Any:
    def pull(self: AwkwardReader, cursor: str | None) -> Iterator[PulledPage]:
        yield from (PulledPage(page.payloads, page.cursor, complete=True) for page in real(self, cursor))

    return pull


def restless(payload: Payload, self: AwkwardReader, *_: object) -> Payload:
    return Payload(payload.id, payload.parts, str(self.site.asked).encode())


def asking(item: WorkItem, self: AwkwardReader, _payload: Payload) -> WorkItem:
    self.read(item.source)
    return item


def everybodys(item: WorkItem, *_: object) -> WorkItem:
    return msgspec.structs.replace(item, own_comments=())


def missing_comment(real: Any) -> Any:
    def perform(self: AwkwardWriter, write: Any) -> Receipt:
        try:
            receipt: Receipt = real(self, write)
        except RejectedActionError as error:
            raise MissingItemError("没有") from error
        return receipt

    return perform


def twice(real: Any) -> Any:
    def perform(self: AwkwardWriter, write: Any) -> Receipt:
        real(self, write)
        receipt: Receipt = real(self, write)
        return receipt

    return perform


def labels_replaced(real: Any) -> Any:
    def perform(self: AwkwardWriter, write: Any) -> Receipt:
        if isinstance(write, LabelWrite) and write.target.ref:
            there = self.connection.site.tracker.at(write.target.ref).labels
            write = msgspec.structs.replace(write, remove=tuple(there - set(write.add)))
        receipt: Receipt = real(self, write)
        return receipt

    return perform


def by_key_only(real: Any) -> Any:
    def find(self: AwkwardWriter, write: Any) -> Receipt | None:
        if not isinstance(write, CommentWrite) or not write.target.ref:
            return None
        notes = self.connection.site.tracker.at(write.target.ref).comments
        wanted = marker.loads(write.marker)
        found = (marker.loads(note.marker) for note in notes if note.own)
        return Receipt(at=MONDAY) if any(m and wanted and m.key == wanted.key for m in found) else None

    return find


def nothing_happened(real: Any) -> Any:
    def perform(self: AwkwardWriter, write: Any) -> Receipt:
        try:
            receipt: Receipt = real(self, write)
        except UnknownOutcomeError as error:
            raise TransientError("再试一次") from error
        return receipt

    return perform


def retrying(real: Any) -> Any:
    def perform(self: AwkwardWriter, write: Any) -> Receipt:
        try:
            receipt: Receipt = real(self, write)
        except UnknownOutcomeError:
            receipt = real(self, write)
        return receipt

    return perform


def overwriting(self: AwkwardPages, page: Page) -> Receipt:
    self.connection.site.tracker.published[page.path] = page
    return Receipt(at=MONDAY)


def remaking(self: AwkwardViews, view: View) -> Receipt:
    self.connection.site.tracker.shown[view.name] = view
    return Receipt(at=MONDAY, remote_id=view.name)


def view_nothing_happened(real: Any) -> Any:
    def ensure(self: AwkwardViews, view: View) -> Receipt:
        try:
            receipt: Receipt = real(self, view)
        except UnknownOutcomeError as error:
            raise TransientError("再试一次") from error
        return receipt

    return ensure


def whoever(real: Any) -> Any:
    """Whatever is not complete is taken for half-made."""
    return lambda self, there, view: real(self, there, view) or len(there.question.any_of) < len(view.question.any_of)


FLAWS = [
    Flaw(AwkwardReader, "_list", after(lambda found, *_: (found[0][:-1], found[1])), "首次读取得到项目里的全部条目"),
    Flaw(AwkwardReader, "pull", all_complete, "首次读取得到项目里的全部条目"),
    Flaw(AwkwardReader, "pull", instead(lambda *_: iter(())), "空项目也读得完整"),
    Flaw(AwkwardReader, "pull", eager_cursor, "从任何一页的进度续读都不漏"),
    Flaw(AwkwardReader, "read", after(restless), "没有变的条目再读到时摘要不变"),
    Flaw(AwkwardReader, "_one", instead(lambda self, ref: (self.read(ref),)), "一个读不出的条目不妨碍其余"),
    Flaw(awkward.AwkwardSite, "look", instead(lambda *_: None), "看不到的项目不是空项目"),
    Flaw(awkward.AwkwardSite, "look", instead(lambda *_: None), "项目看不到时不说条目删了"),
    Flaw(
        AwkwardReader,
        "normalize",
        after(asking),
        "读懂一个条目不再访问系统_也总是同样结果",
    ),
    Flaw(awkward.AheadClock, "now", after(lambda now, *_: now.astimezone(BEIJING)), "时间都带时区并且是世界时"),
    Flaw(AwkwardReader, "recall", instead(lambda self, items: {}), "我们自己的评论不是记录"),
    Flaw(AwkwardReader, "_ids", after(lambda ids, *_: ids[:2]), "普查列出全部条目_人的和我们的"),
    Flaw(AwkwardReader, "whereabouts", instead(lambda *_: Whereabouts("deleted", "查不到")), "还在的条目说它还在"),
    Flaw(AwkwardReader, "whereabouts", instead(lambda *_: Whereabouts("deleted", "查不到")), "移走的条目说出去了哪里"),
    Flaw(AwkwardReader, "whereabouts", instead(lambda *_: STAYS), "藏起来的条目不会说成移走或还在"),
    Flaw(AwkwardReader, "whereabouts", after(lambda w, *_: Whereabouts(w.state, "")), "删除的条目不再列出_去向是删除"),
    Flaw(AwkwardWriter, "perform", twice, "评论写在条目上_回执有编号"),
    Flaw(AwkwardWriter, "perform", twice, "每次写入只发一个写请求", (("kind", "label"),)),
    Flaw(AwkwardWriter, "perform", labels_replaced, "标签有增有减_别人的不动"),
    Flaw(AwkwardWriter, "perform", nothing_happened, "生效之后断线_查明已有不再写", (("kind", "comment"),)),
    Flaw(AwkwardWriter, "perform", retrying, "生效之后断线_查明已有不再写", (("kind", "comment"),)),
    Flaw(AwkwardWriter, "find", by_key_only, "同一个键的旧版评论不会被认作新版"),
    Flaw(AwkwardWriter, "find", instead(lambda *_: None), "写之前找不到_写之后找得到", (("kind", "create"),)),
    Flaw(AwkwardWriter, "find", instead(lambda *_: DONE), "写之前找不到_写之后找得到", (("kind", "link"),)),
    Flaw(AwkwardWriter, "_look", instead(lambda *_: None), "写到藏起来的条目说它不在", (("kind", "label"),)),
    Flaw(AwkwardWriter, "_look", instead(lambda *_: None), "项目看不到了_写入等着而不作废", (("kind", "create"),)),
    Flaw(AwkwardReader, "normalize", after(everybodys), "被人改过的我们的评论_仍不算人的话"),
    Flaw(AwkwardReader, "recall", instead(lambda self, items: {}), "被人改过的评论照样改写"),
    Flaw(AwkwardWriter, "perform", missing_comment, "改写已经没有的评论不会写成新的"),
    Flaw(AwkwardWriter, "_refuse", instead(lambda *_: None), "拒绝时转述对方原话"),
    Flaw(AwkwardConnection, "diagnose", instead(lambda self, projects: self.ask(tuple)), "诊断说出令牌不对_不露出令牌"),
    Flaw(AwkwardConnector, "connect", after(lambda made, *_: made.whoami() and made), "连接时不发请求"),
    Flaw(AwkwardPages, "publish", instead(overwriting), "人写的页面不动"),
    Flaw(AwkwardPages, "publish", instead(overwriting), "只有页首说明不同的页面不改写"),
    Flaw(AwkwardViews, "ensure", instead(remaking), "人改过的视图不动", (("kind", "dashboard"),)),
    Flaw(AwkwardViews, "_half_made", whoever, "人建的同名视图不动", (("kind", "board"),)),
    Flaw(AwkwardViews, "_half_made", instead(lambda *_: False), "建到一半断线_下次建完_不多不少", CUT),
    Flaw(AwkwardViews, "_begun", instead(lambda *_: 99), "视图建好了人看得到", (("kind", "board"),)),
    Flaw(AwkwardViews, "find", instead(lambda *_: DONE), "视图建好了人看得到", (("kind", "filter"),)),
    Flaw(AwkwardViews, "ensure", view_nothing_happened, "建到一半断线_下次建完_不多不少", CUT),
]


@pytest.mark.parametrize("flaw", FLAWS, ids=lambda flaw: f"{flaw.method}-{flaw.sentence}")
def test_破一条约定_那句话就不成立(flaw: Flaw, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same sentence holds for the sound connector."""
    sentence = getattr(ConnectorSuite(), f"test_{flaw.sentence}")
    sentence(_play(), **dict(flaw.given))
    monkeypatch.setattr(flaw.owner, flaw.method, flaw.broken(getattr(flaw.owner, flaw.method)))
    with pytest.raises((AssertionError, CollabSyncError, pytest.fail.Exception)):
        sentence(_play(), **dict(flaw.given))


def _play() -> Play:
    stage = awkward_stage()
    connection = stage.connector.connect(stage.settings, stage.clock)
    return Play(stage, connection, stage.connector.default_mapping(stage.project))
