"""One RTCPeerConnection: from its description to the proof that nobody stands in between."""

import asyncio
import random
import time

from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection
from cryptography.hazmat.primitives.hashes import SHA256

import descriptions
from encoding import Refused, b64, read_object, write_json
from frames import Joiner, split

NO_ANSWER, NOT_OPEN, NO_PROOF = 8, 15, 10
PING_EVERY, DEAD_AFTER = 3, 8
MOST_CANDIDATES = 64


class Link:
    """`owner` hears `link_confirmed`, `link_said(link, message)` and `link_dropped(link, why)`."""

    def __init__(self, owner, negotiation, ice_servers):
        self.owner, self.negotiation = owner, negotiation
        self.pair = self.mine = None  # What stands beside its description: set by the owner.
        self.offers = True
        self.confirmed = self.dropped = self.answered = False
        self._open, self._too_early = False, []
        self._joiner, self._candidates, self._early = Joiner(), set(), []
        self._timer, self._pinging, self._pong = None, None, 0.0
        self._within(NOT_OPEN, "no description in time")
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=_ice_servers(ice_servers)))
        self.chat = self.pc.createDataChannel("chat", negotiated=True, id=0)
        self.live = self.pc.createDataChannel("live", negotiated=True, id=1, ordered=False, maxRetransmits=0)
        self.chat.on("open", self._begin)
        self.chat.on("message", lambda frame: self._take(self._joiner, frame))
        self.live.on("message", lambda frame: self._take(Joiner(), frame))
        for channel in (self.chat, self.live):
            channel.on("close", lambda: self.drop("a channel was closed"))
        self.pc.on("connectionstatechange", self._state_changed)

    async def offer(self):
        await self.pc.setLocalDescription(await self.pc.createOffer())
        self._within(NO_ANSWER, "no answer")
        return descriptions.ours(self.pc.localDescription)

    async def answer(self, offer):
        await self._set_remote(descriptions.theirs(offer, "offer"))
        await self.pc.setLocalDescription(await self.pc.createAnswer())
        self._within(NOT_OPEN, "not open in time")
        return descriptions.ours(self.pc.localDescription)

    async def take_answer(self, answer):
        if self.answered:
            raise Refused("a second answer")
        description = descriptions.theirs(answer, "answer")
        self.answered = True
        self._within(NOT_OPEN, "not open in time")
        await self._set_remote(description)

    def take_candidate(self, value):
        candidate = descriptions.candidate(value)
        if candidate is None or value["candidate"] in self._candidates or len(self._candidates) >= MOST_CANDIDATES:
            return
        self._candidates.add(value["candidate"])
        if self.pc.remoteDescription is None:
            self._early.append(candidate)
        else:
            self._add(candidate)

    def say(self, message):
        """Lost when the channel is about to close: what must arrive is said again on the next."""
        if self.chat.readyState == "open":
            for frame in split(write_json(message)):
                self.chat.send(frame)

    def drop(self, why):
        if self.dropped:
            return
        self.dropped = True
        for running in (self._timer, self._pinging):
            if running:
                running.cancel()
        asyncio.ensure_future(self.pc.close())
        self.owner.link_dropped(self, why)

    async def _set_remote(self, description):
        try:
            await self.pc.setRemoteDescription(description)
        except Exception as error:  # The library has no one class for what it cannot read.
            raise Refused(f"a description that cannot be used: {error}") from error
        for candidate in self._early:
            self._add(candidate)
        self._early = []

    def _add(self, candidate):
        # Not awaited: asking who has a `.local` name may take a second. Nobody may know; then ICE
        # finds the address when the other side's checks arrive from it.
        asyncio.ensure_future(self.pc.addIceCandidate(candidate))

    def _begin(self):
        """First of all a proof over the certificates that DTLS has really used."""
        mine, theirs = self.fingerprints()
        self._within(NO_PROOF, "no proof in time")
        self._open = True
        self.say({"type": "confirm", "proof": b64(self.pair.proof(True, self.negotiation, mine, theirs))})
        for joiner, frame in self._too_early:
            self._take(joiner, frame)

    def fingerprints(self):
        dtls = self.pc.sctp.transport
        mine = next(f.value for f in dtls.getLocalParameters().fingerprints if f.algorithm == "sha-256")
        # The library shows no remote certificate, the connection below it does.
        theirs = dtls._ssl.get_peer_certificate(as_cryptography=True).fingerprint(SHA256())
        return bytes.fromhex(mine.replace(":", "")), theirs

    def _take(self, joiner, frame):
        if not self._open:
            return self._too_early.append((joiner, frame))
        try:
            text = joiner.take(frame)
            message = None if text is None else read_object(text)
            if message is None or self.dropped:
                return
            if self.confirmed:
                self._take_message(message)
            elif message.get("type") == "confirm":
                self._confirm(message)
        except Refused as refused:
            self.owner.log(refused)

    def _confirm(self, message):
        mine, theirs = self.fingerprints()
        try:
            proven = self.pair.proves(message.get("proof"), self.negotiation, theirs, mine)
        except Refused:
            proven = False
        if not proven:
            return self.drop("a wrong proof")
        self._timer.cancel()
        self.confirmed, self._pong = True, time.monotonic()
        self._pinging = asyncio.ensure_future(self._ping())
        self.owner.link_confirmed(self)

    def _take_message(self, message):
        if message.get("type") == "ping":
            self._say_live({"type": "pong", "id": message.get("id")})
        elif message.get("type") == "pong":
            self._pong = time.monotonic()
        else:
            self.owner.link_said(self, message)

    async def _ping(self):
        while time.monotonic() - self._pong < DEAD_AFTER:
            self._say_live({"type": "ping", "id": random.getrandbits(32)})
            await asyncio.sleep(PING_EVERY)
        self._pinging = None
        self.drop("no pong")

    def _say_live(self, message):
        if self.live.readyState == "open":
            self.live.send(write_json(message))

    def _within(self, seconds, why):
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self.drop, why)

    def _state_changed(self):
        if self.pc.connectionState in ("failed", "closed"):
            self.drop(f"the connection is {self.pc.connectionState}")


def _ice_servers(servers):
    return [RTCIceServer(s["urls"], s.get("username"), s.get("credential")) for s in servers]
