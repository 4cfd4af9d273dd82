"""How rows of the outbox are carried out: one row's steps, the order among rows, who asks the trackers."""
