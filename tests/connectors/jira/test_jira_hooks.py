"""Jira's web hooks: who proves what, and what is believed."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab_sync.model.connection import Secret
from collab_sync.ports import Delivery
from collab_sync_jira import connector

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECRET, OLD = Secret("jira-hook-secret-new"), Secret("jira-hook-secret-old")
ISSUE = {"webhookEvent": "jira:issue_updated", "timestamp": 1767225600000, "issue": {"id": "10002", "key": "NPX-12"}}
BODY = json.dumps({**ISSUE, "说明": "进行中"}, ensure_ascii=False).encode()
NUMBER = {"x-atlassian-webhook-identifier": "7f83b165-1"}

Headers = dict[str, str]


def verify(headers: Headers, body: bytes, *secrets: Secret) -> Delivery | None:
    return connector.hooks.verify(headers, body, secrets, NOW)


def signature(body: bytes = BODY, method: str = "sha256", secret: Secret = SECRET) -> Headers:
    made = hmac.new(secret.reveal().encode(), body, getattr(hashlib, method)).hexdigest()
    return {"x-hub-signature": f"{method}={made}"}


@pytest.mark.parametrize("method", ["sha256", "sha384", "sha512"])
def test_摘要的方法由Jira说_强的都认(method: str) -> None:
    assert verify(signature(method=method) | NUMBER, BODY, SECRET) == Delivery("7f83b165-1", frozenset({"NPX"}))


@pytest.mark.parametrize("method", ["sha1", "md5"])
def test_弱的不认(method: str) -> None:
    assert verify(signature(method=method), BODY, SECRET) is None


def test_换密钥期间新旧都认_别的不认() -> None:
    assert verify(signature(secret=OLD), BODY, SECRET, OLD) is not None
    assert verify(signature(secret=OLD), BODY, SECRET) is None
    assert verify(signature(secret=Secret("")), BODY, Secret("")) is None


@pytest.mark.parametrize(
    "value",
    [
        "",
        "sha256",
        "sha256=",
        "=",
        signature()["x-hub-signature"][:-1],
        signature()["x-hub-signature"].removeprefix("sha256="),
        signature()["x-hub-signature"].replace("sha256", "sha512"),
        "sha256=" + "密" * 64,
    ],
)
def test_没有证明或证明不全的不算(value: str) -> None:
    assert verify({"x-hub-signature": value}, BODY, SECRET) is None
    assert verify({}, BODY, SECRET) is None


def test_正文改了一个字节就不算() -> None:
    assert verify(signature(), BODY.replace(b"NPX-12", b"NPX-13"), SECRET) is None


def test_没有编号就用正文的指纹() -> None:
    found = verify(signature(), BODY, SECRET)
    assert found == Delivery(hashlib.sha256(BODY).hexdigest(), frozenset({"NPX"}))


def test_项目的编号与代号都认() -> None:
    """A mapping may name a project by either."""
    body = b'{"issue": {"key": "NPX-1", "fields": {"project": {"id": "10000", "key": "NPX"}}}}'
    found = verify(signature(body), body, SECRET)
    assert found is not None
    assert found.projects == {"NPX", "10000"}


@pytest.mark.parametrize("body", [b"", b"null", b"{", b"\xff", b'{"issue": "NPX-1"}', b'{"issue": {"key": ""}}'])
def test_证明了自己的胡话_不指向任何项目(body: bytes) -> None:
    found = verify(signature(body), body, SECRET)
    assert found is not None
    assert found.projects == frozenset()


@given(value=st.text(), body=st.binary())
def test_随便什么请求头和正文都不会让它出错_也骗不过它(value: str, body: bytes) -> None:
    assert verify({"x-hub-signature": value}, body, SECRET) is None
    assert verify({"x-hub-signature": f"sha256={value}"}, body, SECRET) is None
