//! Invites come changed: what people, mail programs, trackers and chat programs put around and into them does not count.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

use banter_protocol::{
    crypto::{
        Invite, InviteSecret,
        invite_text::{InviteText, OtherServer, Refusal, Secrecy, read, read_address},
    },
    ids::{ParseIdError, RoomId},
};
use proptest::prelude::*;

const HERE: &str = "https://chat.example";

/// With letters of every kind: `-` and `_` in the secret, an id of letters and digits.
fn private() -> Invite {
    let mut secret = [0xfb; 32];
    secret[7..21].copy_from_slice(b"\x03\xff\xbe\xfe\x10seventeen");
    Invite::generate([0xa7; 16], secret)
}

/// The same room, with a passphrase besides.
fn guarded() -> Invite {
    let secret: InviteSecret = format!("{}.b_-cBA", secret()).parse().unwrap();
    Invite::private(private().room().clone(), secret).unwrap()
}

fn open() -> Invite {
    Invite::open("tea-time".parse().unwrap()).unwrap()
}

fn id() -> String {
    private().room().to_string()
}

fn secret() -> String {
    private().fragment()[1..].to_owned()
}

fn link(invite: &Invite) -> String {
    format!("{HERE}/r/{}{}", invite.room(), invite.fragment())
}

fn here(invite: &Invite) -> InviteText {
    InviteText::Here(invite.clone(), Secrecy::Intact)
}

/// What may stand around a link without belonging to it.
const AROUND: [(&str, &str); 22] = [
    ("", ""),
    ("", "."),
    ("", ", and bring tea"),
    ("(", ")"),
    ("(see ", ")."),
    ("<", ">"),
    ("&lt;", "&gt;"),
    ("\"", "\""),
    ("“", "”"),
    ("'", "'"),
    ("«", "»"),
    ("[tea](", ")"),
    ("[", "]"),
    ("`", "`"),
    ("**", "**"),
    ("Join us: ", " at nine!"),
    ("Come!\n", "\nSee you"),
    ("Komm:", "…"),
    ("URL:", ";"),
    ("来て：", "。"),
    ("\u{200b}\u{feff}", "\u{200b}"),
    ("> ", "\r\n> "),
];

/// What programs add to the end of an address.
const TAILS: [&str; 8] = [
    "?fbclid=IwAR0_x-9",
    "&utm_source=mail&utm_medium=x",
    "&amp;utm_source=mail",
    ":~:text=hello%20you",
    "#:~:text=hello",
    "#top",
    "/",
    "%E2%80%8B",
];

#[test]
fn an_invite_is_found_anywhere_in_a_text() {
    for invite in [private(), guarded(), open()] {
        let bare = link(&invite);
        let spoken = bare.trim_start_matches("https://");
        let short = format!("{}{}", invite.room(), invite.fragment());
        for (before, after) in AROUND {
            for link in [&*bare, spoken, &bare.replace(HERE, "HTTPS://Chat.EXAMPLE")] {
                let text = format!("{before}{link}{after}");
                assert_eq!(read(&text, HERE), here(&invite), "{text:?}");
            }
            if invite.is_private() {
                let text = format!("{before}{short}{after}");
                assert_eq!(read(&text, HERE), here(&invite), "{text:?}");
            }
        }
    }
}

#[test]
fn what_trackers_add_to_an_invite_does_not_count() {
    for invite in [private(), guarded(), open()] {
        for tail in TAILS {
            let text = format!("{}{tail}", link(&invite));
            assert_eq!(read(&text, HERE), here(&invite), "{text:?}");
            let address = format!("{}{}{tail}", invite.room(), invite.fragment());
            assert_eq!(read_address(&address), here(&invite), "{address:?}");
        }
        for marks in ["?fbclid=IwAR0", "/", "/?a=1&b=2", "?", "//?x"] {
            let address = format!("{}{marks}{}", invite.room(), invite.fragment());
            let text = format!("{HERE}/r/{address}");
            assert_eq!(read(&text, HERE), here(&invite), "{text:?}");
            assert_eq!(read_address(&address), here(&invite), "{address:?}");
        }
    }
    // Marks between `#` and the secret.
    for marks in ["?fbclid=IwAR0&k=", "/", "#", "!", "utm_source=x&", "%20"] {
        let address = format!("{}#{marks}{}", id(), secret());
        assert_eq!(read_address(&address), here(&private()), "{address:?}");
    }
}

#[test]
fn an_invite_that_was_folded_or_dressed_up_is_put_together_again() {
    let (id, secret) = (id(), secret());
    let (id_start, id_end) = id.split_at(20);
    let (start, end) = secret.split_at(17);
    for fold in [
        "\n",
        "\r\n",
        "=\n",
        "=\r\n",
        "\n> ",
        "\n    ",
        " \r\n> > ",
        " ",
    ] {
        for text in [
            format!("{HERE}/r/{id}#{fold}{secret}"),
            format!("{HERE}/r/{id}{fold}#{secret}"),
            format!("{HERE}/r/{id}#{start}{fold}{end}"),
            format!("{HERE}/r/{id}#{start}{fold}{end}\nSee you"),
            format!("<{HERE}/r/{id}#{start}{fold}{end}>"),
            format!("{HERE}/r/{id_start}{fold}{id_end}#{secret} bye"),
        ] {
            assert_eq!(read(&text, HERE), here(&private()), "{text:?}");
        }
    }
    for (text, what) in [
        (format!("{HERE}/r/{id}#{start}\u{200b}{end}"), "zero width"),
        (
            format!("{HERE}/r/{id_start}\u{ad}{id_end}#{start}\u{2060}{end}"),
            "soft hyphens",
        ),
        (format!("{HERE}/r/{id}# {secret}"), "a blank after #"),
        (format!("{HERE}/r/{id}&#35;{secret}"), "an entity"),
        (format!("{HERE}/r/{id}\u{ff03}{secret}"), "a wide #"),
        (
            format!("{HERE}/r/{id}#{secret}").replace('_', "\\_"),
            "Markdown's backslashes",
        ),
        (
            format!("{HERE}/r/{id}#{secret}").replace('-', "\u{2011}"),
            "hyphens that do not break",
        ),
        (
            format!("{HERE}/r/{}#{secret}", id.replace('_', "%5F")),
            "an encoded id",
        ),
        (
            format!("Come{HERE}/r/{id}#{secret}See you"),
            "line breaks that a box dropped",
        ),
    ] {
        assert_eq!(read(&text, HERE), here(&private()), "{what}: {text:?}");
    }
}

/// Promise 2: the fragment never appears in a request; where it was made to, that is said.
#[test]
fn an_encoded_hash_tells_that_a_server_has_seen_the_secret() {
    let sent = InviteText::Here(private(), Secrecy::Sent);
    for hash in ["%23", "%2523"] {
        for tail in ["", ".", "?fbclid=x", "#:~:text=x", "/"] {
            let address = format!("{}{hash}{}{tail}", id(), secret());
            assert_eq!(read_address(&address), sent, "{address}");
            let text = format!("see {HERE}/r/{address}");
            assert_eq!(read(&text, HERE), sent, "{text}");
        }
        let address = format!("{}?x=1{hash}{}", id(), secret());
        assert_eq!(read_address(&address), sent, "{address}");
    }
    let wrapped = format!(
        "https://links.example/?url=https%3A%2F%2Fchat.example%2Fr%2F{}%23{}&data=x",
        id(),
        secret()
    );
    assert_eq!(read(&wrapped, HERE), sent);
    assert_eq!(read_address("tea-time%23top"), here(&open()));
    assert_eq!(
        read_address(&format!("{}%23{}.b_-cBA", id(), secret())),
        InviteText::Here(guarded(), Secrecy::Sent)
    );
}

#[test]
fn a_link_to_another_server_is_never_a_room_of_this_one() {
    let elsewhere = |text: &str| match read(text, HERE) {
        InviteText::Elsewhere(server, invite) => (OtherServer::origin(&server), invite),
        other => panic!("{text:?}: {other:?}"),
    };
    for invite in [private(), guarded(), open()] {
        let ours = link(&invite);
        for (host, origin) in [
            ("https://other.example", "https://other.example"),
            ("HTTP://Other.Example:8080", "http://other.example:8080"),
            ("other.example", "https://other.example"),
            (
                "https://chat.example.evil.test",
                "https://chat.example.evil.test",
            ),
            ("https://chat.example@evil.test", "https://evil.test"),
        ] {
            let text = format!("Join us ({})!", ours.replace(HERE, host));
            assert_eq!(elsewhere(&text), (origin.to_owned(), invite.clone()));
        }
        // This server's comes first, wherever it stands.
        let both = format!("{} or {ours}", ours.replace(HERE, "https://other.example"));
        assert_eq!(read(&both, HERE), here(&invite));
    }
    let cut = format!("https://other.example/r/{}", id());
    assert!(matches!(
        read(&cut, HERE),
        InviteText::Refused(Refusal::Incomplete(_))
    ));
}

#[test]
fn a_private_room_without_its_whole_secret_stays_incomplete() {
    let (id, secret) = (id(), secret());
    for rest in [
        String::new(),
        "#".to_owned(),
        "#.".to_owned(),
        format!("#{}", &secret[1..]),
        format!("#{}", &secret[..42]),
        format!("#{secret}x"),
        format!("#{}\nSee you at nine", &secret[..30]),
        format!("#{}, see you", &secret[..30]),
        format!("#{}+{}", &secret[..20], &secret[21..]),
        "?fbclid=IwAR0".to_owned(),
        "#fbclid=IwAR0".to_owned(),
        "%23".to_owned(),
    ] {
        for text in [format!("{HERE}/r/{id}{rest}"), format!("{id}{rest}")] {
            let read = read(&text, HERE);
            assert!(
                matches!(read, InviteText::Refused(Refusal::Incomplete(_))),
                "{text:?}: {read:?}"
            );
        }
        let InviteText::Refused(Refusal::Incomplete(kept)) = read_address(&format!("{id}{rest}"))
        else {
            panic!("{rest:?}")
        };
        // What came is kept to be mended, with a sign of a link where a mail program had written its code.
        let came = rest.replace("%23", "#");
        let kept_of_it = kept.strip_prefix(id.as_str());
        assert!(
            kept_of_it.is_some_and(|kept_of_it| came.starts_with(kept_of_it)),
            "{rest:?}: {kept}"
        );
    }
    let lone = RoomId::private(1).to_string();
    assert!(matches!(
        read(&lone, HERE),
        InviteText::Refused(Refusal::Incomplete(_))
    ));
    assert!(matches!(
        read("p_x", HERE),
        InviteText::Refused(Refusal::Incomplete(_))
    ));
}

#[test]
fn a_name_by_itself_is_read_as_it_is_typed() {
    assert_eq!(read(" tea-time \n", HERE), here(&open()));
    assert_eq!(read("tea-time\u{200b}", HERE), here(&open()));
    assert_eq!(read("/r/tea-time", HERE), here(&open()));
    for nothing in ["", "  \n", "\u{200b}\u{feff}"] {
        assert_eq!(read(nothing, HERE), InviteText::Nothing);
    }
    assert_eq!(read_address(""), InviteText::Nothing);
    assert_eq!(read_address("#x"), InviteText::Nothing);
    let too_long = "x".repeat(65);
    for (bad, why) in [
        ("tea time", ParseIdError::RoomIdCharacter),
        ("café", ParseIdError::RoomIdCharacter),
        ("../etc", ParseIdError::RoomIdCharacter),
        ("https://chat.example/", ParseIdError::RoomIdCharacter),
        (&too_long, ParseIdError::RoomIdTooLong),
    ] {
        let refused = InviteText::Refused(Refusal::BadRoom(bad.to_owned(), why));
        assert_eq!(read(bad, HERE), refused, "{bad}");
    }
    for (address, shown) in [
        ("tea%20time", "tea time"),
        ("caf%C3%A9", "café"),
        ("tea.time", "tea.time"),
    ] {
        let why = ParseIdError::RoomIdCharacter;
        let refused = InviteText::Refused(Refusal::BadRoom(shown.to_owned(), why));
        assert_eq!(read_address(address), refused, "{address}");
        assert_eq!(
            read(&format!("{HERE}/r/{address}"), HERE),
            refused,
            "{address}"
        );
    }
}

fn any_invite() -> impl Strategy<Value = Invite> {
    let private =
        any::<([u8; 16], [u8; 32])>().prop_map(|(id, secret)| Invite::generate(id, secret));
    let open = "[A-Za-oq-z0-9][A-Za-z0-9_-]{0,40}[A-Za-z0-9]"
        .prop_map(|name| Invite::open(name.parse().unwrap()).unwrap());
    prop_oneof![private, open]
}

proptest! {
    #[test]
    fn any_invite_is_found_between_any_words(
        invite in any_invite(),
        before in "([a-zäß.!?] ?){0,20} ",
        around in prop::sample::select(&AROUND[..]),
        after in " ([a-zäß.!?] ?){0,20}",
    ) {
        let text = format!("{before}{}{}{}{after}", around.0, link(&invite), around.1);
        prop_assert_eq!(read(&text, HERE), here(&invite), "{:?}", text);
    }

    #[test]
    fn a_secret_may_be_folded_anywhere(
        id in any::<[u8; 16]>(), secret in any::<[u8; 32]>(), at in 1_usize..43, wide in 1_usize..43,
    ) {
        let invite = Invite::generate(id, secret);
        let link = link(&invite);
        let (head, secret) = link.split_at(HERE.len() + 3 + 34);
        let mut folded = format!("{head}{}", &secret[..=at]);
        for line in secret.as_bytes()[at + 1..].chunks(wide) {
            folded.push('\n');
            folded.push_str(std::str::from_utf8(line).unwrap());
        }
        prop_assert_eq!(read(&folded, HERE), here(&invite), "{:?}", folded);
    }

    #[test]
    fn no_text_makes_an_accident_or_a_room_without_its_secret(text in ".{0,200}", id in "p_[a-f0-9]{0,40}") {
        for text in [&*text, &format!("{HERE}/r/{text}"), &format!("{id}#{text}"), &format!("{HERE}/r/{id}{text}")] {
            match read(text, HERE) {
                InviteText::Here(invite, _) | InviteText::Elsewhere(_, invite) => {
                    prop_assert_eq!(invite.is_private(), invite.room().is_private());
                }
                InviteText::Nothing | InviteText::Refused(_) => {}
            }
            let _ = read_address(text);
        }
    }
}
