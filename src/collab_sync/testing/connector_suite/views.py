"""Promises about views, for each kind that the connector says it offers."""

# ruff: noqa: N802 - Chinese has no lower case
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import pytest

from collab_sync.errors import AccessError, TransientError, UnknownOutcomeError
from collab_sync.model.connection import Secret
from collab_sync.model.page import VIEW_KINDS, Panel, Question, View, ViewKind
from collab_sync.ports.tracker import ViewEnsurer
from collab_sync.testing.connector_suite.samples import Play, needs
from collab_sync.testing.connector_suite.stage import SeenView

LABELS = ("升级::一级", "升级::二级", "升级::三级")
MOMENTS = range(8)
"""How many writing requests pass before the connection is lost. A view made with fewer is made in peace."""

each_kind = pytest.mark.parametrize("kind", VIEW_KINDS)


class ViewPromises:
    @each_kind
    def test_视图建好了人看得到(self, play: Play, kind: ViewKind) -> None:
        """With all its parts, in the order asked for; found from then on. Looking for it makes nothing."""
        ensurer, views = _ensurer(play, kind), _seen(play, kind)
        view = view_of(play, kind)
        before = views()
        assert ensurer.find(view) is None
        assert views() == before
        receipt = ensurer.ensure(view)
        assert receipt.remote_id
        assert lacking(view, views()) == ""
        found = ensurer.find(view)
        assert found is not None
        assert found.remote_id == receipt.remote_id

    @each_kind
    def test_再要一次还是同一个视图(self, play: Play, kind: ViewKind) -> None:
        """Also when another connection asks: it is found by its name."""
        views, view = _seen(play, kind), view_of(play, kind)
        first = _ensurer(play, kind).ensure(view)
        before = views()
        connection = play.stage.connector.connect(play.stage.settings, play.stage.clock)
        again = _ensurer(replace(play, connection=connection), kind).ensure(view)
        connection.close()
        assert again.remote_id == first.remote_id
        assert views() == before

    @each_kind
    def test_两个名字是两个视图(self, play: Play, kind: ViewKind) -> None:
        ensurer, views = _ensurer(play, kind), _seen(play, kind)
        one, other = view_of(play, kind), view_of(play, kind, name="协同·另一个")
        ensurer.ensure(one)
        assert ensurer.find(other) is None
        ensurer.ensure(other)
        assert [lacking(view, views()) for view in (one, other)] == ["", ""]

    @each_kind
    def test_人建的同名视图不动(self, play: Play, kind: ViewKind) -> None:
        """It counts as being there, even an empty one."""
        ensurer, views = _ensurer(play, kind), _seen(play, kind)
        view = view_of(play, kind)
        needs(play.stage.can.put_view, "let a person make a view")(kind, view.name)
        before = views()
        assert ensurer.ensure(view).remote_id
        assert ensurer.find(view) is not None
        assert views() == before

    @each_kind
    def test_人改过的视图不动(self, play: Play, kind: ViewKind) -> None:
        """What is taken out of a view of ours stays out: a view is made once, then it is people's."""
        ensurer, views = _ensurer(play, kind), _seen(play, kind)
        view = view_of(play, kind)
        ensurer.ensure(view)
        needs(play.stage.can.rearrange, "let a person rearrange a view")(kind, view.name)
        before = views()
        ensurer.ensure(view)
        assert ensurer.find(view) is not None
        assert views() == before

    @pytest.mark.parametrize("when", ["before", "after"])
    @each_kind
    def test_建到一半断线_下次建完_不多不少(self, play: Play, kind: ViewKind, when: Literal["before", "after"]) -> None:
        """Between any two requests. UnknownOutcomeError, for something of it may be there; the next call leaves one
        whole view of that name and nothing beside it."""
        ensurer, views = _ensurer(play, kind), _seen(play, kind)
        weather = needs(play.stage.can.weather, "lose a connection")
        for spared in MOMENTS:
            view = view_of(play, kind, name=f"协同·断在第{spared}次之后")
            before = len(views())
            weather.drop_next_write(when, spared)
            _interrupted(lambda view=view: ensurer.ensure(view))  # type: ignore[misc]  # no argument
            weather.clear()
            play.stage.later(1)
            assert ensurer.find(view) is None or lacking(view, views()) == ""
            assert ensurer.ensure(view).remote_id
            assert lacking(view, views()) == ""
            assert len(views()) == before + 1

    @each_kind
    def test_视图的结果不明时可以查明(self, play: Play, kind: ViewKind) -> None:
        """Nothing happened, nothing is found; whoever asks again gets it."""
        ensurer, views = _ensurer(play, kind), _seen(play, kind)
        weather = needs(play.stage.can.weather, "lose a connection")
        view, before = view_of(play, kind), views()
        weather.drop_next_write("before")
        with pytest.raises((UnknownOutcomeError, TransientError)):
            ensurer.ensure(view)
        weather.clear()
        assert views() == before
        assert ensurer.find(view) is None
        ensurer.ensure(view)
        assert lacking(view, views()) == ""

    @each_kind
    def test_令牌不对时不建视图(self, play: Play, kind: ViewKind) -> None:
        """AccessError, and no credential in the message."""
        token = needs(play.stage.can.wrong_token, "name a token that the tracker does not know")
        _ensurer(play, kind)
        stage, view = play.stage, view_of(play, kind)
        wrong = stage.connector.connect(replace(stage.settings, token=Secret(token)), stage.clock)
        ensurer = _ensurer(replace(play, connection=wrong), kind)
        for attempt in (ensurer.ensure, ensurer.find):
            with pytest.raises(AccessError) as error:
                attempt(view)
            assert token not in str(error.value)
        wrong.close()

    def test_看不到的项目里不建看板(self, play: Play) -> None:
        """AccessError: a board belongs to a project, and the project may come back."""
        ensurer, view = _ensurer(play, "board"), view_of(play, "board")
        needs(play.stage.can.shut, "take the project from our account")()
        for attempt in (ensurer.ensure, ensurer.find):
            with pytest.raises(AccessError):
                attempt(view)


def view_of(play: Play, kind: ViewKind, name: str = "协同·升级看板") -> View:
    """One of each kind. The filters of a dashboard are made before it, as the port says they are."""
    question = Question(projects=(play.project.project,), any_of=LABELS)
    if kind != "dashboard":
        return View(key=f"{kind}:{name}", kind=kind, name=name, note="由 collab-sync 建立", question=question)
    escalated = View(key=f"filter:{name}", kind="filter", name=f"{name}·升级", question=question)
    _ensurer(play, "filter").ensure(escalated)
    return View(
        key=f"dashboard:{name}", kind=kind, name=name, note="由 collab-sync 建立", question=question,
        panels=(
            Panel(title="正在升级的事项", filter=escalated.key),
            Panel(title="升级按负责人", filter=escalated.key, shows="pie", by=("assignee",)),
            Panel(title="升级按状态与部门", filter=escalated.key, shows="table", by=("status", "component")),
        ),
        filters=(escalated,),
    )  # fmt: skip


def lacking(view: View, seen: list[SeenView]) -> str:
    """What people do not see of a view: empty if there is exactly one of that name, with each part once, in order."""
    named = [one for one in seen if one.name == view.name]
    if len(named) != 1:
        return f"{len(named)} views are called {view.name}"
    wanted = [panel.title for panel in view.panels] or list(view.question.any_of)
    text = "\n".join(named[0].parts)
    if [text.count(word) for word in wanted] != [1] * len(wanted):
        return f"each of {wanted} once in {named[0].parts}"
    places = [text.index(word) for word in wanted]
    return "" if places == sorted(places) else f"{wanted} in order in {named[0].parts}"


def _interrupted(attempt: Callable[[], object]) -> None:
    """Passes for a view that was made before the connection was lost."""
    try:
        attempt()
    except UnknownOutcomeError:
        return


def _ensurer(play: Play, kind: ViewKind) -> ViewEnsurer:
    if kind not in play.stage.connector.offers.views:
        pytest.skip(f"this tracker offers no {kind}")
    return needs(play.connection.views(play.project), "make views: the tracker has none")


def _seen(play: Play, kind: ViewKind) -> Callable[[], list[SeenView]]:
    views = needs(play.stage.can.views, "show views")
    return lambda: list(views(kind))
