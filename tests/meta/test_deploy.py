"""Everything that ``deploy/`` and its guide name exists: paths, commands, options, variables, ports, addresses."""

from __future__ import annotations

import json
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.routing import Route
from tests.deploy.files import (
    BY_HAND,
    COMPOSE,
    DEPLOY,
    DOCKERFILE,
    IN_CONTAINER,
    ON_HOST,
    ONCE,
    ROOT,
    SERVICE,
    last_stage,
    unit,
    yaml,
)
from tests.meta.documents import document
from tests.meta.test_docs_commands import faults

from collab_sync.cli.main import cli
from collab_sync.config import Overrides, Settings, load_settings, token_variable
from collab_sync.daemon.http.health import health_routes
from collab_sync.daemon.lock import lock_file
from collab_sync.daemon.witness import Witness
from collab_sync.workbench.fakes.hand_clock import HandClock

GUIDE = document("docs/howto/deploy.md")
COMMANDS = [line for body in GUIDE.blocks("sh") for line in body.splitlines()]
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
SYSTEM = ("/bin/kill", "/usr/sbin/nologin", "/usr/local/bin", "/usr/bin", "/bin", "/dev/null", "/etc/sysusers.d/",
          "/etc/systemd/system/", "/bin/sh", "/etc/ssl/certs/")  # fmt: skip
"""What a Linux host has."""


def texts() -> dict[str, str]:
    """Every file of ``deploy/`` and the guide, by name."""
    return {path.name: path.read_text(encoding="utf-8") for path in FILES} | {GUIDE.name: GUIDE.text}


def example(path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An example as the program understands it, whatever this machine's environment says."""
    for name in Overrides.model_fields:
        monkeypatch.delenv(f"COLLAB_{name.upper()}", raising=False)
    return load_settings(path)


PROGRAM = re.compile(
    r"^(?:\s*/opt/collab-sync/bin/collab-sync|collab-sync-office|docker run .*collab-sync:[\d.]+"
    r"|docker compose run --rm collab-sync|docker compose exec collab-sync collab-sync) "
)
"""A line that starts the program, up to its first argument."""


def calls() -> dict[str, list[str]]:
    """Words after the program's name wherever a file starts it, by the line."""
    (entry,) = [json.loads(rest) for word, rest in last_stage() if word == "ENTRYPOINT"]
    (command,) = [json.loads(rest) for word, rest in last_stage() if word == "CMD"]
    lines = [unit(SERVICE).one("ExecStart"), unit(ONCE).one("ExecStart"), *BY_HAND.read_text("utf-8").splitlines()[-1:]]
    guide = [part.strip() for line in [*COMMANDS, *GUIDE.inline()] for part in line.split("&&")]
    starts = {line: match.end() for line in [*lines, *guide] if (match := PROGRAM.match(line))}
    found = {line: shlex.split(line[end:]) for line, end in starts.items()}
    return {line: [word for word in words if word != "$@"] for line, words in found.items()} | {
        "image": [*entry[1:], *command]
    }


def test_每一次调用的命令和选项都存在() -> None:
    """In units, image, script and guide alike."""
    found = calls()
    assert len(found) >= 12
    assert {line: faults(cli, words) for line, words in found.items() if faults(cli, words)} == {}


def test_写错的调用会被发现() -> None:
    """The pattern above finds calls, and the check can fail."""
    line = "docker compose run --rm collab-sync doktor"
    match = PROGRAM.match(line)
    assert match
    assert faults(cli, shlex.split(line[match.end() :]))


def test_点名的仓库文件都在() -> None:
    pattern = re.compile(r"(?<![\w./-])(?:docs|deploy|src|tests|rules|connectors)/[\w./-]*[\w-]")
    named = {(name, found) for name, text in texts().items() for found in pattern.findall(text)}
    assert len(named) > 10
    assert sorted((name, found) for name, found in named if not any(ROOT.glob(found + "*"))) == []


def made() -> set[str]:
    """Absolute paths that somebody makes: the guide's commands, the unit's own folders, the image, the volumes."""
    words = [shlex.split(line.replace("&&", " ")) for line in COMMANDS]
    places = {
        word for line in words for word in line if word.startswith("/") and ({"install", "venv", "init"} & {*line})
    }
    places |= {f"/var/lib/{name}" for name in unit(SERVICE).all("StateDirectory")}
    places |= {f"/var/cache/{name}" for name in unit(SERVICE).all("CacheDirectory")}
    places |= {f"/run/secrets/{name}" for name in yaml(COMPOSE)["secrets"]}
    places |= {rest for word, rest in last_stage() if word == "WORKDIR"}
    return places


def test_每个绝对路径都有人建() -> None:
    """A path is made itself, or lies in a folder of ours that is."""
    pattern = re.compile(r"(?<![\w./%:}-])/(?:opt|etc|var|run|usr|bin|srv)/?[\w./-]*[\w-]")
    places = made()
    ours = tuple(f"{place}/" for place in places if "collab-sync" in place)
    named = {(name, found) for name, text in texts().items() for found in pattern.findall(text)}
    assert len(named) > 20
    known = {*places, *SYSTEM}
    lost = [(name, path) for name, path in named if path not in known and not f"{path}/".startswith((*ours, *SYSTEM))]
    assert sorted(lost) == []


def test_每个变量都有人读() -> None:
    """Ours are those of the settings and of the connections in the examples."""
    names = {one["name"] for path in (ON_HOST, IN_CONTAINER) for one in yaml(path)["connections"]}
    read = {f"COLLAB_{name.upper()}" for name in Overrides.model_fields}
    read |= {token_variable(name) for name in names} | {f"{token_variable(name)}_FILE" for name in names}
    named = {(name, found) for name, text in texts().items() for found in re.findall(r"\bCOLLAB_\w+\w", text)}
    assert named
    assert sorted((name, found) for name, found in named if found not in read) == []


@pytest.mark.parametrize("path", [SERVICE, ONCE], ids=lambda path: path.name)
def test_每个连接都拿得到令牌_systemd(path: Path) -> None:
    """Its file is loaded as a credential, the credential is where the variable points, the script reads the same."""
    loaded = dict(value.split(":") for value in unit(path).all("LoadCredential"))
    names = {one["name"] for one in yaml(ON_HOST)["connections"]}
    assert set(loaded) == names
    for name in names:
        assert unit(path).environment[f"{token_variable(name)}_FILE"] == f"%d/{name}"
        assert f"{token_variable(name)}_FILE={loaded[name]} " in BY_HAND.read_text(encoding="utf-8")


def test_每个连接都拿得到令牌_容器() -> None:
    one = yaml(COMPOSE)["services"]["collab-sync"]
    names = {connection["name"] for connection in yaml(IN_CONTAINER)["connections"]}
    assert set(one["secrets"]) == names
    assert {f"{token_variable(name)}_FILE" for name in names} == {key for key in one["environment"] if "TOKEN" in key}


def test_systemd_的示例里每个文件夹都能读写(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database and its lock lie where the unit may write; the rules where it may only read."""
    settings, service = example(ON_HOST, monkeypatch), unit(SERVICE)
    folder = Path("/var/lib") / service.one("StateDirectory")
    assert {settings.database.parent, lock_file(settings.database).parent} == {folder}
    assert settings.rules.is_relative_to(service.one("WorkingDirectory"))
    assert service.environment["MPLCONFIGDIR"] == f"/var/cache/{service.one('CacheDirectory')}"


def test_容器的示例里数据库在卷里(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what the image sets for pictures is a volume too: the root is read-only."""
    settings = example(IN_CONTAINER, monkeypatch)
    targets = [mount.split(":")[1] for mount in yaml(COMPOSE)["services"]["collab-sync"]["volumes"]]
    (variables,) = [rest for word, rest in last_stage() if word == "ENV"]
    assert str(settings.database.parent) in targets
    assert re.search(r"MPLCONFIGDIR=(\S+)", variables)[1] in targets  # type: ignore[index]  # it is there
    owned = next(rest for word, rest in last_stage() if word == "RUN" and "--owner" in rest).split()
    volumes = [target for target in targets if not target.startswith("/etc")]
    assert set(volumes) <= set(owned)


def test_端口处处相同(monkeypatch: pytest.MonkeyPatch) -> None:
    """In examples, image, compose file, scrape example and guide."""
    (port,) = {example(path, monkeypatch).http.listen.rpartition(":")[2] for path in (ON_HOST, IN_CONTAINER)}
    (exposed,) = [rest for word, rest in last_stage() if word == "EXPOSE"]
    (published,) = yaml(COMPOSE)["services"]["collab-sync"]["ports"]
    assert exposed == port
    assert published == f"127.0.0.1:{port}:{port}"
    named = {
        (name, found)
        for name, text in texts().items()
        for found in re.findall(r"\b(?:127\.0\.0\.1|0\.0\.0\.0)(?::|', )(\d+)", text)
    }
    assert len(named) >= 5
    assert {found for _, found in named} == {port}


def test_问的每个地址守护进程都答() -> None:
    """Health check, scrape example, guide and alerts ask for nothing else."""
    clock = HandClock(datetime(2025, 10, 10, 9, 0, tzinfo=UTC))
    answered = {route.path for route in health_routes(Witness(), clock) if isinstance(route, Route)}
    asked = set(re.findall(r"(?<![\w/])/(?:[a-z]+z|metrics)\b", "\n".join(texts().values())))
    assert asked == answered


def test_Dockerfile_与编排写的用法一致() -> None:
    """The command in the first line is the one in the guide, and names the image of the compose file."""
    (build,) = [line for line in COMMANDS if line.startswith("docker build")]
    assert build in DOCKERFILE.read_text(encoding="utf-8")
    assert f"-t {yaml(COMPOSE)['services']['collab-sync']['image']} " in build
