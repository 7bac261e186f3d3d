//! Who is there: the list, one person, their picture and how they are told apart.

pub(crate) mod avatar;
pub(crate) mod identity;
pub(crate) mod namesakes;
mod peer_item;
pub(crate) mod peer_list;
pub(crate) mod person_dialog;
