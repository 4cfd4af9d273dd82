"""The same content says the same in every tracker, and nothing anybody types is an error."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collab_sync.carriers import adf, markdown, values, wiki
from collab_sync.carriers.assemble import assemble
from collab_sync.carriers.entries import ParsedEntry, entry
from collab_sync.carriers.pairs import Value
from collab_sync.carriers.raw import Line, RawComment, RawItem
from collab_sync.carriers.section import section
from collab_sync.carriers.vocabulary import ENTRY_KINDS
from collab_sync.model.identity import Account, SourceRef
from collab_sync.model.mapping import MODEL_FIELDS, NATIVE_SOURCES, FieldSources, ProjectMapping

Node = dict[str, object]

WORDS = st.text("研发测试通过甲乙丙签订两家合作abcXYZ0189()、,;。", min_size=1, max_size=12).map(
    lambda w: f"值{w}".strip()
)
KEYS = st.sampled_from(["审批人", "协助人", "完成标准", "依赖", "里程碑", "自定义键", "KPI", "紧急程度"])
PAIRS = st.dictionaries(KEYS, WORDS, min_size=1, max_size=6)
ITEMS = st.lists(WORDS, max_size=4)
COLONS = st.sampled_from([":", "：", ": ", "： ", ":\u3000"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "content", "attrs", "marks", "text", "id", "level", "url"]), inner, max_size=6
        )
        | st.fixed_dictionaries(
            {
                "type": st.sampled_from(
                    ["doc", "paragraph", "text", "heading", "listItem", "mention", "table", "tableRow", "date"]
                ),
                "content": st.lists(inner, max_size=3),
                "attrs": inner,
                "text": inner,
            }
        )
    ),
    max_leaves=20,
)
HOSTILE = st.text(
    st.sampled_from(list("*_~`[](){}<>!|\\#@-=:：&;/【】 \t\n\u3000\u202e\x00\ud800审批人a1"))
    | st.characters(codec=None),
    max_size=80,
)


def text_node(text: str, *marks: str) -> Node:
    return {"type": "text", "text": text, "marks": [{"type": mark} for mark in marks]}


def paragraph(*nodes: Node) -> Node:
    return {"type": "paragraph", "content": list(nodes)}


def as_markdown(head: str, pairs: Mapping[str, str], items: list[str], colon: str) -> tuple[Line, ...]:
    body = [f"**{key}{colon}** {value}" for key, value in pairs.items()]
    quoted = ["", "> 审批人: 旁人", "", "```", "- 旁项", "```", "", "~~审批人: 旧人~~"]
    return markdown.lines("\n".join([head, *body, *quoted, *(f"- {item}" for item in items)]))


def as_wiki(head: str, pairs: Mapping[str, str], items: list[str], colon: str) -> tuple[Line, ...]:
    body = [f"*{key}*{colon}{value}" for key, value in pairs.items()]
    quoted = ["bq. 审批人: 旁人", "{code}", "* 旁项", "{code}", "-审批人: 旧人-"]
    return wiki.lines("\r\n".join([head.replace("## ", "h2. "), *body, *quoted, *(f"* {item}" for item in items)]))


def as_adf(head: str, pairs: Mapping[str, str], items: list[str], colon: str) -> tuple[Line, ...]:
    title = paragraph(text_node(head.removeprefix("## ")))
    if head.startswith("## "):
        title = {**title, "type": "heading", "attrs": {"level": 2}}
    hard_break: Node = {"type": "hardBreak"}
    rows = [(text_node(key, "strong"), text_node(colon + value), hard_break) for key, value in pairs.items()]
    struck = text_node("审批人: 旧人", "strike")
    quote: Node = {"type": "blockquote", "content": [paragraph(text_node("审批人: 旁人"))]}
    code: Node = {"type": "codeBlock", "content": [text_node("- 旁项")]}
    bullets: list[Node] = [{"type": "listItem", "content": [paragraph(text_node(item))]} for item in items]
    body = [title, paragraph(*(node for row in rows for node in row), struck), quote, code]
    return adf.lines({"type": "doc", "version": 1, "content": [*body, {"type": "bulletList", "content": bullets}]})


SYNTAXES = (as_markdown, as_wiki, as_adf)


@given(PAIRS, ITEMS, COLONS)
@settings(deadline=None)
def test_同一节用三种写法读出来一样(pairs: dict[str, str], items: list[str], colon: str) -> None:
    for syntax in SYNTAXES:
        read = section(syntax("## 协同信息", pairs, items, colon))
        assert {key: value.text for key, value in read.items()} == pairs


@given(st.sampled_from(sorted(ENTRY_KINDS)), PAIRS, ITEMS, COLONS)
@settings(deadline=None)
def test_同一条目用三种写法读出来一样(kind: str, pairs: dict[str, str], items: list[str], colon: str) -> None:
    expected = ParsedEntry(kind=kind, data=pairs, items=tuple(items))
    for syntax in SYNTAXES:
        assert entry(syntax(f"【{kind}】", pairs, items, colon)) == expected


def everything_about(lines: tuple[Line, ...]) -> None:
    """All that is ever done with lines."""
    for line in lines:
        assert line.text == line.text.strip()
        assert line.text
        assert "\n" not in line.text
        line.text.encode()
    comment = RawComment(id="1", by=Account("c", "a"), at=NOW, lines=lines)
    raw = RawItem(
        source=SourceRef(connection="c", project="p", path="rd/x1", native_id="1", key="rd/x1#1"),
        title="题",
        status="opened",
        created_at=NOW,
        updated_at=NOW,
        body=(Line("协同信息", heading=2), *lines),
        comments=(comment, msgspec.structs.replace(comment, lines=(Line("【决议】"), *lines))),
    )
    item = assemble(raw, MAPPING)
    assert msgspec.json.decode(msgspec.json.encode(item), type=type(item)) == item
    for one in item.entries:
        values.decision_lines(one.items, NOW.date())
        for text in (one.text, *one.data.values()):
            everything_a_value_may_be(text)


def everything_a_value_may_be(text: str) -> None:
    values.people(Value(text, (("@a", "a"), ("", "b"))), "c")
    values.names(text)
    values.number(text)
    values.day(text, date(2025, 9, 18))
    values.window(text, date(2025, 9, 18))
    values.references(text, "rd/x1")
    values.decision_line(text, date(2025, 9, 18))


NOW = datetime(2025, 9, 18, 2, tzinfo=UTC)
SECTION_KEYS = ("审批人", "截止日", "依赖", "KPI", "完成标准")
MAPPING = ProjectMapping(
    name="p",
    connection="c",
    project="rd/x1",
    fields={
        path: FieldSources(sources=(*sorted(NATIVE_SOURCES), *(f"sec:{key}" for key in SECTION_KEYS)))
        for path in (*MODEL_FIELDS, "fields.完成标准")
    },
)


@given(HOSTILE)
@settings(deadline=None)
def test_人写的任何文字都不出错(text: str) -> None:
    for read in (markdown.lines, wiki.lines, adf.lines):
        everything_about(read(text))
    everything_a_value_may_be(text)


@given(HOSTILE)
@settings(deadline=None)
def test_章节里的任何文字都不出错(text: str) -> None:
    for key in SECTION_KEYS:
        for read in (markdown.lines, wiki.lines):
            everything_about(read(f"{key}: {text}"))


@given(JSON)
@settings(deadline=None, max_examples=150)
def test_任何树都不出错(tree: object) -> None:
    everything_about(adf.lines(tree))
    everything_about(adf.lines({"type": "doc", "content": [tree, {"type": "paragraph", "content": [tree]}]}))


@given(st.text("abc甲乙 ,.;12", max_size=40))
@settings(deadline=None)
def test_没有记号的文字原样读出(text: str) -> None:
    plain = f"字{text}"
    for read in (markdown.lines, wiki.lines, adf.lines):
        assert [line.text for line in read(plain)] == [plain.strip()]


@pytest.mark.parametrize("read", [markdown.lines, wiki.lines, adf.lines])
@pytest.mark.parametrize(
    "unit",
    [
        "**a ",
        "_a ",
        "[a](",
        "`",
        "<!---->",
        "<!-- ",
        "<a ",
        "{quote}",
        "@a",
        "- a\n",
        "k:\n- a\n",
        "：",
        "~~a",
        "\\",
        " ",
    ],
)
def test_很长的文字只花与长度成正比的时间(read: Callable[[str], tuple[Line, ...]], unit: str) -> None:
    """Eight times the text may cost 8 times the work, not 64 times; the best of a few tries, as machines are noisy."""
    small, large = (unit * (length // len(unit)) for length in (10_000, 80_000))
    assert any(seconds(read, large) < 24 * max(seconds(read, small), 0.005) for _ in range(4))


def seconds(read: Callable[[str], tuple[Line, ...]], text: str) -> float:
    begin = time.process_time()
    lines = read(text)
    section((Line("协同信息", heading=1), *lines))
    entry((Line("【响应】"), *lines))
    return time.process_time() - begin
