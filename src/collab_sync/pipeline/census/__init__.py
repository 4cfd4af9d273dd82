"""What no pull can see: ``count`` takes a project's census and acts on it, ``sweeps`` reads it in turns."""
