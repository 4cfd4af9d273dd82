"""The same requests by threads that do nothing else: what no writer over ``requests`` can beat."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import requests
from requests.adapters import HTTPAdapter

BODY = json.dumps(
    {
        "body": {
            "type": "doc",
            "version": 1,
            "content": [
                {
                    "type": "paragraph",
                    "content": [{"type": "text", "text": "截止日 2025-10-18 已过,请说明新的完成时间。"}],
                }
            ],
        },
        "properties": [{"key": "collab-sync", "value": {"k": "post|late|jira:1|2025-10-18|1|comment", "h": "1"}}],
    }
).encode()


def post(url: str, actions: int, at_once: int, *, read_back: bool) -> None:
    """Comments on so many issues by so many threads; with ``read_back`` each issue is read after it."""
    with requests.Session() as session:
        session.mount("http://", HTTPAdapter(pool_maxsize=at_once))
        session.auth = ("bot", "bot-token")
        session.headers["Content-Type"] = "application/json"

        def one(number: int) -> None:
            issue = f"{url}/rest/api/3/issue/{number}"
            session.post(f"{issue}/comment", data=BODY).raise_for_status()
            if read_back:
                session.get(issue, params={"fields": "summary,status,labels", "expand": "changelog"}).raise_for_status()

        with ThreadPoolExecutor(at_once) as threads:
            for _ in threads.map(one, range(1, actions + 1)):
                pass
