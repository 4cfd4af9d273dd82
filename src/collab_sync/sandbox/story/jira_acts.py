"""What people do in Jira, as the requests their browsers would send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from collab_sync.sandbox.story.cast import Actor
from collab_sync.sandbox.story.stage import Stage
from collab_sync.sandbox.story.wording import SECTION, section_lines, with_line

STATUS_NAMES: Mapping[str, str] = {
    "未开始": "待办", "进行中": "处理中", "待验收": "待验收",
    "已完成": "完成", "已结项": "已结项", "已取消": "已取消",
}  # fmt: skip
PRIORITY_NAMES: Mapping[str, str] = {"高": "High", "中": "Medium", "低": "Low"}
OWN_ISSUE_TYPES = frozenset({"任务", "风险"})
"""Model types that this project has issue types for; the others carry a label 类型::X."""


class JiraActs:
    """Acts on issues of one Jira project."""

    def __init__(self, stage: Stage, cast: Mapping[str, Actor]) -> None:
        self._stage = stage
        self._cast = cast

    def create(self, issue: Mapping[str, Any]) -> None:
        """The issue appears, with its given key, reported by its reporter."""
        labels = [*issue["labels"]]
        labels += [f"类型::{issue['type']}"] if issue["type"] not in OWN_ISSUE_TYPES else []
        labels += [f"项目::{issue['program']}"] if issue["program"] else []
        fields: dict[str, Any] = {
            "summary": issue["title"],
            "issuetype": {"name": issue["type"] if issue["type"] in OWN_ISSUE_TYPES else "任务"},
            "description": document(section_lines(issue)),
            "labels": [label.replace(" ", "_") for label in labels],
        }
        if issue["due"]:
            fields["duedate"] = issue["due"]
        if issue["roles"]["R"]:
            fields["assignee"] = {"accountId": self._cast[issue["roles"]["R"][0]].account_id}
        if issue["native_priority"]:
            fields["priority"] = {"name": PRIORITY_NAMES[issue["native_priority"]]}
        self.put(issue["key"], issue["reporter"], fields)

    def create_program(self, program: Mapping[str, str]) -> None:
        """A programme's issue of type 项目."""
        keys = ("代号", "牵头部门", "负责人", "阶段", "战略")
        fields = {
            "summary": program["title"],
            "issuetype": {"name": "任务"},
            "description": document(tuple(f"{key}: {program[key]}" for key in keys)),
            "labels": ["类型::项目"],
        }
        self.put(program["key"], program["负责人"], fields)

    def put(self, key: str, reporter: str, fields: Mapping[str, Any]) -> None:
        self._stage.control("POST", "jira/issues", {"key": key, "as": reporter, "fields": fields})

    def status(self, key: str, to: str, by: Actor) -> None:
        wanted = STATUS_NAMES[to]
        found = self._stage.jira(by, "GET", f"issue/{key}/transitions")["transitions"]
        transition = next((one for one in found if one["to"]["name"] == wanted), None)
        if transition is not None:
            self._stage.jira(by, "POST", f"issue/{key}/transitions", {"transition": {"id": transition["id"]}})

    def comment(self, key: str, lines: Sequence[str], by: Actor) -> None:
        self._stage.jira(by, "POST", f"issue/{key}/comment", {"body": document_of(lines)})

    def due(self, key: str, to: str, by: Actor) -> None:
        self._edit(key, by, {"fields": {"duedate": to}})

    def title(self, key: str, to: str, by: Actor) -> None:
        self._edit(key, by, {"fields": {"summary": to}})

    def label(self, key: str, add: str | None, remove: str | None, by: Actor) -> None:
        changes = [{"add": add}] if add else []
        changes += [{"remove": remove}] if remove else []
        self._edit(key, by, {"update": {"labels": changes}})

    def assign(self, key: str, to: Actor | None, by: Actor) -> None:
        self._edit(key, by, {"fields": {"assignee": {"accountId": to.account_id} if to else None}})

    def field(self, key: str, name: str, value: object, by: Actor) -> None:
        """Somebody edits one line of the section, or the native priority."""
        if name == "native_priority":
            self._edit(key, by, {"fields": {"priority": {"name": PRIORITY_NAMES[str(value)]}}})
            return
        found = self._stage.jira(by, "GET", f"issue/{key}?fields=description")["fields"]["description"]
        self._edit(key, by, {"fields": {"description": document(with_line(lines_of(found), name, value))}})

    def key_of(self, creation_key: str, as_: Actor) -> str | None:
        """The issue that the product made under this creation key, found as its people would see it."""
        query = quote('project = NPX AND creator = "712020:bot" ORDER BY id ASC')
        token = ""
        while True:
            path = f"search/jql?jql={query}&fields=key&properties=collab-sync&maxResults=100{token}"
            page = self._stage.jira(as_, "GET", path)
            for issue in page["issues"]:
                if issue.get("properties", {}).get("collab-sync", {}).get("key") == creation_key:
                    return str(issue["key"])
            if not page.get("nextPageToken"):
                return None
            token = f"&nextPageToken={quote(page['nextPageToken'])}"

    def _edit(self, key: str, by: Actor, body: Mapping[str, Any]) -> None:
        self._stage.jira(by, "PUT", f"issue/{key}", body)


def document(lines: Sequence[str]) -> dict[str, Any]:
    """A description with the section, as ADF."""
    heading = {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": SECTION}]}
    return {"type": "doc", "version": 1, "content": [heading, *map(_paragraph, lines)]}


def document_of(lines: Sequence[str]) -> dict[str, Any]:
    """A comment, line by line, as ADF."""
    return {"type": "doc", "version": 1, "content": [_paragraph(line) for line in lines]}


def lines_of(adf: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The section lines of a description this story wrote."""
    blocks = (adf or {}).get("content", [])
    paragraphs = [block for block in blocks if block["type"] == "paragraph"]
    return tuple("".join(part.get("text", "") for part in block.get("content", [])) for block in paragraphs)


def _paragraph(line: str) -> dict[str, Any]:
    return {"type": "paragraph", "content": [{"type": "text", "text": line}] if line else []}
