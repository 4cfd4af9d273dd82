"""From a document to a model: every pydantic error gets a place in the file and a sentence for people."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from collab_sync.errors import Problem
from collab_sync.model.organisation import StrictModel
from collab_sync.rules.yaml_text.document import Document, Loc
from collab_sync.rules.yaml_text.slips import wide_colon

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

M = TypeVar("M", bound=StrictModel)

_SENTENCES: Mapping[str, str] = {
    "string_type": "这里应是文字",
    "bool_type": "这里应是 true 或 false",
    "bool_parsing": "这里应是 true 或 false",
    "int_type": "这里应是整数",
    "int_parsing": "这里应是整数",
    "int_from_float": "这里应是整数",
    "float_type": "这里应是数字",
    "float_parsing": "这里应是数字",
    "decimal_type": "这里应是数字",
    "decimal_parsing": "这里应是数字",
    "date_type": "这里应是日期,例如 2025-10-01",
    "date_parsing": "这里应是日期,例如 2025-10-01",
    "date_from_datetime_parsing": "这里应是日期,例如 2025-10-01",
    "datetime_type": "这里应是日期和时间,例如 2025-10-01 09:00",
    "datetime_parsing": "这里应是日期和时间,例如 2025-10-01 09:00",
    "datetime_from_date_parsing": "这里应是日期和时间,例如 2025-10-01 09:00",
    "tuple_type": "这里应是列表,例如 [甲, 乙]",
    "list_type": "这里应是列表,例如 [甲, 乙]",
    "dict_type": "这里应是“键: 值”",
    "mapping_type": "这里应是“键: 值”",
    "model_type": "这里应是“键: 值”",
    "model_attributes_type": "这里应是“键: 值”",
    "string_too_short": "这里不能为空",
    "too_short": "这里不能为空",
}


def suggestion(word: str, known: Iterable[str]) -> str:
    """“是否想写…?” with the nearest known word; empty when none is near."""
    close = difflib.get_close_matches(word, sorted(set(known)), n=1, cutoff=0.5)
    return f"是否想写“{close[0]}”?" if close else ""


def validate(model: type[M], document: Document) -> tuple[M | None, tuple[Problem, ...]]:
    """The value, or None and everything wrong with it, in the order of the file."""
    try:
        return model.model_validate(document.root.value), ()
    except ValidationError as error:
        details = error.errors(include_url=False)
    problems: dict[tuple[int, int, str], Problem] = {}
    for detail in _specific(details):
        problem = _problem(detail, model, document)
        problems.setdefault((problem.place.line, problem.place.column, problem.message), problem)
    return None, tuple(problems[key] for key in sorted(problems))


def _specific(details: list[ErrorDetails]) -> Iterator[ErrorDetails]:
    """Without the complaints of those branches of a union that were not meant: where one branch got further into
    the value, "should be a list" is noise."""
    for detail in details:
        stem = _stem(detail["loc"])
        deeper = any(
            _stem(other["loc"])[: len(stem)] == stem for other in details if other is not detail and not _shape(other)
        )
        if not (_shape(detail) and deeper):
            yield detail


def _shape(detail: ErrorDetails) -> bool:
    return detail["type"].endswith("_type") or detail["type"] == "too_short"


def _stem(loc: Loc) -> Loc:
    """``loc`` without names that pydantic adds for branches of unions."""
    return tuple(
        step
        for step in loc
        if isinstance(step, int) or not re.fullmatch(r"‹.*›|.*\[.*\]|[A-Z][A-Za-z]+|str|bool|int|decimal|date", step)
    )


def _problem(detail: ErrorDetails, model: type[BaseModel], document: Document) -> Problem:
    loc = detail["loc"]
    node = document.node(loc)
    place = node.place
    match detail["type"]:
        case "extra_forbidden":
            word = str(loc[-1])
            known = _known_keys(model, loc[:-1])
            hint = suggestion(word, known) or (f"这里可写:{'、'.join(known)}" if known else "")
            return Problem(node.key_place or place, f"不认识的键“{word}”", hint)
        case "missing":
            return Problem(node.key_place or place, f"缺少“{loc[-1]}”", "")
        case "literal_error" | "enum":
            words = re.findall(r"'([^']*)'", str(detail.get("ctx", {}).get("expected", "")))
            hint = suggestion(str(detail["input"]), words)
            return Problem(place, f"“{detail['input']}”不是允许的值", f"{hint}可写:{'、'.join(words)}")
        case "value_error":
            message, _, remedy = detail["msg"].removeprefix("Value error, ").partition("\n")
            return Problem(place, message, remedy)
    return Problem(place, *_type_problem(detail))


def _type_problem(detail: ErrorDetails) -> tuple[str, str]:
    value = detail["input"]
    message = _SENTENCES.get(detail["type"], detail["msg"])
    if value is None:
        return f"{message},现在是空的", "是不是漏写了,或者值以 # 开头没有加引号?"
    if isinstance(value, str) and (slip := wide_colon(value)) is not None:
        return slip
    hint = (
        f'要作为文字请加引号:"{value}"'
        if detail["type"] == "string_type" and not isinstance(value, dict | list)
        else ""
    )
    if detail["type"] == "string_type" and "id" in detail["loc"][-1:]:
        hint = "编号须以字母开头,例如 task-001"
    return message, hint


def _known_keys(model: type[BaseModel], loc: Loc) -> tuple[str, ...]:
    """Keys that may stand at ``loc``: those of every model that can be there."""
    kinds: set[type[BaseModel]] = {model}
    for step in loc:
        found = {inner for kind in kinds for inner in _inner(kind, step)}
        kinds = found or kinds
    return tuple(
        dict.fromkeys(
            field.alias or name
            for kind in sorted(kinds, key=lambda kind: kind.__name__)
            for name, field in kind.model_fields.items()
        )
    )


def _inner(kind: type[BaseModel], step: int | str) -> Iterator[type[BaseModel]]:
    for name, field in kind.model_fields.items():
        if step in (name, field.alias):
            yield from _models(field.annotation)
    if kind.__name__ == step:
        yield kind
    elif step not in kind.model_fields:
        yield from getattr(kind, "FREE_KEYS", ())


def _models(annotation: Any) -> Iterator[type[BaseModel]]:  # annotations have no common type
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    else:
        for inner in get_args(annotation):
            yield from _models(inner)
