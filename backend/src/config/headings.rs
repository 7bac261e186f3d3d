//! Headings of `--help`.

pub(super) const SERVING: &str = "Serving";
pub(super) const TLS: &str = "HTTPS without a proxy";
pub(super) const LIMITS: &str = "Limits";
pub(super) const TRAVERSAL: &str = "Through firewalls (STUN and TURN)";
pub(super) const RELAY: &str = "Relaying by this server (TURN)";
pub(super) const SEVERAL: &str = "Several servers";
pub(super) const OPERATION: &str = "Operation";
