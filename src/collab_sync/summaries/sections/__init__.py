"""Sections of pages by what they are about; each is a pure function of a ``SectionScope``."""
