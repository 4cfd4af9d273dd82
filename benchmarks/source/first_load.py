"""``python -m benchmarks.source.first_load ‹port› ‹issues› ‹folder›``: mirrors a project, says its peak in MB."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.measure import peak_megabytes
from benchmarks.source.site import Site
from collab_sync.store.sqlite import open_store

if __name__ == "__main__":
    port, count, folder = sys.argv[1:]
    store = open_store(Path(folder) / "mirror.sqlite")
    Site(int(port)).mirror("jira", int(count), store)
    store.close()
    print(peak_megabytes())  # noqa: T201 - what whoever started it asked for
