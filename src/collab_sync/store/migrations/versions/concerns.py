"""Topics by which items are found: programmes by code, requests by resource, who watches whom."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from collab_sync.store.documents import unpacked

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NAMED = "SELECT id, document FROM work_item WHERE type IN ('项目', '资源申请')"
_WATCHES = "SELECT substr(key, 7), value FROM journal WHERE key >= 'watch:' AND key < 'watch;' AND value <> ''"
_WATCHED = (
    "SELECT substr(topic, 7), item FROM concern WHERE topic >= 'watch:' AND topic < 'watch;' ORDER BY item, topic"
)


def upgrade() -> None:
    op.create_table(
        "concern",
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["item"], ["work_item.id"], name="fk_concern_item_work_item"),
        sa.PrimaryKeyConstraint("topic", "item", name="pk_concern"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_concern_item", "concern", ["item"])
    rows = [{"topic": topic, "item": item} for topic, item in sorted({*_named(), *_watched()})]
    if rows:
        op.get_bind().execute(sa.text("INSERT INTO concern VALUES (:topic, :item)"), rows)
    # What was remembered for the same end; running conflicts are found by their episodes.
    op.execute(
        "DELETE FROM journal WHERE key >= 'watch:' AND key < 'watch;' OR key >= 'conflict:' AND key < 'conflict;'"
    )


def downgrade() -> None:
    watches: dict[str, list[str]] = {}
    for name, item in op.get_bind().execute(sa.text(_WATCHED)):
        watches.setdefault(item, []).append(name)
    noted = [{"key": f"watch:{item}", "value": "\n".join(names)} for item, names in watches.items()]
    if noted:
        op.get_bind().execute(sa.text("INSERT INTO journal (key, at, value) VALUES (:key, 0, :value)"), noted)
    conflicts = "SELECT DISTINCT subject, 0, '' FROM episode WHERE subject >= 'conflict:' AND subject < 'conflict;'"
    op.execute(f"INSERT INTO journal (key, at, value) {conflicts}")
    op.drop_table("concern")


def _named() -> Iterator[tuple[str, str]]:
    for id_, document in op.get_bind().execute(sa.text(_NAMED)):
        item = unpacked(document)
        if item.type == "资源申请" and item.resource:
            yield f"resource:{item.resource}", id_
        if item.type == "项目" and item.fields.get("代号"):
            yield f"code:{item.fields['代号']}", id_


def _watched() -> Iterator[tuple[str, str]]:
    for id_, names in op.get_bind().execute(sa.text(_WATCHES)):
        for name in set(names.splitlines()):
            yield f"watch:{name}", id_
