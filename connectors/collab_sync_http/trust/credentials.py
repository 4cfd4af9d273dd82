"""What a tracker says about our credential when it does not take it: 401, and Jira's answers as if to a stranger."""

from __future__ import annotations

from collections.abc import Mapping

import requests

from collab_sync.errors import AccessError

_DISOWNED = frozenset({"AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED"})
"""Jira's ``X-Seraph-LoginReason`` beside a credential that it did not take."""

_HINTS = (
    ("revoked", "令牌已被撤销。请发一个新令牌,再运行 doctor。"),
    ("is expired", "令牌已过期。请发一个新令牌,再运行 doctor。"),
    ("has expired", "令牌已过期。请发一个新令牌,再运行 doctor。"),
    ("captcha", "Jira 要这个账号先通过验证码。请用浏览器以该账号登录一次,再运行 doctor。"),
    ("authentication_denied", "Jira 要这个账号先通过验证码。请用浏览器以该账号登录一次,再运行 doctor。"),
)
"""Words of the tracker, and what they mean for people; the first that occurs."""

_UNKNOWN = "凭据无效或已过期。请更换令牌,再运行 doctor。"


def disowned(headers: Mapping[str, str]) -> bool:
    """Whether Jira did not take our credential and answers as to a stranger, whatever the status: what such an answer
    lacks is not missing."""
    return bool(_DISOWNED & {part.strip() for part in headers.get("X-Seraph-LoginReason", "").split(",")})


def refused(response: requests.Response, connection: str, words: str, request_id: str) -> AccessError:
    """The error for a credential that was not taken; says expired or revoked where the tracker does."""
    names = ("WWW-Authenticate", "X-Seraph-LoginReason", "X-Authentication-Denied-Reason")
    said = " ".join([words, *(response.headers.get(name, "") for name in names)]).lower()
    sentence = next((meaning for word, meaning in _HINTS if word in said), _UNKNOWN)
    return AccessError(
        with_words(sentence, words), connection=connection, status=response.status_code, request_id=request_id
    )


def with_words(sentence: str, words: str) -> str:
    """Our sentence, and the tracker's own words behind it if it has any."""
    return f"{sentence}对方原话:{words}" if words else sentence
