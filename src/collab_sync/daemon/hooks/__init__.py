"""Web hooks: ``route`` takes a call, ``reception`` decides whether it counts, ``hints`` keeps what to read sooner."""
