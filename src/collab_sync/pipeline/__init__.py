"""Pull, decide, write back: the only code that knows all stages."""
