"""How a site comes to be: what every Jira has from the start, and what the control API's seed adds.

Seeding again changes nothing: what is there by id, key or name stays; accounts take their latest token and rights.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from collab_sync.sandbox.jira.state import (
    Category,
    CustomField,
    Edition,
    FieldKind,
    LinkType,
    Named,
    Project,
    SiteAccount,
    SiteState,
    Status,
    Transition,
)
from collab_sync.sandbox.wire import BadBody

_PRIORITIES = ("Highest", "High", "Medium", "Low", "Lowest")
_LINK_TYPES = (
    ("Blocks", "is blocked by", "blocks"),
    ("Cloners", "is cloned by", "clones"),
    ("Duplicate", "is duplicated by", "duplicates"),
    ("Relates", "relates to", "relates to"),
)


class SeededStatus(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A status of a project; a name that the site knows already keeps its category."""

    name: str
    category: Category = "indeterminate"


class SeededTransition(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An arrow between statuses by name; an empty ``from`` starts anywhere."""

    name: str
    to: str
    sources: list[str] = msgspec.field(default=[], name="from")


def default_statuses() -> list[SeededStatus]:
    """The workflow of a project that names none."""
    return [
        SeededStatus(name="待办", category="new"),
        SeededStatus(name="处理中"),
        SeededStatus(name="待验收"),
        SeededStatus(name="完成", category="done"),
        SeededStatus(name="已结项", category="done"),
        SeededStatus(name="已取消", category="done"),
    ]


class SeededProject(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A project. Without ``transitions`` every status can be reached from every other, as in Jira's simple workflow.
    ``next_number``: where the numbers of issues that bots create begin."""

    key: str
    name: str = ""
    lead: str = ""
    types: list[str] = msgspec.field(default_factory=lambda: ["任务", "缺陷", "风险"])
    statuses: list[SeededStatus] = msgspec.field(default_factory=default_statuses)
    transitions: list[SeededTransition] = []
    next_number: int = 101


class SeededField(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A custom field by name; ``id`` only where a story needs a certain one."""

    name: str
    kind: FieldKind = "text"
    id: str = ""


class SeededAccount(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A person or bot with an account; ``denied``: permission keys it lacks; ``admin``: it administers the site. Data
    Center's ``username`` and ``key`` serve as account id where none is given."""

    name: str
    account_id: str = ""
    username: str = ""
    key: str = ""
    email: str = ""
    token: str
    bot: bool = False
    active: bool = True
    time_zone: str = ""
    denied: list[str] = []
    admin: bool = False


class Seed(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the control API may ask of a Jira site; what is left out stays as it is. Switches: see ``SiteState``."""

    users: list[SeededAccount] = []
    projects: list[SeededProject] = []
    fields: list[SeededField] = []
    title: str = ""
    time_zone: str = ""
    edition: Edition | None = None
    id_seek: bool | None = msgspec.field(default=None, name="idSeek")
    search_lag: int | None = msgspec.field(default=None, name="searchLag")
    comment_limit: int | None = msgspec.field(default=None, name="commentLimit")
    attachment_limit: int | None = msgspec.field(default=None, name="attachmentLimit")


def new_site(edition: Edition = "cloud") -> SiteState:
    """An empty site with Jira's own priorities and link types."""
    site = SiteState(edition=edition)
    for number, name in enumerate(_PRIORITIES, 1):
        site.priorities[str(number)] = Named(id=str(number), name=name)
    for number, (name, inward, outward) in enumerate(_LINK_TYPES, 10000):
        site.link_types[str(number)] = LinkType(id=str(number), name=name, inward=inward, outward=outward)
    return site


def seed(site: SiteState, wanted: Mapping[str, object]) -> None:
    """Adds what is missing. Raises BadBody before anything is changed if the seed cannot be understood."""
    try:
        parsed = msgspec.convert(wanted, Seed)
    except msgspec.ValidationError as error:
        raise BadBody(f"Jira 的种子数据写法不对：{error}") from None
    _check_transitions(parsed)
    accounts = [_account(site, each) for each in parsed.users]
    _switch(site, parsed)
    site.accounts |= {each.account_id: each for each in accounts}
    for field in parsed.fields:
        _add_field(site, field)
    for project in parsed.projects:
        if project.key not in site.projects:
            site.projects[project.key] = _new_project(site, project)


def _switch(site: SiteState, parsed: Seed) -> None:
    site.title = parsed.title or site.title
    site.time_zone = parsed.time_zone or site.time_zone
    site.edition = parsed.edition or site.edition
    site.id_seek = site.id_seek if parsed.id_seek is None else parsed.id_seek
    site.search_lag = site.search_lag if parsed.search_lag is None else parsed.search_lag
    site.comment_limit = site.comment_limit if parsed.comment_limit is None else parsed.comment_limit
    if parsed.attachment_limit is not None:
        site.attachment_limit = parsed.attachment_limit


def _account(site: SiteState, wanted: SeededAccount) -> SiteAccount:
    values = msgspec.structs.asdict(wanted)
    own = values["account_id"] = wanted.account_id or wanted.key or wanted.username
    if not own:
        raise BadBody(f"{wanted.name} 在 Jira 里没有账号：写 accountId，Data Center 写 username 或 key。")
    del values["key"]
    known = site.accounts.get(own)
    return SiteAccount(**values, revoked=known.revoked if known is not None else [])


def _check_transitions(parsed: Seed) -> None:
    for project in parsed.projects:
        known = {status.name for status in project.statuses}
        for transition in project.transitions:
            unknown = sorted({transition.to, *transition.sources} - known)
            if unknown:
                raise BadBody(f"项目 {project.key} 的转换「{transition.name}」用了没有的状态：{'、'.join(unknown)}。")


def _add_field(site: SiteState, field: SeededField) -> None:
    if any(each.name == field.name for each in site.custom_fields.values()):
        return
    own = field.id or f"customfield_{site.next_id('field')}"
    site.custom_fields[own] = CustomField(id=own, name=field.name, kind=field.kind)


def _new_project(site: SiteState, project: SeededProject) -> Project:
    statuses = {each.name: _status(site, each) for each in project.statuses}
    arrows = project.transitions or [SeededTransition(name=each, to=each) for each in statuses]
    transitions = [
        Transition(
            id=str(number), name=each.name, to=statuses[each.to], sources=[statuses[one] for one in each.sources]
        )
        for number, each in enumerate(arrows, 11)
    ]
    return Project(
        id=str(site.next_id("project")),
        key=project.key,
        name=project.name or project.key,
        lead=_lead(site, project.lead),
        types=[_type(site, name) for name in project.types],
        statuses=list(statuses.values()),
        transitions=transitions,
        next_number=project.next_number,
    )


def _status(site: SiteState, wanted: SeededStatus) -> str:
    known = site.status_named(wanted.name)
    if known is None:
        known = Status(id=str(site.next_id("status")), name=wanted.name, category=wanted.category)
        site.statuses[known.id] = known
    return known.id


def _type(site: SiteState, name: str) -> str:
    known = next((each for each in site.types.values() if each.name == name), None)
    if known is None:
        known = Named(id=str(site.next_id("type")), name=name)
        site.types[known.id] = known
    return known.id


def _lead(site: SiteState, name: str) -> str:
    known = site.account_named(name)
    return known.account_id if known is not None else ""
