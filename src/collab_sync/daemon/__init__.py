"""Always on: the heartbeat that ticks, reloads the office's files and stops when asked."""
