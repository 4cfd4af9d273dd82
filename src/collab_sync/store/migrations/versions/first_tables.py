"""The first tables. Written out without ``schema``: a revision describes its own day for ever.

Instants are microseconds since 1970 UTC; subjects are ``kind:key``; documents are JSON.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    "work_item", "former_name", "item_link", "shard", "dirty", "due", "episode", "hold", "outbox", "managed_trace",
    "journal", "mention", "digest_entry",
)  # fmt: skip


def upgrade() -> None:
    _mirror()
    _names_and_links()
    _shards_and_attention()
    _episodes()
    _outbox()
    _traces_and_journal()
    _people()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)


def _mirror() -> None:
    op.create_table(
        "work_item",
        _text("id"),
        _text("gone"),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("baseline", sa.Boolean, nullable=False),
        _instant("first_seen"),
        _text("key"),
        _text("url"),
        _text("project"),
        _text("type"),
        _text("program", nullable=True),
        sa.Column("open", sa.Boolean, nullable=False),
        _text("creation_key", nullable=True),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_work_item"),
    )
    op.create_index("ix_work_item_key", "work_item", ["key"])
    op.create_index("ix_work_item_url", "work_item", ["url"])
    _partial_index("work_item", "project", ["project", "type", "open", "id"], where="gone = ''")
    _partial_index("work_item", "type", ["type", "open", "id"], where="gone = ''")
    _partial_index("work_item", "program", ["program", "type", "open", "id"], where="gone = '' AND program IS NOT NULL")
    _partial_index("work_item", "creation_key", ["creation_key"], where="creation_key IS NOT NULL")


def _names_and_links() -> None:
    op.create_table(
        "former_name",
        _text("name"),
        _text("item"),
        sa.PrimaryKeyConstraint("name", "item", name="pk_former_name"),
        sa.ForeignKeyConstraint(["item"], ["work_item.id"], name="fk_former_name_item_work_item"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "item_link",
        _text("target"),
        _text("item"),
        sa.PrimaryKeyConstraint("target", "item", name="pk_item_link"),
        sa.ForeignKeyConstraint(["item"], ["work_item.id"], name="fk_item_link_item_work_item"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_item_link_item", "item_link", ["item"])


def _shards_and_attention() -> None:
    op.create_table(
        "shard",
        _text("project"),
        _text("cursor", nullable=True),
        _instant("complete_as_of", nullable=True),
        _instant("attempted_at", nullable=True),
        _text("error"),
        sa.PrimaryKeyConstraint("project", name="pk_shard"),
    )
    op.create_table(
        "dirty", _text("subject"), sa.PrimaryKeyConstraint("subject", name="pk_dirty"), sqlite_with_rowid=False
    )
    op.create_table(
        "due",
        _text("subject"),
        _instant("at"),
        sa.PrimaryKeyConstraint("subject", name="pk_due"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_due_at", "due", ["at"])


def _episodes() -> None:
    op.create_table(
        "episode",
        _text("rule"),
        _text("subject"),
        _text("key"),
        _instant("ended_at", nullable=True),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("rule", "subject", "key", name="pk_episode"),
    )
    _partial_index("episode", "open", ["subject", "rule", "key"], where="ended_at IS NULL")
    op.create_table(
        "hold",
        _text("item"),
        _text("rule"),
        _text("subject"),
        _text("key"),
        sa.PrimaryKeyConstraint("item", "rule", "subject", "key", name="pk_hold"),
        sa.ForeignKeyConstraint(
            ["rule", "subject", "key"],
            ["episode.rule", "episode.subject", "episode.key"],
            name="fk_hold_rule_subject_key_episode",
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_hold_episode", "hold", ["rule", "subject", "key"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, nullable=False),
        _text("key"),
        _text("state"),
        _instant("enqueued_at"),
        sa.Column("attempts", sa.Integer, nullable=False),
        _instant("next_attempt", nullable=True),
        _text("last_error"),
        _text("creation_key", nullable=True),
        sa.Column("receipt", sa.LargeBinary),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_state", "outbox", ["state"])
    _partial_index("outbox", "creation_key", ["creation_key"], where="creation_key IS NOT NULL")


def _traces_and_journal() -> None:
    op.create_table(
        "managed_trace",
        _text("item"),
        _text("kind"),
        _text("key"),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("item", "kind", "key", name="pk_managed_trace"),
    )
    op.create_table(
        "journal",
        _text("key"),
        _instant("at"),
        _text("value"),
        sa.PrimaryKeyConstraint("key", name="pk_journal"),
        sqlite_with_rowid=False,
    )


def _people() -> None:
    op.create_table(
        "mention",
        _instant("at"),
        _text("person"),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("at", "person", name="pk_mention"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "digest_entry",
        sa.Column("id", sa.Integer, nullable=False),
        _text("person"),
        _instant("at"),
        _text("delivered_by", nullable=True),
        _text("item"),
        _text("url"),
        _text("rule"),
        _text("text"),
        sa.PrimaryKeyConstraint("id", name="pk_digest_entry"),
    )
    _partial_index("digest_entry", "open", ["at"], where="delivered_by IS NULL")


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _partial_index(table: str, name: str, columns: list[str], *, where: str) -> None:
    op.create_index(f"ix_{table}_{name}", table, columns, sqlite_where=sa.text(where))
