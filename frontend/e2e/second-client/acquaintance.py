"""What one peer has announced, and the pairs of keys that come of it."""

import announcement
from encoding import Refused
from pair import Pair


class UnknownEpoch(Refused):
    """A signal for an epoch that is wiped, or of one that was never announced here."""


class Acquaintance:
    def __init__(self, room, me, peer_id):
        self._room, self._me, self._peer_id = room, me, peer_id
        self._pairs = {}
        self._before = None
        self.latest = None

    def meet(self, sealed, bound_to=None):
        """`bound_to` is the session with which this peer is confirmed, if it is."""
        told = announcement.unseal(self._room, sealed)
        if told.peer_id != self._peer_id:
            raise Refused("somebody else's announcement")
        if bound_to not in (None, told.session):
            raise Refused("another session for a peer that is confirmed")
        last = self.latest
        if last and last.session == told.session:
            if told.epoch < last.epoch:
                raise Refused("an epoch that goes back")
            if told.epoch == last.epoch and told.raw != last.raw:
                raise Refused("an epoch with two announcements")
        if last is None or told.raw != last.raw:
            same_session = last and last.session == told.session
            self._before, self.latest = last if same_session else None, told

    def pair(self, my_epoch=None, their_epoch=None):
        """The newest one, or that of the epochs that a signal names. Always the same object, since it counts."""
        my_epoch = self._me.epoch if my_epoch is None else my_epoch
        mine = self._me.epoch_keys(my_epoch)
        known = [told for told in (self.latest, self._before) if told]
        theirs = next((told for told in known if their_epoch in (None, told.epoch)), None)
        if mine is None or theirs is None:
            raise UnknownEpoch("an epoch that is wiped or unknown")
        self._pairs = {at: pair for at, pair in self._pairs.items() if pair.theirs in known}
        at = (my_epoch, theirs.raw)
        if at not in self._pairs:
            self._pairs[at] = Pair(self._room, mine[1], mine[0], theirs)
        return self._pairs[at]
