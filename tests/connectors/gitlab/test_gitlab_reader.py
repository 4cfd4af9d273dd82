"""What changed in a project: nothing lost, nothing twice, no request without need."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import responses

from collab_sync.errors import AccessError, MissingItemError, TransientError
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.work_item import Link, OwnComment
from collab_sync.ports.tracker import Connection, PulledPage, WorkItemReader
from collab_sync.testing.items import reader_of

Connect = Callable[..., Connection]


@pytest.fixture
def reader(connect: Connect, firmware: ProjectMapping) -> WorkItemReader:
    return reader_of(connect(page_size=3), firmware)


def iids(pages: list[PulledPage]) -> list[int]:
    return [int(payload.id.removeprefix("gl:")) - 1000 for page in pages for payload in page.payloads]


def note(number: int, at: str, body: str, *, system: bool = False, author: int = 2) -> dict[str, object]:
    return {
        "id": number,
        "body": body,
        "system": system,
        "author": {"id": author, "username": "liming" if author == 2 else "project_1_bot", "name": "某人"},
        "created_at": f"2025-{at}Z",
        "updated_at": f"2025-{at}Z",
    }


@pytest.mark.parametrize("keyset", [False, True])
def test_首次拉取每个议题恰好一次(reader: WorkItemReader, shelf: Any, keyset: bool) -> None:
    """By offset or by cursor, a tie longer than a page included; only the last page is complete."""
    shelf.keyset = keyset
    for iid in range(1, 9):
        shelf.put(iid, "09-01T00:00:00.000" if 2 <= iid <= 6 else f"09-0{1 + iid // 7}T00:00:0{iid}.000")
    pages = list(reader.pull(None))
    assert sorted(iids(pages)) == list(range(1, 9))
    assert [page.complete for page in pages] == [False] * (len(pages) - 1) + [True]


def test_翻页时有改动和删除也不漏(reader: WorkItemReader, shelf: Any) -> None:
    """Issues are listed by creation and sought, so what happens to others while pages are read shifts nothing."""
    for iid in range(1, 10):
        shelf.put(iid, f"09-0{iid}T00:00:00.000")
    found: list[int] = []
    for page in reader.pull(None):
        found += iids([page])
        shelf.issues[0]["updated_at"] = "2025-09-24T01:00:00.000Z"
        if len(found) == 3:
            del shelf.issues[1]
    assert sorted(found) == list(range(1, 10))


def test_再次拉取只问开始时刻减去重叠之后的变化(reader: WorkItemReader, shelf: Any, clock: Any) -> None:
    """The cursor is the start of the pull before, not its end."""
    shelf.put(1, "09-01T00:00:00.000")
    [first] = reader.pull(None)
    clock.at += timedelta(hours=1)
    shelf.put(2, "09-20T00:00:00.000", "09-24T01:10:00.000")
    [second] = reader.pull(first.cursor)
    assert iids([second]) == [2]
    assert shelf.asked[-2][1]["updated_after"] == "2025-09-24T00:55:00.000Z"


@pytest.mark.parametrize("keyset", [False, True])
def test_中途断开后从那一页接着读(reader: WorkItemReader, shelf: Any, clock: Any, keyset: bool) -> None:
    """A restart repeats at most one page, and the next pull still starts where this one began."""
    shelf.keyset = keyset
    for iid in range(1, 8):
        shelf.put(iid, f"09-0{iid}T00:00:00.000")
    pages = reader.pull(None)
    began = [next(pages), next(pages)]
    clock.at += timedelta(hours=3)
    rest = list(reader.pull(began[-1].cursor))
    assert set(iids(began + rest)) == set(range(1, 8))
    assert 1 not in iids(rest)
    shelf.put(8, "09-24T01:30:00.000")
    assert iids(list(reader.pull(rest[-1].cursor))) == [8]


def test_读不懂的游标等于没有游标(reader: WorkItemReader, shelf: Any) -> None:
    """Better everything again than something never."""
    shelf.put(1, "09-01T00:00:00.000")
    assert iids(list(reader.pull("不是 JSON"))) == [1]


def test_空项目也有一页且算完整(reader: WorkItemReader, shelf: Any) -> None:
    """At least one page, the last one complete."""
    [page] = reader.pull(None)
    assert page.payloads == ()
    assert page.complete


def test_首次拉取不为无人动过的议题多发请求(reader: WorkItemReader, shelf: Any) -> None:
    """Comments are read where somebody left one, where something changed, or where the throttle may hide a change."""
    shelf.put(1, "09-01T00:00:00.000")
    shelf.put(2, "09-02T00:00:00.000", user_notes_count=2)
    shelf.put(3, "09-03T00:00:00.000", "09-04T00:00:00.000")
    shelf.put(4, "09-24T00:58:00.000")
    list(reader.pull(None))
    assert [path.split("/")[-2] for path in shelf.paths("/notes")] == ["2", "3", "4"]
    assert shelf.paths("/links") == []


def test_重叠窗口里的评论即使没有推动更新时间也读得到(reader: WorkItemReader, shelf: Any, clock: Any) -> None:
    """GitLab moves updated_at at most once a minute: the note below would be lost to anybody who trusts it."""
    shelf.put(1, "09-01T00:00:00.000", "09-24T00:59:40.000")
    [first] = reader.pull(None)
    shelf.notes[1] = [note(1, "09-24T01:00:20.000", "【响应】\n内容:已安排")]
    clock.at += timedelta(minutes=1)
    [second] = reader.pull(first.cursor)
    assert [entry.kind for entry in reader.normalize(second.payloads[0]).entries] == ["响应"]
    assert second.payloads[0].digest != first.payloads[0].digest


def test_只有历史说建过关联才去读关联(reader: WorkItemReader, shelf: Any) -> None:
    """The relation itself comes from the links endpoint."""
    shelf.put(1, "09-01T00:00:00.000", "09-02T00:00:00.000")
    shelf.notes[1] = [note(1, "09-02T00:00:00.000", "marked this issue as related to #2", system=True)]
    shelf.links[1] = [
        {"id": 1002, "iid": 2, "link_type": "relates_to", "references": {"full": "rd/x1-firmware#2"}},
        {"id": 7, "iid": 3, "link_type": "is_blocked_by", "references": {"full": "growth/site#3"}},
    ]
    [page] = reader.pull(None)
    assert reader.normalize(page.payloads[0]).links == (
        Link(kind="relates", target="rd/x1-firmware#2"),
        Link(kind="blocked_by", target="growth/site#3"),
    )


def test_分页链接指向别的主机时仍只问配置的站点(reader: WorkItemReader, shelf: Any) -> None:
    """The shelf's links name another host; the token must not follow them."""
    for iid in range(1, 6):
        shelf.put(iid, "09-01T00:00:00.000")
    assert sorted(iids(list(reader.pull(None)))) == [1, 2, 3, 4, 5]


def test_读到一半被删的议题跳过(reader: WorkItemReader, shelf: Any) -> None:
    """The census finds out what became of it; its page goes on."""
    shelf.put(1, "09-01T00:00:00.000", user_notes_count=1)
    shelf.put(2, "09-02T00:00:00.000", user_notes_count=1)
    shelf.vanished = {1}
    [page] = reader.pull(None)
    assert iids([page]) == [2]


def test_形状不认识的议题不挡住同页的别人(reader: WorkItemReader, shelf: Any) -> None:
    """It exists, and what could not be read is unknown rather than missing."""
    shelf.put(1, "09-01T00:00:00.000", labels={"怪": "样"})
    shelf.put(2, "09-02T00:00:00.000")
    [page] = reader.pull(None)
    odd, fine = (reader.normalize(payload) for payload in page.payloads)
    assert {"due", "R"} <= odd.unreadable
    assert fine.unreadable == frozenset()


def test_项目看不到是权限问题而不是缺一个议题(
    connect: Connect, firmware: ProjectMapping, web: Any, recorded: Any
) -> None:
    """GitLab says 404 for a private project; the remedy is membership."""
    web.add(
        responses.GET,
        "https://gitlab.example.com/api/v4/projects/rd%2Fx1-firmware/issues",
        **recorded("err_404_project"),
    )
    with pytest.raises(AccessError, match="rd/x1-firmware"):
        list(reader_of(connect(), firmware).pull(None))


def test_服务器不许游标分页时改用普通分页(connect: Connect, firmware: ProjectMapping, web: Any) -> None:
    """Some versions answer 405 instead of ignoring the wish."""
    url = "https://gitlab.example.com/api/v4/projects/rd%2Fx1-firmware/issues"
    web.add(responses.GET, url, status=405, json={"error": "Keyset pagination is not yet available"})
    web.add(responses.GET, url, json=[])
    [page] = reader_of(connect(), firmware).pull(None)
    assert page.complete
    assert "pagination" not in web.calls[-1].request.url


def test_服务器忙就说稍后再来(connect: Connect, firmware: ProjectMapping, web: Any) -> None:
    """The pull stops as a whole: a shard is complete or it is not."""
    url = "https://gitlab.example.com/api/v4/projects/rd%2Fx1-firmware/issues"
    web.add(responses.GET, url, status=429, body="Retry later", headers={"Retry-After": "3600"})
    with pytest.raises(TransientError) as caught:
        list(reader_of(connect(), firmware).pull(None))
    assert caught.value.retry_after == timedelta(hours=1)
    assert len(web.calls) == 1


def test_分页链接指回本页时不装作读完(connect: Connect, firmware: ProjectMapping, web: Any) -> None:
    """A repeated cursor would end a list early or never."""
    url = "https://gitlab.example.com/api/v4/projects/rd%2Fx1-firmware/issues"
    web.add(responses.GET, "https://gitlab.example.com/api/v4/user", json={"id": 6, "username": "bot"})
    link = {"Link": f'<{url}?cursor=abc&per_page=3>; rel="next"'}
    row = {"id": 1, "iid": 1, "created_at": "2025-09-01T00:00:00Z", "updated_at": "2025-09-01T00:00:00Z"}
    web.add(responses.GET, url, json=[row], headers=link)
    with pytest.raises(TransientError, match="指回本页"):
        list(reader_of(connect(), firmware).pull(None))


def test_服务器不给分页头时满页就再问(connect: Connect, firmware: ProjectMapping, web: Any) -> None:
    """A proxy that strips headers must not end the list after one page."""
    url = "https://gitlab.example.com/api/v4/projects/rd%2Fx1-firmware/issues"
    at = "2025-09-01T00:00:00Z"
    rows = [{"id": iid, "iid": iid, "created_at": at, "updated_at": at} for iid in (1, 2, 3)]
    web.add(responses.GET, url, json=rows[:2])
    web.add(responses.GET, url, json=rows[2:])
    assert [len(page) for page in reader_of(connect(page_size=2), firmware).census()] == [2, 1]


def test_普查给出全部编号且不读评论(reader: WorkItemReader, shelf: Any) -> None:
    """Ids only: what is not among them is gone, moved or hidden."""
    for iid in range(1, 6):
        shelf.put(iid, f"09-0{iid}T00:00:00.000", user_notes_count=3)
    assert [number for page in reader.census() for number in page] == [f"gl:{1000 + iid}" for iid in range(1, 6)]
    assert shelf.paths("/notes") == []


def test_单读一个议题带着评论(reader: WorkItemReader, shelf: Any) -> None:
    """And says so when the number now belongs to another issue, or to none."""
    shelf.put(1, "09-01T00:00:00.000")
    shelf.notes[1] = [note(1, "09-02T00:00:00.000", "【接收任务】\n执行人:赵航")]
    [page] = reader.pull(None)
    ref = reader.normalize(page.payloads[0]).source
    assert reader.normalize(reader.read(ref)).entries[0].data["执行人"] == "赵航"
    shelf.issues[0]["id"] = 4711
    with pytest.raises(MissingItemError):
        reader.read(ref)
    shelf.issues.clear()
    with pytest.raises(MissingItemError):
        reader.read(ref)


def test_凭评论找回自己的标记(reader: WorkItemReader, shelf: Any) -> None:
    """For a store that lost them: only comments of our own account, with what is hidden in them."""
    shelf.put(1, "09-01T00:00:00.000")
    hidden = '\n\n<!-- collab-sync {"key":"甲"} -->'
    shelf.notes[1] = [
        note(1, "09-02T00:00:00.000", f"别人抄的{hidden}"),
        note(2, "09-02T01:00:00.000", f"逾期{hidden}", author=6),
        note(3, "09-02T02:00:00.000", "没有标记", author=6),
    ]
    item = reader.normalize(reader.pull(None).__next__().payloads[0])
    [comments] = reader.recall([item]).values()
    assert [(comment.id, comment.marker) for comment in comments] == [("2", '{"key":"甲"}'), ("3", None)]
    assert isinstance(comments[0], OwnComment)


def test_查不到的议题说出去向和根据(reader: WorkItemReader, shelf: Any) -> None:
    """Still there; moved on under another id; its number another issue's; gone; gone and confidential: hidden."""
    shelf.put(1, "09-01T00:00:00.000", confidential=True)
    item = reader.normalize(next(reader.pull(None)).payloads[0])
    public = msgspec.structs.replace(item, confidential=False)
    assert reader.whereabouts(item).state == "here"
    shelf.issues[0] |= {"state": "closed", "moved_to_id": 2050}
    moved = reader.whereabouts(item)
    assert (moved.state, moved.key) == ("moved", "")
    assert "2050" in moved.evidence
    shelf.issues[0]["id"] = 4711
    assert (reader.whereabouts(public).state, reader.whereabouts(item).state) == ("deleted", "hidden")
    shelf.issues.clear()
    assert (reader.whereabouts(public).state, reader.whereabouts(item).state) == ("deleted", "hidden")
    assert "机密" in reader.whereabouts(item).evidence


@pytest.mark.parametrize("status", [401, 403, 404])
def test_项目打不开就不说议题的去向(
    web: responses.RequestsMock, reader: WorkItemReader, shelf: Any, status: int
) -> None:
    """Nothing is gone that cannot be looked at; the issue itself is not asked for."""
    shelf.put(1, "09-01T00:00:00.000")
    item = reader.normalize(next(reader.pull(None)).payloads[0])
    shelf.asked.clear()
    web.replace(responses.GET, shelf.project, json={"message": "no"}, status=status)
    with pytest.raises(AccessError):
        reader.whereabouts(item)
    assert shelf.asked == []
