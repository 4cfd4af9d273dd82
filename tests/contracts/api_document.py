"""The vendors' OpenAPI documents as something to hold an exchange against; their known defects are patched here.

The documents are not part of this project. They are looked for beside it in ``../shared/contracts``, or in the folder
that ``COLLAB_SYNC_CONTRACTS`` names.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jsonschema import Draft4Validator, Draft202012Validator, validators  # type: ignore[import-untyped]  # ships without types

METHODS = ("get", "post", "put", "delete", "patch")


BESIDE = str(Path(__file__).parents[3] / "shared" / "contracts")
"""Where the documents are looked for unless the environment names a folder: beside the project."""


def folder() -> Path | None:
    """Where the documents are; None where nobody has them. An empty name turns the checks off."""
    where = Path(os.environ.get("COLLAB_SYNC_CONTRACTS", BESIDE) or "nowhere")
    return where if (where / "jira").is_dir() else None


_NOT_TRANSCRIBED = frozenset(
    {
        "GET /api/v4/users",
        "GET /api/v4/projects",
        "GET /api/v4/personal_access_tokens/self",
        "GET /api/v4/metadata",
        "DELETE /api/v4/projects/{id}/issues/{issue_iid}",
        "POST /api/v4/projects/{id}/issues/{issue_iid}/move",
        "DELETE /api/v4/projects/{id}/issues/{issue_iid}/links/{issue_link_id}",
        "GET /api/v4/projects/{id}/members/all",
        "POST /api/v4/projects/{id}/access_tokens",
        "POST /api/v4/groups/{id}/access_tokens",
        "POST /api/v4/projects/{id}/milestones",
        "PUT /api/v4/projects/{id}/labels",
        "PUT /api/v4/projects/{id}/boards/{board_id}",
        "DELETE /api/v4/projects/{id}/boards/{board_id}/lists/{list_id}",
        "GET /api/v4/projects/{id}/hooks/{hook_id}",
        "PUT /api/v4/projects/{id}/hooks/{hook_id}",
        "DELETE /api/v4/projects/{id}/hooks/{hook_id}",
        "POST /api/v4/projects/{id}/hooks/{hook_id}/test/{trigger}",
        "PUT /api/v4/projects/{id}/boards/{board_id}/lists/{list_id}",
        "DELETE /api/v4/projects/{id}/labels",
        "GET /api/v4/projects/{id}/labels/{name}",
        "PUT /api/v4/projects/{id}/labels/{name}",
        "DELETE /api/v4/projects/{id}/labels/{name}",
    }
)
"""Official requests of GitLab that the transcribed subset leaves out."""

_ATTACHMENTS = frozenset(
    {
        "POST /rest/api/3/issue/{issueIdOrKey}/attachments",
        "GET /rest/api/3/attachment/meta",
        "GET /rest/api/3/attachment/{id}",
        "DELETE /rest/api/3/attachment/{id}",
        "GET /rest/api/3/attachment/content/{id}",
    }
)
"""Official requests of Jira Cloud that the excerpt of its document leaves out; Data Center's document has most."""


_NOT_IN_SUBSET = frozenset(
    {
        "POST /rest/api/3/filter",
        "GET /rest/api/3/filter/my",
        "GET /rest/api/3/filter/favourite",
        "GET /rest/api/3/filter/{id}",
        "PUT /rest/api/3/filter/{id}",
        "DELETE /rest/api/3/filter/{id}",
        "GET /rest/api/3/filter/{id}/permission",
        "POST /rest/api/3/filter/{id}/permission",
        "GET /rest/api/3/dashboard/gadgets",
        "GET /rest/api/3/dashboard/{id}",
        "PUT /rest/api/3/dashboard/{id}",
        "DELETE /rest/api/3/dashboard/{id}",
        "GET /rest/api/3/dashboard/{dashboardId}/gadget",
        "POST /rest/api/3/dashboard/{dashboardId}/gadget",
        "PUT /rest/api/3/dashboard/{dashboardId}/gadget/{gadgetId}",
        "DELETE /rest/api/3/dashboard/{dashboardId}/gadget/{gadgetId}",
        "GET /rest/api/3/dashboard/{dashboardId}/items/{itemId}/properties",
    }
)
"""Official requests of Jira Cloud that the subset leaves out."""


@dataclass(frozen=True)
class Operation:
    """One method of one path, and what may be asked of it."""

    template: str
    method: str
    definition: Mapping[str, Any]
    parameters: frozenset[str]

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.template}"


@dataclass
class ApiDocument:
    """``extra_queries``: parameters that every list takes. ``extra_statuses``: answers that may come from
    anywhere. ``beyond``: official requests that this document leaves out, and that are therefore not judged."""

    content: Mapping[str, Any]
    extra_queries: frozenset[str] = frozenset()
    extra_statuses: frozenset[int] = frozenset()
    judges_answers: bool = True
    beyond: frozenset[str] = frozenset()
    _validators: dict[tuple[str, ...], Any] = field(default_factory=dict)

    def operation(self, method: str, path: str) -> Operation | None:
        """The operation that takes a request; literal segments win over parameters."""
        segments = path.strip("/").split("/")
        paths = [template for template in self.content["paths"] if _takes(template, segments)]
        for template in sorted(paths, key=lambda one: one.count("{")):
            item = self.content["paths"][template]
            if method.lower() in item:
                definition = item[method.lower()]
                declared = [*item.get("parameters", ()), *definition.get("parameters", ())]
                names = {self.resolved(one)["name"] for one in declared if self.resolved(one)["in"] == "query"}
                return Operation(template, method.lower(), definition, frozenset(names))
        return None

    def leaves_out(self, method: str, path: str) -> bool:
        """Whether it is right that the document does not know the request."""
        segments = path.strip("/").split("/")
        return any(_takes(one.partition(" ")[2], segments) for one in self.beyond if one.startswith(f"{method} "))

    def complaints_about(self, operation: Operation, part: str, schema: Mapping[str, Any], value: object) -> list[str]:
        """What of ``value`` does not fit; ``part`` names the schema inside the operation."""
        key = (operation.name, part)
        if key not in self._validators:
            self._validators[key] = Draft202012Validator({**schema, "components": self.content["components"]})
        errors = self._validators[key].iter_errors(value)
        return [f"{operation.name} {part} {error.json_path}: {error.message[:200]}" for error in errors]

    def resolved(self, parameter: Mapping[str, Any]) -> Mapping[str, Any]:
        reference = parameter.get("$ref", "")
        found: Mapping[str, Any] = self.content
        for step in reference.removeprefix("#/").split("/") if reference else ():
            found = found[unquote(step)]
        return found if reference else parameter


@dataclass(frozen=True)
class Contracts:
    """All documents, by the beginning of the path under which the sandbox serves that API."""

    documents: Mapping[str, ApiDocument]
    adf: Any
    _judged: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def about_document(self, document: object) -> tuple[str, ...]:
        """What is wrong with an Atlassian document; each is looked at once, because that takes long."""
        text = json.dumps(document, sort_keys=True)
        if text not in self._judged:
            self._judged[text] = tuple(error.message[:200] for error in self.adf.iter_errors(document))
        return self._judged[text]

    def of(self, path: str) -> tuple[str, ApiDocument] | None:
        return next(((prefix, one) for prefix, one in self.documents.items() if path.startswith(prefix)), None)


def load(where: Path) -> Contracts:
    """Takes about half a second."""
    cloud = ApiDocument(
        _patched_cloud(_read(where / "jira" / "jira-cloud-v3.collab-subset.openapi.json")),
        # 429 is declared for few operations and sent by all; 410 is what the removed search answers
        extra_statuses=frozenset({401, 410, 429}),
        beyond=_NOT_IN_SUBSET | _ATTACHMENTS,
    )
    center = ApiDocument(
        _patched_center(_read(where / "jira" / "jira-dc-10.0.patched.openapi.json")),
        judges_answers=False,  # the official schemas of answers are unusable: lists typed as one object, and the like
    )
    gitlab = ApiDocument(
        _patched_gitlab(_read(where / "gitlab" / "gitlab-subset.openapi.json")),
        # every list is paged, which the subset does not say everywhere; the server's own links carry project and issue
        extra_queries=frozenset({"page", "per_page", "id", "noteable_id"}),
        # any request may name a project by a path that it had before: 301, or 405 for a write
        extra_statuses=frozenset({301, 400, 401, 403, 405, 409, 422, 429}),
        beyond=_NOT_TRANSCRIBED,
    )
    wiki = ApiDocument(
        _patched_wiki(_rooted(_read(where / "confluence" / "confluence-cloud-v2.openapi.json"), "/wiki/api/v2")),
        # the document leaves conflicts out; 403 is what an account without a licence gets
        extra_statuses=frozenset({403, 409, 429}),
    )
    documents = {
        "/jira/rest/api/3/": cloud,
        "/jira/rest/api/2/": center,
        "/gitlab/api/v4/": gitlab,
        "/confluence/wiki/api/v2/": wiki,
    }
    return Contracts(documents, document_validator(json.loads((where / "confluence" / "adf.schema.json").read_text())))


def document_validator(schema: Mapping[str, Any]) -> Any:
    """A validator of Atlassian documents. Where a node may be of many kinds it tries those of the node's own type: the
    others cannot fit, and to try each on all levels takes seconds."""

    def any_of(validator: Any, kinds: list[Any], instance: Any, whole: Any) -> Iterator[Any]:
        named = instance.get("type") if isinstance(instance, dict) else None
        likely = [kind for kind in kinds if named in (_node_types(kind, schema) or {named})]
        yield from Draft4Validator.VALIDATORS["anyOf"](validator, likely or kinds, instance, whole)

    return validators.extend(Draft4Validator, {"anyOf": any_of})(schema)


def _node_types(kind: Mapping[str, Any], schema: Mapping[str, Any]) -> frozenset[str]:
    """The types of the nodes that may fit; empty where that cannot be told."""
    if "$ref" in kind:
        return _node_types(schema["definitions"][kind["$ref"].rpartition("/")[2]], schema)
    if "allOf" in kind:
        return frozenset().union(*(_node_types(one, schema) for one in kind["allOf"]))
    if "anyOf" in kind:
        each = [_node_types(one, schema) for one in kind["anyOf"]]
        return frozenset().union(*each) if all(each) else frozenset()
    return frozenset(kind.get("properties", {}).get("type", {}).get("enum", ()))


def _read(path: Path) -> dict[str, Any]:
    return dict(_nullable(json.loads(path.read_text(encoding="utf-8"))))


def _rooted(content: dict[str, Any], root: str) -> dict[str, Any]:
    """A document whose paths begin where its server's address ends, with that part in front."""
    return {**content, "paths": {f"{root}{path}": item for path, item in content["paths"].items()}}


def _nullable(schema: Any) -> Any:
    """OpenAPI's ``nullable`` in the words of JSON Schema; examples, some of which are no examples, left out."""
    if isinstance(schema, list):
        return [_nullable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _nullable(value) for key, value in schema.items() if key not in ("nullable", "example")}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain


def _patched_cloud(content: dict[str, Any]) -> dict[str, Any]:
    """Newer sites say more in a search's answer than the published schema allows."""
    search = content["components"]["schemas"].get("SearchAndReconcileResults", {})
    search.pop("additionalProperties", None)
    return content


def _patched_center(content: dict[str, Any]) -> dict[str, Any]:
    """A property's value is any JSON, as the requests for single properties take it; clients have sent objects with
    comments ever since there are properties. The document types it as the text of its example."""
    content["components"]["schemas"]["EntityPropertyBean"]["properties"]["value"] = {}
    return content


def _patched_wiki(content: dict[str, Any]) -> dict[str, Any]:
    """A body must fit one of two schemas and not the other, and neither demands anything: every body fits both."""
    for name in ("PageCreateRequest", "PageUpdateRequest"):
        schema = content["components"]["requestBodies"][name]["content"]["application/json"]["schema"]
        schema["properties"]["body"] = {
            "allOf": [{"$ref": "#/components/schemas/PageBodyWrite"}, {"required": ["representation", "value"]}]
        }
    return content


def _patched_gitlab(content: dict[str, Any]) -> dict[str, Any]:
    """Bodies of requests were not transcribed from an official document: only the names of their keys are judged."""
    for operation in _operations(content):
        for media in operation.get("requestBody", {}).get("content", {}).values():
            names = media["schema"].get("properties", {})
            media["schema"] = {
                "type": "object",
                "properties": {name: {} for name in names},
                "additionalProperties": not names,  # where no key was transcribed none can be judged
            }
    # A note that consists of quick actions alone is answered with 202 (observed on GitLab CE 14.2.3).
    notes = content["paths"]["/api/v4/projects/{id}/issues/{issue_iid}/notes"]["post"]
    notes["responses"]["202"] = {}
    # A wiki page without content is answered with success and null (observed likewise).
    pages = content["paths"]["/api/v4/projects/{id}/wikis"]["post"]["responses"]["201"]["content"]["application/json"]
    _without_expired(content)
    pages["schema"] = {"anyOf": [pages["schema"], {"type": "null"}]}
    return content


def _without_expired(schema: Any) -> None:
    """Milestones without a due date say ``expired: null`` (only the older official schema allows it)."""
    match schema:
        case dict():
            if isinstance(schema.get("properties"), dict) and "expired" in schema["properties"]:
                schema["properties"]["expired"] = {}
            for value in schema.values():
                _without_expired(value)
        case list():
            for value in schema:
                _without_expired(value)


def _operations(content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for item in content["paths"].values():
        yield from (item[method] for method in METHODS if method in item)


def _takes(template: str, segments: list[str]) -> bool:
    wanted = template.strip("/").split("/")
    return len(wanted) == len(segments) and all(
        "{" in one or one == there for one, there in zip(wanted, segments, strict=True)
    )
