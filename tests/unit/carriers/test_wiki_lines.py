"""Jira's wiki markup as people type it, read into lines."""

from __future__ import annotations

import pytest

from collab_sync.carriers import wiki


def texts(source: str) -> list[str]:
    return [line.text for line in wiki.lines(source)]


def test_记号去掉_文字留下() -> None:
    source = "*审批人*: 吴敏 _请看_ [方案|https://例.cn/a_b] {{mono_x_y}} {color:red}红{color} {*}粗{*}体 [NPX-4]"
    assert texts(source) == ["审批人: 吴敏 请看 方案 mono_x_y 红 粗体 NPX-4"]


@pytest.mark.parametrize(
    "source",
    ["9-20~9-23", "复购率 +15%, +20%", "吴*、何*", "a-b-c", "- -", "结果 - 同意 - 全票", "[x] 已办", "snake_case_x"],
)
def test_不成对或有歧义的记号是普通文字(source: str) -> None:
    assert "".join(texts(f"甲 {source}")) == f"甲 {source}"


@pytest.mark.parametrize(
    "source",
    [
        "bq. 【决议】",
        "> 【决议】",
        "{quote}\n【决议】\n- 改期\n{quote}",
        "{quote}【决议】{quote}",
        "{code:java}\n【决议】\n{quote}\n{code}",
        "{noformat}【决议】\n改期{noformat}",
        "-【决议】-",
        "{-}【决议】{-}",
    ],
)
def test_引用_代码和删除线都不读(source: str) -> None:
    assert not any("决议" in text or "改期" in text for text in texts(source))
    assert texts(f"前\n{source}\n后") == ["前", "后"]


def test_没有结尾的块不算块() -> None:
    assert texts("{code}\n审批人: 吴敏") == ["审批人: 吴敏"]


def test_标题两种写法都认_接在编号列表后面的不是标题() -> None:
    lines = wiki.lines("h2. 协同信息\n## 协同信息\n# 一\n## 其一\nH3.背景")
    assert [(line.heading, line.bullet, line.text) for line in lines] == [
        (2, False, "协同信息"),
        (2, False, "协同信息"),
        (0, True, "一"),
        (0, True, "其一"),
        (3, False, "背景"),
    ]


def test_列表项去掉记号() -> None:
    lines = wiki.lines("* 甲\n** 乙\n- 丙\n#* 丁\n1. 戊\n-----")
    assert [(line.bullet, line.text) for line in lines] == [(True, text) for text in "甲乙丙丁戊"]


def test_表格连成一行_强制换行分行() -> None:
    assert texts("||事项||部门||\n|改期|[采购部|http://例]|\n甲\\\\乙") == ["事项 | 部门", "改期 | 采购部", "甲", "乙"]


def test_提及带账号() -> None:
    line = wiki.lines("审批人:[~accountid:557058:ab-cd]、[~wumin]")[0]
    assert line.text == "审批人:@557058:ab-cd、@wumin"
    assert line.accounts == (("@557058:ab-cd", "557058:ab-cd"), ("@wumin", "wumin"))


def test_图片和附件不是文字() -> None:
    assert texts("见 !截图.png|width=300! [^合同.pdf] 太好了!真的!") == ["见   太好了!真的!"]
