//! Who sends a request (RFC 8489, section 9.2: long-term credentials).

use std::{net::SocketAddr, time::Duration};

use banter_protocol::time::Timestamp;
use stun_types::{
    attribute::{AttributeStaticType, MessageIntegrity, Nonce, Realm, Username},
    message::{IntegrityAlgorithm, IntegrityKey, LongTermKeyCredentials, Message},
};

use super::{credentials, message::Answer, nonce::Nonces, refusal::Refusal};
use crate::config::TurnSecret;

/// Part of every key, so it must not change while credentials hold.
pub(super) const REALM: &str = "banter";

/// Now, by both clocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    /// For spans.
    pub(super) now: Timestamp,
    /// For credentials: since the Unix epoch.
    pub(super) wall_clock: Duration,
}

/// Tells who sends a request, from the secret alone.
#[derive(Debug)]
pub(super) struct Authenticator {
    secret: TurnSecret,
    nonces: Nonces,
}

/// Somebody who knows the password of their name.
#[derive(Debug)]
pub(super) struct User {
    pub(super) name: String,
    /// Signs answers.
    pub(super) key: IntegrityKey,
    /// Whether the name may still be used for something new.
    pub(super) standing: Standing,
}

/// Whether credentials hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// They do.
    Current,
    /// They have run out.
    Expired,
}

impl Authenticator {
    pub(super) fn new(secret: TurnSecret, nonces: Nonces) -> Self {
        Self { secret, nonces }
    }

    /// Who it is, or why that cannot be told.
    pub(super) fn identify(
        &self,
        moment: Moment,
        client: SocketAddr,
        request: &Message<'_>,
    ) -> Result<User, Refusal> {
        if !request.has_attribute(MessageIntegrity::TYPE) {
            return Err(Refusal::NoCredentials);
        }
        let (Ok(name), Ok(realm), Ok(nonce)) = (
            request.attribute::<Username>(),
            request.attribute::<Realm>(),
            request.attribute::<Nonce>(),
        ) else {
            return Err(Refusal::BadRequest);
        };
        if !self.nonces.is_fresh(moment.now, client, nonce.nonce()) {
            return Err(Refusal::StaleNonce);
        }
        let name = name.username().to_owned();
        let expiry = name
            .split_once(':')
            .and_then(|(expiry, _)| expiry.parse().ok());
        let Some(expiry) = expiry.filter(|_| realm.realm() == REALM) else {
            return Err(Refusal::WrongCredentials);
        };
        let password = credentials::password(&self.secret, &name);
        let key = LongTermKeyCredentials::new(name.clone(), password, REALM.to_owned())
            .make_key(IntegrityAlgorithm::Sha1);
        if request.validate_integrity_with_key(&key).is_err() {
            return Err(Refusal::WrongCredentials);
        }
        let standing = if Duration::from_secs(expiry) > moment.wall_clock {
            Standing::Current
        } else {
            Standing::Expired
        };
        Ok(User {
            name,
            key,
            standing,
        })
    }

    /// The answer to a request from nobody in particular, with what is needed for another try.
    pub(super) fn challenge(
        &self,
        moment: Moment,
        client: SocketAddr,
        request: &Message<'_>,
        refusal: Refusal,
    ) -> Answer {
        let answer = Answer::refusal(request, refusal);
        match refusal.code() {
            401 | 438 => answer.with_challenge(REALM, &self.nonce_for(moment, client)),
            _ => answer,
        }
    }

    /// What this client is to put into its next request.
    pub(super) fn nonce_for(&self, moment: Moment, client: SocketAddr) -> String {
        self.nonces.make(moment.now, client)
    }
}
