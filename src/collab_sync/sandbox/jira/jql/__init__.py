"""JQL: the query language of Jira, as far as clients of the sandbox need it; what it does not know it refuses."""
