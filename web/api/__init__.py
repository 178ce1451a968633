"""What other systems may call: external work and messages, as JSON under ``/api/v1``, with a key of their own.

No page, no session, no cookie; every view names the right that its key needs. Answers hold steering data (S0) only.
"""

from web.api.schnittstelle import blueprint

__all__ = ["blueprint"]
