"""Sizes at which one stops and thinks; whoever goes beyond gives the reason on the line."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = tuple(
    path
    for folder in ("src", "connectors")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations/versions" not in path.as_posix()
)
LONGEST_MODULE, LONGEST_FUNCTION, FULLEST_FOLDER, LONGEST_TEST_MODULE = 400, 40, 12, 400
REASON = "# long:"
"""A module or function beyond its size says why on its first line, after this."""


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Functions of a file with their length in lines, docstring and decorators left out."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, ast.FunctionDef) and REASON not in lines[node.lineno - 1]:
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body:
                yield node.name, (node.end_lineno or 0) - body[0].lineno + 1


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_modules_and_functions_stay_small(path: Path) -> None:
    """At most 400 lines a module and 40 a function."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST_MODULE or REASON in lines[0]
    assert {name: length for name, length in functions(path) if length > LONGEST_FUNCTION} == {}


def test_folders_stay_surveyable() -> None:
    """At most twelve modules beside ``__init__``."""
    folders: dict[Path, int] = {}
    for path in SOURCES:
        folders[path.parent] = folders.get(path.parent, 0) + (path.name != "__init__.py")
    assert {str(folder.relative_to(ROOT)): count for folder, count in folders.items() if count > FULLEST_FOLDER} == {}


def test_test_modules_stay_small() -> None:
    """At most 400 lines."""
    tests = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / "tests").rglob("*.py")}
    assert {path.name: lines for path, lines in tests.items() if lines > LONGEST_TEST_MODULE} == {}
