"""Text from people inside GitLab Markdown: shown as typed, doing nothing.

Three layers act on what we send, and each needs its own answer:

1. Quick actions are cut out of the raw text before Markdown is looked at. Observed on a real server: a line runs when
   it starts with ``/`` at column 0, also inside HTML comments, ``~~~`` fences and unclosed fences; ``\\/`` does not.
2. CommonMark: a backslash makes punctuation literal. Only what can mean something is escaped, so that the raw text
   (which e-mails show) stays readable.
3. GitLab's reference filters run on the *finished* text: ``@name``, ``#1``, ``!2``, ``~label``, ``%milestone``,
   ``[[wiki]]``, ``*iteration:1``, ``:emoji:``, ``{+ diff +}`` and bare addresses would work again although they were
   escaped (server versions differ in whether they remember the backslash). A zero-width space behind the sign breaks
   them everywhere.
"""

from __future__ import annotations

import re
import unicodedata

from collab_sync.model.wording import clean

ZERO_WIDTH = "&#8203;"

_MARKUP = re.compile(r"[\\`*_<>|~\[\]@#!%&$^{]")
_REFERENCE_SIGNS = re.compile(r"\\[@#!&$^](?=[\w.]|\\_|\Z)|\\[~%\[{](?!\s)|\\\*(?=iteration:)", re.IGNORECASE)
_EMOJI = re.compile(r":(?=[\w+-]+:)")
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?i:(?<=www)(?=\.))")
_LINE_START = re.compile(r"^([^\S\n]*)(?:([-+=/:;])|(\d{1,9})([.)]))?", re.MULTILINE)
_EDGE_BLANKS = re.compile(r"(?<![^\S\n])[^\S\n]+$", re.MULTILINE)


def escape(text: str, *, inert: bool = True) -> str:
    """``text`` for the middle of a line; line breaks stay.

    ``inert=False``: only Markdown is made literal, for places where GitLab looks for no references (link texts)."""
    escaped = _MARKUP.sub(r"\\\g<0>", clean(text))
    if not inert:
        return escaped
    escaped = _REFERENCE_SIGNS.sub(rf"\g<0>{ZERO_WIDTH}", escaped)
    escaped = _EMOJI.sub(f":{ZERO_WIDTH}", escaped)
    return _ADDRESS.sub(ZERO_WIDTH, escaped)


def line_starts(markdown: str) -> str:
    """Makes literal what means something only at the start or end of a line; for text that went through ``escape``."""
    return _EDGE_BLANKS.sub(_as_entities, _LINE_START.sub(_literal_start, markdown))


def flanks(text: str) -> bool:
    """Whether ``**`` and ``~~`` around ``text`` are sure to be recognised, also between Chinese characters."""
    return bool(text) and all(unicodedata.category(character)[0] in "LN" for character in (text[0], text[-1]))


def _literal_start(match: re.Match[str]) -> str:
    blanks, mark, number, delimiter = match.groups()
    lead = "".join(f"&#{ord(blank)};" for blank in blanks)
    if mark:
        return f"{lead}\\{mark}"
    return f"{lead}{number}\\{delimiter}" if number else lead


def _as_entities(match: re.Match[str]) -> str:
    return "".join(f"&#{ord(blank)};" for blank in match.group())
