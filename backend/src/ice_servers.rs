//! What browsers are given to find a way to each other with (`iceServers`).

use std::time::Duration;

use banter_protocol::signaling::IceServer;

use crate::{
    config::{Settings, TurnSecret},
    random,
    turn::credentials,
};

/// Which servers browsers are given, and how the credentials for them are made.
#[derive(Debug)]
pub(crate) struct IceServers {
    stun: Vec<String>,
    relays: Option<Relays>,
}

#[derive(Debug)]
struct Relays {
    urls: Vec<String>,
    secret: TurnSecret,
    ttl: Duration,
}

impl IceServers {
    pub(crate) fn new(settings: &Settings) -> Self {
        let turn = &settings.turn;
        let secret = turn.secret.clone().filter(|_| !turn.urls.is_empty());
        Self {
            stun: settings.stun.clone(),
            relays: secret.map(|secret| Relays {
                urls: turn.urls.clone(),
                secret,
                ttl: turn.ttl,
            }),
        }
    }

    /// For somebody who has a seat, with credentials that hold from now on. `wall_clock` is since the Unix epoch.
    pub(crate) fn fresh(&self, wall_clock: Duration) -> Vec<IceServer> {
        let stun = (!self.stun.is_empty()).then(|| IceServer {
            urls: self.stun.clone(),
            username: None,
            credential: None,
        });
        // Without randomness no credentials: guessable ones would be worse than no relay.
        let relays = self.relays.as_ref().zip(random::name().ok());
        let relays = relays.map(|(relays, random)| {
            let made = credentials::make(&relays.secret, wall_clock + relays.ttl, random);
            IceServer {
                urls: relays.urls.clone(),
                username: Some(made.username),
                credential: Some(made.password),
            }
        });
        stun.into_iter().chain(relays).collect()
    }

    /// When to give fresh ones to somebody who was given some: at half their life, so that whoever makes a new
    /// connection has some that hold for a good while. Never, if they hold for ever.
    pub(crate) fn renew_after(&self) -> Option<Duration> {
        self.relays.as_ref().map(|relays| relays.ttl / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TurnSettings;

    const NOW: Duration = Duration::from_secs(1_900_000_000);

    fn with(urls: &[&str], secret: Option<&str>) -> IceServers {
        IceServers::new(&Settings {
            stun: vec!["stun:a".to_owned()],
            turn: TurnSettings {
                urls: urls.iter().map(ToString::to_string).collect(),
                secret: secret.and_then(TurnSecret::new),
                ttl: Duration::from_secs(60),
                ..TurnSettings::default()
            },
            ..Settings::default()
        })
    }

    /// Promise 54.
    #[test]
    fn each_time_there_are_new_credentials_that_end_in_time() {
        let servers = with(&["turn:b?transport=udp"], Some("secret"));
        let [first, second] = [servers.fresh(NOW), servers.fresh(NOW)];
        let [stun, turn] = first.as_slice() else {
            panic!("{first:?}")
        };
        assert_eq!((&stun.username, &stun.credential), (&None, &None));
        assert_eq!(turn.urls, ["turn:b?transport=udp"]);
        let username = turn.username.as_deref().unwrap();
        assert!(username.starts_with("1900000060:"), "{username}");
        assert_ne!(first, second);
        assert_eq!(servers.renew_after(), Some(Duration::from_secs(30)));
    }

    #[test]
    fn without_a_relay_there_is_nothing_to_renew() {
        let servers = with(&[], None);
        assert_eq!(servers.fresh(NOW).len(), 1);
        assert_eq!(servers.renew_after(), None);
    }
}
