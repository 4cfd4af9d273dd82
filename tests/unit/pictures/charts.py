"""Charts to draw: one of each kind as a weekly page has them, and any others."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from collab_sync.model import document as doc
from collab_sync.model.document import Chart, GanttTask

DEPARTMENTS = ("研发部", "市场部", "销售部", "生产部", "采购部", "客服部")
AXES = ("按时完成", "更新及时", "响应速度", "信息完整", "主动协作")
SCORES = (90.0, 80.0, 70.0, None, 60.0)
PLAN = ("计划", (5.0, 10.0, 15.0))
LONG = "渠道物料设计与第三方物流合作协议的评审"
STEPS = ("提出需求", "评审", "开发", "验收", "上线")

WEEKLY: dict[str, Chart] = {
    "灯": doc.Pie("红黄绿灯", (("红", 1), ("黄", 2), ("绿", 28))),
    "评分": doc.Bars("各部门协作评分", tuple(zip(DEPARTMENTS, (86.5, 91, 78.25, 88, 42, 95), strict=True)), "分", 100),
    "曲线": doc.Curves(
        "累计完成", ("09-26", "10-03", "10-10"), (("已完成", (3.0, None, 9.0)), ("计划", (5.0, 10.0, 15.0)))
    ),
    "画像": doc.Radar("部门协作画像", AXES, (("研发部", SCORES), ("市场部", (50.0,) * 5)), 100),
    "多部门画像": doc.Radar("部门协作画像", AXES, tuple((name, SCORES) for name in DEPARTMENTS), 100),
    "甘特": doc.Gantt(
        "在办任务",
        (
            ("里程碑", (GanttTask("X1 上市", date(2025, 10, 20), date(2025, 10, 20), "milestone"),)),
            ("采购部", (GanttTask("NPX-12 包装材料采购", date(2025, 9, 18), date(2025, 9, 25), "crit"),)),
            ("生产部", (GanttTask("NPX-9 试产 100 台", date(2025, 10, 9), date(2025, 10, 15), "active"),)),
            ("客服部", (GanttTask("NPX-14 客服培训", date(2025, 9, 17), date(2025, 10, 21)),)),
            ("市场部", (GanttTask("NPX-3 推广方案", date(2025, 9, 17), date(2025, 9, 22), "done"),)),
        ),
    ),
    "流程": doc.Flow("协作流程", STEPS, ((0, 1), (1, 2), (2, 3), (3, 4), (3, 1), (0, 3))),
}
NOTHING: tuple[Chart, ...] = (
    doc.Pie("空", ()),
    doc.Pie("空", (("红", 0), ("黄", -1))),
    doc.Bars("空", ()),
    doc.Bars("空", (("甲", 0.0), ("乙", float("nan")), ("丙", float("inf")))),
    doc.Curves("空", (), ()),
    doc.Curves("空", ("一",), (("甲", (None,)), ("乙", (float("nan"),)), ("丙", ()))),
    doc.Radar("空", (), (("甲", ()),), 100),
    doc.Radar("空", AXES, (("甲", (None, float("nan"))),), 100),
    doc.Gantt("空", (("研发部", ()),)),
    doc.Flow("空", (), ()),
)


def with_texts(*texts: str) -> tuple[Chart, ...]:
    """A chart of every kind with each of ``texts`` in the places for names, the first one in all others."""
    first, tasks = texts[0], [GanttTask(text, date(2025, 9, 1), date(2025, 9, 9), "crit") for text in texts]
    return (
        doc.Pie(first, tuple((text, 1) for text in texts)),
        doc.Bars(first, tuple((text, 1.0) for text in texts), first),
        doc.Curves(first, texts, tuple((text, (1.0, 2.0)) for text in texts), first),
        doc.Radar(first, texts, tuple((text, (1.0, 2.0, 3.0)) for text in texts), 3),
        doc.Gantt(first, tuple((task.name, (task,)) for task in tasks)),
        doc.Flow(first, texts, ((0, 1),)),
    )


def long_gantt(count: int) -> doc.Gantt:
    tasks = [
        GanttTask(
            f"NPX-{place} 渠道物料设计与第三方物流合作协议的评审",
            date(2025, 1, 1) + timedelta(place),
            date(2025, 3, 1),
            "active",
        )
        for place in range(count)
    ]
    return doc.Gantt("全年", tuple((name, tuple(tasks[place::6])) for place, name in enumerate(DEPARTMENTS)))


_words = st.text(max_size=30)
_values = st.floats() | st.integers(-(10**6), 10**6).map(float)
_maybe = st.none() | _values
_days = st.dates()
_tasks = st.builds(GanttTask, _words, _days, _days, st.sampled_from(("", "active", "crit", "done", "milestone")))


_series = st.lists(st.tuples(_words, st.lists(_maybe, max_size=8).map(tuple)), max_size=6).map(tuple)
_sections = st.lists(st.tuples(_words, st.lists(_tasks, max_size=5).map(tuple)), max_size=4).map(tuple)
_labels = st.lists(_words, max_size=8).map(tuple)
any_charts: st.SearchStrategy[Chart] = st.one_of(
    st.builds(doc.Pie, _words, st.lists(st.tuples(_words, st.integers()), max_size=20).map(tuple)),
    st.builds(doc.Bars, _words, st.lists(st.tuples(_words, _values), max_size=8).map(tuple), _words, _maybe),
    st.builds(doc.Curves, _words, _labels, _series, _words, _maybe),
    st.builds(doc.Radar, _words, _labels, _series, _values),
    st.builds(
        doc.Gantt, _words, st.lists(st.tuples(_words, st.lists(_tasks, max_size=5).map(tuple)), max_size=4).map(tuple)
    ),
    st.builds(
        doc.Flow,
        _words,
        _labels,
        st.lists(st.tuples(st.integers(-2, 9), st.integers(-2, 9)), max_size=12).map(tuple),
    ),
)
