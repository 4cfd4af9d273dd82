"""The site's REST API, one module per resource; what differs between the editions is decided where it differs."""
