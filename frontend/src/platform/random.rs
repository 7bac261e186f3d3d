//! Random bytes (W3C Web Cryptography API, section 10.1.1).

/// 128 random bits; `None` where the browser gives none, and then nothing that needs them may go on.
pub fn bits_128() -> Option<u128> {
    let mut bytes = [0; 16];
    fill(&mut bytes)?;
    Some(u128::from_be_bytes(bytes))
}

/// 32 random bytes, for seeds and secrets.
pub fn bytes_32() -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    fill(&mut bytes)?;
    Some(bytes)
}

fn fill(bytes: &mut [u8]) -> Option<()> {
    let crypto = web_sys::window()?.crypto().ok()?;
    crypto.get_random_values_with_u8_array(bytes).ok()?;
    Some(())
}
