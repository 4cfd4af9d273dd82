"""What there is, told without importing anything: who asks for ``--help`` waits for Python and nothing else.

The command line is built from the same words; a test holds this page and click's own against each other.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # even ``typing`` takes longer to import than everything here
    from collections.abc import Mapping

ABOUT = "跨部门协同:读 Jira 与 GitLab,按 YAML 规则判断,把结果写回去。"
SETTINGS = "collab-sync.yaml"
"""The settings file where none is named."""

OPTIONS: Mapping[str, str] = {
    "--settings FILE": "设置文件。",
    "-v, --verbose": "更详细的日志。",
    "--version": "显示版本。",
    "-h, --help": "显示这份说明。",
}
COMMANDS: Mapping[str, tuple[str, str]] = {
    "demo": ("collab_sync.cli.demo.command:demo", "在本机沙盒上演一遍六周故事。"),
    "init": ("collab_sync.cli.init:init", "新建设置文件和一份起始规则。"),
    "doctor": ("collab_sync.cli.doctor:doctor", "逐项检查连接、令牌、权限、规则与数据库。"),
    "rules": ("collab_sync.cli.rules:rules", "检查和演练办公室的规则文件。"),
    "plan": ("collab_sync.cli.plan:plan", "读取一遍,列出下一轮会写什么;不写。"),
    "page": ("collab_sync.cli.pages.command:page", "看页面的样子:存成网页,或打在屏幕上;不写。"),
    "explain": ("collab_sync.cli.explain:explain", "为什么(不)提醒这个事项:逐条条件与实际值。"),
    "run": ("collab_sync.cli.run:run", "运行:读取、判断、写回(--once 只一轮)。"),
    "status": ("collab_sync.cli.status.command:status", "读到哪里、还有什么没写成、要人处理什么。"),
    "webhooks": ("collab_sync.cli.webhooks.command:webhooks", "让各系统一有变化就叫一声:登记并修好 Webhook。"),
    "outbox": ("collab_sync.cli.outbox:outbox", "查看待写的内容,放行或放弃其中几条。"),
    "undo": ("collab_sync.cli.undo.command:undo", "撤回一次运行写下的标签、评论、关联和页面。"),
}
"""Command name → (``module:attribute``, one line of help), in the order in which people read them."""

USAGE = ("[选项]", "命令 …")
"""What usage lines show in place of options and of a command with its arguments."""


def page(program: str) -> str:
    """The help of the command line as a whole; ``program``: how it was called."""
    shown = {**OPTIONS, "--settings FILE": f"{OPTIONS['--settings FILE']}  [default: {SETTINGS}]"}
    commands = {name: text for name, (_, text) in COMMANDS.items()}
    return f"用法:{program} {' '.join(USAGE)}\n\n  {ABOUT}\n{_section('选项', shown)}{_section('命令', commands)}"


def _section(title: str, rows: Mapping[str, str]) -> str:
    wide = max(map(len, rows))
    return f"\n{title}:\n" + "".join(f"  {name:{wide}}  {text}\n" for name, text in rows.items())
