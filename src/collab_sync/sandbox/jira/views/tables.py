"""What a gadget shows: its filter's issues as a small table, listed or counted. Reads the same keys as Jira's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import product
from typing import TypeAlias

from collab_sync.sandbox.jira.jql.evaluate import find
from collab_sync.sandbox.jira.jql.fields import Asking
from collab_sync.sandbox.jira.jql.parse import parse
from collab_sync.sandbox.jira.refusal import Refusal
from collab_sync.sandbox.jira.state import Issue, SiteState
from collab_sync.sandbox.jira.views import gadgets
from collab_sync.sandbox.jira.views.state import Gadget, SavedFilter

Row: TypeAlias = Sequence[str]
_ROWS = 10
_NOBODY = "未分配"
_NOTHING = "无"
_COLUMNS: Mapping[str, str] = {
    "issuekey": "编号",
    "issuetype": "类型",
    "summary": "标题",
    "status": "状态",
    "assignee": "经办人",
    "duedate": "到期日",
    "labels": "标签",
    "priority": "优先级",
}
_STATISTICS: Mapping[str, str] = {
    "statuses": "status",
    "assignees": "assignee",
    "priorities": "priority",
    "labels": "labels",
    "components": "components",
    "issuetype": "issuetype",
}
_DEFAULT_COLUMNS = "issuekey|summary|status|assignee|duedate|labels"


class UnreadableError(Exception):
    """A gadget or filter that cannot show anything; ``str()`` says why, for people."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Tables in HTML over the site as ``asking`` sees it; everything people wrote is escaped."""

    site: SiteState
    asking: Asking

    def of_filter(self, saved: SavedFilter) -> str:
        """The filter's issues."""
        return self._list(self.found(saved), _DEFAULT_COLUMNS.split("|"))

    def of_gadget(self, gadget: Gadget) -> str:
        """What the gadget shows. Raises UnreadableError for one that is not, or wrongly, configured."""
        config = gadget.properties.get(gadgets.CONFIG)
        if not isinstance(config, dict) or config.get("isConfigured") != "true":
            raise UnreadableError("这个小工具还没有配置好。")
        key = "projectOrFilterId" if gadget.uri == gadgets.PIE else "filterId"
        issues = self.found(self._filter(str(config.get(key, "")), bare=gadget.uri == gadgets.RESULTS))
        match gadget.uri:
            case gadgets.PIE:
                return self._shares(issues, _statistic(config, "statType"))
            case gadgets.TABLE:
                return self._counts(issues, _statistic(config, "ystattype"), _statistic(config, "xstattype"))
        columns = [name for name in str(config.get("columnNames", "")).split("|") if name in _COLUMNS]
        rows = str(config.get("num", ""))
        return self._list(issues[: int(rows) if rows.isdecimal() else _ROWS], columns)

    def found(self, saved: SavedFilter) -> list[Issue]:
        """The filter's issues in its order. Raises UnreadableError for a query that has become wrong."""
        try:
            return find(parse(saved.jql), self.asking)
        except Refusal as refusal:
            raise UnreadableError(str(refusal)) from None

    def _filter(self, named: str, *, bare: bool) -> SavedFilter:
        number = named if bare else named.removeprefix("filter-") if named.startswith("filter-") else ""
        found = self.site.filters.get(int(number)) if number.isdecimal() else None
        if found is None:
            raise UnreadableError("它的筛选器已不存在,或没有共享。")
        return found

    def _list(self, issues: Sequence[Issue], columns: Sequence[str]) -> str:
        rows = [["、".join(self._values(issue, name)) for name in columns] for issue in issues]
        return _table([_COLUMNS[name] for name in columns], rows)

    def _shares(self, issues: Sequence[Issue], field: str) -> str:
        counted = Counter(value for issue in issues for value in self._values(issue, field))
        rows = [[name, str(number), f"{number / len(issues):.0%}"] for name, number in sorted(counted.items())]
        return _table(["", "项", "占比"], rows)

    def _counts(self, issues: Sequence[Issue], rows: str, columns: str) -> str:
        pairs = Counter(
            pair for issue in issues for pair in product(self._values(issue, rows), self._values(issue, columns))
        )
        across = sorted({column for _row, column in pairs})
        lines = [
            [name, *(str(pairs[name, column]) for column in across), str(sum(pairs[name, one] for one in across))]
            for name in sorted({row for row, _column in pairs})
        ]
        totals = [str(sum(pairs[pair] for pair in pairs if pair[1] == column)) for column in across]
        return _table(["", *across, "合计"], [*lines, ["合计", *totals, str(sum(pairs.values()))]])

    def _values(self, issue: Issue, field: str) -> list[str]:
        match field:
            case "status":
                return [self.site.statuses[issue.status].name]
            case "assignee":
                return [self.site.accounts[issue.assignee].name if issue.assignee else _NOBODY]
            case "priority":
                return [self.site.priorities[issue.priority].name]
            case "labels":
                return sorted(issue.labels) or [_NOTHING]
            case "issuetype":
                return [self.site.types[issue.type].name]
        plain = {"issuekey": issue.key, "summary": issue.summary, "duedate": issue.due.isoformat() if issue.due else ""}
        return [plain.get(field, _NOTHING)]


def _statistic(config: Mapping[str, object], key: str) -> str:
    field = _STATISTICS.get(str(config.get(key)))
    if field is None:
        raise UnreadableError(f"统计字段 {config.get(key)} 不认识。")
    return field


def _table(head: Row, rows: Sequence[Row]) -> str:
    if not rows:
        return "<p>没有符合条件的事项。</p>"
    lines = "".join(f"<tr>{_cells('td', row)}</tr>" for row in rows)
    return f"<table><thead><tr>{_cells('th', head)}</tr></thead><tbody>{lines}</tbody></table>"


def _cells(tag: str, row: Row) -> str:
    return "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row)
