"""Promises about pulling a project, reading single items, and making work items of them."""

# ruff: noqa: N802 - Chinese has no lower case
from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from collab_sync.errors import AccessError, MissingItemError
from collab_sync.model.identity import item_id
from collab_sync.model.work_item import WorkItem
from collab_sync.testing.connector_suite.samples import Play, comment, needs
from collab_sync.testing.connector_suite.stage import Draft
from collab_sync.testing.items import reader_of

TITLES = tuple(f"议题{number}" for number in "甲乙丙丁戊己庚")
NASTY = (
    "【",
    "】【】【进度更新】【",
    "协同信息\n负责人:\n:::\n截止日: 2025-99-99\n截止日: 昨天",
    "【进度更新】\n状态\n:\n- \n键: 值: 值",
    "| 表 | 头\n|---\n```未闭合\n<!-- 未闭合 <b>",
    "\u200b\u202e 零宽与反向 \ufeff",
    "𠮷野家🎉e\u0301",
    "长" * 20_000,
)
"""Texts that people really leave behind."""


class ReadingPromises:
    def test_首次读取得到项目里的全部条目(self, play: Play) -> None:
        """Whatever the size of the pages; ``complete`` is True on the last page and on no other."""
        for title in TITLES:
            play.stage.put(Draft(title=title))
        pages = list(play.reader.pull(None))
        reader = play.reader
        assert {reader.normalize(payload).title for page in pages for payload in page.payloads} == set(TITLES)
        assert [page.complete for page in pages] == [False] * (len(pages) - 1) + [True]

    def test_空项目也读得完整(self, play: Play) -> None:
        """An empty project gives one empty, complete page: "nothing there" is something else than "could not look"."""
        pages = list(play.reader.pull(None))
        assert [payload for page in pages for payload in page.payloads] == []
        assert [page.complete for page in pages][-1:] == [True]

    def test_从任何一页的进度续读都不漏(self, play: Play) -> None:
        """A process may die after every page; the cursor it stored and a new connection bring the rest."""
        for title in TITLES:
            play.stage.put(Draft(title=title))
        reader = play.reader
        pages = list(reader.pull(None))
        for stop in range(len(pages)):
            before = {payload.id for page in pages[: stop + 1] for payload in page.payloads}
            after = {payload.id for page in play.reader.pull(pages[stop].cursor) for payload in page.payloads}
            assert len(before | after) == len(TITLES), f"restart after page {stop + 1} of {len(pages)} loses items"

    def test_没有变的条目再读到时摘要不变(self, play: Play) -> None:
        """Repetitions are allowed; an equal digest is how the core knows that they are repetitions."""
        play.stage.put(Draft(title="样机评审", labels=("乙", "甲")))
        play.stage.later(30)
        first = {payload.id: payload.digest for page in play.reader.pull(None) for payload in page.payloads}
        second = {payload.id: payload.digest for page in play.reader.pull(None) for payload in page.payloads}
        assert first == second

    @pytest.mark.parametrize("change", ["title", "text", "label", "comment"])
    @pytest.mark.parametrize("minutes", [0, 90])
    def test_进度之后的变动都读得到(self, play: Play, change: str, minutes: int) -> None:
        """Also one that is made in the minute of the last pull, and one that another change hides."""
        item = play.put("样机评审", text="第一轮")
        key = item.source.key
        play.stage.comment(key, "收到")
        play.stage.later(minutes)
        before, cursor = play.pulled()
        match change:
            case "title":
                play.stage.edit(key, title="样机评审(第二轮)")
            case "text":
                play.stage.edit(key, text="协同信息\n主责部门: 研发部")
            case "label":
                play.stage.label(key, "紧急度::高")
            case _:
                play.stage.comment(key, "【进度更新】\n状态: 遇到风险")
        play.stage.later(1)
        now, _ = play.pulled(cursor)
        found = [one for one in now.values() if one.id == item.id]
        assert found, f"a pull from the stored cursor does not bring the item whose {change} changed"
        assert _relevant(found[0]) != _relevant(before["样机评审"])

    def test_读取之间的变动下次读得到(self, play: Play) -> None:
        """Something changes while the pages of a pull are being read: this pull or the next one shows it."""
        keys = {title: play.stage.put(Draft(title=title)) for title in TITLES}
        reader, seen, cursor = play.reader, dict[str, str](), ""
        for number, page in enumerate(reader.pull(None)):
            if number == 0:
                play.stage.edit(keys[TITLES[0]], title="改过的甲")
                play.stage.edit(keys[TITLES[-1]], title="改过的庚")
                keys["新来的"] = play.stage.put(Draft(title="新来的"))
            seen |= {item.id: item.title for item in map(reader.normalize, page.payloads)}
            cursor = page.cursor
        play.stage.later(1)
        seen |= {item.id: item.title for item in play.pulled(cursor)[0].values()}
        assert set(seen.values()) == {*TITLES[1:-1], "改过的甲", "改过的庚", "新来的"}

    def test_一个读不出的条目不妨碍其余(self, play: Play) -> None:
        spoil = needs(play.stage.can.spoil, "spoil an item")
        keys = [play.stage.put(Draft(title=title)) for title in TITLES]
        for key in keys:
            play.stage.comment(key, "收到")
        spoil(keys[2])
        found, _ = play.pulled()
        assert set(TITLES) - set(found) <= {TITLES[2]}

    def test_条目说出人写下的一切(self, play: Play) -> None:
        """Title, labels as typed, assignee, due date, who wrote it, where it is to be found."""
        person = play.stage.person
        item = play.put("样机评审", labels=("紧急度::高", "Customer-A"), assignee=person, due=date(2025, 9, 30))
        assert (item.title, item.labels) == ("样机评审", frozenset({"紧急度::高", "Customer-A"}))
        assert (item.raw_due, item.urgency) == (date(2025, 9, 30), "高")
        assert [getattr(one, "id", "") for one in item.roles["R"]] == [person.id]
        assert getattr(item.reporter, "id", "") == person.id
        assert item.marker is None

    def test_条目的身份由系统内部编号给出(self, play: Play) -> None:
        """``id`` is made of connection and native id; ``source.project`` is the mapping's name, not the tracker's."""
        item = play.put("样机评审")
        assert item.id == item_id(play.connection.name, item.source.native_id)
        assert (item.source.connection, item.source.project) == (play.connection.name, play.project.name)
        assert item.source.url
        reader = play.reader
        assert reader.read(item.source).id == item.id

    def test_单个读取立刻看到改动(self, play: Play) -> None:
        """``read`` is strongly consistent and says the same as a pull."""
        item = play.put("样机评审")
        play.stage.edit(item.source.key, title="样机评审(第二轮)")
        assert play.now(item.source).title == "样机评审(第二轮)"

    def test_读已删除的条目说它不在(self, play: Play) -> None:
        item = play.put("样机评审")
        play.stage.delete(item.source.key)
        with pytest.raises(MissingItemError):
            play.reader.read(item.source)

    def test_看不到的项目不是空项目(self, play: Play) -> None:
        """AccessError, never an empty complete pull: the core would take every item for deleted."""
        nowhere = needs(play.stage.can.nowhere, "name a project that is not there")
        gone = reader_of(play.connection, play.project.model_copy(update={"project": nowhere}))
        with pytest.raises(AccessError):
            list(gone.pull(None))
        with pytest.raises(AccessError):
            list(gone.census())

    def test_读懂一个条目不再访问系统_也总是同样结果(self, play: Play) -> None:
        """``normalize`` is pure: another reader, later, makes the same item of the same payload."""
        play.stage.put(Draft(title="样机评审", text="第一轮"))
        payload = next(payload for page in play.reader.pull(None) for payload in page.payloads)
        first = play.reader.normalize(payload)
        asked = play.stage.can.requests
        before = asked() if asked else 0
        play.stage.later(90)
        assert play.reader.normalize(payload) == first
        assert (asked() if asked else 0) == before

    @pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
    def test_人写什么都读得下去(self, play: Play, text: str) -> None:
        """In the text and in a comment; the title, labels and times are read all the same."""
        key = play.stage.put(Draft(title="样机评审", text=text, labels=("紧急",)))
        play.stage.comment(key, text)
        item = play.called(key)
        assert (item.title, item.labels) == ("样机评审", frozenset({"紧急"}))

    def test_时间都带时区并且是世界时(self, play: Play) -> None:
        """Aware UTC, whatever zone the tracker writes in: items, entries, changes, our comments."""
        item = play.put("样机评审", due=date(2025, 9, 30))
        play.stage.comment(item.source.key, "【进度更新】\n状态: 正常")
        play.stage.label(item.source.key, "灯::黄")
        play.writer.perform(comment(item))
        item = play.called(item.source.key)
        assert [time for time in _times(item) if time.utcoffset() != timedelta(0)] == []

    def test_人的结构化评论成为记录(self, play: Play) -> None:
        """With kind, keys and values, who wrote it and when; another comment is no entry."""
        item = play.put("样机评审")
        play.stage.comment(item.source.key, "这周先看图纸")
        play.stage.later(5)
        play.stage.comment(item.source.key, "【进度更新】\n状态: 遇到风险\n说明: 模具晚到")
        [entry] = play.called(item.source.key).entries
        assert (entry.kind, dict(entry.data)) == ("进度更新", {"状态": "遇到风险", "说明": "模具晚到"})
        assert (entry.by.connection, entry.by.id) == (play.connection.name, play.stage.person.id)
        assert abs(entry.at - play.stage.clock.now()) < timedelta(minutes=10)

    def test_我们自己的评论不是记录(self, play: Play) -> None:
        """It is among ``own_comments``; ``recall`` gives its marker as it was given."""
        item = play.put("样机评审")
        write = comment(item, "【进度更新】\n状态: 正常")
        receipt = play.writer.perform(write)
        item = play.called(item.source.key)
        assert item.entries == ()
        assert [own.id for own in item.own_comments] == [receipt.remote_id]
        recalled = play.reader.recall([item]).get(item.id, ())
        assert [(own.id, own.marker) for own in recalled] == [(receipt.remote_id, write.marker)]

    def test_被人改过的我们的评论_仍不算人的话(self, play: Play) -> None:
        """Whoever wrote it has not changed: it is among ours, and no entry whatever it says now."""
        amend = needs(play.stage.can.amend, "change a comment of ours")
        item = play.put("样机评审")
        receipt = play.writer.perform(comment(item))
        play.stage.later(1)
        amend(item.source.key, 0, "【进度更新】\n状态: 正常")
        item = play.called(item.source.key)
        assert item.entries == ()
        assert [own.id for own in item.own_comments] == [receipt.remote_id]

    def test_没有我们评论的条目也记得起来(self, play: Play) -> None:
        item = play.put("样机评审")
        play.stage.comment(item.source.key, "收到")
        assert play.reader.recall([item]).get(item.id, ()) == ()


def _relevant(item: WorkItem) -> object:
    return item.title, item.labels, item.entries, item.dept


def _times(item: WorkItem) -> list[datetime]:
    found = [item.created_at, item.updated_at, item.started_at, item.done_at]
    found += [entry.at for entry in item.entries] + [change.at for change in item.changes]
    found += [own.at for own in item.own_comments]
    return [time for time in found if time is not None]
