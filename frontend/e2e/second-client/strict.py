"""Ed25519 (RFC 8032) with what "strictly" adds: nothing of small order, one encoding for each point."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from encoding import Refused

PRIME = 2**255 - 19
# The y of the eight points whose order divides 8.
_OF_ORDER_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
SMALL_ORDER = {0, 1, PRIME - 1, _OF_ORDER_8, PRIME - _OF_ORDER_8}


def check_point(raw):
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if y >= PRIME:
        raise Refused("a point in an encoding that is not canonical")
    if y in SMALL_ORDER:
        raise Refused("a point of small order")


def verify(key, signature, message):
    """The library checks the point R only against its own encoding, and S against the order."""
    if len(key) != 32 or len(signature) != 64:
        raise Refused("a key or signature of another length")
    check_point(key)
    check_point(signature[:32])
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise Refused("a wrong signature") from error
