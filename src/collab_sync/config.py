"""The settings file: which trackers, where the rules and the database are, which clock.

Settings never hold a secret. Each connection's token comes from ``COLLAB_‹NAME›_TOKEN`` or from the file named by
``COLLAB_‹NAME›_TOKEN_FILE`` (name in capitals, dashes as underscores), and what its web hooks prove themselves with
from ``COLLAB_‹NAME›_WEBHOOK_SECRET`` or ``…_FILE`` (one a line while it is being changed); top-level settings may be
overridden by ``COLLAB_DATABASE``, ``COLLAB_RULES``, ``COLLAB_CLOCK`` and ``COLLAB_POLL_SECONDS``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from collab_sync.errors import ConfigurationError, RuleFileError
from collab_sync.model.connection import Authentication, ConnectionSettings, Edition, Secret
from collab_sync.model.organisation import StrictModel
from collab_sync.model.page import Locale
from collab_sync.rules.yaml_text import read_yaml, validate

LAST_PORT = 65535
SHORTEST_HOOK_SECRET = 16
"""Characters."""


def without_account(url: str) -> str:
    """``url`` itself. Raises ValueError if it holds an account or a password."""
    if "@" in urlsplit(url).netloc:
        raise ValueError("地址里不能有账号或口令;账号写 user,令牌放进环境变量")
    return url


class ConnectionFile(StrictModel):
    """One tracker site as people write it in the settings file."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    kind: str
    url: str = Field(pattern=r"^(https?|file)://")
    user: str = ""
    auth: Authentication = "auto"
    web_url: str = Field(default="", pattern=r"^(https?://.*)?$")
    edition: Edition = "auto"
    locale: Locale = "zh"
    """The language of its readers: of the pages and views that we keep there."""
    ca_bundle: str = ""
    proxies: Mapping[str, str] = Field(default_factory=dict)
    page_size: int = Field(default=100, ge=1, le=100)
    overlap_minutes: int = Field(default=5, ge=2)
    at_once: int = Field(default=8, ge=1, le=32)

    @field_validator("url", "web_url")
    @classmethod
    def _bare(cls, url: str) -> str:
        return without_account(url)


class HttpFile(StrictModel):
    """The daemon's own HTTP server as people write it. ``listen``: ``host:port`` (empty: no HTTP at all);
    ``public_url``: where trackers reach it."""

    listen: str = ""
    public_url: str = Field(default="", pattern=r"^(https?://.*)?$")

    @field_validator("listen")
    @classmethod
    def _host_and_port(cls, listen: str) -> str:
        found = re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):(\d{1,5})", listen)
        if listen and (found is None or int(found[2]) > LAST_PORT):
            raise ValueError("写成 主机:端口,例如 127.0.0.1:8720 或 [::1]:8720")
        return listen

    @field_validator("public_url")
    @classmethod
    def _bare(cls, url: str) -> str:
        return without_account(url).rstrip("/")


class SettingsFile(StrictModel):
    """``collab-sync.yaml``. Relative paths count from the file's folder."""

    connections: tuple[ConnectionFile, ...] = Field(min_length=1)
    rules: str = "rules"
    database: str = "collab-sync.sqlite"
    clock: str = "system"
    poll_seconds: int = Field(default=60, ge=5)
    log: Literal["text", "json"] = "text"
    http: HttpFile = HttpFile()

    @field_validator("connections")
    @classmethod
    def _unique(cls, connections: tuple[ConnectionFile, ...]) -> tuple[ConnectionFile, ...]:
        names = [connection.name for connection in connections]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"连接名重复:{'、'.join(twice)}")
        return connections


class Overrides(BaseSettings):
    """What the environment may say instead of the file."""

    model_config = SettingsConfigDict(env_prefix="COLLAB_", extra="ignore")

    database: str | None = None
    rules: str | None = None
    clock: str | None = None
    poll_seconds: int | None = Field(default=None, ge=5)

    @classmethod
    def settings_customise_sources(  # the library fixes this signature
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment only: no .env file is looked for."""
        return (env_settings,)


class Settings(StrictModel):
    """Settings in force: paths absolute, overrides applied."""

    file: Path
    connections: tuple[ConnectionFile, ...]
    rules: Path
    database: Path
    clock: str
    poll_seconds: int
    log: Literal["text", "json"]
    http: HttpFile = HttpFile()


def load_settings(path: Path) -> Settings:
    """Reads the settings file. Raises ConfigurationError (RuleFileError with every problem in the file)."""
    if not path.is_file():
        raise ConfigurationError(
            f"找不到设置文件 {path}", hint="先运行 collab-sync init 文件夹,或用 --settings 指明位置"
        )
    file = _read(path)
    over = _overrides()
    folder = path.resolve().parent
    return Settings(
        file=path.resolve(),
        connections=tuple(_placed(connection, folder) for connection in file.connections),
        rules=folder / (over.rules or file.rules),
        database=folder / (over.database or file.database),
        clock=over.clock or file.clock,
        poll_seconds=over.poll_seconds or file.poll_seconds,
        log=file.log,
        http=file.http,
    )


def _placed(connection: ConnectionFile, folder: Path) -> ConnectionFile:
    """A relative certificate bundle counts from the file's folder too."""
    if not connection.ca_bundle:
        return connection
    return connection.model_copy(update={"ca_bundle": str(folder / connection.ca_bundle)})


def _read(path: Path) -> SettingsFile:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"读不了设置文件 {path}:{error}", hint="请检查权限,并存为 UTF-8") from None
    document, problems = read_yaml(text, str(path))
    if document is None or problems:
        raise RuleFileError(problems)
    file, problems = validate(SettingsFile, document)
    if file is None:
        raise RuleFileError(problems)
    return file


def _overrides() -> Overrides:
    try:
        return Overrides()
    except ValidationError as error:
        problems = "; ".join(f"COLLAB_{str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors())
        raise ConfigurationError(f"环境变量有误:{problems}", hint="改正或去掉这些环境变量") from None


def token_variable(connection: str) -> str:
    """The environment variable that holds a connection's token."""
    return f"COLLAB_{_capitals(connection)}_TOKEN"


def hook_variable(connection: str) -> str:
    """The environment variable that holds what a connection's web hooks prove themselves with."""
    return f"COLLAB_{_capitals(connection)}_WEBHOOK_SECRET"


def hook_secrets(connection: str, environment: Mapping[str, str]) -> tuple[Secret, ...]:
    """One per line, the newest first; none where nothing is given: then no web hook is believed. Raises
    ConfigurationError for a file that cannot be used and for what could be guessed."""
    variable = hook_variable(connection)
    lines = [line.strip() for line in _given(variable, environment, "密钥").splitlines()]
    if any(0 < len(line) < SHORTEST_HOOK_SECRET for line in lines):
        raise ConfigurationError(
            f"{variable} 里的密钥太短,猜得出来",
            hint=f"每行一个,至少 {SHORTEST_HOOK_SECRET} 个字符,例如 openssl rand -hex 32 的输出",
        )
    return tuple(Secret(line) for line in lines if line)


def _capitals(connection: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", connection.upper())


def connection_settings(file: ConnectionFile, environment: Mapping[str, str]) -> ConnectionSettings:
    """One connection with its secret. Raises ConfigurationError that says how to give the token."""
    return ConnectionSettings(
        name=file.name,
        kind=file.kind,
        url=file.url.rstrip("/"),
        token=_secret(file.name, environment),
        user=file.user,
        auth=file.auth,
        web_url=file.web_url.rstrip("/"),
        edition=file.edition,
        ca_bundle=file.ca_bundle,
        proxies=file.proxies,
        page_size=file.page_size,
        overlap_minutes=file.overlap_minutes,
        at_once=file.at_once,
    )


def _secret(connection: str, environment: Mapping[str, str]) -> Secret:
    variable = token_variable(connection)
    if value := _given(variable, environment, "令牌"):
        return Secret(value)
    raise ConfigurationError(
        f"连接 {connection} 没有令牌", hint=f"设置环境变量 {variable},或用 {variable}_FILE 指向只含令牌的文件"
    )


def _given(variable: str, environment: Mapping[str, str], what: str) -> str:
    """What the variable holds, or the file that ``‹variable›_FILE`` names; empty if there is neither."""
    if value := environment.get(variable, "").strip():
        return value
    path = environment.get(f"{variable}_FILE", "").strip()
    if not path:
        return ""
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigurationError(f"读不到{what}文件 {path}:{error.strerror}", hint=f"检查 {variable}_FILE") from None
    except UnicodeDecodeError:
        raise ConfigurationError(
            f"{what}文件 {path} 不是文本", hint=f"{variable}_FILE 应指向只含{what}的 UTF-8 文件"
        ) from None
    if value:
        return value
    raise ConfigurationError(f"{what}文件 {path} 是空的", hint=f"检查 {variable}_FILE")
