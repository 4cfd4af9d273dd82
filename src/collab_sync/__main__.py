"""``collab-sync`` and ``python -m collab_sync``: the front page at once, everything else by the command line."""

from __future__ import annotations

import sys


def main() -> None:
    """Runs the command line and ends the process with its exit code."""
    if sys.argv[1:] in (["--help"], ["-h"]):
        _front_page()
    else:
        from collab_sync.cli.main import main as command_line

        command_line()


def _front_page() -> None:
    from collab_sync.cli.terminal.front import page

    called = sys.argv[0].replace("\\", "/").rpartition("/")[2]
    try:
        sys.stdout.write(page("python -m collab_sync" if called == "__main__.py" else called))
        sys.stdout.flush()
    except BrokenPipeError:
        from collab_sync.cli.terminal.sentences import READER_GONE, hush

        hush()
        sys.exit(READER_GONE)


if __name__ == "__main__":
    main()
