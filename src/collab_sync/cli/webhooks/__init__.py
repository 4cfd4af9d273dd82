"""``collab-sync webhooks``: hooks that make us read sooner."""
