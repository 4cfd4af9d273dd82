"""Whoever follows the guide to a connector of their own, letter by letter, ends with one that works."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.meta.documents import ROOT, document

GUIDE = "docs/howto/write-a-connector.md"
_FILE = re.compile(r"^`(collab-sync-notes/[^`]+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The folder that the guide builds, every file as it stands there."""
    files = dict(_FILE.findall(document(GUIDE).text))
    assert len(files) == 7
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    _installed(tmp_path / "collab-sync-notes")
    return tmp_path / "collab-sync-notes"


def _installed(folder: Path) -> None:
    """What an installer leaves beside the modules, made of the package's own ``pyproject.toml``."""
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    info = folder / "src" / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(metadata, encoding="utf-8")
    groups: Mapping[str, Mapping[str, str]] = project["entry-points"]
    lines = [
        line for group, points in groups.items() for line in (f"[{group}]", *(f"{k} = {v}" for k, v in points.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")


def _run(package: Path, *words: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(package / "src"), "PYTHONDONTWRITEBYTECODE": "1", **variables}
    return subprocess.run(
        [sys.executable, *words], cwd=cwd, env=environment, capture_output=True, text=True, timeout=100, check=False
    )


def _below(file: Path, heading: str, line: str) -> None:
    """Adds a line where the guide says."""
    text = file.read_text(encoding="utf-8")
    assert heading in text
    file.write_text(text.replace(heading, heading + line, 1), encoding="utf-8")


def test_照抄的连接器通过整套约定(package: Path) -> None:
    """With what it cannot do skipped, and not more than that."""
    result = _run(package, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "-W", "error", "tests", cwd=package)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-1000:]
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|skipped)", result.stdout)}
    assert counts["passed"] > 120
    assert counts["skipped"] < 90  # it has no pages, no views and no network


def test_弄坏一行就通不过(package: Path) -> None:
    """The suite in the guide can fail: a marker that is not kept."""
    writer = package / "src" / "collab_sync_notes" / "writer.py"
    text = writer.read_text(encoding="utf-8")
    assert "text=text, marker=write.marker" in text
    writer.write_text(text.replace("text=text, marker=write.marker", "text=text"), encoding="utf-8")
    result = _run(package, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "tests", cwd=package)
    assert result.returncode == 1
    assert "FAILED" in result.stdout


def test_装上之后_doctor_找得到它(package: Path, tmp_path: Path) -> None:
    """By entry point alone: neither the core nor its own distribution knows of it."""
    notes, office = tmp_path / "notes", tmp_path / "office"
    (notes / "办公室").mkdir(parents=True)
    (notes / "token").write_text("a-long-secret", encoding="utf-8")
    made = _run(package, "-m", "collab_sync", "init", str(office), cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    block = next(body for body in document(GUIDE).blocks("yaml") if "kind: notes" in body)
    _below(office / "collab-sync.yaml", "connections:\n", block.partition("\n")[2].replace("/srv/notes", str(notes)))
    _below(office / "rules" / "mapping.yaml", "projects:\n", "  - {name: notes, connection: notes, project: 办公室}\n")
    result = _run(
        package, "-m", "collab_sync", "doctor", "--format", "json", cwd=office, COLLAB_NOTES_TOKEN="a-long-secret"
    )
    found = [line for line in json.loads(result.stdout) if line["where"] == "连接 notes"]
    assert ("项目 办公室", "ok", "有 0 张便笺,可读可写。") in [
        (line["subject"], line["state"], line["message"]) for line in found
    ], result.stdout + result.stderr


def test_核心不认得便笺() -> None:
    """The guide's connector is nowhere in what is shipped."""
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "connectors").rglob("*.py"), ROOT / "pyproject.toml"]
    assert [path.name for path in sources if "collab_sync_notes" in path.read_text(encoding="utf-8")] == []
