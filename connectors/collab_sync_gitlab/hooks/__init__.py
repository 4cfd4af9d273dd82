"""Web hooks of a project: ``delivery`` knows ours from forged ones, ``keeper`` registers and mends them."""
