"""Values the sentences are about; vary them with ``msgspec.structs.replace``."""

from __future__ import annotations

from datetime import UTC, date, datetime

from collab_sync.model import marker
from collab_sync.model.action import CommentWrite, CreateWrite, LogLine, PlannedWrite, Target
from collab_sync.model.document import Document, Mention, Paragraph, Text
from collab_sync.model.episode import Episode
from collab_sync.model.identity import Account, ItemId, SourceRef, SubjectKind, SubjectRef, TypedName, item_id
from collab_sync.model.work_item import Change, Entry, Link, WorkItem

MONDAY = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 1, 30, tzinfo=UTC)
WEDNESDAY = datetime(2026, 3, 4, 1, 30, 0, 123456, tzinfo=UTC)
LI = Account("jira", "u-li", "李敏")


def native(number: int) -> ItemId:
    return item_id("jira", 10_000 + number)


def subject(number: int) -> SubjectRef:
    return SubjectRef(SubjectKind.WORK_ITEM, native(number))


def issue(number: int, *, key: str = "", parent: str | None = None, links: tuple[Link, ...] = ()) -> WorkItem:
    """An open task 「样机评审」 of programme NPX with something in every kind of field."""
    key = key or f"NPX-{number}"
    return WorkItem(
        id=native(number),
        source=SourceRef(
            connection="jira",
            project="jira-npx",
            path=key.partition("-")[0],
            native_id=str(10_000 + number),
            key=key,
            url=f"https://jira.example/browse/{key}",
        ),
        type="任务",
        title="样机评审:结构件（第二轮）",
        status="进行中",
        status_raw="In Progress",
        created_at=MONDAY,
        updated_at=WEDNESDAY,
        reporter=LI,
        roles={"R": (LI,), "A": (TypedName("王强"),)},
        raw_due=date(2026, 3, 13),
        program="NPX",
        parent=parent,
        links=links,
        labels=frozenset({"部门::研发部", "紧急"}),
        fields={"验收标准": "无异响", "成果": "评审记录"},
        entries=(Entry(id="c1", kind="进展", by=LI, at=TUESDAY, data={"结果": "通过", "备注": "“好”"}),),
        changes=(Change(field="due", at=TUESDAY, old="2026-03-10", new="2026-03-13", by=LI),),
    )


def episode(number: int = 1, *, rule: str = "esc-overdue", key: str = "2026-03-02T01:30Z") -> Episode:
    return Episode(rule=rule, subject=subject(number), key=key, began=MONDAY)


def log_line(at: datetime, order: int = 1, *, target: str = "NPX-1") -> LogLine:
    return LogLine(
        at=at, rule="esc-overdue", order=order, step=">1wd", target=target, action="comment", detail="已逾期"
    )


def comment(key: str, *, lines: tuple[LogLine, ...] = ()) -> PlannedWrite:
    body = Document((Paragraph((Mention("李敏", LI), Text(" 请更新进展"))),))
    target = Target(ref=issue(1).source)
    return PlannedWrite(
        key=key,
        project="jira-npx",
        write=CommentWrite(target=target, document=body, marker=marker.dumps(marker.Marker(key=key))),
        lines=lines,
        reason="逾期 2 个工作日",
        subjects=(subject(1),),
    )


def creation(key: str, *, creation_key: str) -> PlannedWrite:
    write = CreateWrite(
        project="gl-pmo",
        type="会议",
        title="资源协调会",
        document=Document((Paragraph((Text("议题"),)),)),
        marker=marker.dumps(marker.Marker(key=creation_key, generation=1)),
        due=date(2026, 3, 6),
        since=MONDAY,
    )
    return PlannedWrite(key=key, project="gl-pmo", write=write, lines=(), reason="资源冲突")
