"""Seven emoji by commitment: what is promised, and which of the 64 each side then shows."""

from encoding import digest, fields, mac

SHOWN, BITS = 7, 6


def commitment(share):
    return digest(fields("banter/1 emoji commitment", share))


def places(export_key, began, other, share_began, share_other):
    """The places in the table, each from 0 to 63."""
    agreed = mac(export_key, fields("banter/1 emoji", began, other, share_began, share_other))
    bits = int.from_bytes(agreed, "big") >> (len(agreed) * 8 - SHOWN * BITS)
    return [bits >> (SHOWN - 1 - place) * BITS & 63 for place in range(SHOWN)]
