"""The grammar of everything people write under ``rules/``: what may stand where.

Models only: they know shapes and words, not whether a department or a path exists (``compile`` and ``lint`` do).
"""
