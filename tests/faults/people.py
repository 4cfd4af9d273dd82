"""People at work on a tracker while it is being read: they write, edit, label, comment, move and delete.

They act inside the sandbox, past its faults and its network, and keep a ledger of what must be true in the end.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from collab_sync.sandbox.wire import Request, Response

Ask = Callable[[Request], Response]
ENTRY = "【周更新】\n本周进展:第 {} 次"


@dataclass
class Told:
    """What people know of an issue: title, labels they gave it, how often they reported on it."""

    title: str
    labels: set[str] = field(default_factory=set)
    entries: int = 0


class People(ABC):
    """``ledger``: issues that are in the project, by the tracker's id. ``count``: acts so far, by kind."""

    def __init__(self, ask: Ask, random: Random) -> None:
        self.ledger: dict[str, Told] = {}
        self.count: dict[str, int] = {}
        self._ask = ask
        self._random = random

    def act(self) -> None:
        """One of them does one thing; every third act is aimed at what was touched last, within the same minute."""
        kinds = ("edit", "edit", "label", "comment", "create", "delete", "move")
        kind = self._random.choice(kinds) if len(self.ledger) > 5 else "create"
        self.count[kind] = self.count.get(kind, 0) + 1
        if kind == "create":
            self.create()
            return
        ids = list(self.ledger)
        which = ids[-1] if self._random.random() < 0.3 else self._random.choice(ids)
        told = self.ledger.pop(which)
        getattr(self, f"_{kind}")(which, told)
        if kind not in ("delete", "move"):
            self.ledger[which] = told

    def create(self) -> None:
        title = f"事项 {self._random.randrange(10**9)}"
        self.ledger[self._made(title)] = Told(title)

    def _edit(self, which: str, told: Told) -> None:
        told.title = f"改过的事项 {self._random.randrange(10**9)}"
        self._retitled(which, told.title)

    def _label(self, which: str, told: Told) -> None:
        label = f"标签{self._random.randrange(6)}"
        told.labels.add(label)
        self._labelled(which, label)

    def _comment(self, which: str, told: Told) -> None:
        told.entries += 1
        self._commented(which, ENTRY.format(told.entries))

    @abstractmethod
    def _made(self, title: str) -> str: ...

    @abstractmethod
    def _retitled(self, which: str, title: str) -> None: ...

    @abstractmethod
    def _labelled(self, which: str, label: str) -> None: ...

    @abstractmethod
    def _commented(self, which: str, text: str) -> None: ...

    @abstractmethod
    def _delete(self, which: str, told: Told) -> None: ...

    @abstractmethod
    def _move(self, which: str, told: Told) -> None: ...

    def _said(self, method: str, path: str, body: object, headers: Mapping[str, str]) -> Any:
        content = json.dumps(body, ensure_ascii=False).encode()
        pairs = [("Content-Type", "application/json"), ("Host", "127.0.0.1"), *headers.items()]
        response = self._ask(Request.parse(method, path, pairs, content))
        assert response.status < 300, (method, path, response.status, response.body[:300])
        return json.loads(response.body) if response.body else None


class JiraPeople(People):
    """On either edition of Jira."""

    def __init__(self, ask: Ask, random: Random, *, cloud: bool) -> None:
        super().__init__(ask, random)
        self._cloud = cloud
        self._api = f"/jira/rest/api/{3 if cloud else 2}"
        basic = b64encode(b"lin@example.cn:lin-token").decode()
        self._headers = {"Authorization": f"Basic {basic}" if cloud else "Bearer lin-token"}

    def _made(self, title: str) -> str:
        fields = {"project": {"key": "NPX"}, "issuetype": {"name": "任务"}, "summary": title}
        return str(self._do("POST", "issue", {"fields": fields})["id"])

    def _retitled(self, which: str, title: str) -> None:
        self._do("PUT", f"issue/{which}", {"fields": {"summary": title}})

    def _labelled(self, which: str, label: str) -> None:
        self._do("PUT", f"issue/{which}", {"update": {"labels": [{"add": label}]}})

    def _commented(self, which: str, text: str) -> None:
        lines = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in text.splitlines()]
        body: object = {"type": "doc", "version": 1, "content": lines} if self._cloud else text
        self._do("POST", f"issue/{which}/comment", {"body": body})

    def _delete(self, which: str, told: Told) -> None:
        self._said("POST", "/__sandbox/jira/acts", {"act": "delete", "issue": which}, {})

    def _move(self, which: str, told: Told) -> None:
        self._said("POST", "/__sandbox/jira/acts", {"act": "move", "issue": which, "project": "OPS"}, {})

    def _do(self, method: str, path: str, body: object) -> Any:
        return self._said(method, f"{self._api}/{path}", body, self._headers)


class GitlabPeople(People):
    """On a GitLab of any version. Issues are known by id, and to the API by their number in the project."""

    def __init__(self, ask: Ask, random: Random) -> None:
        super().__init__(ask, random)
        self._numbers: dict[str, int] = {}

    def _made(self, title: str) -> str:
        made = self._do("POST", "issues", {"title": title})
        self._numbers[str(made["id"])] = int(made["iid"])
        return str(made["id"])

    def _retitled(self, which: str, title: str) -> None:
        self._do("PUT", f"issues/{self._numbers[which]}", {"title": title})

    def _labelled(self, which: str, label: str) -> None:
        self._do("PUT", f"issues/{self._numbers[which]}", {"add_labels": label})

    def _commented(self, which: str, text: str) -> None:
        self._do("POST", f"issues/{self._numbers[which]}/notes", {"body": text})

    def _delete(self, which: str, told: Told) -> None:
        self._act({"act": "delete", "key": f"rd/x1#{self._numbers[which]}"})

    def _move(self, which: str, told: Told) -> None:
        self._act({"act": "move", "key": f"rd/x1#{self._numbers[which]}", "to": "rd/ops"})

    def _act(self, wanted: object) -> None:
        self._said("POST", "/__sandbox/gitlab/acts", wanted, {})

    def _do(self, method: str, path: str, body: object) -> Any:
        return self._said(method, f"/gitlab/api/v4/projects/rd%2Fx1/{path}", body, {"PRIVATE-TOKEN": "lin-token"})
