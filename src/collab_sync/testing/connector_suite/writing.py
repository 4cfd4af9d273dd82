"""Promises about what people see after a write, and about what the receipt says."""

# ruff: noqa: N802 - Chinese has no lower case
from __future__ import annotations

from datetime import date, timedelta

import pytest

from collab_sync.errors import RejectedActionError
from collab_sync.model import marker
from collab_sync.model.action import DescriptionWrite, LabelWrite, LinkWrite, Target, TransitionWrite, UnlinkWrite
from collab_sync.testing.connector_suite.samples import (
    KINDS,
    Play,
    comment,
    document,
    mark,
    needs,
    ref_of,
    replace_write,
    retraction,
)


class WritingPromises:
    @pytest.mark.parametrize("kind", KINDS)
    def test_每次写入只发一个写请求(self, play: Play, kind: str) -> None:
        """Requests that read may come before; a write that takes two requests can be half done."""
        count = needs(play.stage.can.writing_requests, "count writing requests")
        write = play.write_of(kind)
        before = count()
        play.writer.perform(write)
        assert count() - before == 1

    @pytest.mark.parametrize("kind", KINDS)
    def test_回执写明什么时候(self, play: Play, kind: str) -> None:
        """The tracker's time or ours, aware UTC, close to the present."""
        write = play.write_of(kind)
        at = play.writer.perform(write).at
        assert at.utcoffset() == timedelta(0)
        assert abs(at - play.stage.clock.now()) < timedelta(minutes=10)

    def test_标签有增有减_别人的不动(self, play: Play) -> None:
        """In one write; spelling and case stay as they are."""
        item = play.put("样机评审", labels=("Customer-A", "灯::黄"))
        write = LabelWrite(target=ref_of(item), add=("灯::红", "需补齐:验收标准"), remove=("灯::黄",))
        play.writer.perform(write)
        assert play.stage.seen(item.source.key).labels == {"Customer-A", "灯::红", "需补齐:验收标准"}

    def test_标签已在或本无都不算错(self, play: Play) -> None:
        """The same write twice leaves the same labels."""
        item = play.put("样机评审", labels=("灯::红",))
        write = LabelWrite(target=ref_of(item), add=("灯::红",), remove=("灯::黄",))
        play.writer.perform(write)
        play.writer.perform(write)
        assert play.stage.seen(item.source.key).labels == {"灯::红"}

    def test_没有要改的标签也不算错(self, play: Play) -> None:
        item = play.put("样机评审", labels=("灯::红",))
        play.writer.perform(LabelWrite(target=ref_of(item)))
        assert play.stage.seen(item.source.key).labels == {"灯::红"}

    def test_评论写在条目上_回执有编号(self, play: Play) -> None:
        """Behind what people wrote; the id names this comment among ours."""
        item = play.put("样机评审")
        play.stage.comment(item.source.key, "收到")
        receipt = play.writer.perform(comment(item, "请更新进展"))
        assert play.stage.seen(item.source.key).comments == ("收到", "请更新进展")
        assert receipt.remote_id in [own.id for own in play.now(item.source).own_comments]

    def test_改写评论不添新的(self, play: Play) -> None:
        """Same comment, same id, new text, new marker; other comments stay as they are."""
        item = play.put("样机评审")
        first = play.writer.perform(comment(item, "请更新进展"))
        play.stage.comment(item.source.key, "收到")
        later = replace_write(comment(item, "已延期三天", version="二"), comment_id=first.remote_id)
        assert play.writer.perform(later).remote_id == first.remote_id
        assert sorted(play.stage.seen(item.source.key).comments) == sorted(("已延期三天", "收到"))
        [own] = play.reader.recall([play.now(item.source)])[item.id]
        assert marker.loads(own.marker) == marker.loads(later.marker)

    def test_被人改过的评论照样改写(self, play: Play) -> None:
        """The new text replaces what they made of it, and the marker is there again."""
        amend = needs(play.stage.can.amend, "change a comment of ours")
        item = play.put("样机评审")
        first = play.writer.perform(comment(item, "请更新进展"))
        amend(item.source.key, 0, "改过了")
        later = replace_write(comment(item, "已延期三天", version="二"), comment_id=first.remote_id)
        assert play.writer.find(later) is None
        play.writer.perform(later)
        assert play.stage.seen(item.source.key).comments == ("已延期三天",)
        recalled = play.reader.recall([play.now(item.source)]).get(item.id, ())
        assert [marker.loads(own.marker) for own in recalled] == [marker.loads(later.marker)]

    def test_撤回的评论不在了_别的照旧(self, play: Play) -> None:
        """Ours is deleted; what people and other comments of ours say stays as it is."""
        item = play.put("样机评审")
        first = play.writer.perform(comment(item, "请更新进展"))
        play.stage.comment(item.source.key, "收到")
        play.writer.perform(comment(item, "已延期三天", key="升级/第二条"))
        play.writer.perform(retraction(item, first.remote_id))
        assert sorted(play.stage.seen(item.source.key).comments) == sorted(("收到", "已延期三天"))

    def test_撤回已不在的评论不算错(self, play: Play) -> None:
        """Twice is as good as once: somebody may have deleted it meanwhile."""
        item = play.put("样机评审")
        write = retraction(item, play.writer.perform(comment(item)).remote_id)
        play.writer.perform(write)
        assert play.writer.perform(write).remote_id == write.comment_id
        assert play.stage.seen(item.source.key).comments == ()

    @pytest.mark.parametrize("kind", ["blocks", "blocked_by", "relates"])
    def test_撤去的关联两边都看不见_再撤一次不算错(self, play: Play, kind: str) -> None:
        item, other, third = play.put("样机评审"), play.put("模具加工"), play.put("试产")
        for end in (other, third):
            play.writer.perform(LinkWrite(source=ref_of(item), kind=kind, target=ref_of(end)))
        write = UnlinkWrite(source=ref_of(item), kind=kind, target=ref_of(other))
        play.writer.perform(write)
        play.writer.perform(write)
        assert play.stage.seen(item.source.key).links == {third.source.key}
        assert play.stage.seen(other.source.key).links == frozenset()

    def test_新建的事项样样俱全(self, play: Play) -> None:
        """Title, text, labels, assignee, due date as asked; read back it is ours, with its marker and type."""
        write = play.creation()
        receipt = play.writer.perform(write)
        assert receipt.ref is not None, "the receipt of a created issue says where it is"
        assert (receipt.ref.connection, receipt.ref.project) == (play.connection.name, play.project.name)
        seen = play.stage.seen(receipt.ref.key)
        assert (seen.title, seen.text) == ("资源协调会", "议题:产能")
        assert seen.labels >= {"类型::会议", "部门::研发部"}
        item = play.now(receipt.ref)
        assert (item.type, item.dept, item.raw_due) == ("会议", "研发部", date(2025, 9, 30))
        assert [getattr(one, "id", "") for one in item.roles["R"]] == [play.stage.person.id]
        assert marker.loads(item.marker) == marker.loads(write.marker)
        assert (item.source, item.status) == (receipt.ref, "未开始")

    def test_什么都不带的新建也成(self, play: Play) -> None:
        write = play.creation(labels=(), assignee=None, due=None, since=None, type="任务")
        receipt = play.writer.perform(write)
        assert receipt.ref is not None
        assert (play.now(receipt.ref).type, play.now(receipt.ref).raw_due) == ("任务", None)

    def test_标题里的换行成为空格(self, play: Play) -> None:
        """A title is one line; the issue is made all the same."""
        receipt = play.writer.perform(play.creation(title="紧急\n协调会"))
        assert receipt.ref is not None
        assert play.stage.seen(receipt.ref.key).title == "紧急 协调会"

    def test_重新读取也认得自建的事项(self, play: Play) -> None:
        """A pull from nothing finds the marker again: that is how an empty database knows what is ours."""
        write = play.creation()
        play.writer.perform(write)
        [item] = play.pulled()[0].values()
        assert marker.loads(item.marker) == marker.loads(write.marker)

    @pytest.mark.parametrize("kind", ["blocks", "blocked_by", "relates"])
    def test_站内的关联人看得见_读回来意思不变(self, play: Play, kind: str) -> None:
        """A tracker without that kind may write ``relates``; never the opposite direction."""
        item, other = play.put("样机评审"), play.put("模具加工")
        play.writer.perform(LinkWrite(source=ref_of(item), kind=kind, target=ref_of(other)))
        assert other.source.key in play.stage.seen(item.source.key).links
        read = [link.kind for link in play.now(item.source).links if link.target == other.source.key]
        assert read in ([kind], ["relates"])

    def test_跨系统的关联要么看得见要么说不行(self, play: Play) -> None:
        """A link to another tracker is an address with a title; a tracker that keeps none refuses it."""
        item, url = play.put("样机评审"), "https://elsewhere.example.com/rd/x1-firmware/-/issues/4"
        write = LinkWrite(source=ref_of(item), kind="mirrors", target=Target(), url=url, title="固件 OTA")
        try:
            play.writer.perform(write)
        except RejectedActionError:
            assert play.stage.seen(item.source.key).links == frozenset()
            return
        assert url in play.stage.seen(item.source.key).links
        assert play.writer.find(write) is not None
        play.writer.perform(UnlinkWrite(source=write.source, kind=write.kind, target=write.target, url=url))
        assert play.stage.seen(item.source.key).links == frozenset()
        assert play.writer.find(write) is None

    def test_状态按模型状态流转(self, play: Play) -> None:
        """The model's word goes in and is read back, whatever the tracker calls its statuses."""
        item = play.put("样机评审")
        for status in play.stage.statuses:
            play.writer.perform(TransitionWrite(target=ref_of(item), to=status))
            assert play.now(item.source).status == status

    def test_已经是那个状态也不算错(self, play: Play) -> None:
        item = play.put("样机评审")
        write = TransitionWrite(target=ref_of(item), to=play.stage.statuses[0])
        play.writer.perform(write)
        play.writer.perform(write)
        assert play.now(item.source).status == play.stage.statuses[0]

    def test_到不了的状态说出能到哪里(self, play: Play) -> None:
        refusal = needs(play.stage.can.status, "name a status that the workflow refuses")
        item = play.put("样机评审")
        before = play.stage.seen(item.source.key).status
        with pytest.raises(RejectedActionError, match=refusal.word):
            play.writer.perform(TransitionWrite(target=ref_of(item), to=refusal.value))
        assert play.stage.seen(item.source.key).status == before

    def test_说明整篇替换(self, play: Play) -> None:
        """Of an issue that we made: the old text is gone, the marker is the new one, the rest stays."""
        made = play.writer.perform(play.creation())
        assert made.ref is not None
        later = mark("会议/第一次", "二")
        play.writer.perform(DescriptionWrite(target=Target(ref=made.ref), document=document("纪要"), marker=later))
        seen = play.stage.seen(made.ref.key)
        assert (seen.text, seen.title) == ("纪要", "资源协调会")
        item = play.now(made.ref)
        assert (marker.loads(item.marker), item.raw_due) == (marker.loads(later), date(2025, 9, 30))
