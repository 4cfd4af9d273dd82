"""The desks of planning: each collects what findings bring to it in one tick and gives finished writes.

``labels`` · ``comments`` with ``comment_desk`` · ``creations`` with ``creation_desk`` · ``digest_desk`` · ``mentions``.
"""
