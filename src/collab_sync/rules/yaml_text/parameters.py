"""``${名}``: the numbers and words a pack keeps at its head, put where its rules use them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from collab_sync.errors import Problem
from collab_sync.rules.yaml_text.document import Document, Node
from collab_sync.rules.yaml_text.validation import suggestion

_USE = re.compile(r"\$\{\s*([^}]*?)\s*\}")


def with_parameters(document: Document) -> tuple[Document, tuple[Problem, ...], tuple[Problem, ...]]:
    """The document with ``${名}`` replaced (a scalar that is nothing else keeps the parameter's type), errors
    (unknown names), warnings (parameters nobody uses). Keys are never replaced; places stay those of the file."""
    head = document.root.children.get("parameters")
    values = {str(key): node.value for key, node in head.children.items()} if head else {}
    errors: list[Problem] = []
    used: set[str] = set()
    root = _replaced(document.root, _Filling(values, errors, used), top=True)
    unused = [name for name in values if name not in used]
    warnings = tuple(
        Problem(head.children[name].place, f"参数“{name}”没有被用到", "可以删去,或在规则里写 ${" + name + "}")
        for name in unused
        if head
    )
    return Document(document.file, root), tuple(errors), warnings


class _Filling:
    def __init__(self, values: Mapping[str, object], errors: list[Problem], used: set[str]) -> None:
        self.values = values
        self.errors = errors
        self.used = used

    def fill(self, text: str, node: Node) -> object:
        whole = _USE.fullmatch(text)
        if whole is not None:
            return self._value(whole[1], node)
        return _USE.sub(lambda use: str(self._value(use[1], node)), text)

    def _value(self, name: str, node: Node) -> object:
        if name in self.values:
            self.used.add(name)
            return self.values[name]
        hint = suggestion(name, self.values) or "请在文件开头的 parameters 里写上它"
        self.errors.append(Problem(node.place, f"没有名为“{name}”的参数", hint))
        return name


def _replaced(node: Node, filling: _Filling, *, top: bool = False) -> Node:
    if isinstance(node.value, str):
        return replace(node, value=filling.fill(node.value, node)) if "${" in node.value else node
    if not node.children:
        return node
    children = {
        key: child if top and key == "parameters" else _replaced(child, filling) for key, child in node.children.items()
    }
    if isinstance(node.value, list):
        return replace(node, value=[child.value for child in children.values()], children=children)
    values = (
        dict(zip(node.value, (child.value for child in children.values()), strict=True))
        if isinstance(node.value, dict)
        else {}
    )
    return replace(node, value=values, children=children)
