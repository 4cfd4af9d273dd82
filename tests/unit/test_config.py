"""The settings file: what it may say, what the environment overrides, and where secrets come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from collab_sync.cli.compose import connect
from collab_sync.cli.terminal.sentences import tokens_in
from collab_sync.clock import SandboxClock, SystemClock
from collab_sync.config import (
    Settings,
    connection_settings,
    hook_secrets,
    hook_variable,
    load_settings,
    token_variable,
)
from collab_sync.errors import ConfigurationError, RuleFileError
from collab_sync.ports import at_once

PLAIN = """\
connections:
  - {name: jira-npx, kind: jira, url: "https://jira.example/", user: bot@example.com}
  - {name: gitlab, kind: gitlab, url: "http://127.0.0.1:8080/gitlab"}
rules: 规则
database: 数据/协同.sqlite
poll_seconds: 30
"""


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE", "RULES", "CLOCK", "POLL_SECONDS"):
        monkeypatch.delenv(f"COLLAB_{name}", raising=False)


def written(folder: Path, text: str = PLAIN) -> Path:
    path = folder / "collab-sync.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def loaded(folder: Path, text: str = PLAIN) -> Settings:
    return load_settings(written(folder, text))


def test_相对路径从设置文件所在的文件夹算起(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not from the folder in which somebody happens to stand."""
    monkeypatch.chdir("/")
    settings = loaded(tmp_path)
    assert settings.rules == tmp_path / "规则"
    assert settings.database == tmp_path / "数据" / "协同.sqlite"
    assert settings.poll_seconds == 30
    assert settings.clock == "system"


def test_根证书文件也从设置文件所在的文件夹算起(tmp_path: Path) -> None:
    """An absolute path stays what it is; none stays none."""
    text = PLAIN.replace("user: bot@", "ca_bundle: 证书/根.pem, user: bot@").replace('gitlab"}', 'x", ca_bundle: /根}')
    first, second = loaded(tmp_path, text).connections
    assert (first.ca_bundle, second.ca_bundle) == (str(tmp_path / "证书" / "根.pem"), "/根")
    assert [one.ca_bundle for one in loaded(tmp_path).connections] == ["", ""]


def test_环境变量覆盖文件(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLLAB_DATABASE", "/var/lib/甲.sqlite")
    monkeypatch.setenv("COLLAB_RULES", "别的规则")
    monkeypatch.setenv("COLLAB_CLOCK", "sandbox:http://127.0.0.1:1")
    monkeypatch.setenv("COLLAB_POLL_SECONDS", "5")
    settings = loaded(tmp_path)
    assert settings.database == Path("/var/lib/甲.sqlite")
    assert settings.rules == tmp_path / "别的规则"
    assert settings.clock == "sandbox:http://127.0.0.1:1"
    assert settings.poll_seconds == 5


@pytest.mark.parametrize("value", ["4", "很快"])
def test_环境变量写错时指出是哪一个(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("COLLAB_POLL_SECONDS", value)
    with pytest.raises(ConfigurationError, match="COLLAB_POLL_SECONDS"):
        loaded(tmp_path)


def test_没有设置文件时说怎么办(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="collab-sync init"):
        load_settings(tmp_path / "没有.yaml")


def test_不是_UTF8_的设置文件不让人看回溯(tmp_path: Path) -> None:
    path = tmp_path / "collab-sync.yaml"
    path.write_bytes("规则: 甲".encode("gbk"))
    with pytest.raises(ConfigurationError, match="UTF-8"):
        load_settings(path)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("connections: []\n", "connections"),
        (PLAIN + "tokens: {jira: abc}\n", "tokens"),
        (PLAIN.replace("https://jira", "https://bot:pw@jira"), "口令"),
        (PLAIN.replace("poll_seconds: 30", "poll_seconds: 1"), "collab-sync.yaml:6"),
        (PLAIN.replace("name: gitlab", "name: jira-npx"), "jira-npx"),
        (PLAIN.replace("http://127", "ftp://127"), "url"),
        (PLAIN.replace("name: gitlab", "name: GitLab"), "name"),
        (PLAIN + "rules: 两遍\n", "rules"),
    ],
)
def test_写错的设置指出文件和行(tmp_path: Path, text: str, wanted: str) -> None:
    """An unknown key (a token, most of all), a value out of range, a name twice, a key twice."""
    with pytest.raises(RuleFileError) as caught:
        loaded(tmp_path, text)
    assert any(wanted in str(problem) and problem.place.line for problem in caught.value.problems)


def test_一次说出文件里的所有问题(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError) as caught:
        loaded(tmp_path, PLAIN.replace("poll_seconds: 30", "poll_seconds: 1\nlog: 彩色"))
    assert len(caught.value.problems) == 2


# --- secrets -------------------------------------------------------------------------------------------------------
def test_令牌来自环境变量并且不会自己露面(tmp_path: Path) -> None:
    file = loaded(tmp_path).connections[0]
    settings = connection_settings(file, {"COLLAB_JIRA_NPX_TOKEN": " 秘密令牌 \n"})
    assert settings.token.reveal() == "秘密令牌"
    assert settings.url == "https://jira.example"
    assert "秘密令牌" not in f"{settings!r}{settings.token}{settings.token!r}"


@pytest.mark.parametrize("end", ["", "\n", "\r\n", " \n\n"])
def test_令牌来自文件(tmp_path: Path, end: str) -> None:
    """An editor ends the file with a line break; a header must not."""
    (tmp_path / "令牌").write_text(f"文件里的令牌{end}", encoding="utf-8", newline="")
    file = loaded(tmp_path).connections[1]
    settings = connection_settings(file, {"COLLAB_GITLAB_TOKEN_FILE": str(tmp_path / "令牌")})
    assert settings.token.reveal() == "文件里的令牌"


def test_两处都有时环境变量优先(tmp_path: Path) -> None:
    (tmp_path / "令牌").write_text("文件", encoding="utf-8")
    given = {"COLLAB_GITLAB_TOKEN_FILE": str(tmp_path / "令牌"), "COLLAB_GITLAB_TOKEN": "变量"}
    assert connection_settings(loaded(tmp_path).connections[1], given).token.reveal() == "变量"


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe\x00"])
def test_空的或读不懂的令牌文件指出是哪个变量(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "令牌").write_bytes(content)
    with pytest.raises(ConfigurationError, match="COLLAB_GITLAB_TOKEN_FILE"):
        connection_settings(loaded(tmp_path).connections[1], {"COLLAB_GITLAB_TOKEN_FILE": str(tmp_path / "令牌")})


def test_没有令牌时说出变量名(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="COLLAB_JIRA_NPX_TOKEN_FILE"):
        connection_settings(loaded(tmp_path).connections[0], {})


def test_令牌文件不存在时说出路径(tmp_path: Path) -> None:
    missing = tmp_path / "没有"
    with pytest.raises(ConfigurationError, match="没有"):
        connection_settings(loaded(tmp_path).connections[1], {"COLLAB_GITLAB_TOKEN_FILE": str(missing)})


def test_变量名由连接名而来() -> None:
    assert token_variable("jira-npx") == "COLLAB_JIRA_NPX_TOKEN"


def test_HTTP_不写就没有_写了就要看得懂(tmp_path: Path) -> None:
    assert loaded(tmp_path).http.listen == ""
    told = PLAIN + 'http: {listen: "[::1]:8720", public_url: "https://collab.example.com/"}\n'
    assert loaded(tmp_path, told).http.listen == "[::1]:8720"
    assert loaded(tmp_path, told).http.public_url == "https://collab.example.com"


@pytest.mark.parametrize("listen", ["8720", "127.0.0.1", "127.0.0.1:70000", ":8720", "http://127.0.0.1:8720"])
def test_看不懂的监听地址是错误(tmp_path: Path, listen: str) -> None:
    with pytest.raises(RuleFileError, match="写成 主机:端口"):
        loaded(tmp_path, PLAIN + f'http: {{listen: "{listen}"}}\n')


def test_公开地址里不能有口令(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match="不能有账号或口令"):
        loaded(tmp_path, PLAIN + 'http: {public_url: "https://me:secret@collab.example.com"}\n')


def test_Webhook的密钥每行一个_第一行是现用的_没有就没有(tmp_path: Path) -> None:
    """Two while it is being changed; a file like a token's."""
    assert hook_secrets("jira-npx", {}) == ()
    assert hook_variable("jira-npx") == "COLLAB_JIRA_NPX_WEBHOOK_SECRET"
    new, old = "新的密钥-0123456789abcdef", "旧的密钥-0123456789abcdef"
    (tmp_path / "密钥").write_text(f"{new}\n\n  {old}\n", encoding="utf-8")
    found = hook_secrets("jira-npx", {"COLLAB_JIRA_NPX_WEBHOOK_SECRET_FILE": str(tmp_path / "密钥")})
    assert [secret.reveal() for secret in found] == [new, old]
    assert new not in repr(found)


@pytest.mark.parametrize("given", ["short", "0123456789abcdef\nshort"])
def test_猜得出来的Webhook密钥不用(given: str) -> None:
    with pytest.raises(ConfigurationError, match="太短") as refused:
        hook_secrets("gitlab", {"COLLAB_GITLAB_WEBHOOK_SECRET": given})
    assert "short" not in f"{refused.value} {refused.value.hint}"


def test_Webhook的密钥也不进日志() -> None:
    environment = {"COLLAB_GITLAB_WEBHOOK_SECRET": "new-secret-0815\nold-secret-0815", "COLLAB_JIRA_TOKEN": "t-0815"}
    assert set(tokens_in(environment)) == {"new-secret-0815", "old-secret-0815", "t-0815"}


# --- how many requests at a time -----------------------------------------------------------------------------------
def test_同时几个请求写在设置里_故事的时间里总是一个(tmp_path: Path) -> None:
    """A story that is told twice must be the same, down to the numbers of issues."""
    settings = loaded(tmp_path, PLAIN)
    given = {"COLLAB_JIRA_NPX_TOKEN": "令牌一二三", "COLLAB_GITLAB_TOKEN": "令牌一二三"}
    story = SandboxClock("http://127.0.0.1:1")
    usual, told = (connect(settings, clock, given) for clock in (SystemClock(), story))
    assert [at_once(one) for one in usual.values()] == [8] * len(usual)
    assert [at_once(one) for one in told.values()] == [1] * len(told)
    for one in (*usual.values(), *told.values()):
        one.close()
    story.close()
