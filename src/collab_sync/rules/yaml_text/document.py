"""A YAML 1.2 file as plain values, each with its place.

Composed once; no anchors, no aliases, no tags, one document, 256 KiB at most. ``17:00`` stays text, dates become
``date``, numbers with a fraction ``Decimal``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.nodes import Node as YamlNode

from collab_sync.errors import Place, Problem
from collab_sync.rules.yaml_text.slips import masked_line, node_slips, syntax_problem

SIZE_LIMIT = 256 * 1024
"""Characters. The largest pack is a tenth of it; beyond, somebody pasted a log."""

RETRIES = 40
"""Broken lines reported in one file: each is masked and the rest is read again."""

Loc: TypeAlias = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A plain value and where it (and, in a mapping, its key) stands. ``children`` by key text or index."""

    value: object
    place: Place
    key_place: Place | None = None
    children: Mapping[int | str, Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """One file, read. ``root.value`` is what a model validates."""

    file: str
    root: Node

    def node(self, loc: Loc) -> Node:
        """The node at ``loc``; steps that do not exist in the file are skipped (tags of unions, absent keys)."""
        node = self.root
        for step in loc:
            node = node.children.get(step, node)
        return node

    def place(self, loc: Loc) -> Place:
        return self.node(loc).place


@dataclass(frozen=True, slots=True)
class Mark:
    """A spot in a document that travels beside a validated value, so that its place can be told later."""

    document: Document
    loc: Loc = ()

    def at(self, *steps: int | str) -> Mark:
        return Mark(self.document, (*self.loc, *steps))

    @property
    def place(self) -> Place:
        return self.document.place(self.loc)

    def problem(self, message: str, hint: str = "") -> Problem:
        return Problem(self.place, message, hint)


def read_yaml(text: str, file: str) -> tuple[Document | None, tuple[Problem, ...]]:
    """The document, or None with everything found wrong in the text. A document may come with problems too
    (slips that YAML accepts but nobody means): it must then not be used."""
    if len(text) > SIZE_LIMIT:
        return None, (Problem(Place(file), f"文件超过 {SIZE_LIMIT // 1024} KiB", "请把规则分到几个文件夹里"),)
    root, problems = _compose(text.removeprefix("\ufeff"), file)
    if root is None:
        return None, tuple(problems) or (Problem(Place(file), "文件是空的", "请写入内容,或删去这个文件"),)
    if anchored := next((node for node in _walk(root, set()) if node.anchor), None):
        problems.append(Problem(_place(file, anchored), "不允许 YAML 锚点(&名)和别名(*名)", "请把内容完整写出来"))
        return None, tuple(problems)
    lines = text.splitlines()
    problems += [slip for node in _walk(root, set()) for slip in node_slips(node, lines, file)]
    tree = _plain(root, file, problems)
    first_at: dict[Place, Problem] = {}
    for problem in problems:  # one slip may look like two
        first_at.setdefault(problem.place, problem)
    return Document(file, tree), tuple(sorted(first_at.values(), key=lambda one: (one.place.line, one.place.column)))


def empty_values(document: Document) -> tuple[Problem, ...]:
    """Keys with nothing after them: ``where:`` alone would mean *no condition*, which nobody writes on purpose."""
    return tuple(_empty(document.root))


def _empty(node: Node, name: str = "") -> Iterator[Problem]:
    if node.value is None and node.key_place is not None:
        hint = "是不是漏写了,或者值以 # 开头没有加引号?不需要时请删去这一行"
        yield Problem(node.key_place, f"“{name}”后面是空的", hint)
    for key, child in node.children.items():
        yield from _empty(child, str(key))


def _compose(text: str, file: str) -> tuple[YamlNode | None, list[Problem]]:
    problems: list[Problem] = []
    for _ in range(RETRIES):
        try:
            return YAML(typ="safe", pure=True).compose(text), problems
        except MarkedYAMLError as error:
            problem, line = syntax_problem(error, text.splitlines(), file)
            problems.append(problem)
            repaired = masked_line(text, line)
            if repaired is None:
                return None, problems
            text = repaired
        except RecursionError:
            return None, [Problem(Place(file), "括号嵌套太深", "请检查是否漏了右括号")]
        except YAMLError as error:
            return None, [*problems, Problem(Place(file), "文件里有 YAML 不允许的字符", str(error).splitlines()[0])]
    return None, problems


def _walk(node: YamlNode, seen: set[int]) -> Iterator[YamlNode]:
    if id(node) in seen:
        return
    seen.add(id(node))
    yield node
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield from _walk(key, seen)
            yield from _walk(value, seen)
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from _walk(item, seen)


def _place(file: str, node: YamlNode) -> Place:
    return Place(file, node.start_mark.line + 1, node.start_mark.column + 1)


def _plain(node: YamlNode, file: str, problems: list[Problem], key_place: Place | None = None) -> Node:
    place = _place(file, node)
    if isinstance(node, SequenceNode):
        children: dict[int | str, Node] = {i: _plain(item, file, problems) for i, item in enumerate(node.value)}
        return Node([child.value for child in children.values()], place, key_place, children)
    if isinstance(node, MappingNode):
        return _mapping(node, file, problems, key_place)
    return Node(_scalar(node), place, key_place)


def _mapping(node: MappingNode, file: str, problems: list[Problem], key_place: Place | None) -> Node:
    children: dict[int | str, Node] = {}
    values: dict[object, object] = {}
    for key, value in node.value:
        where = _place(file, key)
        if not isinstance(key, ScalarNode):
            problems.append(Problem(where, "键必须是一个词", '是不是漏了引号?例如 "{{ s.key }}"'))
            continue
        name = _scalar(key)
        if (earlier := children.get(str(name))) is not None:
            first = earlier.key_place.line if earlier.key_place else 0
            problems.append(Problem(where, f"键“{name}”重复,第 {first} 行已经写过", "请合并成一处,或改名"))
            continue
        children[str(name)] = child = _plain(value, file, problems, where)
        values[name] = child.value
    return Node(values, _place(file, node), key_place, children)


def _scalar(node: YamlNode) -> object:
    text = str(node.value)
    match str(node.tag).rpartition(":")[2]:
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int":
            return _number(text, int)
        case "float":
            return _number(text, Decimal)
        case "timestamp":
            return _day(text)
        case _:
            return text


def _number(text: str, kind: type[int] | type[Decimal]) -> object:
    try:
        return kind(text.replace("_", ""))
    except (ValueError, ArithmeticError):  # 0x10, .inf and the like: nobody means a number
        return text


def _day(text: str) -> object:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
