"""What a page is: its key, its place, its notice, what it counts and does not name."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.unit.summaries.page_past import HALF_YEAR, MENTIONS, PRACTICE, STANDS
from tests.unit.summaries.page_story import APPLICATION, DOCUMENT, LATE, PROGRAM, SECRET, STORY
from tests.unit.summaries.page_world import at, item, page, said

from collab_sync.errors import ConfigurationError
from collab_sync.model.document import plain
from collab_sync.model.page import Page
from collab_sync.model.work_item import WorkItem
from collab_sync.summaries.coverage import coverage
from collab_sync.summaries.kinds import KINDS

WEEKLY = "周报:新品X1上市:2025-10-10"


def told(made: Page) -> str:
    return plain(made.whole)


def test_页面的位置与标题来自它的键() -> None:
    made = page(WEEKLY, STORY)
    assert (made.key, made.path) == (WEEKLY, "协同/周报/新品X1上市/2025-10-10")
    assert made.title == "周报 新品X1上市 2025-10-10"


def test_代号和名称找到同一个项目() -> None:
    """A key may carry the code; what people see is the name."""
    assert page("周报:X1:2025-10-10", STORY) == page(WEEKLY, STORY)


def test_名称里的斜线不会变成目录() -> None:
    renamed = msgspec.structs.replace(PROGRAM, fields={**PROGRAM.fields, "名称": "A/B 测试:二期"})
    made = page("周报:X1:2025-10-10", (renamed,))
    assert made.path == "协同/周报/A／B 测试：二期/2025-10-10"  # full-width on purpose


def test_没有这种页面会说有哪些() -> None:
    with pytest.raises(ConfigurationError, match=r"没有“日报”这种页面.*\n.*周报"):
        page("日报:X1", STORY)


def test_没有这一节会说有哪些() -> None:
    with pytest.raises(ConfigurationError, match=r"没有“雷达”一节.*\n.*甘特"):
        page(WEEKLY, STORY, blocks=("雷达",))


def test_只要几节就只有几节_概要总在() -> None:
    text = told(page(WEEKLY, STORY, blocks=("风险",)))
    assert "风险登记册" in text
    assert "一句话" in text
    assert "决议跟进" not in text


def test_找不到项目时说清怎么办() -> None:
    assert "没有找到对应的项目" in told(page("项目主页:没有的项目", STORY))


def test_项目还在建立时_主页先写立项申请() -> None:
    """The page goes out in the tick that makes the programme: the request is all there is."""
    text = told(page("项目主页:新品X1上市", (APPLICATION, LATE), item="NPX-1"))
    assert "上一代销量下滑" in text
    assert "海外渠道" in text
    assert "包装材料采购" not in text


def test_键里没有日期就是同一页_每期改写() -> None:
    """The date of the schedule is told and moves nothing."""
    first, second = (page("角色分工表:X1", STORY, slot=slot) for slot in ("2025-10-10", "2025-10-17"))
    assert (first.key, first.path, first.hash) == (second.key, second.path, second.hash)
    assert first.path == "协同/角色分工表/新品X1上市"
    assert "期次 2025-10-17" in told(second)


@pytest.mark.parametrize(
    ("key", "secret"), [("文档发布:新品X1协作计划", DOCUMENT), ("项目主页:新品X1上市", APPLICATION)]
)
def test_保密事项的页面不借用它的名字(key: str, secret: WorkItem) -> None:
    """Neither a document nor a request for a programme lends its name to an address."""
    hidden = msgspec.structs.replace(secret, confidential=True)
    made = page(key, (hidden,), item=hidden.source.key)
    assert "新品" not in f"{made.key}{made.path}{told(made)}"


def test_文档按标题找到_不是全部文档() -> None:
    other = item("NPX-28", "别的计划", "文档", dept="mkt")
    text = told(page("文档发布:新品X1协作计划", (*STORY, other)))
    assert "NPX-27" in text
    assert "NPX-28" not in text


def test_不认识的项目不会看到别人的事项() -> None:
    """A page of a programme nobody knows must not fall back to everything."""
    assert "包装材料采购" not in told(page("周报:没有的项目:2025-10-10", STORY))


def test_内容不变时哈希不变_时间变了也不变() -> None:
    """The notice tells the time; that alone is no reason to write."""
    early, late = page("案例库", STORY), page("案例库", STORY, now="10-10 18:30")
    assert early.notice != late.notice
    assert early.hash == late.hash
    assert early.hash != page("案例库", ()).hash


def test_提示里有数据时间_滞后_规则版本_陈旧来源() -> None:
    text = told(page(WEEKLY, STORY, as_of=at("10-10 17:55"), stale=("gl-site",)))
    assert "数据截至 2025-10-10 17:55,同步滞后 5 分钟;规则版本 2025.09.1;未能按时同步:gl-site" in text
    assert "来源 gl-site 未能按时同步" in text


def test_日历之外的截止日有提醒而不出错() -> None:
    far = item("NPX-50", "明年的事", dept="rd", raw_due=at("12-31 09:00").date().replace(year=2027))
    text = told(page(WEEKLY, (PROGRAM, far)))
    assert "日历只核定到 2025-12-31" in text
    assert "NPX-50" in text


def test_人写的按计划推进旁边是算出来的逾期() -> None:
    """Whoever reports 按计划推进 six working days late is shown both."""
    text = told(page(WEEKLY, STORY)).partition("需要关注")[2]
    row = next(line for line in text.split("\n") if "NPX-12 包装材料采购" in line)
    assert row == (
        "🔴 红 | NPX-12 包装材料采购 | 市场部 | 张悦 | 2025-09-25"
        " | 自述“按计划推进”,实已逾期 6 个工作日 | 领导小组 | 10-10 按计划推进"
    )


@pytest.mark.parametrize("mentioned", ["NPX-77", "并购谈判资料(NPX-77)", "https://tracker.example/NPX-77"])
def test_别人文字里提到的保密事项也被遮住(mentioned: str) -> None:
    """In a reason, a decision, a condition: by key, address or title."""
    noted = msgspec.structs.replace(LATE, entries=(said("进度更新", "张悦", "10-10 10:00", 说明=f"等 {mentioned}"),))
    text = told(page(WEEKLY, (PROGRAM, noted, SECRET)))
    assert "等 保密事项" in text
    assert "NPX-77" not in text
    assert "并购" not in text


def test_公开事项照常列名() -> None:
    """The same item without the mark is named: the test above can fail."""
    open_item = msgspec.structs.replace(SECRET, confidential=False)
    assert "并购谈判资料" in told(page(WEEKLY, (PROGRAM, open_item)))


def test_保密项目的页面不借用它的名字() -> None:
    secret = msgspec.structs.replace(PROGRAM, confidential=True)
    made = page(WEEKLY, (secret, LATE), title="周报 新品X1上市")
    assert "新品" not in f"{made.key}{made.path}{made.title}"
    assert made.path != page("周报:别的项目:2025-10-10", ()).path


def test_领导小组视图不列保密项目() -> None:
    secret = msgspec.structs.replace(PROGRAM, confidential=True)
    text = told(page("领导小组视图:2025-10-10", (secret, LATE)))
    assert "另有保密项目 1 个" in text
    assert "新品X1上市" not in text


def test_窗口决定谁缺更新() -> None:
    """A report counts in [begin, end): at its end it belongs to the next one."""
    inside = page(WEEKLY, STORY, window=(at("10-09 17:00"), at("10-10 17:00")))
    before = page(WEEKLY, STORY, window=(at("10-09 17:00"), at("10-10 10:00")))
    assert "张悦:NPX-12" not in told(inside)
    assert "张悦:NPX-12" in told(before)


def test_改名的部门按现名显示() -> None:
    old = item("rd/x1#15", "接入客服入口", dept="客服部", R="冯丽")
    assert "客户成功部" in told(page("任务进度跟踪表:X1", (PROGRAM, old)))


def test_读不到的内容说读不到而不说没有() -> None:
    blind = item("NPX-9", "看不见标准", dept="rd", unreadable=frozenset({"fields.完成标准", "A", "R"}))
    text = told(page("协同任务分配表:X1", (PROGRAM, blind)))
    assert "无法读取" in text
    assert "没有审批人" not in told(page("角色分工表:X1", (PROGRAM, blind)))


def test_页面可以导出再读回() -> None:
    made = page(WEEKLY, STORY)
    assert msgspec.json.decode(msgspec.json.encode(made), type=Page) == made


COLUMNS: dict[str, set[str]] = {
    "任务登记表": {f"S3-{number}" for number in range(48, 58)},
    "部门责任分工表": {f"S3-{number}" for number in range(59, 67)} | {"S4-15", "S4-16", "S4-17", "S4-18"},
    "任务进度跟踪表": {f"S3-{number}" for number in range(70, 78)} | {"S0-64", "S4-27", "S4-28", "S4-29", "S4-30"},
    "任务验收反馈表": {f"S3-{number}" for number in range(79, 87)},
    "资源清单": {f"S0-{number}" for number in range(40, 47)} | {"S0-12", "S1-41", "S1-42"},
    "协同任务分配表": {f"S0-{number}" for number in range(52, 60)},
    "角色分工表": {f"S2-{number}" for number in range(45, 51)} | {"S0-24", "S0-13"},
    "项目主页": {f"S1-{number}" for number in range(25, 31)} | {"S2-08", "S2-09", "S2-10", "S4-20"},
    "协作计划表": {"S2-16", "S2-17", "S2-18", "S2-19"},
    "周例会议程": {"S2-28"},
    "风险登记册": {f"S4-{number}" for number in range(33, 39)},
    "资源协调结果表": {"S2-34"},
    "协同工作效果评估表": {f"S0-{number}" for number in range(30, 37)},
    "跨部门协作分析报告": {"S3-44", "S3-46"},
    "案例库": {"S3-47", "S2-38"},
    "归档核对": {"S4-47"},
    "领导小组视图": {"S1-15", "S3-92"},
    "表彰候选": {"S1-50"},
}
"""The tables people know from their templates: every column must be on the page."""


@pytest.mark.parametrize("kind", tuple(COLUMNS))
def test_模板里的每一列页面上都有(kind: str) -> None:
    """Read off the tables that are really built."""
    served = {row for row, places in coverage().items() for place in places if place.page == kind}
    assert COLUMNS[kind] - served == set()


PAST: dict[str, Any] = {"mentions": MENTIONS, "stands": STANDS, "practice": PRACTICE, "window": HALF_YEAR}


def test_登记的列真的出现在页面上() -> None:
    """The account names no column that a page over a full mirror does not show."""
    filed = item("NPX-9", "留底", dept="rd", R="李明", fields={"过程文件": "会议纪要"})
    items: tuple[WorkItem, ...] = (*STORY, filed)
    for kind in KINDS:
        name = {"program": ":X1", "item": ":文档", "org": ""}[kind.about]
        about = "NPX-27" if kind.about == "item" else ""
        text = told(page(f"{kind.name}{name}", items, item=about, **PAST))
        columns = {place.column for places in coverage().values() for place in places if place.page == kind.name}
        assert [column for column in columns if column and column not in text] == []
