"""What connectors share: one HTTP adapter, one reading of HTTP errors, redaction. Not a connector itself.

- ``session.mount``        puts our adapter under a client library's ``requests.Session``
- ``adapter``              time-outs, same site only, retries of reads, short patience
- ``pace``                 cool-downs by scope, the breaker, the budget: may this request leave now?
- ``budget`` ``limits``    how many requests are left and for whom; what servers say about that
- ``errors``               HTTP answers and network failures → the errors of ``collab_sync.errors``; what was too much
- ``retry_after``          the header in its three forms
- ``writers``              around every writer: writes go before reads, a project out of sight is a matter of access
- ``credentials``          a credential that was not taken: expired, revoked, answered as a stranger
- ``certificates``         a certificate that was not accepted
- ``checkup``              what several doctors say in the same words
- ``redaction``            masks credentials in any text
"""
