"""From an invite to the keys of its room: "Invite" and "Room keys"."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from encoding import Refused, digest, expand, extract, fields, unb64

ROOM_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Invite:
    origin: str
    room_id: str
    secret: bytes
    check: bytes | None

    @classmethod
    def parse(cls, link):
        parts = urlsplit(link)
        if parts.scheme not in ("http", "https") or not parts.path.startswith("/r/"):
            raise Refused("not an invite")
        room_id = parts.path.removeprefix("/r/")
        if not ROOM_ID.fullmatch(room_id):
            raise Refused("not the id of a room")
        secret, check = _read_secret(parts.fragment) if is_private(room_id) else (b"", None)
        return cls(f"{parts.scheme}://{parts.netloc}", room_id, secret, check)

    def keys(self, passphrase=None):
        if (self.check is None) != (passphrase is None):
            raise Refused("a passphrase goes with an invite that asks for one")
        stretched = bytes(32) if passphrase is None else stretch(passphrase, self.secret)
        if self.check not in (None, passphrase_check(stretched)):
            raise Refused("a wrong passphrase")
        return RoomKeys.derive(self.room_id, self.secret, stretched)


@dataclass(frozen=True)
class RoomKeys:
    room_id: str
    announce: bytes
    pair: bytes
    tag: bytes

    @classmethod
    def derive(cls, room_id, secret, stretched=bytes(32)):
        room = extract(fields("banter/1 room", room_id), fields(secret, stretched))
        announce = expand(room, fields("banter/1 announce"))
        pair = expand(room, fields("banter/1 pair secret"))
        return cls(room_id, announce, pair, expand(room, fields("banter/1 room tag")))

    @property
    def private(self):
        return is_private(self.room_id)


def is_private(room_id):
    return room_id.startswith("p_")


def stretch(passphrase, secret):
    salt = digest(fields("banter/1 passphrase", secret))
    argon2 = Argon2id(salt=salt, length=32, iterations=3, lanes=1, memory_cost=64 * 1024)
    return argon2.derive(unicodedata.normalize("NFKC", passphrase).encode())


def passphrase_check(stretched):
    return digest(fields("banter/1 passphrase check", stretched))[:4]


def _read_secret(fragment):
    secret, dot, check = fragment.partition(".")
    return unb64(secret, 32), unb64(check, 4) if dot else None
