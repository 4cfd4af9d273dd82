"""Our views on a Jira site: saved filters, and on Cloud dashboards with gadgets over them.

Read in this order: ``ensurer`` (the port) → ``filters`` with ``jql`` (a question in Jira's language) → ``dashboards``
with ``gadgets`` (a panel in Jira's configuration) → ``sharing`` (with whom).

Names of filters and dashboards are unique per owner, so only those that our account owns count as ours. What is known
of gadgets (their addresses and the keys of their configuration) is not in Jira's documents: it is what sites were seen
to take.
"""
