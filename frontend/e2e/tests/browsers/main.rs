//! Real browsers against the real server. Each file is a theme, each test names what must hold; the numbers are
//! those of the promises in `docs/RELIABILITY.md` and `docs/SECURITY.md`.

mod harness;
