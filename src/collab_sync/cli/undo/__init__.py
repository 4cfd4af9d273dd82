"""Taking back what one run wrote."""
