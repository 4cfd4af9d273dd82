"""Pages where there is no wiki: a series of pages is an issue, its newest edition the issue's description.

Read in this order: ``publisher`` (what is done when) → ``shelf`` (the issue and its attachments) → ``body`` (the
description) with ``fit`` (what a description cannot hold).
"""
