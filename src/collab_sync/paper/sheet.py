"""A page as one HTML file, for a browser or a printer."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib.resources import files

from collab_sync.model.document import Document
from collab_sync.model.page import Locale, Page
from collab_sync.model.wording import one_line
from collab_sync.paper.blocks import Drawn, Easel, html_of

_LANGUAGES: Mapping[Locale, str] = {"zh": "zh-CN", "en": "en"}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Nothing is fetched and nothing runs, whoever opens the file."""


def sheet(page: Page, drawn: Drawn) -> str:
    """The whole file; the same page gives the same text. ``drawn`` draws its charts."""
    style = files("collab_sync.paper").joinpath("sheet.css").read_text(encoding="utf-8")
    easel = Easel(drawn, page.locale)
    title = escape(one_line(page.title))
    where = " / ".join(escape(one_line(part)) for part in page.path.split("/")[:-1])
    return f"""<!doctype html>
<html lang="{_LANGUAGES[page.locale]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
<p class="where">{where}</p>
<h1>{title}</h1>
<div class="notice">{html_of(Document((page.notice,)), easel)}</div>
{html_of(page.document, easel)}
</main>
</body>
</html>
"""
