"""What adorns our pages: pictures of their charts, and labels.

A page is worth more than its adornments: where a site refuses one, the page stands without it (a chart as a table).
What is lost on the way is tried again like anything else, and may be done twice without harm: a picture is named after
what it shows and hangs once, labels are a set.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from collab_sync.errors import AccessError, MissingItemError, RejectedActionError, TrackerError
from collab_sync.model.document import Chart, Document
from collab_sync.pictures import Picture, name_of, png
from collab_sync_confluence.body.form import Hung
from collab_sync_confluence.edition import Attachment, Found, SpaceApi

_OURS = re.compile(r"collab-[0-9a-f]{16}\.png")
"""Names of our pictures: others are people's."""

_REFUSALS = frozenset({400, 403, 404, 405, 409, 413, 415, 422})


@dataclass(frozen=True, slots=True)
class Hanging:
    """The pictures of a page: those it is to show, by name, and those of ours that it showed before."""

    shown: Mapping[str, Hung] = field(default_factory=dict)
    old: tuple[Attachment, ...] = ()


class Gallery:
    """The adornments of the pages of one space. Raises TransientError and UnknownOutcomeError only, and AccessError
    where our credential itself is refused."""

    def __init__(self, api: SpaceApi) -> None:
        self._api = api

    def hang(self, page: Found, document: Document) -> Hanging:
        """Every chart of ``document`` as a picture on the page, each uploaded once; those refused are left out."""
        there = {one.name: one for one in self._there(page)}
        charts = {name_of(block): block for block in document.blocks if isinstance(block, Chart)}
        shown: dict[str, Hung] = {}
        for name, chart in charts.items():
            drawn = png(chart)
            attachment = there.get(name) or self._attached(page, drawn)
            if attachment is not None:
                shown[name] = Hung(name, attachment.file, page.id, drawn.width, drawn.height, drawn.text)
        return Hanging(shown, tuple(one for name, one in there.items() if _OURS.fullmatch(name) and name not in shown))

    def hangs(self, page: Found, names: Collection[str]) -> bool:
        """Whether all these pictures are there."""
        return not names or set(names) <= {one.name for one in self._there(page)}

    def sweep(self, hanging: Hanging) -> None:
        """Takes the old pictures down, after the page has ceased to show them."""
        for one in hanging.old:
            with _unless_refused():
                self._api.detach(one)

    def label(self, page: Found, names: Collection[str]) -> None:
        """Adds labels, if there are any to add."""
        with _unless_refused():
            if names:
                self._api.label(page, tuple(names))

    def _there(self, page: Found) -> tuple[Attachment, ...]:
        with _unless_refused():
            return self._api.attachments(page)
        return ()

    def _attached(self, page: Found, picture: Picture) -> Attachment | None:
        try:
            return self._api.attach(page, picture.name, picture.data)
        except RejectedActionError:
            # Its name may be taken: an earlier request, lost to us, has done it.
            return next((one for one in self._there(page) if one.name == picture.name), None)
        except (AccessError, MissingItemError) as refused:
            _pass_over(refused)
            return None


@contextmanager
def _unless_refused() -> Iterator[None]:
    try:
        yield
    except (AccessError, MissingItemError, RejectedActionError) as refused:
        _pass_over(refused)


def _pass_over(refused: TrackerError) -> None:
    """A credential that is not taken at all, or a page of a proxy, is no refusal of one thing."""
    if refused.status not in _REFUSALS:
        raise refused
