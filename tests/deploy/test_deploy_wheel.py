"""What the image does, done here: the files that the Dockerfile takes make a wheel, and the wheel works on its own.

Nothing is fetched: the wheel's dependencies are those of the environment that runs the tests.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.deploy.files import IN_CONTAINER, ROOT, copied

from collab_sync import __version__

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a folder that holds what the Dockerfile copies and nothing else."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheels")
    for path in copied():
        if (ROOT / path).is_dir():
            shutil.copytree(ROOT / path, source / path, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / path, source / path)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--no-build-isolation", "--wheel-dir", str(out), str(source)], check=True, timeout=110)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program in an environment of its own, without pip, as the Dockerfile makes it."""
    place = tmp_path_factory.mktemp("opt") / "collab-sync"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True, timeout=60)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(place), "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True, timeout=110)
    (packages,) = place.glob("lib/python*/site-packages")
    # A folder named in a .pth file gives its packages, but its own .pth files (our editable checkout) are not read.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return place / "bin" / "collab-sync"


@pytest.fixture
def run(installed: Path, tmp_path: Path) -> Run:
    """Calls the installed program from a folder that is not the project, with a root that need not be writable."""

    def call(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COLLAB_", "COV_"))}
        environment = {**kept, "PYTHONDONTWRITEBYTECODE": "1", **variables}
        return subprocess.run(
            [str(installed), *words], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=100,
            check=False,
        )  # fmt: skip

    return call


def test_装好的程序来自_wheel_不是来自仓库(installed: Path) -> None:
    """Otherwise nothing here would prove anything."""
    python = installed.with_name("python")
    words = [
        str(python),
        "-c",
        "import collab_sync, collab_sync_jira; print(collab_sync.__file__, collab_sync_jira.__file__)",
    ]
    result = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60, cwd=installed.parent)
    assert all(path.startswith(str(installed.parents[1])) for path in result.stdout.split())


def test_版本与说明(run: Run) -> None:
    assert __version__ in run("--version").stdout
    assert "--format" in run("doctor", "--help").stdout


def test_新建的文件夹通过检查(run: Run, tmp_path: Path) -> None:
    """Rules, calendars and every connector's part come with the wheel."""
    assert run("init", "office").returncode == 0
    checked = run("rules", "check", "office/rules")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert (tmp_path / "office" / "collab-sync.yaml").is_file()


def test_示例设置配上起始规则就缺令牌_退出码是_2(run: Run, tmp_path: Path) -> None:
    """The settings are understood to the end, the first thing missing is named; systemd does not try again after it."""
    assert run("init", "office").returncode == 0
    text = IN_CONTAINER.read_text(encoding="utf-8")
    assert "/var/lib/collab-sync" in text
    settings = tmp_path / "office" / "collab-sync.yaml"
    settings.write_text(text.replace("/var/lib/collab-sync", str(tmp_path)), encoding="utf-8")
    result = run("--settings", str(settings), "run")
    assert result.returncode == 2
    assert re.search(r"连接 jira 没有令牌.*COLLAB_JIRA_TOKEN_FILE", result.stderr, re.DOTALL), result.stderr


def test_wheel_里有字体_起始规则_数据库升级脚本(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for part in ("starter_rules/mapping.yaml", "store/migrations/versions/", "LICENSE"):
        assert any(part in name for name in names), part
    assert any(re.search(r"pictures/.*\.(otf|ttf)$", name) for name in names)
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests/")]
