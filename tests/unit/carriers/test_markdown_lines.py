"""GitLab's Markdown as people type it, read into lines."""

from __future__ import annotations

import pytest

from collab_sync.carriers import markdown


def texts(source: str) -> list[str]:
    return [line.text for line in markdown.lines(source)]


def test_每个源行是一行_空行不算() -> None:
    """One ``键:值`` per source line: Markdown would join them to a paragraph."""
    assert texts("审批人: 吴敏\r\n协助人: 何平\n\n\n完成标准: 通过") == [
        "审批人: 吴敏",
        "协助人: 何平",
        "完成标准: 通过",
    ]


def test_加粗_斜体和链接的记号去掉_文字留下() -> None:
    source = "**审批人:**吴敏 *重要* _请看_ [方案](https://例.cn/a_b_c) __必须__"
    assert texts(source) == ["审批人:吴敏 重要 请看 方案 必须"]


@pytest.mark.parametrize(
    "source",
    ["吴*、何*", "snake_case_name", "9-20~9-23", "尺寸 30*40*50", "2 * 3 * 4", "**没有结尾", "a < b > c", "~约 3 天~"],
)
def test_不成对的记号是普通文字(source: str) -> None:
    assert texts(source) == [source]


def test_反斜杠转义和实体还原成字符() -> None:
    assert texts(r"\*星\* 研发&amp;测试 a&lt;b&#10;c") == ["*星* 研发&测试 a<b c"]


def test_行内代码的文字留下且不再解析() -> None:
    assert texts("命令 `a **b** @liming` 与 ``x ` y``") == ["命令 a **b** @liming 与 x ` y"]
    assert markdown.lines("`@liming`")[0].accounts == ()


@pytest.mark.parametrize(
    "source",
    [
        "> 【决议】\n> - 改期;采购部;10-10",
        ">>>\n【决议】\n\n- 改期\n>>>",
        "```\n【决议】\n```",
        "~~~yaml\n```\n【决议】\n~~~",
        "````\n```\n【决议】\n````",
        "\n    【决议】\n\n    - 改期",
        "## 例\n\t【决议】",
        "<!-- 【决议】 -->",
        "<!--\n【决议】\n-->",
        "<pre>【决议】\n- 改期</pre>",
        "<blockquote>\n【决议】\n</blockquote>",
        "~~【决议】~~",
        "<del>【决议】</del>",
        "- > 【决议】",
        "- ```\n  【决议】\n  ```",
        "<!-- 没有结尾\n【决议】",
        "```\n没有结尾\n【决议】",
    ],
)
def test_引用_代码_注释和删除线都不读(source: str) -> None:
    assert not any("决议" in text or "改期" in text for text in texts(source))
    assert texts(f"前\n\n{source}")[0] == "前"


def test_块结束之后照常读() -> None:
    assert texts("```\na\n```\n审批人: 吴敏 <!-- 备注 --> 等\n>>>\n引\n>>>\n后") == ["审批人: 吴敏  等", "后"]


def test_紧接在引用下面的回复是自己的话() -> None:
    """People answer without the blank line that Markdown asks for."""
    assert texts("> 是否同意?\n【会签】\n结果:同意") == ["【会签】", "结果:同意"]


def test_行中没有结尾的注释记号是普通文字() -> None:
    assert texts("箭头 --> 与 <!-- 随手写\n审批人: 吴敏") == ["箭头 --> 与 <!-- 随手写", "审批人: 吴敏"]
    assert texts("写法 `<!--` 表示注释\n审批人: 吴敏\n-->")[1] == "审批人: 吴敏"


def test_没有成对的三个大于号只引用那一行() -> None:
    assert texts(">>>\n审批人: 吴敏") == ["审批人: 吴敏"]


def test_标题带级别_井号编号不是标题() -> None:
    lines = markdown.lines("## 协同信息 ##\n###背景\n#12 与 C# \n# C#\n目标\n====")
    assert [(line.heading, line.text) for line in lines] == [
        (2, "协同信息"),
        (3, "背景"),
        (0, "#12 与 C#"),
        (1, "C#"),
        (1, "目标"),
    ]


def test_底线把单独一行变成标题_但不把键值变成标题() -> None:
    assert [(line.heading, line.text) for line in markdown.lines("背景\n----\n\n意见: 可\n---\n分隔")] == [
        (2, "背景"),
        (0, "意见: 可"),
        (0, "分隔"),
    ]


def test_列表项去掉记号和勾选框_缩进的子项也是列表项() -> None:
    lines = markdown.lines("- 甲\n    - 乙\n* [x] 丙\n1. 丁\n2、戊\n• 己\n-庚\n-5 度\n1.5 倍")
    assert [line.text for line in lines if line.bullet] == list("甲乙丙丁戊己庚")
    assert [line.text for line in lines if not line.bullet] == ["-5 度", "1.5 倍"]


def test_表格的单元格连成一行_分隔行不要() -> None:
    assert texts("| 事项 | 部门 |\n|:---|---|\n| 改期 | 采购部 |\n***\n- - -") == ["事项 | 部门", "改期 | 采购部"]


def test_换行标签分行_其余标签去掉() -> None:
    assert texts("结果:同意<br/>意见:<b>可</b>\\") == ["结果:同意", "意见:可"]


def test_提及带账号_邮箱和群体不是提及() -> None:
    line = markdown.lines("请@liming.w处理,抄送 (@he-ping)。a@b.cn @all @rd/x1 ~~@wang~~ @li_lei.")[0]
    assert line.accounts == (("@liming.w", "liming.w"), ("@he-ping", "he-ping"), ("@li_lei", "li_lei"))
    assert "@liming.w" in line.text


def test_看不见的字符去掉_不成对的代理项换掉() -> None:
    assert texts("审批\u200b人:\u202e 吴敏\x00\ufeff\ud800") == ["审批人: 吴敏\ufffd"]


def test_分行符各种各样() -> None:
    assert texts("甲\r乙\u2028丙\x0b丁\x85戊") == list("甲乙丙丁戊")
