"""What looking at pages needs besides Python: Node.js with a few packages, a browser, a Chinese font for it.

Everything is put below one folder; only the browser is installed into the system, where there is none and we may.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_APT = ("apt-get", "install", "-y", "-qq", "--no-install-recommends")
LONGEST = 180
"""Seconds that one installation may take."""


class LackingError(Exception):
    """Something that is needed is not here and cannot be had; says what, and what to do."""


@dataclass(frozen=True, slots=True)
class Tools:
    """``folder``: where the packages are; ``environment``: for the browser, with a font that knows Chinese."""

    node: str
    browser: str
    folder: Path
    environment: dict[str, str]


def tools(folder: Path, fonts: Path) -> Tools:
    """Finds or installs everything; ``fonts``: where a font that knows Chinese stands. Raises LackingError."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise LackingError("没有 Node.js(node 与 npm);请安装 18 或更新的版本")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "package.json", folder)
    install = [npm, "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    _run(install, "npm 装不上 mermaid 等软件包", folder)
    browser = _browser()
    _signs()
    return Tools(node, browser, folder, {**os.environ, "FONTCONFIG_FILE": str(_fonts(folder, fonts))})


def _browser() -> str:
    wanted = os.environ.get("CHROMIUM", "")
    found = wanted or next((path for name in BROWSERS if (path := shutil.which(name))), "")
    if found:
        return found
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        raise LackingError("没有 Chromium,这里也不能安装;请自行安装,或用环境变量 CHROMIUM 指明")
    _run([apt, "update", "-qq"], "apt-get update 不成功", Path.cwd())
    _run([*_APT, "chromium"], "apt-get 装不上 chromium", Path.cwd())
    return shutil.which("chromium") or _missing()


def _signs() -> None:
    """A font with the coloured signs of the lights, where we may install one; without it a box stands in their place,
    which is no finding."""
    if any(Path("/usr/share/fonts").glob("**/NotoColorEmoji*")) or not shutil.which("apt-get") or os.geteuid() != 0:
        return
    with suppress(LackingError):
        _run([*_APT, "fonts-noto-color-emoji"], "apt-get 装不上彩色符号的字体", Path.cwd())


def _missing() -> str:
    raise LackingError("chromium 装上了,却找不到")


def _fonts(folder: Path, fonts: Path) -> Path:
    """A configuration in which our own font is known: the same Chinese on every machine."""
    file = folder / "fonts.conf"
    file.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n<fontconfig>\n'
        '  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>\n'
        f"  <dir>{fonts}</dir>\n  <cachedir>{folder / 'fontcache'}</cachedir>\n</fontconfig>\n",
        encoding="utf-8",
    )
    return file


def _run(command: list[str], failure: str, folder: Path) -> None:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LONGEST, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LackingError(f"{failure}:{error}") from error
    if done.returncode:
        raise LackingError(f"{failure}:{(done.stderr or done.stdout).strip()[-400:]}")
