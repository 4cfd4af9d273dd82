"""What happens without a client: spaces and accounts are set up, people write, delete and hide pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Literal, TypeAlias, assert_never

import msgspec

from collab_sync.sandbox.confluence.api import remove
from collab_sync.sandbox.confluence.files import new_file
from collab_sync.sandbox.confluence.state import Edition, Level, SiteAccount, SitePage, SiteState, Space
from collab_sync.sandbox.wire import BadBody


class SeededSpace(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    key: str
    name: str = ""


class SeededAccount(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """``spaces``: ``none``, ``view``, ``text`` or ``write`` by space key; ``write`` where nothing is said."""

    name: str
    account_id: str
    token: str
    username: str = ""
    email: str = ""
    bot: bool = False
    oauth: bool = False
    licensed: bool = True
    spaces: dict[str, Level] = {}


class Seed(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the control API may ask of a site; what is left out stays as it is."""

    users: list[SeededAccount] = []
    spaces: list[SeededSpace] = []
    edition: Edition | None = None


class _Act(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True, tag_field="act"):
    space: str
    title: str
    by: str = msgspec.field(name="as")


class Write(_Act, tag="write", kw_only=True, frozen=True):
    """A person creates the page, or replaces its text, a paragraph a line."""

    text: str


class Delete(_Act, tag="delete", kw_only=True, frozen=True):
    """The page is gone."""


class Hide(_Act, tag="hide", kw_only=True, frozen=True):
    """Only that person may see the page from now on."""


class Archive(_Act, tag="archive", kw_only=True, frozen=True):
    """The page is archived: it keeps its title."""


class Unmark(_Act, tag="unmark", kw_only=True, frozen=True):
    """The page's content properties are gone."""


class Label(_Act, tag="label", kw_only=True, frozen=True):
    """Puts a label on the page, or takes it off where it is."""

    label: str


class Attach(_Act, tag="attach", kw_only=True, frozen=True):
    """Attaches a file to the page, or takes it away where it is."""

    file: str


Act: TypeAlias = Write | Delete | Hide | Archive | Unmark | Label | Attach


def seed(site: SiteState, wanted: Mapping[str, object], at: datetime) -> None:
    """Adds missing accounts and spaces, each with a home page. Raises BadBody before anything is changed."""
    try:
        parsed = msgspec.convert(wanted, Seed)
    except msgspec.ValidationError as error:
        raise BadBody(f"Confluence 的种子数据写法不对：{error}") from None
    site.edition = parsed.edition or site.edition
    for user in parsed.users:
        site.accounts[user.account_id] = SiteAccount(**msgspec.structs.asdict(user))
    for space in parsed.spaces:
        if space.key not in site.spaces:
            made = Space(id=site.next_id(), key=space.key, name=space.name or space.key, created=at)
            site.spaces[space.key] = made
            made.home = _new(site, made, made.name, "", at).id


def act(site: SiteState, wanted: Mapping[str, object], now: datetime) -> object:
    """Does it and says what came of it. Raises BadBody, before anything was changed, for what cannot be done."""
    try:
        done = msgspec.convert(wanted, Act)
    except msgspec.ValidationError as error:
        raise BadBody(f"写法不对：{error}") from None
    space, who = site.spaces.get(done.space), site.account_named(done.by)
    page = site.titled(space, done.title) if space else None
    if space is None or who is None or (page is None and not isinstance(done, Write)):
        raise BadBody(f"没有这个空间、人员或页面：{done.space}、{done.by}、{done.title}。")
    return _perform(site, done, page or _new(site, space, done.title, who.account_id, now), now)


def _perform(site: SiteState, done: Act, page: SitePage, now: datetime) -> object:
    state: Literal["current", "archived", "deleted"] = "current"
    who = site.account_named(done.by)
    assert who is not None
    match done:
        case Write():
            page.body = written(site, done.text)
            page.number, page.editor, page.edited = page.number + 1, who.account_id, now
        case Delete():
            remove(site.pages, page)
            state = "deleted"
        case Hide():
            page.only = who.account_id
        case Archive():
            page.status = state = "archived"
        case Unmark():
            page.properties.clear()
        case Label():
            page.labels = sorted({*page.labels} ^ {done.label})
        case Attach():
            _toggle_file(site, page, done.file, now)
        case _:
            assert_never(done)
    return {"id": page.id, "state": state, "version": page.number}


def _toggle_file(site: SiteState, page: SitePage, name: str, now: datetime) -> None:
    if any(one.name == name for one in page.files):
        page.files = [one for one in page.files if one.name != name]
    else:
        page.files.append(new_file(site, name, b"", page.author, now))


def written(site: SiteState, text: str) -> dict[str, object] | str:
    """What somebody typed in the editor, as the site keeps it."""
    if site.edition == "datacenter":
        return "".join(f"<p>{escape(line, quote=False)}</p>" for line in text.split("\n") if line)
    return document(text)


def document(text: str) -> dict[str, object]:
    lines = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in text.split("\n") if line]
    return {"type": "doc", "version": 1, "content": lines}


def _new(site: SiteState, space: Space, title: str, author: str, at: datetime) -> SitePage:
    page = SitePage(
        id=site.next_id(), space=space.id, parent=space.home, title=title, body=written(site, title), author=author,
        created=at, number=1, editor=author, edited=at,
    )  # fmt: skip
    site.pages[page.id] = page
    return page
