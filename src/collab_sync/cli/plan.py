"""``collab-sync plan``: what the next round would write, before it is written."""

from __future__ import annotations

import click

from collab_sync.cli.session.invocation import Invocation
from collab_sync.cli.terminal.group import format_option
from collab_sync.cli.terminal.paper import as_json


@click.command("plan")
@format_option
@click.pass_context
def plan(context: click.Context, form: str) -> None:
    """读取各系统的变化,列出下一轮 run 会写什么,逐项带规则、原因和全文。不写任何系统。

    退出码:0 没有要写的,1 有,2 出错。
    """
    from collab_sync.cli.compose import open_runtime
    from collab_sync.cli.session.forecast import as_values, foresee, print_forecast
    from collab_sync.cli.session.reading import read_everything

    given: Invocation = context.obj
    settings = given.settings()
    with open_runtime(settings) as runtime:
        read_everything(runtime, settings, runtime.clock.now())
        forecast = foresee(runtime)
    if form == "json":
        as_json(as_values(forecast))
    else:
        print_forecast(forecast)
    context.exit(1 if forecast.changes else 0)
