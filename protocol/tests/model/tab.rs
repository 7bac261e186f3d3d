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
    /// How often this side has offered, and how often an offer had its answer.
    offered: u8,
    negotiated: u8,
    /// Every connection that there was, the newest last.
    pub(crate) connections: Vec<Connection>,
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
    /// DTLS is up, and the own proof has been sent.
    Connected,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Connection {
    pub(crate) negotiation: Negotiation,
    pub(crate) own: Certificate,
    /// The other end's.
    pub(crate) other: Certificate,
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
            offered: 0,
            negotiated: 0,
            connections: Vec::new(),
            sent: 0,
            received: 0,
            accepts: false,
        });
        Some(())
    }

    /// Offers, for the first time or because the connection is in doubt: then another one takes its place.
    pub(crate) fn offer(&mut self, at: usize, attempts: u8) -> Option<Sealed> {
        let link = self.links.get_mut(at)?;
        if link.offered.max(link.negotiated) == attempts {
            return None;
        }
        link.offered += 1;
        let negotiation = Negotiation {
            by: self.name,
            link: at,
            attempt: link.offered,
        };
        link.stage = Stage::Offered(negotiation);
        link.accepts = false;
        Some(link.seal(Kind::Offer, negotiation))
    }

    /// Opens a signal; gives the answer to an offer that is taken. `None` where nothing has changed.
    pub(crate) fn handle(
        &mut self,
        link: usize,
        sealed: &Sealed,
        attempts: u8,
    ) -> Option<Option<Sealed>> {
        let link = self.links.get_mut(link)?;
        link.open(sealed)?;
        let negotiation = sealed.negotiation;
        // Where both offer, the offer of the greater stands.
        let leads = self.name > link.theirs.identity;
        match (sealed.kind, link.stage) {
            (Kind::Answer, Stage::Offered(own)) if own == negotiation => {
                link.negotiated += 1;
                link.stage = Stage::Negotiated(negotiation);
                Some(None)
            }
            // Opened and of no use: only its number counts.
            (Kind::Answer, _) => Some(None),
            (Kind::Offer, Stage::Offered(_)) if leads => Some(None),
            (Kind::Offer, _) if link.negotiated == attempts => Some(None),
            (Kind::Offer, _) => {
                link.negotiated += 1;
                link.stage = Stage::Negotiated(negotiation);
                link.accepts = false;
                Some(Some(link.seal(Kind::Answer, negotiation)))
            }
        }
    }

    /// That of the connection which is being made.
    pub(crate) fn certificate(&self, at: usize) -> Option<Certificate> {
        let link = self.links.get(at)?;
        Some(Certificate {
            owner: self.name,
            link: at,
            connection: link.negotiated,
        })
    }

    /// DTLS is up. The other end's certificate is whatever the other end has: no description is trusted to tell.
    pub(crate) fn connect(&mut self, at: usize, other: Certificate) -> Option<()> {
        let own = self.certificate(at)?;
        let link = self.links.get_mut(at)?;
        let Stage::Negotiated(negotiation) = link.stage else {
            return None;
        };
        link.stage = Stage::Connected;
        link.connections.push(Connection {
            negotiation,
            own,
            other,
        });
        Some(())
    }
}

impl Link {
    /// The connection that is up.
    pub(crate) fn connected(&self) -> Option<Connection> {
        let up = self.stage == Stage::Connected;
        self.connections.last().filter(|_| up).copied()
    }

    /// The proof that this side sends over a connection.
    pub(crate) fn proof(&self, connection: Connection, variant: Variant) -> Proof {
        let certificates = (connection.own, connection.other);
        self.prove(self.direction, connection, certificates, variant)
    }

    /// The proof that this side waits for.
    pub(crate) fn awaited(&self, connection: Connection, variant: Variant) -> Proof {
        let certificates = (connection.other, connection.own);
        self.prove(self.direction.reversed(), connection, certificates, variant)
    }

    fn prove(
        &self,
        direction: Direction,
        connection: Connection,
        certificates: (Certificate, Certificate),
        variant: Variant,
    ) -> Proof {
        Proof {
            keys: self.keys,
            direction,
            negotiation: connection.negotiation,
            certificates: (variant != Variant::ProofsWithoutCertificates).then_some(certificates),
        }
    }

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
