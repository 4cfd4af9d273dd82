"""What there is to say of one connection's web hooks: for ``webhooks ensure`` to put right, for ``doctor`` to tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from collab_sync.config import Settings, hook_secrets, hook_variable

if TYPE_CHECKING:
    from collab_sync.model.mapping import ProjectMapping
    from collab_sync.ports import Connection, Diagnosis, HookFinding, Subscription

REGISTERED = "webhooks:"
"""Under it the journal keeps, by connection, the addresses at which we have let trackers call us."""

PATH = "/hooks/"
"""Below the public address; the connection's name follows."""


def subscription(
    connection: str,
    projects: Sequence[ProjectMapping],
    settings: Settings,
    environment: Mapping[str, str],
    formerly: Sequence[str] = (),
) -> Subscription | None:
    """What is wanted of a connection; None without a secret. ``formerly``: public addresses that people name as ours of
    old, beside those that we remember. Raises ConfigurationError for a secret that cannot be used, StoreError."""
    from collab_sync.ports import Subscription

    secrets = hook_secrets(connection, environment)
    if not secrets:
        return None
    url = f"{settings.http.public_url}{PATH}{connection}"
    named = frozenset(f"{one.rstrip('/')}{PATH}{connection}" for one in formerly)
    return Subscription(
        url=url,
        secret=secrets[0],
        variable=hook_variable(connection),
        projects=projects,
        former=(named | _registered(settings, connection)) - {url},
    )


def remember(settings: Settings, connection: str, url: str, now: datetime) -> None:
    """There are, or may be, hooks that call us at ``url``: once it is another, these are known for ours."""
    from collab_sync.cli.compose import open_database

    known = _registered(settings, connection)
    if url not in known:
        with open_database(settings) as store, store.write() as tx:
            tx.record(f"{REGISTERED}{connection}", now, "\n".join(sorted({*known, url})))


def _registered(settings: Settings, connection: str) -> frozenset[str]:
    from collab_sync.cli.compose import open_database

    if not settings.database.is_file():
        return frozenset()
    key = f"{REGISTERED}{connection}"
    with open_database(settings) as store, store.read() as tx:
        found = tx.recorded(key).get(key)
    return frozenset(found[1].splitlines()) if found else frozenset()


def look(connection: Connection, wanted: Subscription | None, *, act: bool = False) -> tuple[HookFinding, ...]:
    """Findings of one connection; none where it has no hooks. ``act``: put right what can be."""
    from collab_sync.ports import HookFinding

    if connection.hooks is None:
        return ()
    if wanted is not None:
        return connection.hooks.ensure(wanted, dry_run=not act)
    variable = hook_variable(connection.name)
    remedy = f"生成一个(例如 openssl rand -hex 32),放进环境变量 {variable},或放进 {variable}_FILE 指的文件。"
    return (HookFinding("Webhook", "manual", "没有密钥,不收它的 Webhook,只靠轮询。", remedy),)


def diagnosis(finding: HookFinding) -> Diagnosis:
    """As a line of ``doctor``: never an error, because without hooks everything is read all the same."""
    from collab_sync.ports import Diagnosis

    subject = finding.subject if finding.subject == "Webhook" else f"{finding.subject} 的 Webhook"
    if finding.state == "well":
        return Diagnosis(subject, "ok", finding.message)
    missing = "还没有登记。" if finding.state == "make" else finding.message
    return Diagnosis(subject, "warning", missing, finding.remedy or "运行 collab-sync webhooks ensure;轮询照常。")
