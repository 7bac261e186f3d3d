"""How bytes are joined, named and read: the "Notation" of docs/PROTOCOL.md."""

import base64
import hashlib
import hmac
import json
import re

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

BASE64URL = re.compile(r"[A-Za-z0-9_-]*")


class Refused(ValueError):
    """What came does not hold to the protocol: it is dropped and changes nothing."""


def fields(*values):
    """F(a, b, ...): each field after its length."""
    joined = bytearray()
    for value in values:
        raw = value.encode() if isinstance(value, str) else bytes(value)
        joined += number(len(raw), 4) + raw
    return bytes(joined)


def number(value, size):
    return value.to_bytes(size, "big")


def b64(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unb64(text, size=None):
    """Strict: no padding, no foreign characters, no bits left over."""
    if not isinstance(text, str) or not BASE64URL.fullmatch(text) or len(text) % 4 == 1:
        raise Refused("not base64url")
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64(raw) != text:
        raise Refused("base64url with bits left over")
    if size is not None and len(raw) != size:
        raise Refused(f"{len(raw)} bytes instead of {size}")
    return raw


def digest(raw):
    return hashlib.sha256(raw).digest()


def mac(key, raw):
    return hmac.digest(key, raw, "sha256")


def extract(salt, secret):
    """HKDF-Extract (RFC 5869) is nothing but this."""
    return mac(salt, secret)


def expand(key, info, length=32):
    return HKDFExpand(hashes.SHA256(), length, info).derive(key)


def read_json(text):
    """No key may stand twice in an object, since two readers could disagree about it."""
    try:
        value = json.loads(text, object_pairs_hook=_unambiguous, parse_constant=_no_number)
        write_json(value).encode()  # Half a surrogate pair is no text.
    except (ValueError, TypeError, RecursionError) as error:
        raise Refused(f"not JSON: {error}") from error
    return value


def read_object(text):
    value = read_json(text)
    if not isinstance(value, dict):
        raise Refused("not an object")
    return value


def write_json(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _no_number(name):
    raise Refused(f"{name} in JSON")


def _unambiguous(pairs):
    keys = dict(pairs)
    if len(keys) != len(pairs):
        raise Refused("a key twice")
    return keys
