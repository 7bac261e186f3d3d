//! Every cap of the protocol, in one place. Sizes are in bytes of UTF-8 unless the name says otherwise.

use std::time::Duration;

use crate::token_bucket::Rate;

/// Characters of a room id.
pub const ROOM_ID_CHARS: usize = 64;

/// A `displayName` on the wire, opaque to the server.
pub const DISPLAY_NAME_BYTES: usize = 1024;

/// A person's name.
pub const PERSON_NAME_BYTES: usize = 64;

/// One frame on the signaling socket; a larger one closes it with 1009.
pub const SIGNALING_FRAME_BYTES: usize = 64 * 1024;

/// A `resume` value.
pub const RESUME_BYTES: usize = 128;

/// How long a seat is kept after its socket is gone.
pub const SEAT_KEPT: Duration = Duration::from_secs(45);

/// Refused frames within [`ABUSE_WINDOW`] that close a socket.
pub const ABUSE_ERRORS: usize = 20;

/// See [`ABUSE_ERRORS`].
pub const ABUSE_WINDOW: Duration = Duration::from_secs(10);

/// The text of one chat message.
pub const MESSAGE_TEXT_BYTES: usize = 48 * 1024;

/// One frame on a data channel; larger messages are split.
pub const CHANNEL_FRAME_BYTES: usize = 16 * 1024;

/// The JSON of one entry. The text of a chat message grows at most sixfold as JSON, where every character is a control
/// character (`\u0000`).
pub const ENTRY_BYTES: usize = 6 * MESSAGE_TEXT_BYTES + 1024;

/// The same as a text in a message, where quotes and backslashes are escaped once more: a control character takes seven bytes
/// there. Two of them, which prove a fork, fit in one message.
pub const ESCAPED_ENTRY_BYTES: usize = 7 * MESSAGE_TEXT_BYTES + 2048;

/// One message on a data channel after its pieces are joined. A proof of a fork holds two entries.
pub const PEER_MESSAGE_BYTES: usize = 2 * (7 * MESSAGE_TEXT_BYTES + 4096);

/// A negotiation id, chosen by who offers and echoed by who answers.
pub const NEGOTIATION_ID_BYTES: usize = 64;

/// Candidates of one connection: those in its description and all beside it.
pub const CANDIDATES: usize = 64;

/// A session description (RFC 8866).
pub const DESCRIPTION_BYTES: usize = 24 * 1024;

/// Members of a room whom a client remembers; servers allow 64 unless told otherwise.
pub const ROOM_MEMBERS: usize = 256;

/// Members found in a room to whom a newcomer offers at once; the others are asked to offer.
pub const FOUND_PEERS: usize = 64;

/// Entries in one `heads` message.
pub const HEADS: usize = ROOM_MEMBERS;

/// Entries of one session that are held as evidence.
pub const AUDITED_ENTRIES: usize = 64;

/// Bytes of entries of one session that are held as evidence.
pub const AUDITED_BYTES: usize = 512 * 1024;

/// Bytes of entries of all sessions that are held as evidence.
pub const AUDITED_BYTES_IN_ALL: usize = 8 * 1024 * 1024;

/// People who signed two different things, whom a client remembers.
pub const FORKED_PEOPLE: usize = 1024;

/// Invites to go on elsewhere that wait for the person's answer.
pub const MOVES_UNANSWERED: usize = 8;

/// How often somebody may ask the person to go on elsewhere, in one stay.
pub const MOVES_ASKED_EACH: usize = 3;

/// People who may ask so in one stay; beyond that only those who are known or verified.
pub const MOVE_ASKERS: usize = 32;

/// Bytes of chat messages sent to one peer and not acknowledged yet; more wait in the engine, so that the
/// browser's own send queue stays short.
pub const UNACKNOWLEDGED_BYTES: usize = 256 * 1024;

/// Chat messages waiting for one peer; of more, the oldest are given up.
pub const OUTBOX_MESSAGES: usize = 10_000;

/// Frames on `chat` of one person that are read, answers to one's own words not counted; more wait.
pub const HEARD: Rate = Rate {
    per_second: 200,
    burst: 1_000,
};

/// Frames on `live` of one person that are read; more are dropped.
pub const HEARD_LIVE: Rate = Rate {
    per_second: 50,
    burst: 200,
};

/// Bytes of frames of one person that wait to be read; of more nothing is read any more. Much more than
/// [`UNACKNOWLEDGED_BYTES`] and what else an honest page says meanwhile.
pub const HELD_BYTES: usize = 2 * 1024 * 1024;

/// Sessions of a room whose entries are told apart from those that were heard before.
pub const SESSIONS: usize = 1_000;

/// A kind of entry.
pub const ENTRY_KIND_BYTES: usize = 64;

/// Entries in one message, together; one that is longer comes alone.
pub const ENTRIES_BYTES: usize = 64 * 1024;

/// How many entries one message holds.
pub const ENTRIES: usize = 512;

/// Bytes of entries that answer one `want`, but for the last entry.
pub const WANTED_BYTES: usize = 256 * 1024;

/// Ranges in one `want`.
pub const WANTED_RANGES: usize = 64;

/// How many `want` of one link are answered.
pub const WANTS: Rate = Rate {
    per_second: 16,
    burst: 64,
};

/// How many entries of others are taken over one link without having been asked for.
pub const PASSED_ON: Rate = Rate {
    per_second: 50,
    burst: 500,
};

/// Bytes of entries that show a member that what they say they have cannot be: a proof of a fork at once.
pub const CONTRADICTIONS: Rate = Rate {
    per_second: 16 * 1024,
    burst: 640 * 1024,
};

/// Members whom each who hears of a fork shows it to.
pub const FORK_SHOWN_TO: usize = 3;

/// Cards in one message.
pub const CARDS: usize = 64;

/// How many cards are looked at over one link: those of all sessions, and then a few.
pub const CARDS_LOOKED_AT: Rate = Rate {
    per_second: 20,
    burst: 1_100,
};

/// How many entries of its own session are looked at over one link without having been asked for; others are asked for later.
pub const PUSHED: Rate = Rate {
    per_second: 200,
    burst: 1_000,
};

/// How many receipts are looked at over one link.
pub const RECEIPTS_LOOKED_AT: Rate = Rate {
    per_second: 50,
    burst: 500,
};

/// Receipts in one message.
pub const RECEIPTS: usize = 64;

/// The JSON of one receipt.
pub const RECEIPT_BYTES: usize = 16 * 1024;

/// Sessions in one receipt.
pub const RECEIPT_SESSIONS: usize = 128;

/// How far the Lamport time of an entry may be beyond the milliseconds since 1970. Lamport times count entries, so they stay far below.
pub const LAMPORT_AHEAD: Duration = Duration::from_secs(24 * 60 * 60);

/// Or how far beyond the greatest that there is: what is said at once, before anybody hears of it.
pub const LAMPORT_STEPS: u64 = 1_000;

/// Entries of one session that wait beyond a hole.
pub const WAITING_ENTRIES: usize = 64;

/// Bytes of memory of entries of all sessions that wait beyond holes.
pub const WAITING_BYTES: usize = 1024 * 1024;

/// What is held of a log in memory; the bytes are those of memory that entries take with what is read out of them, about.
pub const LOG_IN_MEMORY: Bounds = Bounds {
    messages: 5_000,
    bytes: 8 * 1024 * 1024,
    shares: 10,
};

/// What is kept of a log on the device; the bytes are those of texts.
pub const LOG_STORED: Bounds = Bounds {
    messages: 100_000,
    bytes: 64 * 1024 * 1024,
    shares: 10,
};

/// What is shown of a room, and held in memory for it. The newest 500 are always there, unless they are longer than all that is held.
pub const SHOWN: Bounds = Bounds {
    messages: 5_000,
    bytes: 8 * 1024 * 1024,
    shares: 10,
};

/// What a tab keeps of a room for its own reload; a browser gives a page's `sessionStorage` about five megabytes.
pub const STORED: Bounds = Bounds {
    messages: 1_000,
    bytes: 1024 * 1024,
    shares: 10,
};

/// How much of what is said in a room is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Messages at most.
    pub messages: usize,
    /// Bytes at most; of text where nothing else is said.
    pub bytes: usize,
    /// One of so many parts is anybody's share.
    pub shares: usize,
}
