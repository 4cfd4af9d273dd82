"""What people tell about work: who still owes a report, and how departments were rated."""
