"""Whatever a document tells people to type exists: commands, options, make targets, paths, links."""

from __future__ import annotations

import re
from collections.abc import Sequence

import click
import pytest
from tests.meta.documents import ROOT, MarkdownFile, document, documents

from collab_sync.cli.main import cli

DOCUMENTS = documents()
TOP = ("src/", "connectors/", "rules/", "tests/", "docs/", "deploy/", ".ci/")
TARGETS = frozenset(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
CALLS = [(one.name, call) for one in DOCUMENTS for call in one.commands("collab-sync")]
MAKES = [(one.name, call) for one in DOCUMENTS for call in one.commands("make") if call]


def faults(command: click.Command, words: Sequence[str]) -> list[str]:
    """What in a call of ``command`` the program would not understand."""
    options = {name: one for one in command.params if isinstance(one, click.Option) for name in one.opts}
    found: list[str] = []
    free: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word.startswith("-"):
            name, _, value = word.partition("=")
            option = options.get(name)
            if option is None and name not in ("--help", "-h"):
                found.append(f"{command.name} has no option {name}")
            elif option is not None and not (option.is_flag or value):
                found += [] if rest and rest.pop(0) else [f"{name} needs a value"]
        elif isinstance(command, click.Group):
            inner = command.get_command(click.Context(command), word)
            return [*found, *(faults(inner, rest) if inner else [f"there is no command {word}"])]
        else:
            free.append(word)
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    room = sum(len(free) if one.nargs < 0 else one.nargs for one in arguments)
    return [*found, *([f"{command.name} takes no argument {free[-1]}"] if len(free) > room else [])]


@pytest.mark.parametrize(("where", "words"), CALLS, ids=[f"{name}: {' '.join(call)}" for name, call in CALLS])
def test_文档里的每个命令和选项都存在(where: str, words: tuple[str, ...]) -> None:
    """A renamed option is noticed before somebody types it."""
    assert faults(cli, words) == [], where


@pytest.mark.parametrize("words", [("dance",), ("demo", "--loud"), ("demo", "here"), ("demo", "--until")])
def test_写错的命令会被发现(words: tuple[str, ...]) -> None:
    """The check above can fail."""
    assert faults(cli, words)


@pytest.mark.parametrize(("where", "words"), MAKES, ids=[f"{name}: {' '.join(call)}" for name, call in MAKES])
def test_文档里的每个_make_目标都存在(where: str, words: tuple[str, ...]) -> None:
    assert [word for word in words if "=" not in word and word not in TARGETS] == [], where


@pytest.mark.parametrize("one", DOCUMENTS, ids=lambda one: one.name)
def test_文档里的路径都存在(one: MarkdownFile) -> None:
    """``‹…›`` stands for any name."""
    named = [word for word in one.inline() if word.startswith(TOP) and not re.search(r"\s", word)]
    patterns = [(word, re.sub("‹[^›]*›", "*", word).rstrip("/")) for word in named]
    assert [word for word, pattern in patterns if not any(ROOT.glob(pattern))] == []


@pytest.mark.parametrize("one", DOCUMENTS, ids=lambda one: one.name)
def test_文档里的链接都有去处(one: MarkdownFile) -> None:
    """Files and, within them, headings."""
    lost = []
    for link in one.links():
        file, _, anchor = link.partition("#")
        target = MarkdownFile((one.path.parent / file).resolve() if file else one.path)
        if not target.path.exists() or (anchor and anchor.lower() not in target.anchors()):
            lost.append(link)
    assert lost == []


@pytest.mark.parametrize("one", DOCUMENTS, ids=lambda one: one.name)
def test_每份文档都能从入口走到(one: MarkdownFile) -> None:
    """No page that nobody finds."""
    reached = {(other.path.parent / link.partition("#")[0]).resolve() for other in DOCUMENTS for link in other.links()}
    assert one.path in reached or one.name in ("README.md", "CHANGELOG.md")


def leaves(group: click.Group, *before: str) -> dict[str, click.Command]:
    """Every command by the words that call it."""
    found: dict[str, click.Command] = {}
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        words = (*before, name)
        found |= leaves(command, *words) if isinstance(command, click.Group) else {" ".join(words): command}
    return found


def test_命令一页写全了每个命令和选项() -> None:
    """The reference is complete in both directions: nothing missing here, nothing invented above."""
    text = document("docs/reference/commands.md").text
    told = {name for name in leaves(cli) if f"collab-sync {name}" in text}
    assert told == set(leaves(cli))
    everything = [*cli.params, *(option for command in leaves(cli).values() for option in command.params)]
    options = {name for one in everything if isinstance(one, click.Option) for name in one.opts}
    assert sorted(name for name in options if f"`{name}" not in text) == []
