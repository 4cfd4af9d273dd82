"""Texts with places to fill: what they may do, what they may not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from collab_sync.analysis.facts import MISSING
from collab_sync.rules.templates import TEXT_LIMIT, TextError, text_template


def test_没有花括号的文字原样返回() -> None:
    """And costs nothing."""
    template = text_template("请补齐 #12,100%")
    assert template.constant
    assert template.render({}) == "请补齐 #12,100%"


def test_路径按整条读取() -> None:
    """``s.program.name`` is one path, whatever ``s.program`` is."""
    template = text_template("{{ s.program.name }}({{ s.program }}){{ s.fields['项目名'] }}")
    scope = {"s": {"program": "X1", "program.name": "新品X1上市", "fields.项目名": "新品"}}
    assert template.render(scope) == "新品X1上市(X1)新品"
    assert template.reads == {"s.program", "s.program.name", "s.fields.项目名"}


def test_值按中文习惯显示() -> None:
    """Nothing as a dash, truth as 是, dates ISO, sets joined."""
    template = text_template("{{ s.a }} {{ s.b }} {{ s.c }} {{ s.d }} {{ s.e }}")
    values = {"a": MISSING, "b": True, "c": date(2025, 9, 23), "d": frozenset({"乙", "甲"}), "e": Decimal("3.00")}
    assert template.render({"s": values}) == "— 是 2025-09-23 乙、甲 3"


def test_可以写条件和循环() -> None:
    """Enough for a sentence that depends on a fact."""
    template = text_template(
        "{% if s.n > 1 %}{{ s.n }} 项{% else %}一项{% endif %}{% for m in i.members %}·{{ m }}{% endfor %}"
    )
    assert template.render({"s": {"n": 2}, "i": {"members": ["甲", "乙"]}}) == "2 项·甲·乙"


def test_人写的文字只是值_不会被当作模板() -> None:
    """What somebody typed into a tracker does nothing."""
    assert text_template("{{ s.title }}").render({"s": {"title": "{{ 7 + 7 }}"}}) == "{{ 7 + 7 }}"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{ x.y }}", "没有“x”这个名称"),
        ("{{ s.title", "写法有误"),
        ("{{ 'a' * 100000000 }}", "不允许 Mul"),
        ("{{ 2 ** 99999999 }}", "不允许 Pow"),
        ("{{ '%0999999d' % 1 }}", "不允许 Mod"),
        ("{{ s.title.format(1) }}", "不允许 Call"),
        ("{{ range(10) }}", "不允许 Call"),
        ("{{ s.__class__ }}", "不允许“__class__”"),
        ("{{ s['__class__'] }}", "不允许“__class__”"),
        ("{% set a = 1 %}", "不允许 Assign"),
        ("{% macro m() %}{% endmacro %}", "不允许 Macro"),
        ("{% include 'x' %}", "不允许 Include"),
        ("{{ s.title | center(9999999) }}", "center"),
        ("{{ s[i] }}", "只能直接写名称"),
        ("{% for a in s.x %}{% for b in s.x %}{% endfor %}{% endfor %}", "不能套 for"),
    ],
)
def test_危险的写法在加载时被拒绝(source: str, message: str) -> None:
    """Refused before anything is rendered."""
    with pytest.raises(TextError, match=message.replace("(", "\\(")):
        text_template(source)


def test_缺少的名称在生成时报错() -> None:
    """A gap in the scope is a defect, not an empty text."""
    with pytest.raises(TextError, match="无法生成文字"):
        text_template("{{ s.title }}").render({"s": {}})


def test_过长的文字截断() -> None:
    """Trackers refuse what is longer."""
    text = text_template("{{ s.title }}{{ s.title }}").render({"s": {"title": "长" * TEXT_LIMIT}})
    assert len(text) == TEXT_LIMIT + 1
