"""Structured comments."""

from __future__ import annotations

import pytest

from collab_sync.carriers import markdown
from collab_sync.carriers.entries import ParsedEntry, entry
from collab_sync.carriers.vocabulary import (
    ENTRY_KEY_SYNONYMS,
    ENTRY_KINDS,
    ENTRY_SYNONYMS,
    FIELD_SYNONYMS,
    KNOWN_FIELDS,
)


def read(source: str) -> ParsedEntry | None:
    return entry(markdown.lines(source))


def found(source: str) -> ParsedEntry:
    result = read(source)
    assert result is not None
    return result


def test_类别_键值和文字() -> None:
    assert found("【进度更新】\n状态：需支持\n说明:备选商报价超预算\n自定义: 也留着\n请尽快") == ParsedEntry(
        kind="进度更新", data={"状态": "需支持", "说明": "备选商报价超预算", "自定义": "也留着"}, text="请尽快"
    )


def test_决议的每一行是一项() -> None:
    source = "【决议】\n- 改签备选物流商并调整计划;采购部;10-10\n2、结果:盘点库存;销售部;10-13\n10-21~10-23 归 X1"
    assert found(source) == ParsedEntry(
        kind="决议",
        items=("改签备选物流商并调整计划;采购部;10-10", "结果:盘点库存;销售部;10-13"),
        text="10-21~10-23 归 X1",
    )


@pytest.mark.parametrize(
    ("typed", "kind"),
    [("风险预警", "预警"), ("总结", "复盘"), (" 会 签 ", "会签"), ("资源协调", "资源协调"), ("资源调配", "资源调配")],
)
def test_类别的同义词归一_不认识的照原样(typed: str, kind: str) -> None:
    assert found(f"【{typed}】").kind == kind


def test_全角方括号只认已知类别() -> None:
    assert found("［会签］\n结果:同意").kind == "会签"
    assert read("［提醒］\n结果:同意") is None


@pytest.mark.parametrize(
    "source",
    [
        "",
        "请看\n【会签】\n结果:同意",
        "[会签]\n结果:同意",
        "【】\n结果:同意",
        "【！】",
        "- 【会签】",
        "【" + "长" * 21 + "】",
        "【协同信息】",
    ],
)
def test_首行没有类别就不是条目(source: str) -> None:
    assert read(source) is None


def test_带引号的行不算条目() -> None:
    """A quoted 【立项审批】 is somebody else's."""
    assert read("> 【立项审批】\n> 结果:同意\n\n收到") is None
    assert found("> 请审批\n\n### **【立项审批】**\n结果:同意").data == {"结果": "同意"}


def test_类别后面同一行的内容是文字_认识的键也读出来() -> None:
    assert found("【会签】结果:同意") == ParsedEntry(kind="会签", data={"结果": "同意"}, text="结果:同意")
    assert found("【响应】：已联系客户: 待判定") == ParsedEntry(kind="响应", text="已联系客户: 待判定")


def test_写成列表的键值也读出来() -> None:
    assert found("【验收结论】\n- 结果:部分通过\n- 得分:76\n- 备注:无") == ParsedEntry(
        kind="验收结论", data={"结果": "部分通过", "评分": "76"}, items=("结果:部分通过", "得分:76", "备注:无")
    )


def test_空键后面的列表项是它的值() -> None:
    assert found("【复盘】\n亮点:\n- 表单合并\n- 双签\n待改进:").data == {"亮点": "表单合并\n双签"}


def test_重复的键以最后有值的为准() -> None:
    assert found("【会签】\n结果:不同意\n结果:同意\n结果:").data == {"结果": "同意"}


def test_第二个已知类别之后都是文字() -> None:
    result = found("【响应】\n内容:已联系\n【会签】\n结果:同意\n- 项")
    assert result == ParsedEntry(kind="响应", data={"内容": "已联系"}, text="【会签】\n结果:同意\n项")


def test_词表里同义词指向的名字都是规范名() -> None:
    """A synonym of a synonym would depend on the order of the table."""
    for table in (FIELD_SYNONYMS, ENTRY_SYNONYMS, ENTRY_KEY_SYNONYMS):
        assert not set(table) & set(table.values())
    assert set(ENTRY_SYNONYMS.values()) <= set(ENTRY_KINDS)
    assert not set(ENTRY_SYNONYMS) & set(ENTRY_KINDS)
    keys = {key for kind in ENTRY_KINDS.values() for key in kind}
    assert set(ENTRY_KEY_SYNONYMS.values()) <= keys
    assert not set(ENTRY_KEY_SYNONYMS) & keys
    assert not set(FIELD_SYNONYMS) & KNOWN_FIELDS
