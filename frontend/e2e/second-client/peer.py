"""One other tab: the connections that are being made with it, and the one that works."""

import asyncio
import random

import envelope
from acquaintance import Acquaintance, UnknownEpoch
from encoding import Refused
from link import Link
from offers import OfferOrder
from outbox import Outbox

ASKED = 4


class Peer:
    def __init__(self, room, peer_id):
        self.room, self.peer_id = room, peer_id
        self.acquaintance = Acquaintance(room.keys, room.me, peer_id)
        self.link = self.attempt = None
        self.seated = True  # As the server says.
        self.present = True  # False from a goodbye until an offer.
        self.outbox = Outbox()
        self._order = OfferOrder()
        self._failures, self._retrying = 0, None

    @property
    def leads(self):
        return self.peer_id.bytes > self.room.me.peer_id.bytes

    def meet(self, sealed):
        self.acquaintance.meet(sealed, self.link and self.link.pair.theirs.session)

    async def offer(self):
        """In an open room only the answer tells the pair."""
        pair = self.acquaintance.pair() if self.room.keys.private else None
        link = self._attempt(self.room.next_negotiation())
        link.pair = pair
        await self._send_description(link, "offer", await link.offer())

    async def handle(self, message):
        """An offer, an answer or a candidate. What is refused changes nothing."""
        if message["type"] != "ice_candidate":
            self.meet(message.get("announcement"))
        if message["type"] == "offer":
            await self._handle_offer(message)
        elif message["type"] == "answer":
            await self._handle_answer(message)
        else:
            negotiation, candidate, _ = envelope.read(self.room.keys, message, self._known_pair)
            self._link_of(negotiation).take_candidate(candidate)

    def forget(self):
        for link in (self.attempt, self.link):
            if link:
                link.drop("forgotten")
        if self._retrying:
            self._retrying.cancel()

    # What a link tells.

    def link_confirmed(self, link):
        before, self.link, self._failures = self.link, link, 0
        if self.attempt is link:
            self.attempt = None
        if before:
            before.drop("another took its place")
        self.room.peer_confirmed(self, again=before is not None)
        self.outbox.begin_again()
        self.outbox.pump(link)

    def link_said(self, link, message):
        if link is self.link:
            self.room.peer_said(self, message)

    def link_dropped(self, link, why):
        self.log(f"connection {link.negotiation} dropped: {why}")
        was_open = link is self.link
        self.link = None if was_open else self.link
        self.attempt = None if link is self.attempt else self.attempt
        if was_open:
            self.room.peer_unlinked(self)
        if self._lacks_link():
            self._retrying = self._retrying or asyncio.ensure_future(self._retry())

    def log(self, what):
        self.room.log(f"{self.peer_id}: {what}")

    # Offers and answers.

    async def _handle_offer(self, message):
        try:
            negotiation, offer, pair = envelope.read(self.room.keys, message, self._known_pair)
        except UnknownEpoch:
            return await self._ask()
        if offer is None:
            return await self._handle_wanted()
        negotiation = negotiation or ""
        if self._order.take(negotiation):
            self._drop_connections_to_the_page_before()
        if self._offer_waits() and not self.leads:
            raise Refused("both offer, and this side leads")
        self.present = True
        link = self._attempt(negotiation, offers=False)
        link.pair = pair or self.acquaintance.pair()
        link.mine = link.pair.mine
        try:
            described = await link.answer(offer)
        except Refused:
            link.drop("an offer that cannot be used")
            raise
        await self._send_description(link, "answer", described)

    def _drop_connections_to_the_page_before(self):
        for link in (self.attempt, self.link):
            if link and not (link is self.attempt and link.offers):
                link.drop("the other page was loaded anew")

    def _offer_waits(self):
        return self.attempt and self.attempt.offers and not self.attempt.answered

    async def _handle_wanted(self):
        if self._offer_waits() and self.attempt.pair in (None, self.acquaintance.pair()):
            return
        self.present = True
        await self.offer()

    async def _handle_answer(self, message):
        negotiation, answer, pair = envelope.read(self.room.keys, message, self._known_pair)
        link = self._link_of(negotiation)
        if not link.offers or (pair and pair is not link.pair):
            raise Refused("an answer to nothing that was offered")
        why = envelope.refusal(answer)
        if why:
            self.present = False
            link.drop("refused")
            return self.room.peer_refused(self, why)
        if not self.room.keys.private:
            link.pair = self.acquaintance.pair(link.mine.epoch)
        await link.take_answer(answer)

    def _attempt(self, negotiation, offers=True):
        before, self.attempt = self.attempt, Link(self, negotiation, self.room.ice_servers)
        self.attempt.offers, self.attempt.mine = offers, self.room.me.announcement
        if before:
            before.drop("a newer attempt")
        return self.attempt

    def _link_of(self, negotiation):
        for link in (self.attempt, self.link):
            if link and negotiation in (None, link.negotiation):
                return link
        raise Refused("a signal that belongs to no attempt")

    def _known_pair(self, my_epoch, their_epoch):
        for link in (self.attempt, self.link):
            if link and link.pair and (link.pair.mine.epoch, link.pair.theirs.epoch) == (my_epoch, their_epoch):
                return link.pair
        return self.acquaintance.pair(my_epoch, their_epoch)

    async def _send_description(self, link, type, described):
        """All candidates are in it: the library gathers them before it lets the description go."""
        for kind, payload in ((type, described), ("ice_candidate", None)):
            if not link.dropped:
                await self.room.send(self.peer_id, envelope.write(self.room.keys, link, kind, payload))

    async def _ask(self):
        """For an offer."""
        await self.room.send(self.peer_id, envelope.plea(self.room, self.acquaintance))

    def _lacks_link(self):
        if self.room.keys.private and not self.acquaintance.latest:
            return False
        return self.present and not self.link and not self.attempt and self.room.peers.get(self.peer_id) is self

    async def _retry(self):
        self._failures += 1
        await asyncio.sleep(max(0.25, random.uniform(0, min(30, 0.5 * 2 ** (self._failures - 1)))))
        if self.leads and self._lacks_link():
            await self._ask()
            await asyncio.sleep(ASKED)
        self._retrying = None
        if self._lacks_link():
            await self.offer()
