"""The import contract holds, and would notice a violation: one is planted in a copy to see it fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLANTED = (
    ("src/collab_sync/model/marker.py", "import collab_sync.rules.evaluate", "imports point inwards"),
    ("src/collab_sync/planner/limits.py", "import sqlalchemy", "decisions touch nothing"),
    ("src/collab_sync/pipeline/tick.py", "import collab_sync_jira", "the core knows no tracker"),
    ("connectors/collab_sync_jira/site.py", "import collab_sync.rules.load", "connectors see the contract"),
    ("connectors/collab_sync_jira/site.py", "import collab_sync_gitlab", "connectors do not know each other"),
)


def contract(root: Path) -> subprocess.CompletedProcess[str]:
    """Runs the contract over the sources below ``root``, in a process of its own."""
    code = (
        f"import sys; sys.path[:0] = [{str(root / 'src')!r}, {str(root / 'connectors')!r}]; "
        "from importlinter.cli import lint_imports; "
        f"sys.exit(lint_imports(config_filename={str(root / 'pyproject.toml')!r}, no_cache=True))"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources and their settings, to be spoilt."""
    for folder in ("src", "connectors"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.timeout(300)
def test_the_contract_fails_on_each_planted_violation(copy: Path) -> None:
    """Every kind of forbidden import is noticed and named."""
    for file, line, _ in PLANTED:
        path = copy / file
        path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    found = contract(copy)
    assert found.returncode != 0
    told = " ".join(found.stdout.split())
    for _, _, name in PLANTED:
        assert f"{name}" in told
        assert any(word in told for word in (f"{name} BROKEN", "BROKEN"))
    assert "5 broken" in told or "0 kept, 5 broken" in told
