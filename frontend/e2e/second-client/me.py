"""The own side: an identity, a session and, for a while each, epoch keys with their announcements."""

import time
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

import announcement

ROTATION = 15 * 60
KEPT = 60


class Me:
    def __init__(self, room, name):
        self.room, self.name = room, name
        self.peer_id = uuid4()
        self.identity = Ed25519PrivateKey.generate()
        self.session = Ed25519PrivateKey.generate()
        self.identity_key = self.identity.public_key().public_bytes_raw()
        self.session_key = self.session.public_key().public_bytes_raw()
        self.epoch = 0
        self._epochs = {}

    def next_epoch(self, now=None):
        """A new key. The one before lives on for those who have sealed something for it."""
        now = time.monotonic() if now is None else now
        before = self._epochs.get(self.epoch)
        self._epochs = {self.epoch: (*before[:2], now + KEPT)} if before else {}
        self.epoch += 1
        key = X25519PrivateKey.generate()
        public = key.public_key().public_bytes_raw()
        announced = announcement.make(self.room, self, self.epoch, public, self.name)
        self._epochs[self.epoch] = (key, announced, float("inf"))

    @property
    def announcement(self):
        return self._epochs[self.epoch][1]

    def epoch_keys(self, epoch, now=None):
        """The private key and the announcement of an epoch, or None once it is wiped."""
        now = time.monotonic() if now is None else now
        self._epochs = {number: kept for number, kept in self._epochs.items() if kept[2] > now}
        kept = self._epochs.get(epoch)
        return kept and kept[:2]
