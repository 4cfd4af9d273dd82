"""The image and its compose file, as far as they can be judged without an engine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest
from tests.deploy.files import COMPOSE, ROOT, copied, dockerfile, health_command, last_stage, yaml

from collab_sync import __version__

BASE = re.compile(r"python:3\.(\d+)\.\d+-slim-[a-z]+( AS [a-z]+)?")


def only(word: str) -> str:
    """The argument of the only instruction of its kind in the last stage."""
    (found,) = [rest for name, rest in last_stage() if name == word]
    return found


def service() -> Any:
    return yaml(COMPOSE)["services"]["collab-sync"]


def test_基础镜像钉在一个版本上_两段相同() -> None:
    """The environment of the first stage runs in the second: the same Python at the same place."""
    bases = [rest for word, rest in dockerfile() if word == "FROM"]
    assert all(BASE.fullmatch(base) for base in bases)
    assert len({base.split()[0] for base in bases}) == 1
    assert all(int(BASE.fullmatch(base)[1]) >= 11 for base in bases)  # type: ignore[index]  # asserted above


def test_镜像以普通用户结束_用户写成数字() -> None:
    """Numbers, so that an orchestrator can see that it is not root; nothing after it is done as somebody else."""
    user = only("USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    after = [word for word, _ in last_stage()][[word for word, _ in last_stage()].index("USER") :]
    assert "RUN" not in after


def test_最后一段不装东西_不带编译器() -> None:
    assert [
        rest for word, rest in last_stage() if word == "RUN" and re.search(r"\b(pip|apt|apt-get|gcc)\b", rest)
    ] == []
    assert not [rest for word, rest in dockerfile() if word == "ADD"]


def test_复制的路径都在仓库里_也没有被忽略() -> None:
    ignore = (ROOT / "deploy" / "container" / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    assert copied()
    for path in copied():
        assert (ROOT / path).exists(), path
        assert f"!{path.removeprefix('./')}" in ignore, path


def test_礼貌地停() -> None:
    assert only("STOPSIGNAL") == "SIGTERM"
    assert int(service()["stop_grace_period"].removesuffix("s")) > 5


def test_编排里没有特权_根只读() -> None:
    one = service()
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert one["user"] == only("USER")
    assert not {"privileged", "cap_add", "network_mode", "pid", "devices"} & one.keys()
    assert any(mount.startswith("/tmp:") for mount in one["tmpfs"])
    assert all(port.startswith("127.0.0.1:") for port in one["ports"])


def test_编排里的镜像是这一版() -> None:
    assert service()["image"] == f"collab-sync:{__version__}"


def test_编排里用到的卷和凭证都有定义() -> None:
    """The other way round too: nothing is defined for nobody."""
    whole, one = yaml(COMPOSE), service()
    named = {mount.split(":")[0] for mount in one["volumes"] if not mount.startswith((".", "/"))}
    assert named == set(whole["volumes"])
    assert set(one["secrets"]) == set(whole["secrets"])
    given = {value for name, value in one["environment"].items() if name.endswith("_TOKEN_FILE")}
    assert given == {f"/run/secrets/{name}" for name in one["secrets"]}


@contextmanager
def answering(status: int) -> Iterator[int]:
    """The port of a server that answers every request so."""

    class Answer(BaseHTTPRequestHandler):
        asked: ClassVar[list[str]] = []

        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
            """Nobody reads it."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def checked(port: int) -> int:
    """What the health check's own command says about a port, with a proxy in the way."""
    program, *words = health_command()
    assert program == "python"
    words = [word.replace("8720", str(port)) for word in words]
    environment = {**os.environ, "HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
    result = subprocess.run([sys.executable, *words], env=environment, capture_output=True, timeout=60, check=False)
    return result.returncode


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_健康检查说的是服务器说的(status: int, code: int) -> None:
    with answering(status) as port:
        assert checked(port) == code


def test_没有服务器时健康检查说不健康() -> None:
    with answering(200) as port:
        pass
    assert checked(port) == 1
