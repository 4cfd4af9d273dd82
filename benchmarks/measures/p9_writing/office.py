"""What is to be written: a store with so many issues, and one comment for each of them in the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from collab_sync.clock import SystemClock
from collab_sync.model import marker
from collab_sync.model.action import CommentWrite, PlannedWrite, Target
from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.document import Document, Paragraph, Text
from collab_sync.model.identity import SourceRef, item_id
from collab_sync.model.mapping import ProjectMapping, TrackerMapping
from collab_sync.model.work_item import WorkItem
from collab_sync.pipeline.runtime import Ruling, Runtime
from collab_sync.planner.desks.comments import POST
from collab_sync.ports import WorkItemReader
from collab_sync.ports.store import Shard
from collab_sync.rules.load import load_rules_folder
from collab_sync.store.sqlite import open_store
from collab_sync_jira import connector

RULES = Path(__file__).parents[3] / "rules"
PROJECT = connector.default_mapping(ProjectMapping(name="新品", connection="jira", project="NPX"))
MAPPING = TrackerMapping(projects=(PROJECT,))
TEXT = Document((Paragraph((Text("截止日 2025-10-18 已过,请说明新的完成时间。"),)),))


@contextmanager
def office(url: str, folder: Path, actions: int, at_once: int) -> Iterator[Runtime]:
    """A runtime over a durable store: ``actions`` issues, mirrored, a comment for each to be delivered, with so many
    requests at once."""
    settings = ConnectionSettings(
        name="jira", kind="jira", url=url, edition="cloud", user="bot", token=Secret("bot-token"), at_once=at_once
    )
    clock = SystemClock()
    connection, store = connector.connect(settings, clock), open_store(folder / "store.sqlite")
    try:
        reader = connection.reader(PROJECT)
        assert reader is not None, "Jira has items"
        with store.write() as tx:
            tx.put_shards([Shard(project=PROJECT.name, complete_as_of=clock.now())])
            items = list(_items(reader, actions))
            tx.put_items([(item, b"") for item in items], seen_at=clock.now(), baseline=False)
            tx.enqueue([_comment(item) for item in items], at=clock.now())
        yield Runtime(store, {"jira": connection}, Ruling(load_rules_folder(RULES), MAPPING), clock)
    finally:
        connection.close()
        store.close()


def _items(reader: WorkItemReader, count: int) -> Iterator[WorkItem]:
    """One is read, the others are made after it."""
    payload = reader.read(_ref(1))
    first = reader.normalize(payload)
    for number in range(1, count + 1):
        yield msgspec.structs.replace(
            first, id=item_id("jira", str(number)), source=_ref(number), title=f"任务 {number}"
        )


def _ref(number: int) -> SourceRef:
    return SourceRef(
        connection="jira", project=PROJECT.name, path="NPX", native_id=str(number), key=f"NPX-{number}", iid=""
    )


def _comment(item: WorkItem) -> PlannedWrite:
    key = f"late|{item.id}|2025-10-18|1|comment"
    write = CommentWrite(
        target=Target(ref=item.source), document=TEXT, marker=marker.dumps(marker.Marker(key=f"{POST}{key}", hash="1"))
    )
    return PlannedWrite(key=key, project=PROJECT.name, write=write, lines=(), reason="逾期")
