"""The REST API v4, one module per resource; each lists its ``ROUTES``."""
