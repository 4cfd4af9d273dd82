"""What reading costs at least: a raw loop of ``requests`` and ``orjson`` over the same pages, storing nothing."""

from __future__ import annotations

import orjson
import requests

PAGE = 100


def jira(url: str, count: int) -> None:
    """All issues of a Jira site. Raises RuntimeError if some are missing."""
    read, query = 0, {"jql": "project = NPX", "maxResults": str(PAGE), "fields": "*all", "expand": "changelog"}
    with requests.Session() as session:
        while True:
            found = orjson.loads(session.get(f"{url}/rest/api/3/search/jql", params=query).content)
            read += len(found["issues"])
            if found["isLast"]:
                return _complete(read, count)
            query["nextPageToken"] = found["nextPageToken"]


def gitlab(url: str, count: int, *, noted: bool = False) -> None:
    """All issues of a GitLab project; ``noted``: with the notes of those that have some."""
    read, issues = 0, f"{url}/api/v4/projects/rd%2Fx1-firmware/issues"
    with requests.Session() as session:
        following = f"{issues}?per_page={PAGE}&pagination=keyset"
        while following:
            answer = session.get(following)
            found = orjson.loads(answer.content)
            read += len(found)
            for issue in found if noted else ():
                if issue["user_notes_count"]:
                    orjson.loads(session.get(f"{issues}/{issue['iid']}/notes?per_page={PAGE}").content)
            following = answer.links.get("next", {}).get("url", "")
    _complete(read, count)


def _complete(read: int, count: int) -> None:
    if read != count:
        raise RuntimeError(f"read {read} of {count} issues")
