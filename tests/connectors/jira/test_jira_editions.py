"""What differs between Jira's editions, and what is refused before a request is sent for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.connectors.jira.test_jira_suite import JiraStage, jira_stage

from collab_sync.errors import AccessError, RejectedActionError
from collab_sync.model.action import CommentWrite, DescriptionWrite, LabelWrite, Target
from collab_sync.model.document import Document, Paragraph, Text
from collab_sync.testing.connector_suite import Play
from collab_sync.testing.connector_suite.samples import comment, mark, ref_of

EDITIONS = ("cloud", "datacenter")
OpenPlay = Callable[[str], Play]


@pytest.fixture
def opened() -> Iterator[OpenPlay]:
    """``opened("datacenter")``: a project on such a site."""
    stages: list[JiraStage] = []

    def build(edition: str) -> Play:
        stage = jira_stage(edition)
        stages.append(stage)
        connection = stage.connector.connect(stage.settings, stage.clock)
        return Play(stage, connection, stage.connector.default_mapping(stage.project))

    yield build
    for stage in stages:
        stage.server.stop()


def stage_of(play: Play) -> JiraStage:
    assert isinstance(play.stage, JiraStage)
    return play.stage


def long_text(count: int) -> Document:
    """``count`` characters in lines of a hundred."""
    return Document(tuple(Paragraph((Text("长" * 100),)) for _ in range(count // 100)))


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("label", ["项目::X 1", "部门::研发\u3000一部", "长" * 256])
def test_不合规的标签说清楚怎么改_一个请求也不发(opened: OpenPlay, edition: str, label: str) -> None:
    """Jira refuses it together with everything else in the request: of a new issue nothing would be made."""
    play = opened(edition)
    item = play.put("样机评审")
    stage = stage_of(play)
    before = stage.writing_requests()
    for write in (LabelWrite(target=ref_of(item), add=("灯::红", label)), play.creation(labels=("类型::会议", label))):
        with pytest.raises(RejectedActionError, match="标签"):
            play.writer.perform(write)
    assert stage.writing_requests() == before


@pytest.mark.parametrize("edition", EDITIONS)
def test_不可能有的标签不妨碍去掉别的(opened: OpenPlay, edition: str) -> None:
    """A label with a blank cannot be there; to name it would have the whole request refused."""
    play = opened(edition)
    item = play.put("样机评审", labels=("灯::黄",))
    play.writer.perform(LabelWrite(target=ref_of(item), add=("灯::红",), remove=("灯::黄", "不 在")))
    assert play.stage.seen(item.source.key).labels == {"灯::红"}


def test_太长的正文在_Cloud_上不发送(opened: OpenPlay) -> None:
    """Its limit is the same everywhere."""
    play = opened("cloud")
    item, stage = play.put("样机评审"), stage_of(play)
    made = play.writer.perform(play.creation())
    before = stage.writing_requests()
    writes = (
        CommentWrite(target=ref_of(item), document=long_text(33_000), marker=mark("长")),
        DescriptionWrite(target=Target(ref=made.ref), document=long_text(33_000), marker=mark("长")),
        play.creation("会议/第二次", document=long_text(33_000)),
    )
    for write in writes:
        with pytest.raises(RejectedActionError, match="33000 个字符,Jira 至多 32767"):
            play.writer.perform(write)
    assert stage.writing_requests() == before
    play.writer.perform(CommentWrite(target=ref_of(item), document=long_text(32_000), marker=mark("短些")))


def test_太长的正文在_Data_Center_上由服务器说(opened: OpenPlay) -> None:
    """Its limit is a setting that we cannot see; what it says is passed on."""
    play = opened("datacenter")
    item = play.put("样机评审")
    write = CommentWrite(target=ref_of(item), document=long_text(33_000), marker=mark("长"))
    with pytest.raises(RejectedActionError, match="32,767"):
        play.writer.perform(write)
    assert play.writer.find(write) is None


def test_藏起来的条目在_Data_Center_上说得出是藏起来(opened: OpenPlay) -> None:
    """403 and not 404, also of an item that was never confidential before."""
    play = opened("datacenter")
    item = play.put("样机评审")
    stage_of(play).hide(item.source.key)
    found = play.reader.whereabouts(item)
    assert (found.state, "403" in found.evidence) == ("hidden", True)


@pytest.mark.parametrize("edition", EDITIONS)
def test_少一项权限不等于条目不在(opened: OpenPlay, edition: str) -> None:
    """403 of an issue that we do see: AccessError with Jira's words, the issue stays where it is."""
    play = opened(edition)
    item = play.put("样机评审")
    fault = {
        "match": {"method": "POST", "path": "/comment$"},
        "effect": {"status": 403, "body": '{"errorMessages":["无权评论"]}'},
    }
    stage_of(play).control("POST", "faults", fault)
    with pytest.raises(AccessError, match="无权评论"):
        play.writer.perform(comment(item))
    assert play.reader.whereabouts(item).state == "here"


@pytest.mark.parametrize("edition", EDITIONS)
def test_移走的条目照样写得进去(opened: OpenPlay, edition: str) -> None:
    """Jira keeps the id: a write that was planned before the move reaches its issue."""
    play = opened(edition)
    item = play.put("样机评审")
    stage_of(play).move(item.source.key)
    write = comment(item)
    receipt = play.writer.perform(write)
    found = play.writer.find(write)
    assert found is not None
    assert found.remote_id == receipt.remote_id
