//! Links and the connection to the server, in plain words. Pure.

use std::sync::Arc;

use banter_protocol::engine::{Arriving, LinkPath, LinkState, Obstacle, PeerView, SignalingStatus};

use super::sentence::Sentence;

/// How the link to somebody stands.
pub(crate) fn link(state: LinkState, path: Option<LinkPath>, latency_ms: Option<u32>) -> String {
    let words = match state {
        LinkState::New => "In the room, not linked yet",
        LinkState::Connecting => "Linking…",
        LinkState::Connected => match path {
            None => "Linked",
            Some(LinkPath::Direct) => "Direct",
            Some(LinkPath::Relayed) => "Relayed",
        },
        LinkState::Disconnected => "Link lost, mending it…",
        LinkState::Failed => "Can’t link, still trying",
    };
    match latency_ms {
        Some(millis) if state == LinkState::Connected => format!("{words} · {millis} ms"),
        Some(_) | None => words.to_owned(),
    }
}

/// What the way of a link's packets means.
pub(crate) fn path_meaning(path: LinkPath) -> &'static str {
    match path {
        LinkPath::Direct => "Straight from browser to browser, without anything in between.",
        LinkPath::Relayed => {
            "Through a relay, which passes on what it cannot read: no direct way was found, or somebody hides their IP address."
        }
    }
}

/// Why there is no link to somebody, and what would help.
pub(crate) fn obstacle(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::NoAnswer => "Their page doesn’t answer. It may be asleep.",
        Obstacle::NoOwnAddress => {
            "This browser holds WebRTC back: it names no address. Look for a setting, an add-on or a VPN that does so, or take \
             another browser."
        }
        Obstacle::NoAddress => {
            "Their browser names no address. They may hide it, where no relay is offered, or something in it holds WebRTC back."
        }
        Obstacle::NoRelay => {
            "Your networks let no direct link through, and this server offers no relay."
        }
        Obstacle::RelayUnreachable => {
            "No direct way, and the relay can’t be reached from here. This network may block UDP."
        }
        Obstacle::RelayRefused => {
            "No direct way, and the relay turns this page away. Tell whoever runs the server."
        }
        Obstacle::HiddenWithoutRelay => {
            "You hide your IP address, and this server offers no relay."
        }
        Obstacle::NoServer => "The server is out of reach. A new link needs it for a moment.",
        Obstacle::Locked => "This room is locked between the two of you.",
        Obstacle::Unknown => "Every way was tried. A firewall may be in between.",
    }
}

/// How many of those who have proved nothing are on their way, and how many are not.
pub(crate) fn arriving(arriving: Arriving) -> (Option<String>, Option<String>) {
    let connecting = match arriving.connecting {
        0 => None,
        people => Some(format!("{people} more connecting…")),
    };
    let stuck = match arriving.stuck {
        0 => None,
        1 => Some("1 person can’t be linked, still trying".to_owned()),
        people => Some(format!("{people} people can’t be linked, still trying")),
    };
    (connecting, stuck)
}

/// That there is no link to somebody, and why; `None` while all is well or on its way.
pub(crate) fn stuck_advice(peers: &[Arc<PeerView>], arriving: Arriving) -> Option<Sentence> {
    let mut failed = peers.iter().filter(|peer| peer.state == LinkState::Failed);
    let first = failed.next();
    let others = failed.count() + arriving.stuck;
    let said = Sentence::default().words("No link to ");
    let (said, cause) = match (first, others) {
        (Some(peer), 0) => (said.name(&peer.name), peer.obstacle),
        (None, 0) => return None,
        (None, 1) => (said.words("one person"), arriving.obstacle),
        (first, others) => {
            let people = others + usize::from(first.is_some());
            let cause = first.map_or(arriving.obstacle, |peer| peer.obstacle);
            (said.words(format!("{people} people")), cause)
        }
    };
    let why = cause.map_or("", obstacle);
    Some(said.words(format!(", Banter keeps trying. {why}")))
}

/// The connection to the server in one word.
pub(crate) fn signaling(status: SignalingStatus) -> &'static str {
    match status {
        SignalingStatus::Idle | SignalingStatus::Connecting => "Connecting…",
        SignalingStatus::Connected => "Connected",
        SignalingStatus::Reconnecting => "Reconnecting…",
        SignalingStatus::Offline => "Offline",
    }
}

/// What a lost connection to the server means for somebody who is linked to `linked` others; `None` while
/// there is nothing to explain.
pub(crate) fn signaling_advice(status: SignalingStatus, linked: usize) -> Option<String> {
    match (status, linked) {
        (SignalingStatus::Idle | SignalingStatus::Connecting | SignalingStatus::Connected, _) => {
            None
        }
        (SignalingStatus::Reconnecting, 0) => Some(
            "The server is out of reach. Nobody can join until it is back; Banter keeps trying."
                .to_owned(),
        ),
        (SignalingStatus::Reconnecting, linked) => {
            let those = match linked {
                1 => "the one person".to_owned(),
                _ => format!("the {linked} people"),
            };
            Some(format!(
                "The server is out of reach. You can go on chatting with {those} you are linked to."
            ))
        }
        (SignalingStatus::Offline, _) => Some(
            "There is no network. What you write waits here and goes out once it is back."
                .to_owned(),
        ),
    }
}

/// How many of the others are linked.
pub(crate) fn linked_count(linked: usize, others: usize) -> String {
    match others {
        0 => "nobody else here".to_owned(),
        _ => format!("linked to {linked} of {others}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latency_is_told_only_of_an_open_link() {
        let words = link;
        assert_eq!(
            words(LinkState::Connected, None, Some(24)),
            "Linked · 24 ms"
        );
        assert_eq!(words(LinkState::Connected, None, None), "Linked");
        assert!(!words(LinkState::Disconnected, None, Some(24)).contains("24"));
    }

    #[test]
    fn an_open_link_says_which_way_it_takes() {
        let words = |path| link(LinkState::Connected, Some(path), Some(24));
        assert_eq!(words(LinkPath::Direct), "Direct · 24 ms");
        assert_eq!(words(LinkPath::Relayed), "Relayed · 24 ms");
    }

    #[test]
    fn a_lost_server_is_explained_by_what_still_works() {
        assert_eq!(signaling_advice(SignalingStatus::Connected, 0), None);
        let alone = signaling_advice(SignalingStatus::Reconnecting, 0).unwrap();
        let linked = signaling_advice(SignalingStatus::Reconnecting, 2).unwrap();
        assert!(!alone.contains("go on chatting") && linked.contains("go on chatting"));
    }

    #[test]
    fn linked_peers_are_counted_against_everybody_else() {
        assert_eq!(linked_count(0, 0), "nobody else here");
        assert_eq!(linked_count(3, 4), "linked to 3 of 4");
    }
}
