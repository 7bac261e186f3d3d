"""Who is there: an announcement binds a tab, its session and its epoch key to a person's identity."""

import os
from dataclasses import dataclass
from uuid import UUID

import strict
import xchacha
from encoding import Refused, b64, fields, number, unb64

VERSION = 1
SIGNATURE = 64
LONGEST_NAME = 64
FIXED = 1 + 16 + 32 + 32 + 4 + 32 + 4 + 1
PADDED = 320


@dataclass(frozen=True)
class Announcement:
    """`raw` is A: everything from the version to the signature."""

    raw: bytes
    peer_id: UUID
    identity: bytes
    session: bytes
    epoch: int
    epoch_key: bytes
    name: str

    def seal(self, room):
        nonce = os.urandom(xchacha.NONCE)
        return b64(nonce + xchacha.seal(room.announce, nonce, self.raw.ljust(PADDED, b"\0")))


def make(room, me, epoch, epoch_key, name):
    """`me` has `peer_id` and the private keys `identity` and `session`."""
    identity, session = me.identity_key, me.session_key
    body = bytes([VERSION]) + me.peer_id.bytes + identity + session + number(epoch, 4) + epoch_key
    body += bytes(4) + bytes([len(name.encode())]) + name.encode()
    body += me.identity.sign(certified(room, me.peer_id, session))
    body += me.session.sign(announced(room, body))
    return parse(room, body)


def unseal(room, text):
    raw = unb64(text, xchacha.NONCE + PADDED + xchacha.TAG)
    plain = xchacha.unseal(room.announce, raw[: xchacha.NONCE], raw[xchacha.NONCE :])
    length = FIXED + plain[FIXED - 1] + 2 * SIGNATURE
    if any(plain[length:]):
        raise Refused("an announcement with something behind it")
    return parse(room, plain[:length])


def parse(room, raw):
    if raw[0] != VERSION:
        raise Refused("an announcement of another version")
    named = FIXED + raw[FIXED - 1]
    if named - FIXED > LONGEST_NAME or len(raw) != named + 2 * SIGNATURE:
        raise Refused("an announcement of another length")
    peer_id, identity, session = UUID(bytes=raw[1:17]), raw[17:49], raw[49:81]
    certificate, signature = raw[named:-SIGNATURE], raw[-SIGNATURE:]
    strict.verify(identity, certificate, certified(room, peer_id, session))
    strict.verify(session, signature, announced(room, raw[:-SIGNATURE]))
    try:
        name = raw[FIXED:named].decode()
    except UnicodeDecodeError as error:
        raise Refused("a name that is no text") from error
    epoch, epoch_key = int.from_bytes(raw[81:85], "big"), raw[85:117]
    return Announcement(raw, peer_id, identity, session, epoch, epoch_key, name)


def certified(room, peer_id, session):
    return fields("banter/1 session", room.tag, peer_id.bytes, session)


def announced(room, body):
    return fields("banter/1 announcement", room.tag, body)
