"""What a Jira does with wiki markup, as its published renderer reads it: which signs act, and what is shown.

A sign acts unless it is a numbered character or stands behind a backslash that the renderer knows."""

from __future__ import annotations

import html
import re

_LITERAL = re.compile(r"&#[0-9]{1,10};|&[a-zA-Z]{1,10};|(?<!\\)\\(?P<sign>[-#*_+?^~|%()!@])")
_HELD = 0xF0000
"""Where literal signs are kept while mark-up is looked for."""
_ACTS = re.compile(r"(?m)[{}\[\]|*_^~?!#@\\<>&+()-]|:(?=[!-Z\\^-z~])(?!(?<=[0-9]:)[0-9])|^\s*(?:bq|h[1-6])\.")
_OURS = (
    (re.compile(r"\{color(?::#[0-9]+)?\}|\{[*-]\}|\{\{|\}\}|\|"), ""),
    (re.compile(r"^(?:h[1-6]\. |\* (?:\([/x]\) )?)", re.MULTILINE), ""),
)
_LINK = re.compile(r"\[([^\[\]|]*)\|[^\[\]|]*\]")
_USER = re.compile(r"\[~([^\[\]|]*)\]")


def acting(markup: str) -> list[str]:
    """Every sign of ``markup`` that can begin something, in order; line breaks that begin a block are left out."""
    return _ACTS.findall(_held(markup))


def mentioned(markup: str) -> list[str]:
    return _USER.findall(_held(markup))


def shown(markup: str) -> str:
    """The text that people see; a mention as ``@name``."""
    text = _LINK.sub(r"\1", _USER.sub(r"@\1", _held(markup)))
    for pattern, instead in _OURS:
        text = pattern.sub(instead, text)
    return "".join(chr(ord(sign) - _HELD) if _HELD <= ord(sign) < _HELD + 0x10000 else sign for sign in text)


def _held(markup: str) -> str:
    return _LITERAL.sub(lambda found: chr(_HELD + ord(found["sign"] or html.unescape(found[0]))), markup)
