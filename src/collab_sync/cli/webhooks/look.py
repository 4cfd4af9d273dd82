"""What there is to say of one connection's web hooks: for ``webhooks ensure`` to put right, for ``doctor`` to tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from collab_sync.config import Settings, hook_secrets, hook_variable

if TYPE_CHECKING:
    from collab_sync.model.mapping import ProjectMapping
    from collab_sync.ports import Connection, Diagnosis, HookFinding, Subscription

PATH = "/hooks/"
"""Below the public address; the connection's name follows."""


def subscription(
    connection: str, projects: Sequence[ProjectMapping], settings: Settings, environment: Mapping[str, str]
) -> Subscription | None:
    """What is wanted of a connection; None without a secret. Raises ConfigurationError for one that cannot be used."""
    from collab_sync.ports import Subscription

    secrets = hook_secrets(connection, environment)
    if not secrets:
        return None
    url = f"{settings.http.public_url}{PATH}{connection}"
    return Subscription(url=url, secret=secrets[0], variable=hook_variable(connection), projects=projects)


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
