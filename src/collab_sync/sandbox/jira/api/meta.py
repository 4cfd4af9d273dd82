"""What the site is and knows: itself, who asks, permissions, projects, types, statuses, fields, labels, users."""

from __future__ import annotations

from collab_sync.sandbox.jira.beans import Json
from collab_sync.sandbox.jira.call import Call
from collab_sync.sandbox.jira.refusal import Refusal
from collab_sync.sandbox.jira.state import Project
from collab_sync.sandbox.wire import Response, json_response

PERMISSIONS = (
    "BROWSE_PROJECTS",
    "CREATE_ISSUES",
    "EDIT_ISSUES",
    "ASSIGN_ISSUES",
    "DELETE_ISSUES",
    "TRANSITION_ISSUES",
    "LINK_ISSUES",
    "ADD_COMMENTS",
    "EDIT_OWN_COMMENTS",
    "EDIT_ALL_COMMENTS",
    "DELETE_OWN_COMMENTS",
    "CREATE_ATTACHMENTS",
    "DELETE_OWN_ATTACHMENTS",
    "DELETE_ALL_ATTACHMENTS",
    "MODIFY_REPORTER",
    "SCHEDULE_ISSUES",
    "ADMINISTER_PROJECTS",
    "ADMINISTER",
    "CREATE_SHARED_OBJECTS",
)
_GLOBAL = frozenset({"ADMINISTER", "CREATE_SHARED_OBJECTS"})
_NEVER = frozenset({"EDIT_ALL_COMMENTS", "DELETE_ALL_ATTACHMENTS", "ADMINISTER_PROJECTS"})


def server_info(call: Call) -> Response:
    """GET serverInfo."""
    return json_response(
        {
            "baseUrl": call.base,
            "version": "1001.0.0-SNAPSHOT" if call.site.cloud else "10.3.0",
            "versionNumbers": [1001, 0, 0] if call.site.cloud else [10, 3, 0],
            "deploymentType": "Cloud" if call.site.cloud else "Server",
            "buildNumber": 100_000,
            "buildDate": call.beans.time(call.now),
            "serverTime": call.beans.time(call.now),
            "scmInfo": "sandbox",
            "serverTitle": call.site.title,
            "serverTimeZone": call.site.time_zone,
        }
    )


def myself(call: Call) -> Response:
    """GET myself: one's own e-mail address is always shown."""
    own = call.beans.account(call.account.account_id)
    return json_response({**own, "emailAddress": call.account.email, "locale": "zh_CN"})


def my_permissions(call: Call) -> Response:
    """GET mypermissions for the keys in ``permissions``; Data Center knows no such parameter and tells of all."""
    asked = call.names("permissions") if call.site.cloud else PERMISSIONS
    if not asked:
        raise Refusal(400, "The 'permissions' query parameter is required.")
    unknown = [name for name in asked if name not in PERMISSIONS]
    if unknown:
        raise Refusal(400, f"Unrecognized permission: {', '.join(unknown)}")
    if project := call.request.arg("projectKey") or call.request.arg("projectId"):
        call.project(project)
    if issue := call.request.arg("issueKey") or call.request.arg("issueId"):
        call.issue(issue)
    shown = {
        name: {
            "id": str(PERMISSIONS.index(name)),
            "key": name,
            "name": name.replace("_", " ").title(),
            "type": "GLOBAL" if name in _GLOBAL else "PROJECT",
            "description": "",
            "havePermission": call.may(name) and name not in _NEVER and (name != "ADMINISTER" or call.account.admin),
        }
        for name in asked
    }
    return json_response({"permissions": shown})


def fields(call: Call) -> Response:
    """GET field: system and custom ones."""
    custom = [call.beans.field(each) for each in call.site.custom_fields.values()]
    return json_response([*call.beans.system_fields(), *custom])


def projects(call: Call) -> Response:
    """GET project/search: one page."""
    shown = [call.beans.project(each) for each in _visible(call)]
    start, size = call.number("startAt", 0, 10**9), call.number("maxResults", 50, 100)
    page = shown[start : start + size]
    last = start + len(page) >= len(shown)
    return json_response({"maxResults": size, "startAt": start, "total": len(shown), "isLast": last, "values": page})


def project_list(call: Call) -> Response:
    """GET project."""
    return json_response([call.beans.project(each) for each in _visible(call)])


def project(call: Call, key: str) -> Response:
    """GET one project with its issue types."""
    found = call.project(key)
    types = [call.beans.type(each) for each in found.types]
    lead: Json = {"lead": call.beans.account(found.lead)} if found.lead in call.site.accounts else {}
    return json_response({**call.beans.project(found), "description": "", **lead, "issueTypes": types})


def project_statuses(call: Call, key: str) -> Response:
    """GET the statuses of each issue type of a project: all share its workflow."""
    found = call.project(key)
    statuses = [call.beans.status(call.site.statuses[each]) for each in found.statuses]
    types = [call.beans.type(each) for each in found.types]
    keys = ("self", "id", "name", "subtask")
    return json_response([{**{name: each[name] for name in keys}, "statuses": statuses} for each in types])


def create_types(call: Call, key: str) -> Response:
    """GET issue/createmeta/{project}/issuetypes."""
    types = [call.beans.type(each) for each in call.project(key).types]
    return json_response({"startAt": 0, "maxResults": 50, "total": len(types), "issueTypes": types})


def issue_types(call: Call) -> Response:
    """GET issuetype."""
    return json_response([call.beans.type(each) for each in call.site.types])


def statuses(call: Call) -> Response:
    """GET status."""
    return json_response([call.beans.status(each) for each in call.site.statuses.values()])


def priorities(call: Call) -> Response:
    """GET priority, highest first."""
    return json_response([call.beans.priority(each) for each in call.site.priorities])


def labels(call: Call) -> Response:
    """GET label: all that are in use, sorted, paged."""
    known = sorted({label for issue in call.site.issues.values() if call.sees(issue) for label in issue.labels})
    start, size = call.number("startAt", 0, 10**9), call.number("maxResults", 1000, 1000)
    page = known[start : start + size]
    last = start + len(page) >= len(known)
    return json_response({"maxResults": size, "startAt": start, "total": len(known), "isLast": last, "values": page})


def user(call: Call) -> Response:
    """GET user by ``accountId``; on Data Center by ``username`` or ``key``."""
    if call.site.cloud:
        found = call.site.accounts.get(call.request.arg("accountId") or "")
        refusal = "Specified user does not exist or you do not have required permissions"
    else:
        name = call.request.arg("username") or call.request.arg("key") or ""
        found = call.site.account_called(name)
        refusal = f"The user named '{name}' does not exist"
    if found is None:
        raise Refusal(404, refusal)
    return json_response(call.beans.account(found.account_id))


def users(call: Call) -> Response:
    """GET user/search by ``query`` (a part of the name or the whole e-mail address) or ``accountId``; on Data Center by
    ``username``, which means the same as ``query``."""
    account_id = call.request.arg("accountId")
    query = call.request.arg("query" if call.site.cloud else "username")
    if query is None and account_id is None:
        wanted = "At least one query param must be provided: query, accountId or property"
        raise Refusal(400, wanted if call.site.cloud else "The username query parameter was not provided")
    start, size = call.number("startAt", 0, 10**9), call.number("maxResults", 50, 1000)
    wanted = (query or "").lower()
    found = [
        each.account_id
        for each in call.site.accounts.values()
        if each.account_id == account_id
        or (query is not None and (wanted in (each.email.lower(), each.login.lower()) or wanted in each.name.lower()))
    ]
    return json_response([call.beans.account(each) for each in found[start : start + size]])


def _visible(call: Call) -> list[Project]:
    return [call.site.projects[key] for key in sorted(call.asking.visible)]
