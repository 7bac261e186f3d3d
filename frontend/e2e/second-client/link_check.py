"""Two ends of a real connection in one process: only who proves itself is heard."""

import asyncio
import unittest

from keys import RoomKeys
from link import Link
from me import Me
from pair import Pair

ROOM = RoomKeys.derive("tea", b"")


class Owner:
    def __init__(self):
        self.heard, self.confirmed = [], asyncio.get_running_loop().create_future()

    def link_confirmed(self, link):
        self.confirmed.set_result(True)

    def link_dropped(self, link, why):
        if not self.confirmed.done():
            self.confirmed.set_result(why)

    def link_said(self, link, message):
        self.heard.append(message)

    def log(self, what):
        pass


class Links(unittest.IsolatedAsyncioTestCase):
    async def connect(self, one_negotiation, other_negotiation):
        ada, bob = Me(ROOM, "Ada"), Me(ROOM, "Bob")
        keys = [(me.next_epoch(), *me.epoch_keys(1))[1:] for me in (ada, bob)]
        one, other = Link(Owner(), one_negotiation, []), Link(Owner(), other_negotiation, [])
        one.pair = Pair(ROOM, keys[0][1], keys[0][0], keys[1][1])
        other.pair = Pair(ROOM, keys[1][1], keys[1][0], keys[0][1])
        self.addAsyncCleanup(one.pc.close)
        self.addAsyncCleanup(other.pc.close)
        await one.take_answer(await other.answer(await one.offer()))
        return one, other

    async def test_both_sides_confirm_and_speak(self):
        one, other = await self.connect("n.1", "n.1")
        self.assertEqual(await asyncio.gather(one.owner.confirmed, other.owner.confirmed), [True, True])
        one.say({"type": "bye"})
        async with asyncio.timeout(5):
            while not other.owner.heard:
                await asyncio.sleep(0.01)
        self.assertEqual(other.owner.heard, [{"type": "bye"}])
        one.drop("done")
        other.drop("done")

    async def test_a_proof_for_another_connection_is_the_end(self):
        one, other = await self.connect("n.1", "n.2")
        ends = await asyncio.gather(one.owner.confirmed, other.owner.confirmed)
        self.assertIn("a wrong proof", ends)
        self.assertNotIn(True, ends)


if __name__ == "__main__":
    unittest.main()
