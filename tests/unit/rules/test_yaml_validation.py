"""From YAML to models: unknown keys and wrong types, said in Chinese with place and remedy."""

from __future__ import annotations

import pytest

from collab_sync.errors import Problem
from collab_sync.rules.schema.organisation import OrganisationFile
from collab_sync.rules.schema.rule import PackFile
from collab_sync.rules.yaml_text import empty_values, read_yaml, validate, with_parameters

RULE = """\
rules:
  - id: task-due
    name: 必须有截止日
    for: work_item
    where: {type: 任务}
    when: {state: {due: missing}, held: 4wh}
    do:
      - label: {add: 延期}
"""


def pack_problems(text: str) -> tuple[Problem, ...]:
    document, problems = read_yaml(text, "规则.yaml")
    assert document is not None
    assert problems == ()
    return validate(PackFile, document)[1]


def test_正确的规则没有问题() -> None:
    """The base of the cases below."""
    assert pack_problems(RULE) == ()


@pytest.mark.parametrize(
    ("old", "new", "place", "message", "hint"),
    [
        ("when:", "wehn:", "6:5", "不认识的键“wehn”", "是否想写“when”?"),
        ("held:", "hold:", "6:35", "不认识的键“hold”", "是否想写“held”?"),
        ("label:", "lable:", "8:9", "不认识的键“lable”", "是否想写“label”?"),
        ("{add: 延期}", "{ad: 延期}", "8:17", "不认识的键“ad”", "是否想写“add”?"),
        ("work_item", "workitem", "4:10", "“workitem”不是允许的值", "是否想写“work_item”?"),
        ("task-due", "001", "2:9", "这里应是文字", "编号须以字母开头"),
        ("task-due", "任务", "2:9", "编号“任务”须以小写字母开头", ""),
        ("    name: 必须有截止日\n", "", "2:5", "缺少“name”", ""),
        ("4wh", "4小时", "6:41", "时间“4小时”无法识别", ""),
        ("{due: missing}", "{due: {gtt: 2}}", "6:26", "不认识的键“gtt”", "是否想写“gt”?"),
        ("{due: missing}", "{any: 任务}", "6:25", "这里应是列表", ""),
        ("{type: 任务}", "任务", "5:12", "这里应是“键: 值”", ""),
        ("{type: 任务}", "类型：任务", "5:12", "“类型”后面是全角冒号“：”", "半角冒号"),
        ("{state: {due: missing}, held: 4wh}", "{held: 4wh}", "6:11", "恰好一个", ""),
        ("{add: 延期}", "{add: 延期, set: 灯::红}", "8:16", "set 会自己去掉同组的其他标签", ""),
    ],
)
def test_每个错误有位置说明和办法(old: str, new: str, place: str, message: str, hint: str) -> None:
    """One wrong word in an otherwise correct rule."""
    found = [problem for problem in pack_problems(RULE.replace(old, new, 1)) if message in problem.message]
    assert found, pack_problems(RULE.replace(old, new, 1))
    assert f"规则.yaml:{place}" in str(found[0].place)
    assert hint in found[0].hint


def test_后面空着的键是错误() -> None:
    """``where:`` alone would silently mean every item."""
    document, _ = read_yaml(RULE.replace("{type: 任务}", ""), "规则.yaml")
    assert document is not None
    assert [str(problem) for problem in empty_values(document)] == [
        "规则.yaml:5:5: “where”后面是空的\n    → 是不是漏写了,或者值以 # 开头没有加引号?不需要时请删去这一行"
    ]


def test_几个错误一次说完_按文件的顺序() -> None:
    """Nobody wants to run the check once per mistake."""
    text = RULE.replace("work_item", "workitem").replace("4wh", "4小时").replace("label:", "lable:")
    assert [problem.place.line for problem in pack_problems(text)][:3] == [4, 6, 8]


def test_不认识的收件人有建议() -> None:
    """Recipients are a closed list with two open forms."""
    text = RULE.replace("- label: {add: 延期}", "- comment: {mode: sticky, key: k, to: [dept.leader], text: 请补}")
    assert "是否想写“dept.lead”?" in pack_problems(text)[0].message


def test_组织文件里写错的键有建议() -> None:
    """The office's own files get the same care."""
    document, _ = read_yaml("departments:\n  - {key: rd, name: 研发部, laed: 陈志远}\n", "departments.yaml")
    assert document is not None
    problem = validate(OrganisationFile, document)[1][0]
    assert str(problem.place) == "departments.yaml:2:26"
    assert problem.hint == "是否想写“lead”?"


def test_角色写成一个词时说应是列表() -> None:
    """A union says what was probably meant, once."""
    document, _ = read_yaml("roles:\n  领导小组: 沈岳\n", "roles.yaml")
    assert document is not None
    problems = validate(OrganisationFile, document)[1]
    assert [str(problem.place) for problem in problems] == ["roles.yaml:2:9"] * len(problems)
    assert any("列表" in problem.message for problem in problems)


def filled(text: str) -> tuple[object, tuple[Problem, ...], tuple[Problem, ...]]:
    document, problems = read_yaml(text, "规则.yaml")
    assert document is not None
    assert problems == ()
    changed, errors, warnings = with_parameters(document)
    return changed.root.value, errors, warnings


def test_参数保留类型_也可以嵌在文字里() -> None:
    """A scalar that is nothing but a parameter keeps its type."""
    value, errors, warnings = filled('parameters: {天数: 2}\nrules: [{lte: "${天数}"}, {after: ">${天数}wd"}]\n')
    assert value == {"parameters": {"天数": 2}, "rules": [{"lte": 2}, {"after": ">2wd"}]}
    assert errors == warnings == ()


def test_没有的参数是错误_没用到的是提醒() -> None:
    """With a suggestion, and with the place of each."""
    _, errors, warnings = filled('parameters: {预警天数: 2}\nrules: ["${预警天树}"]\n')
    assert (str(errors[0].place), errors[0].hint) == ("规则.yaml:2:9", "是否想写“预警天数”?")
    assert (str(warnings[0].place), warnings[0].message) == ("规则.yaml:1:20", "参数“预警天数”没有被用到")
