"""Sections of pages: a folder for what they are about, a file for each; what several need stands in ``cells``.

Each is a pure function of a ``SectionScope``.
"""
