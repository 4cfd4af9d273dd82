"""Documents in Jira's forms: valid by Atlassian's schema, and text from people that stays text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator  # type: ignore[import-untyped]  # ships no types

from collab_sync.carriers import wiki as wiki_reader
from collab_sync.model.document import (
    BulletList,
    CheckList,
    Code,
    Document,
    Heading,
    Inline,
    Mention,
    Paragraph,
    Quiet,
    Reference,
    Strong,
    Struck,
    Table,
    Text,
)
from collab_sync.model.identity import Account
from collab_sync_adf import adf
from collab_sync_jira.render import wiki

WANG = Mention("王强", Account("jira-npx", "u-wang"))
GITLAB = Mention("何平", Account("gl-firmware", "heping"))


@cache
def schema() -> Draft4Validator:
    path = Path(__file__).parents[1] / "fixtures" / "jira" / "adf.schema.json"
    return Draft4Validator(json.loads(path.read_text("utf-8")))


def nodes(tree: object) -> Iterator[dict[str, object]]:
    match tree:
        case dict():
            yield tree
            for value in tree.values():
                yield from nodes(value)
        case list():
            for value in tree:
                yield from nodes(value)


def shown(tree: object) -> str:
    return "".join(
        "\n" if node["type"] == "hardBreak" else str(node["text"])
        for node in nodes(tree)
        if node.get("type") in ("text", "hardBreak")
    )


texts = st.text(max_size=30) | st.sampled_from(
    ["[~accountid:u-wang]", "@王强", "{code}", "第一行\n第二行", "\x00", "😀"]
)
inlines: st.SearchStrategy[Inline] = st.one_of(
    texts.map(Text),
    texts.map(Strong),
    texts.map(Struck),
    texts.map(Code),
    st.sampled_from([WANG, GITLAB]),
    st.builds(Reference, texts, st.sampled_from(["https://gl.example.cn/rd/x1#4", "javascript:alert(1)", ""])),
)
lines = st.lists(inlines, max_size=3).map(tuple)
blocks = st.one_of(
    st.builds(Paragraph, lines),
    st.builds(Quiet, lines),
    st.builds(Heading, st.integers(-1, 9), lines),
    st.builds(BulletList, st.lists(lines, max_size=3).map(tuple)),
    st.builds(CheckList, st.lists(st.tuples(st.booleans(), lines), max_size=3).map(tuple)),
    st.builds(
        Table,
        st.lists(texts, max_size=3).map(tuple),
        st.lists(st.lists(lines, max_size=3).map(tuple), max_size=3).map(tuple),
    ),
)
documents = st.lists(blocks, max_size=3).map(lambda some: Document(tuple(some)))


@hypothesis_settings(max_examples=60, deadline=None)
@given(documents)
def test_任何文档都是合法的_ADF(document: Document) -> None:
    """Empty text, ragged tables, wild headings, halves of characters: the schema accepts what comes out."""
    tree = adf.render(document, "jira-npx")
    assert not [error.message for error in schema().iter_errors(tree)]
    assert json.loads(json.dumps(tree).encode("utf-8")) == tree


BREAKS = "\u2028\u2029"
NOT_SHOWN = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufff9\ufffa\ufffb\ufffe\uffff"
TYPED = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=BREAKS + NOT_SHOWN))


@hypothesis_settings(max_examples=150, deadline=None)
@given(TYPED)
def test_人写的文字原样显示且什么也不做(text: str) -> None:
    """No character of a text becomes a node, a mark or a mention."""
    tree = adf.render(Document((Paragraph((Text(text),)),)), "jira-npx")
    assert shown(tree) == text
    assert {node["type"] for node in nodes(tree)} <= {"doc", "paragraph", "text"}
    assert not any("marks" in node for node in nodes(tree))


def test_只有提及节点会通知人_且只提及本站账号() -> None:
    """An account of another tracker is only named."""
    document = Document((Paragraph((WANG, Text(" @李明 [~accountid:u-li] "), GITLAB)),))
    mentions = [node["attrs"] for node in nodes(adf.render(document, "jira-npx")) if node.get("type") == "mention"]
    assert mentions == [{"id": "u-wang", "text": "@王强"}]
    assert wiki.render(document, "jira-npx").count("[~") == wiki.render(document, "jira-npx").count("[~u-wang]") == 1


def test_换行成为硬换行() -> None:
    tree = adf.render(Document((Paragraph((Text("第一行\r\n第二行"),)),)), "jira-npx")
    assert shown(tree) == "第一行\n第二行"


def test_网址只在是网址时成为链接() -> None:
    """A script address is shown, not linked."""
    good = adf.render(Document((Paragraph((Reference("NPX-4", "https://jira.example.cn/browse/NPX-4"),)),)), "j")
    bad = adf.render(Document((Paragraph((Reference("点我", "javascript:alert(1)"),)),)), "j")
    assert [mark["type"] for node in nodes(good) for mark in node.get("marks", ())] == ["link"]  # type: ignore[attr-defined]  # a list
    assert not any("marks" in node for node in nodes(bad))


def test_清单的编号每次相同() -> None:
    """The same document renders to the same tree: an unchanged comment is not written again."""
    document = Document((CheckList(((True, (Text("试产"),)), (False, (Text("上市"),)))),))
    first, again = adf.render(document, "j"), adf.render(document, "j")
    assert first == again
    states = [node["attrs"]["state"] for node in nodes(first) if node.get("type") == "taskItem"]  # type: ignore[index]  # a mapping
    assert states == ["DONE", "TODO"]


@pytest.mark.parametrize(
    "typed",
    [
        "h1. 不是标题",
        "bq. 不是引用",
        "* 不是列表",
        "# 不是编号",
        "{quote}不是引用{quote}",
        "{code}不是代码{code}",
        "||不是||表头||",
        "-没有删掉-",
        "[~accountid:u-wang] 没有提到",
        "[~wangqiang] 没有提到",
        "[链接|https://evil.example.com]",
        "!图片.png!",
        "----",
        "<b>不是标签</b> &amp;",
    ],
)
def test_wiki_标记中人写的记号不起作用(typed: str) -> None:
    """Read back, the line is an ordinary line without a heading, a bullet or an account."""
    written = wiki.escape(typed)
    assert all(not line.heading and not line.bullet and not line.accounts for line in wiki_reader.lines(written))
    assert len(wiki_reader.lines(written)) == 1


def test_wiki_标记的各种块() -> None:
    """One golden document for Data Center."""
    document = Document(
        (
            Heading(2, (Text("登记"),)),
            Paragraph((Strong("延期"), Text(" 3 天,见 "), Reference("NPX-4", "https://jira.example.cn/browse/NPX-4"))),
            BulletList(((Text("试产"),), (Struck("作废"),))),
            CheckList(((True, (Text("完成"),)), (False, (Text("待办"),)))),
            Table(("部门", "人"), (((Text("研发|一部"),), (WANG,)),)),
            Quiet((Text("规则 sla"),)),
        )
    )
    assert wiki.render(document, "jira-npx") == (
        "h2. 登记\n\n{*}延期{*} 3 天,见 [NPX\\-4|https://jira.example.cn/browse/NPX-4]\n\n"
        "* 试产\n* {-}作废{-}\n\n* (/) 完成\n* (x) 待办\n\n||部门||人||\n|研发&#124;一部|[~u-wang]|\n\n"
        "{color:#707070}规则 sla{color}"
    )


def test_wiki_标记只用_Jira_认得的转义() -> None:
    """Jira shows a backslash before a sign it does not expect one for, and breaks the line at two."""
    assert wiki.escape("C:\\新建 h1. {a} 截止日:2025-10-10 17:00") == (
        "C&#58;&#92;新建 h1. &#123;a&#125; 截止日&#58;2025\\-10\\-10 17:00"
    )
    assert wiki.escape("bq. 甲") == "bq&#46; 甲"


def test_wiki_标记分成几段也合不成记号() -> None:
    """Half a heading, or half an address, in each of two texts."""
    document = Document((Paragraph((Text("h1"), Text(". https:"), Text("//x"), Code("甲"), Text("乙"))),))
    assert wiki.render(document, "j") == "h1&#46; https&#58;//x&#8203;{{甲}}&#8203;乙"


def test_wiki_标记的删除线逐行有效() -> None:
    """A mark holds inside one line, and not around blanks."""
    assert wiki.render(Document((Paragraph((Struck("甲 \n乙"),)),)), "j") == "{-}甲{-} \n{-}乙{-}"


def test_wiki_链接地址里的括号不会开始一个宏() -> None:
    link = Reference("甲\n乙", "https://x.example/{code}?a=[b]|c")
    assert wiki.render(Document((Paragraph((link,)),)), "j") == "[甲 乙|https://x.example/%7Bcode%7D?a=%5Bb%5D%7Cc]"
