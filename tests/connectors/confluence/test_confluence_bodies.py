"""Bodies of pages in both forms: valid, in the page's language, and compared by what people read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import msgspec
import pytest
from tests.connectors.confluence.conftest import PATH, PIE, TITLE, weekly
from tests.connectors.jira.test_jira_render import schema

from collab_sync.pictures import name_of
from collab_sync.sandbox.confluence.documents import stored as stored_document
from collab_sync.sandbox.confluence.storage import accepted
from collab_sync.sandbox.confluence.storage import stored as stored_storage
from collab_sync_confluence.body.adf_form import AdfForm
from collab_sync_confluence.body.compose import folder_body, page_body, said, stamp_in
from collab_sync_confluence.body.form import Form, Hung, Setting
from collab_sync_confluence.body.storage_form import StorageForm
from collab_sync_confluence.titles import stamp, title_of

NAME = name_of(PIE)
FORMS: dict[str, Form] = {"adf": AdfForm(), "storage": StorageForm()}
KEEPS: dict[str, Callable[[str], str]] = {
    "adf": lambda body: json.dumps(stored_document(json.loads(body))),
    "storage": stored_storage,
}
PLAIN = Setting("wiki")


def hung(file: str = "1f0a") -> Setting:
    return Setting("wiki", "zh", {NAME: Hung(NAME, file, "77", 900, 480, "红黄绿灯:红 1、绿 2")})


@pytest.fixture(params=FORMS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def form(kind: str) -> Form:
    return FORMS[kind]


def test_写出的文档合乎公开的格式() -> None:
    form = FORMS["adf"]
    for body in (page_body(weekly(), form, PLAIN), page_body(weekly(), form, hung()), folder_body("协同", form, PLAIN)):
        assert [error.message for error in schema().iter_errors(json.loads(body))] == []


def test_存储格式是合格的_XML() -> None:
    form = FORMS["storage"]
    for body in (page_body(weekly(), form, PLAIN), page_body(weekly(), form, hung()), folder_body("协同", form, PLAIN)):
        assert accepted(body) == body


def test_图在正文里_数字折叠在图下面(kind: str, form: Form) -> None:
    body = page_body(weekly(), form, hung())
    named = {"adf": '"id": "1f0a", "collection": "contentId-77"', "storage": f'ri:filename="{NAME}"'}[kind]
    folded = {"adf": '{"type": "expand", "attrs": {"title": "数据"}', "storage": ">数据</ac:parameter>"}[kind]
    assert body.index(named) < body.index(folded) < body.rindex("绿")
    assert "红黄绿灯:红 1、绿 2" in body


def test_没有图时写成表格(form: Form) -> None:
    body = page_body(weekly(), form, PLAIN)
    assert "绿" in body
    assert [word for word in ("expand", "media", "ri:attachment") if word in body] == []


def test_站点存成什么样都认得出是同一页(kind: str, form: Form) -> None:
    """Ids, layouts, entities, column groups: not what the page says. The picture is."""
    for setting in (PLAIN, hung()):
        body = page_body(weekly("在办“三”项 · 甲"), form, setting)
        kept = KEEPS[kind](body)
        assert kept != body
        assert said(form, kept) == said(form, body)
        assert stamp_in(form, kept) == stamp(weekly().key)
    assert said(form, page_body(weekly(), form, hung())) != said(form, page_body(weekly(), form, PLAIN))


def test_图换了就是说了别的() -> None:
    """On Cloud bodies name the file, which changes when a picture is attached anew; on Data Center the picture."""
    renamed = Setting("wiki", "zh", {NAME: Hung("collab-1.png", "1f0a", "77", 900, 480, "红黄绿灯:红 1、绿 2")})
    for kind, other in (("adf", hung("2f0a")), ("storage", renamed)):
        form = FORMS[kind]
        one = form.write(weekly().document, hung())
        assert form.blocks(one) != form.blocks(form.write(weekly().document, other))


def test_说的是不是同一件事_看文字和勾_不看页首说明(kind: str, form: Form) -> None:
    page = weekly()
    body = page_body(page, form, PLAIN)
    assert said(form, page_body(weekly(notice="数据截至 19:00"), form, PLAIN)) == said(form, body)
    ticked = body.replace("☐", "☑") if kind == "storage" else body.replace('"TODO"', '"DONE"')
    assert ticked != body
    assert said(form, ticked) != said(form, body)
    assert said(form, page_body(msgspec.structs.replace(page, title="周报 X2"), form, PLAIN)) != said(form, body)


def test_读不懂的正文什么也没说(kind: str, form: Form) -> None:
    for body in ("", "不是 JSON", "<p>半截", "</p></p>", "[]", "{}", "&nbsp;&bogus;", "<![CDATA[x]]>"):
        assert said(form, body) == ()
        assert stamp_in(form, body) == ""


def test_英文页面里连接器自己的话也是英文(form: Form) -> None:
    setting = Setting("wiki", "en", {NAME: Hung(NAME, "1f0a", "77", 900, 480, "lights")})
    page = msgspec.structs.replace(weekly(), locale="en")
    body = page_body(page, form, setting)
    assert "Made by collab-sync" in body
    assert "Data" in body
    assert [word for word in ("数据<", '"数据"', "本页由") if word in body] == []
    folder = folder_body("Collab/Weekly", form, Setting("wiki", "en"))
    assert "are made and kept up to date by collab-sync" in folder
    assert re.search("[\u4e00-\u9fff]", folder) is None


def test_标题不超过_255_字_不同的长路径不相撞() -> None:
    long = [title_of(f"协同/{'长' * 300}{end}") for end in ("甲", "乙")]
    assert [len(title) <= 255 for title in long] == [True, True]
    assert long[0] != long[1]
    assert title_of("协同/周报") == "周报 · 协同"
    assert title_of(PATH) == TITLE
