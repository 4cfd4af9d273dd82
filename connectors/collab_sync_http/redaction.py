"""Masks credentials in text that people, logs or the database will see."""

from __future__ import annotations

import re
from collections.abc import Iterable

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


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """``text`` with credentials masked: those of ``secrets`` (longest first) and whatever looks like one."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, MASK)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text
