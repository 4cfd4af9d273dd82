"""What the story has made by the evening of 10 October, in a sandbox that stays open; pages as they are previewed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import requests
from click.testing import CliRunner
from tests.pages.scenes import Scene
from tests.scenarios.telling import Telling, tell

from collab_sync.cli.demo.scenery import Scenery
from collab_sync.cli.main import cli
from collab_sync.model.page import Locale
from collab_sync.sandbox.browse.addresses import boards_url, project_url, wiki_url
from collab_sync.sandbox.story.cast import BOT_EMAIL, BOT_TOKEN

UNTIL = "10-10"
_WIKI = {
    "协同": ("跨部门协同页面目录", "最新一期"),
    "协同/周报/新品X1上市/2025-10-10": ("周报 新品X1上市", "包装材料采购", "需要决策"),
    "协同/领导小组视图/2025-10-10": ("领导小组视图", "需要决策"),
}
_PREVIEWS: dict[str, tuple[str, dict[Locale, str]]] = {
    "周报": ("周报:X1:2025-10-10", {"zh": "需要决策", "en": "Weekly report"}),
    "领导小组": ("领导小组视图:2025-10-10", {"zh": "各项目进展", "en": "Steering group"}),
    "记分卡": ("部门记分卡", {"zh": "任务完成率", "en": "Department scorecard"}),
}


@contextmanager
def told_pages(folder: Path, definition: Path) -> Iterator[tuple[Scene, ...]]:
    """Tells the story in ``folder`` (empty); ``definition``: where the dashboard's goes, as Jira's REST API tells it.
    The scenes can be looked at as long as this is open."""
    with tell(folder, UNTIL) as telling:
        definition.write_text(json.dumps(dashboard(telling.url), ensure_ascii=False, indent=2), encoding="utf-8")
        yield (*_sandbox(telling.url), *_previews(telling))


def _sandbox(url: str) -> Iterator[Scene]:
    yield Scene("sandbox-首页", url=f"{url}/", says=("新品与流程", "pmo/collab"))
    for slug, says in _WIKI.items():
        name = slug.rpartition("协同/")[2].replace("/", "-")
        yield Scene(f"sandbox-wiki-{name}", url=f"{url}{wiki_url('gitlab', 'pmo/collab', slug)}", says=says)
    boards = f"{url}{boards_url('gitlab', 'growth/x1-launch-site')}"
    yield Scene("sandbox-看板", url=boards, says=("灯::黄", "growth/x1-launch-site"))
    yield Scene("sandbox-jira-视图", url=_view(url, ""), says=("仪表板", "筛选器"))
    yield Scene("sandbox-jira-仪表板", url=_view(url, "dashboard-10001"), says=("NPX-12", "所有者"))
    yield Scene("sandbox-jira-筛选器", url=_view(url, "filter-10001"), says=("筛选器", "project", "所有者"))


def _view(url: str, slug: str) -> str:
    return f"{url}{project_url('jira', 'NPX')}/-/views/{slug}".rstrip("/")


def _previews(telling: Telling) -> Iterator[Scene]:
    """As a person gets them: one file for each, made by the command."""
    scenery = Scenery(telling.folder / "state")
    with patch.dict(os.environ, scenery.environment):
        for name, (wanted, says) in _PREVIEWS.items():
            for locale, words in says.items():
                html = _previewed(scenery, wanted, locale, telling.folder / "page.html")
                yield Scene(f"preview-{name}-{locale}", html=html, says=(words,))


def _previewed(scenery: Scenery, wanted: str, locale: Locale, out: Path) -> str:
    arguments = ["--settings", str(scenery.settings_file), "page", "preview", wanted, "--locale", locale]
    result = CliRunner().invoke(cli, [*arguments, "--out", str(out)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return out.read_text(encoding="utf-8")


def dashboard(url: str) -> dict[str, Any]:
    """Every dashboard of our account as Jira Cloud's REST API tells it: itself, its gadgets in order, the properties by
    which each is set up, and the filters they show."""
    own = [_get(url, f"dashboard/{one['id']}") for one in _get(url, "dashboard", filter="my")["dashboards"]]
    filters = _get(url, "filter/my")
    return {"dashboards": [{**one, "gadgets": _gadgets(url, one["id"])} for one in own], "filters": filters}


def _gadgets(url: str, board: str) -> list[dict[str, Any]]:
    found = _get(url, f"dashboard/{board}/gadget")["gadgets"]
    return [{**one, "properties": _properties(url, f"dashboard/{board}/items/{one['id']}/properties")} for one in found]


def _properties(url: str, path: str) -> dict[str, Any]:
    keys = [one["key"] for one in _get(url, path)["keys"]]
    return {key: _get(url, f"{path}/{key}")["value"] for key in keys}


def _get(url: str, path: str, **asked: str) -> Any:
    query = f"?{urlencode(asked)}" if asked else ""
    answer = requests.get(f"{url}/jira/rest/api/3/{path}{query}", auth=(BOT_EMAIL, BOT_TOKEN), timeout=30)
    answer.raise_for_status()
    return answer.json()
