"""How fast collab-sync is, measured against a floor or a peer in the same run. Never part of the tests."""
