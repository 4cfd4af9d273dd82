"""One module per revision; ``migrate.REVISIONS`` lists them in order."""
