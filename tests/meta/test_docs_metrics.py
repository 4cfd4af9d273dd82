"""The page about the figures tells of each of them what it is called, by what it is split and what it means."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from prometheus_client import Counter, Gauge, Histogram
from tests.meta.documents import document

from collab_sync.daemon.auditor import KINDS
from collab_sync.daemon.figures import Figures

PAGE = document("docs/reference/metrics.md")
ROW = re.compile(r"^\| `(collab_sync_\w+)` \|([^|]*)\| (.+) \|$", re.MULTILINE)


def told() -> Mapping[str, tuple[tuple[str, ...], str]]:
    return {name: (tuple(re.findall(r"`(\w+)`", labels)), text) for name, labels, text in ROW.findall(PAGE.text)}


def shown() -> Mapping[str, tuple[tuple[str, ...], str]]:
    """Names as Prometheus stores them, their labels and their help."""
    figures = Figures()
    metrics = [one for one in vars(figures).values() if isinstance(one, Counter | Gauge | Histogram)]
    labels = {one._name: tuple(one._labelnames) for one in metrics}
    return {
        family.name + "_total" * (family.type == "counter"): (labels[family.name], family.documentation)
        for family in figures.registry.collect()
    }


def test_页上的每个指标都有_有的每个都在页上() -> None:
    assert set(told()) == set(shown())


@pytest.mark.parametrize("name", sorted(shown()))
def test_标签和意思与代码一致(name: str) -> None:
    labels, text = told()[name]
    assert labels == shown()[name][0]
    assert text.startswith(shown()[name][1].split(",")[0])


def test_问题的种类都写明() -> None:
    assert all(f"`{kind}`" in told()["collab_sync_complaints"][1] for kind in KINDS)


def test_告警用的指标都有() -> None:
    used = set(re.findall(r"collab_sync_\w+", document("docs/howto/operate.md").text))
    assert used <= set(shown())
    assert len(used) >= 3
