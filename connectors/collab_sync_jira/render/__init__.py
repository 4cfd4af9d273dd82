"""A ``Document`` as wiki markup, Jira Data Center's own form (Cloud's is ``collab_sync_adf``)."""
