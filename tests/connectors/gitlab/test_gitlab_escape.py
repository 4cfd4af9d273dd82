"""Text from people inside our Markdown: seen as typed, without effect."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from collab_sync.model import document as doc
from collab_sync.model.document import Document, Paragraph, Text
from collab_sync.model.wording import clean
from collab_sync_gitlab.render import render

MATRIX = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "gitlab" / "real-ce-14.2.3" / "quick_action_matrix.json").read_text(
        encoding="utf-8"
    )
)
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
EFFECTS = {"link_open", "image", "fence", "code_block", "code_inline", "em_open", "strong_open", "s_open", "hr"}

SIGNS = "\\`*_{}[]()<>#+-.!|~@$%^&=:;/\"'\n\t "
SEQUENCES = ["1. ", "- ", "    ", "```", "~~~", "<!--", "-->", "&lt;", "/close", "@all", "#4", "[x](y)", "中文", "\r\n"]
UNSEEN = "\u2028\u00a0\u3000\u200b\x00\x0b\u202e"
TRICKY = st.sampled_from([*SIGNS, *SEQUENCES, *UNSEEN])
TYPED = st.lists(st.one_of(TRICKY, st.text(max_size=4)), max_size=12).map("".join)


def shown(tokens: list[Token]) -> str:
    """What a reader sees: the text, line breaks as such, zero-width spaces dropped."""
    out = []
    for token in tokens:
        for child in token.children or []:
            if child.type in ("hardbreak", "softbreak") or (child.type == "html_inline" and child.content == "<br>"):
                out.append("\n")
            elif child.type in ("text", "text_special", "code_inline"):
                out.append(child.content)
    return "".join(out).replace("\u200b", "")


def kinds(tokens: list[Token]) -> set[str]:
    return {token.type for token in tokens} | {child.type for token in tokens for child in token.children or []}


def foreign_html(tokens: list[Token]) -> list[str]:
    children = [child for token in tokens for child in [token, *(token.children or [])]]
    found = [child.content for child in children if child.type in ("html_inline", "html_block")]
    return [
        html for html in found if html not in ("<br>", "<sub>", "</sub>", "<strong>", "</strong>", "<del>", "</del>")
    ]


def as_seen(text: str) -> str:
    """The text a person typed, as far as a page can show it."""
    return clean(text).replace("\u200b", "").strip("\n")


def without_space(text: str) -> str:
    return re.sub(r"\s+", "", text)


@given(TYPED)
@settings(max_examples=200, deadline=None)
def test_段落里的文字照原样显示且什么也不做(text: str) -> None:
    """No link, mention, mark-up, code or HTML comes out of a paragraph, whatever was typed."""
    markdown = render(Document((Paragraph((Text(text),)),)), "gl")
    tokens = PARSER.parse(markdown)
    assert shown(tokens).strip("\n") == as_seen(text)
    assert not kinds(tokens) & EFFECTS
    assert not foreign_html(tokens)
    assert kinds(tokens) <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special", "hardbreak"}


@given(TYPED, TYPED, TYPED)
@settings(max_examples=100, deadline=None)
def test_标题列表表格与小字里的文字照原样显示(first: str, second: str, third: str) -> None:
    """The other blocks keep their shape around any text."""
    document = Document(
        (
            doc.Heading(2, (Text(f"甲{first}"),)),
            doc.BulletList(((Text(first),), (Text(second),), (Text("乙"),))),
            Paragraph((Text("分隔"),)),
            doc.CheckList(((True, (Text(f"丙{second}"),)), (False, (Text(third),)))),
            doc.Table(("列一", f"丁{third}"), (((Text(first),), (Text(second),)),)),
            doc.Quiet((Text(f"规则 {third}"),)),
        )
    )
    tokens = PARSER.parse(render(document, "gl"))
    typed = f"甲{first}{first}{second}乙分隔[x]丙{second}[ ]{third}列一丁{third}{first}{second}规则 {third}"
    assert without_space(shown(tokens)) == without_space(clean(typed).replace("\u200b", ""))
    assert not kinds(tokens) & EFFECTS
    assert not foreign_html(tokens)
    assert [token.type for token in tokens].count("tr_open") == 2
    assert [token.type for token in tokens].count("list_item_open") == 5


@given(TYPED)
@settings(max_examples=100, deadline=None)
def test_没有一行会被当作快捷命令(text: str) -> None:
    """GitLab cuts a command out wherever a line starts with a slash at column 0, whatever surrounds it."""
    document = Document(
        (
            Paragraph((Text(text),)),
            Paragraph((Text("前"), Text("\n"), Text(text))),
            doc.Heading(1, (Text(text),)),
            doc.BulletList(((Text(text),),)),
            doc.Table((text,), (((Text(text),),),)),
            doc.Quiet((Text(text),)),
            Paragraph((doc.Strong(text), doc.Struck(text), doc.Code(text))),
        )
    )
    assert not re.search(r"^/", render(document, "gl").replace("\r", "\n"), re.MULTILINE)


@pytest.mark.parametrize("case", [case for case in MATRIX if "posted" in case], ids=lambda case: case["case"])
def test_实测会执行的写法经转义后都不在行首(case: dict[str, str]) -> None:
    """Every form of the matrix recorded from a running server, executed or not, is harmless as text from people."""
    markdown = render(Document((Paragraph((Text(case["posted"]),)),)), "gl")
    assert not any(line.startswith("/") for line in markdown.split("\n"))
    assert without_space(shown(PARSER.parse(markdown))) == without_space(as_seen(case["posted"]))


REFERENCES = [
    *(
        "@liming 看看",
        "见 #12",
        "见 rd/x1#4",
        "合并 !7",
        "~紧急",
        '~"研发 部"',
        "%M1",
        "&3",
        "$5",
        "^alert#1",
        "[[首页]]",
        "@",
    ),
    *("[issue:1]", ":smile:", "{+ 新增 +}", "{- 删 -}", "https://gitlab.example.com/rd/-/issues/1", "www.example.com"),
    *("a@example.com", "HTTPS://EXAMPLE.COM", "@@all"),
]


@pytest.mark.parametrize("typed", REFERENCES)
def test_转义之后的成文里认不出引用(typed: str) -> None:
    """GitLab looks for references in the finished text, where backslashes are gone; a zero-width space is not."""
    tokens = PARSER.parse(render(Document((Paragraph((Text(typed),)),)), "gl"))
    text = "".join(child.content for token in tokens for child in token.children or [])
    patterns = [r"@\w", r"[#!&$^]\w", r'~[\w"]', r"%\w", r"\[[\[\w]", r":[\w+-]+:", r"\{[+-]", r"://", r"(?i)www\."]
    assert not [pattern for pattern in patterns if re.search(pattern, text)]
    assert text.replace("\u200b", "") == typed


def test_普通的中文句子读起来不被反斜杠打断() -> None:
    """E-mails show the raw text: what cannot mean anything stays as it is."""
    sentence = "已过截止日 2025-09-23。请发【进度更新】写明延迟原因与所需资源(如 3.5 人日)。"
    assert render(Document((Paragraph((Text(sentence),)),)), "gl") == sentence


def test_控制字符与改变方向的字符被去掉() -> None:
    """They show nothing themselves but change what stands around them."""
    assert clean("甲\x00乙\u202e丙\r\n丁\u2028戊\x0c己") == "甲乙丙\n丁\n戊\n己"
