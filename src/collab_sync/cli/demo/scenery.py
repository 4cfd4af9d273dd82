"""The demo's own folder: settings, tokens, a copy of the rules, the database."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from collab_sync.cli.session.starter import copy_rules
from collab_sync.config import Settings, load_settings, token_variable
from collab_sync.errors import ConfigurationError
from collab_sync.sandbox.story.cast import BOT_EMAIL, BOT_TOKEN, GITLAB, JIRA

SIGN = "demo.md"
"""A folder with this file was made by the demo and may be emptied by it."""

SETTINGS = """\
# 演示用设置:指向本机沙盒,时钟也来自沙盒。令牌不写在这里,见 tokens/。
connections:
  - {{name: {jira}, kind: jira, url: "{url}/jira", user: {email}, edition: cloud}}
  - {{name: {gitlab}, kind: gitlab, url: "{url}/gitlab"}}
rules: rules
database: collab-sync.sqlite
clock: "sandbox:{url}"
"""


@dataclass(frozen=True, slots=True)
class Scenery:
    """Where the demo keeps its things."""

    folder: Path

    @property
    def settings_file(self) -> Path:
        return self.folder / "collab-sync.yaml"

    @property
    def rules(self) -> Path:
        return self.folder / "rules"

    @property
    def environment(self) -> dict[str, str]:
        """The variables through which the demo's settings find their tokens."""
        return {f"{token_variable(name)}_FILE": str(self.folder / "tokens" / name) for name in (JIRA, GITLAB)}

    def clear(self) -> None:
        """An empty folder. Raises ConfigurationError for a folder that is not the demo's."""
        if self.folder.exists() and any(self.folder.iterdir()):
            if not (self.folder / SIGN).is_file():
                raise ConfigurationError(f"{self.folder} 不是演示文件夹,不会清空", hint="用 --state 指定一个空文件夹")
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def build(self, url: str) -> Settings:
        """Writes what is missing and returns the settings; the address is always written anew."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / SIGN).write_text("collab-sync demo 的工作文件夹,可随时删除。\n", encoding="utf-8")
        tokens = self.folder / "tokens"
        tokens.mkdir(exist_ok=True)
        for name in (JIRA, GITLAB):
            (tokens / name).write_text(BOT_TOKEN + "\n", encoding="utf-8")
        if not self.rules.exists():
            copy_rules(self.rules)
        text = SETTINGS.format(jira=JIRA, gitlab=GITLAB, url=url, email=BOT_EMAIL)
        self.settings_file.write_text(text, encoding="utf-8")
        return load_settings(self.settings_file)
