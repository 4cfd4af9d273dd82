"""Issues: create, read, change, delete, move through the workflow, read their history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from collab_sync.sandbox.jira import edits
from collab_sync.sandbox.jira.api.properties import given_properties
from collab_sync.sandbox.jira.beans import Json
from collab_sync.sandbox.jira.call import INVALID_PAYLOAD, Call
from collab_sync.sandbox.jira.fields import editable_fields
from collab_sync.sandbox.jira.refusal import Refusal, bad_field
from collab_sync.sandbox.jira.state import Issue, Project, Transition
from collab_sync.sandbox.wire import Response, empty, json_response

BULK_ISSUES = 100
BULK_CHANGELOG_ISSUES = 1000
BULK_CHANGELOG_FIELDS = 10


def create(call: Call) -> Response:
    """POST issue."""
    issue = new_issue(call, None)
    bean = {"id": str(issue.id), "key": issue.key, "self": f"{call.api}/issue/{issue.id}"}
    return json_response(bean, 201)


def new_issue(call: Call, number: int | None) -> Issue:
    """Creates the issue that the body describes, with a given number or the project's next one."""
    call.require("CREATE_ISSUES", "You do not have permission to create issues in this project.")
    project = _project_of(call)
    fields = editable_fields(call.site, project)
    body = {**call.body, "fields": {k: v for k, v in _fields_of(call).items() if k != "project"}}
    values = edits.new_values(fields, body, None)
    _check_required(values)
    properties = given_properties(call.body.get("properties"))
    issue = Issue(
        id=call.site.next_id("issue"),
        project=project.key,
        number=number if number is not None else call.site.next_number(project, call.account),
        type=str(values["issuetype"]),
        summary=str(values["summary"]),
        status=project.statuses[0],
        priority=str(values.get("priority") or _middle_priority(call)),
        reporter=call.account.account_id,
        creator=call.account.account_id,
        numbered_by_site=number is None,
        created=call.now,
        updated=call.now,
        properties=properties,
    )
    for name, value in values.items():
        fields[name].write(issue, value)
    call.site.add_issue(issue)
    return issue


def read(call: Call, key: str) -> Response:
    """GET issue."""
    issue = call.issue(key)
    return json_response(bean(call, issue, call.names("fields") or ("*all",)))


def bean(
    call: Call, issue: Issue, wanted: Iterable[str], *, comment_limit: int | None = None, silent: bool = False
) -> Json:
    """An issue with fields, and with changelog (``silent``: see ``Beans``) and properties as the request asks."""
    built = call.beans.issue(issue, wanted, comment_limit=comment_limit)
    if "changelog" in call.names("expand"):
        built["changelog"] = call.beans.expanded_changelog(issue, silent=silent)
    properties = call.names("properties")
    if properties:
        shown = issue.properties if "*all" in properties else {p: issue.properties.get(p) for p in properties}
        built["properties"] = {name: value for name, value in shown.items() if name in issue.properties}
    return built


def change(call: Call, key: str) -> Response:
    """PUT issue."""
    issue = call.issue(key)
    call.require("EDIT_ISSUES", "You do not have permission to edit issues in this project.")
    fields = editable_fields(call.site, call.site.projects[issue.project])
    values, properties = edits.new_values(fields, call.body, issue), given_properties(call.body.get("properties"))
    issue.properties |= properties
    edits.apply(call.site, issue, fields, values, call.stamp)
    if call.request.arg("returnIssue") == "true":
        return json_response(bean(call, issue, ("*all",)))
    return empty(204)


def assign(call: Call, key: str) -> Response:
    """PUT issue/assignee."""
    issue = call.issue(key)
    call.require("ASSIGN_ISSUES", "You do not have permission to assign issues.")
    fields = editable_fields(call.site, call.site.projects[issue.project])
    name = "accountId" if call.site.cloud else "name"
    account = call.body.get(name)
    wanted = {"assignee": None if account is None else {name: account}}
    edits.apply(call.site, issue, fields, edits.new_values(fields, {"fields": wanted}, issue), call.stamp)
    return empty(204)


def delete(call: Call, key: str) -> Response:
    """DELETE issue."""
    issue = call.issue(key)
    call.require("DELETE_ISSUES", "You do not have permission to delete issues in this project.")
    call.site.remove_issue(issue)
    return empty(204)


def transitions(call: Call, key: str) -> Response:
    """GET transitions: the arrows that start at the issue's status."""
    issue = call.issue(key)
    shown = [
        {
            "id": each.id,
            "name": each.name,
            "to": call.beans.status(call.site.statuses[each.to]),
            "hasScreen": False,
            "isGlobal": not each.sources,
            "isInitial": False,
            "isAvailable": True,
            "isConditional": False,
        }
        for each in _open_transitions(call, issue)
    ]
    return json_response({"expand": "transitions", "transitions": shown})


def transit(call: Call, key: str) -> Response:
    """POST transitions: the id as text; fields and update may come along."""
    issue = call.issue(key)
    asked = call.body.get("transition")
    wanted = asked.get("id") if isinstance(asked, dict) else None
    if wanted is None:
        raise Refusal(400, "Missing 'transition' identifier")
    if not str(wanted).isdigit():
        raise Refusal(400, "'transition' identifier must be an integer")
    found = next((each for each in _open_transitions(call, issue) if each.id == str(wanted)), None)
    if found is None:
        raise Refusal(400, f"Transition id '{wanted}' is not valid for this issue.")
    fields = editable_fields(call.site, call.site.projects[issue.project])
    values = edits.new_values(fields, call.body, issue)
    edits.apply(call.site, issue, fields, values, call.stamp)
    edits.move(call.site, issue, found.to, call.stamp)
    return empty(204)


def changelog(call: Call, key: str) -> Response:
    """GET changelog: oldest first, paged."""
    issue = call.issue(key)
    start, size = call.number("startAt", 0, 10**9), call.page_limit(call.number("maxResults", 100, 100))
    page = issue.changes[start : start + size]
    own = f"{call.api}/issue/{issue.key}/changelog"
    after = start + len(page)
    answer: Json = {
        "self": f"{own}?maxResults={size}&startAt={start}",
        "maxResults": size,
        "startAt": start,
        "total": len(issue.changes),
        "isLast": after >= len(issue.changes),
        "values": [call.beans.change(each) for each in page],
    }
    if after < len(issue.changes):
        answer["nextPage"] = f"{own}?maxResults={size}&startAt={after}"
    return json_response(answer)


def bulk_fetch(call: Call) -> Response:
    """POST issue/bulkfetch: up to 100 issues by ascending id; those that cannot be seen are listed as errors."""
    names = call.names("issueIdsOrKeys")
    if not names or len(names) > BULK_ISSUES:
        raise Refusal(400, f"The number of issues to fetch must be between 1 and {BULK_ISSUES}.")
    found = {name: _seen(call, name) for name in names}
    issues = {issue.id: issue for issue in found.values() if issue is not None}
    wanted = call.names("fields") or ("*all",)
    errors = [{"id": name, "errorMessage": "Issue not found"} for name, issue in found.items() if issue is None]
    beans = [bean(call, issues[own], wanted, silent=True) for own in sorted(issues)]
    return json_response({"issueErrors": errors, "issues": beans})


def bulk_changelog(call: Call) -> Response:
    """POST changelog/bulkfetch: entries of many issues, oldest first and then by issue, paged by token."""
    names, only = call.names("issueIdsOrKeys"), call.names("fieldIds")
    if not 1 <= len(names) <= BULK_CHANGELOG_ISSUES or len(only) > BULK_CHANGELOG_FIELDS:
        raise Refusal(400, INVALID_PAYLOAD)
    issues = {issue.id: issue for name in names if (issue := _seen(call, name)) is not None}
    entries = [
        (each.at, issue.id, each.id, call.beans.change(each, items))
        for issue in issues.values()
        for each in issue.changes
        if (items := [item for item in each.items if not only or item.field_id in only])
    ]
    entries.sort(key=lambda entry: entry[:3])
    start = _offset(call.text("nextPageToken"))
    size = call.page_limit(call.number("maxResults", 1000, 10_000))
    grouped: dict[int, list[Json]] = {}
    for _at, issue_id, _id, entry in entries[start : start + size]:
        grouped.setdefault(issue_id, []).append(entry)
    logs = [{"issueId": str(own), "changeHistories": histories} for own, histories in grouped.items()]
    more = {"nextPageToken": str(start + size)} if start + size < len(entries) else {}
    return json_response({"issueChangeLogs": logs, **more})


def _seen(call: Call, name: str) -> Issue | None:
    found = call.site.issue(name)
    return found if found is not None and call.sees(found) else None


def _offset(token: str | None) -> int:
    if token is None:
        return 0
    if not token.isdigit():
        raise Refusal(400, "Invalid format of nextPageToken")
    return int(token)


def _open_transitions(call: Call, issue: Issue) -> tuple[Transition, ...]:
    if not call.may("TRANSITION_ISSUES"):
        return ()
    project = call.site.projects[issue.project]
    return tuple(
        each
        for each in project.transitions
        if (not each.sources or issue.status in each.sources) and (each.to != issue.status or each.sources)
    )


def _fields_of(call: Call) -> Mapping[str, object]:
    fields = call.body.get("fields")
    if not isinstance(fields, dict):
        raise Refusal(400, INVALID_PAYLOAD)
    return fields


def _project_of(call: Call) -> Project:
    raw = _fields_of(call).get("project")
    name = (raw.get("key") or raw.get("id")) if isinstance(raw, dict) else None
    project = call.site.project(str(name)) if name else None
    if project is None or not call.account.browses(project.key):
        raise bad_field("project", "valid project is required" if name else "Specify a valid project ID or key")
    return project


def _check_required(values: Mapping[str, object]) -> None:
    missing = {
        "summary": "You must specify a summary of the issue.",
        "issuetype": "Specify an issue type",
    }
    errors = {name: message for name, message in missing.items() if not values.get(name)}
    if errors:
        raise Refusal(400, fields=errors)


def _middle_priority(call: Call) -> str:
    known = tuple(call.site.priorities)
    return known[len(known) // 2]
