"""Jira and GitLab on loopback: for demos, end-to-end tests and bad weather on order.

One world holds the trackers, a clock that can be set, and faults; one server gives it a port: ``/jira`` and ``/gitlab``
are the trackers, ``/`` and ``/browse`` show them to people, ``/__sandbox/`` holds the controls. Nothing here knows
connectors, pipeline or store: clients see HTTP only. ::

    clock = SandboxClock(machine_clock.now)
    world = SandboxWorld(clock, (JiraTracker(clock), GitLabTracker(clock)), BrowserView())
    with SandboxServer(world) as server:
        print(server.url)
"""
