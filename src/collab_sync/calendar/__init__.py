"""Working time: which instants are open, how long that is, when something falls due, when a schedule comes round.

Everything here is a pure function of its arguments. Import from the modules by name; this package re-exports nothing.
"""
