"""What is to be written in a run, and what must be there afterwards: chains of writes, each with its lanes.

A lane is what can be seen of one kind of write at one place, in order (the comments of an issue, the status changes of
an issue); afterwards the sandbox's lanes must equal those that the chains promise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

from tests.faults.scene import LABELLED, MOVED, OWN, TALKED, Scene, document, mark

from collab_sync.model.action import (
    CommentWrite,
    CreateWrite,
    DescriptionWrite,
    LabelWrite,
    LinkWrite,
    PlannedWrite,
    Target,
    TransitionWrite,
    Write,
)
from collab_sync.model.document import Quiet, Text
from collab_sync.model.page import Page, View
from collab_sync.planner.desks.comments import POST, STICKY

PROJECTS = {"jira": "新品", "gitlab": "固件"}


class Lane(NamedTuple):
    """``place``: the title of an issue, or the path of a page."""

    tracker: str
    kind: str
    place: str


@dataclass(frozen=True)
class Chain:
    """Writes in order, and the lanes they leave."""

    writes: tuple[Write, ...]
    lanes: Mapping[Lane, tuple[str, ...]]
    waits_for: str = ""


def drawn(scene: Scene, chance: Random, each: float = 0.4) -> tuple[list[PlannedWrite], dict[Lane, list[str]]]:
    """The plan of a run and what it promises: every chain with the chance ``each``, the order drawn as well."""
    chains = [chain(scene, tracker) for tracker in PROJECTS for chain in CHAINS]
    chains += [_remote_link(scene), _pages(scene)]
    kept = [chain for chain in chains if chance.random() < each] or chains[:1]
    chance.shuffle(kept)
    lanes: dict[Lane, list[str]] = defaultdict(list)
    for chain in kept:
        for lane, facts in chain.lanes.items():
            lanes[lane] += facts
    return list(_rows(kept)), dict(lanes)


def _rows(chains: Iterable[Chain]) -> Iterable[PlannedWrite]:
    for number, chain in enumerate(chains):
        for place, write in enumerate(chain.writes):
            waits = (chain.waits_for,) if chain.waits_for and not isinstance(write, CreateWrite) else ()
            yield PlannedWrite(
                key=f"{number}/{place}", project=_project(write), write=write, lines=(), reason="演练", waits_for=waits
            )


def _project(write: Write) -> str:
    match write:
        case Page() | View():
            return PROJECTS["gitlab"]
        case CreateWrite():
            return write.project
        case LinkWrite():
            return _home(write.source)
        case _:
            return _home(write.target)


def _home(target: Target) -> str:
    return target.ref.project if target.ref else target.creation_key.partition(":")[0]


# --- chains ----------------------------------------------------------------------------------------------------
def _target(scene: Scene, tracker: str, number: str) -> Target:
    return Target(ref=scene.refs[tracker, number])


def _labels(scene: Scene, tracker: str) -> Chain:
    target = _target(scene, tracker, LABELLED)
    writes = (
        LabelWrite(target=target, add=("升级::L1", "延期")),
        LabelWrite(target=target, add=("升级::L2",), remove=("升级::L1",)),
        LabelWrite(target=target, add=("升级::L3",), remove=("升级::L2",)),
    )
    history = ("+升级::L1", "+延期", "+升级::L2", "-升级::L1", "+升级::L3", "-升级::L2")
    return Chain(writes, {Lane(tracker, "labels", f"议题 {LABELLED}"): history})


def _comments(scene: Scene, tracker: str) -> Chain:
    target, texts = _target(scene, tracker, TALKED), ("第一条评论", "第二条评论")
    writes = tuple(
        CommentWrite(target=target, document=document(text), marker=mark(f"{POST}{text}", text)) for text in texts
    )
    return Chain(writes, {Lane(tracker, "comment", f"议题 {TALKED}"): texts})


def _sticky(scene: Scene, tracker: str) -> Chain:
    """A comment that is posted and then edited, the place of the first being known only when it is there."""
    target = _target(scene, tracker, MOVED)
    writes = tuple(
        CommentWrite(target=target, document=document(text), marker=mark(f"{STICKY}新", text))
        for text in ("置顶初稿", "置顶改稿")
    )
    return Chain(writes, {Lane(tracker, "comment", f"议题 {MOVED}"): ("置顶改稿",)})


def _edits(scene: Scene, tracker: str) -> Chain:
    target, comment = _target(scene, tracker, "own"), scene.comments[tracker]
    writes = tuple(
        CommentWrite(target=target, document=document(text), marker=mark(f"{STICKY}说", text), comment_id=comment)
        for text in ("改第一遍", "改第二遍")
    )
    return Chain(writes, {Lane(tracker, "edited comment", OWN): ("改第二遍",)})


def _creation(scene: Scene, tracker: str) -> Chain:
    """An issue, and what waits for it."""
    project, title = PROJECTS[tracker], f"{PROJECTS[tracker]}专题会"
    key = f"{project}:会"
    made, other = Target(creation_key=key), _target(scene, tracker, TALKED)
    writes: tuple[Write, ...] = (
        CreateWrite(
            project=project,
            type="任务",
            title=title,
            document=document("议程"),
            marker=mark(key),
            labels=("类型::会议",),
        ),
        CommentWrite(target=made, document=document("请准备材料"), marker=mark(f"{POST}会", "1")),
        LinkWrite(source=made, kind="relates", target=other),
    )
    lanes = {
        Lane(tracker, "create", title): (title,),
        Lane(tracker, "comment", title): ("请准备材料",),
        Lane(tracker, "link", title): (f"relates 议题 {TALKED}",),
    }
    return Chain(writes, lanes, waits_for=key)


def _links(scene: Scene, tracker: str) -> Chain:
    """One of every kind. Who is blocked is seen with the one who blocks; where nothing blocks, all are related."""
    ends = ((MOVED, "relates", LABELLED), (LABELLED, "blocks", TALKED), (TALKED, "blocked_by", "own"))
    writes = tuple(
        LinkWrite(source=_target(scene, tracker, one), kind=kind, target=_target(scene, tracker, other))
        for one, kind, other in ends
    )
    blocks = scene.sites.of(tracker).blocks
    shown = [("relates", MOVED, LABELLED), ("blocks", LABELLED, TALKED), ("blocks", "own", TALKED)]
    plain = [("relates", one, other) for one, _, other in ends]
    facts = [(kind, _title(one), _title(other)) for kind, one, other in (shown if blocks else plain)]
    return Chain(writes, {Lane(tracker, "link", one): (f"{kind} {other}",) for kind, one, other in facts})


def _title(number: str) -> str:
    return OWN if number == "own" else f"议题 {number}"


def _transitions(scene: Scene, tracker: str) -> Chain:
    target = _target(scene, tracker, MOVED)
    writes = (TransitionWrite(target=target, to="进行中"), TransitionWrite(target=target, to="待验收"))
    shown = ("处理中", "待验收") if tracker == "jira" else ("进行中", "待验收")
    return Chain(writes, {Lane(tracker, "transition", f"议题 {MOVED}"): shown})


def _descriptions(scene: Scene, tracker: str) -> Chain:
    target = _target(scene, tracker, "own")
    writes = tuple(
        DescriptionWrite(target=target, document=document(text), marker=mark(OWN, text))
        for text in ("说明第一版", "说明第二版")
    )
    return Chain(writes, {Lane(tracker, "description", OWN): ("说明第二版",)})


CHAINS: tuple[Callable[[Scene, str], Chain], ...] = (
    _labels,
    _comments,
    _sticky,
    _edits,
    _creation,
    _links,
    _transitions,
    _descriptions,
)


def _remote_link(scene: Scene) -> Chain:
    far = scene.refs["gitlab", LABELLED]
    write = LinkWrite(
        source=_target(scene, "jira", TALKED), kind="mirrors", target=Target(ref=far), url=far.url, title=far.key
    )
    return Chain((write,), {Lane("jira", "remote link", f"议题 {TALKED}"): (far.key,)})


def _pages(scene: Scene) -> Chain:
    def page(path: str, text: str) -> Page:
        notice = Quiet((Text("由 collab-sync 生成"),))
        return Page(key=path, path=path, title=path, notice=notice, document=document(text))

    weekly, plain = "协同/周报/新品-2025-09-26", "全部项目"
    writes = (page(weekly, "周报第一版"), page(plain, "总览"), page(weekly, "周报第二版"))
    return Chain(writes, {Lane("gitlab", "page", weekly): ("周报第二版",), Lane("gitlab", "page", plain): ("总览",)})


# --- what is there ---------------------------------------------------------------------------------------------
def seen(dump: Any) -> dict[Lane, list[str]]:
    """The lanes of a sandbox, from its full dump; those in which nothing stands are left out."""
    lanes: dict[Lane, list[str]] = defaultdict(list)
    _see_jira(dump["jira"], lanes)
    _see_gitlab(dump["gitlab"], lanes)
    return {lane: facts for lane, facts in lanes.items() if facts}


def _see_jira(site: Any, lanes: dict[Lane, list[str]]) -> None:
    titles = {issue["id"]: issue["summary"] for issue in site["issues"].values()}
    for issue in site["issues"].values():
        title = issue["summary"]
        _see_issue(lanes, "jira", title, [_text(one["body"]) for one in issue["comments"]], _text(issue["description"]))
        for item in (item for change in issue["changes"] for item in change["items"]):
            if item["field"] == "status":
                lanes[Lane("jira", "transition", title)].append(item["new_text"])
            if item["field"] == "labels":
                old, new = set((item["old_text"] or "").split()), set((item["new_text"] or "").split())
                lanes[Lane("jira", "labels", title)] += [f"+{one}" for one in sorted(new - old)]
                lanes[Lane("jira", "labels", title)] += [f"-{one}" for one in sorted(old - new)]
        lanes[Lane("jira", "remote link", title)] += [one["target"]["title"] for one in issue["remote_links"]]
    types = {kind["id"]: kind["name"].lower() for kind in site["link_types"].values()}
    for link in site["links"].values():
        lanes[Lane("jira", "link", titles[link["source"]])].append(f"{types[link['type']]} {titles[link['target']]}")


def _see_gitlab(instance: Any, lanes: dict[Lane, list[str]]) -> None:
    [project] = instance["projects"]
    titles = {issue["id"]: issue["title"] for issue in project["issues"].values()}
    for issue in project["issues"].values():
        title = issue["title"]
        notes = [_said(note["body"]) for note in issue["notes"] if not note["system"]]
        _see_issue(lanes, "gitlab", title, notes, _said(issue["description"] or ""))
        for event in issue["label_events"] if not title.endswith("专题会") else ():
            name, sign = event["label_name"], "+" if event["action"] == "add" else "-"
            if not name.startswith("进度::"):
                lanes[Lane("gitlab", "labels", title)].append(f"{sign}{name}")
            elif sign == "+":
                lanes[Lane("gitlab", "transition", title)].append(name.removeprefix("进度::"))
    for link in instance["links"]:
        kind = "blocks" if link["blocks"] else "relates"
        lanes[Lane("gitlab", "link", titles[link["source_id"]])].append(f"{kind} {titles[link['target_id']]}")
    for page in project["wiki"]:
        lanes[Lane("gitlab", "page", page["slug"])].append(_said(page["content"]).split("\n\n")[2])


def _see_issue(lanes: dict[Lane, list[str]], tracker: str, title: str, comments: list[str], description: str) -> None:
    """Our own issue shows what was edited on it, others what was posted; the rest of the titles are new issues."""
    if title == OWN:
        lanes[Lane(tracker, "edited comment", title)] += [text for text in comments if text != "原话"]
        lanes[Lane(tracker, "description", title)] += [description] if description != "原文" else []
        return
    lanes[Lane(tracker, "comment", title)] += comments
    if title.endswith("专题会"):
        lanes[Lane(tracker, "create", title)].append(title)


def _text(node: Any) -> str:
    """The text of an ADF document, or of Data Center's plain markup."""
    if not isinstance(node, dict):
        return str(node or "")
    return str(node.get("text", "")) + "".join(_text(child) for child in node.get("content", ()))


def _said(body: str) -> str:
    """Markdown without our hidden mark."""
    return body.partition("<!--")[0].rstrip()
