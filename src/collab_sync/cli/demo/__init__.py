"""``collab-sync demo``: the sandbox trackers, the story, and the real daemon over HTTP."""
