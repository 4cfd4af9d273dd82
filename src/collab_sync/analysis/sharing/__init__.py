"""Shared resources: who has agreed to a request, and where more is asked for than there is."""
