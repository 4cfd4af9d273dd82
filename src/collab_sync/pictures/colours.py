"""Colours that stay apart in black and white, and the lights in their own."""

from __future__ import annotations

from collections.abc import Sequence

INK = "#1f2328"
SOFT = "#59636e"
RULE = "#d8dee4"
PALE = "#f3f5f7"
WHITE = "#ffffff"
RED = "#d64545"
AMBER = "#e3a008"
GREEN = "#2e9e5b"
BLUE = "#2f6fb3"
GREY = "#a8b1ba"

_LIGHTS = {"红": RED, "黄": AMBER, "绿": GREEN, "red": RED, "yellow": AMBER, "amber": AMBER, "green": GREEN}
_SERIES = (BLUE, "#c2571a", "#12806f", "#7a4fa3", "#8a6d1d", "#3d4752", "#c03d77", "#4f9ad6")


def light(name: str) -> str | None:
    """The colour of the light that ``name`` says, in Chinese or English."""
    return _LIGHTS.get(name.strip().removesuffix("灯").lower())


def colour(name: str, place: int) -> str:
    """The light's colour if ``name`` is one, else the one of the ``place``-th series."""
    return light(name) or _SERIES[place % len(_SERIES)]


def colours(names: Sequence[str]) -> list[str]:
    return [colour(name, place) for place, name in enumerate(names)]
