"""The way to all other pages."""

from __future__ import annotations

from collections.abc import Mapping

SAID: Mapping[str, str] = {
    "跨部门协同页面目录": "Collaboration pages",
    "全组织": "Whole organisation",
    "各项目": "Programmes",
    "页面": "Page",
    "最新一期": "Newest edition",
    "往期": "Earlier editions",
    "更新于 {day}": "updated on {day}",
    ",更早还有 {count} 期": "; earlier still: {count}",
    "还没有写出过页面。": "No pages have been written yet.",
}
