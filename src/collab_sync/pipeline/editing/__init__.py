"""What an edit of the office's files concerns, and how it is worked off in portions."""
