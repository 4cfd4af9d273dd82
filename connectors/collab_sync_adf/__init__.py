"""``adf.render``: documents as Atlassian Document Format, for every connector whose site speaks it. No connector."""
