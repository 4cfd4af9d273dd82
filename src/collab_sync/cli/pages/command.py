"""The commands: which pages there are, and one of them as its readers would see it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

import click

from collab_sync.cli.session.invocation import Invocation
from collab_sync.cli.terminal.group import OPTIONS, REST, LazyGroup, Listing, format_option
from collab_sync.cli.terminal.paper import Json, as_json, line, table

if TYPE_CHECKING:
    from collab_sync.model.page import Locale
    from collab_sync.workbench.preview import Shown

ABOUT = {"program": "项目", "item": "文档", "org": ""}


class PageCommands(LazyGroup):
    """What can be done with pages."""

    listing: ClassVar[Listing] = {
        "list": ("collab_sync.cli.pages.command:list_pages", "有哪些页面可看,由哪条规则写。"),
        "preview": ("collab_sync.cli.pages.command:preview", "一个页面的样子:存成网页,或打在屏幕上。"),
    }


@click.group("page", cls=PageCommands, options_metavar=OPTIONS, subcommand_metavar=REST)
def page() -> None:
    """看页面的样子;不写任何系统。"""


@click.command("list")
@format_option
@click.pass_context
def list_pages(context: click.Context, form: str) -> None:
    """读取各系统的变化,列出可看的页面:每种页面怎么写、由哪条规则写,以及有哪些项目和文档。不写任何系统。"""
    from collab_sync.cli.compose import open_runtime
    from collab_sync.cli.session.reading import read_everything
    from collab_sync.workbench.preview import pages

    given: Invocation = context.obj
    settings = given.settings()
    with open_runtime(settings) as runtime:
        now = runtime.clock.now()
        read_everything(runtime, settings, now)
        with runtime.store.read() as tx:
            found = pages(tx, runtime.ruling, now)
    if form == "json":
        as_json([_values(one) for one in found])
    else:
        _print(found)


@click.command("preview")
@click.argument("wanted", metavar="页面")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="存成一个网页文件;不写则打在屏幕上。")
@click.option("--locale", type=click.Choice(["zh", "en"]), help="用哪种语言;不写则用读者的语言。")
@click.pass_context
def preview(context: click.Context, wanted: str, out: Path | None, locale: str | None) -> None:
    """读取各系统的变化,给出页面此刻的样子,与规则会写的一样。不写任何系统。

    页面写成 种类:项目:日期,如 周报:新品X1上市:2025-10-10。项目写名称或代号,只有一个时可以不写;日期不写就是最近一期。
    """
    from collab_sync.cli.compose import open_runtime
    from collab_sync.cli.pages.file import check_place, write_whole
    from collab_sync.cli.pages.text import print_page
    from collab_sync.cli.session.reading import read_everything
    from collab_sync.paper.sheet import sheet
    from collab_sync.pictures import svg
    from collab_sync.workbench import preview as workbench

    if out is not None:
        check_place(out)
    given: Invocation = context.obj
    settings = given.settings()
    with open_runtime(settings) as runtime:
        now = runtime.clock.now()
        read_everything(runtime, settings, now)
        with runtime.store.read() as tx:
            made = workbench.preview(tx, runtime.ruling, now, wanted, cast("Locale | None", locale))
    if out is None:
        print_page(made)
        return
    write_whole(out, sheet(made, svg))
    line(f"《{made.title}》写好了:{out}。用浏览器打开就能看,也能打印。")


def _values(one: Shown) -> dict[str, Json]:
    return {"kind": one.kind.name, "about": one.kind.about, "keys": list(one.keys), "rule": one.rule}


def _print(found: tuple[Shown, ...]) -> None:
    rows = []
    for one in found:
        what = ABOUT[one.kind.about]
        rows.append((f"{one.kind.name}:‹{what}›" if what else one.kind.name, one.rule or "没有规则写它"))
    table("页面(后面都可以再加 :日期)", ("页面", "由哪条规则写"), rows)
    for about in ("program", "item"):
        names = dict.fromkeys(key.partition(":")[2] for one in found if one.kind.about == about for key in one.keys)
        line(f"\n{ABOUT[about]}:{'、'.join(names) or '还没有'}")
    example = next((one.keys[0] for one in found if one.keys), "周报")
    line(f"\n看一个:collab-sync page preview {example} --out page.html")
