"""What the README shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner
from tests.meta.documents import ROOT, document

from collab_sync.cli.main import cli

README = document("README.md")
REFERENCE = ROOT / "tests" / "scenarios" / "expected-01.tsv"


def test_演示的节选与真的演示一字不差(tmp_path: Path) -> None:
    """The lines in the README, told anew; how many rounds a day took is left out there."""
    excerpt = re.search(r"<!-- demo -->\n```text\n(.*?)```", README.text, re.DOTALL)
    assert excerpt
    shown = [line for line in excerpt[1].splitlines() if line]
    last = re.match(r"\d\d-\d\d", shown[-1])
    assert last
    arguments = ["demo", "--exit", "--state", str(tmp_path / "demo"), "--until", last[0]]
    result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    told = [re.sub(r"  \(\d+ 轮\)$", "", line) for line in result.output.splitlines()]
    assert [line for line in shown if line not in told] == []


def test_NPX_11_的经过与参考日志一致() -> None:
    """Every label the README says was set stands in the log of that day."""
    rows = [row.split("\t") for row in REFERENCE.read_text(encoding="utf-8").splitlines()]
    written = {(row[0][:5], row[5]) for row in rows if row[3] == "NPX-11" and row[4].startswith("label")}
    _, _, table = README.text.partition("其中一个事项 `NPX-11`")
    story = re.findall(r"^\| (09-\d\d) [^|]*\|[^|]*\| ([^|]*) \|", table, re.MULTILINE)
    told = {(day, label) for day, effect in story for label in re.findall(r"`([^`]+)`", effect)}
    assert len(told) >= 7
    assert told - written == set()


def test_英文概要说出同样的命令和同样的限制() -> None:
    """Both summaries name the commands and what is not there yet."""
    chinese, _, english = README.text.partition("## English summary")
    for command in ("make demo", "make test", "init", "doctor", "rules check", "plan", "run"):
        assert command in chinese
        assert command in english
    for limit in ("PostgreSQL", "Data Center", "Confluence", "report_only"):
        assert limit in chinese
        assert limit in english
