"""YAML as office people mistype it: every slip is named with its place and a remedy."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from collab_sync.errors import Problem
from collab_sync.rules.yaml_text import Document, read_yaml


def problems(text: str) -> tuple[Problem, ...]:
    return read_yaml(text, "规则.yaml")[1]


def document(text: str) -> Document:
    found, wrong = read_yaml(text, "规则.yaml")
    assert wrong == ()
    assert found is not None
    return found


SLIPS: tuple[tuple[str, str, str, str], ...] = (
    ("a: 1\na: 2\n", "规则.yaml:2:1", "键“a”重复,第 1 行已经写过", "请合并成一处,或改名"),
    ("to: *经理\n", "规则.yaml:1:5", "“*经理”不能这样开头", "姓名不写星号"),
    ("to: [*经理, 李明]\n", "规则.yaml:1:6", "“*经理”不能这样开头", "姓名不写星号"),
    ("to: @张三\n", "规则.yaml:1:5", "“@张三”不能这样开头", '要加引号,例如 "@张三"'),
    ("a: %5\n", "规则.yaml:1:4", "“%5”不能这样开头", '要加引号,例如 "%5"'),
    ("a: `x`\n", "规则.yaml:1:4", "“`x`”不能这样开头", "反引号"),
    ("to: #客服部\n", "规则.yaml:1:5", "“#客服部”会被当作注释丢掉", "井号要加引号"),
    ("title: 任务 #12\n", "规则.yaml:1:11", "“#12”会被当作注释丢掉", '"任务 #12"'),
    ("type: 任务\nwhere:高\n", "规则.yaml:2:6", "“where:”后面缺一个空格", "请写成 where: 高"),
    ("where:\n  type:任务\n  open: true\n", "规则.yaml:2:7", "“type:”后面缺一个空格", "请写成 type: 任务"),
    ("- dept:研发部\n", "规则.yaml:1:3", "“dept:”后面缺一个空格", "请写成 dept: 研发部"),
    ("名称：值\ntype: 任务\n", "规则.yaml:1:3", "“名称”后面是全角冒号“：”", "半角冒号加一个空格"),
    ("type: 任务\nwhere：高\n", "规则.yaml:2:6", "“where”后面是全角冒号“：”", "半角冒号加一个空格"),
    ("where：{type: 任务}\n", "规则.yaml:1:1", "“where”后面是全角冒号“：”", "where: …"),
    ("dept: [研发部，市场部]\n", "规则.yaml:1:8", "“研发部，市场部”成了一个元素", "[研发部, 市场部]"),
    ("dept: [研发部、市场部]\n", "规则.yaml:1:8", "“研发部、市场部”成了一个元素", "[研发部, 市场部]"),
    ("where: {type: 任务，open: true}\n", "规则.yaml:1:17", "括号里用了全角逗号", "请改成半角逗号"),
    ("urgency: “高”\n", "规则.yaml:1:10", "“高” 用了中文引号", '请改成半角引号 "'),
    ("where:\n　　type: 任务\n", "规则.yaml:2:1", "键里有全角空格", "缩进和分隔只用半角空格"),
    ("where:\n\ttype: 任务\n", "规则.yaml:2:1", "行首有制表符", "缩进只用半角空格"),
    ("- after: >3wd\n  do: x\n", "规则.yaml:1:10", "“>3wd”没有加引号", '请写 ">3wd"'),
    ("after: ＞3wd\n", "规则.yaml:1:8", "全角大于号", '请写 ">3wd"'),
    ("a: &名 1\n", "规则.yaml:1:4", "不允许 YAML 锚点", "请把内容完整写出来"),
    ('a: "未完\n', "规则.yaml:1:", "引号没有配对", "请检查这一行和上一行的引号"),
    ("a: {b: 1\nc: 2\n", "规则.yaml:1:4", "花括号 { } 没有配对", "请检查括号"),
    ("a: 1\n---\nb: 2\n", "规则.yaml:2:1", "只能有一份内容", "---"),
    ("", "规则.yaml", "文件是空的", "请写入内容"),
)


@pytest.mark.parametrize(("text", "place", "message", "hint"), SLIPS)
def test_每种写错都说明在哪里错在哪里怎么改(text: str, place: str, message: str, hint: str) -> None:
    """Place, message and remedy of the first problem."""
    first = problems(text)[0]
    assert str(first.place).startswith(place)
    assert message in first.message
    assert hint in first.hint


@pytest.mark.parametrize(
    "text",
    [
        'to: "#客服部" # 收件人',
        "title: '任务 #12'",
        "text: |\n  见 #12\n  @张三:请看",
        "text: 见单号#12",
        "to: [role:决策层, dept.lead] # 两处",
        'after: ">3wd"',
        "text: 请写明:原因、影响",
        "text: 逾期 3 天，请补充",
        "url: http://gitlab.example.com/rd#4",
        "at: 周五 17:00",
        'dept: ["研发部、市场部"]',
    ],
)
def test_正当的写法不报错(text: str) -> None:
    """Ordinary Chinese text is left alone."""
    assert problems(text) == ()


def test_一个文件里的几处写错一次说完() -> None:
    """A syntax error does not hide the next one."""
    found = problems("to: @张三\ndept: 研发部\nafter: >3wd\nwhere：{open: true}\n")
    assert [problem.place.line for problem in found] == [1, 3, 4]


def test_值的类型按字面() -> None:
    """YAML 1.2: a time of day is text, a day is a day, yes is text."""
    root = document("at: 17:00\nday: 2025-10-01\nn: 12\nf: 0.6\nyes: yes\non: true\nnone:\n").root
    assert root.value == {
        "at": "17:00",
        "day": date(2025, 10, 1),
        "n": 12,
        "f": Decimal("0.6"),
        "yes": "yes",
        "on": True,
        "none": None,
    }


def test_每个值都知道自己的位置() -> None:
    """Line and column of values in nested blocks and flow lists, keys included."""
    read = document("rules:\n  - id: 甲\n    dept: [研发部, 市场部]\n")
    assert str(read.place(("rules", 0, "dept", 1))) == "规则.yaml:3:17"
    assert str(read.node(("rules", 0, "dept")).key_place) == "规则.yaml:3:5"


def test_太大的文件不读() -> None:
    """A log pasted by mistake is refused, not parsed."""
    assert "256 KiB" in problems("a: " + "长" * 300_000)[0].message


def test_嵌套太深不会拖垮程序() -> None:
    """Thousands of brackets are a problem, not a crash."""
    assert "嵌套太深" in problems("[" * 1500)[0].message


def test_文件开头的字节序标记不碍事() -> None:
    """Windows editors write one."""
    assert document("\ufeffa: 1\n").root.value == {"a": 1}
