"""Web hooks of a site: ``delivery`` knows ours from forged ones, ``keeper`` registers and mends them."""
