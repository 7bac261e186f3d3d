//! Members who ask this person to go on with them elsewhere. Nobody is moved: the person answers, or lets it be.

use crate::{
    crypto::{IdentityKey, Invite},
    engine::{
        MoveInvite, MoveView, Standing,
        room::trust::{People, Regard},
    },
    ids::RoomId,
    limits,
    names::PersonName,
};

/// Somebody asks, and has no answer yet.
#[derive(Debug)]
pub(in crate::engine) struct Asking {
    by: IdentityKey,
    pub(in crate::engine) name: PersonName,
    pub(in crate::engine) invite: Invite,
}

/// See the module.
#[derive(Debug, Default)]
pub(in crate::engine) struct Moves {
    /// One of each person.
    asking: Vec<Asking>,
    /// Who has asked in this stay, and for which rooms.
    asked: Vec<(IdentityKey, Vec<RoomId>)>,
}

impl Moves {
    /// Goes on with what was not answered before a reload.
    pub(in crate::engine) fn new(kept: Vec<MoveInvite>) -> Self {
        let mut moves = Self::default();
        for MoveInvite {
            by,
            name,
            room,
            secret,
        } in kept
        {
            let invite = secret
                .parse()
                .ok()
                .and_then(|secret| Invite::private(room, secret));
            if let Some(invite) = invite {
                moves.ask(by, PersonName::from_remote(&name), invite, |_| {
                    Regard::Passing
                });
            }
        }
        moves
    }

    /// Somebody asks; their newest invite stands. Gives whether the person has something new to answer. Nobody asks twice for one
    /// room, nor for ever; and where many ask, those who matter most are heard.
    pub(in crate::engine) fn ask(
        &mut self,
        by: IdentityKey,
        name: PersonName,
        invite: Invite,
        regard: impl Fn(&IdentityKey) -> Regard,
    ) -> bool {
        let room = invite.room();
        let waits = |it: &Asking| it.by == by && it.invite.room() == room;
        if self.asking.iter().any(waits) {
            return false;
        }
        // The place of somebody who matters less.
        let makes_room = |others: Vec<IdentityKey>| {
            let ranks = others.iter().map(&regard).enumerate();
            let least = ranks.min_by_key(|&(place, regard)| (regard, place));
            least.filter(|it| it.1 < regard(&by)).map(|it| it.0)
        };
        let place = match self.asked.iter().position(|(who, _)| *who == by) {
            Some(place) => place,
            None => {
                if self.asked.len() >= limits::MOVE_ASKERS {
                    let others = self.asked.iter().map(|(who, _)| *who).collect();
                    let Some(place) = makes_room(others) else {
                        return false;
                    };
                    self.asked.remove(place);
                }
                self.asked.push((by, Vec::new()));
                self.asked.len() - 1
            }
        };
        let Some((_, rooms)) = self.asked.get_mut(place) else {
            return false;
        };
        if rooms.contains(room) || rooms.len() >= limits::MOVES_ASKED_EACH {
            return false;
        }
        rooms.push(room.clone());
        self.asking.retain(|asking| asking.by != by);
        if self.asking.len() >= limits::MOVES_UNANSWERED {
            let others = self.asking.iter().map(|asking| asking.by).collect();
            let Some(place) = makes_room(others) else {
                return false;
            };
            self.asking.remove(place);
        }
        self.asking.push(Asking { by, name, invite });
        true
    }

    /// The person has answered this invite of somebody's; gives it, where it still stands.
    pub(in crate::engine) fn answer(&mut self, by: &IdentityKey, room: &RoomId) -> Option<Asking> {
        let is_meant = |it: &Asking| it.by == *by && it.invite.room() == room;
        let place = self.asking.iter().position(is_meant)?;
        Some(self.asking.remove(place))
    }

    /// Somebody is not listened to any more. Gives whether they had asked.
    pub(in crate::engine) fn withdraw(&mut self, by: &IdentityKey) -> bool {
        let before = self.asking.len();
        self.asking.retain(|asking| asking.by != *by);
        self.asking.len() != before
    }

    pub(in crate::engine) fn is_empty(&self) -> bool {
        self.asking.is_empty()
    }

    /// For a reload.
    pub(in crate::engine) fn kept(&self) -> Vec<MoveInvite> {
        let kept = |asking: &Asking| {
            Some(MoveInvite {
                by: asking.by,
                name: asking.name.as_str().to_owned(),
                room: asking.invite.room().clone(),
                secret: asking.invite.secret()?.reveal(),
            })
        };
        self.asking.iter().filter_map(kept).collect()
    }

    /// As the person is asked. `me` may have asked in another tab.
    pub(in crate::engine) fn view(&self, people: &People, me: IdentityKey) -> Vec<MoveView> {
        let view = |Asking { by, name, invite }: &Asking| MoveView {
            by: *by,
            name: name.clone(),
            badge: by.badge(),
            standing: if people.is_verified(by) || *by == me {
                Standing::Verified
            } else if people.is_contested(by, name) {
                Standing::NewKey
            } else {
                Standing::Known
            },
            room: invite.room().clone(),
        };
        self.asking.iter().map(view).collect()
    }
}

#[cfg(test)]
mod tests;
