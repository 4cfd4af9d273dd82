"""Values of the model: markers that survive any tracker, names that never match by similarity, labels that are ours."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.engine_office import organisation
from tests.unit.engine_world import day

from collab_sync.model import marker
from collab_sync.model.connection import Secret
from collab_sync.model.document import (
    BulletList,
    CheckList,
    Code,
    Document,
    Heading,
    Mention,
    Paragraph,
    Quiet,
    Reference,
    Strong,
    Struck,
    Table,
    Text,
    plain,
)
from collab_sync.model.identity import Account, SubjectKind, SubjectRef, TypedName
from collab_sync.model.mapping import FieldSources, Writeback
from collab_sync.model.marker import Marker
from collab_sync.model.organisation import Organisation, Rollout

LI = Account("jira", "j-李明", "李明")


# --- markers -------------------------------------------------------------------------------------------------------
@given(st.builds(Marker, key=st.text(), rule=st.text(), generation=st.integers(0, 9), hash=st.text(),
                 state=st.dictionaries(st.text(), st.text(), max_size=3)))  # fmt: skip
@settings(max_examples=100)
def test_标记写进去还读得出来(mark: Marker) -> None:
    """And nothing in it can end an HTML comment, whatever people have typed."""
    if any("\ud800" <= character <= "\udfff" for text in (mark.key, mark.rule, mark.hash) for character in text):
        return
    text = marker.dumps(mark)
    assert marker.loads(text) == mark
    assert text.isascii()
    assert not set("-<>\n") & set(text)


@pytest.mark.parametrize("text", [None, "", "别人的话", "{}", '{"key": 3}', "[1]", '{"key": "甲"'])
def test_不是我们的标记就当没有(text: str | None) -> None:
    assert marker.loads(text) is None


def test_以后多出来的内容不妨碍读标记() -> None:
    """A newer version may have written it."""
    assert marker.loads('{"key": "甲", "将来": 1}') == Marker(key="甲")


# --- documents -----------------------------------------------------------------------------------------------------
def test_文档的文字_每块一行_提醒写成名字() -> None:
    document = Document(
        (
            Heading(2, (Text("标题"),)),
            Paragraph(
                (Mention("李明", LI), Text(" 请看 "), Code("x"), Strong("要"), Struck("旧"), Reference("NPX-1", "u"))
            ),
            BulletList(((Text("甲"),), (Text("乙"),))),
            CheckList(((True, (Text("做了"),)), (False, (Text("没做"),)))),
            Table(("名", "值"), (((Text("a"),), (Text("b"),)),)),
            Quiet((Text("小字"),)),
        )
    )
    assert plain(document).splitlines() == [
        "标题", "李明 请看 x要旧NPX-1", "- 甲", "- 乙", "- [x] 做了", "- [ ] 没做", "名 | 值", "a | b", "小字",
    ]  # fmt: skip


def test_存进去的文档种类不会混() -> None:
    document = Document((Paragraph((Text("甲"), Mention("李明", LI))), Quiet((Text("乙"),))))
    assert msgspec.json.decode(msgspec.json.encode(document), type=Document) == document


# --- identity ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("mention", "person"),
    [
        (Account("jira", "j-李明", "随便显示什么"), "李明"),
        (Account("gitlab", "g-李明"), "李明"),
        (Account("gitlab", "j-李明"), None),  # the id of another connection
        (Account("jira", "生人", "李明"), None),  # never by display name
        (TypedName("李明"), "李明"),
        (TypedName("李明(销售)"), None),
        (TypedName(" 李明"), None),
        (None, None),
    ],
)
def test_人只按账号或准确的名字认(mention: Account | TypedName | None, person: str | None) -> None:
    found = organisation().person(mention)
    assert (found.key if found else None) == person


def test_对象写成种类加键() -> None:
    assert str(SubjectRef(SubjectKind.WORK_ITEM, "jira:1")) == "work_item:jira:1"


def test_请假首尾两天都算() -> None:
    absence = {"from": "2025-10-14", "to": "2025-10-15", "delegate": "乙"}
    person = Organisation.model_validate({"people": [{"key": "甲", "absences": [absence]}]}).people[0]
    away = [number for number in range(13, 17) if person.absence_on(day(f"10-{number}"))]
    assert away == [14, 15]


def test_推广阶段_没写项目的用默认() -> None:
    rollout = Rollout(default="report_only", programs={"甲": "pilot"})
    assert [rollout.stage(name) for name in ("甲", "乙", None, "")] == ["pilot", *["report_only"] * 3]
    assert Rollout().default == "report_only"


def test_只能有一个协同办公室() -> None:
    two = [{"key": key, "name": key, "office": True} for key in ("a", "b")]
    with pytest.raises(ValueError, match="只能有一个"):
        Organisation.model_validate({"departments": two})


def test_外部单位和办公室不算业务部门的接口人() -> None:
    departments = [
        {"key": "rd", "name": "研发部", "liaison": "李明"},
        {"key": "out", "name": "供应商", "liaison": "外援", "external": True},
        {"key": "office", "name": "协同办公室", "liaison": "林珊", "office": True},
        {"key": "none", "name": "没有接口人"},
    ]
    found = organisation(departments=departments, roles={"执行层": {"expr": "all.liaisons"}})
    assert [person.key for person in found.members("执行层")] == ["李明"]


# --- what is ours --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("label", "ours", "group"),
    [
        ("优先级::高", True, "优先级::"),
        ("文档::修订中", True, "文档::"),
        ("文档:修订超期", True, None),
        ("文档:别的", False, None),
        ("需补齐:RACI", True, None),
        ("延期", True, None),
        ("延期了", False, None),
        ("进度::进行中", False, None),
        ("客户::甲", False, None),
        ("", False, None),
    ],
)
def test_只碰声明过的标签(label: str, ours: bool, group: str | None) -> None:
    assert (Writeback().ours(label), Writeback().group(label)) == (ours, group)


def test_来源写错时说出可写什么() -> None:
    with pytest.raises(ValueError, match="不认识的来源“asignee”"):
        FieldSources(sources=("asignee",))


def test_秘密不会自己露面() -> None:
    secret = Secret("口令")
    assert "口令" not in f"{secret}{secret!r}{[secret]}"
    assert secret.reveal() == "口令"
    assert not Secret("")
