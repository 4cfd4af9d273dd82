"""From the bytes of an issue to its facts."""
