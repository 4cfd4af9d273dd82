"""The site's REST API v3, one module per resource."""
