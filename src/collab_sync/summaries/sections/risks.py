"""The risk register."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope, joined
from collab_sync.summaries.sheet import Column, Section, Sheet


def state(line: Line) -> str:
    """监控中 while open, 已触发 once its condition came true, else how it ended."""
    if not line.facts.item.open:
        return line.facts.item.status
    return "已触发" if "风险:已触发" in line.facts.item.labels else "监控中"


REGISTER: Sheet[Line] = Sheet(
    "风险登记册",
    (
        Column("风险点", lambda line: line.ref(title=True), ("S4-35", "S4-31")),
        Column("责任部门", lambda line: line.department, ("S4-36",)),
        Column("影响", lambda line: line.field("影响"), ("S4-33",)),
        Column("概率", lambda line: line.field("概率"), ("S4-33",)),
        Column("等级", lambda line: line.text("risk_level"), ("S4-33",)),
        Column("应对措施", lambda line: line.field("应对措施"), ("S4-37",)),
        Column("触发条件", lambda line: line.field("触发条件"), ("S4-38",)),
        Column("状态", state, ("S4-38", "S2-20")),
    ),
    serves=("S4-34", "S2-20", "S4-31"),
)

FLAGGED: Sheet[Line] = Sheet(
    "进行中任务的风险提示",
    (
        Column("任务", lambda line: line.ref(title=True), ("S3-31",)),
        Column("负责人", lambda line: line.people("R")),
        Column("提示", lambda line: line.text("progress_status"), ("S3-31", "S3-32")),
        Column(
            "说明", lambda line: joined((line.said("进度更新", "说明"), line.said("进度更新", "延迟原因"))), ("S3-32",)
        ),
        Column("方案", lambda line: line.said("方案", "内容"), ("S0-28",)),
    ),
    empty="没有报告遇到风险或需支持的任务。",
)


def register(scope: SectionScope) -> tuple[Block, ...]:
    return REGISTER.blocks(scope.of("风险"))


def flagged(scope: SectionScope) -> tuple[Block, ...]:
    """Open tasks whose newest report says 遇到风险 or 需支持."""
    return FLAGGED.blocks(line for line in scope.active if line.text("progress_status") in ("遇到风险", "需支持"))


SECTIONS: tuple[Section, ...] = (
    Section("风险", register, (REGISTER,)),
    Section("风险提示", flagged, (FLAGGED,)),
)
