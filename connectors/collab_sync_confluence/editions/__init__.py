"""The editions: which requests mean what, and what their answers look like."""
