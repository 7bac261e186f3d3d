//! Writes every screen in every state to a folder as HTML with the real style sheets, to look at without a
//! server: `cargo run -p banter-frontend --example gallery -- FOLDER`.
#![cfg_attr(
    not(target_arch = "wasm32"),
    expect(
        clippy::unwrap_used,
        clippy::expect_used,
        reason = "a tool for developers fails by saying where"
    )
)]

#[cfg(not(target_arch = "wasm32"))]
mod exhibits;

#[cfg(not(target_arch = "wasm32"))]
mod people;

#[cfg(not(target_arch = "wasm32"))]
#[path = "../../tests/screens/screen.rs"]
mod screen;

#[cfg(not(target_arch = "wasm32"))]
#[path = "../../tests/screens/states.rs"]
mod states;

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    let folder = std::env::args_os()
        .nth(1)
        .expect("name a folder to write to");
    exhibits::write(std::path::Path::new(&folder));
}

#[cfg(target_arch = "wasm32")]
fn main() {}
