"""Pages as data: a view of the mirror in, a ``Page`` out. Nothing here touches the world.

``scope`` says what a page looks at and what it may name, ``sheet`` what a table and a section are, ``sections`` hold
one pure function per section, ``kinds`` says which page consists of which sections, ``compose`` puts a page together,
``coverage`` says which requirement row stands in which column.
"""
