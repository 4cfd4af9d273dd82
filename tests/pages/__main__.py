"""``python -m tests.pages``: builds every diagram, opens every page in a browser, keeps a picture of each.

Exit code 1 if a diagram does not build or a page does not show what it should; 0 with a word about it where the tools
cannot be had (``--required``: then 1 as well). Pictures stand in ``build/pages``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.pages.published import published_pages
from tests.pages.scenes import Scene, wiki_pages
from tests.pages.told import told_pages
from tests.pages.tools import HERE, LackingError, Tools, tools

ROOT = HERE.parents[1]
OUT = ROOT / "build" / "pages"
FONTS = ROOT / "src" / "collab_sync" / "pictures" / "fonts"
LONGEST = 900
"""Seconds for all pages together."""
_KINDS = {"diagram": "图", "page": "页"}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.pages", description=__doc__)
    parser.add_argument("--required", action="store_true", help="tools that cannot be had are a failure")
    parser.add_argument(
        "--quick", action="store_true", help="leave out the story's sandbox, which takes most of the time"
    )
    wanted = parser.parse_args(arguments)
    try:
        found = tools(OUT / "tools", FONTS)
    except LackingError as lacking:
        _say(f"check-pages 没有运行:{lacking}。")
        return int(wanted.required)
    with ExitStack() as stack:
        story = Path(stack.enter_context(TemporaryDirectory(prefix="collab-sync-pages-")))
        scenes = [*wiki_pages(), *stack.enter_context(published_pages())]
        if not wanted.quick:
            scenes += stack.enter_context(told_pages(story, OUT / "dashboard.json"))
        return _told(look(found, scenes))


def look(with_tools: Tools, scenes: Sequence[Scene]) -> list[dict[str, Any]]:
    """Opens every page; what was found, one value per diagram and page."""
    job = OUT / "job.json"
    values = [{key: value for key, value in asdict(scene).items() if value is not None} for scene in scenes]
    said = {"out": str(OUT), "tools": str(with_tools.folder), "css": str(HERE / "wiki.css"),
            "chromium": with_tools.browser, "scenes": values}  # fmt: skip
    job.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    done = subprocess.run(
        [with_tools.node, str(HERE / "look.mjs"), str(job)],
        env=with_tools.environment, capture_output=True, text=True, timeout=LONGEST, check=False,
    )  # fmt: skip
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode:
        found.append({"kind": "page", "name": "look.mjs", "ok": False, "words": done.stderr.strip()[-800:]})
    return found


def _told(found: Iterable[dict[str, Any]]) -> int:
    counts: Counter[str] = Counter()
    wrong = 0
    for one in found:
        counts[" ".join(filter(None, (_KINDS[one["kind"]], _drawn(one))))] += 1
        if not one["ok"]:
            wrong += 1
            _say(f"✗ {_KINDS[one['kind']]} {one['name']} {_drawn(one)}:{one['words']}")
            _say(one.get("source", ""))
    _say("、".join(f"{what} {count}" for what, count in sorted(counts.items())) + f";{wrong} 处不对。")
    _say(f"图在 {OUT.relative_to(ROOT)}/")
    return 1 if wrong or not counts else 0


def _drawn(one: dict[str, Any]) -> str:
    return f"(Mermaid {one['version']})" if one.get("version") else ""


def _say(text: str) -> None:
    if text:
        sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
