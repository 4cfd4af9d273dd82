"""Texts with ``{{ … }}``: a small, safe corner of Jinja2.

Allowed are values, attributes, comparisons, ``if``/``for`` and a handful of filters; no calls, no arithmetic that can
grow (``*``, ``**``, ``%``), no definitions, no inclusion. What a person typed into a tracker is only ever a value:
it is never read as a template.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from jinja2 import StrictUndefined, nodes
from jinja2 import Template as JinjaTemplate
from jinja2.exceptions import SecurityError, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from collab_sync.analysis.facts import MISSING, UNKNOWN, Absent

ROOTS: frozenset[str] = frozenset({"s", "e", "i", "today", "slot"})
"""subject, entry behind the event, member of ``each``, local day, nominal day of the slot."""

TEXT_LIMIT = 20_000
"""Characters of one rendered text. Trackers refuse comments beyond some 32 000."""

_FILTERS = ("default", "d", "join", "length", "count", "first", "last", "sort", "unique", "round", "int", "trim")
_TESTS = ("defined", "undefined", "none", "in", "eq", "ne", "lt", "le", "gt", "ge", "number", "string")
_NODES: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Const,
    nodes.Name,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Filter,
    nodes.Test,
    nodes.If,
    nodes.For,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Add,
    nodes.Sub,
    nodes.Neg,
    nodes.Concat,
    nodes.Tuple,
    nodes.List,
)


class TextError(ValueError):
    """A text cannot be used as a template, or could not be rendered; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class TextTemplate:
    """A text with places to fill. ``reads``: dotted names it mentions (``s.fields.项目名``, ``e.结果``, ``today``).

    A scope answers whole paths: ``{{ s.program.name }}`` asks for ``scope["s"]["program.name"]``."""

    source: str
    reads: frozenset[str]
    _compiled: JinjaTemplate | None

    @property
    def constant(self) -> bool:
        """Whether the text is always the same."""
        return self._compiled is None

    def render(self, scope: Mapping[str, object]) -> str:
        """The text. Raises TextError for a name that ``scope`` lacks; cut off at ``TEXT_LIMIT``."""
        if self._compiled is None:
            return self.source
        try:
            return self._capped(self._compiled, scope)
        except (UndefinedError, SecurityError, TypeError, KeyError, AttributeError) as error:
            raise TextError(f"模板“{self.source}”无法生成文字:{error}") from error

    @staticmethod
    def _capped(compiled: JinjaTemplate, scope: Mapping[str, object]) -> str:
        pieces: list[str] = []
        room = TEXT_LIMIT
        for piece in compiled.generate(dict(scope)):
            pieces.append(piece[:room])
            room -= len(piece)
            if room <= 0:
                return "".join(pieces) + "…"
        return "".join(pieces)


def text_template(source: str) -> TextTemplate:
    """Compiles ``source``. Raises TextError for a syntax error, a name outside ``ROOTS`` or anything not allowed."""
    if "{{" not in source and "{%" not in source and "{#" not in source:
        return TextTemplate(source, frozenset(), None)
    environment = _Environment(undefined=StrictUndefined, autoescape=False, finalize=_finalize)
    environment.filters = {name: environment.filters[name] for name in _FILTERS}
    environment.tests = {name: environment.tests[name] for name in _TESTS} | {"missing": _is_missing}
    environment.globals = {}
    try:
        tree = environment.parse(source)
        _check(tree)
        reads = _reads(tree)
        whole: nodes.Template = _WholePaths().visit(tree)
        return TextTemplate(source, reads, environment.from_string(whole))
    except TemplateSyntaxError as error:
        raise TextError(f"模板第 {error.lineno} 行写法有误:{error.message}") from error
    except TemplateError as error:
        raise TextError(f"模板写法有误:{error}") from error


class _WholePaths(NodeTransformer):
    """``s.program.name`` is one path, not a name of a programme: it is asked for as ``s["program.name"]``."""

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802 - Jinja calls it by the node's name
        return self._whole(node)

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802 - Jinja calls it by the node's name
        return self._whole(node)

    def _whole(self, node: nodes.Getattr | nodes.Getitem) -> nodes.Node:
        root, _, path = _dotted(node).partition(".")
        if root not in ("s", "e", "i") or not path:
            return self.generic_visit(node)
        name = nodes.Name(root, "load", lineno=node.lineno)
        return nodes.Getitem(name, nodes.Const(path, lineno=node.lineno), "load", lineno=node.lineno)


class _Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: object, operator: str, left: object, right: object) -> object:
        raise SecurityError(f"模板里不能用 {operator}")


def _check(tree: nodes.Template) -> None:
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _NODES):
            raise TextError(
                f"模板第 {node.lineno} 行:模板里不允许 {type(node).__name__};只写 {{{{ 名称 }}}} 和 if、for"
            )
        if isinstance(node, nodes.Getattr | nodes.Getitem):
            _check_name(node)
        if isinstance(node, nodes.For) and any(inner is not node for inner in node.find_all(nodes.For)):
            raise TextError("模板里的 for 不能套 for")
    bound = {name.name for loop in tree.find_all(nodes.For) for name in _names(loop.target)}
    for name in tree.find_all(nodes.Name):
        if name.name not in ROOTS | bound:
            raise TextError(f"模板里没有“{name.name}”这个名称;可用:{'、'.join(sorted(ROOTS))}")


def _check_name(node: nodes.Getattr | nodes.Getitem) -> None:
    if isinstance(node, nodes.Getitem) and not isinstance(node.arg, nodes.Const):
        raise TextError("模板的方括号里只能直接写名称,例如 s.fields['项目名']")
    name = _dotted(node).rpartition(".")[2]
    if name.startswith("_"):
        raise TextError(f"模板里不允许“{name}”")


def _names(node: nodes.Node) -> list[nodes.Name]:
    return [node] if isinstance(node, nodes.Name) else list(node.find_all(nodes.Name))


def _reads(tree: nodes.Template) -> frozenset[str]:
    accesses: list[nodes.Getattr | nodes.Getitem] = [*tree.find_all(nodes.Getattr), *tree.find_all(nodes.Getitem)]
    inner = {id(access.node) for access in accesses}
    chains = (
        _dotted(node)
        for node in tree.find_all((nodes.Name, nodes.Getattr, nodes.Getitem))
        if id(node) not in inner and getattr(node, "ctx", "load") == "load"
    )
    return frozenset(chain for chain in chains if chain and chain.partition(".")[0] in ROOTS)


def _dotted(node: nodes.Node) -> str:
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            return f"{_dotted(node.node)}.{node.attr}"
        case nodes.Getitem(arg=nodes.Const(value=value)):
            return f"{_dotted(node.node)}.{value}"
        case nodes.Getitem():
            return _dotted(node.node)
        case _:
            return ""


def _is_missing(value: object) -> bool:
    return value is MISSING or value is UNKNOWN or value in ("", "—", None)


def _finalize(value: object) -> object:
    """Values as texts show them: nothing as a dash, dates ISO, truth as 是/否, sets joined."""
    match value:
        case None | Absent():
            return "—"
        case frozenset() | set():
            return "、".join(sorted(str(item) for item in value))
        case tuple() | list():
            return "、".join(str(_finalize(item)) for item in value)
        case _:
            return _scalar(value)


def _scalar(value: object) -> object:
    match value:
        case bool():
            return "是" if value else "否"
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value.normalize():f}"
        case _:
            return value
