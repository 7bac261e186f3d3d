//! Rooms that span servers, over NATS. The rules are in `banter_protocol::signaling::span`.
//!
//! Each room subscribes to its own subject and reads it itself, on its own thread. One task, the [`inbox`], reads what
//! comes for this server alone and hands it to the rooms, hears the others' signs of life, and sees NATS come and go.
//! Whoever has something to say publishes it: nothing waits in between but the client's own bounded queue.

mod bus;
mod inbox;
mod metrics;
mod orders;
mod subjects;

pub(crate) use bus::Bus;
pub(crate) use inbox::start;
pub(crate) use metrics::BackplaneMetrics;
pub(crate) use orders::FromBus;
