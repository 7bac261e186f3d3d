//! Random bits from the operating system.

use std::time::Duration;

use banter_protocol::ids::ServerId;

/// 256 random bits. The error is that of an operating system without randomness, with which no seat can be
/// given safely.
pub(crate) fn bits() -> Result<[u8; 32], getrandom::Error> {
    let mut bits = [0; 32];
    getrandom::fill(&mut bits)?;
    Ok(bits)
}

/// 64 random bits, so that no two names are alike.
pub(crate) fn name() -> Result<[u8; 8], getrandom::Error> {
    let mut bits = [0; 8];
    getrandom::fill(&mut bits)?;
    Ok(bits)
}

/// For this run of this server. Without randomness no seat can be given, so that the id does not matter then.
pub(crate) fn server_id() -> ServerId {
    let bits = bits().unwrap_or_default();
    let (half, _) = bits.split_first_chunk().unwrap_or((&[0; 16], &[]));
    ServerId::from_random(u128::from_be_bytes(*half))
}

/// Somewhere between the two, equally likely everywhere, so that clients who are sent away at the same moment
/// do not come back at the same moment.
pub(crate) fn jitter((least, most): (Duration, Duration)) -> Duration {
    let span = most.saturating_sub(least);
    // Without randomness all come at once, which is not fatal.
    let random = getrandom::u32().unwrap_or_default();
    least + span.mul_f64(f64::from(random) / f64::from(u32::MAX))
}
