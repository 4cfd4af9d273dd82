"""``collab-sync page``: pages looked at before, and without, being written."""
