"""Which descriptions and candidates are let in, and how the library's own are made to fit."""

import ipaddress
import re

from aiortc import RTCSessionDescription
from aiortc.sdp import candidate_from_sdp

from encoding import Refused

LONGEST = 24 * 1024
MEDIA = re.compile(r"m=(application \d+ UDP/DTLS/SCTP webrtc-datachannel|(audio|video) .*)")
LOCAL_NAME = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.local", re.IGNORECASE)


def ours(description):
    """The library names the same certificate by three digests, the protocol wants one."""
    lines = description.sdp.splitlines(keepends=True)
    kept = (line for line in lines if not line.startswith(("a=fingerprint:sha-384", "a=fingerprint:sha-512")))
    return {"type": description.type, "sdp": "".join(kept)}


def theirs(value, kind):
    if not isinstance(value, dict) or value.get("type") != kind or not isinstance(value.get("sdp"), str):
        raise Refused(f"not an {kind}")
    text = value["sdp"]
    if len(text.encode()) > LONGEST:
        raise Refused("a description that is too long")
    fingerprints = set()
    for line in text.splitlines():
        if line.startswith("m=") and not MEDIA.fullmatch(line):
            raise Refused("a media line of another kind")
        if line.startswith("a=fingerprint:"):
            fingerprints.add(line.removeprefix("a=fingerprint:").lower())
        if line.startswith("a=candidate:"):
            _check_address(line.split())
    if len(fingerprints) != 1 or not fingerprints.pop().startswith("sha-256 "):
        raise Refused("not one fingerprint of sha-256")
    return RTCSessionDescription(sdp=text, type=kind)


def candidate(value):
    """None for what says nothing: `null`, and an empty candidate."""
    if value is None:
        return None
    line = value.get("candidate") if isinstance(value, dict) else None
    if not isinstance(line, str):
        raise Refused("not a candidate")
    if not line:
        return None
    _check_address(line.split())
    try:
        parsed = candidate_from_sdp(line.removeprefix("candidate:"))
    except (ValueError, IndexError, AssertionError) as error:
        raise Refused("not a candidate") from error
    parsed.sdpMid, parsed.sdpMLineIndex = value.get("sdpMid"), value.get("sdpMLineIndex")
    if parsed.sdpMid is None and parsed.sdpMLineIndex is None:
        parsed.sdpMLineIndex = 0
    return parsed


def _check_address(words):
    address = words[4] if len(words) > 4 else ""
    if LOCAL_NAME.fullmatch(address):
        return
    try:
        ipaddress.ip_address(address)
    except ValueError as error:
        raise Refused("a candidate with another kind of address") from error
