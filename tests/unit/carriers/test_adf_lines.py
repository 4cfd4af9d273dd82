"""Documents of Jira Cloud's editor, read into lines."""

from __future__ import annotations

from collab_sync.carriers import adf
from collab_sync.carriers.raw import Line

Node = dict[str, object]


def node(kind: str, *content: Node, **attrs: object) -> Node:
    return {"type": kind, "content": list(content), **({"attrs": attrs} if attrs else {})}


def text(words: str, *marks: str) -> Node:
    return {"type": "text", "text": words, "marks": [{"type": mark} for mark in marks]}


def doc(*content: Node) -> Node:
    return {"version": 1, **node("doc", *content)}


def texts(*content: Node) -> list[str]:
    return [line.text for line in adf.lines(doc(*content))]


def test_段落按硬换行分行() -> None:
    paragraph = node("paragraph", text("审批人", "strong"), text(": 吴敏"), node("hardBreak"), text("协助人: 何平"))
    assert texts(paragraph) == ["审批人: 吴敏", "协助人: 何平"]


def test_标题_列表和任务() -> None:
    lines = adf.lines(
        doc(
            node("heading", text("协同信息"), level=2),
            node("bulletList", node("listItem", node("paragraph", text("甲"), node("hardBreak"), text("续")))),
            node("orderedList", node("listItem", node("paragraph", text("乙")))),
            node("taskList", node("taskItem", text("丙"), state="DONE")),
        )
    )
    assert lines == (
        Line("协同信息", heading=2),
        Line("甲", bullet=True),
        Line("续"),
        Line("乙", bullet=True),
        Line("丙", bullet=True),
    )


def test_引用_代码块和删除线都不读() -> None:
    quoted = node("blockquote", node("paragraph", text("【决议】")))
    code = node("codeBlock", text("【决议】"))
    struck = node("paragraph", text("【决议】", "strike"), text("留下"), text("代码", "code"))
    assert texts(quoted, code, struck) == ["留下代码"]


def test_提及显示名字并带账号_同名的两个人各是各的() -> None:
    first = node("mention", id="557:a", text="@李明")
    second = node("mention", id="557:b", text="@李明")
    lines = adf.lines(doc(node("paragraph", text("协助人: "), first, node("hardBreak"), text("和 "), second)))
    assert lines == (
        Line("协助人: @李明", accounts=(("@李明", "557:a"),)),
        Line("和 @李明", accounts=(("@李明", "557:b"),)),
    )


def test_没有名字的提及显示账号() -> None:
    assert adf.lines(doc(node("paragraph", node("mention", id="557:a")))) == (
        Line("@557:a", accounts=(("@557:a", "557:a"),)),
    )


def test_日期_状态_表情和卡片显示为文字() -> None:
    paragraph = node(
        "paragraph",
        node("date", timestamp="1760054400000"),
        node("status", text="同意"),
        node("emoji", shortName=":ok:"),
        node("inlineCard", url="https://例/NPX-4"),
    )
    assert texts(paragraph, node("blockCard", url="https://例/NPX-5")) == [
        "2025-10-10同意:ok:https://例/NPX-4",
        "https://例/NPX-5",
    ]


def test_面板_折叠区和分栏里的文字也读() -> None:
    inner = node("paragraph", text("内"))
    columns = node("layoutSection", node("layoutColumn", inner))
    assert texts(node("panel", inner), node("expand", inner, title="更多"), columns) == ["内", "更多", "内", "内"]


def test_表格每行连成一行() -> None:
    cell = node("tableCell", node("paragraph", text("改期")))
    assert texts(node("table", node("tableRow", cell, cell))) == ["改期 | 改期"]


def test_手打的记号也算() -> None:
    """Programs and pasted texts leave Markdown as plain text in a document."""
    lines = adf.lines(doc(*(node("paragraph", text(t)) for t in ("## 协同信息", "- 甲", "> 【决议】"))))
    assert lines == (Line("协同信息", heading=2), Line("甲", bullet=True))


def test_字符串按纯文本逐行读() -> None:
    assert adf.lines("## 协同信息\n审批人: 吴敏") == (Line("协同信息", heading=2), Line("审批人: 吴敏"))


def test_过深的树不读_也不出错() -> None:
    tree = node("paragraph", text("底"))
    for _ in range(5000):
        tree = node("panel", tree)
    assert texts(node("paragraph", text("面")), tree) == ["面"]


def test_不像文档的东西什么也没说() -> None:
    strange: list[object] = [
        None,
        3,
        [],
        {},
        {"type": "doc", "content": {"a": 1}},
        {"type": ["doc"]},
        doc(node("heading", level="x")),
    ]
    assert [adf.lines(thing) for thing in strange] == [()] * len(strange)
