"""Where the pages of the browser view live; trackers use it to link items with each other."""

from __future__ import annotations

from urllib.parse import quote


def project_url(tracker: str, url_path: str) -> str:
    """Address of a project's list of items: ``/browse/gitlab/rd%2Fx1-firmware``."""
    return f"/browse/{quote(tracker, safe='')}/{quote(url_path, safe='')}"


def item_url(tracker: str, url_path: str, key: str) -> str:
    """Address of an item: ``/browse/jira/NPX/NPX-12``, ``/browse/gitlab/rd%2Fx1-firmware/4``."""
    return f"{project_url(tracker, url_path)}/{quote(item_segment(url_path, key), safe='')}"


def item_segment(url_path: str, key: str) -> str:
    """The part of an address that names an item inside its project: "4" of "rd/x1-firmware#4", else the whole key."""
    return key.removeprefix(f"{url_path}#")


def boards_url(tracker: str, url_path: str) -> str:
    """Address of a project's boards."""
    return f"{project_url(tracker, url_path)}/-/boards"


def wiki_url(tracker: str, url_path: str, slug: str = "") -> str:
    """Address of a wiki page, or of the list of pages without ``slug``."""
    base = f"{project_url(tracker, url_path)}/-/wiki"
    return f"{base}/{quote(slug, safe='')}" if slug else base
