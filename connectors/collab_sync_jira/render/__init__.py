"""A ``Document`` in Jira's own forms: ``adf.render`` for Cloud, ``wiki.render`` for Data Center."""
