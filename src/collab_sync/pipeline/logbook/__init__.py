"""What a run leaves in the journal for people who look after it: ``runs`` that were, ``budgets`` that are left."""
