"""Every measure there is: each module of ``benchmarks.measures`` has a tuple of them."""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import iter_modules

from benchmarks import measures as package
from benchmarks.result import Measure


def catalogue() -> tuple[Measure, ...]:
    """All measures, in the order of their ids (P1, P1b, P2, …, P10)."""
    modules = [import_module(f"{package.__name__}.{info.name}") for info in iter_modules(package.__path__)]
    return tuple(sorted((one for module in modules for one in module.MEASURES), key=lambda one: _order(one.id)))


def _order(id_: str) -> tuple[int, str]:
    number, letter = re.fullmatch(r"P(\d+)(\w*)", id_).groups()  # type: ignore[union-attr]  # a wrong id is a defect
    return int(number), letter
