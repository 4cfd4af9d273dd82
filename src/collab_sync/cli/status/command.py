"""``collab-sync status``: does the promise hold right now, and everything that belongs to the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from collab_sync.cli.session.invocation import Invocation
from collab_sync.cli.terminal.group import format_option
from collab_sync.cli.terminal.paper import as_json

if TYPE_CHECKING:
    from collab_sync.cli.status.seen import Seen
    from collab_sync.config import Settings
    from collab_sync.pipeline.runtime import Ruling


@click.command("status")
@format_option
@click.pass_context
def status(context: click.Context, form: str) -> None:
    """承诺(没有过了时刻而没有人知道的事)此刻成立不成立,为什么;读到哪里、还有什么没写成、要人处理什么。

    退出码:0 成立,没有要人看的;1 不成立,或有要人看的;2 出错。只问承诺:--format json 的 promise.holds。
    """
    from collab_sync.cli.status.text import print_status
    from collab_sync.cli.status.values import as_values

    given: Invocation = context.obj
    seen = _seen(given.settings())
    if form == "json":
        as_json(as_values(seen))
    else:
        print_status(seen)
    context.exit(1 if seen.attention else 0)


def _seen(settings: Settings) -> Seen:
    from collab_sync.cli.compose import offered, open_database, open_time
    from collab_sync.cli.places import with_items
    from collab_sync.cli.status.seen import SHANGHAI, Seen, mentions_today, rules_behind
    from collab_sync.daemon.lock import holder
    from collab_sync.daemon.promise import breaches
    from collab_sync.pipeline.status import read_status, tolerated

    ruling, broken = _ruling(settings)
    projects = with_items(ruling.mapping, offered(settings)) if ruling else ()
    poll = timedelta(seconds=settings.poll_seconds)
    with open_time(settings) as clock, open_database(settings, existing=True) as store, store.read() as tx:
        found = read_status(tx, projects, clock.now(), tolerated(poll))
        mentions = mentions_today(tx, ruling, found.now) if ruling else None
        behind = rules_behind(tx, ruling, found.oldest) if ruling and found.oldest else ()
    running = holder(settings.database)
    zone = ruling.office.calendar.zone if ruling else SHANGHAI
    return Seen(
        # of a daemon that is gone: nobody takes its complaints back
        found=found if running else replace(found, complaints=()),
        running=running,
        breaches=breaches(found, running, poll, zone),
        connections=tuple(one.name for one in settings.connections),
        on_disk=ruling.rules.version if ruling else "",
        broken=broken,
        mentions=mentions,
        behind=behind,
        zone=zone,
    )


def _ruling(settings: Settings) -> tuple[Ruling | None, str]:
    """The rules on disk, or what is wrong with them: that must not hide how things stand."""
    from collab_sync.cli.compose import load_ruling
    from collab_sync.errors import ConfigurationError

    try:
        return load_ruling(settings.rules, settings), ""
    except ConfigurationError as error:
        return None, str(error)
