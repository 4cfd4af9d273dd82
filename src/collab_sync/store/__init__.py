"""The database: mirror, episodes, outbox and journal in one SQLite file (SQLAlchemy Core, no ORM).

``from collab_sync.store.sqlite import open_store``. This package re-exports nothing, so that a command that needs no
database does not pay for importing one. Callers see ``collab_sync.ports.store`` only.

``sqlite`` opens the file and hands out transactions, ``transaction`` offers the faces of the port, one module per face
holds its statements (``mirror``, ``attention``, ``episodes``, ``outbox``, ``journal``), ``schema`` the tables,
``migrate`` brings an older file up to date. Nothing here stops two daemons from working on one file: that takes a lease
with an epoch that every commit checks, and belongs to a table of its own when work is spread over several machines.
"""
