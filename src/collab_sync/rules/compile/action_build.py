"""From actions as written to compiled actions."""

from __future__ import annotations

from collections.abc import Iterable

from collab_sync.analysis.facts import MemberKind, Relation
from collab_sync.calendar.durations import parse_duration
from collab_sync.model.identity import SubjectKind
from collab_sync.rules.compile.actions import (
    ChecklistAction,
    CommentAction,
    CompiledAction,
    CompiledPanel,
    CreateAction,
    DigestAction,
    Each,
    LabelAction,
    LabelVerb,
    LocalText,
    PageAction,
    ProgramAction,
    TransitionAction,
    ViewAction,
)
from collab_sync.rules.conditions.compile import ConditionCompiler
from collab_sync.rules.schema.actions import (
    Action,
    ChecklistSpec,
    CommentSpec,
    CreateSpec,
    LabelSpec,
    PageSpec,
    ProgramSpec,
    TransitionSpec,
    ViewSpec,
    Wording,
)
from collab_sync.rules.schema.conditions import Condition
from collab_sync.rules.templates import TextError, TextTemplate, text_template
from collab_sync.rules.yaml_text import Mark, suggestion

MISSING_UPDATES = "missing"
"""``each: missing``: pairs of a person and an item without an update in the window; not a relation of the model."""


class ActionCompiler:
    """Compiles the actions of one rule; problems go where those of its conditions go."""

    def __init__(self, conditions: ConditionCompiler, subject: SubjectKind) -> None:
        self._conditions = conditions
        self._subject = subject

    def compile(self, actions: Iterable[Action], mark: Mark) -> tuple[CompiledAction, ...]:
        """In the order written; a label action with ``remove`` and ``add`` becomes two."""
        return tuple(one for index, action in enumerate(actions) for one in self._one(action, mark.at(index)))

    def _one(self, action: Action, mark: Mark) -> tuple[CompiledAction, ...]:
        name = next(name for name in type(action).model_fields if getattr(action, name) is not None)
        spec, mark = getattr(action, name), mark.at(name)
        match spec:
            case LabelSpec():
                return self._label(spec, mark)
            case CommentSpec():
                return (self._comment(spec, mark),)
            case CreateSpec():
                return (self._create(spec, mark),)
            case TransitionSpec():
                condition = self._conditions.condition(spec.if_, self._subject, mark.at("if")) if spec.if_ else None
                return (TransitionAction(spec.to, condition, spec.optional),)
            case _:
                return (self._small(spec, mark),)

    def _small(self, spec: object, mark: Mark) -> CompiledAction:
        match spec:
            case PageSpec():
                return PageAction(
                    self._text(spec.key, mark.at("key")), self._text(spec.section, mark.at("section")), spec.blocks
                )
            case ChecklistSpec():
                items = spec.items
                lines = items if isinstance(items, str) else tuple(self._text(item, mark.at("items")) for item in items)
                return ChecklistAction(self._text(spec.key, mark.at("key")), lines)
            case ProgramSpec():
                name = self._maybe(spec.create, mark.at("create"))
                return ProgramAction(name, self._maybe(spec.key, mark.at("key")), spec.milestones, spec.set_phase)
            case ViewSpec():
                return self._view(spec, mark)
            case _:
                return DigestAction("desk")

    def _view(self, spec: ViewSpec, mark: Mark) -> ViewAction:
        panels = tuple(
            CompiledPanel(
                self._wording(panel.title, mark.at("panels", index, "title")),
                self._text(panel.view, mark.at("panels", index, "view")),
                panel.shows,
                panel.by,
            )
            for index, panel in enumerate(spec.panels)
        )
        return ViewAction(
            name=self._wording(spec.name, mark.at("name")),
            kinds=spec.kinds,
            any_of=tuple(self._text(one, mark.at("any_of", index)) for index, one in enumerate(spec.any_of)),
            all_of=tuple(self._text(one, mark.at("all_of", index)) for index, one in enumerate(spec.all_of)),
            open_only=spec.open,
            panels=panels,
        )

    def _label(self, spec: LabelSpec, mark: Mark) -> tuple[CompiledAction, ...]:
        each = self._each(spec.each, None, mark)
        said: tuple[tuple[LabelVerb, str | None], ...] = (
            ("add", spec.add),
            ("remove", spec.remove),
            ("set", spec.set_),
        )
        return tuple(
            LabelAction(verb, self._text(source, mark.at(verb)), each, spec.latch and verb != "remove")
            for verb, source in said
            if source is not None
        )

    def _comment(self, spec: CommentSpec, mark: Mark) -> CommentAction:
        return CommentAction(
            mode=spec.mode,
            key=self._maybe(spec.key, mark.at("key")),
            target=spec.target,
            to=spec.to,
            notify=spec.notify,
            text=self._wording(spec.text, mark.at("text")),
            each=self._each(spec.each, spec.only, mark),
            window=spec.window,
        )

    def _create(self, spec: CreateSpec, mark: Mark) -> CreateAction:
        return CreateAction(
            key=self._text(spec.key, mark.at("key")),
            merge=spec.merge,
            type=spec.type,
            kind=spec.kind,
            dept=self._text(spec.dept, mark.at("dept")),
            title=self._wording(spec.title, mark.at("title")),
            body=self._wording(spec.body, mark.at("body")),
            roles={letter: self._text(source, mark.at("roles", letter)) for letter, source in spec.roles.items()},
            due=self._maybe(spec.due, mark.at("due")),
            due_in=parse_duration(spec.due_in) if spec.due_in else None,
            to=spec.to,
            link=spec.link,
            each=self._each(spec.each, spec.only, mark),
        )

    def _each(self, name: str | None, only: Condition | None, mark: Mark) -> Each | None:
        if name is None:
            if only is not None:
                self._conditions.problem(mark.at("only"), "only 只能和 each 一起写")
            return None
        relation: Relation | None = None
        members: MemberKind = SubjectKind.WORK_ITEM
        if name != MISSING_UPDATES:
            relation = self._conditions.relation(self._subject, name, mark.at("each"))
            if relation is None:
                return None
            members = relation.members_are
        predicate = self._conditions.condition(only, members, mark.at("only")) if only else None
        return Each(name, relation, members, predicate)

    # --- texts -------------------------------------------------------------------------------------------------
    def _wording(self, wording: Wording, mark: Mark) -> LocalText:
        if isinstance(wording, str):
            return LocalText(self._text(wording, mark))
        return LocalText(self._text(wording.zh, mark.at("zh")), self._maybe(wording.en, mark.at("en")))

    def _maybe(self, source: str | None, mark: Mark) -> TextTemplate | None:
        return None if source is None else self._text(source, mark)

    def _text(self, source: str, mark: Mark) -> TextTemplate:
        try:
            template = text_template(source)
        except TextError as error:
            self._problem(mark, str(error))
            return text_template("")
        for name in sorted(template.reads):
            self._check(name, mark)
        return template

    def _check(self, name: str, mark: Mark) -> None:
        root, _, path = name.partition(".")
        vocabulary = self._conditions.vocabulary
        if root == "s" and (not path or vocabulary.reader(self._subject, path) is None):
            hint = suggestion(path, vocabulary.names(self._subject))
            self._problem(mark, f"文字里的“{name}”不存在:{self._subject} 没有“{path}”", hint)
        if root == "e" and path and vocabulary.reader(self._subject, name) is None:
            self._problem(mark, f"文字里的“{name}”不存在")

    def _problem(self, mark: Mark, message: str, hint: str = "") -> None:
        self._conditions.problem(mark, message, hint)
