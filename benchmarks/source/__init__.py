"""A tracker that answers at once: canned pages, prepared once, from a process of its own on 127.0.0.1.

``site`` starts it, ``server`` is what runs there, ``jira_issues`` and ``gitlab_issues`` make what it serves.
"""
