"""What connectors share: one HTTP adapter, one reading of HTTP errors, redaction. Not a connector itself.

- ``session.mount``        puts our adapter under a client library's ``requests.Session``
- ``adapter``              time-outs, same site only, retries of reads, patience with 429
- ``errors``               HTTP answers and network failures → the errors of ``collab_sync.errors``
- ``retry_after``          the header in its three forms
- ``redaction``            masks credentials in any text
"""
