//! Random bytes (W3C Web Cryptography API, section 10.1.1).

/// 128 random bits; `None` where the browser gives none, and then nothing that needs them may go on.
pub fn bits_128() -> Option<u128> {
    let mut bytes = [0; 16];
    fill(&mut bytes)?;
    Some(u128::from_be_bytes(bytes))
}

/// 64 random bits, for the engine's seed.
pub fn bits_64() -> Option<u64> {
    let mut bytes = [0; 8];
    fill(&mut bytes)?;
    Some(u64::from_be_bytes(bytes))
}

fn fill(bytes: &mut [u8]) -> Option<()> {
    let crypto = web_sys::window()?.crypto().ok()?;
    crypto.get_random_values_with_u8_array(bytes).ok()?;
    Some(())
}
