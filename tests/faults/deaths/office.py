"""The office of these runs: five people, a Jira project, two GitLab projects, and rules of every kind that writes.

Small, so that thousands of runs can be played; complete in what it makes a tracker do: labels that come, go and exclude
each other, sticky and posted comments, a ladder, meetings that several items share, links inside a tracker and between
two, follow-up tasks of a decision, a page, boards, filters, a dashboard, a daily digest.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from tests.unit.engine_office import rule_set

from collab_sync.model.connection import Offers
from collab_sync.model.mapping import PageTarget, ProjectMapping, TrackerMapping, Writeback
from collab_sync.model.organisation import Organisation
from collab_sync.pipeline.runtime import Ruling
from collab_sync.sandbox.story.cast import Actor
from collab_sync_gitlab import connector as gitlab
from collab_sync_jira import connector as jira

PEOPLE: Mapping[str, str | None] = {"陈志远": "rd", "李明": "rd", "周倩": "mkt", "林珊": "office", "沈岳": None}
BOT = Actor("协同助手", "712020:bot", "collab-sync", bot=True)
CAST: Mapping[str, Actor] = {
    name: Actor(name, f"557058:u{number}", f"u{number}") for number, name in enumerate(PEOPLE, 1)
}
JIRA, FIRMWARE, HOME = "NPX", "rd/x1-firmware", "pmo/collab"
"""The projects as their trackers call them."""

OFFERS: Mapping[str, Offers] = {"jira": jira.offers, "gitlab": gitlab.offers}

MAPPING = TrackerMapping(
    projects=(
        jira.default_mapping(ProjectMapping(name="新品", connection="jira", project=JIRA)),
        gitlab.default_mapping(ProjectMapping(name="固件", connection="gitlab", project=FIRMWARE)),
        gitlab.default_mapping(ProjectMapping(name="协同", connection="gitlab", project=HOME)),
    ),
    writeback=Writeback(pages=PageTarget(project=HOME)),
)

RULES = """\
  - id: late
    name: 逾期
    for: work_item
    where: {type: 任务, due: present}
    when: {clock: {start: due, unit: wd, stop: {open: false}}}
    steps:
      - after: ">0wd"
        do:
          - label: {add: 延期}
          - comment: {mode: sticky, key: overdue, to: [R], text: "截止日 {{ s.due }} 已过,请写明原因。"}
      - after: ">1wd"
        do:
          - label: {add: "升级::L1"}
          - comment: {mode: sticky, key: overdue, to: [R, dept.lead], text: "逾期 {{ s.late_days }} 个工作日。"}
          - create_issue:
              key: "应急会议:{{ today }}"
              merge: true
              type: 会议
              kind: 应急会议
              dept: 协同办公室
              title: "应急会议 {{ today }}"
              body: "《{{ s.title }}》逾期 {{ s.late_days }} 个工作日。"
              to: [dept.lead]
              link: relates
      - after: ">2wd"
        do:
          - label: {add: "升级::L2", remove: "升级::L1"}
          - comment:
              mode: sticky
              key: overdue
              to: [role:领导小组]
              text: "逾期 {{ s.late_days }} 个工作日,报领导小组。"
  - id: criteria
    name: 完成标准
    for: work_item
    where: {type: 任务, open: true, generation: 0}
    when: {state: {fields.完成标准: missing}}
    do:
      - label: {add: "需补齐:完成标准"}
      - comment: {mode: sticky, key: fields, to: [R], notify: digest, text: 请补完成标准。}
  - id: answer
    name: 问题要有人响应
    for: work_item
    where: {type: 问题, open: true}
    when: {clock: {start: created_at, unit: h, land_on: workhours, stop: {responded: true}}}
    steps:
      - after: "20h"
        do:
          - label: {add: "响应:超时"}
          - comment: {mode: post, to: [dept.lead], text: "提出已超 20 小时,请响应。"}
  - id: decided
    name: 决议转跟进
    for: work_item
    where: {type: 会议}
    when: {event: {entry: 决议}}
    do:
      - create_issue:
          each: decision_items
          only: {dept: present, due: present}
          key: "决议:{{ s.key }}:{{ i.n }}"
          type: 任务
          dept: "{{ i.dept }}"
          due: "{{ i.due }}"
          roles: {R: "{{ i.liaison }}", A: "{{ i.lead }}"}
          title: "跟进:{{ i.text }}"
          body: "来自《{{ s.title }}》:{{ i.text }}"
          to: [R]
          link: relates
      - comment: {mode: post, to: [role:领导小组], text: "已有决议({{ e.by }})。"}
      - page: {key: 决议跟进, section: all}
  - id: digest
    name: 摘要
    for: org
    when: {schedule: {at: 工作日 17:30}}
    do:
      - digest: {target: desk}
  - id: views
    name: 看板、筛选器与仪表板
    for: org
    when: {schedule: {at: 工作日 09:00}}
    do:
      - view: {name: 协同·跟进, as: [board], any_of: ["升级::L1", "升级::L2"]}
      - view: {name: 协同·升级, as: [filter], any_of: ["升级::L1", "升级::L2"]}
      - view: {name: 协同·领导小组, as: [dashboard], panels: [{title: 已升级, view: 协同·升级}]}
"""


@cache
def ruling() -> Ruling:
    """The rules in force, with the connectors' defaults."""
    return Ruling(rule_set(RULES, _organisation()), MAPPING)


def _organisation() -> Organisation:
    people: list[dict[str, object]] = [
        {"key": actor.name, "dept": PEOPLE[actor.name], "identities": [_accounts(actor)]} for actor in CAST.values()
    ]
    people.append({"key": BOT.name, "bot": True, "identities": [_accounts(BOT)]})
    return Organisation.model_validate(
        {
            "departments": [
                {"key": "rd", "name": "研发部", "lead": "陈志远", "liaison": "李明"},
                {"key": "mkt", "name": "市场部", "lead": "周倩"},
                {"key": "office", "name": "协同办公室", "lead": "林珊", "liaison": "林珊", "office": True},
            ],
            "people": people,
            "roles": {"领导小组": ["沈岳"], "协同办公室": ["林珊"], "决策层": ["沈岳", "陈志远"]},
            "rollout": {"default": "full"},
            "home": "协同",
        }
    )


def _accounts(actor: Actor) -> dict[str, str]:
    return {"jira": actor.account_id, "gitlab": actor.username}
