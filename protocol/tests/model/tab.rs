//! What an honest tab does.

use super::terms::{
    Announcement, Certificate, Direction, Kind, Name, Negotiation, PairKeys, Proof, Sealed, Variant,
};

/// So many people somebody has to do with at a time.
pub(crate) const LINKS: usize = 2;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Tab {
    pub(crate) name: Name,
    pub(crate) links: Vec<Link>,
}

/// What a tab has to do with one other, as far as it knows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Link {
    pub(crate) theirs: Announcement,
    pub(crate) keys: PairKeys,
    pub(crate) direction: Direction,
    pub(crate) stage: Stage,
    sent: u8,
    /// The sequence numbers that were there, a bit for each.
    received: u8,
    /// Whether the other's proof has been there: from now on, what comes over the connection is taken for the other's word.
    pub(crate) accepts: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Stage {
    Idle,
    Offered(Negotiation),
    /// Both descriptions are there.
    Negotiated(Negotiation),
    /// DTLS is up, and this is the certificate of the other end. The own proof has been sent.
    Connected(Negotiation, Certificate),
}

impl Tab {
    pub(crate) fn new(name: Name) -> Self {
        Self {
            name,
            links: Vec::new(),
        }
    }

    /// Takes an announcement; refused are own keys, and what is there already.
    pub(crate) fn hear(&mut self, theirs: Announcement, variant: Variant) -> Option<()> {
        let mine = Announcement::of(self.name);
        let reflected = theirs.identity == mine.identity || theirs.epoch_key == mine.epoch_key;
        let known = self.links.iter().any(|link| link.theirs == theirs);
        if reflected || known || self.links.len() == LINKS {
            return None;
        }
        let (keys, direction) = PairKeys::agree(mine, theirs, variant);
        self.links.push(Link {
            theirs,
            keys,
            direction,
            stage: Stage::Idle,
            sent: 0,
            received: 0,
            accepts: false,
        });
        Some(())
    }

    pub(crate) fn offer(&mut self, link: usize) -> Option<Sealed> {
        let negotiation = Negotiation {
            by: self.name,
            link,
        };
        let link = self.links.get_mut(link)?;
        if link.stage != Stage::Idle {
            return None;
        }
        link.stage = Stage::Offered(negotiation);
        Some(link.seal(Kind::Offer, negotiation))
    }

    /// Opens a signal; gives the answer to an offer that is taken. `None` where nothing has changed.
    pub(crate) fn handle(&mut self, link: usize, sealed: &Sealed) -> Option<Option<Sealed>> {
        // Where both offer, the offer of the greater stands.
        let leads = |link: &Link| self.name > link.theirs.identity;
        let link = self.links.get_mut(link)?;
        link.open(sealed)?;
        let offered = sealed.negotiation;
        match (sealed.kind, link.stage) {
            (Kind::Offer, Stage::Idle) => {}
            (Kind::Offer, Stage::Offered(_)) if !leads(link) => {}
            (Kind::Answer, Stage::Offered(own)) if own == offered => {
                link.stage = Stage::Negotiated(offered);
                return Some(None);
            }
            // Opened and of no use: only its number counts.
            _ => return Some(None),
        }
        link.stage = Stage::Negotiated(offered);
        Some(Some(link.seal(Kind::Answer, offered)))
    }

    pub(crate) fn certificate(&self, link: usize) -> Certificate {
        Certificate {
            owner: self.name,
            link,
        }
    }

    /// DTLS is up. The other end's certificate is whatever the other end has: no description is trusted to tell.
    pub(crate) fn connect(&mut self, link: usize, other_end: Certificate) -> Option<()> {
        let link = self.links.get_mut(link)?;
        let Stage::Negotiated(negotiation) = link.stage else {
            return None;
        };
        link.stage = Stage::Connected(negotiation, other_end);
        Some(())
    }

    /// The proof that this side sends, and the one that it waits for.
    pub(crate) fn proofs(&self, link: usize, variant: Variant) -> Option<(Proof, Proof)> {
        let own = self.certificate(link);
        let link = self.links.get(link)?;
        let Stage::Connected(negotiation, other) = link.stage else {
            return None;
        };
        let proof = |direction, sender, receiver| Proof {
            keys: link.keys,
            direction,
            negotiation,
            certificates: (variant != Variant::ProofsWithoutCertificates)
                .then_some((sender, receiver)),
        };
        Some((
            proof(link.direction, own, other),
            proof(link.direction.reversed(), other, own),
        ))
    }
}

impl Link {
    fn seal(&mut self, kind: Kind, negotiation: Negotiation) -> Sealed {
        self.sent += 1;
        Sealed {
            keys: self.keys,
            direction: self.direction,
            number: self.sent,
            kind,
            negotiation,
        }
    }

    fn open(&mut self, sealed: &Sealed) -> Option<()> {
        let number = 1 << sealed.number;
        let genuine = sealed.keys == self.keys && sealed.direction == self.direction.reversed();
        if !genuine || self.received & number != 0 {
            return None;
        }
        self.received |= number;
        Some(())
    }
}
