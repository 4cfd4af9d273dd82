"""The check that watches exchanges can fail: every kind of breach is told. Skipped without the vendors' documents."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft4Validator  # type: ignore[import-untyped]  # ships without types
from tests.contracts.api_document import Contracts
from tests.contracts.conformance import complaints
from tests.contracts.watch import contracts

from collab_sync.sandbox.wire import Headers, Request, Response

ISSUE = "/jira/rest/api/3/issue/NPX-1"
NOTES = "/gitlab/api/v4/projects/rd%2Fx1/issues/4/notes"
NO_DOCUMENT = {"type": "doc", "version": 1, "content": [{"type": "text", "text": "不在段落里"}]}
DOCUMENT = {
    "type": "doc",
    "version": 1,
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "好"}]}],
}
MEDIA = {"type": "media", "attrs": {"type": "file", "id": "1f0a", "collection": "contentId-7"}}
WIKI_PAGES = "POST /confluence/wiki/api/v2/pages"


def wiki_body(document: object) -> dict[str, str]:
    return {"representation": "atlas_doc_format", "value": json.dumps(document)}


WIKI_UPDATE = {
    "id": "7",
    "status": "current",
    "title": "周报",
    "body": wiki_body(DOCUMENT),
    "version": {"number": 2},
}


@pytest.fixture
def known() -> Contracts:
    found = contracts()
    if found is None:
        pytest.skip("COLLAB_SYNC_CONTRACTS and ../shared/contracts hold none of the vendors' documents")
    return found


def exchange(target: str, sent: object = None, status: int = 204, got: object = None) -> tuple[Request, Response]:
    method, _, path = target.partition(" ")
    headers = Headers([("Content-Type", "application/json")])
    body = b"" if sent is None else json.dumps(sent).encode()
    request = Request.parse(method, path, headers.items(), body)
    return request, Response(status, b"" if got is None else json.dumps(got).encode())


@pytest.mark.parametrize(
    ("target", "sent", "status", "got", "told"),
    [
        ("GET /jira/rest/api/3/isue/NPX-1", None, 200, {}, "no such request"),
        (f"GET {ISSUE}?field=summary", None, 200, {}, "query field"),
        (f"PUT {ISSUE}", {"update": {"labels": "灯::红"}}, 204, None, "request"),
        (f"POST {ISSUE}/comment", {"body": NO_DOCUMENT}, 201, {}, "no Atlassian Document"),
        (f"PUT {ISSUE}", {"fields": {"description": NO_DOCUMENT}}, 204, None, "no Atlassian Document"),
        (f"PUT {ISSUE}", {"fields": {}}, 207, None, "no answer 207"),
        (f"GET {ISSUE}", None, 200, {"id": 10001}, "answer 200"),
        ("POST /jira/rest/api/2/issue/NPX-1/comment", {"body": DOCUMENT}, 201, {}, "request"),
        ("GET /jira/rest/api/2/search?properties=collab-sync", None, 200, {}, "query properties"),
        ("GET /jira/rest/api/2/search/jql", None, 200, {}, "no such request"),
        (f"POST {NOTES}", {"text": "收到"}, 201, {}, "request"),
        (f"GET {NOTES}?order=asc", None, 200, [], "query order"),
        (f"GET {NOTES}", None, 200, [{"id": "一"}], "answer 200"),
        ("GET /gitlab/api/v4/projects/1/epics", None, 200, [], "no such request"),
        ("GET /confluence/wiki/api/v2/page", None, 200, {}, "no such request"),
        ("GET /confluence/wiki/api/v2/pages?spaceId=1", None, 200, {"results": []}, "query spaceId"),
        (WIKI_PAGES, {"title": "周报", "body": wiki_body(DOCUMENT)}, 200, {}, "request"),
        (WIKI_PAGES, {"spaceId": "1", "body": wiki_body(NO_DOCUMENT)}, 200, {}, "no Atlassian Document"),
        (WIKI_PAGES, {"spaceId": "1", "body": wiki_body(DOCUMENT)}, 200, {"id": 7}, "answer 200"),
    ],
)
def test_每种不合都说得出来(  # noqa: PLR0917  # a table
    known: Contracts, target: str, sent: object, status: int, got: object, told: str
) -> None:
    found = complaints(known, *exchange(target, sent, status, got), strict=True)
    assert any(told in line for line in found), found


@pytest.mark.parametrize(
    ("target", "sent", "status", "got"),
    [
        (f"PUT {ISSUE}", {"update": {"labels": [{"add": "灯::红"}]}}, 204, None),
        (f"PUT {ISSUE}", {"fields": {"description": DOCUMENT}}, 429, None),
        ("POST /jira/rest/api/2/issue/NPX-1/comment", {"body": "请更新"}, 201, {"body": "请更新"}),
        (f"POST {NOTES}", {"body": "/close"}, 202, {"commands_changes": {}}),
        ("GET /gitlab/api/v4/users?username=liming", None, 200, []),
        ("GET /jira/browse/NPX-1", None, 302, None),
        (WIKI_PAGES, {"spaceId": "1", "title": "周报", "body": wiki_body(DOCUMENT)}, 200, {"id": "7"}),
        ("PUT /confluence/wiki/api/v2/pages/7", WIKI_UPDATE, 409, None),
    ],
)
def test_合乎文档的交换没有怨言(known: Contracts, target: str, sent: object, status: int, got: object) -> None:
    assert complaints(known, *exchange(target, sent, status, got), strict=True) == []


@pytest.mark.parametrize(
    ("node", "fits"),
    [
        ({"type": "paragraph", "content": [{"type": "text", "text": "好"}]}, True),
        ({"type": "paragraph", "content": [{"type": "paragraph"}]}, False),
        ({"type": "text", "text": "不在段落里"}, False),
        ({"type": "新节点"}, False),
        ({"type": "expand", "content": []}, False),
        ({"type": "expand", "attrs": {"title": "数据"}, "content": [{"type": "rule"}]}, True),
        ({"type": "mediaSingle", "attrs": {"layout": "center"}, "content": [MEDIA]}, True),
        ({"type": "mediaSingle", "attrs": {"layout": "center"}, "content": [{"type": "media", "attrs": {}}]}, False),
        (
            {"type": "table", "content": [{"type": "tableRow", "content": [{"type": "tableCell", "content": []}]}]},
            False,
        ),
        ("不是节点", False),
    ],
)
def test_只试同类节点_判得和全试一样(known: Contracts, node: object, fits: bool) -> None:
    """The short way to judge a document comes to the same as the schema's own."""
    document = {"type": "doc", "version": 1, "content": [node]}
    assert (not list(known.adf.iter_errors(document))) == fits
    assert Draft4Validator(known.adf.schema).is_valid(document) == fits


def test_沙盒自己的测试可以故意问错(known: Contracts) -> None:
    """Requests are not judged there, answers are."""
    wrong = exchange(f"PUT {ISSUE}?frobnicate=1", {"update": {"labels": "灯::红"}}, 400)
    assert complaints(known, *wrong, strict=False) == []
    assert complaints(known, *exchange("GET /jira/rest/api/3/isue/NPX-1", None, 200, {}), strict=False) != []
