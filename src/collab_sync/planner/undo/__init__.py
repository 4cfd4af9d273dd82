"""Taking back what one run wrote: which run is meant, what of it can be taken back, and what cannot."""
