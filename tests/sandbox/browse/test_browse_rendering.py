"""Markdown and ADF become HTML that shows everything and does nothing."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collab_sync.sandbox.browse.adf import render_adf
from collab_sync.sandbox.browse.markdown import render_markdown

ALLOWED = frozenset(
    {
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "details",
        "em",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "span",
        "strong",
        "summary",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    }
)


class Seen(HTMLParser):
    """Collects what a browser would make of the HTML: tags, addresses, handlers, text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.addresses += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)


def assert_harmless(html: str) -> None:
    seen = Seen(html)
    assert seen.tags <= ALLOWED
    assert seen.attributes <= {"href", "rel", "class"}
    assert not any(address.startswith("//") for address in seen.addresses)
    schemes = [address.split(":", 1)[0].lower() for address in seen.addresses if ":" in address.split("/", 1)[0]]
    assert set(schemes) <= {"http", "https", "mailto"}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("第一行\n第二行", "<p>第一行<br>第二行</p>"),
        ("# 标题", "<h3>标题</h3>"),
        ("**粗** ~~划掉~~ `代码`", "<p><strong>粗</strong> <del>划掉</del> <code>代码</code></p>"),
        ("- 甲\n- 乙", "<ul><li>甲</li><li>乙</li></ul>"),
        ("- [x] 完", '<ul><li><span class="box">☑</span> 完</li></ul>'),
        ("> 引用", "<blockquote>引用</blockquote>"),
        ("```\n<b>\n```", "<pre><code>&lt;b&gt;</code></pre>"),
        ("```\n没有结尾", "<pre><code>没有结尾</code></pre>"),
        (r"\/close \*不斜\*", "<p>/close *不斜*</p>"),
        ("@li.ming 请看", '<p><span class="mention">@li.ming</span> 请看</p>'),
        ("`**不粗**`", "<p><code>**不粗**</code></p>"),
        ("雪_花_名 a_b_c", "<p>雪_花_名 a_b_c</p>"),
        ("", ""),
    ],
)
def test_常用写法显示成该有的样子(text: str, html: str) -> None:
    assert render_markdown(text) == html


def test_表格有头有身管道符可以转义() -> None:
    html = render_markdown("| 事项 | 灯 |\n|---|---|\n| 甲\\|乙 | 红 |")
    assert "<th>事项</th><th>灯</th>" in html
    assert "<td>甲|乙</td><td>红</td>" in html


def test_链接可以点文字照旧转义() -> None:
    html = render_markdown("[甲<b>](https://例.cn/a?b=1&c=2) 与 https://x.cn/y。")
    assert Seen(html).addresses == ["https://例.cn/a?b=1&c=2", "https://x.cn/y"]
    assert "甲&lt;b&gt;" in html


def test_隐藏标记看不见但可以展开() -> None:
    html = render_markdown('提醒\n\n<!-- collab-sync {"key":"raci/1"} -->')
    assert html.startswith("<p>提醒</p><details")
    assert "<summary>隐藏标记</summary><code>collab-sync {&quot;key&quot;:&quot;raci/1&quot;}</code>" in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[点我](javascript:alert(1))",
        "[点我](JaVaScRiPt:alert(1))",
        "[点我](java\tscript:alert(1))",
        "[点我](data:text/html,<script>alert(1)</script>)",
        "[点我](vbscript:x) [再点](//evil.example/x)",
        '<img src=x onerror="alert(1)">',
        '[x](https://a.cn/"onmouseover="alert(1))',
        'https://a.cn/"onmouseover="alert(1)',
        "`<script>`alert(1)`</script>`",
        "<!-- --><script>alert(1)</script><!-- -->",
        "<!-- </code></details><script>alert(1)</script> -->",
        "```\n</code></pre><script>alert(1)</script>\n```",
        "[`x`](javascript:alert`1`)",
        "| a |\n|---|\n| <svg onload=alert(1)> |",
        "\x000\x00 \x00",
    ],
)
def test_人写的东西永远不会执行(text: str) -> None:
    assert_harmless(render_markdown(text))
    adf = {
        "type": "doc",
        "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": text}]},
            {"type": "inlineCard", "attrs": {"url": text}},
            {
                "type": "text",
                "text": text,
                "marks": [
                    {"type": "link", "attrs": {"href": text}},
                    {"type": "link", "attrs": {"href": "javascript:1"}},
                ],
            },
            {"type": "mention", "attrs": {"text": text}},
            {"type": text, "content": [{"type": "text", "text": text}]},
        ],
    }
    assert_harmless(render_adf(adf))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from([*"<>&\"'`*~[]()!|\\/#@-\n \x00", "<!--", "-->", "javascript:", "http://", "甲", "```"]))
)
def test_任何字符的拼凑都不会执行(parts: list[str]) -> None:
    assert_harmless(render_markdown("".join(parts)))


def test_文档格式的各种节点都有样子() -> None:
    text = {"type": "text", "text": "甲", "marks": [{"type": "strong"}]}
    row = {"type": "tableRow", "content": [{"type": "tableCell", "content": [text]}]}
    content = [
        {"type": "heading", "attrs": {"level": 2}, "content": [text]},
        {"type": "bulletList", "content": [{"type": "listItem", "content": [text]}]},
        {"type": "table", "content": [row]},
        {"type": "taskList", "content": [{"type": "taskItem", "attrs": {"state": "DONE"}, "content": [text]}]},
        {"type": "paragraph", "content": [{"type": "mention", "attrs": {"id": "1", "text": "@李明"}}]},
        {"type": "expand", "attrs": {"title": "乙"}, "content": [{"type": "paragraph", "content": [text]}]},
        {"type": "media", "attrs": {"type": "external", "url": "data:image/png;base64,AA==", "alt": "<图>"}},
        {"type": "media", "attrs": {"type": "external", "url": "https://x.example/a.png", "alt": "别处的图"}},
        {"type": "layoutSection", "content": [{"type": "paragraph", "content": [text]}]},
    ]
    html = render_adf({"type": "doc", "version": 1, "content": content})
    assert "<h4><strong>甲</strong></h4>" in html
    assert "<td><strong>甲</strong></td>" in html
    assert '<span class="box">☑</span>' in html
    assert '<span class="mention">@李明</span>' in html
    assert "<details><summary>乙</summary><p><strong>甲</strong></p></details>" in html
    assert '<img src="data:image/png;base64,AA==" alt="&lt;图&gt;"><p>别处的图</p>' in html
    assert html.endswith("<p><strong>甲</strong></p>")


def test_没有内容就什么也没有() -> None:
    assert render_adf(None) == ""
    assert render_adf("旧接口的 <文字>") == "<p>旧接口的 &lt;文字&gt;</p>"


def test_太长的文字只显示前面并说明() -> None:
    html = render_markdown("字" * 100_000)
    assert "后文从略" in html
    assert len(html) < 61_000
