"""A chart becomes a PNG to attach or an SVG element to embed; its name says what it shows."""

from __future__ import annotations

import hashlib
import json
from typing import assert_never

import msgspec

from collab_sync.model.document import Bars, Chart, Curves, Flow, Gantt, Pie, Radar
from collab_sync.pictures.drawings import bars, curves, flow, gantt, pie, radar
from collab_sync.pictures.said import said
from collab_sync.pictures.sheet import Sheet, own_settings

DRAWING = 1
"""Counted up whenever the same chart is to look different: pictures that stand somewhere are then made anew."""


class Picture(msgspec.Struct, frozen=True):
    """A PNG of ``width`` by ``height`` pixels; ``text`` is one short line for those who do not see it."""

    name: str
    data: bytes
    width: int
    height: int
    text: str


def name_of(chart: Chart) -> str:
    """``collab-<16 hex digits>.png``: the same for charts that say the same, without drawing anything."""
    # The standard encoder also takes halves of surrogate pairs, which people's texts can hold.
    says = json.dumps([DRAWING, msgspec.to_builtins(chart)])
    return f"collab-{hashlib.sha256(says.encode()).hexdigest()[:16]}.png"


def png(chart: Chart) -> Picture:
    """``chart`` as a PNG about 900 pixels wide; the same chart gives the same bytes within one installation.

    A chart with nothing to draw gives a small picture that says so."""
    with own_settings():
        sheet = _drawn(chart)
        return Picture(name_of(chart), sheet.png(), sheet.width, sheet.height, said(chart))


def svg(chart: Chart) -> str:
    """``chart`` as one ``<svg>`` element for an HTML page, its text as outlines: no fonts, scripts or links to
    elsewhere; ids begin with the chart's own name, so that several may stand on one page."""
    with own_settings():
        return _drawn(chart).svg(name_of(chart).removesuffix(".png"), said(chart))


def _drawn(chart: Chart) -> Sheet:
    match chart:
        case Pie():
            return pie.draw(chart)
        case Bars():
            return bars.draw(chart)
        case Curves():
            return curves.draw(chart)
        case Radar():
            return radar.draw(chart)
        case Gantt():
            return gantt.draw(chart)
        case Flow():
            return flow.draw(chart)
        case _:
            assert_never(chart)
