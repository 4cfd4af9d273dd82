"""GitLab's web hooks: who proves what, and what is believed."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab_sync.model.connection import Secret
from collab_sync.ports import Delivery
from collab_sync_gitlab import connector
from collab_sync_gitlab.hooks.delivery import WINDOW

FIXTURES = Path(__file__).parents[1] / "fixtures" / "gitlab" / "real-ce-14.2.3"
NOW = datetime(2026, 11, 21, 20, 20, tzinfo=UTC)
PLAIN = Secret("s3cr3t-token")
KEY = bytes(range(32))
SIGNING = Secret("whsec_" + base64.b64encode(KEY).decode())
OTHER = Secret("whsec_" + base64.b64encode(KEY[::-1]).decode())
BODY = '{"project": {"id": 7, "path_with_namespace": "rd/x1-firmware"}, "说明": "机密"}'.encode()

Headers = dict[str, str]


def verify(headers: Headers, body: bytes, *secrets: Secret, now: datetime = NOW) -> Delivery | None:
    return connector.hooks.verify(headers, body, secrets, now)


def recorded(name: str) -> tuple[Headers, bytes, dict[str, Any]]:
    """Headers and body of a call that a GitLab CE 14.2.3 made."""
    call = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    headers = {key.lower(): value for key, value in call["headers"].items()}
    return headers, json.dumps(call["body"], ensure_ascii=False).encode(), call["body"]


def signed(body: bytes = BODY, *, at: datetime = NOW, key: bytes = KEY, number: str = "msg-1") -> Headers:
    time = str(int(at.timestamp()))
    made = base64.b64encode(hmac.digest(key, f"{number}.{time}.".encode() + body, sha256)).decode()
    return {"webhook-id": number, "webhook-timestamp": time, "webhook-signature": f"v1,{made}"}


@pytest.mark.parametrize("name", ["webhook_issue_open_0", "webhook_issue_update_0"])
def test_真实的14_2_3用密钥本身证明自己_没有编号就用正文的指纹(name: str) -> None:
    headers, body, said = recorded(name)
    found = verify(headers, body, PLAIN)
    assert found == Delivery(sha256(body).hexdigest(), frozenset({said["project"]["path_with_namespace"], "1"}))


def test_没有带密钥的真实投递不算() -> None:
    headers, body, _ = recorded("webhook_note_create_0")
    assert "x-gitlab-token" not in headers
    assert verify(headers, body, PLAIN) is None


@pytest.mark.parametrize("token", ["", "s3cr3t-toke", "s3cr3t-token ", "S3CR3T-TOKEN", "密钥", "x" * 10_000])
def test_密钥差一点也不算(token: str) -> None:
    assert verify({"x-gitlab-token": token}, BODY, PLAIN) is None


def test_中文密钥按字节比较() -> None:
    """A server reads header bytes as Latin-1."""
    secret = "协同办公室的密钥-2025"
    assert verify({"x-gitlab-token": secret.encode().decode("latin-1")}, BODY, Secret(secret)) is not None


@pytest.mark.parametrize("header", ["idempotency-key", "webhook-id"])
def test_有编号时用编号_重投时它不变(header: str) -> None:
    found = verify({"x-gitlab-token": "s3cr3t-token", header: "n-1"}, BODY, PLAIN)
    assert found == Delivery("n-1", frozenset({"rd/x1-firmware", "7"}))


def test_签名的投递_换密钥期间新旧都认() -> None:
    assert verify(signed(), BODY, SIGNING) == Delivery("msg-1", frozenset({"rd/x1-firmware", "7"}))
    assert verify(signed(key=KEY[::-1]), BODY, SIGNING, OTHER) is not None
    both = signed() | {"webhook-signature": f"{signed(key=b'x')['webhook-signature']} {signed()['webhook-signature']}"}
    assert verify(both, BODY, SIGNING) is not None


@pytest.mark.parametrize("seconds", [-301, 301, 86_400, -(10**9)])
def test_时间差五分钟以上的签名是重放(seconds: int) -> None:
    assert verify(signed(at=NOW - timedelta(seconds=seconds)), BODY, SIGNING) is None


@pytest.mark.parametrize("seconds", [-300, 0, 299])
def test_五分钟以内的不是(seconds: int) -> None:
    assert verify(signed(at=NOW - timedelta(seconds=seconds)), BODY, SIGNING) is not None
    assert timedelta(minutes=5) == WINDOW


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "msg-2"},
        {"webhook-id": ""},
        {"webhook-timestamp": "1795292401"},
        {"webhook-timestamp": "now"},
        {"webhook-timestamp": "١٧٩٥٢٩٢٤٠٠"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1a,AAAA"},
        {"webhook-signature": signed()["webhook-signature"].replace("v1,", "v2,")},
        {"webhook-signature": signed(BODY + b" ")["webhook-signature"]},
    ],
)
def test_签名里的每一样都要对(change: Headers) -> None:
    assert verify(signed() | change, BODY, SIGNING) is None


def test_签名用的密钥从不当口令用_反过来也一样() -> None:
    """Otherwise whoever sees a header of the one form could make the other."""
    assert verify({"x-gitlab-token": SIGNING.reveal()}, BODY, SIGNING) is None
    assert verify(signed(key=PLAIN.reveal().encode()), BODY, PLAIN) is None
    assert verify(signed(key=b""), BODY, Secret("whsec_"), Secret("whsec_不是base64"), Secret("")) is None


def test_没有密钥就什么都不信() -> None:
    assert verify({"x-gitlab-token": ""}, BODY) is None
    assert verify(signed(), BODY) is None
    assert verify(signed(key=b"nobody"), BODY, PLAIN) is None


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{", b"\xff\xfe", b'{"project": 3}', b'{"project": {"id": "x"}}', b"[" * 100_000]
)
def test_证明了自己的胡话_不指向任何项目(body: bytes) -> None:
    found = verify({"x-gitlab-token": "s3cr3t-token"}, body, PLAIN)
    assert found is not None
    assert found.projects == frozenset()


@given(
    headers=st.dictionaries(
        st.sampled_from(
            ["x-gitlab-token", "webhook-id", "webhook-timestamp", "webhook-signature", "idempotency-key", "x"]
        ),
        st.text(),
    ),
    body=st.binary(),
)
def test_随便什么请求头和正文都不会让它出错_也骗不过它(headers: Headers, body: bytes) -> None:
    assert verify(headers, body, PLAIN, SIGNING) is None or headers.get("x-gitlab-token") == PLAIN.reveal()
