"""Quick checks: `python test_second_client.py`. The vectors of the protocol are part of them."""

import unittest

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import announcement
import descriptions
import entry
import frames
import strict
import xchacha
from acquaintance import Acquaintance, UnknownEpoch
from encoding import Refused, b64, fields, read_json, unb64, write_json
from keys import Invite, RoomKeys
from link_check import Links  # noqa: F401: run with the others.
from log import Forked, Log
from me import KEPT, Me
from offers import OfferOrder
from pair import CANDIDATE, OFFER, Pair, epochs_of
from safety_number import safety_number
from vectors_check import Vectors  # noqa: F401

ROOM = RoomKeys.derive("p_" + "0" * 32, bytes(range(32)))


def somebody(name="Ada", room=ROOM):
    me = Me(room, name)
    me.next_epoch()
    return me


def both_ends(one, other):
    (one_key, told), (other_key, heard) = one.epoch_keys(one.epoch), other.epoch_keys(other.epoch)
    return Pair(one.room, told, one_key, heard), Pair(other.room, heard, other_key, told)


class Encoding(unittest.TestCase):
    def test_fields_cannot_be_mistaken_for_each_other(self):
        self.assertEqual(fields("a", b"", b"bc"), b"\0\0\0\1a\0\0\0\0\0\0\0\2bc")

    def test_base64url_is_strict(self):
        self.assertEqual(unb64("-_8"), b"\xfb\xff")
        for wrong in ("-_8=", "-_9", "+/8", "-_8\n", "a", " ", None, 7):
            with self.assertRaises(Refused):
                unb64(wrong)

    def test_json_of_which_two_readers_could_differ(self):
        for wrong in ('{"a":1,"a":2}', '{"a":NaN}', '"\\ud800"', "[" * 100000, "{} {}"):
            with self.assertRaises(Refused):
                read_json(wrong)


class Primitives(unittest.TestCase):
    def test_hchacha20_of_the_draft(self):
        nonce = bytes.fromhex("000000090000004a0000000031415927")
        expected = "82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc"
        self.assertEqual(xchacha.hchacha20(bytes(range(32)), nonce).hex(), expected)

    def test_points_of_order_8_lie_on_the_curve(self):
        d = -121665 * pow(121666, -1, strict.PRIME)
        for y in strict.SMALL_ORDER - {0, 1, strict.PRIME - 1}:
            self.assertEqual((d * y**4 + 2 * y**2 - 1) % strict.PRIME, 0)

    def test_keys_of_small_order_and_other_encodings_are_refused(self):
        for y in strict.SMALL_ORDER | {strict.PRIME, strict.PRIME + 1, 2**255 - 1}:
            for sign in (0, 1 << 255):
                with self.assertRaises(Refused):
                    strict.check_point((y | sign).to_bytes(32, "little"))

    def test_a_signature_with_another_s_is_refused(self):
        order = 2**252 + 27742317777372353535851937790883648493
        key = Ed25519PrivateKey.generate()
        public, signature = key.public_key().public_bytes_raw(), key.sign(b"text")
        strict.verify(public, signature, b"text")
        higher = int.from_bytes(signature[32:], "little") + order
        with self.assertRaises(Refused):
            strict.verify(public, signature[:32] + higher.to_bytes(32, "little"), b"text")


class Rooms(unittest.TestCase):
    def test_invites(self):
        secret = b64(bytes(range(32)))
        self.assertEqual(Invite.parse(f"https://a.example/r/p_0#{secret}").secret, bytes(range(32)))
        self.assertEqual(Invite.parse("http://127.0.0.1:8080/r/tea").secret, b"")
        for wrong in ("http://a/r/p_0", f"http://a/r/p_0#{secret}x", f"http://a/r/p_0#{secret}.", "http://a/tea"):
            with self.assertRaises(Refused):
                Invite.parse(wrong)

    def test_a_passphrase_where_none_is_asked_and_the_other_way_round(self):
        link = f"https://a.example/r/p_0#{b64(bytes(32))}"
        for invite, passphrase in ((link, "p"), (link + ".AAAAAA", None), (link + ".AAAAAA", "p")):
            with self.assertRaises(Refused):
                Invite.parse(invite).keys(passphrase)


class Announcements(unittest.TestCase):
    def test_opens_in_its_room_alone_and_changes_are_seen(self):
        ada = somebody("Ada 👋")
        sealed = ada.announcement.seal(ROOM)
        self.assertEqual(announcement.unseal(ROOM, sealed), ada.announcement)
        changed = sealed[:-2] + ("AA" if sealed[-2:] != "AA" else "BA")
        for room, text in ((RoomKeys.derive("p_1", b""), sealed), (ROOM, changed), (ROOM, "AAAA"), (ROOM, None)):
            with self.assertRaises(Refused):
                announcement.unseal(room, text)

    def test_every_byte_is_signed(self):
        raw = somebody().announcement.raw
        for at in range(len(raw)):
            with self.assertRaises(Refused):
                announcement.parse(ROOM, raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])

    def test_epochs_do_not_go_back(self):
        ada, bob = somebody("Ada"), somebody("Bob")
        known = Acquaintance(ROOM, ada, bob.peer_id)
        first = bob.announcement.seal(ROOM)
        known.meet(first)
        bob.next_epoch()
        known.meet(bob.announcement.seal(ROOM))
        for wrong in (first, ada.announcement.seal(ROOM)):
            with self.assertRaises(Refused):
                known.meet(wrong)
        self.assertEqual(known.pair(1, 1).theirs.epoch, 1)
        with self.assertRaises(UnknownEpoch):
            known.pair(1, 3)

    def test_old_epochs_are_wiped(self):
        ada = somebody()
        ada.next_epoch(now=1000)
        self.assertIsNotNone(ada.epoch_keys(1, now=1000 + KEPT - 1))
        self.assertIsNone(ada.epoch_keys(1, now=1000 + KEPT))
        self.assertIsNotNone(ada.epoch_keys(2, now=1e9))


class Pairs(unittest.TestCase):
    def test_seals_open_on_the_other_side_once(self):
        for ada, bob in (both_ends(somebody(), somebody()) for _ in range(4)):
            self.assertEqual({ada.side, bob.side}, {0, 1})
            for sender, receiver in ((ada, bob), (bob, ada)):
                sealed = sender.seal(OFFER, "n.1", {"sdp": "é" * 300})
                self.assertEqual(epochs_of(sealed), (1, 1))
                self.assertEqual(receiver.unseal(sealed), (OFFER, "n.1", {"sdp": "é" * 300}))
                for end in (receiver, sender):
                    with self.assertRaises(Refused):
                        end.unseal(sealed)

    def test_padding_hides_the_length(self):
        ada, _ = both_ends(somebody(), somebody())
        sizes = {len(unb64(ada.seal(CANDIDATE, "", "x" * length))) - 32 for length in (0, 503, 504, 505)}
        self.assertEqual(sizes, {512, 1024})

    def test_the_replay_window_is_64_wide(self):
        ada, bob = both_ends(somebody(), somebody())
        sealed = [ada.seal(CANDIDATE, "", n) for n in range(1, 101)]
        bob.unseal(sealed[99])
        bob.unseal(sealed[36])
        for old in (36, 35, 99):
            with self.assertRaises(Refused):
                bob.unseal(sealed[old])

    def test_own_keys_are_refused(self):
        ada = somebody()
        with self.assertRaises(Refused):
            both_ends(ada, ada)

    def test_proofs_are_bound_to_side_negotiation_and_certificates(self):
        ada, bob = both_ends(somebody(), somebody())
        proof = b64(ada.proof(True, "n.1", b"a" * 32, b"b" * 32))
        self.assertTrue(bob.proves(proof, "n.1", b"a" * 32, b"b" * 32))
        for other in (("n.2", b"a" * 32, b"b" * 32), ("n.1", b"c" * 32, b"b" * 32), ("n.1", b"a" * 32, b"c" * 32)):
            self.assertFalse(bob.proves(proof, *other))
        self.assertFalse(ada.proves(proof, "n.1", b"a" * 32, b"b" * 32))


class Entries(unittest.TestCase):
    def setUp(self):
        self.ada = somebody()
        self.author = entry.Author(ROOM, self.ada, Log())
        self.identity_of = {self.ada.session_key: self.ada.identity_key}.get

    def read(self, written, **changed):
        text = write_json(read_json(written.text) | changed) if changed else written.text
        return entry.read(ROOM, text, written.signature, self.identity_of)

    def test_a_message_is_shown_once(self):
        log, said = Log(), self.read(self.author.write("hello"))
        self.assertTrue(log.take(said))
        self.assertFalse(log.take(said))

    def test_nobody_else_could_have_said_it(self):
        said = self.author.write("hello")
        for changed in ({"time": 1}, {"author": b64(somebody().identity_key)}, {"number": 2}, {"number": True}):
            with self.assertRaises(Refused):
                self.read(said, **changed)

    def test_forks_freeze(self):
        twin = entry.Author(ROOM, self.ada, Log())
        one, other, after = self.author.write("yes"), twin.write("no"), self.author.write("later")
        for first, second in ((one, other), (other, after), (after, other)):
            log = Log()
            log.take(first)
            with self.assertRaises(Forked):
                log.take(second)
            with self.assertRaises(Refused):
                log.take(first)

    def test_a_gap_is_no_fork(self):
        log, said = Log(), [self.author.write(str(n)) for n in range(4)]
        self.assertTrue(all(log.take(said[at]) for at in (1, 3, 2, 0)))

    def test_safety_numbers_are_the_same_on_both_sides(self):
        one, other = somebody().identity_key, somebody().identity_key
        self.assertEqual(safety_number(one, other), safety_number(other, one))
        self.assertRegex(safety_number(one, other), r"^\d{60}$")


class Frames(unittest.TestCase):
    def test_long_messages_are_cut_between_characters(self):
        for text in ("{}", '{"a":"' + "é👋x" * 9000 + '"}'):
            pieces, joiner = frames.split(text), frames.Joiner()
            self.assertTrue(all(len(piece.encode()) <= frames.LONGEST_FRAME for piece in pieces))
            self.assertEqual([whole for piece in pieces if (whole := joiner.take(piece))], [text])

    def test_what_is_too_long_or_out_of_place(self):
        joiner = frames.Joiner()
        with self.assertRaises(Refused):
            for _ in range(44):
                joiner.take("+" + "x" * 16000)
        for wrong in (b"{}", "x", "", "{" + "x" * frames.LONGEST_FRAME):
            with self.assertRaises(Refused):
                joiner.take(wrong)


class Offers(unittest.TestCase):
    def test_each_counts_once_and_a_page_loaded_anew_is_noticed(self):
        order, page, other = OfferOrder(), "0" * 16, "f" * 16
        self.assertEqual([order.take(page + n) for n in (".1", ".9", ".10")], [False] * 3)
        self.assertTrue(order.take(other + ".1"))
        self.assertFalse(order.take(""))
        for wrong in (other + ".1", page + ".11", "x" * 65):
            with self.assertRaises(Refused):
                order.take(wrong)


class Descriptions(unittest.TestCase):
    SDP = "v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=fingerprint:sha-256 AA:BB\r\n"

    def test_one_fingerprint_and_known_media(self):
        descriptions.theirs({"type": "offer", "sdp": self.SDP + "a=fingerprint:sha-256 aa:bb\r\n"}, "offer")
        stranger = "a=candidate:1 1 udp 1 evil.example 9 typ host"
        for more in ("a=fingerprint:sha-256 AA:CC", "a=fingerprint:sha-1 AA", "m=text 9 X 0", stranger):
            with self.assertRaises(Refused):
                descriptions.theirs({"type": "offer", "sdp": self.SDP + more + "\r\n"}, "offer")

    def test_candidates(self):
        line = "candidate:1 1 udp 1 {} 9 typ host"
        for address in ("192.0.2.1", "2001:db8::1", "0b6ab9a4-7a3c-4a37-8f0e-5a3b8f1d2c11.local"):
            self.assertEqual(descriptions.candidate({"candidate": line.format(address), "sdpMid": "0"}).ip, address)
        self.assertIsNone(descriptions.candidate(None))
        self.assertIsNone(descriptions.candidate({"candidate": ""}))
        for wrong in (7, {"candidate": line.format("evil.example")}, {"candidate": "x"}, {}):
            with self.assertRaises(Refused):
                descriptions.candidate(wrong)


if __name__ == "__main__":
    unittest.main()
