"""``collab-sync init``: the files to begin with."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from collab_sync.cli.terminal.paper import line

NEXT = """\
已建好 {folder}:
  collab-sync.yaml   设置:连接哪些 Jira 与 GitLab
  rules/             规则:组织、日历、字段映射和各规则包(启用阶段为 report_only:只计算,不写任何系统)

接下来:
  1. 编辑 collab-sync.yaml 与 rules/mapping.yaml、rules/organisation/,给出令牌,然后
       cd {place}
       collab-sync doctor
       collab-sync rules check
  2. 看看会写什么(只读):
       collab-sync plan
  3. 满意后把 rules/organisation/rollout.yaml 的 default 改为 pilot 或 full,开始运行:
       collab-sync run"""


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> None:
    """在文件夹 DIR 里新建设置文件和一份起始规则。已有的文件绝不覆盖。"""
    from collab_sync.cli.session.starter import write_starter

    write_starter(folder)
    line(NEXT.format(folder=folder, place=shlex.quote(str(folder))))
