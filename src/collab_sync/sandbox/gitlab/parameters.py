"""Reading parameters as GitLab does: query, JSON and forms alike, lenient here, strict there, unknown ones ignored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from urllib.parse import parse_qsl

from collab_sync.sandbox.gitlab.errors import ApiError, bad_parameter
from collab_sync.sandbox.wire import BadBody, Request

_DAY_FIRST = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
_YEAR_FIRST = re.compile(r"^(\d{4})[/.-]?(\d{1,2})[/.-]?(\d{1,2})(?:[T ].*)?$")
_TRUE, _FALSE = frozenset({"true", "t", "1", "on"}), frozenset({"false", "f", "0", "off", ""})


class Parameters:
    """The parameters of one request by name; ``iids[]`` and ``iids`` are the same list."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    @classmethod
    def of(cls, request: Request) -> Parameters:
        """Query first, body over it. A body that is not JSON is 400 with nothing in it, as GitLab answers."""
        values = _gather(request.query)
        kind = request.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if not request.body:
            return cls(values)
        if kind == "application/x-www-form-urlencoded":
            form = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
            return cls({**values, **_gather(form)})
        try:
            body = request.json()
        except BadBody:
            raise ApiError(400, None) from None
        return cls({**values, **body}) if isinstance(body, dict) else cls(values)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def given(self, names: Iterable[str]) -> dict[str, object]:
        """Those of ``names`` that were sent, with their raw values."""
        return {name: self._values[name] for name in names if name in self._values}

    def require(self, *names: str) -> None:
        """400 "title is missing, content is missing" unless all were sent."""
        missing = [f"{name} is missing" for name in names if name not in self._values]
        if missing:
            raise bad_parameter(", ".join(missing))

    def text(self, name: str) -> str | None:
        """A parameter as text; None if absent or null."""
        value = self._values.get(name)
        if isinstance(value, bool):
            return "true" if value else "false"
        return None if value is None else str(value)

    def integer(self, name: str) -> int | None:
        """A whole number; 400 if it is none; None if absent or empty."""
        value = self.text(name)
        if value is None or not value.strip():
            return None
        try:
            return int(value)
        except ValueError:
            raise bad_parameter(f"{name} is invalid") from None

    def flag(self, name: str) -> bool | None:
        """A boolean as Rails reads it; 400 if it is none; None if absent."""
        value = self.text(name)
        if value is None:
            return None
        if value.lower() in _TRUE:
            return True
        if value.lower() in _FALSE:
            return False
        raise bad_parameter(f"{name} is invalid")

    def choice(self, name: str, allowed: Iterable[str], default: str) -> str:
        """One of ``allowed``; 400 for anything else."""
        value = self.text(name)
        if value is None:
            return default
        if value not in allowed:
            raise bad_parameter(f"{name} does not have a valid value")
        return value

    def names(self, name: str) -> list[str]:
        """A list of names: comma separated, or an array whose members are split at commas as well."""
        value = self._values.get(name)
        parts = value if isinstance(value, list) else [] if value is None else [value]
        return [piece.strip() for part in parts for piece in str(part).split(",") if piece.strip()]

    def numbers(self, name: str) -> list[int]:
        """A list of whole numbers; 400 if one of them is none."""
        try:
            return [int(piece) for piece in self.names(name)]
        except ValueError:
            raise bad_parameter(f"{name} is invalid") from None

    def instant(self, name: str) -> datetime | None:
        """ISO 8601 with any offset, or a date alone (UTC midnight); 400 for anything else."""
        value = self.text(name)
        if value is None or not value.strip():
            return None
        try:
            parsed = datetime.fromisoformat(value.strip())
        except ValueError:
            raise bad_parameter(f"{name} is invalid") from None
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)


def lenient_date(text: str | None) -> date | None:
    """A date as Ruby understands it ("31/12/2026" too); None for an empty or senseless text, silently."""
    cleaned = (text or "").strip()
    for pattern, order in ((_YEAR_FIRST, (1, 2, 3)), (_DAY_FIRST, (3, 2, 1))):
        match = pattern.match(cleaned)
        if match:
            year, month, day = (int(match[index]) for index in order)
            try:
                return date(year, month, day)
            except ValueError:
                return None
    return None


def _gather(pairs: Iterable[tuple[str, str]]) -> dict[str, object]:
    values: dict[str, object] = {}
    for raw, value in pairs:
        if not raw.endswith("[]"):
            values[raw] = value
            continue
        name = raw.removesuffix("[]")
        known = values.get(name)
        values[name] = [*known, value] if isinstance(known, list) else [value]
    return values
