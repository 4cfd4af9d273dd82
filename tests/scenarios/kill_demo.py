"""Kills the demo with SIGKILL at random moments, starts it again, and compares the trackers with an undisturbed run.

The sandbox stays up, as real trackers do; only the process that holds the daemon and the people's hands is killed.
``make kill-demo`` runs one hundred kills, the test suite a handful. The seed is printed and may be given.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.scenarios.telling import ask

from collab_sync.sandbox.house import open_house

BOT = "collab-sync"
PAUSE = (0.4, 3.0)
"""Seconds between a start and a kill: from the middle of the imports to some days into the story."""


@dataclass(frozen=True)
class Outcome:
    """How often the demo was killed, and the trackers' state it ended in."""

    kills: int
    dump: Any


def tell_with_kills(folder: Path, until: str, kills: int, chance: random.Random) -> Outcome:
    """Tells the story to ``until``; the process is killed up to ``kills`` times on the way."""
    done = 0
    with open_house() as house:
        while True:
            process = _start(house.url, folder, until)
            try:
                limit = chance.uniform(*PAUSE) if done < kills else None
                code = process.wait(timeout=limit)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                done += 1
                continue
            if code != 0:
                raise AssertionError(f"the demo ended with {code}: {process.communicate()[1].decode()[-2000:]}")
            return Outcome(done, ask(house.url, "dump"))


def duplicates(dump: Any) -> list[str]:
    """Comments of ours that say the same twice on one item: what a second write would leave."""
    found = []
    for key, issue in _issues(dump):
        ours = [comment for comment in issue["comments"] if comment["author"] == BOT]
        said = [json.dumps(comment["body"], ensure_ascii=False, sort_keys=True) for comment in ours]
        found += [f"{key}: {text}" for text in sorted({text for text in said if said.count(text) > 1})]
    return found


def _issues(dump: Any) -> Iterator[tuple[str, Any]]:
    yield from dump["jira"].items()
    yield from dump["gitlab"]["issues"].items()


def _start(url: str, folder: Path, until: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "collab_sync", "demo", "--exit", "--sandbox", url, "--until", until]
    return subprocess.Popen(
        [*command, "--state", str(folder / "state")], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the figures; 0 when every end state equals the undisturbed one and nothing is there twice."""
    parser = argparse.ArgumentParser(description="Kill the demo at random moments and compare the end states.")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--per-telling", type=int, default=10)
    parser.add_argument("--until", default="09-30")
    parser.add_argument("--seed", type=int, default=20250915)
    wanted = parser.parse_args(arguments)
    chance = random.Random(wanted.seed)
    with tempfile.TemporaryDirectory() as folder:
        calm = tell_with_kills(Path(folder) / "calm", wanted.until, 0, chance)
        killed = tellings = 0
        while killed < wanted.kills:
            tellings += 1
            few = min(wanted.per_telling, wanted.kills - killed)
            outcome = tell_with_kills(Path(folder) / f"{tellings}", wanted.until, few, chance)
            killed += outcome.kills
            faults = [*differences(calm.dump, outcome.dump), *duplicates(outcome.dump)]
            _say(f"telling {tellings}: {outcome.kills} kills, differences and duplicates: {len(faults)}")
            if faults:
                _say("\n".join(faults))
                return 1
    _say(f"{killed} kills in {tellings} tellings to {wanted.until}, seed {wanted.seed}: all end as undisturbed")
    return 0


def differences(calm: Any, killed: Any) -> list[str]:
    """Issues that did not end as in the undisturbed telling."""
    one, other = dict(_issues(calm)), dict(_issues(killed))
    return [
        f"--- {key}\n{json.dumps(one.get(key), ensure_ascii=False)}\n{json.dumps(other.get(key), ensure_ascii=False)}"
        for key in sorted({*one, *other})
        if one.get(key) != other.get(key)
    ]


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
