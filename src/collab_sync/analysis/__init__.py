"""Measures used by rules and pages alike: what one subject of the mirror looks like at one instant.

Pure: everything comes from a view of the mirror, the organisation, the calendar and ``now``.
"""
