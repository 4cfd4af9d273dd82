"""Which resource answers which path, in each edition; paths are below the edition's API root."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from collab_sync.sandbox.jira.api import attachments, classic_search, comments, issues, links, meta, properties, search
from collab_sync.sandbox.jira.hooks import api as hooks
from collab_sync.sandbox.jira.state import Edition
from collab_sync.sandbox.jira.views import dashboards, filters, gadgets
from collab_sync.sandbox.wire import Response

Route: TypeAlias = tuple[str, str, Callable[..., Response]]

_SHARED: tuple[Route, ...] = (
    ("GET", "/myself", meta.myself),
    ("GET", "/mypermissions", meta.my_permissions),
    ("GET", "/field", meta.fields),
    ("GET", "/project", meta.project_list),
    ("GET", "/project/{key}", meta.project),
    ("GET", "/project/{key}/statuses", meta.project_statuses),
    ("GET", "/issue/createmeta/{key}/issuetypes", meta.create_types),
    ("GET", "/issuetype", meta.issue_types),
    ("GET", "/status", meta.statuses),
    ("GET", "/priority", meta.priorities),
    ("GET", "/user", meta.user),
    ("GET", "/user/search", meta.users),
    ("POST", "/issue", issues.create),
    ("GET", "/issue/{key}", issues.read),
    ("PUT", "/issue/{key}", issues.change),
    ("DELETE", "/issue/{key}", issues.delete),
    ("PUT", "/issue/{key}/assignee", issues.assign),
    ("GET", "/issue/{key}/transitions", issues.transitions),
    ("POST", "/issue/{key}/transitions", issues.transit),
    ("GET", "/issue/{key}/comment", comments.page),
    ("POST", "/issue/{key}/comment", comments.add),
    ("GET", "/issue/{key}/comment/{comment_id}", comments.read),
    ("PUT", "/issue/{key}/comment/{comment_id}", comments.change),
    ("DELETE", "/issue/{key}/comment/{comment_id}", comments.delete),
    ("GET", "/comment/{comment_id}/properties", properties.list_of_comment),
    ("GET", "/comment/{comment_id}/properties/{name}", properties.read_of_comment),
    ("PUT", "/comment/{comment_id}/properties/{name}", properties.put_on_comment),
    ("DELETE", "/comment/{comment_id}/properties/{name}", properties.delete_of_comment),
    ("GET", "/issue/{key}/properties", properties.list_of_issue),
    ("GET", "/issue/{key}/properties/{name}", properties.read_of_issue),
    ("PUT", "/issue/{key}/properties/{name}", properties.put_on_issue),
    ("DELETE", "/issue/{key}/properties/{name}", properties.delete_of_issue),
    ("POST", "/issue/{key}/attachments", attachments.add),
    ("GET", "/attachment/meta", attachments.settings),
    ("GET", "/attachment/{attachment_id}", attachments.read),
    ("DELETE", "/attachment/{attachment_id}", attachments.delete),
    ("GET", "/issueLinkType", links.types),
    ("POST", "/issueLink", links.create),
    ("GET", "/issueLink/{link_id}", links.read),
    ("DELETE", "/issueLink/{link_id}", links.delete),
    ("GET", "/issue/{key}/remotelink", links.remote_links),
    ("POST", "/issue/{key}/remotelink", links.put_remote_link),
    ("DELETE", "/issue/{key}/remotelink", links.delete_remote_link_by_global_id),
    ("DELETE", "/issue/{key}/remotelink/{link_id}", links.delete_remote_link),
    ("POST", "/filter", filters.create),
    ("GET", "/filter/favourite", filters.favourites),
    ("GET", "/filter/{filter_id}", filters.read),
    ("PUT", "/filter/{filter_id}", filters.change),
    ("DELETE", "/filter/{filter_id}", filters.delete),
    ("GET", "/filter/{filter_id}/permission", filters.permissions),
    ("POST", "/filter/{filter_id}/permission", filters.share),
)
_ITEM = "/dashboard/{dashboard_id}/items/{gadget_id}/properties"
_VIEWS: tuple[Route, ...] = (
    ("GET", "/filter/my", filters.mine),
    ("GET", "/dashboard", dashboards.page),
    ("POST", "/dashboard", dashboards.create),
    ("GET", "/dashboard/gadgets", gadgets.directory),
    ("GET", "/dashboard/{dashboard_id}", dashboards.read),
    ("PUT", "/dashboard/{dashboard_id}", dashboards.change),
    ("DELETE", "/dashboard/{dashboard_id}", dashboards.delete),
    ("GET", "/dashboard/{dashboard_id}/gadget", gadgets.all_of),
    ("POST", "/dashboard/{dashboard_id}/gadget", gadgets.add),
    ("PUT", "/dashboard/{dashboard_id}/gadget/{gadget_id}", gadgets.change),
    ("DELETE", "/dashboard/{dashboard_id}/gadget/{gadget_id}", gadgets.remove),
    ("GET", _ITEM, gadgets.properties),
    ("GET", f"{_ITEM}/{{name}}", gadgets.read_property),
    ("PUT", f"{_ITEM}/{{name}}", gadgets.put_property),
    ("DELETE", f"{_ITEM}/{{name}}", gadgets.delete_property),
)
_CLOUD: tuple[Route, ...] = (
    ("GET", "/project/search", meta.projects),
    ("GET", "/label", meta.labels),
    ("GET", "/search/jql", search.search),
    ("POST", "/search/jql", search.search),
    ("POST", "/search/approximate-count", search.count),
    ("GET", "/search", search.removed),
    ("POST", "/search", search.removed),
    ("POST", "/issue/bulkfetch", issues.bulk_fetch),
    ("POST", "/changelog/bulkfetch", issues.bulk_changelog),
    ("GET", "/issue/{key}/changelog", issues.changelog),
    ("POST", "/comment/list", comments.by_ids),
    ("GET", "/attachment/content/{attachment_id}", attachments.content),
)
_DATA_CENTER: tuple[Route, ...] = (
    ("GET", "/search", classic_search.search),
    ("POST", "/search", classic_search.search),
)
HOOKS: tuple[Route, ...] = (
    ("GET", "/webhook", hooks.hooks),
    ("POST", "/webhook", hooks.create),
    ("GET", "/webhook/{hook_id}", hooks.read),
    ("PUT", "/webhook/{hook_id}", hooks.change),
    ("DELETE", "/webhook/{hook_id}", hooks.delete),
)
"""Of a Cloud site; below ``hooks.ROOT``, which is beside the API."""
ROUTES: Mapping[Edition, tuple[Route, ...]] = {"cloud": _SHARED + _CLOUD + _VIEWS, "datacenter": _SHARED + _DATA_CENTER}
"""Method, path pattern, and what answers it with a signed-in call and the pattern's parameters."""
