"""How the site's things look in JSON: the shapes of Jira Cloud's REST API v3 and of Data Center's v2."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from collab_sync.sandbox.jira.edits import DONE
from collab_sync.sandbox.jira.files.shape import shape
from collab_sync.sandbox.jira.jql.fields import CATEGORIES
from collab_sync.sandbox.jira.state import (
    Attachment,
    Change,
    ChangeItem,
    Comment,
    CustomField,
    Issue,
    IssueLink,
    LinkType,
    Project,
    RemoteLink,
    RichText,
    SiteAccount,
    SiteState,
    Status,
)
from collab_sync.sandbox.jira.text.wiki import from_document, to_document

Json = dict[str, object]
SEARCHED_COMMENTS = 20
"""Comments of an issue that a search answers at most; the comment resource has all."""
EXPANDED_CHANGES = 40
"""Changelog entries that Cloud's ``expand=changelog`` gives at most, latest first; the changelog resource has all."""

_CATEGORY_COLOURS = {"new": "blue-gray", "indeterminate": "yellow", "done": "green"}
_SCHEMAS: Mapping[str, Json] = {
    "text": {"type": "string", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:textfield"},
    "richtext": {"type": "string", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:textarea"},
    "number": {"type": "number", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:float"},
    "date": {"type": "date", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:datepicker"},
    "option": {"type": "option", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:select"},
    "user": {"type": "user", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:userpicker"},
    "users": {
        "type": "array",
        "items": "user",
        "custom": "com.atlassian.jira.plugin.system.customfieldtypes:multiuserpicker",
    },
    "labels": {
        "type": "array",
        "items": "string",
        "custom": "com.atlassian.jira.plugin.system.customfieldtypes:labels",
    },
}
_SYSTEM_FIELDS = (
    ("summary", "摘要", "string"),
    ("description", "描述", "string"),
    ("status", "状态", "status"),
    ("issuetype", "事务类型", "issuetype"),
    ("project", "项目", "project"),
    ("priority", "优先级", "priority"),
    ("labels", "标签", "array"),
    ("assignee", "经办人", "user"),
    ("reporter", "报告人", "user"),
    ("creator", "创建者", "user"),
    ("created", "创建日期", "datetime"),
    ("updated", "已更新", "datetime"),
    ("duedate", "到期日", "date"),
    ("resolution", "解决结果", "resolution"),
    ("resolutiondate", "已解决", "datetime"),
    ("parent", "父级", "issuelink"),
    ("subtasks", "子任务", "array"),
    ("issuelinks", "链接的事务", "array"),
    ("comment", "评论", "comments-page"),
    ("attachment", "附件", "array"),
)


class Beans:
    """Builds the JSON of one answer: ``base`` is the site's URL as the client addressed it, ``reader`` who gets it."""

    def __init__(self, site: SiteState, base: str, reader: SiteAccount) -> None:
        self._site = site
        self._base = base
        self._reader = reader
        self._zone = ZoneInfo(reader.time_zone or site.time_zone)

    def time(self, at: datetime) -> str:
        """``2020-06-17T13:04:03.848+0800`` in the reader's zone: not RFC 3339, as the real thing."""
        local = at.astimezone(self._zone)
        return f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond // 1000:03d}{local:%z}"

    def account(self, account_id: str) -> Json:
        """A user: by account id and without e-mail address on Cloud, by name, key and address on Data Center."""
        account = self._site.accounts[account_id]
        shown: Json = {
            "avatarUrls": {size: f"{self._base}/avatar/{size}.png" for size in ("48x48", "24x24", "16x16", "32x32")},
            "displayName": account.name,
            "active": account.active,
            "timeZone": account.time_zone or self._site.time_zone,
        }
        if not self._site.cloud:
            own = f"{self._api}/user?username={account.login}"
            return {"self": own, "name": account.login, "key": account_id, "emailAddress": account.email, **shown}
        own = f"{self._api}/user?accountId={account_id}"
        kind = "app" if account.bot else "atlassian"
        return {"self": own, "accountId": account_id, **shown, "accountType": kind}

    def text(self, given: RichText | None) -> RichText | None:
        """A description or comment in the site's notation, whatever it was given in."""
        if given is None:
            return None
        return to_document(given) if self._site.cloud else from_document(given)

    def status(self, status: Status) -> Json:
        """A status with its category."""
        number, name = CATEGORIES[status.category]
        category = {
            "self": f"{self._api}/statuscategory/{number}",
            "id": int(number),
            "key": status.category,
            "colorName": _CATEGORY_COLOURS[status.category],
            "name": name,
        }
        return {
            "self": f"{self._api}/status/{status.id}",
            "description": "",
            "iconUrl": f"{self._base}/",
            "name": status.name,
            "id": status.id,
            "statusCategory": category,
        }

    def type(self, type_id: str) -> Json:
        """An issue type."""
        known = self._site.types[type_id]
        return {
            "self": f"{self._api}/issuetype/{known.id}",
            "id": known.id,
            "description": "",
            "iconUrl": f"{self._base}/type/{known.id}.png",
            "name": known.name,
            "subtask": False,
            "hierarchyLevel": 0,
        }

    def priority(self, priority_id: str) -> Json:
        """A priority."""
        known = self._site.priorities[priority_id]
        icon = f"{self._base}/priority/{known.id}.svg"
        return {"self": f"{self._api}/priority/{known.id}", "iconUrl": icon, "name": known.name, "id": known.id}

    def project(self, project: Project) -> Json:
        """A project as issues and lists show it."""
        return {
            "self": f"{self._api}/project/{project.id}",
            "id": project.id,
            "key": project.key,
            "name": project.name,
            "projectTypeKey": "software",
            "simplified": False,
        }

    def link_type(self, link_type: LinkType) -> Json:
        """A kind of issue link."""
        return {
            "id": link_type.id,
            "name": link_type.name,
            "inward": link_type.inward,
            "outward": link_type.outward,
            "self": f"{self._api}/issueLinkType/{link_type.id}",
        }

    def field(self, custom: CustomField) -> Json:
        """A custom field of the site."""
        number = int(custom.id.removeprefix("customfield_"))
        return {
            "id": custom.id,
            "key": custom.id,
            "name": custom.name,
            "custom": True,
            "orderable": True,
            "navigable": True,
            "searchable": True,
            "clauseNames": [f"cf[{number}]", custom.name],
            "schema": {**_SCHEMAS[custom.kind], "customId": number},
        }

    def system_fields(self) -> list[Json]:
        """The fields every site has, as far as the sandbox knows them."""
        return [
            {
                "id": own,
                "key": own,
                "name": name,
                "custom": False,
                "orderable": True,
                "navigable": own != "comment",
                "searchable": True,
                "clauseNames": [own],
                "schema": {"type": kind, "system": own},
            }
            for own, name, kind in _SYSTEM_FIELDS
        ]

    def comment(self, issue: Issue, comment: Comment, *, properties: bool = False) -> Json:
        """A comment; its properties only when asked for."""
        bean: Json = {
            "self": f"{self._api}/issue/{issue.id}/comment/{comment.id}",
            "id": str(comment.id),
            "author": self.account(comment.author),
            "body": self.text(comment.body),
            "updateAuthor": self.account(comment.update_author),
            "created": self.time(comment.created),
            "updated": self.time(comment.updated),
        }
        bean |= {"visibility": comment.visibility} if comment.visibility else {}
        bean |= {"jsdPublic": _is_public(comment)} if self._site.cloud else {}
        if properties:
            bean["properties"] = [{"key": key, "value": value} for key, value in comment.properties.items()]
        return bean

    def attachment(self, one: Attachment) -> Json:
        """A file on an issue."""
        return shape(self._site, self._base, one, self.account(one.author), self.time(one.created))

    def change(self, change: Change, items: Iterable[ChangeItem] | None = None) -> Json:
        """A changelog entry, perhaps with some of its items only."""
        shown = change.items if items is None else items
        return {
            "id": str(change.id),
            "author": self.account(change.author),
            "created": self.time(change.at),
            "items": [self._change_item(item) for item in shown],
        }

    def remote_link(self, issue: Issue, link: RemoteLink) -> Json:
        """A link out of the site."""
        bean: Json = {"id": link.id, "self": f"{self._api}/issue/{issue.key}/remotelink/{link.id}"}
        bean |= {"globalId": link.global_id} if link.global_id else {}
        bean |= {"application": link.application} if link.application else {}
        bean |= {"relationship": link.relationship} if link.relationship else {}
        return {**bean, "object": link.target}

    def issue_reference(self, issue: Issue) -> Json:
        """An issue as links, parents and subtasks show it."""
        return {
            "id": str(issue.id),
            "key": issue.key,
            "self": f"{self._api}/issue/{issue.id}",
            "fields": {
                "summary": issue.summary,
                "status": self.status(self._site.statuses[issue.status]),
                "priority": self.priority(issue.priority),
                "issuetype": self.type(issue.type),
            },
        }

    def link(self, link: IssueLink, seen_from: Issue | None = None) -> Json:
        """A link with both ends, or with the other end only when seen from one of them."""
        ends: Json = {}
        if seen_from is None or seen_from.id == link.target:
            ends["inwardIssue"] = self.issue_reference(self._site.issues[link.source])
        if seen_from is None or seen_from.id == link.source:
            ends["outwardIssue"] = self.issue_reference(self._site.issues[link.target])
        kind = self.link_type(self._site.link_types[link.type])
        return {"id": str(link.id), "self": f"{self._api}/issueLink/{link.id}", "type": kind, **ends}

    def issue(self, issue: Issue, wanted: Iterable[str], *, comment_limit: int | None = None) -> Json:
        """An issue with the wanted fields (``*all``, ``*navigable``, names, ``-name``); unknown names are left out."""
        readers = self._readers(issue, comment_limit)
        names = _chosen(tuple(wanted), tuple(readers))
        bean: Json = {
            "expand": "operations,versionedRepresentations,editmeta,changelog,renderedFields",
            "id": str(issue.id),
            "self": f"{self._api}/issue/{issue.id}",
            "key": issue.key,
        }
        return {**bean, "fields": {name: readers[name]() for name in names}}

    def expanded_changelog(self, issue: Issue, *, silent: bool = False) -> Json:
        """What ``expand=changelog`` adds. Data Center: all entries, oldest first. Cloud: the latest ones first, and
        ``silent`` (searches, bulk reads) counts only those shown, so that nothing tells of the others."""
        if not self._site.cloud:
            histories = [self.change(each) for each in issue.changes]
        else:
            histories = [self.change(each) for each in reversed(issue.changes)][:EXPANDED_CHANGES]
        total = len(histories) if silent else len(issue.changes)
        return {"startAt": 0, "maxResults": len(histories), "total": total, "histories": histories}

    @property
    def _api(self) -> str:
        return self._base + self._site.api

    def _readers(self, issue: Issue, comment_limit: int | None) -> dict[str, Callable[[], object]]:
        site = self._site
        parent = self._visible(issue.parent)
        readers: dict[str, Callable[[], object]] = {
            "summary": lambda: issue.summary,
            "description": lambda: self.text(issue.description),
            "status": lambda: self.status(site.statuses[issue.status]),
            "issuetype": lambda: self.type(issue.type),
            "project": lambda: self.project(site.projects[issue.project]),
            "priority": lambda: self.priority(issue.priority),
            "labels": lambda: issue.labels,
            "assignee": lambda: self.account(issue.assignee) if issue.assignee else None,
            "reporter": lambda: self.account(issue.reporter) if issue.reporter else None,
            "creator": lambda: self.account(issue.creator),
            "created": lambda: self.time(issue.created),
            "updated": lambda: self.time(issue.updated),
            "duedate": lambda: issue.due.isoformat() if issue.due else None,
            "resolution": lambda: self._resolution(issue),
            "resolutiondate": lambda: self.time(issue.resolved) if issue.resolved else None,
            "subtasks": list,
            "issuelinks": lambda: [self.link(each, issue) for each in self._links(issue)],
            "components": list,
            "attachment": lambda: [self.attachment(each) for each in issue.attachments],
            "comment": lambda: self._comments(issue, comment_limit),
        }
        if issue.security in site.levels:
            readers["security"] = lambda: self._level(issue.security)
        if parent is not None:
            readers["parent"] = lambda: self.issue_reference(parent)
        for custom in site.custom_fields.values():
            readers[custom.id] = lambda custom=custom: self._custom(issue, custom)  # type: ignore[misc]  # bound early
        return readers

    def _visible(self, issue_id: int | None) -> Issue | None:
        found = self._site.issues.get(issue_id) if issue_id is not None else None
        return found if found is not None and self._site.shows(found, self._reader) else None

    def _links(self, issue: Issue) -> list[IssueLink]:
        """Links whose other end the reader sees."""
        return [
            each for each in self._site.links_of(issue) if self._visible(each.source) and self._visible(each.target)
        ]

    def _level(self, level_id: str) -> Json:
        level = self._site.levels[level_id]
        return {"self": f"{self._api}/securitylevel/{level.id}", "id": level.id, "description": "", "name": level.name}

    def _comments(self, issue: Issue, limit: int | None) -> Json:
        shown = issue.comments if limit is None else issue.comments[:limit]
        return {
            "comments": [self.comment(issue, each) for each in shown],
            "self": f"{self._api}/issue/{issue.id}/comment",
            "maxResults": len(shown) if limit is None else limit,
            "total": len(issue.comments),
            "startAt": 0,
        }

    def _resolution(self, issue: Issue) -> Json | None:
        if issue.resolved is None:
            return None
        number, name = DONE
        return {"self": f"{self._api}/resolution/{number}", "id": number, "description": "", "name": name}

    def _custom(self, issue: Issue, custom: CustomField) -> object:
        value = issue.custom.get(custom.id)
        if value is None:
            return None
        if custom.kind == "users" and isinstance(value, list):
            return [self.account(str(each)) for each in value]
        if custom.kind == "user":
            return self.account(str(value))
        if custom.kind == "richtext" and isinstance(value, dict | str):
            return self.text(value)
        return {"value": value} if custom.kind == "option" else value

    def _change_item(self, item: ChangeItem) -> Json:
        kind = "custom" if item.field_id.startswith("customfield_") else "jira"
        head: Json = {"field": item.field, "fieldtype": kind}
        if item.field_id and self._site.cloud:
            head["fieldId"] = item.field_id
        return {**head, "from": item.old, "fromString": item.old_text, "to": item.new, "toString": item.new_text}


def _is_public(comment: Comment) -> bool:
    """Jira Service Management marks an internal comment by a property."""
    said = comment.properties.get("sd.public.comment")
    return not (isinstance(said, dict) and said.get("internal") is True)


def _chosen(wanted: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    everything = "*all" in wanted or (bool(wanted) and all(name.startswith("-") for name in wanted))
    if everything:
        names = set(known)
    elif "*navigable" in wanted:
        names = {name for name in known if name != "comment"} | set(wanted)
    else:
        names = set(wanted)
    names -= {name[1:] for name in wanted if name.startswith("-")}
    return tuple(name for name in known if name in names)
