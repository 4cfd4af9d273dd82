"""Masks credentials in text that people, logs or the database will see."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

import requests

from collab_sync.model.connection import ConnectionSettings

MASK = "•••"

_SHORTEST_SECRET = 6
"""Masking shorter registered secrets would eat ordinary text."""

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # headers, with and without quotes (repr of a header mapping)
    (re.compile(r"(?i)((?:private-token|job-token|deploy-token)['\"]?\s*[:=]\s*['\"]?)[^\s'\",;]+"), rf"\1{MASK}"),
    (re.compile(r"(?i)(authorization['\"]?\s*[:=]\s*['\"]?)(?:(?:bearer|basic)\s+)?[^\s'\",;]+"), rf"\1{MASK}"),
    (re.compile(r"(?i)((?:set-)?cookie['\"]?\s*[:=]\s*['\"]?)[^\r\n'\"]+"), rf"\1{MASK}"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9+/_.~=-]{8,}"), rf"\1 {MASK}"),
    # query and form parameters
    (
        re.compile(
            r"(?i)\b((?:access_token|private_token|refresh_token|job_token|token|api_?key|secret|password)"
            r"['\"]?\s*[=:]\s*['\"]?)[^\s&'\",;]+"
        ),
        rf"\1{MASK}",
    ),
    # user and password before the host of a URL
    (re.compile(r"(?i)(\b[a-z][a-z0-9+.-]*://)[^\s/@:]+:[^\s/@]+@"), rf"\1{MASK}@"),
    # credentials known by their shape: GitLab tokens, Atlassian API tokens, JSON web tokens
    (re.compile(r"\bgl(?:pat|ptt|dt|rt|cbt|oas|soat|ft|imt|agent)-[A-Za-z0-9_.-]{8,}"), MASK),
    (re.compile(r"\bAT(?:ATT|CTT|OA)[A-Za-z0-9_=.-]{8,}"), MASK),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?"), MASK),
)


_REFUSALS = 400
"""From this status on an answer is read for its words, and these reach people, logs and the database."""


def secrets_of(settings: ConnectionSettings) -> tuple[str, ...]:
    """Everything by which a connection proves itself, in all the forms in which a site may send it back."""
    token = settings.token.reveal()
    passwords = [urlsplit(address).password or "" for address in settings.proxies.values()]
    plain = [token, *passwords, *(secret.reveal() for secret in settings.unspoken)]
    pairs = [b64encode(f"{settings.user}:{one}".encode()).decode() for one in plain if settings.user and one]
    forms = {form for one in (*plain, *pairs) for form in (one, quote(one, safe=""), json.dumps(one)[1:-1])}
    forms |= {form.replace("/", "\\/") for form in forms}
    return tuple(sorted((form for form in forms if len(form) >= _SHORTEST_SECRET), key=len, reverse=True))


def silenced(response: requests.Response, secrets: Iterable[str]) -> requests.Response:
    """``response`` without ``secrets``, if it is a refusal: sites, proxies and debug pages send back what they got."""
    if response.status_code < _REFUSALS:
        return response
    content, mask = response.content, MASK.encode()
    for secret in secrets:
        content = content.replace(secret.encode(), mask)
        for name, value in response.headers.items():
            if secret in value:
                response.headers[name] = value.replace(secret, "***")
    response._content = content
    return response


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """``text`` with credentials masked: those of ``secrets`` (longest first) and whatever looks like one."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, MASK)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text
