"""One module per measure or family of measures; each has a ``MEASURES`` tuple."""
