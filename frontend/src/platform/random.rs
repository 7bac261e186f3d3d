//! Random bytes (W3C Web Cryptography API, section 10.1.1).

/// 32 random bytes, for seeds and secrets; `None` where the browser gives none, and then nothing that needs them may go
/// on.
pub fn bytes_32() -> Option<[u8; 32]> {
    bytes()
}

/// 16 random bytes, for ids.
pub fn bytes_16() -> Option<[u8; 16]> {
    bytes()
}

fn bytes<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Some(bytes)
}

fn fill(bytes: &mut [u8]) -> Option<()> {
    let crypto = web_sys::window()?.crypto().ok()?;
    crypto.get_random_values_with_u8_array(bytes).ok()?;
    Some(())
}
