"""Registers and mends the web hook of a Cloud site: one for all its projects, kept by administrators.

The interface for apps takes no API token; the one of administrators does, if the account is one. Where it is not, and
on Data Center, people are told what to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from collab_sync.errors import AccessError, MissingItemError, TrackerError
from collab_sync.model.mapping import ProjectMapping
from collab_sync.ports.hooks import HookFinding, Subscription
from collab_sync_jira.site import JiraSite, quoted, segment

EVENTS = (
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
    "comment_created",
    "comment_updated",
    "comment_deleted",
)
SUBJECT = "Webhook"
_FILTER = "issue-related-events-section"
_CLOSED = frozenset({401, 403})


class _Hook(msgspec.Struct, frozen=True, rename="camel"):
    url: str
    address: str = msgspec.field(default="", name="self")
    events: tuple[str, ...] = ()
    filters: Mapping[str, str] = {}
    enabled: bool = True
    exclude_body: bool = False
    is_signed: bool | None = None

    @property
    def number(self) -> str:
        """How its own address names it, for addresses that we ask."""
        return segment(self.address.rstrip("/").rpartition("/")[2])

    def faults(self, jql: str) -> tuple[str, ...]:
        """What about it is otherwise than it should be, as people read it."""
        said = (
            (not self.enabled, "已停用"),
            (not set(EVENTS) <= set(self.events), "少订阅了事件"),
            (self.filters.get(_FILTER) != jql, "项目范围不对"),
            (self.exclude_body, "不带正文"),
            (self.is_signed is False, "没有密钥"),
        )
        return tuple(words for holds, words in said if holds)


class JiraHookKeeper:
    """Implements ``collab_sync.ports.HookKeeper``."""

    def __init__(self, site: JiraSite) -> None:
        self._site = site

    def ensure(self, wanted: Subscription, *, dry_run: bool) -> tuple[HookFinding, ...]:
        """See ``ports``: one finding for the whole site."""
        if not self._site.cloud:
            return (HookFinding(SUBJECT, "manual", "Data Center 的 Webhook 由管理员登记。", by_hand(wanted)),)
        try:
            return (self._ensured(wanted, dry_run),)
        except (AccessError, MissingItemError) as error:
            if error.status in _CLOSED or isinstance(error, MissingItemError):
                return (HookFinding(SUBJECT, "manual", "我们的账号不是 Jira 管理员。", by_hand(wanted)),)
            return (HookFinding(SUBJECT, "error", error.message),)
        except TrackerError as error:
            return (HookFinding(SUBJECT, "error", error.message),)

    def _ensured(self, wanted: Subscription, dry_run: bool) -> HookFinding:
        hooks = self._site.decode(self._site.administer("GET", "webhook"), list[_Hook])
        former = [one for one in hooks if one.url in wanted.former - {wanted.url}]
        hook = next((one for one in hooks if one.url == wanted.url), next(iter(former), None))
        jql = _jql(wanted.projects)
        if hook is None:
            if not dry_run:
                self._site.administer("POST", "webhook", _body(wanted, jql, self._site.name))
            return HookFinding(SUBJECT, "make", f"登记 {wanted.url}。")
        moved = ["还指着旧地址"] if hook.url != wanted.url else []
        faults = (*moved, *hook.faults(jql), *(["重写密钥"] if wanted.renew else []))
        if faults and not dry_run:
            self._site.administer("PUT", f"webhook/{hook.number}", _body(wanted, jql, self._site.name))
        told = (*faults, *self._cleared([one for one in former if one is not hook], dry_run))
        if not told:
            return HookFinding(SUBJECT, "well", "Webhook 已登记。")
        return HookFinding(SUBJECT, "mend", f"改正:{'、'.join(told)}。")

    def _cleared(self, former: Sequence[_Hook], dry_run: bool) -> tuple[str, ...]:
        """Hooks of ours that nobody answers any more are gone."""
        for hook in () if dry_run else former:
            self._site.administer("DELETE", f"webhook/{hook.number}")
        return (f"删去旧地址的登记 {len(former)} 个",) if former else ()


def by_hand(wanted: Subscription) -> str:
    """What an administrator has to do."""
    return (
        f"请 Jira 管理员在“系统 → WebHooks”里新建:URL 写 {wanted.url},密钥(Secret)写 {wanted.variable} 的第一行,"
        f"JQL 写 {_jql(wanted.projects)},勾选议题与评论的创建、更新、删除事件,带正文。"
        "没有地方填密钥就不要登记:没有证明的调用一律不算,轮询照常。"
    )


def _jql(projects: Sequence[ProjectMapping]) -> str:
    return f"project in ({', '.join(quoted(one.project) for one in projects)})"


def _body(wanted: Subscription, jql: str, connection: str) -> Mapping[str, object]:
    """Whole, because what an update leaves out is kept or lost as the field likes."""
    return {
        "name": f"collab-sync {connection}",
        "url": wanted.url,
        "secret": wanted.secret.reveal(),
        "events": list(EVENTS),
        "filters": {_FILTER: jql},
        "excludeBody": False,
        "enabled": True,
    }
