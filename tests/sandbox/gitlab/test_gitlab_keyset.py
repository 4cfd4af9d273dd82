"""Keyset pages lose and repeat nothing, whatever happens between two pages."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from hypothesis import given, settings
from hypothesis import strategies as st

from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.gitlab import GitLabTracker, Settings
from collab_sync.sandbox.wire import Request, Response

START = datetime(2025, 9, 15, 1, 0, tzinfo=UTC)
ISSUES = "/api/v4/projects/1/issues"
TITLES = st.text(alphabet="甲乙丙ab", min_size=1, max_size=3)


class Site:
    """A GitLab 18.3 Premium without a server, asked as its administrator."""

    def __init__(self) -> None:
        self.clock = SandboxClock(lambda: START)
        self.clock.set(START)
        self.tracker = GitLabTracker(self.clock, Settings(version="18.3.0-ee", edition="premium"))
        admin = {"username": "root", "token": "t", "admin": True}
        self.tracker.seed({"users": [admin], "projects": [{"path": "rd/x1", "next_number": 9999}]}, START)

    def ask(self, method: str, target: str, body: object = None) -> Response:
        headers = [("PRIVATE-TOKEN", "t"), ("Content-Type", "application/json")]
        data = b"" if body is None else json.dumps(body).encode()
        return self.tracker.handle(Request.parse(method, target, headers, data))

    def write(self, title: str, seconds: int, **more: object) -> int:
        self.clock.set(self.clock.now() + timedelta(seconds=seconds))
        made = self.ask("POST", ISSUES, {"title": title, **more}).json()
        assert isinstance(made, dict)
        return int(made["id"])


def ids(answer: Response) -> list[int]:
    rows = answer.json()
    assert answer.status == 200
    assert isinstance(rows, list)
    return [row["id"] for row in rows]


def following(answer: Response) -> str:
    """The target of the next page, empty if this was the last."""
    link = dict(answer.headers).get("Link", "")
    parts = urlsplit(link.partition("<")[2].partition(">")[0])
    return f"{parts.path.removeprefix('/gitlab')}?{parts.query}" if link else ""


@settings(max_examples=60, deadline=None)
@given(
    issues=st.lists(st.tuples(TITLES, st.integers(0, 1), st.sampled_from([None, 0, 3])), min_size=1, max_size=9),
    order=st.sampled_from(["created_at", "updated_at", "title", "id", "due_date", "weight"]),
    sort=st.sampled_from(["asc", "desc"]),
    size=st.integers(1, 4),
    data=st.data(),
)
def test_途中有人新建删除时其余议题各出现一次且次序不变(
    issues: list[tuple[str, int, int | None]], order: str, sort: str, size: int, data: st.DataObject
) -> None:
    site = Site()
    written = [
        site.write(title, seconds, weight=weight, due_date="2025-09-30" if weight else None)
        for title, seconds, weight in issues
    ]
    query = f"order_by={order}&sort={sort}&pagination=keyset"
    expected = ids(site.ask("GET", f"{ISSUES}?{query}&per_page=100"))
    assert sorted(expected) == sorted(written)
    seen: list[int] = []
    gone: set[int] = set()
    target = f"{ISSUES}?{query}&per_page={size}"
    while target:
        answer = site.ask("GET", target)
        assert not [name for name, _ in answer.headers if name.startswith(("X-Total", "X-Page"))]
        seen += ids(answer)
        target = following(answer)
        left = [number for number in written if number not in gone]
        victim = data.draw(st.sampled_from([0, *left]))
        if victim:
            gone.add(victim)
            assert site.ask("DELETE", f"{ISSUES}/{victim}").status == 204
            site.write("甲", 0)
    known = set(written) - gone
    assert [number for number in seen if number in known] == [number for number in expected if number in known]
    assert len(seen) == len(set(seen))
