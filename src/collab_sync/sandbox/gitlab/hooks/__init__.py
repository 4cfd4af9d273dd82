"""Web hooks: ``api`` registers them, ``calls`` writes what would be sent.

The sandbox itself sends nothing: whoever drives a story collects the calls and delivers them, in whatever order, twice
or not at all."""
