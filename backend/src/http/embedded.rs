//! The web app inside the program: a table that `build.rs` writes from the built app, empty where there was
//! none.

/// One file of the app.
#[derive(Debug)]
pub(crate) struct EmbeddedFile {
    /// Below the root, without a leading slash.
    pub(super) path: &'static str,
    /// Changes with the content.
    pub(super) hash: &'static str,
    pub(super) plain: &'static [u8],
    pub(super) brotli: Option<&'static [u8]>,
    pub(super) gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/embedded_files.rs"));
