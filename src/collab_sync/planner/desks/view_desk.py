"""Views that rules ask for: a board in every project that can keep one, filters and dashboards once per site.

A view is made once for what it asks: what the outbox knows already, delivered or not, is not decided again, and what
people rearrange afterwards is never touched. Everybody may read a view's name, so none is made about what is
confidential.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from collab_sync.analysis.subject_facts import ConflictFacts
from collab_sync.model.action import PlannedWrite
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.page import Locale, Panel, Question, View, ViewKind
from collab_sync.planner.context import PlanningContext
from collab_sync.planner.occasion import Decided, Occasion
from collab_sync.planner.plan import REPORTED
from collab_sync.rules.compile import LabelAction, ViewAction
from collab_sync.rules.templates import TextTemplate
from collab_sync.summaries.wording import Words

ALL = "*"
"""At the end of a label: every label we know that begins like that."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a view goes: through which project, and about which projects, as the tracker calls them."""

    project: ProjectMapping
    about: tuple[str, ...]

    @property
    def locale(self) -> Locale:
        return self.project.locale or "zh"


class ViewDesk:
    """Views of one tick by key."""

    def __init__(self, context: PlanningContext) -> None:
        self._context = context
        self._asked: dict[tuple[str, bool], tuple[Occasion, View, str]] = {}
        self._filters: dict[tuple[str, str], View] = {}
        """Filters by connection and by what rules call them: dashboards are made of them."""

    def ask(self, occasion: Occasion, action: ViewAction) -> None:
        """A rule asks for a view; asked for twice in a tick it is made once. Raises TextError."""
        if self._confidential(occasion):
            return
        for kind in action.kinds:
            for place in self._places(kind):
                view = self._view(occasion, action, kind, place)
                if view is not None:
                    self._asked.setdefault((view.key, occasion.sent), (occasion, view, place.project.name))

    def writes(self) -> tuple[Decided, ...]:
        """One write per view that has not been decided yet."""
        keys = [_row_key(view, sent=sent) for (_, sent), (_, view, _) in self._asked.items()]
        known = self._context.memory.enqueued(keys) if keys else frozenset()
        found = []
        for (key, sent), (occasion, view, project) in self._asked.items():
            if _row_key(view, sent=sent) in known:
                continue
            row = PlannedWrite(
                key=_row_key(view, sent=True),
                project=project,
                write=view,
                lines=(occasion.line(self._context.now, f"view:{key}", project, "view", view.name),),
                reason=occasion.reason(),
                subjects=(occasion.finding.subject,),
            )
            found.append(Decided(row, sent=sent))
        return tuple(found)

    def _confidential(self, occasion: Occasion) -> bool:
        """Whether a view would be named after something that must not be named."""
        facts, view = occasion.facts, self._context.view
        program = view.program(self._context.program_of(facts))
        items = (
            facts.members if isinstance(facts, ConflictFacts) else (program.facts if program else None, occasion.item)
        )
        return any(one.item.confidential for one in items if one)

    def _places(self, kind: ViewKind) -> Iterator[_Place]:
        """A board belongs to a project, a filter or dashboard to a site: to the first of its projects."""
        able = [
            project
            for project in self._context.mapping.projects
            if (offers := self._context.offered(project.connection)).items and kind in offers.views
        ]
        if kind == "board":
            yield from (_Place(project, (project.project,)) for project in able)
            return
        for connection in dict.fromkeys(project.connection for project in able):
            there = [project for project in able if project.connection == connection]
            yield _Place(there[0], tuple(project.project for project in there))

    def _view(self, occasion: Occasion, action: ViewAction, kind: ViewKind, place: _Place) -> View | None:
        """None where there is nothing to ask: no label that such a view would be about."""
        called = action.name.render(occasion.names)
        owner = place.project.name if kind == "board" else place.project.connection
        question = Question(
            projects=place.about,
            any_of=self._labels(action.any_of, occasion),
            all_of=self._labels(action.all_of, occasion),
            open_only=action.open_only,
        )
        if kind != "dashboard" and not (question.any_of or (question.all_of and not action.any_of)):
            return None  # a star that stands for nothing must not ask for everything
        view = View(
            key=f"{kind}:{called}:{owner}",
            kind=kind,
            name=action.name.render(occasion.names, place.locale),
            note=Words(place.locale).say(
                "由 collab-sync 按规则“{rule}”建立,只建一次;之后怎样调整都由你们。", rule=occasion.rule.title
            ),
            question=question,
        )
        if kind == "filter":
            self._filters[place.project.connection, called] = view
        return view if kind != "dashboard" else self._with_panels(view, occasion, action, place)

    def _with_panels(self, view: View, occasion: Occasion, action: ViewAction, place: _Place) -> View | None:
        """A dashboard over the filters that were asked for before it; without any of them there is none."""
        panels, filters = [], []
        for panel in action.panels:
            there = self._filters.get((place.project.connection, panel.view.render(occasion.names)))
            if there is not None:
                title = panel.title.render(occasion.names, place.locale)
                panels.append(Panel(title=title, filter=there.key, shows=panel.shows, by=panel.by))
                filters.append(there)
        if not panels:
            return None
        return View(
            key=view.key,
            kind=view.kind,
            name=view.name,
            note=view.note,
            question=view.question,
            panels=tuple(panels),
            filters=tuple(dict.fromkeys(filters)),
        )

    def _labels(self, templates: Iterable[TextTemplate], occasion: Occasion) -> tuple[str, ...]:
        found = (label for one in templates for label in self._meant(one, occasion))
        return tuple(dict.fromkeys(found))

    def _meant(self, template: TextTemplate, occasion: Occasion) -> tuple[str, ...]:
        """A star that the office wrote, not one in somebody's name."""
        label = template.render(occasion.names)
        if not template.source.endswith(ALL):
            return (label,)
        return tuple(one for one in self._known() if one.startswith(label.removesuffix(ALL)))

    def _known(self) -> Iterator[str]:
        """Labels we know: of departments, of programmes that are not confidential, and those that rules put on."""
        view = self._context.view
        yield from (f"部门::{department.name}" for department in view.organisation.departments)
        programs = (one for _, one in sorted(view.programs.items()) if not one.facts.item.confidential)
        yield from (f"项目::{one.code}" for one in programs)
        for rule in sorted(self._context.rules.values(), key=lambda one: one.order):
            for action in (action for step in rule.steps for action in step.actions):
                if isinstance(action, LabelAction) and action.verb != "remove" and action.template.constant:
                    yield action.template.source


def _row_key(view: View, *, sent: bool) -> str:
    return f"{'' if sent else REPORTED}view|{view.key}|{view.hash}"
