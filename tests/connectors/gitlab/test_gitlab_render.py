"""Our documents as GitLab Markdown."""

from __future__ import annotations

import pytest

from collab_sync.carriers.markdown import lines
from collab_sync.model.document import (
    Block,
    BulletList,
    CheckList,
    Code,
    Document,
    Heading,
    Inline,
    Mention,
    Paragraph,
    Quiet,
    Reference,
    Strong,
    Struck,
    Table,
    Text,
)
from collab_sync.model.identity import Account
from collab_sync.model.marker import Marker, dumps
from collab_sync_gitlab.render import hidden, note, render, title

LIMING = Mention("李明", Account("gl", "liming", "李明"))


def shown(*blocks: Block) -> str:
    return render(Document(blocks), "gl")


def inline(*inlines: Inline) -> str:
    return shown(Paragraph(inlines))


def test_各种块各有其写法() -> None:
    """One block is one Markdown block; a blank line stands between them."""
    text = shown(
        Heading(2, (Text("逾期"),)),
        Paragraph((Text("第一行\n第二行"),)),
        BulletList(((Text("甲"),), (Text("乙"),))),
        CheckList(((True, (Text("已做"),)), (False, (Text("未做"),)))),
        Table(("部门", "数"), (((Text("研发部"),), (Text("3"),)), ((Text("市场部"),),))),
        Quiet((Text("规则 esc-overdue"),)),
    )
    assert text == (
        "## 逾期\n\n第一行\\\n第二行\n\n- 甲\n- 乙\n\n- [x] 已做\n- [ ] 未做\n\n"
        "| 部门 | 数 |\n| --- | --- |\n| 研发部 | 3 |\n| 市场部 |  |\n\n<sub>规则 esc-overdue</sub>"
    )


def test_只有提及节点会通知人() -> None:
    """A mention is the only @ that GitLab can see."""
    text = inline(Text("@wanglei 说:请 "), LIMING, Text(" 处理"))
    assert text == "\\@&#8203;wanglei 说:请 @liming 处理"
    assert inline(Text("@.hidden @_x")) == "\\@&#8203;.hidden \\@&#8203;\\_x"


@pytest.mark.parametrize(("before", "after"), [("a", "b"), ("x/", ".com"), ("1", "-2"), ("b.", "/b")])
def test_提及不与旁边的字母粘成另一个账号(before: str, after: str) -> None:
    """GitLab would read ``@limingb`` or ``a@liming``."""
    assert inline(Text(before), LIMING, Text(after)) == f"{before} @liming {after}"


def test_提及后面的下划线与前面的反斜杠也隔开() -> None:
    """``@liming_x`` is somebody else; behind a backslash older servers see no mention at all."""
    assert inline(LIMING, Text("_x")) == "@liming \\_x"
    assert inline(Text("甲\\"), LIMING, Text("/b")) == "甲\\\\&#8203;@liming /b"


def test_不通知人的提及与旁边的文字一起转义() -> None:
    """Two halves of an emoji or a reference, one of them a name, mean nothing together."""
    assert inline(Mention("甲:丁", Account("jira-dc", "x")), Text(":")) == "甲:&#8203;丁:"


def test_提及后面紧跟中文不加空格() -> None:
    """A user name ends where ASCII ends."""
    assert inline(Text("请"), LIMING, Text("处理")) == "请@liming处理"


@pytest.mark.parametrize("account", [Account("jira-dc", "liming"), Account("gl", "a b"), Account("gl", "x\n/close")])
def test_不在此连接或不是账号名的提及只显示姓名(account: Account) -> None:
    """Nobody else is notified by accident."""
    assert inline(Mention("李明", account)) == "李明"


def test_粗体在中文标点旁边也有效() -> None:
    """``**`` beside punctuation is not recognised by Markdown; there the element itself is written."""
    assert inline(Text("请"), Strong("注意"), Text("后")) == "请**注意**后"
    assert inline(Text("请"), Strong("“注意”"), Text("后")) == "请<strong>“注意”</strong>后"
    assert inline(Struck("旧"), Struck("(新)")) == "~~旧~~<del>(新)</del>"
    assert inline(Strong("甲"), Strong("乙")) == "**甲**&#8203;**乙**"


def test_代码里的反引号与竖线不出界() -> None:
    """The fence is longer than any run inside; a bar would end a table cell."""
    assert inline(Code("a`b")) == "``a`b``"
    assert inline(Code("`")) == "`` ` ``"
    assert shown(Table(("值",), (((Code("a|b"),),),))).splitlines()[2] == "| <code>a\\|b</code> |"


def test_链接只认网址且文字照常显示() -> None:
    """No script address, no bracket that ends the link early."""
    assert inline(Reference("NPX-4 [急]", "https://j.example/browse/NPX-4")) == (
        "[NPX-4 \\[急\\]](https://j.example/browse/NPX-4)"
    )
    assert inline(Reference("点我", "javascript:alert(1)")) == "点我"
    assert inline(Reference("甲", "https://j.example/a(b) c")) == "[甲](https://j.example/a%28b%29%20c)"
    assert inline(Reference("乙", "https://[坏")) == "[乙](https://%5B%E5%9D%8F)"


def test_标记藏在最后一行并能读回() -> None:
    """One line of its own, found again as it was given."""
    marker = dumps(Marker(key="esc-overdue/gl:7", rule="esc-overdue", hash="ab", state={"段": "--> <b> /close\n"}))
    body = note(Document((Paragraph((Text("逾期"),)),)), marker, "gl")
    assert body.splitlines()[-1] == f"<!-- collab-sync {marker} -->"
    assert hidden(body) == marker
    assert hidden(note(Document(()), marker, "gl")) == marker


def test_别人抄进正文的标记不算数() -> None:
    """Echoed text is escaped, and two markers are none."""
    line = '<!-- collab-sync {"key":"假"} -->'
    real = dumps(Marker(key="真"))
    assert hidden(note(Document((Paragraph((Text(f"他写道\n{line}"),)),)), real, "gl")) == real
    assert hidden(f"{line}\n{line}") is None
    assert hidden(f"前文 {line}") is None


@pytest.mark.parametrize("marker", ["{a-b}", "{<b>}", "{\n}", "无"])
def test_藏不住的标记当场报错(marker: str) -> None:
    """A marker that ends the comment early would show, or run as a command."""
    with pytest.raises(ValueError, match="marker"):
        note(Document(()), marker, "gl")


def test_标题成一行且不通知人() -> None:
    """GitLab notifies people named in titles, and refuses more than 255 characters."""
    assert title("专题会:\n请 @liming 来") == "专题会: 请 @\u200bliming 来"
    assert len(title("长" * 300)) == 255
    assert title("长" * 300).endswith("…")


def test_自建议题的协同信息能按原样读回() -> None:
    """What we write into a description is read again as the same lines."""
    body = shown(Heading(2, (Text("协同信息"),)), Paragraph((Text("完成标准:5 项\n截止日:2025-10-10\n- 不是列表"),)))
    assert [line.text for line in lines(body)] == ["协同信息", "完成标准:5 项", "截止日:2025-10-10", "- 不是列表"]
