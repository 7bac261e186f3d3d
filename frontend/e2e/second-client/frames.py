"""Frames of a data channel: long messages are cut between characters and put together again."""

from encoding import Refused

LONGEST_FRAME = 16 * 1024
LONGEST_MESSAGE = 680 * 1024


def split(text):
    if len(text.encode()) <= LONGEST_FRAME:
        return [text]
    pieces, rest = [], text.encode()
    while rest:
        end = min(LONGEST_FRAME - 1, len(rest))
        while end < len(rest) and rest[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(rest[:end].decode())
        rest = rest[end:]
    return ["+" + piece for piece in pieces[:-1]] + ["=" + pieces[-1]]


class Joiner:
    def __init__(self):
        self._pieces, self._size = [], 0

    def take(self, frame):
        """A whole message, or None while pieces are missing. Whatever is out of place ends what was begun."""
        if not isinstance(frame, str) or len(frame.encode()) > LONGEST_FRAME:
            self._forget()
            raise Refused("not a frame")
        if frame.startswith("{"):
            self._forget()
            return frame
        if not frame.startswith(("+", "=")):
            self._forget()
            raise Refused("a frame that begins with nothing known")
        self._pieces.append(frame[1:])
        self._size += len(frame.encode()) - 1
        if self._size > LONGEST_MESSAGE:
            self._forget()
            raise Refused("a message that is too long")
        if frame.startswith("+"):
            return None
        whole = "".join(self._pieces)
        self._forget()
        return whole

    def _forget(self):
        self._pieces, self._size = [], 0
