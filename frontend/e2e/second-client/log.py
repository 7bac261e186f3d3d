"""What was said so far: every message once, and no session that tells two stories."""

from encoding import Refused


class Forked(Refused):
    """`entries` cannot both belong to one honest chain."""

    def __init__(self, *entries):
        super().__init__("a session with two entries for one place")
        self.entries = entries


class Log:
    def __init__(self):
        self.lamport = 0
        self._chains = {}
        self._frozen = set()
        self._shown = set()

    def take(self, entry):
        """True when the entry holds a message that is to be shown. A gap is no fork: who came late has one."""
        if entry.session in self._frozen:
            raise Refused("a session that is frozen")
        self._check_chain(entry)
        self._chains.setdefault(entry.session, {})[entry.number] = entry
        self.lamport = max(self.lamport, entry.lamport)
        if entry.kind != "chat_message":
            return False
        message = (entry.session, entry.content["id"].lower())
        fresh = message not in self._shown
        self._shown.add(message)
        return fresh

    def _check_chain(self, entry):
        chain = self._chains.get(entry.session, {})
        same, before, after = (chain.get(entry.number + step) for step in (0, -1, 1))
        if same and same.hash != entry.hash:
            self._freeze(same, entry)
        if before and before.hash != entry.previous:
            self._freeze(before, entry)
        if after and after.previous != entry.hash:
            self._freeze(entry, after)

    def _freeze(self, *entries):
        self._frozen.add(entries[0].session)
        raise Forked(*entries)
