"""The units are ones that systemd understands, and they shut the process in."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.deploy.files import DEPLOY, ONCE, SERVICE, SYSUSERS, TIMER, unit

from collab_sync.cli.session.calls import GRACE, LAST_WORDS
from collab_sync.cli.terminal.sentences import BUSY, ERROR
from collab_sync.daemon.http.door import CLOSED_IN

needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed here")
needs_sysusers = pytest.mark.skipif(not shutil.which("systemd-sysusers"), reason="systemd-sysusers is not installed")
SANDBOX = re.compile(r"^User=.*?(?=^\[|\Z)", re.MULTILINE | re.DOTALL)


def verified(folder: Path, *, misspell: str = "") -> str:
    """Everything systemd-analyze has to say about the units, with a program that exists on this machine."""
    for path in (SERVICE, ONCE, TIMER):
        text = path.read_text(encoding="utf-8").replace("/opt/collab-sync/bin/", f"{Path(sys.executable).parent}/")
        (folder / path.name).write_text(text.replace(misspell, f"{misspell}d") if misspell else text, encoding="utf-8")
    names = [f"./{path.name}" for path in (SERVICE, ONCE, TIMER)]
    words = ["systemd-analyze", "verify", "--man=no", *names]
    result = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    return result.stdout + result.stderr if result.returncode or "collab-sync" in result.stderr else ""


@needs_systemd
def test_systemd_对单元没有话说(tmp_path: Path) -> None:
    assert verified(tmp_path) == ""


@needs_systemd
def test_单元里拼错的键会被发现(tmp_path: Path) -> None:
    """The check above can fail."""
    assert "ProtectClockd" in verified(tmp_path, misspell="ProtectClock")


@needs_systemd
@pytest.mark.parametrize("path", [SERVICE, ONCE], ids=lambda path: path.name)
def test_暴露程度与部署说明写的一样(path: Path) -> None:
    """The figure in the README, within what versions of systemd count differently."""
    words = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(path)]
    result = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    found = re.search(r"exposure level for [\w.-]+: ([\d.]+)", result.stdout)
    told = re.search(r"`systemd-analyze security[^`]*` 给出 ([\d.]+)", (DEPLOY / "README.md").read_text("utf-8"))
    assert found, result.stdout + result.stderr
    assert told
    assert abs(float(found[1]) - float(told[1])) < 0.5


@needs_sysusers
def test_单元里的用户真的会建出来(tmp_path: Path) -> None:
    (tmp_path / "etc" / "sysusers.d").mkdir(parents=True)
    shutil.copy(SYSUSERS, tmp_path / "etc" / "sysusers.d" / "collab-sync.conf")
    subprocess.run(["systemd-sysusers", f"--root={tmp_path}"], check=True, capture_output=True, timeout=60)
    made = (tmp_path / "etc" / "passwd").read_text(encoding="utf-8")
    assert re.search(rf"^{unit(SERVICE).one('User')}:", made, re.MULTILINE)


def test_两个单元把进程关得一样紧() -> None:
    """Whoever changes one changes the other."""
    bodies = [SANDBOX.search(path.read_text(encoding="utf-8")) for path in (SERVICE, ONCE)]
    assert all(bodies)
    first, second = (body[0].strip() for body in bodies if body)
    assert first == second
    assert len(first.splitlines()) > 30


def test_配置有误不重启_别的意外重启但不没完没了() -> None:
    """Exit code 2 is what the command line says for errors of settings, rules and database."""
    service = unit(SERVICE)
    assert (service.one("Restart"), service.one("RestartPreventExitStatus")) == ("on-failure", str(ERROR))
    tries, pause = int(service.one("StartLimitBurst", "Unit")), int(service.one("RestartSec"))
    window = int(service.one("StartLimitIntervalSec", "Unit").removesuffix("min")) * 60
    assert tries * pause < window, "otherwise the limit is never reached"


def test_停止时等得到它自己收尾() -> None:
    """With twice the time that the process grants itself; only the main process is asked, nothing is left behind."""
    for path in (SERVICE, ONCE):
        assert int(unit(path).one("TimeoutStopSec")) >= 2 * max(GRACE + LAST_WORDS, CLOSED_IN)
        assert unit(path).one("KillMode") == "mixed"


def test_数据库正忙不算配置有误_过一会儿再起() -> None:
    assert str(BUSY) not in unit(SERVICE).one("RestartPreventExitStatus").split()


def test_一轮写了东西不算失败() -> None:
    """``run --once`` says 1 for it."""
    assert unit(ONCE).one("SuccessExitStatus") == "1"
    assert unit(TIMER).one("Unit", "Timer") == ONCE.name
    assert unit(ONCE).one("Conflicts", "Unit") == SERVICE.name
