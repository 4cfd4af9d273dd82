"""Class and module names that say nothing do not occur."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.meta.documents import ROOT, document

SOURCES = tuple(sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "connectors").rglob("*.py")]))
ALLOWED = frozenset({"src/collab_sync/calendar/data.py"})
"""The shape of a calendar file; older than this test."""


def refused() -> frozenset[str]:
    """The words the glossary refuses, in lower case."""
    found = re.search(r"不许叫 ([A-Za-z、]+)", document("docs/glossary.md").text)
    assert found
    return frozenset(word.lower() for word in found[1].split("、"))


def offences(path: Path, source: str) -> list[str]:
    """Names of the module and of its classes that are nothing but a refused word."""
    words = refused() | {f"{word}s" for word in refused()}
    found = [path.name] if path.stem.lower() in words else []
    classes = (node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef))
    return [*found, *(name for name in classes if name.strip("_").lower() in words)]


def test_没有一个类或模块的名字等于没说() -> None:
    assert len(refused()) == 8
    found = {path.relative_to(ROOT).as_posix(): offences(path, path.read_text(encoding="utf-8")) for path in SOURCES}
    assert {name: words for name, words in found.items() if words and name not in ALLOWED} == {}


def test_例外确有其事() -> None:
    """An exception nobody needs any more is removed."""
    assert all(offences(ROOT / name, "") for name in ALLOWED if (ROOT / name).exists())


def test_空话会被发现() -> None:
    assert offences(Path("helpers.py"), "class _Manager: ...\nclass RuleSet: ...") == ["helpers.py", "_Manager"]
