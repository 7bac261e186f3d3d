"""Signed entries: the exact text, who may have written it, and the chain that each session forms."""

import re
import time
from dataclasses import dataclass
from uuid import UUID, uuid4

import strict
from encoding import Refused, b64, digest, fields, read_object, unb64, write_json

LONGEST_TEXT = 48 * 1024
LARGEST_NUMBER = 2**53 - 1


@dataclass(frozen=True)
class Entry:
    text: str
    signature: str
    author: bytes
    session: bytes
    number: int
    previous: bytes | None
    lamport: int
    kind: str
    content: dict

    @property
    def hash(self):
        return digest(self.text.encode())


def signed(room, text):
    return fields("banter/1 entry", room.tag, digest(text.encode()))


def read(room, text, signature, identity_of):
    """`identity_of` says which identity vouches for a session, None where none is known."""
    if not isinstance(text, str):
        raise Refused("an entry without text")
    entry = _parse(text, signature)
    if identity_of(entry.session) != entry.author:
        raise Refused("an entry whose author does not vouch for its session")
    strict.verify(entry.session, unb64(signature, 64), signed(room, text))
    return entry


class Author:
    """Writes the own chain."""

    def __init__(self, room, me, log):
        self._room, self._me, self._log = room, me, log
        self._number, self._previous = 0, None

    def write(self, said, message_id=None, now=None):
        check_said(said)
        self._number += 1
        content = {"id": message_id or str(uuid4()), "text": said}
        text = write_json({
            "kind": "chat_message", "author": b64(self._me.identity_key), "session": b64(self._me.session_key),
            "number": self._number, "previous": self._previous and b64(self._previous),
            "lamport": self._log.lamport + 1, "time": _milliseconds() if now is None else now, "content": content,
        })
        entry = _parse(text, b64(self._me.session.sign(signed(self._room, text))))
        self._previous = entry.hash
        self._log.take(entry)
        return entry


def _milliseconds():
    return int(time.time() * 1000)


def check_said(said):
    if not isinstance(said, str) or not said.strip() or len(said.encode()) > LONGEST_TEXT:
        raise Refused("a text that nobody may say")


def _parse(text, signature):
    value = read_object(text)
    try:
        previous = None if value["previous"] is None else unb64(value["previous"], 32)
        entry = Entry(
            text, signature, unb64(value["author"], 32), unb64(value["session"], 32), _counted(value["number"], 1),
            previous, _counted(value["lamport"], 1), value["kind"], value["content"],
        )
        _counted(value["time"])
        if entry.kind == "chat_message":
            UUID(_hyphenated(entry.content["id"]))
            check_said(entry.content["text"])
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(f"not an entry: {error}") from error
    if (entry.number == 1) != (entry.previous is None):
        raise Refused("only the first entry has none before it")
    return entry


def _counted(value, least=0):
    if type(value) is not int or not least <= value <= LARGEST_NUMBER:
        raise Refused("not a number that counts something")
    return value


def _hyphenated(text):
    if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text):
        raise Refused("not a UUID")
    return text
