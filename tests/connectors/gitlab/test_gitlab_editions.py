"""What differs between GitLab's versions and editions, and what a project does that is renamed or only half ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Literal

import pytest
from tests.connectors.gitlab.test_gitlab_suite import ELSEWHERE, PROJECT, GitlabStage, gitlab_stage

from collab_sync.errors import AccessError, RejectedActionError
from collab_sync.model.action import LabelWrite
from collab_sync.testing.connector_suite import Draft, Play
from collab_sync.testing.connector_suite.samples import KINDS, comment, ref_of

NEW = "rd/x1-firmware-v2"
OpenPlay = Callable[..., Play]


@pytest.fixture
def opened() -> Iterator[OpenPlay]:
    """``opened("18.3.0", "premium")``: a project on such a GitLab."""
    stages: list[GitlabStage] = []

    def build(version: str = "18.3.0", edition: Literal["free", "premium"] = "free") -> Play:
        stage = gitlab_stage(version, edition)
        stages.append(stage)
        connection = stage.connector.connect(stage.settings, stage.clock)
        return Play(stage, connection, stage.connector.default_mapping(stage.project))

    yield build
    for stage in stages:
        stage.server.stop()


def stage_of(play: Play) -> GitlabStage:
    assert isinstance(play.stage, GitlabStage)
    return play.stage


# --- a project under another path --------------------------------------------------------------------------------
@pytest.mark.parametrize("version", ["14.2.3", "16.7.0", "18.3.0"])
@pytest.mark.parametrize("kind", KINDS)
def test_项目改名之后的写入等着_说要改映射(opened: OpenPlay, version: str, kind: str) -> None:
    """404 before 16.7, then 405, and 301 for what is read before: all of them are about mapping.yaml."""
    play = opened(version)
    write = play.write_of(kind)
    stage_of(play).act(act="rename", project=PROJECT, to=NEW)
    with pytest.raises(AccessError, match=r"project|项目路径"):
        play.writer.perform(write)


@pytest.mark.parametrize("version", ["14.2.3", "18.3.0"])
def test_改好映射之后_没有重新读到的条目也写得进去(opened: OpenPlay, version: str) -> None:
    """A renaming does not touch the issues: the mirror goes on knowing the old path."""
    play = opened(version)
    item = play.put("样机评审")
    write = comment(item)
    stage_of(play).act(act="rename", project=PROJECT, to=NEW)
    now = replace(play, project=play.project.model_copy(update={"project": NEW}))
    receipt = now.writer.perform(write)
    found = now.writer.find(write)
    assert found is not None
    assert found.remote_id == receipt.remote_id


def test_改名之后的普查和去向不说条目没了(opened: OpenPlay) -> None:
    play = opened()
    item = play.put("样机评审")
    stage_of(play).act(act="rename", project=PROJECT, to=NEW)
    for way in (lambda: list(play.reader.census()), lambda: play.reader.whereabouts(item)):
        with pytest.raises(AccessError):
            way()


# --- what a guest is not shown -----------------------------------------------------------------------------------
@pytest.mark.parametrize("level", ["guest", "reporter"])
def test_我们看不全的项目里_查不到不等于删了(opened: OpenPlay, level: str) -> None:
    """It may have become confidential after it was last read; whoever sees everything knows better."""
    play = opened()
    item, other = play.put("样机评审"), play.put("模具加工")
    stage_of(play).act(act="access", project=PROJECT, user="bot", level=level)
    stage_of(play).act(act="hide", key=item.source.key)
    play.stage.delete(other.source.key)
    states = {one.source.key: play.reader.whereabouts(one) for one in (item, other)}
    assert states[other.source.key].state == ("hidden" if level == "guest" else "deleted")
    assert states[item.source.key].state == ("hidden" if level == "guest" else "here")
    assert level == "reporter" or "Reporter" in states[item.source.key].evidence


# --- Premium -----------------------------------------------------------------------------------------------------
def test_收费版替我们挤掉的标签不算没加上(opened: OpenPlay) -> None:
    """Two labels of one prefix in one write, and one that displaces what people had: it keeps the last one."""
    play = opened("18.3.0", "premium")
    item = play.put("样机评审", labels=("灯::绿", "客户甲"))
    write = LabelWrite(target=ref_of(item), add=("灯::黄", "灯::红"), remove=("灯::绿",))
    play.writer.perform(write)
    assert play.stage.seen(item.source.key).labels == {"客户甲", "灯::红"}
    assert play.writer.find(write) is not None
    made = play.writer.perform(play.creation(labels=("类型::会议", "类型::风险")))
    assert made.ref is not None
    assert len(play.stage.seen(made.ref.key).labels) == 1


def test_一个也没加上的标签照样要说(opened: OpenPlay) -> None:
    """On the free edition nothing displaces anything; a guest's labels are left out in silence."""
    play = opened()
    stage_of(play).act(act="access", project=PROJECT, user="bot", level="guest")
    with pytest.raises(RejectedActionError, match="缺标签"):
        play.writer.perform(play.creation(labels=("类型::会议", "类型::风险"), assignee=None, due=None))


def test_几位负责人都读得到(opened: OpenPlay) -> None:
    play = opened("18.3.0", "premium")
    stage = stage_of(play)
    key = stage.put(Draft(title="样机评审"))
    people: list[Any] = [stage.li("GET", f"/users?username={name}")[0]["id"] for name in ("liming", "bot")]
    stage.li("PUT", stage.path(key), {"assignee_ids": people})
    assert {getattr(one, "id", "") for one in play.called(key).roles["R"]} == {"liming", "bot"}


def test_移走的议题在新项目里是另一个条目(opened: OpenPlay) -> None:
    """GitLab gives the copy a new identity; the original says which one."""
    play = opened()
    item = play.put("样机评审")
    key = stage_of(play).move(item.source.key)
    there = replace(play, project=play.project.model_copy(update={"name": "官网", "project": ELSEWHERE}))
    copy = there.called(key)
    original = play.now(item.source)
    assert (original.moved_to, copy.id == item.id) == (copy.id, False)
    assert (copy.source.project, copy.source.path) == ("官网", ELSEWHERE)
