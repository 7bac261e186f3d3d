//! Two peer managers in one page, introduced to each other as the engine would do it.

use std::sync::Arc;

use banter_frontend::{
    event::{Event, EventSender, PageEvent},
    webrtc::PeerManager,
};
use banter_protocol::{
    engine::{
        ConnectionId, ConnectionSettings, Input, OpId, PathPolicy, RtcEvent,
        effect::{DescriptionKind, RemoteCandidate, RemoteDescription},
    },
    peer::Channel,
    signaling::IceServer,
};
use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use serde::Deserialize;

use crate::patience::wait_for;

/// The connection that both sides call by this name.
pub(crate) const LINK: ConnectionId = ConnectionId(1);

/// One side, with everything that its connections told.
pub(crate) struct Side {
    pub(crate) manager: PeerManager,
    pub(crate) heard: Vec<RtcEvent>,
    pub(crate) done: Vec<(OpId, Result<String, String>)>,
    queue: UnboundedReceiver<Event>,
    ops: u64,
}

#[derive(Deserialize)]
struct Description {
    r#type: String,
    sdp: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    candidate: String,
    sdp_mid: Option<String>,
    sdp_m_line_index: Option<u16>,
    username_fragment: Option<String>,
}

impl Side {
    pub(crate) fn new() -> Self {
        let (events, queue): (EventSender, _) = unbounded();
        let (heard, done) = (Vec::new(), Vec::new());
        Self {
            manager: PeerManager::new(events),
            heard,
            done,
            queue,
            ops: 0,
        }
    }

    /// Makes its connection.
    pub(crate) fn create(&mut self) {
        self.create_with(&[], PathPolicy::Any);
    }

    pub(crate) fn create_with(&mut self, ice_servers: &[IceServer], policy: PathPolicy) {
        let ice_servers = Arc::from(ice_servers);
        self.manager.create(
            LINK,
            ConnectionSettings {
                ice_servers,
                policy,
            },
        );
    }

    pub(crate) fn next_op(&mut self) -> OpId {
        self.ops += 1;
        OpId(self.ops)
    }

    /// Takes in what has happened so far.
    pub(crate) fn listen(&mut self) {
        while let Ok(event) = self.queue.try_recv() {
            match event {
                Event::Input(Input::Rtc(LINK, event)) => self.heard.push(event),
                Event::Input(Input::OpDone { op, result }) => self.done.push((op, result)),
                Event::Page(PageEvent::CertificateMade(made)) => {
                    self.manager.handle_certificate(made);
                }
                other => panic!("a peer manager has no business with {other:?}"),
            }
        }
    }

    pub(crate) fn has_heard(&mut self, event: &RtcEvent) -> bool {
        self.listen();
        self.heard.contains(event)
    }

    pub(crate) async fn result_of(&mut self, op: OpId) -> Result<String, String> {
        wait_for("the result of a call", || {
            self.listen();
            self.done
                .iter()
                .find(|(done, _)| *done == op)
                .map(|(_, result)| result.clone())
        })
        .await
    }

    pub(crate) async fn offer(&mut self) -> RemoteDescription {
        let op = self.next_op();
        self.manager.create_offer(LINK, op);
        description(&self.result_of(op).await.unwrap())
    }

    pub(crate) async fn answer(&mut self) -> RemoteDescription {
        let op = self.next_op();
        self.manager.create_answer(LINK, op);
        description(&self.result_of(op).await.unwrap())
    }

    pub(crate) async fn apply(&mut self, description: &RemoteDescription) {
        let op = self.next_op();
        self.manager
            .apply_description(LINK, op, description.clone());
        self.result_of(op).await.unwrap();
    }

    fn new_candidates(&mut self) -> Vec<RemoteCandidate> {
        self.listen();
        let (candidates, others): (Vec<_>, Vec<_>) = std::mem::take(&mut self.heard)
            .into_iter()
            .partition(|event| matches!(event, RtcEvent::Candidate(_)));
        self.heard = others;
        candidates.iter().filter_map(candidate).collect()
    }
}

/// Two sides whose connection has both channels open at both ends.
pub(crate) async fn linked() -> (Side, Side) {
    let (mut newcomer, mut host) = (Side::new(), Side::new());
    newcomer.create();
    host.create();
    host.apply(&newcomer.offer().await).await;
    newcomer.apply(&host.answer().await).await;
    wait_for("both channels at both ends", || {
        relay_candidates(&mut newcomer, &mut host);
        [&newcomer, &host]
            .iter()
            .all(|side| Channel::ALL.iter().all(|kind| is_open(side, *kind)))
            .then_some(())
    })
    .await;
    (newcomer, host)
}

fn relay_candidates(one: &mut Side, other: &mut Side) {
    for candidate in one.new_candidates() {
        other.manager.add_candidate(LINK, candidate);
    }
    for candidate in other.new_candidates() {
        one.manager.add_candidate(LINK, candidate);
    }
}

fn is_open(side: &Side, kind: Channel) -> bool {
    side.heard.contains(&RtcEvent::ChannelOpened(kind))
}

pub(crate) fn description(json: &str) -> RemoteDescription {
    let Description { r#type, sdp } = serde_json::from_str(json).unwrap();
    let kind = match &*r#type {
        "offer" => DescriptionKind::Offer,
        "answer" => DescriptionKind::Answer,
        other => panic!("a description of type {other}"),
    };
    RemoteDescription { kind, sdp }
}

/// `None` for the end mark.
fn candidate(event: &RtcEvent) -> Option<RemoteCandidate> {
    let RtcEvent::Candidate(json) = event else {
        return None;
    };
    let candidate: Option<Candidate> = serde_json::from_str(json).unwrap();
    candidate.map(|candidate| RemoteCandidate {
        candidate: candidate.candidate,
        sdp_mid: candidate.sdp_mid,
        sdp_m_line_index: candidate.sdp_m_line_index,
        username_fragment: candidate.username_fragment,
    })
}
