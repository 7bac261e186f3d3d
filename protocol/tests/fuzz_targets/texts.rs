//! Small texts: each has one spelling, and what is written is what was read.

use std::{
    fmt::{Debug, Display},
    str::FromStr,
};

use banter_protocol::{
    crypto::{
        CertificateFingerprint, IdentityKey, Invite, InviteSecret, SessionKey,
        invite_text::{self, InviteText, Secrecy},
    },
    ids::{MessageId, PeerId, RoomId},
    limits,
    message_text::MessageText,
    names::{PersonName, skeleton},
};

use super::text;

pub(super) fn invite(data: &[u8]) {
    let text = text(data);
    let Ok(secret) = text.parse::<InviteSecret>() else {
        return;
    };
    assert_eq!(secret.reveal(), text);
    assert_eq!(secret.asks_passphrase(), text.contains('.'));
    assert!(
        !format!("{secret:?}").contains(&*text),
        "secrets do not print"
    );
    let invite = Invite::private(RoomId::private(1), secret).unwrap();
    assert_eq!(invite.fragment(), format!("#{text}"));
}

pub(super) fn invite_text(data: &[u8]) {
    const HERE: &str = "https://chat.example";
    let text = text(data);
    for read in [
        invite_text::read(&text, HERE),
        invite_text::read_address(&text),
    ] {
        let invite = match read {
            InviteText::Here(invite, _) => invite,
            InviteText::Elsewhere(server, invite) => {
                let link = format!(
                    "{}/r/{}{}",
                    server.origin(),
                    invite.room(),
                    invite.fragment()
                );
                let again = InviteText::Elsewhere(server, invite);
                assert_eq!(invite_text::read(&link, HERE), again, "{text:?}");
                continue;
            }
            InviteText::Nothing | InviteText::Refused(_) => continue,
        };
        let clean = format!("{}{}", invite.room(), invite.fragment());
        let again = InviteText::Here(invite, Secrecy::Intact);
        assert_eq!(invite_text::read_address(&clean), again, "{text:?}");
        assert_eq!(invite_text::read(&clean, HERE), again, "{text:?}");
        assert_eq!(
            invite_text::read(&format!("see ({HERE}/r/{clean})."), HERE),
            again,
            "{text:?}"
        );
    }
}

pub(super) fn name(data: &[u8]) {
    let text = text(data);
    let shown = PersonName::from_remote(&text);
    assert_eq!(shown.as_str().parse(), Ok(shown.clone()), "{text:?}");
    assert_eq!(PersonName::from_remote(shown.as_str()), shown);
    if let Ok(name) = text.parse::<PersonName>() {
        assert_eq!(name, shown, "{text:?}");
    }
    let look = skeleton(shown.as_str());
    assert_eq!(skeleton(&look), look);
    assert!(look.len() <= 2 * limits::PERSON_NAME_BYTES);
    let _ = skeleton(&text);
}

pub(super) fn fingerprint(data: &[u8]) {
    let text = text(data);
    if let Some(fingerprint) = CertificateFingerprint::parse(&text) {
        assert_eq!(fingerprint.to_string(), text.to_ascii_uppercase());
    }
}

pub(super) fn ids_and_keys(data: &[u8]) {
    let text = text(data);
    reads_as_written::<RoomId>(&text);
    reads_as_written::<IdentityKey>(&text);
    reads_as_written::<SessionKey>(&text);
    reads_as_written::<MessageText>(&text);
    reads_as_written::<PeerId>(&text.to_ascii_lowercase());
    reads_as_written::<MessageId>(&text.to_ascii_lowercase());
    if let Ok(bytes) = <[u8; 32]>::try_from(data)
        && let Some(key) = IdentityKey::from_bytes(bytes)
    {
        assert_eq!(key.to_string().parse(), Ok(key));
        assert_eq!(key.badge().len(), 4);
    }
}

fn reads_as_written<T: FromStr<Err: Debug> + Display>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        assert_eq!(value.to_string(), text);
    }
}
