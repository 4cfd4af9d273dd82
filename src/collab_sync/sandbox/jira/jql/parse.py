"""From the text of a query to its tree, with Jira's own complaints about wrong ones.

::

    query     = [clause] ["ORDER" "BY" field ["ASC" | "DESC"] {"," …}]
    clause    = and {"OR" and}
    and       = not {"AND" not}
    not       = ("NOT" | "!") not | "(" clause ")" | condition
    condition = field operator operand
    operator  = "=" "!=" ">" ">=" "<" "<=" "~" "!~" "IN" "NOT IN" "IS" "IS NOT"
    operand   = value | function "(" [value {"," value}] ")" | "(" operand {"," operand} ")" | "EMPTY" | "NULL"
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from collab_sync.sandbox.jira.refusal import Refusal

MAX_ORDER_FIELDS = 7
OPERATORS = ("=", "!=", "<", ">", "<=", ">=", "~", "!~", "IN", "NOT IN", "IS", "IS NOT")
_OPERATOR_LIST = (
    "The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'."
)
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<symbol><=|>=|!=|!~|[=<>~(),!])
    | (?P<word>[^\s"'=<>~(),!]+)
    )""",
    re.VERBOSE,
)
_RESERVED = frozenset({"AND", "OR", "NOT", "IN", "IS", "ORDER", "BY", "EMPTY", "NULL", "WAS", "CHANGED"})
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
"""Nowhere in a query but as ``\\uXXXX`` in quotes."""


@dataclass(frozen=True, slots=True)
class Value:
    """A literal; ``quoted`` when it was written in quotes."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A function: ``currentUser()``."""

    name: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Empty:
    """``EMPTY`` or ``NULL``."""


Operand: TypeAlias = Value | Call | Empty


@dataclass(frozen=True, slots=True)
class Condition:
    """``field operator operands``; several operands only for lists."""

    field: str
    operator: str
    operands: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    clause: Clause


@dataclass(frozen=True, slots=True)
class Group:
    """Clauses joined by AND (``all_of``) or OR."""

    all_of: bool
    clauses: tuple[Clause, ...]


Clause: TypeAlias = Condition | Negation | Group


@dataclass(frozen=True, slots=True)
class Order:
    """One field of ORDER BY; ``descending`` None leaves the direction to the field."""

    field: str
    descending: bool | None


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query; ``clause`` None restricts nothing."""

    clause: Clause | None
    order: tuple[Order, ...] = ()


def parse(text: str) -> Query:
    """Reads a query. Raises Refusal 400 in Jira's words."""
    if (bad := _FORBIDDEN.search(text)) is not None:
        code = f"\\u{ord(bad[0]):04x}"
        raise _syntax(f"The character '{code}' is a reserved JQL character. You must use the escape '{code}' instead.")
    return _Parser(_tokens(text)).query()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int
    column: int

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.upper() in words

    def is_symbol(self, *symbols: str) -> bool:
        return self.kind == "symbol" and self.text in symbols


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def query(self) -> Query:
        first = self._peek()
        clause = None if first.kind == "end" or first.is_word("ORDER") else self._any_of()
        order = self._order() if self._peek().is_word("ORDER") else ()
        if self._peek().kind != "end":
            raise _syntax(f"Expecting either 'OR' or 'AND' but got '{self._peek().text}'.", self._peek())
        return Query(clause, order)

    def _any_of(self) -> Clause:
        return self._joined("OR", self._all_of)

    def _all_of(self) -> Clause:
        return self._joined("AND", self._single)

    def _joined(self, word: str, read: Callable[[], Clause]) -> Clause:
        clauses = [read()]
        while self._peek().is_word(word):
            self._next()
            clauses.append(read())
        return clauses[0] if len(clauses) == 1 else Group(word == "AND", tuple(clauses))

    def _single(self) -> Clause:
        token = self._peek()
        if token.is_word("NOT") or token.is_symbol("!"):
            self._next()
            return Negation(self._single())
        if token.is_symbol("("):
            self._next()
            clause = self._any_of()
            self._expect(")")
            return clause
        return self._condition()

    def _condition(self) -> Clause:
        field = self._field()
        operator = self._operator()
        operands = self._list() if operator in ("IN", "NOT IN") else (self._operand(),)
        if operator.startswith("IS") and not isinstance(operands[0], Empty):
            raise Refusal(400, f"The operator '{operator.lower()}' can only be used with EMPTY or NULL.")
        return Condition(field, operator, operands)

    def _field(self) -> str:
        token = self._next()
        if token.kind == "end":
            raise _syntax("Expecting a field name at the end of the query.")
        if token.kind == "symbol":
            raise _syntax(f"Expecting a field name but got '{token.text}'.", token)
        if token.kind == "word" and token.text.upper() in _RESERVED:
            raise _syntax(f"'{token.text}' is a reserved JQL word. You must surround it in quotation marks.", token)
        return token.text

    def _operator(self) -> str:
        token = self._next()
        if token.is_symbol("=", "!=", "<", ">", "<=", ">=", "~", "!~"):
            return token.text
        if token.is_word("IN"):
            return "IN"
        if token.is_word("NOT") and self._peek().is_word("IN"):
            self._next()
            return "NOT IN"
        if token.is_word("IS"):
            negated = self._peek().is_word("NOT")
            if negated:
                self._next()
            return "IS NOT" if negated else "IS"
        if token.kind == "end":
            raise _syntax(f"Expecting operator before the end of the query. {_OPERATOR_LIST}")
        raise _syntax(f"Expecting operator but got '{token.text}'. {_OPERATOR_LIST}", token)

    def _list(self) -> tuple[Operand, ...]:
        if not self._peek().is_symbol("("):
            token = self._peek()
            if token.kind == "end":
                raise _syntax("Expecting '(' before the end of the query.")
            operand = self._operand()
            if isinstance(operand, Call):
                return (operand,)
            raise _syntax(f"Expecting '(' but got '{token.text}'.", token)
        self._next()
        operands = [self._operand()]
        while self._peek().is_symbol(","):
            self._next()
            operands.append(self._operand())
        self._expect(")")
        return tuple(operands)

    def _operand(self) -> Operand:
        token = self._next()
        if token.kind == "end":
            raise _syntax("Expecting either a value, list or function before the end of the query.")
        if token.kind == "quoted":
            return Value(token.text, quoted=True)
        if token.kind == "symbol":
            raise _syntax(f"Expecting either a value, list or function but got '{token.text}'.", token)
        if token.is_word("EMPTY", "NULL"):
            return Empty()
        if token.text.upper() in _RESERVED:
            raise _syntax(f"Expecting either a value, list or function but got '{token.text}'.", token)
        if self._peek().is_symbol("("):
            return self._call(token.text)
        return Value(token.text)

    def _call(self, name: str) -> Call:
        self._next()
        arguments: list[str] = []
        while not self._peek().is_symbol(")"):
            if arguments:
                self._expect(",")
            token = self._next()
            if token.kind not in ("word", "quoted"):
                raise _syntax("Expecting ')' before the end of the query.", token if token.text else None)
            arguments.append(token.text)
        self._next()
        return Call(name, tuple(arguments))

    def _order(self) -> tuple[Order, ...]:
        self._next()
        by = self._next()
        if not by.is_word("BY"):
            raise _syntax(f"Expecting 'BY' but got '{by.text}'.", by)
        orders = [self._order_field()]
        while self._peek().is_symbol(","):
            self._next()
            orders.append(self._order_field())
        if len(orders) > MAX_ORDER_FIELDS:
            raise Refusal(400, f"The maximum number of fields to sort by is {MAX_ORDER_FIELDS}.")
        return tuple(orders)

    def _order_field(self) -> Order:
        field = self._field()
        if not self._peek().is_word("ASC", "DESC"):
            return Order(field, None)
        return Order(field, self._next().text.upper() == "DESC")

    def _expect(self, symbol: str) -> None:
        token = self._next()
        if token.kind == "end":
            raise _syntax(f"Expecting '{symbol}' before the end of the query.")
        if not token.is_symbol(symbol):
            raise _syntax(f"Expecting '{symbol}' but got '{token.text}'.", token)

    def _peek(self) -> _Token:
        return self._tokens[self._at]

    def _next(self) -> _Token:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        start = at + len(text[at:]) - len(text[at:].lstrip())
        line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
        if found is None:
            raise _syntax(
                f"The quoted string '{text[start + 1 :]}' has not been completed.", _Token("", "", line, column)
            )
        kind = found.lastgroup or ""
        raw = found.group(kind)
        tokens.append(_Token(kind, _unquoted(raw) if kind == "quoted" else raw, line, column))
        at = found.end()
    tokens.append(_Token("end", "", 0, 0))
    return tokens


def _unquoted(raw: str) -> str:
    return _ESCAPE.sub(_escaped, raw[1:-1])


def _escaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else _ESCAPES.get(found[2], found[2])


def _syntax(message: str, token: _Token | None = None) -> Refusal:
    place = f" (line {token.line}, character {token.column})" if token is not None and token.line else ""
    return Refusal(400, f"Error in the JQL Query: {message}{place}")
