"""How a signal is carried: as it is in an open room, sealed in a private one."""

from encoding import Refused
from pair import ANSWER, CANDIDATE, OFFER, REFUSAL, epochs_of

FIELDS = {"offer": "offer", "answer": "answer", "ice_candidate": "candidate"}
KINDS = {"offer": (OFFER,), "answer": (ANSWER, REFUSAL), "ice_candidate": (CANDIDATE,)}


def write(room, link, type, payload):
    """All but `from` and `to`."""
    message = {"type": type}
    if room.private:
        message[FIELDS[type]] = link.pair.seal(KINDS[type][0], link.negotiation, payload)
    else:
        message[FIELDS[type]] = payload
        if link.negotiation:
            message["negotiation"] = link.negotiation
    if type != "ice_candidate":
        message["announcement"] = link.mine.seal(room)
    return message


def plea(room, acquaintance):
    """An offer of `null`, for an offer of the other side."""
    body = acquaintance.pair().seal(OFFER, "", None) if room.keys.private else None
    return {"type": "offer", "offer": body, "announcement": room.me.announcement.seal(room.keys)}


def read(room, message, find_pair):
    """The negotiation (None: the newest attempt), the payload, and in a private room the pair."""
    body = message.get(FIELDS[message["type"]])
    if not room.private:
        negotiation = message.get("negotiation")
        if negotiation is not None and not isinstance(negotiation, str):
            raise Refused("not the id of a negotiation")
        return negotiation, body, None
    if body is None and message["type"] == "offer":
        return None, None, None  # Who has no keys for a seal may still ask.
    if not isinstance(body, str):
        raise Refused("a signal in the open in a private room")
    pair = find_pair(*reversed(epochs_of(body)))
    signal = pair.unseal(body)
    if signal.kind not in KINDS[message["type"]]:
        raise Refused("a signal of another kind than its envelope")
    return signal.negotiation or None, signal.payload, pair


def refusal(answer):
    """Why there is no description, if there is none: "locked", sealed or as `{"refused": "locked"}`."""
    why = answer.get("refused") if isinstance(answer, dict) else answer
    return why if isinstance(why, str) else None
