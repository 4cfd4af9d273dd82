"""The six-week story of 云帆 X1: who takes part, what they do, and how that reaches the sandbox trackers.

People act as people: with their own tokens, through the trackers' own APIs. The story can be interrupted anywhere and
told on: every request carries a key under which the sandbox executes it once.
"""
