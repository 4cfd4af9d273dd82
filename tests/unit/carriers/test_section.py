"""The 「协同信息」 section."""

from __future__ import annotations

import pytest

from collab_sync.carriers import markdown
from collab_sync.carriers.pairs import pair
from collab_sync.carriers.raw import Line
from collab_sync.carriers.section import could_open, section


def read(source: str) -> dict[str, str]:
    return {key: value.text for key, value in section(markdown.lines(source)).items()}


def test_从标题读到同级标题为止() -> None:
    source = "审批人: 前\n## 协同信息\n审批人: 吴敏\n### 补充\n协助人: 何平\n## 背景\n知会人: 后"
    assert read(source) == {"审批人": "吴敏", "协助人": "何平"}


@pytest.mark.parametrize(
    "title", ["协同信息", "「协同信息」", "【协同信息】", "**协同信息**", "协同信息:", "# 「协同信息」", "- 协同信息"]
)
def test_单独一行协同信息也是开头(title: str) -> None:
    assert read(f"背景\n\n{title}\n审批人: 吴敏") == {"审批人": "吴敏"}


def test_没有这一节就没有值() -> None:
    assert read("审批人: 吴敏\n协同信息很重要: 是") == {}


def test_全角半角都一样_键里的空白不算() -> None:
    source = "## 协同信息\n审 批 人：　吴敏　\n里程碑 ： Ｖ１\nＫＰＩ１: 九成\n完成标准(必填): 通过"
    assert read(source) == {"审批人": "吴敏", "里程碑": "Ｖ１", "KPI1": "九成", "完成标准": "通过"}


def test_加粗时空格放错位置也认() -> None:
    assert read("## 协同信息\n**审批人: ** 吴敏\n**协助人**: 何平") == {"审批人": "吴敏", "协助人": "何平"}


def test_同义的键归为一个() -> None:
    assert read("## 协同信息\n主责部门: 采购部\n交付标准: 通过\n协办人: 何平\n代号: X1") == {
        "牵头部门": "采购部",
        "完成标准": "通过",
        "协助人": "何平",
        "代号": "X1",
    }


def test_重复的键以最后有值的为准() -> None:
    assert read("## 协同信息\n审批人: 吴敏\n审批人: 沈岳\n审批人:") == {"审批人": "沈岳"}
    assert read("## 协同信息\n完成标准: 旧\n完成标准:\n- 新一\n- 新二") == {"完成标准": "新一\n新二"}


def test_空键后面的列表项是它的值() -> None:
    source = "## 协同信息\n完成标准:\n- 签订 2 家\n- 测试:完成\n审批人: 吴敏\n- 随手写的"
    assert read(source) == {"完成标准": "签订 2 家\n测试:完成", "审批人": "吴敏"}


def test_整节写成列表也认() -> None:
    assert read("## 协同信息\n- 主责部门:\n- 审批人: 吴敏\n- 完成标准:\n  - 通过") == {
        "审批人": "吴敏",
        "完成标准": "通过",
    }


@pytest.mark.parametrize(
    "text",
    [
        "17:30 开会",
        "https://例.cn",
        "大家注意，时间：明天",
        "@吴敏: 请看",
        ": 空",
        "12: 34",
        "请于下周五之前把完整的方案和预算一并发给我确认:好",
        "| a: b",
    ],
)
def test_像键值而不是的行(text: str) -> None:
    assert pair(Line(text)) is None


def test_值里的提及跟着值走() -> None:
    line = Line("协助人: @李明、@李明", accounts=(("@李明", "a"), ("@李明", "b")))
    found = pair(line)
    assert found is not None
    assert found.value.accounts == (("@李明", "a"), ("@李明", "b"))


def test_值里还有冒号() -> None:
    assert read("## 协同信息\n触发条件: 监控 rd/x1-firmware#7;late_days > 3\n链接: https://例/a:b") == {
        "触发条件": "监控 rd/x1-firmware#7;late_days > 3",
        "链接": "https://例/a:b",
    }


@pytest.mark.parametrize(
    "text", ["协同信息", "## 协同信息", "- **协同信息**", "1. 协 同 信 息:", "【协同信息】", "＃ 协同信息"]
)
def test_会被读成章节开头的一行认得出来(text: str) -> None:
    """Whoever quotes people's text in a description asks this, so that no section begins inside of the quotation."""
    assert could_open(text)
    assert not could_open(f"“{text}”甲")
