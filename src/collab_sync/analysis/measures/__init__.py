"""What the entries and lines of one item amount to: acceptance, reviews, decisions, goals, triggers, how long to keep.

Each module reads an item as it is at one instant and gives plain values; ``paths`` and ``vocabulary`` name them.
"""
