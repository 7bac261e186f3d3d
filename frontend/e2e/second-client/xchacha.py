"""XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), which the library has only with short nonces."""

import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from encoding import Refused

NONCE, TAG = 24, 16
_CONSTANTS = struct.unpack("<4I", b"expand 32-byte k")
_COLUMNS_AND_DIAGONALS = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)


def seal(key, nonce, plain):
    subkey, rest = _shorten(key, nonce)
    return ChaCha20Poly1305(subkey).encrypt(rest, plain, None)


def unseal(key, nonce, sealed):
    subkey, rest = _shorten(key, nonce)
    try:
        return ChaCha20Poly1305(subkey).decrypt(rest, sealed, None)
    except InvalidTag as error:
        raise Refused("sealed under another key") from error


def hchacha20(key, nonce):
    """The first and last row after 20 rounds, without the addition that ends ChaCha20."""
    state = [*_CONSTANTS, *struct.unpack("<8I", key), *struct.unpack("<4I", nonce)]
    for _ in range(10):
        for a, b, c, d in _COLUMNS_AND_DIAGONALS:
            _quarter_round(state, a, b, c, d)
    return struct.pack("<8I", *state[:4], *state[12:])


def _shorten(key, nonce):
    return hchacha20(key, nonce[:16]), bytes(4) + nonce[16:]


def _quarter_round(state, a, b, c, d):
    for target, other, mixed, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        state[target] = (state[target] + state[other]) & 0xFFFFFFFF
        word = state[mixed] ^ state[target]
        state[mixed] = (word << bits | word >> (32 - bits)) & 0xFFFFFFFF
