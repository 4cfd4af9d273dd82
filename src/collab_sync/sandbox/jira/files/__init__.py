"""Files attached to issues: how they come in, and how they look in JSON."""
