"""The office's folder as a whole: what ships is clean, what is wrong is named with its place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collab_sync.errors import Problem, RuleFileError
from collab_sync.rules.load import load_rules_folder

SHIPPED = Path(__file__).parents[3] / "rules"
Edit = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped rules to be spoiled."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "rules"))


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Replaces one passage of one file."""

    def change(name: str, old: str, new: str) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def problems(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(RuleFileError) as caught:
        load_rules_folder(folder)
    return caught.value.problems


def test_随附的规则没有任何问题() -> None:
    """Nothing to fix, and nothing to wonder about besides measures that are planned."""
    rules = load_rules_folder(SHIPPED)
    assert len(rules.rules) >= 18
    assert all("尚不可用" in warning.message for warning in rules.warnings)


def test_规则按目录的顺序编号() -> None:
    """Families in catalogue order, rules in the order of their file."""
    rules = load_rules_folder(SHIPPED).rules
    assert [rule.order for rule in rules] == list(range(len(rules)))
    assert [rule.id for rule in rules[:6]] == [
        "raci-one-a",
        "raci-has-r",
        "dept-main-one",
        "dept-liaison",
        "first-responsible",
        "priority-label",
    ]
    assert rules[-1].pack == "summary"


def test_组织来自几个文件() -> None:
    """People, roles, resources and roll-out are one organisation."""
    rules = load_rules_folder(SHIPPED)
    organisation = rules.organisation
    assert organisation.office is not None
    assert organisation.office.name == "协同办公室"
    assert organisation.home == "gl-pmo"
    assert [person.key for person in organisation.members("执行层")] == ["李明", "张悦", "刘洋", "何平", "郑凯"]
    assert [project.name for project in rules.mapping.projects] == ["jira-npx", "gl-firmware", "gl-site", "gl-pmo"]


def test_没有时区的时刻按本地时间理解() -> None:
    """09:00 in Shanghai is 01:00 UTC."""
    logistics = next(one for one in load_rules_folder(SHIPPED).resources if one.key == "logistics")
    assert logistics.gap_since == datetime(2025, 9, 15, 1, 0, tzinfo=UTC)


def test_版本只随内容变化(folder: Path, edit: Edit) -> None:
    """The same text has the same version wherever it lies; examples do not count; a changed rule does."""
    first = load_rules_folder(folder).version
    assert first == load_rules_folder(SHIPPED).version
    shutil.rmtree(folder / "raci" / "examples")
    assert load_rules_folder(folder).version == first
    edit("raci/rules.yaml", "补正时间: 4wh", "补正时间: 5wh")
    assert load_rules_folder(folder).version != first


def test_两个坏文件的问题一次说完(edit: Edit, folder: Path) -> None:
    """One bad file does not hide the other, nor does one bad line hide the next."""
    edit("raci/rules.yaml", "    for: department\n", "    for: departmnt\n")
    edit("raci/rules.yaml", "held: ${宽限}", "held: 一天")
    edit("priority/rules.yaml", "notify: digest", "notfy: digest")
    found = problems(folder)
    assert sorted({problem.place.file for problem in found}) == ["rules/priority/rules.yaml", "rules/raci/rules.yaml"]
    assert len(found) >= 3
    assert all(problem.place.line and problem.place.column for problem in found)


CASES: tuple[tuple[str, str, str, str, str], ...] = (
    ("raci/rules.yaml", '"需补齐:RACI"', '"需补充:RACI"', "标签“需补充:RACI”不在声明的前缀里", "是否想写“需补齐:”?"),
    ("priority/rules.yaml", "优先级::{{", "优先及::{{", "不在声明的前缀里", "是否想写“优先级::”?"),
    ("priority/rules.yaml", 'set: "灯::{{ s.light }}"', "set: 延期", "“延期”不属于互斥的标签组", "请改用 add"),
    ("raci/rules.yaml", "role:协同办公室", "role:协调办公室", "没有名为“协调办公室”的角色", "是否想写“协同办公室”?"),
    ("raci/rules.yaml", "dept: 协同办公室", "dept: 协同办", "没有名为“协同办”的部门", "是否想写“协同办公室”?"),
    ("raci/rules.yaml", "{dept: missing}", "{dept: 研发步}", "没有名为“研发步”的部门", "是否想写“研发部”?"),
    ("raci/rules.yaml", "roles.A.count: 1", "role.A.count: 1", "没有路径“role.A.count”", ""),
    ("priority/rules.yaml", "{light: [红, 黄]}", "{lihgt: [红, 黄]}", "没有路径“lihgt”", "是否想写“light”?"),
    ("priority/rules.yaml", "{{ s.light }}", "{{ s.lihgt }}", "“s.lihgt”不存在", "是否想写“light”?"),
    ("escalation/rules.yaml", "entries.预警:", "entries.预紧:", "没有【预紧】这种条目", "是否想写“预警”?"),
    ("escalation/rules.yaml", "start: due\n", "start: open\n", "“open”不是日期或时刻", "例如 due、created_at"),
    ("escalation/rules.yaml", 'after: ">0wd"', 'after: "24h"', "时钟按 wd 计时,这一级却写“24h”", "请统一"),
    ("escalation/rules.yaml", "status: 未开始", "status: 未开展", "没有“未开展”这个值", "是否想写“未开始”?"),
    ("escalation/rules.yaml", "id: due-soon", "id: sla-response", "规则编号“sla-response”重复", "请换一个编号"),
    ("summary/rules.yaml", "view: 协同·升级}", "view: 协同·升及}", "要用的筛选器“协同·升及”", "是否想写“协同·升级”?"),
    ("summary/rules.yaml", "zh: 协同·部门,", "zh: 协同·任务池,", "已经有一个叫“协同·任务池”的视图", "请换一个名字"),
    (
        "summary/rules.yaml",
        "Coordination · Escalated",
        "Coordination · To be accepted",
        "已经有一个叫“Coord",
        "按名字找",
    ),
    ("summary/rules.yaml", '"需补齐:*"', '"需补全:*"', "没有“需补全:”开头的标签", "是否想写“需补齐:"),
    ("summary/rules.yaml", '"项目::*"', '"*"', "只写一个 * 就是所有标签", "请写明开头"),
    ("organisation/departments.yaml", "lead: 周倩", "lead: 周青", "没有名为“周青”的人员", "是否想写“周倩”?"),
    ("organisation/departments.yaml", "name: 市场部", "name: 研发部", "名称“研发部”已属于部门 rd", "不能同名"),
    ("organisation/departments.yaml", "key: mkt", "key: rd", "“rd”重复", "key 必须各不相同"),
    ("organisation/people.yaml", "dept: rd", "dept: 研发部", "没有 key 为“研发部”的部门", "请写它的 key:rd"),
    ("organisation/people.yaml", "manager: 沈岳", "manager: 沈月", "没有名为“沈月”的人员", "是否想写“沈岳”?"),
    ("organisation/people.yaml", "{gitlab: u02}", "{gitlab: u01}", "账号 gitlab:u01 已属于 陈志远", "只能属于一个人"),
    ("organisation/roles.yaml", "决策层: [沈岳", "决策层: [沈越", "没有名为“沈越”的人员", "是否想写“沈岳”?"),
    ("organisation/resources.yaml", "owner: 李然", "owner: 李冉", "没有名为“李冉”的人员", "是否想写“李然”?"),
    ("organisation/resources.yaml", "[mkt]", "[市场]", "没有 key 为“市场”的部门", "现有:"),
    ("organisation/rollout.yaml", "home: gl-pmo", "home: gl-pm", "“gl-pm”不在 mapping.yaml 里", "是否想写“gl-pmo”?"),
    ("organisation/roles.yaml", "roles:", "people: []\nroles:", "“people”在", "请合并到一个文件"),
    ("mapping.yaml", '"const:研发部"]} #', '"const:研发布"]} #', "没有名为“研发布”的部门", "是否想写“研发部”?"),
    ("mapping.yaml", "name: gl-site", "name: gl-firmware", "项目名“gl-firmware”重复", "各不相同"),
    ("derivations.yaml", "scale: 三级", "scale: 三集", "没有名为“三集”的分值表", "是否想写“三级”?"),
    ("derivations.yaml", "by: [urgency,", "by: [urgancy,", "没有路径“urgancy”", "是否想写“urgency”?"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}:{case[2]}")
def test_写错的名称被指出并给出建议(folder: Path, edit: Edit, case: tuple[str, str, str, str, str]) -> None:
    """One wrong name, one problem in its file, with what was probably meant."""
    name, old, new, message, hint = case
    edit(name, old, new)
    found = [problem for problem in problems(folder) if message in problem.message]
    assert found, problems(folder)
    assert found[0].place.file == f"rules/{name}"
    assert found[0].place.line
    assert hint in found[0].hint


def test_问题指到写错的那一行(folder: Path, edit: Edit) -> None:
    """Line and column are those of the wrong word."""
    edit("organisation/people.yaml", "dept: rd, identities", "dept: 研发, identities")
    found = problems(folder)[0]
    line = (folder / "organisation/people.yaml").read_text(encoding="utf-8").splitlines()[found.place.line - 1]
    assert line[found.place.column - 1 :].startswith("研发, identities")


def test_改过名的部门提示新名(folder: Path, edit: Edit) -> None:
    """A rule that still uses a former name says which one holds now."""
    renamed = "name: 客户成功部, aliases: [{name: 客服部, until: 2025-10-13}], lead"
    edit("organisation/departments.yaml", "name: 客服部, lead", renamed)
    edit("raci/rules.yaml", "{dept: missing}", "{dept: 客服部}")
    assert problems(folder)[0].hint == "已更名,请写“客户成功部”"


def warnings(folder: Path) -> list[str]:
    return [warning.message for warning in load_rules_folder(folder).warnings if "尚不可用" not in warning.message]


def test_两条规则对同一件事计时时提醒(folder: Path, edit: Edit) -> None:
    """One fact, one rule."""
    edit("escalation/rules.yaml", "where: {type: 问题, open: true}", "where: {type: 会议, open: true}")
    others = ("kickoff-24h", "meeting-decide", "retro-3wd")
    told = [f"规则 sla-response 与 {other} 对同一件事计时(都从 created_at 起算)" for other in others]
    assert sorted(warnings(folder)) == told


def test_两条规则争同一个标签组时提醒(folder: Path, edit: Edit) -> None:
    """Exclusive labels of two states that can hold together."""
    edit("priority/rules.yaml", 'set: "灯::{{ s.light }}"', 'set: "优先级::{{ s.light }}"')
    assert warnings(folder) == ["规则 priority-label 与 light-label 会给同一事项设不同的“优先级::”标签"]


def test_晚于日历有效期的请假是提醒(folder: Path, edit: Edit) -> None:
    """It works, counted Monday to Friday, and says so."""
    absence = "manager: 沈岳, absences: [{from: 2026-12-30, to: 2027-01-05}]"
    edit("organisation/people.yaml", "manager: 沈岳", absence)
    assert warnings(folder) == ["2027-01-05 晚于日历的有效期 2026-12-31,假日尚不可知,只按周一至周五计算"]


def test_没有协同办公室和没配置的连接是提醒(folder: Path, edit: Edit) -> None:
    """Both work, but somebody will be missed."""
    edit("organisation/departments.yaml", "office: true, ", "")
    edit("organisation/people.yaml", "{gitlab: u05}", "{gitlub: u05}")
    assert warnings(folder) == ["没有一个部门是协同办公室,找不到人时无人接手", "周倩 的账号写在未使用的连接“gitlub”下"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('remove: "升级::L1"', 'remove: "升级::L2"', "同一步里既加又去标签“升级::L2”"),
        ('{add: "升级::L1"}', '{add: "升级::L1"}\n          - label: {add: "升级::L2"}', "互斥组“升级::”设了两个标签"),
        ("if: {generation: 0} #", "if: {type: 问题} #", "永远不会成立"),
    ],
)
def test_自相矛盾的规则被拒绝(folder: Path, edit: Edit, old: str, new: str, message: str) -> None:
    """Labels that contradict each other, steps that nothing can reach."""
    edit("escalation/rules.yaml", old, new)
    assert any(message in problem.message for problem in problems(folder))


@pytest.mark.parametrize("name", ["mapping.yaml", "organisation", "calendars"])
def test_缺少必需的文件时说明缺什么(folder: Path, name: str) -> None:
    """The starter files cannot be left out."""
    path = folder / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert any(problem.place.file == f"rules/{name}" for problem in problems(folder))


def test_不是_utf8_的文件说明原因(folder: Path) -> None:
    """Old editors save Chinese as GBK."""
    (folder / "raci" / "rules.yaml").write_bytes("rules: 规则".encode("gbk"))
    assert any("不是 UTF-8" in problem.message for problem in problems(folder))


def test_没有文件夹时说明() -> None:
    """A wrong path is not an empty rule set."""
    with pytest.raises(RuleFileError, match="没有这个规则文件夹"):
        load_rules_folder(Path("/不存在/rules"))
