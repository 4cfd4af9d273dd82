"""The daemon's own small HTTP server: off unless the settings name an address."""
