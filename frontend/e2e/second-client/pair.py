"""What two tabs share: their keys, the seals over their signals, the proof over their connection."""

from collections import namedtuple
from hmac import compare_digest

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from encoding import Refused, b64, digest, expand, extract, fields, mac, number, read_json, unb64, write_json

OFFER, ANSWER, CANDIDATE, REFUSAL = 1, 2, 3, 4
SMALLEST = 512
WINDOW = 63

Signal = namedtuple("Signal", "kind negotiation payload")


class Pair:
    def __init__(self, room, mine, my_epoch_key, theirs):
        for own, other in zip(_keys(mine), _keys(theirs)):
            if own == other:
                raise Refused("an announcement with one of my own keys")
        self.room, self.mine, self.theirs = room, mine, theirs
        first, second = sorted((mine.raw, theirs.raw))
        self.th = digest(fields("banter/1 pair", room.tag, first, second))
        okm = expand(extract(room.pair, _agree(my_epoch_key, theirs)), fields("banter/1 pair keys", self.th), 128)
        from_first, from_second, self.confirm_key, self.export_key = (okm[i : i + 32] for i in range(0, 128, 32))
        self.side = int(mine.raw == second)
        self._send_key, self._receive_key = (from_second, from_first) if self.side else (from_first, from_second)
        self._sent, self._received = 0, ReplayWindow()

    def seal(self, kind, negotiation, payload):
        self._sent += 1
        return self.seal_numbered(self._sent, kind, negotiation, payload)

    def seal_numbered(self, n, kind, negotiation, payload):
        name, body = negotiation.encode(), write_json(payload).encode()
        plain = bytes([kind, len(name)]) + name + number(len(body), 4) + body
        padded = max(SMALLEST, 1 << (len(plain) - 1).bit_length())
        sealed = ChaCha20Poly1305(self._send_key).encrypt(
            _nonce(n), plain.ljust(padded, b"\0"), self._bound(self.side, n)
        )
        return b64(number(self.mine.epoch, 4) + number(self.theirs.epoch, 4) + number(n, 8) + sealed)

    def unseal(self, text):
        raw = unb64(text)
        n = int.from_bytes(raw[8:16], "big")
        self._received.check(n)
        try:
            plain = ChaCha20Poly1305(self._receive_key).decrypt(_nonce(n), raw[16:], self._bound(1 - self.side, n))
        except InvalidTag as error:
            raise Refused("a signal sealed under another key") from error
        self._received.take(n)
        return _read_signal(plain)

    def proof(self, from_me, negotiation, sender_fingerprint, receiver_fingerprint):
        side = self.side if from_me else 1 - self.side
        bound = (self.th, negotiation, sender_fingerprint, receiver_fingerprint)
        return mac(self.confirm_key, fields("banter/1 confirm", bytes([side]), *bound))

    def proves(self, proof, negotiation, their_fingerprint, my_fingerprint):
        return compare_digest(unb64(proof, 32), self.proof(False, negotiation, their_fingerprint, my_fingerprint))

    def _bound(self, side, n):
        return fields("banter/1 signal", self.room.room_id, self.th, bytes([side]), number(n, 8))


class ReplayWindow:
    """Each number once, and none of those long past."""

    def __init__(self):
        self._highest, self._seen = 0, set()

    def check(self, n):
        if n < 1 or n in self._seen or n < self._highest - WINDOW:
            raise Refused("a signal that was here before")

    def take(self, n):
        self._highest = max(self._highest, n)
        self._seen = {kept for kept in self._seen | {n} if kept >= self._highest - WINDOW}


def epochs_of(text):
    """For whom a signal is sealed, in the open: the epochs of its sender and of its receiver."""
    raw = unb64(text)
    if len(raw) < 16 + 16:
        raise Refused("too short for a signal")
    return int.from_bytes(raw[:4], "big"), int.from_bytes(raw[4:8], "big")


def _keys(announced):
    return announced.peer_id, announced.session, announced.epoch_key


def _agree(mine, theirs):
    try:
        return mine.exchange(X25519PublicKey.from_public_bytes(theirs.epoch_key))
    except ValueError as error:
        raise Refused("an epoch key that gives zeros") from error


def _nonce(n):
    return bytes(4) + number(n, 8)


def _read_signal(plain):
    named = 2 + plain[1]
    length = int.from_bytes(plain[named : named + 4], "big")
    body = plain[named + 4 : named + 4 + length]
    if len(body) != length:
        raise Refused("a signal cut short")
    try:
        return Signal(plain[0], plain[2:named].decode(), read_json(body.decode()))
    except UnicodeDecodeError as error:
        raise Refused("a signal that is no text") from error
