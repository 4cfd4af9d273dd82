"""Registers and mends the web hooks of projects. GitLab tells everything about a hook but its secret.

A hook whose calls failed is switched off for a while, or for good; a test call that succeeds switches it on again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from collab_sync.errors import AccessError, MissingItemError, RejectedActionError, TrackerError
from collab_sync.model.mapping import ProjectMapping
from collab_sync.ports.hooks import HookFinding, Subscription
from collab_sync_gitlab.client import Body, Client, project_path
from collab_sync_gitlab.hooks.delivery import SIGNING, signing_key

EVENTS = ("issues_events", "confidential_issues_events", "note_events", "confidential_note_events")
_SIGNS_SINCE = 19
_FORBIDDEN = 403


class _Hook(msgspec.Struct, frozen=True):
    """``alert_status`` and what follows are told by newer servers only."""

    id: int
    url: str
    issues_events: bool = False
    confidential_issues_events: bool = False
    note_events: bool = False
    confidential_note_events: bool = False
    enable_ssl_verification: bool = True
    alert_status: str = "executable"
    disabled_until: datetime | None = None
    token_present: bool | None = None
    signing_token_present: bool | None = None

    def faults(self, signing: bool) -> tuple[str, ...]:
        """What about it is otherwise than it should be, as people read it."""
        deaf = not all((self.issues_events, self.confidential_issues_events))
        mute = not all((self.note_events, self.confidential_note_events))
        bare = (self.signing_token_present if signing else self.token_present) is False
        said = ((deaf, "没有订阅议题事件"), (mute, "没有订阅评论事件"), (bare, "没有密钥"))
        return tuple(words for holds, words in (*said, (not self.enable_ssl_verification, "不核对证书")) if holds)


class GitlabHookKeeper:
    """Implements ``collab_sync.ports.HookKeeper``."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def ensure(self, wanted: Subscription, *, dry_run: bool) -> tuple[HookFinding, ...]:
        """See ``ports``: one finding for each project."""
        return tuple(self._tried(wanted, project, dry_run) for project in wanted.projects)

    def _tried(self, wanted: Subscription, project: ProjectMapping, dry_run: bool) -> HookFinding:
        subject = f"项目 {project.project}"
        try:
            return self._unfit(wanted, subject) or self._ensured(wanted, project.project, subject, dry_run)
        except AccessError as error:
            if error.status == _FORBIDDEN:
                return HookFinding(subject, "manual", "我们的账号不能管理 Webhook(要 Maintainer)。", by_hand(wanted))
            return HookFinding(subject, "error", error.message)
        except TrackerError as error:
            return HookFinding(subject, "error", error.message)

    def _unfit(self, wanted: Subscription, subject: str) -> HookFinding | None:
        """A secret that signs, where nothing can be signed with it."""
        secret = wanted.secret.reveal()
        if not secret.startswith(SIGNING):
            return None
        version = self._client.version()
        major = version.partition(".")[0]
        if signing_key(secret) and not (major.isdecimal() and int(major) < _SIGNS_SINCE):
            return None
        why = f"GitLab {version} 不会签名" if signing_key(secret) else "密钥不是 whsec_ 加 base64"
        remedy = f"把 {wanted.variable} 换成不以 {SIGNING} 开头的密钥;签名要 GitLab {_SIGNS_SINCE}.0 以上。"
        return HookFinding(subject, "manual", f"签名密钥用不了:{why}。", remedy)

    def _ensured(self, wanted: Subscription, project: str, subject: str, dry_run: bool) -> HookFinding:
        path = f"{project_path(project)}/hooks"
        hooks = [msgspec.json.decode(row, type=_Hook) for row in self._client.rows(path, {"per_page": 100})]
        former = [one for one in hooks if one.url in wanted.former - {wanted.url}]
        hook = next((one for one in hooks if one.url == wanted.url), next(iter(former), None))
        signing = wanted.secret.reveal().startswith(SIGNING)
        cleared = self._cleared(path, [one for one in former if one is not hook], dry_run)
        if hook is None:
            made = None if dry_run else self._client.decode(self._client.post(path, _body(wanted)), _Hook)
            return _unsigned(made, signing, wanted, subject) or HookFinding(subject, "make", f"登记 {wanted.url}。")
        moved = ["还指着旧地址"] if hook.url != wanted.url else []
        faults = (*moved, *hook.faults(signing), *(["重写密钥"] if wanted.renew else []))
        if faults:
            put = None if dry_run else self._client.put(f"{path}/{hook.id}", _body(wanted))
            kept = self._client.decode(put, _Hook) if put is not None else None
            message = f"改正:{'、'.join((*faults, *cleared))}。"
            return _unsigned(kept, signing, wanted, subject) or HookFinding(subject, "mend", message)
        if hook.alert_status != "executable":
            return self._woken(f"{path}/{hook.id}", hook, subject, dry_run)
        if cleared:
            return HookFinding(subject, "mend", f"改正:{'、'.join(cleared)}。")
        return HookFinding(subject, "well", "Webhook 已登记,投递正常。")

    def _cleared(self, path: str, former: Sequence[_Hook], dry_run: bool) -> tuple[str, ...]:
        """Hooks of ours that nobody answers any more are gone."""
        for hook in () if dry_run else former:
            self._client.delete(f"{path}/{hook.id}")
        return (f"删去旧地址的登记 {len(former)} 个",) if former else ()

    def _woken(self, path: str, hook: _Hook, subject: str, dry_run: bool) -> HookFinding:
        until = hook.disabled_until.strftime("到 %Y-%m-%d %H:%M UTC") if hook.disabled_until else "(不会自己恢复)"
        message = f"投递屡次失败,被 GitLab 停用{until}"
        try:
            if not dry_run:
                self._client.post(f"{path}/test/issues_events", {})
        except (MissingItemError, RejectedActionError) as error:
            remedy = "先让 GitLab 访问得到这个地址,再在项目的 Settings → Webhooks 里按 Test。"
            return HookFinding(subject, "manual", f"{message};试投没有成功:{error.message}", remedy)
        return HookFinding(subject, "mend", f"{message};试投一次,成功就恢复。")


def by_hand(wanted: Subscription) -> str:
    """What a Maintainer has to do."""
    return (
        f"请项目的 Maintainer 在 Settings → Webhooks 里新建:URL 写 {wanted.url},密钥写 {wanted.variable} 的第一行,"
        "勾选 Issues、Confidential issues、Comments、Confidential comments 事件和 SSL 校验。"
    )


def _body(wanted: Subscription) -> Body:
    secret = wanted.secret.reveal()
    name = "signing_token" if secret.startswith(SIGNING) else "token"
    flags = {**dict.fromkeys(EVENTS, True), "push_events": False, "enable_ssl_verification": True}
    return {"url": wanted.url, name: secret, **flags}


def _unsigned(hook: _Hook | None, signing: bool, wanted: Subscription, subject: str) -> HookFinding | None:
    """Servers that know nothing of signing, or have it switched off, say nothing against such a secret."""
    if hook is None or not signing or hook.signing_token_present:
        return None
    remedy = f"请 GitLab 管理员启用 Webhook 签名,或把 {wanted.variable} 换成不以 {SIGNING} 开头的密钥。"
    return HookFinding(subject, "manual", "登记了,但服务器没有收下签名密钥,它的调用都不会被相信。", remedy)
