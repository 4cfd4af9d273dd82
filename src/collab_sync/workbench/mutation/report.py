"""The mutations that nobody noticed, for people."""

from __future__ import annotations

from collections.abc import Sequence

from collab_sync.workbench.mutation.trial import Finding


def as_text(findings: Sequence[Finding]) -> str:
    """Each mutation that no example noticed, with its place, then one line of figures."""
    missed = [finding for finding in findings if finding.outcome == "unnoticed"]
    parts = [_described(finding) for finding in missed]
    refused = sum(finding.outcome == "refused" for finding in findings)
    noticed = len(findings) - refused - len(missed)
    parts.append(f"改动 {len(findings)} 处:例子发现 {noticed},检查规则时即被拒绝 {refused},没有发现 {len(missed)}")
    if missed:
        parts.append("请在 examples 里补上能分辨这些改动的例子,或删去多余的条件")
    return "\n".join(parts) + "\n"


def exit_code(findings: Sequence[Finding]) -> int:
    """1 if a mutation went unnoticed."""
    return int(any(finding.outcome == "unnoticed" for finding in findings))


def _described(finding: Finding) -> str:
    return f"✗ {finding.problem.place}  {finding.rule or '参数'} · 没有例子发现:{finding.problem.message}"
