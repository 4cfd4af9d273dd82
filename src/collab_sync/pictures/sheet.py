"""A white sheet to draw on, measured in pixels from its upper left corner; what is drawn later lies on top."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from collab_sync.pictures.colours import INK, SOFT, WHITE
from collab_sync.pictures.letters import fitted, properties
from collab_sync.pictures.said import nothing

if TYPE_CHECKING:
    from matplotlib.artist import Artist

Point: TypeAlias = tuple[float, float]

WIDTH = 900
MARGIN = 28.0
HEAD = 64.0
"""Height of the title's strip."""
_ONE_AT_A_TIME = Lock()
"""The library's settings belong to the process."""


class Pen(msgspec.Struct, frozen=True):
    """A line: ``dash`` in multiples of its width, ``marker`` as the library names them."""

    colour: str = INK
    width: float = 1.0
    dash: tuple[float, ...] = ()
    marker: str = ""


class Fill(msgspec.Struct, frozen=True):
    """An area: ``edge`` empty for none, ``hatch`` as the library names them, drawn in ``edge``'s colour or white."""

    colour: str
    edge: str = ""
    hatch: str = ""
    opacity: float = 1.0
    round: float = 0.0


class Hand(msgspec.Struct, frozen=True):
    """How text is written; ``room`` is the width after which it is shortened."""

    size: float = 15.0
    colour: str = INK
    align: Literal["left", "center", "right"] = "left"
    room: float = WIDTH


TITLE = Hand(size=21, room=WIDTH - 2 * MARGIN)
LABEL = Hand()
SMALL = Hand(size=13, colour=SOFT)


class Sheet:
    def __init__(self, height: float, title: str) -> None:
        from matplotlib.figure import Figure

        self.width, self.height = WIDTH, round(height)
        self._figure = Figure(figsize=(self.width / 72, self.height / 72), dpi=72, facecolor=WHITE)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, self.width)
        self._axes.set_ylim(self.height, 0)
        self._order = count(1)
        self.text((MARGIN, 34), title, TITLE)

    def text(self, spot: Point, text: str, hand: Hand = LABEL) -> None:
        """``text`` with its middle at the height of ``spot``; what does not fit is shortened."""
        from matplotlib.text import Text

        words = fitted(text, hand.size, hand.room)
        self._add(
            Text(
                spot[0],
                spot[1] + 0.36 * hand.size,
                words,
                color=hand.colour,
                fontproperties=properties(hand.size),
                horizontalalignment=hand.align,
                verticalalignment="baseline",
                parse_math=False,
                usetex=False,
            )
        )

    def line(self, points: Sequence[Point], pen: Pen) -> None:
        from matplotlib.lines import Line2D

        drawn = Line2D(
            *_apart(points), color=pen.colour, linewidth=pen.width, linestyle=(0, pen.dash) if pen.dash else "-"
        )
        drawn.set(solid_capstyle="round", solid_joinstyle="round")
        self._add(drawn)

    def marks(self, points: Sequence[Point], pen: Pen) -> None:
        """The pen's marker at each point."""
        from matplotlib.lines import Line2D

        drawn = Line2D(*_apart(points), color=pen.colour, linestyle="none", marker=pen.marker or "o")
        drawn.set(markersize=4 + 2 * pen.width, markeredgecolor=WHITE, markeredgewidth=1)
        self._add(drawn)

    def box(self, corner: Point, size: Point, fill: Fill) -> None:
        """A box of ``size`` (width, height) with ``corner`` at its upper left."""
        from matplotlib.patches import BoxStyle, FancyBboxPatch

        style = BoxStyle.Round(pad=0, rounding_size=min(fill.round, *(max(side / 2, 0.1) for side in size)))
        shape = FancyBboxPatch(corner, *size, boxstyle=style if fill.round else "square,pad=0")
        self._fill(shape, fill)

    def area(self, points: Sequence[Point], fill: Fill) -> None:
        """A closed polygon."""
        from matplotlib.patches import Polygon

        self._fill(Polygon(points, closed=True), fill)

    def ring(self, centre: Point, radii: Point, angles: Point, fill: Fill) -> None:
        """A piece of a ring between two ``radii`` and two ``angles``: degrees clockwise from the top."""
        from matplotlib.patches import Wedge

        # The sheet's y runs down, so angles of the library run clockwise already, from three o'clock.
        self._fill(Wedge(centre, radii[1], angles[0] - 90, angles[1] - 90, width=radii[1] - radii[0]), fill)

    def png(self) -> bytes:
        """In at most 256 colours, which keeps areas exact and makes the file a fifth."""
        from PIL import Image

        held = io.BytesIO(self._saved("png", {"Software": None}))
        small, quiet = io.BytesIO(), Image.Dither.NONE
        with Image.open(held) as full:
            full.convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT, dither=quiet).save(small, "png")
        return small.getvalue()

    def svg(self, name: str, text: str) -> str:
        """An element whose ids begin with ``name``; ``text`` is read to those who do not see it."""
        document = self._saved("svg", dict.fromkeys(("Creator", "Date", "Format", "Type")))
        return _element(document.decode(), name, text)

    def _saved(self, form: str, metadata: Mapping[str, None]) -> bytes:
        held = io.BytesIO()
        self._figure.savefig(held, format=form, metadata=metadata)
        return held.getvalue()

    def _fill(self, shape: Artist, fill: Fill) -> None:
        shape.set(
            facecolor=fill.colour,
            edgecolor=fill.edge or "none",
            linewidth=1.2 if fill.edge else 0,
            hatch=fill.hatch or None,
            hatchcolor=WHITE,
            alpha=fill.opacity,
        )
        self._add(shape)

    def _add(self, artist: Artist) -> None:
        artist.set_zorder(next(self._order))
        artist.set_clip_on(False)
        self._axes.add_artist(artist)


def empty(title: str) -> Sheet:
    """What stands in the place of a chart with nothing to draw."""
    sheet = Sheet(HEAD + 56, title)
    sheet.text((MARGIN, HEAD + 14), nothing(title), Hand(colour=SOFT))
    return sheet


def spread(wished: Sequence[float], apart: float, between: Point) -> list[float]:
    """Heights near the ``wished`` ones (ascending), ``apart`` from each other, within ``between`` if there is room.

    What stands too close moves apart as one group around its own middle."""
    groups: list[tuple[float, int]] = []
    for place, one in enumerate(wished):
        groups.append((one - place * apart, 1))
        while len(groups) > 1 and groups[-2][0] > groups[-1][0]:
            (upper, many), (lower, few) = groups[-2], groups.pop()
            groups[-1] = ((upper * many + lower * few) / (many + few), many + few)
    flat = [middle for middle, size in groups for _ in range(size)]
    limit = between[1] - (len(flat) - 1) * apart
    return [max(min(one, limit), between[0]) + place * apart for place, one in enumerate(flat)]


def _apart(points: Sequence[Point]) -> tuple[list[float], list[float]]:
    return [x for x, _ in points], [y for _, y in points]


def _element(document: str, name: str, text: str) -> str:
    inside = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", document[document.index("<svg") :], flags=re.DOTALL)
    _, _, rest = inside.partition(">")
    named = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", rest)
    box = re.search(r'viewBox="[^"]*"', inside)
    assert box is not None
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'{box.group()} width="100%" style="max-width:{WIDTH}px" role="img" aria-label="{escape(text)}">{named.strip()}'
    )


@contextmanager
def own_settings() -> Iterator[None]:
    """The drawing library's defaults instead of what a file of settings on this machine says, for one thread at a
    time: everything is drawn inside."""
    import matplotlib as mpl

    with _ONE_AT_A_TIME, mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update({"svg.hashsalt": "collab-sync", "svg.fonttype": "path", "hatch.linewidth": 1.6})
        yield
