"""What one peer has not yet said to have received."""

MOST_UNDELIVERED = 256 * 1024


class Outbox:
    def __init__(self):
        self._waiting = {}
        self._sent = set()

    def add(self, entry):
        self._waiting[entry.content["id"].lower()] = entry

    def delivered(self, message_id):
        """True when this is news."""
        self._sent.discard(message_id)
        return self._waiting.pop(message_id, None) is not None

    def begin_again(self):
        self._sent = set()

    def pump(self, link):
        """In order, as far as the connection may carry; a long one alone if need be."""
        carried = sum(len(self._waiting[sent].text.encode()) for sent in self._sent)
        for message_id, entry in self._waiting.items():
            if message_id in self._sent:
                continue
            carried += len(entry.text.encode())
            if self._sent and carried > MOST_UNDELIVERED:
                return
            self._sent.add(message_id)
            link.say({"type": "entry", "text": entry.text, "signature": entry.signature})
