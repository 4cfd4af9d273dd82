"""Promises about attempts whose outcome is unknown: nothing is written twice, nothing is lost."""

# ruff: noqa: N802 - Chinese has no lower case
from __future__ import annotations

from collections.abc import Callable

import pytest

from collab_sync.errors import TransientError, UnknownOutcomeError
from collab_sync.testing.connector_suite.samples import KINDS, Play, comment, mark, needs, replace_write
from collab_sync.testing.connector_suite.stage import Seen


class FindingPromises:
    @pytest.mark.parametrize("kind", KINDS)
    def test_写之前找不到_写之后找得到(self, play: Play, kind: str) -> None:
        """And what is found is the same comment, the same issue; looking changes nothing."""
        write = play.write_of(kind)
        before = play.traces(write)
        assert play.writer.find(write) is None
        assert play.traces(write) == before
        receipt = play.writer.perform(write)
        play.stage.later(1)
        after = play.traces(write)
        found = play.writer.find(write)
        assert found is not None
        if kind in ("comment", "rewritten comment", "retracted comment"):
            assert found.remote_id == receipt.remote_id
        assert found.ref == receipt.ref
        assert play.traces(write) == after

    @pytest.mark.parametrize("kind", KINDS)
    def test_生效之前断线_查明没有再写一次(self, play: Play, kind: str) -> None:
        """Unknown (or known not to have happened), not found, performed again: one effect."""
        weather = needs(play.stage.can.weather, "lose a connection")
        write = play.write_of(kind)
        before = play.traces(write)
        weather.drop_next_write("before")
        with pytest.raises((UnknownOutcomeError, TransientError)):
            play.writer.perform(write)
        assert play.traces(write) == before
        assert play.writer.find(write) is None
        play.writer.perform(write)
        assert _effects(play, kind) == 1

    @pytest.mark.parametrize("kind", KINDS)
    def test_生效之后断线_查明已有不再写(self, play: Play, kind: str) -> None:
        """UnknownOutcomeError and nothing else: TransientError would say that nothing happened."""
        weather = needs(play.stage.can.weather, "lose a connection")
        write = play.write_of(kind)
        weather.drop_next_write("after")
        with pytest.raises(UnknownOutcomeError):
            play.writer.perform(write)
        play.stage.later(1)
        assert play.writer.find(write) is not None
        assert _effects(play, kind) == 1

    def test_另一个键的评论不会被认作它(self, play: Play) -> None:
        item = play.put("样机评审")
        play.writer.perform(comment(item))
        assert play.writer.find(comment(item, key="升级/第二条")) is None

    def test_同一个键的旧版评论不会被认作新版(self, play: Play) -> None:
        """The key of a comment that is kept up to date is used again; the hash in its marker tells the versions."""
        item = play.put("样机评审")
        play.writer.perform(comment(item, "请更新进展", version="一"))
        assert play.writer.find(comment(item, "已延期三天", version="二")) is None

    def test_别人照抄的评论不算我们的(self, play: Play) -> None:
        """The same words, written by a person, are not our comment."""
        item = play.put("样机评审")
        play.stage.comment(item.source.key, "请更新进展")
        assert play.writer.find(comment(item, "请更新进展")) is None

    def test_另一个键的新建不会被认作它(self, play: Play) -> None:
        play.writer.perform(play.creation("会议/第一次"))
        assert play.writer.find(play.creation("会议/第二次")) is None

    def test_人建的同名事项不会被认作它(self, play: Play) -> None:
        play.put("资源协调会")
        assert play.writer.find(play.creation()) is None

    def test_许多评论里也找得到(self, play: Play) -> None:
        """What is looked for may be far from the first page."""
        item = play.put("样机评审")
        write = comment(item, "最初的一条", key="升级/最初")
        receipt = play.writer.perform(write)
        for number in range(25):
            play.stage.comment(item.source.key, f"第 {number} 条")
            play.writer.perform(replace_write(comment(item, f"提醒 {number}"), marker=mark(f"提醒/{number}", "一")))
        found = play.writer.find(write)
        assert found is not None
        assert found.remote_id == receipt.remote_id


def _effects(play: Play, kind: str) -> int:
    """How often people see what a write of ``Play.write_of`` leaves behind."""
    if kind == "link":
        return _linked(play)
    if kind == "unlink":
        return int(_linked(play) == 0)
    if kind == "transition":
        return sum(item.status == play.stage.statuses[0] for item in play.pulled()[0].values())
    told: dict[str, Callable[[Seen], int]] = {
        "label": lambda seen: "灯::红" in seen.labels,
        "comment": lambda seen: seen.comments.count("请更新进展"),
        "rewritten comment": lambda seen: seen.comments.count("已延期三天"),
        "retracted comment": lambda seen: seen.title == "样机评审" and not seen.comments,
        "create": lambda seen: seen.title == "资源协调会",
        "description": lambda seen: seen.text == "登记:共三项",
    }
    return sum(told[kind](play.stage.seen(key)) for key in tuple(play.stage.keys()))


def _linked(play: Play) -> int:
    """Links of the one issue as it is read: a set of keys would hide a second link."""
    found, _ = play.pulled()
    return len(play.now(found["样机评审"].source).links)
