"""Promises about texts: what people typed shows as typed and does nothing, only a mention notifies."""

# ruff: noqa: N802 - Chinese has no lower case
from __future__ import annotations

import pytest

from collab_sync.model import marker
from collab_sync.model.action import CommentWrite
from collab_sync.model.document import (
    BulletList,
    CheckList,
    Code,
    Document,
    Heading,
    Paragraph,
    Quiet,
    Reference,
    Strong,
    Struck,
    Table,
    Text,
)
from collab_sync.testing.connector_suite.samples import Play, document, mark, mention, needs, ref_of

ECHOES = (
    "*粗* _斜_ **重** ~~删~~ `码`",
    "<b>粗</b> <script>alert(1)</script> &amp; <!-- 注释 -->",
    "[链接](https://evil.example.com) [链接|https://evil.example.com] !图.png!",
    "# 不是标题",
    "h1. 不是标题",
    "- 不是列表",
    "1. 不是编号",
    "> 不是引用",
    "/close",
    "{code}不是代码{code} {color:red}红{color} {{等宽}}",
    "| 不 | 是 | 表 |",
    "#1 !2 %3 ~4 &5",
    ":smile: $x^2$ 10-20-30 a--b -- c",
    "尾部反斜杠\\",
    "----",
    "   前后有空白   ",
    "【进度更新】状态: 正常",
)
"""Titles and texts of people that our comments quote."""


class TextPromises:
    @pytest.mark.parametrize("echo", ECHOES)
    def test_引用人的话原样显示_什么也不触发(self, play: Play, echo: str) -> None:
        """Alone on its line and inside a sentence; state, labels and title of the issue stay as they are."""
        item = play.put("样机评审", labels=("人加的",))
        before = play.stage.seen(item.source.key)
        blocks = (Paragraph((Text(echo),)), Paragraph((Text("他写道:"), Text(echo), Text("。请看。"))))
        play.writer.perform(CommentWrite(target=ref_of(item), document=Document(blocks), marker=mark("引用")))
        seen = play.stage.seen(item.source.key)
        [shown] = seen.comments
        assert _words(shown) == _words(f"{echo} 他写道:{echo}。请看。")
        assert (seen.status, seen.labels, seen.title) == (before.status, before.labels, before.title)

    @pytest.mark.parametrize("echo", ECHOES)
    def test_标题也原样显示(self, play: Play, echo: str) -> None:
        receipt = play.writer.perform(play.creation(title=echo, document=document(echo)))
        assert receipt.ref is not None
        seen = play.stage.seen(receipt.ref.key)
        assert (_words(seen.title), _words(seen.text)) == (_words(echo), _words(echo))

    def test_换行之后的命令也不执行(self, play: Play) -> None:
        """A line break inside a text stays one, and what follows is text."""
        item = play.put("样机评审", labels=("人加的",))
        before = play.stage.seen(item.source.key)
        text = "第一行\n/close\n/label ~坏\n# 标题\n- 列表"
        play.writer.perform(CommentWrite(target=ref_of(item), document=document(text), marker=mark("引用")))
        seen = play.stage.seen(item.source.key)
        assert _words(seen.comments[0]) == _words(text)
        assert (seen.status, seen.labels) == (before.status, before.labels)

    def test_只有提及才通知人(self, play: Play) -> None:
        """A name with an at sign that somebody typed notifies nobody; a mention notifies exactly its account."""
        mentioned = needs(play.stage.can.mentioned, "say whom a comment notifies")
        item, person = play.put("样机评审"), play.stage.person
        typed = f"@{person.id} [~{person.id}] [~accountid:{person.id}] @all @here"
        writer, target = play.writer, ref_of(item)
        writer.perform(CommentWrite(target=target, document=document(typed), marker=mark("甲")))
        writer.perform(CommentWrite(target=target, document=document("请 ", mention(person)), marker=mark("乙")))
        assert set(mentioned(item.source.key, 0)) == set()
        assert set(mentioned(item.source.key, 1)) == {person.id}

    def test_每种块和每种字都显示得出来(self, play: Play) -> None:
        """Every word of every block is there for people, in its order."""
        item = play.put("样机评审")
        blocks = (
            Heading(2, (Text("逾期"),)),
            Paragraph((Strong("粗体"), Code("代码"), Struck("划去"), Reference("条目", "https://a.example.com/1"))),
            BulletList(((Text("甲"),), (Text("乙"),))),
            CheckList(((True, (Text("已做"),)), (False, (Text("未做"),)))),
            Table(("部门", "项数"), (((Text("研发|部"),), (Text("3"),)),)),
            Quiet((Text("规则 esc-overdue"),)),
        )
        play.writer.perform(CommentWrite(target=ref_of(item), document=Document(blocks), marker=mark("各种")))
        [shown] = play.stage.seen(item.source.key).comments
        words = (
            "逾期",
            "粗体",
            "代码",
            "划去",
            "条目",
            "甲",
            "乙",
            "已做",
            "未做",
            "部门",
            "项数",
            "研发|部",
            "3",
            "规则 esc-overdue",
        )
        places = [shown.find(word) for word in words]
        assert -1 not in places, f"not to be seen: {[word for word in words if word not in shown]}"
        assert places == sorted(places)

    def test_标记跟着走_人看不见(self, play: Play) -> None:
        """Whatever is in it comes back the same; people see no trace of it."""
        item = play.put("样机评审")
        given = marker.Marker(key="升级/-->/样机", rule="esc", hash="h--1", state={"段": "“引号”<b>--></b> & 换行\n完"})
        write = CommentWrite(target=ref_of(item), document=document("请更新进展"), marker=marker.dumps(given))
        play.writer.perform(write)
        [shown] = play.stage.seen(item.source.key).comments
        assert shown == "请更新进展"
        [own] = play.reader.recall([play.now(item.source)])[item.id]
        assert marker.loads(own.marker) == given

    def test_很长的评论也写得完整(self, play: Play) -> None:
        item = play.put("样机评审")
        lines = tuple(Paragraph((Text(f"第 {number} 项:结构件评审未完成"),)) for number in range(200))
        play.writer.perform(CommentWrite(target=ref_of(item), document=Document(lines), marker=mark("长")))
        [shown] = play.stage.seen(item.source.key).comments
        assert shown.count("结构件评审未完成") == 200


def _words(text: str) -> str:
    """White space is the tracker's business."""
    return "".join(text.replace("\u200b", "").split())
