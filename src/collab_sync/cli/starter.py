"""The starter files: a commented settings file and a copy of the rules to begin with."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

from collab_sync.errors import ConfigurationError


def starter_rules() -> Path:
    """The shipped rules folder: inside the installed package, or beside the sources in a checkout."""
    installed = Path(str(files("collab_sync"))) / "starter_rules"
    checkout = Path(str(files("collab_sync"))).parents[1] / "rules"
    for folder in (installed, checkout):
        if (folder / "mapping.yaml").is_file():
            return folder
    raise ConfigurationError("安装不完整:找不到随附的规则文件夹", hint="请重新安装 collab-sync")


def copy_rules(target: Path) -> None:
    """A copy of the starter rules at ``target``. Raises ConfigurationError if something is there already."""
    if target.exists():
        raise ConfigurationError(f"{target} 已存在,不会覆盖", hint="换一个文件夹,或先移走它")
    shutil.copytree(starter_rules(), target)
    for path in target.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
