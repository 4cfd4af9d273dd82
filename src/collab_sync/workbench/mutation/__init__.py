"""Whether the examples notice a change of a rule: thresholds moved by one unit, conditions left out, one at a time."""
