"""collab-sync: mirrors Jira and GitLab, decides by YAML rules, writes the consequences back."""

__version__ = "0.1.0"
