"""What a chart says in words: complete, and under heads in the reader's language."""

from __future__ import annotations

from datetime import date

import pytest

from collab_sync.model.document import Bars, Chart, Curves, Flow, Gantt, GanttTask, Pie, Radar, as_table

CURVES = Curves("燃起", ("九月", "十月"), (("完成", (1, None)), ("范围", (4, 5))), unit="项")
CHARTS: list[tuple[Chart, tuple[str, ...], tuple[str, ...]]] = [
    (Pie("灯", (("红", 1),)), ("项", "数量"), ("Item", "Count")),
    (Bars("部门", (("研发", 2.5),), unit="天"), ("项", "数值(天)"), ("Item", "Value(天)")),
    (Bars("部门", (("研发", 2.5),)), ("项", "数值"), ("Item", "Value")),
    (CURVES, ("项", "完成", "范围"), ("Item", "完成", "范围")),
    (Radar("部门", ("响应",), (("研发", (None,)),), 100), ("项", "研发"), ("Item", "研发")),
    (
        Gantt("计划", (("研发", (GanttTask("样机", date(2025, 9, 1), date(2025, 9, 2)),)),)),
        ("分组", "事项", "开始", "结束"),
        ("Group", "Task", "Start", "End"),
    ),
    (Flow("流程", ("甲", "乙"), ((0, 1),)), ("从", "到"), ("From", "To")),
]


@pytest.mark.parametrize(("chart", "zh", "en"), CHARTS, ids=lambda one: type(one).__name__)
def test_表头随页面的语言_数据不随(chart: Chart, zh: tuple[str, ...], en: tuple[str, ...]) -> None:
    assert as_table(chart).head == zh
    assert as_table(chart, "en").head == en
    assert as_table(chart, "en").rows == as_table(chart).rows
