"""Real implementations of the ports that live in memory: a tracker, a store, a clock. Nothing survives the process."""
