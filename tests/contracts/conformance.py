"""Does an exchange of a client with the sandbox keep to the vendors' documents?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.contracts.api_document import ApiDocument, Contracts, Operation

from collab_sync.sandbox.wire import Request, Response

_FORM = "application/x-www-form-urlencoded"


def complaints(contracts: Contracts, request: Request, response: Response, *, strict: bool) -> list[str]:
    """Everything that does not fit, a line each. ``request.path`` is the whole path. Requests are judged only if
    ``strict``: tests of the sandbox send odd ones on purpose."""
    found = contracts.of(request.path)
    if found is None:
        return []
    prefix, document = found
    path = request.path.removeprefix(f"/{prefix.split('/')[1]}")
    operation = document.operation(request.method, path)
    if operation is None:
        wrong = (strict or response.status < 400) and not document.leaves_out(request.method, path)
        return [f"{request.method} {path}: the document knows no such request"] if wrong else []
    told: list[str] = []
    if strict:
        told += _about_request(document, operation, request)
        told += [f"{operation.name} {one}" for one in _about_text(contracts, request)]
    if document.judges_answers:
        told += _about_answer(document, operation, response)
        told += [f"{operation.name} {one}" for one in _about_text(contracts, response)]
    return told


def _about_request(document: ApiDocument, operation: Operation, request: Request) -> Iterator[str]:
    known = operation.parameters | document.extra_queries
    for name in sorted({name for name, _ in request.query} - known):
        yield f"{operation.name} query {name}: the document knows no such parameter"
    schema = _json_schema(document.resolved(operation.definition.get("requestBody", {})))
    if request.body and schema is None and request.method == "GET":
        yield f"{operation.name}: a body where the document knows none"
    if request.body and schema is not None and _FORM not in request.headers.get("Content-Type", ""):
        yield from document.complaints_about(operation, "request", schema, _decoded(request.body))


def _about_answer(document: ApiDocument, operation: Operation, response: Response) -> Iterator[str]:
    declared = operation.definition["responses"]
    if str(response.status) not in declared:
        if response.status not in {404, *document.extra_statuses} and response.status < 500:
            yield f"{operation.name}: the document knows no answer {response.status}"
        return
    schema = _json_schema(declared[str(response.status)])
    if schema is not None and response.status < 300 and response.body:
        yield from document.complaints_about(operation, f"answer {response.status}", schema, _decoded(response.body))


def _about_text(contracts: Contracts, message: Request | Response) -> Iterator[str]:
    """Texts of Jira Cloud and bodies of Confluence are Atlassian Documents; their own documents do not say how."""
    body = _decoded(message.body) if message.body else None
    for where, text in _texts(body):
        yield from (f"{where} is no Atlassian Document: {words}" for words in contracts.about_document(text))


def _texts(body: object, where: str = "$") -> Iterator[tuple[str, object]]:
    match body:
        case {"type": "doc", **_rest}:
            yield where, body
        case {"representation": "atlas_doc_format", "value": str(text)}:
            yield where, _without_metadata(_decoded(text.encode()))
        case dict():
            for name, value in body.items():
                yield from _texts(value, f"{where}.{name}")
        case list():
            for value in body:
                yield from _texts(value, f"{where}[]")


def _without_metadata(node: Any) -> Any:
    """Sites add to links what their own schema does not know."""
    match node:
        case dict():
            return {name: _without_metadata(value) for name, value in node.items() if name != "__confluenceMetadata"}
        case list():
            return [_without_metadata(one) for one in node]
    return node


def _json_schema(part: Mapping[str, Any]) -> Mapping[str, Any] | None:
    schema = part.get("content", {}).get("application/json", {}).get("schema")
    return dict(schema) if schema else None


def _decoded(content: bytes) -> object:
    try:
        decoded: object = json.loads(content)
    except ValueError:
        return None
    return decoded
