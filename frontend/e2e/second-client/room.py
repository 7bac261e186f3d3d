"""A room as one tab sees it: who is in it, what they said, and what is said to them."""

import asyncio
import os
import secrets
from uuid import UUID

import entry
from encoding import Refused, b64
from log import Forked, Log
from me import ROTATION, Me
from peer import Peer
from safety_number import safety_number
from signaling import Signaling


# Bytes on a channel that the network has not taken.
MOST_UNSENT = 256 * 1024


class Room:
    def __init__(self, url, keys, name, emit, log):
        self.emit, self.log = emit, log
        self.keys, self.me = keys, Me(keys, name)
        self.peers, self.ice_servers, self.known = {}, [], {}
        self.entries = Log()
        self.author = entry.Author(self.keys, self.me, self.entries)
        self.signaling = Signaling(url, self)
        self._page, self._negotiations = secrets.token_hex(8), 0
        self._queues = {}

    async def run(self, person):
        """Until the seat is lost or the person has nothing more to say."""
        running = [asyncio.ensure_future(task) for task in (self.signaling.run(), self._rotate(), person)]
        await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for task in running:
            task.cancel()

    def next_negotiation(self):
        self._negotiations += 1
        return f"{self._page}.{self._negotiations}"

    async def send_raw(self, frames):
        """Whatever they hold, on every confirmed connection; no faster than the channel takes them."""
        for number, frame in enumerate(frames):
            for peer in self.peers.values():
                if peer.link:
                    peer.link.chat.send(frame)
            if number % 50 == 0:
                await asyncio.sleep(0)

    async def flood(self, count, size):
        """Says so many things of so many letters, whatever is answered; little by little, since its own connection must live.

        Whoever floods a page does so from another machine: what it computes here must not take the page's processor.
        """
        os.nice(10)
        for number in range(count):
            said = self.author.write(f"flood {number} ".ljust(size, "."))
            for peer in list(self.peers.values()):
                # A page that is held up may give the link up and make another.
                while peer.peer_id in self.peers and (not peer.link or peer.link.chat.bufferedAmount > MOST_UNSENT):
                    await asyncio.sleep(0.01)
                if peer.link:
                    peer.link.say({"type": "entry", "text": said.text, "signature": said.signature})
            if number % 10 == 0:
                await asyncio.sleep(0)
        self.emit("flooded", count=count)

    # The server.

    def join_message(self):
        self._next_epoch()
        shown = self.me.announcement.seal(self.keys) if self.keys.private else self.me.name
        seat = {"roomId": self.keys.room_id, "peerId": str(self.me.peer_id)}
        return {"type": "join_room", **seat, "displayName": shown}

    async def send(self, to, message):
        await self.signaling.send({**message, "from": str(self.me.peer_id), "to": str(to)})

    async def handle_signal(self, message):
        kind = message.get("type")
        if kind == "room_joined":
            self.ice_servers = message["iceServers"]
            self.emit("joined")
            here = {UUID(info["id"]) for info in message["peers"]}
            for gone in [peer_id for peer_id in self.peers if peer_id not in here]:
                self._peer_left(gone)
            for info in message["peers"]:
                peer = self._meet(info)
                if not peer.link:
                    self._queue(peer, peer.offer())
        elif kind == "peer_joined":
            self._meet(message["peer"])
        elif kind == "peer_left":
            self._peer_left(UUID(message["peerId"]))
        elif kind in ("offer", "answer", "ice_candidate"):
            peer = self.peers.get(UUID(message["from"]))
            if peer:
                self._queue(peer, peer.handle(message))
        elif kind == "error":
            self.log(f"the server says: {message}")

    def _meet(self, info):
        peer_id = UUID(info["id"])
        peer = self.peers.get(peer_id) or Peer(self, peer_id)
        if self.keys.private:
            try:
                peer.meet(info["displayName"])
            except Refused as refused:
                peer.log(refused)  # What stands beside an offer may be better.
        self.peers[peer_id], peer.seated = peer, True
        return peer

    def _peer_left(self, peer_id):
        """A connection that works needs no server: it stays as long as it does."""
        peer = self.peers.get(peer_id)
        if peer:
            peer.seated = False
        if peer and not peer.link:
            del self.peers[peer_id]
            peer.forget()

    def _queue(self, peer, work):
        """In order for each peer, and no peer waits for another."""
        before = self._queues.get(peer.peer_id)
        self._queues[peer.peer_id] = asyncio.ensure_future(self._after(before, peer, work))

    async def _after(self, before, peer, work):
        if before:
            await asyncio.wait([before])
        try:
            await work
        except Exception as error:  # The library's too: a connection may be closed under way.
            peer.log(repr(error))

    # Peers.

    def peer_confirmed(self, peer, again):
        told = peer.link.pair.theirs
        self.known[told.session] = (told.identity, peer.peer_id)
        if not again:
            number = safety_number(self.me.identity_key, told.identity)
            who = {"peer": str(peer.peer_id), "name": told.name, "identity": b64(told.identity)}
            self.emit("confirmed", **who, safetyNumber=number)

    def peer_unlinked(self, peer):
        if self.peers.get(peer.peer_id) is peer:
            self.emit("left", peer=str(peer.peer_id))
            if not peer.seated:
                self._peer_left(peer.peer_id)

    def peer_refused(self, peer, why):
        self.emit("refused", peer=str(peer.peer_id), why=why)

    def peer_said(self, peer, message):
        kind = message.get("type")
        if kind == "entry":
            self._take_entry(peer, message)
        elif kind == "delivered":
            if peer.outbox.delivered(str(message.get("id")).lower()):
                self.emit("delivered", id=message["id"], peer=str(peer.peer_id))
                peer.outbox.pump(peer.link)
        elif kind == "announcement":
            peer.meet(message.get("announcement"))
        elif kind == "bye":
            peer.present = False
            peer.link.drop("said goodbye")

    def _take_entry(self, peer, message):
        taken = entry.read(self.keys, message.get("text"), message.get("signature"), self._identity_of)
        try:
            fresh = self.entries.take(taken)
        except Forked:
            self.emit("forked", session=b64(taken.session))
            raise
        if taken.kind == "chat_message":
            if fresh:
                who = str(self.known[taken.session][1])
                self.emit("message", **{"from": who}, text=taken.content["text"], id=taken.content["id"])
            peer.link.say({"type": "delivered", "id": taken.content["id"]})

    def _identity_of(self, session):
        return self.known.get(session, (None, None))[0]

    # The person.

    def say(self, text):
        said = self.author.write(text)
        self.emit("said", id=said.content["id"])
        for peer in self.peers.values():
            if peer.acquaintance.latest or not self.keys.private:
                peer.outbox.add(said)
            if peer.link:
                peer.outbox.pump(peer.link)

    async def leave(self):
        for peer in list(self.peers.values()):
            if peer.link:
                peer.link.say({"type": "bye"})
        seat = {"roomId": self.keys.room_id, "peerId": str(self.me.peer_id)}
        await self.signaling.send({"type": "leave_room", **seat})
        await asyncio.sleep(0.2)  # So that the goodbyes are on their way.
        peers, self.peers = self.peers, {}
        for peer in peers.values():
            peer.forget()
        await asyncio.sleep(0.1)

    async def _rotate(self):
        while True:
            await asyncio.sleep(ROTATION)
            self._next_epoch()

    def _next_epoch(self):
        self.me.next_epoch()
        for peer in self.peers.values():
            if peer.link:
                peer.link.say({"type": "announcement", "announcement": self.me.announcement.seal(self.keys)})
