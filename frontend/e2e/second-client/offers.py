"""The order of a peer's offers: each counts once, and tells when its page was loaded anew."""

import re

from encoding import Refused

NEGOTIATION = re.compile(r"([0-9a-f]{16})\.([0-9]{1,19})")
LONGEST = 64


class OfferOrder:
    def __init__(self):
        self._highest, self._page = {}, None

    def take(self, negotiation):
        """True when the offer comes from a page that was loaded anew."""
        if len(negotiation.encode()) > LONGEST:
            raise Refused("the id of a negotiation is too long")
        if not negotiation:
            return False
        parts = NEGOTIATION.fullmatch(negotiation)
        page, count = (parts[1], int(parts[2])) if parts else (negotiation, 0)
        if count <= self._highest.get(page, -1) or (page in self._highest and page != self._page):
            raise Refused("an offer that was here before")
        anew = self._page is not None and page != self._page
        self._highest[page], self._page = count, page
        return anew and parts is not None
