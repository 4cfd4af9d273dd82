"""Filters and dashboards of the site: what people save and share of their questions."""
