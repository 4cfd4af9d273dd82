"""Colleagues at work for months: they make tasks, report on them, hand them over, finish, cancel, delete them.

About as many tasks are finished as are made, so that after some weeks the open work neither grows nor shrinks. What the
product made for them (meetings, follow-ups) they work off too, most of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import quote

from collab_sync.sandbox.story.cast import Actor
from collab_sync.sandbox.story.gitlab_acts import GitLabActs, description
from collab_sync.sandbox.story.jira_acts import JiraActs, document
from collab_sync.sandbox.story.stage import Stage
from collab_sync.sandbox.story.telling import ZONE
from collab_sync.sandbox.story.wording import comment_lines

OPEN_WORK = 60
"""Tasks of theirs that are open at a time, about."""
GITLABS = ("rd/x1-firmware", "growth/x1-launch-site")
DEPARTMENTS = ("研发部", "市场部", "销售部", "采购部", "客服部")
TYPES = ("任务",) * 12 + ("协作需求", "资源申请", "风险", "问题")


@dataclass
class Task:
    """What they know of a task of theirs. ``status`` as in the model."""

    key: str
    owner: Actor
    status: str = "未开始"
    due: date | None = None


@dataclass
class Colleagues:
    """``acts``: how often they did what. ``gone``: keys of issues that they deleted."""

    stage: Stage
    cast: Mapping[str, Actor]
    random: Random
    acts: dict[str, int] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    _open: list[Task] = field(default_factory=list)

    def work(self, now: datetime) -> None:
        """One of them does one thing."""
        crowded = len(self._open) / OPEN_WORK
        kinds = {"create": 6 if crowded < 1 else 1, "report": 8, "start": 4, "finish": 4 * crowded, "due": 1,
                 "label": 1, "hand over": 1, "retitle": 1, "ask for acceptance": 2, "cancel": 0.4, "delete": 0.15,
                 "answer ours": 3}  # fmt: skip
        kind = self.random.choices(list(kinds), list(kinds.values()))[0] if len(self._open) > 5 else "create"
        self.acts[kind] = self.acts.get(kind, 0) + 1
        if kind == "create":
            self._create(now)
        elif kind == "answer ours":
            self._answer_ours()
        else:
            self._act(kind, self.random.choice(self._open), now)

    def _act(self, kind: str, task: Task, now: datetime) -> None:
        match kind:
            case "report":
                self._said(task, {"kind": "进度更新", "进度": self.random.randrange(0, 101, 5), "text": "按计划推进"})
            case "start":
                self._to(task, "进行中")
            case "finish":
                self._to(task, "已完成")
            case "cancel":
                self._to(task, "已取消")
            case "due":
                task.due = self._some_day(now)
                self._acts(task.key).due(task.key, task.due.isoformat(), task.owner)
            case "label":
                self._acts(task.key).label(task.key, self.random.choice(("备货", "评审", "外包")), None, task.owner)
            case "hand over":
                task.owner = self._somebody()
                self._acts(task.key).assign(task.key, task.owner, self.cast["林珊"])
            case "retitle":
                self._acts(task.key).title(task.key, f"改过的标题 {self.random.randrange(10**6)}", task.owner)
            case "ask for acceptance":
                self._to(task, "待验收")
                self._said(task, {"kind": "验收申请", "text": "请验收"})
            case _:
                self._delete(task)

    def _create(self, now: datetime) -> None:
        owner, type_ = self._somebody(), self.random.choice(TYPES)
        lines = [f"主责部门: {self.random.choice(DEPARTMENTS)}", f"审批人: {self._somebody().name}"]
        lines += [f"紧急程度: {self.random.choice('高中低')}", f"重要程度: {self.random.choice('高中低')}"]
        due = self._some_day(now) if self.random.random() < 0.9 else None
        title = f"{type_} {self.random.randrange(10**9)}"
        labels = [f"类型::{type_}", *(["项目::C"] if self.random.random() < 0.5 else [])]
        make = self._make_in_jira if self.random.random() < 0.4 else self._make_in_gitlab
        self._open.append(Task(make(title, lines, labels, (owner, due)), owner, due=due))

    def _make_in_jira(self, title: str, lines: list[str], labels: list[str], whose: tuple[Actor, date | None]) -> str:
        owner, due = whose
        fields: dict[str, Any] = {"project": {"key": "NPX"}, "issuetype": {"name": "任务"}, "summary": title}
        fields |= {"description": document(lines), "labels": labels, "assignee": {"accountId": owner.account_id}}
        fields |= {"duedate": due.isoformat()} if due else {}
        return str(self.stage.jira(self._somebody(), "POST", "issue", {"fields": fields})["key"])

    def _make_in_gitlab(self, title: str, lines: list[str], labels: list[str], whose: tuple[Actor, date | None]) -> str:
        owner, due = whose
        project = self.random.choice(GITLABS)
        body: dict[str, Any] = {"title": title, "description": description(lines), "labels": ",".join(labels)}
        body |= {"due_date": due.isoformat()} if due else {}
        made = self.stage.gitlab(self._somebody(), "POST", f"projects/{quote(project, safe='')}/issues", body)
        key = f"{project}#{made['iid']}"
        self._acts(key).assign(key, owner, owner)
        return key

    def _to(self, task: Task, status: str) -> None:
        task.status = status
        self._acts(task.key).status(task.key, status, task.owner)
        if status in ("已完成", "已取消"):
            self._open.remove(task)

    def _said(self, task: Task, args: Mapping[str, Any]) -> None:
        self._acts(task.key).comment(task.key, comment_lines(args), task.owner)

    def _delete(self, task: Task) -> None:
        self._open.remove(task)
        self.gone.add(task.key)
        if "#" in task.key:
            self.stage.control("POST", "gitlab/acts", {"act": "delete", "key": task.key})
        else:
            self.stage.control("POST", "jira/acts", {"act": "delete", "issue": task.key})

    def _answer_ours(self) -> None:
        """The oldest issues that the product made and that are still open are worked off."""
        by = self.cast["林珊"]
        jql = quote('project = NPX AND creator = "712020:bot" AND statusCategory != Done ORDER BY id ASC')
        found = self.stage.jira(by, "GET", f"search/jql?jql={jql}&fields=key&maxResults=4")
        for issue in found["issues"]:
            self._acts("NPX").status(issue["key"], "已完成", by)
        for project in (*GITLABS, "pmo/collab"):
            path = f"projects/{quote(project, safe='')}/issues?author_username=collab-sync&state=opened"
            for issue in self.stage.gitlab(by, "GET", f"{path}&order_by=created_at&sort=asc&per_page=3"):
                key = f"{project}#{issue['iid']}"
                self._acts(key).status(key, "已完成", by)

    def _acts(self, key: str) -> JiraActs | GitLabActs:
        return GitLabActs(self.stage, self.cast) if "#" in key else JiraActs(self.stage, self.cast)

    def _somebody(self) -> Actor:
        return self.random.choice([actor for actor in self.cast.values() if not actor.bot])

    def _some_day(self, now: datetime) -> date:
        return now.astimezone(ZONE).date() + timedelta(days=self.random.randrange(1, 25))
