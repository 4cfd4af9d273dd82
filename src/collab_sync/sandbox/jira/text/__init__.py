"""Rich text in Jira's two notations: Atlassian documents (REST v3) and wiki markup (REST v2)."""
