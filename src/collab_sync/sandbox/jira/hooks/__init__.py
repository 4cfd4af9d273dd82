"""Web hooks of administrators: ``api`` registers them, ``calls`` writes what would be sent.

As with GitLab the sandbox itself sends nothing: whoever drives a story collects the calls and delivers them."""
