"""Holds this client to every file of protocol/tests/vectors, byte for byte."""

import json
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

import announcement
import emoji
import entry
import pair
import strict
from encoding import b64, mac, number, read_json
from keys import Invite, RoomKeys, stretch
from log import Log
from safety_number import safety_number

DIRECTORY = Path(__file__).parents[3] / "protocol/tests/vectors"
KINDS = {"offer": pair.OFFER, "answer": pair.ANSWER, "candidate": pair.CANDIDATE, "refusal": pair.REFUSAL}
unhex = bytes.fromhex


class Vectors(unittest.TestCase):
    def test_every_file(self):
        files = sorted(DIRECTORY.glob("*.json"))
        self.assertTrue(files, f"no vectors in {DIRECTORY}")
        for file in files:
            for case in json.loads(file.read_text())["cases"]:
                with self.subTest(file=file.name, case=case["name"]):
                    getattr(self, "check_" + file.stem)(case["in"], case["out"])

    def check_invites(self, given, out):
        link = f"https://banter.example/r/{out['roomId']}{out['fragment']}"
        invite = Invite.parse(link)
        self.assertEqual(invite.room_id, "p_" + given["id"])
        self.assertEqual(invite.secret, unhex(given["secret"]))
        if given["passphrase"] is not None:
            self.assertEqual(stretch(given["passphrase"], invite.secret).hex(), out["stretched"])
        invite.keys(given["passphrase"])

    def check_room_keys(self, given, out):
        keys = room(given)
        self.assertEqual({name: getattr(keys, name).hex() for name in ("announce", "pair", "tag")}, out)

    def check_certificates(self, given, out):
        me = person(given)
        certified = announcement.certified(room(given), UUID(given["peerId"]), me.session_key)
        strict.verify(me.identity_key, unhex(out["certificate"]), certified)
        self.assertEqual(me.identity.sign(certified).hex(), out["certificate"])
        self.assertEqual((b64(me.identity_key), b64(me.session_key)), (out["identity"], out["session"]))

    def check_announcements(self, given, out):
        made, _ = tab(room(given), given["tab"])
        self.assertEqual((made.raw.hex(), made.epoch_key.hex()), (out["announcement"], out["epochKey"]))
        self.assertEqual(announcement.unseal(room(given), out["sealed"]), made)
        with patch("os.urandom", lambda length: next(random_stream(given["nonceSeed"], [length]))):
            self.assertEqual(made.seal(room(given)), out["sealed"])

    def check_pairs(self, given, out):
        ends, announced = both_ends(given)
        self.assertEqual([each.raw.hex() for each in announced], out["announcements"])
        self.assertEqual({end.export_key.hex() for end in ends}, {out["export"]})
        self.assertEqual({end.th.hex() for end in ends}, {out["transcript"]})
        self.assertEqual(ends[out["first"]].side, 0)

    def check_signals(self, given, out):
        ends, _ = both_ends(given)
        for signal, sealed in zip(given["signals"], out["sealed"], strict=True):
            sender, receiver = ends[signal["sender"]], ends[1 - signal["sender"]]
            said = KINDS[signal["kind"]], signal["negotiation"] or "", read_json(signal["payload"])
            self.assertEqual(sender.seal(*said), sealed)
            self.assertEqual(pair.epochs_of(sealed), (sender.mine.epoch, receiver.mine.epoch))
            self.assertEqual(receiver.unseal(sealed), said)
            with self.assertRaises(ValueError):
                receiver.unseal(sealed)

    def check_confirmations(self, given, out):
        ends, _ = both_ends(given)
        negotiation, prints = given["negotiation"] or "", [unhex(each) for each in given["fingerprints"]]
        for at, proof in enumerate(out["proofs"]):
            self.assertEqual(b64(ends[at].proof(True, negotiation, prints[at], prints[1 - at])), proof)
            self.assertTrue(ends[1 - at].proves(proof, negotiation, prints[at], prints[1 - at]))

    def check_safety_numbers(self, given, out):
        identities = [public(signing_key(seed)) for seed in given["identitySeeds"]]
        self.assertEqual([b64(identity) for identity in identities], out["identities"])
        self.assertEqual(safety_number(*identities), out["digits"])

    def check_entries(self, given, out):
        me, keys, written, taken = person(given), room(given), Log(), Log()
        author = entry.Author(keys, me, written)
        for said, expected in zip(given["said"], out["entries"], strict=True):
            written.lamport = max(written.lamport, said["witnessed"])
            made = author.write(said["text"], said["id"], said["time"])
            self.assertEqual({"text": made.text, "signature": made.signature, "hash": made.hash.hex()}, expected)
            read = entry.read(keys, made.text, made.signature, {me.session_key: me.identity_key}.get)
            self.assertTrue(taken.take(read))

    def check_emoji(self, given, out):
        """The table itself is not in the document; its places are what the bits say."""
        sides = given["first"], given["second"]
        identities = [public(signing_key(side["identitySeed"])) for side in sides]
        shares = [unhex(side["share"]) for side in sides]
        self.assertEqual(emoji.commitment(shares[0]).hex(), out["commitment"])
        places = emoji.places(unhex(given["export"]), *identities, *shares)
        bits = int(out["bits"], 16) >> 22
        self.assertEqual(places, [bits >> 6 * (6 - place) & 63 for place in range(7)])
        self.assertEqual(len(set(places)), len(set(out["names"])))

    def check_random_stream(self, given, out):
        self.assertEqual([drawn.hex() for drawn in random_stream(given["seed"], given["lengths"])], out["drawn"])


def random_stream(seed, lengths):
    key = unhex(seed)
    for length in lengths:
        blocks = (mac(key, b"banter/1 random output" + number(block, 4)) for block in range(-(-length // 32)))
        yield b"".join(blocks)[:length]
        key = mac(key, b"banter/1 random next" + bytes(4))


def room(given):
    told = given["room"]
    secret, stretched = unhex(told["secret"] or ""), unhex(told["stretched"] or "00" * 32)
    return RoomKeys.derive(told["roomId"], secret, stretched)


def person(given):
    identity, session = signing_key(given["identitySeed"]), signing_key(given["sessionSeed"])
    keys = {"identity_key": public(identity), "session_key": public(session)}
    return SimpleNamespace(identity=identity, session=session, **keys)


def signing_key(seed):
    return Ed25519PrivateKey.from_private_bytes(unhex(seed))


def public(key):
    return key.public_key().public_bytes_raw()


def tab(keys, given):
    me = person(given)
    me.peer_id, epoch_key = UUID(given["peerId"]), X25519PrivateKey.from_private_bytes(unhex(given["epochSecret"]))
    return announcement.make(keys, me, given["epoch"], public(epoch_key), given["name"]), epoch_key


def both_ends(given):
    (one, one_key), (other, other_key) = (tab(room(given), each) for each in given["tabs"])
    ends = pair.Pair(room(given), one, one_key, other), pair.Pair(room(given), other, other_key, one)
    return ends, (one, other)
