"""Small print and struck text of our own comments look as a tracker would show them; other tags stay text."""

from __future__ import annotations

from collab_sync.sandbox.browse.adf import render_adf
from collab_sync.sandbox.browse.markdown import render_markdown


def test_议题里的小字与删除线照样显示_其他标签只是文字() -> None:
    """GitLab lets ``sub`` and ``del`` through; a script is text."""
    html = render_markdown("<del>暂无接口人</del> 已解决 2025-09-18\n<sub>规则</sub>\n<script>alert(1)</script>")
    assert "<del>暂无接口人</del>" in html
    assert "<small>规则</small>" in html
    assert "<script>" not in html


def test_Jira_的小字照样显示() -> None:
    """The quiet line is a subscript in ADF."""
    text = {"type": "text", "text": "规则", "marks": [{"type": "subsup", "attrs": {"type": "sub"}}]}
    assert render_adf({"type": "paragraph", "content": [text]}) == "<p><small>规则</small></p>"


def test_按编号写的字符显示为字符_而不是生效() -> None:
    """``&#60;`` is a sign on the page, no tag."""
    assert "<p>a&#8203;1 &#60;b&#62;</p>" in render_markdown("a&#8203;1 &#60;b&#62;")
