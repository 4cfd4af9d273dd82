"""From a condition as written to a predicate. Paths, operators and types are settled here, once; what is left for
every evaluation is a chain of closures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from collab_sync.analysis.facts import MemberKind, PathReader, Relation, Vocabulary
from collab_sync.errors import Place, Problem, RuleFileError
from collab_sync.rules.conditions import operators
from collab_sync.rules.conditions.leaves import Spot, between_fields, counting, existing, leaf, never, presence
from collab_sync.rules.conditions.predicate import Predicate, joined, negated
from collab_sync.rules.schema.conditions import FIELD_OPERATORS, Condition, Match, Operators
from collab_sync.rules.yaml_text import Mark, suggestion


def compile_condition(
    condition: Condition, subject: MemberKind, vocabulary: Vocabulary, *, mark: Mark | None = None
) -> Predicate:
    """The predicate. Raises RuleFileError with every unknown path, operator that does not fit and value of the wrong
    type. ``mark``: where the condition stands, for problems and traces."""
    problems: list[Problem] = []
    predicate = ConditionCompiler(vocabulary, problems).condition(condition, subject, mark)
    if problems:
        raise RuleFileError(problems)
    return predicate


class ConditionCompiler:
    """Compiles many conditions and collects what is wrong with all of them; a faulty part never holds."""

    def __init__(self, vocabulary: Vocabulary, problems: list[Problem]) -> None:
        self.vocabulary = vocabulary
        self._problems = problems

    def condition(self, condition: Condition, subject: MemberKind, mark: Mark | None) -> Predicate:
        parts = [self._match(subject, path, match, _at(mark, path)) for path, match in condition.paths.items()]
        for word, several in (("all", condition.all_), ("any", condition.any_)):
            if several is not None:
                inner = [self.condition(part, subject, _at(mark, word, i)) for i, part in enumerate(several)]
                parts.append(joined("any" if word == "any" else "all", inner, _place(_at(mark, word))))
        if condition.not_ is not None:
            parts.append(negated(self.condition(condition.not_, subject, _at(mark, "not")), _place(_at(mark, "not"))))
        if condition.exists is not None:
            parts.append(self._exists(condition, subject, _at(mark, "exists")))
        return joined("all", parts, _place(mark))

    def path(self, subject: MemberKind, path: str, mark: Mark | None) -> PathReader | None:
        """The reader of a path; None and a problem if nobody knows it."""
        reader = self.vocabulary.reader(subject, path)
        if reader is None:
            hint = suggestion(path, self.vocabulary.names(subject)) or "可用的路径见规则手册"
            self.problem(mark, f"{subject} 没有路径“{path}”", hint)
        return reader

    def relation(self, subject: MemberKind, path: str, mark: Mark | None) -> Relation | None:
        relation = self.vocabulary.relation(subject, path)
        if relation is None:
            hint = suggestion(path, self.vocabulary.names(subject))
            self.problem(mark, f"“{path}”不通向其他对象", hint or "例如 links.blocked_by")
        return relation

    def problem(self, mark: Mark | None, message: str, hint: str = "") -> None:
        place = (mark.document.node(mark.loc).key_place or mark.place) if mark else Place("")
        self._problems.append(Problem(place, message, hint))

    def _exists(self, condition: Condition, subject: MemberKind, mark: Mark | None) -> Predicate:
        exists = condition.exists
        assert exists is not None
        relation = self.relation(subject, exists.of, _at(mark, "of"))
        if relation is None:
            return never(_place(mark))
        inner = self.condition(exists.where, relation.members_are, _at(mark, "where"))
        return existing(exists.of, relation, inner, _place(mark))

    def _match(self, subject: MemberKind, path: str, match: Match, mark: Mark | None) -> Predicate:
        since = match.since if isinstance(match, Operators) else None
        full = f"{path}.since:{since}" if since else path
        if since:
            self.path(subject, since, _at(mark, "since"))
        reader = self.path(subject, full, mark)
        if reader is None:
            return never(_place(mark))
        spot = Spot(full, reader, _place(mark))
        if match in ("present", "missing"):
            return presence(spot, match == "present")
        parts = [
            self._operator(subject, spot, operator, operand, mark) for operator, operand in _operators(match).items()
        ]
        return joined("all", parts, _place(mark))

    def _operator(
        self, subject: MemberKind, spot: Spot, operator: str, operand: object, mark: Mark | None
    ) -> Predicate:
        if spot.reader.kind not in operators.KINDS[operator]:
            self.problem(mark, f"“{spot.path}”不能用 {operator} 比较", _fitting(spot.reader.kind))
            return never(spot.place)
        if operator in FIELD_OPERATORS:
            return self._fields(subject, spot, operator, str(operand), mark)
        if operator == "count":
            return counting(spot, operand)
        return leaf(spot, operator, operand) if self._fits(spot, operator, operand, mark) else never(spot.place)

    def _fields(self, subject: MemberKind, spot: Spot, operator: str, path: str, mark: Mark | None) -> Predicate:
        other = self.path(subject, path, _at(mark, operator))
        if other is None:
            return never(spot.place)
        if other.kind != spot.reader.kind:
            self.problem(mark, f"“{spot.path}”与“{path}”不是同一种值,不能比较")
            return never(spot.place)
        return between_fields(spot, operator, Spot(path, other, spot.place))

    def _fits(self, spot: Spot, operator: str, operand: object, mark: Mark | None) -> bool:
        if operator == "matches":
            if caution := operators.regex_caution(str(operand)):
                self.problem(mark, caution, "例如 ^\\d{4}年.+_(研发部|市场部)$")
            return not caution
        values = operand if isinstance(operand, tuple) else (operand,)
        fitting = [self._value_fits(spot, operator, value, mark) for value in values]  # a list: every value is reported
        return all(fitting)

    def _value_fits(self, spot: Spot, operator: str, value: object, mark: Mark | None) -> bool:
        wrong = _wrong_type(value, spot.reader, operator)
        if wrong:
            self.problem(mark, f"“{spot.path}”{wrong},不能与“{value}”比较", _quoting(value, spot.reader))
            return False
        choices = spot.reader.choices
        if choices and isinstance(value, str) and value not in choices:
            self.problem(
                mark, f"“{spot.path}”没有“{value}”这个值", f"{suggestion(value, choices)}可写:{'、'.join(choices)}"
            )
            return False
        return True


def _at(mark: Mark | None, *steps: int | str) -> Mark | None:
    return mark.at(*steps) if mark else None


def _place(mark: Mark | None) -> Place | None:
    return mark.place if mark else None


def _operators(match: Match) -> Mapping[str, object]:
    if isinstance(match, Operators):
        return {operator: operand for operator, operand in match.given().items() if operator != "since"}
    return {"in": match} if isinstance(match, tuple) else {"eq": match}


def _fitting(kind: str) -> str:
    fitting = [operator for operator, kinds in operators.KINDS.items() if kind in kinds]
    return f"这个路径可用:present、missing、{'、'.join(fitting)}"


def _wrong_type(value: object, reader: PathReader, operator: str) -> str:
    match reader.kind:
        case "bool":
            return "" if isinstance(value, bool) else "是真假值"
        case "number":
            return "" if isinstance(value, int | Decimal) and not isinstance(value, bool) else "是数字"
        case "date":
            return "" if isinstance(value, date) and not isinstance(value, datetime) else "是日期"
        case "text" if operator in operators.ORDER:
            if reader.choices:
                return "是固定的词,没有大小"
            return (
                ""
                if isinstance(value, int | Decimal | date) and not isinstance(value, bool)
                else "按数字或日期比较大小"
            )
        case _:
            return "" if isinstance(value, str) else "是文字"


def _quoting(value: object, reader: PathReader) -> str:
    if reader.kind in ("text", "texts") and not isinstance(value, str):
        return f'要作为文字请加引号:"{value}"'
    return "可写 true 或 false" if reader.kind == "bool" else ""
