"""What people type: the 「协同信息」 section of an issue and the structured comments, as plain lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SECTION = "协同信息"
SPOKEN_AS: Mapping[str, str] = {
    "立项评估": "意见",
    "响应": "内容",
    "方案": "内容",
    "接收任务": "执行人",
    "调整计划": "计划",
}
"""Under which key somebody writes the free text of an entry; 说明 where nothing else is usual."""

NOT_KEYS = frozenset({"kind", "by", "text", "items", "dept"})


def section_lines(issue: Mapping[str, Any]) -> tuple[str, ...]:
    """The lines of the section for an issue of the story; facts with a native field are left to it."""
    roles = issue["roles"]
    lines = [f"主责部门: {issue['dept']}"] if issue["dept"] else []
    for letter, name in (("A", "审批人"), ("C", "协助人"), ("I", "知会人"), ("F", "第一责任人")):
        if roles[letter]:
            lines.append(f"{name}: {'、'.join(roles[letter])}")
    lines += [f"紧急程度: {issue['urgency']}", f"重要程度: {issue['importance']}"]
    if issue["parent"]:
        lines.append(f"父任务: {issue['parent']}")
    if issue["blocked_by"]:
        lines.append(f"依赖: {'、'.join(issue['blocked_by'])}")
    if issue["related"]:
        lines.append(f"协办部门: {'、'.join(issue['related'])}")
    if issue["resource"]:
        lines.append(f"资源: {issue['resource']}")
    return (*lines, *(f"{key}: {spoken(value)}" for key, value in issue["fields"].items() if value is not None))


def comment_lines(args: Mapping[str, Any]) -> tuple[str, ...]:
    """The lines of a structured comment."""
    kind = args["kind"]
    lines = [f"【{kind}】"]
    lines += [f"{key}:{spoken(value)}" for key, value in args.items() if key not in NOT_KEYS]
    if args.get("text"):
        lines.append(f"{SPOKEN_AS.get(kind, '说明')}:{args['text']}")
    for item in args.get("items", ()):
        due = (item["due"] or "")[5:]
        lines.append(f"- {item['text']};{item['dept'] or ''};{due}")
    return tuple(lines)


def with_line(lines: tuple[str, ...], name: str, value: object) -> tuple[str, ...]:
    """Section lines with one of them changed or added."""
    wanted = f"{name}: {spoken(value)}"
    changed = tuple(wanted if line.partition(":")[0].strip() == name else line for line in lines)
    return changed if wanted in changed else (*lines, wanted)


def spoken(value: object) -> str:
    """A value of the story as somebody types it."""
    match value:
        case True:
            return "是"
        case False:
            return "否"
        case list():
            return "/".join(str(part) for part in value)
        case _:
            return str(value)
