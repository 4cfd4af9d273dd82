"""page: any page before its first write, the same that would be written; and what people get wrong."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result
from tests.scenarios.telling import Bookmark, Telling, bookmark

from collab_sync.cli.compose import open_runtime
from collab_sync.cli.demo.scenery import Scenery
from collab_sync.cli.main import cli
from collab_sync.config import load_settings
from collab_sync.errors import ConfigurationError
from collab_sync.model.document import plain
from collab_sync.model.page import Page
from collab_sync.sandbox.house import open_house
from collab_sync.workbench.preview import preview

WEEKLY = "周报:新品X1上市:2025-09-19"


class Reader:
    """Somebody at the command line beside a telling of the story."""

    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self.scenery = Scenery(telling.folder / "state")

    def __call__(self, *arguments: str) -> Result:
        command = ["--settings", str(self.scenery.settings_file), *arguments]
        result = CliRunner().invoke(cli, command, env=self.scenery.environment)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert "Traceback" not in result.output
        return result

    def json(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "--format", "json").stdout)

    def at(self, now: str) -> None:
        requests.put(f"{self.telling.url}/__sandbox/clock", json={"now": now}, timeout=10).raise_for_status()

    def planned(self) -> dict[str, str]:
        """The pages that the next round would write, by key, as ``plan`` shows them."""
        pages = [write for write in self.json("plan")["writes"] if write["kind"] == "页面"]
        return {write["target"].removeprefix("page:"): write["text"] for write in pages}

    @contextmanager
    def open(self) -> Iterator[Callable[[str], Page]]:
        """Pages by key, as the command makes them from what was read."""
        settings = load_settings(self.scenery.settings_file)
        with open_runtime(settings, self.scenery.environment) as runtime, runtime.store.read() as tx:
            yield lambda key: preview(tx, runtime.ruling, runtime.clock.now(), key)


@pytest.fixture(scope="module")
def friday(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bookmark]:
    """The first Friday of the story, shortly before the first weekly page is written."""
    with open_house() as house:
        folder, kept = tmp_path_factory.mktemp("story"), tmp_path_factory.mktemp("kept")
        yield bookmark(house, folder, "09-19 17:59", kept / "friday")


@pytest.fixture(scope="module")
def made(reader: Reader) -> Iterator[Callable[[str], Page]]:
    """Pages at 17:59."""
    with reader.open() as pages:
        yield pages


@pytest.fixture(scope="module")
def reader(friday: Bookmark, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Nobody may change anything here; the clock stands at 17:59."""
    with friday.opened(tmp_path_factory.mktemp("read")) as telling:
        yield Reader(telling)


def wiki(reader: Reader) -> Any:
    return reader.telling.ask("dump")["gitlab"]["pages"]


# --- true ------------------------------------------------------------------------------------------------------
def test_预览与计划要写的页面一字不差(friday: Bookmark, tmp_path: Path) -> None:
    """With the sections that the rule names; also on the eve of the holidays, when a week has four days and there is
    an edition before it."""
    with friday.opened(tmp_path) as telling:
        reader = Reader(telling)
        rules = reader.scenery.rules / "summary" / "rules.yaml"
        text, changed = re.subn(
            r"blocks: \[冲突与决议, .*\]", "blocks: [缺更新, 风险]", rules.read_text(encoding="utf-8")
        )
        assert changed == 1
        rules.write_text(text, encoding="utf-8")
        for day, weekly in (("2025-09-19", WEEKLY), ("2025-09-30", "周报:新品X1上市:2025-10-03")):
            reader.at(f"{day}T18:00:00+08:00")
            planned = reader.planned()
            assert weekly in planned
            with reader.open() as pages:
                shown = {key: pages(key) for key in planned}
            assert {key: f"{one.path}\n{plain(one.whole)}" for key, one in shown.items()} == planned
            reader("run", "--once")


def test_预览什么都不写(reader: Reader, tmp_path: Path) -> None:
    before = reader.telling.ask("dump")
    assert reader("page", "preview", WEEKLY, "--out", str(tmp_path / "weekly.html")).exit_code == 0
    assert reader("page", "list").exit_code == 0
    assert reader.telling.ask("dump") == before
    assert not any("周报" in slug for slug in wiki(reader))


# --- seen ------------------------------------------------------------------------------------------------------
def test_周报在第一次写之前就能存成一个网页(reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "weekly.html"
    said = reader("page", "preview", WEEKLY, "--out", str(file))
    assert said.exit_code == 0
    assert said.stdout == f"《周报 新品X1上市 2025-09-19》写好了:{file}。用浏览器打开就能看,也能打印。\n"
    text = file.read_text(encoding="utf-8")
    assert "<h1>周报 新品X1上市 2025-09-19</h1>" in text
    assert "<figure><svg " in text
    assert [one.name for one in tmp_path.iterdir()] == ["weekly.html"]


def test_不写文件就打在屏幕上(reader: Reader) -> None:
    text = reader("page", "preview", WEEKLY).stdout
    assert text.startswith("周报 新品X1上市 2025-09-19\n页面 协同/周报/新品X1上市/2025-09-19\n\n由 collab-sync 生成")
    assert "\n## " in text
    assert "\x1b" not in text


@pytest.mark.parametrize("asked", ["周报:X1:2025-09-19", "周报：新品X1上市：2025-09-19"])
def test_项目写代号或用全角冒号也是那一页(made: Callable[[str], Page], asked: str) -> None:
    assert made(asked) == made(WEEKLY)


def test_不写日期就是最近到期的一期(made: Callable[[str], Page]) -> None:
    """At 17:59 on Friday the newest slot that came due is a week old."""
    assert made("周报:X1").key == "周报:新品X1上市:2025-09-12"
    assert made("领导小组视图").key == "领导小组视图:2025-09-12"
    assert made("角色分工表:X1").key == "角色分工表:新品X1上市"
    assert made("任务登记表:X1").key == "任务登记表:新品X1上市"


def test_用英文看(reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "weekly.html"
    assert reader("page", "preview", WEEKLY, "--locale", "en", "--out", str(file)).exit_code == 0
    assert '<html lang="en">' in file.read_text(encoding="utf-8")


def test_列出每种页面_谁写它_有哪些项目(reader: Reader) -> None:
    text = reader("page", "list").stdout
    assert "周报:‹项目›" in text
    assert "周报页(weekly-page)" in text
    assert "新品X1上市" in text
    known = {one["kind"]: one for one in reader.json("page", "list")}
    assert "周报:新品X1上市" in known["周报"]["keys"]
    assert known["领导小组视图"]["keys"] == ["领导小组视图"]
    assert known["任务登记表"]["rule"] == ""


def test_列出的每个页面都看得到(reader: Reader, made: Callable[[str], Page]) -> None:
    keys = [key for one in reader.json("page", "list") for key in one["keys"]]
    assert len(keys) > 20
    assert [key for key in keys if "由 collab-sync 生成" not in plain(made(key).whole)] == []


# --- refused ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("周抱:X1", "没有“周抱”这种页面;是否想写“周报”?"),
        ("", "没有“”这种页面"),
        ("周报:新品X2上市", "“周报”写的项目“新品X2上市”没有找到;是否想写“新品X1上市”?"),
        ("周报", "“周报”要写明是哪个项目"),
        ("周报:X1:2025-13-40", "没有“2025-13-40”这一天"),
        ("周报:X1:9999-12-31", "没有“9999-12-31”这一天"),
        ("领导小组视图:X1", "“领导小组视图”不分项目,不写“X1”"),
        ("文档发布:没有的文档", "“文档发布”写的文档“没有的文档”没有找到"),
    ],
)
def test_不认识的页面说清楚并给出可写的(made: Callable[[str], Page], asked: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        made(asked)
    assert sentence in refused.value.message
    assert refused.value.hint


def test_不认识的页面以_2_结束并且不留文件(reader: Reader, tmp_path: Path) -> None:
    result = reader("page", "preview", "周抱:X1", "--out", str(tmp_path / "x.html"))
    assert result.exit_code == 2
    assert result.stderr.startswith("错误:没有“周抱”这种页面;是否想写“周报”?\n    → 可用的有:周报、")
    assert list(tmp_path.iterdir()) == []


def test_文件没有地方放时什么都不读也不留(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "不是文件夹").write_text("旧")
    before = len(reader.telling.ask("requests"))
    for place, sentence in (
        (tmp_path / "没有" / "x.html", f"文件夹 {tmp_path / '没有'} 不存在"),
        (tmp_path, f"{tmp_path} 是文件夹"),
        (Path(os.devnull), "不是普通文件"),
        (tmp_path / "不是文件夹" / "x.html", "不存在"),
        (tmp_path / ("长" * 200), "写不了"),
    ):
        result = reader("page", "preview", WEEKLY, "--out", str(place))
        assert result.exit_code == 2
        assert sentence in result.stderr
    assert len(reader.telling.ask("requests")) == before
    assert [one.name for one in tmp_path.iterdir()] == ["不是文件夹"]


def test_写到一半写不下去时原来的文件还在(reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "weekly.html"
    file.write_text("旧", encoding="utf-8")

    def full(_self: Path, _target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    result = reader("page", "preview", WEEKLY, "--out", str(file))
    assert result.exit_code == 2
    assert "写不了" in result.stderr
    assert file.read_text(encoding="utf-8") == "旧"
    assert [one.name for one in tmp_path.iterdir()] == ["weekly.html"]


def test_系统读不到时说是哪个而不给旧的样子(friday: Bookmark, tmp_path: Path) -> None:
    with friday.opened(tmp_path / "read") as telling:
        reader = Reader(telling)
        (reader.scenery.folder / "tokens" / "gitlab").write_text("t-nobody\n", encoding="utf-8")
        result = reader("page", "preview", WEEKLY, "--out", str(tmp_path / "x.html"))
    assert result.exit_code == 2
    assert "读不到" in result.stderr
    assert not (tmp_path / "x.html").exists()
