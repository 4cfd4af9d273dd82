"""A document with one spot changed; places stay those of the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from collab_sync.rules.yaml_text.document import Document, Loc, Node

DROPPED = object()
"""Instead of a new value: the key, or the entry of a list, goes."""


def edited(document: Document, loc: Loc, new: object) -> Document:
    """``document`` with ``new`` (a plain value, or DROPPED) at ``loc``, which must be there."""
    return replace(document, root=_edited(document.root, loc, new))


def _edited(node: Node, loc: Loc, new: object) -> Node:
    if not loc:
        return replace(node, value=new, children={})
    step, rest = loc[0], loc[1:]
    children = dict(node.children)
    if new is DROPPED and not rest:
        del children[step]
    else:
        children[step] = _edited(children[step], rest, new)
    return _rebuilt(node, children)


def _rebuilt(node: Node, children: Mapping[int | str, Node]) -> Node:
    if isinstance(node.value, Mapping):
        words = {str(word): word for word in node.value}
        return replace(node, value={words[str(key)]: one.value for key, one in children.items()}, children=children)
    return replace(node, value=[one.value for one in children.values()], children=dict(enumerate(children.values())))
