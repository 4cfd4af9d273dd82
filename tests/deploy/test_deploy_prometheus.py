"""The alert rules speak of figures that the daemon really shows, fire when they should, and lead to the runbook."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from tests.deploy.files import DEPLOY, ROOT, yaml
from tests.meta.documents import MarkdownFile

from collab_sync.daemon.auditor import KINDS
from collab_sync.daemon.figures import Figures

FOLDER = DEPLOY / "prometheus"
ALERTS = yaml(FOLDER / "alerts.yaml")["groups"][0]["rules"]
needs_promtool = pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not on PATH here")
ALSO = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}


def figures() -> set[str]:
    """Every name that a scrape of the daemon can hold."""
    found = Figures().registry.collect()
    return {metric.name + suffix for metric in found for suffix in ALSO[metric.type]}


def promtool(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["promtool", *words], cwd=FOLDER, capture_output=True, text=True, timeout=60, check=False
    )  # fmt: skip


def test_报警里的每个指标都在登记处() -> None:
    """Also those that only the examples of the alerts name, and those in texts for people."""
    known = figures() | {name.removesuffix("_bucket") for name in figures()}
    for name in ("alerts.yaml", "alerts.test.yaml"):
        named = set(re.findall(r"\bcollab_sync_\w+", (FOLDER / name).read_text(encoding="utf-8")))
        assert len(named) >= 8
        assert sorted(named - known) == []


def test_报警里的种类都是巡查会说的() -> None:
    kinds = {kind for rule in ALERTS for kind in re.findall(r'kind="(\w+)"', rule["expr"])}
    assert kinds
    assert kinds <= set(KINDS)


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_每条报警都说得明白_并指到照看那一页(rule: dict[str, dict[str, str]]) -> None:
    """A Chinese summary, what to do, and a page with a heading that is there."""
    told = rule["annotations"]
    assert re.search(r"[一-鿿]", told["summary"])
    assert told["description"]
    name, _, anchor = told["runbook"].partition("#")
    page = MarkdownFile(ROOT / name)
    assert page.path.is_file()
    assert not anchor or anchor in page.anchors()
    assert rule["labels"]["severity"] in ("critical", "warning")


def test_每条报警都有响和不响的例子() -> None:
    """Every one is silent while all is well, and every one fires in an example of its own."""
    well, *ill = yaml(FOLDER / "alerts.test.yaml")["tests"]
    names = {rule["alert"] for rule in ALERTS}
    assert {one["alertname"] for one in well["alert_rule_test"]} == names
    samples = [sample["labels"] for one in ill for check in one["promql_expr_test"] for sample in check["exp_samples"]]
    assert {re.search(r'alertname="(\w+)"', labels)[1] for labels in samples} == names  # type: ignore[index]


def test_抓取的例子抓的就是这一份() -> None:
    config = yaml(FOLDER / "prometheus.yaml")
    (job,) = config["scrape_configs"]
    assert config["rule_files"] == ["alerts.yaml"]
    jobs = {name for rule in ALERTS for name in re.findall(r'job="([\w-]+)"', rule["expr"])}
    assert jobs == {job["job_name"]}


@needs_promtool
@pytest.mark.parametrize(
    "words",
    [("check", "rules", "alerts.yaml"), ("check", "config", "prometheus.yaml"), ("test", "rules", "alerts.test.yaml")],
    ids=" ".join,
)
def test_promtool_没有意见(words: tuple[str, ...]) -> None:
    result = promtool(*words)
    assert result.returncode == 0, result.stdout + result.stderr
