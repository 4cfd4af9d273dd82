"""The tables. A change here goes with a new revision in ``migrations/versions``.

A document column holds the frozen value as msgspec JSON (that of an item deflated: ``documents``); the columns beside
it are what queries ask for. Documents come last in their rows, because SQLite reads a row from its front and long
values spill to other pages.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from collab_sync.store.sql import SubjectText, UtcInstant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

PRESENT = text("gone = ''")
"""Condition of the partial indexes over items that can be seen; a query must spell it the same way to use them."""

OPEN = text("ended_at IS NULL")
UNDELIVERED = text("delivered_by IS NULL")

work_item = Table(
    "work_item",
    metadata,
    Column("id", Text, primary_key=True),
    Column("gone", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("baseline", Boolean, nullable=False),
    Column("first_seen", UtcInstant, nullable=False),
    Column("key", Text, nullable=False, index=True),
    Column("url", Text, nullable=False, index=True),
    Column("project", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("program", Text),
    Column("open", Boolean, nullable=False),
    Column("creation_key", Text),
    Column("document", LargeBinary, nullable=False),
    # Each ends with the id: populations are read from the index alone, already sorted.
    Index("ix_work_item_project", "project", "type", "open", "id", sqlite_where=PRESENT),
    Index("ix_work_item_type", "type", "open", "id", sqlite_where=PRESENT),
    Index(
        "ix_work_item_program", "program", "type", "open", "id", sqlite_where=text("gone = '' AND program IS NOT NULL")
    ),
    Index("ix_work_item_creation_key", "creation_key", sqlite_where=text("creation_key IS NOT NULL")),
)

former_name = Table(
    "former_name",
    metadata,
    Column("name", Text, primary_key=True),
    Column("item", Text, ForeignKey("work_item.id"), primary_key=True),
    sqlite_with_rowid=False,
)
"""Keys and URLs that items no longer have, so that a link somebody typed years ago still finds its item."""

item_link = Table(
    "item_link",
    metadata,
    Column("target", Text, primary_key=True),
    Column("item", Text, ForeignKey("work_item.id"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

concern = Table(
    "concern",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("item", Text, ForeignKey("work_item.id"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)
"""Under which topics an item is found (``analysis.concerns``)."""

shard = Table(
    "shard",
    metadata,
    Column("project", Text, primary_key=True),
    Column("cursor", Text),
    Column("complete_as_of", UtcInstant),
    Column("attempted_at", UtcInstant),
    Column("error", Text, nullable=False),
)

dirty = Table("dirty", metadata, Column("subject", SubjectText, primary_key=True), sqlite_with_rowid=False)

due = Table(
    "due",
    metadata,
    Column("subject", SubjectText, primary_key=True),
    Column("at", UtcInstant, nullable=False, index=True),
    sqlite_with_rowid=False,
)

episode = Table(
    "episode",
    metadata,
    Column("rule", Text, primary_key=True),
    Column("subject", SubjectText, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("ended_at", UtcInstant),
    Column("document", LargeBinary, nullable=False),
    Index("ix_episode_open", "subject", "rule", "key", sqlite_where=OPEN),
)

hold = Table(
    "hold",
    metadata,
    Column("item", Text, primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("subject", SubjectText, primary_key=True),
    Column("key", Text, primary_key=True),
    ForeignKeyConstraint(
        ["rule", "subject", "key"], ["episode.rule", "episode.subject", "episode.key"], ondelete="CASCADE"
    ),
    Index("ix_hold_episode", "rule", "subject", "key"),
    sqlite_with_rowid=False,
)
"""Which episodes keep a label on an item now; the labels themselves are in the episode's document."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("enqueued_at", UtcInstant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt", UtcInstant),
    Column("last_error", Text, nullable=False),
    Column("creation_key", Text),
    Column("receipt", LargeBinary),
    Column("document", LargeBinary, nullable=False),
    UniqueConstraint("key"),
    Index("ix_outbox_creation_key", "creation_key", sqlite_where=text("creation_key IS NOT NULL")),
    # A number is never given twice: people quote it from `status` and logs.
    sqlite_autoincrement=True,
)

managed_trace = Table(
    "managed_trace",
    metadata,
    Column("item", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("document", LargeBinary, nullable=False),
)

journal = Table(
    "journal",
    metadata,
    Column("key", Text, primary_key=True),
    Column("at", UtcInstant, nullable=False),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

mention = Table(
    "mention",
    metadata,
    Column("at", UtcInstant, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)

digest_entry = Table(
    "digest_entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", Text, nullable=False),
    Column("at", UtcInstant, nullable=False),
    Column("delivered_by", Text),
    Column("item", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_digest_entry_open", "at", sqlite_where=UNDELIVERED),
)
