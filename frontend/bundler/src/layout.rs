//! Where things are in the checkout.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

/// The checkout and its target directory.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    root: PathBuf,
    target: PathBuf,
}

impl Layout {
    /// The workspace that the current directory is in.
    pub(crate) fn find() -> Result<Self> {
        let here = env::current_dir().context("the current directory is gone")?;
        let root = here
            .ancestors()
            .find(|directory| directory.join("Cargo.lock").is_file())
            .context("no Cargo.lock here or above: run this inside the checkout")?
            .to_path_buf();
        let target = env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |directory| root.join(directory));
        Ok(Self { root, target })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where native builds are.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Where wasm is that cannot be where native builds are.
    pub(crate) fn wasm_target(&self) -> PathBuf {
        self.target.join("wasm")
    }

    /// The release of the web app: where the server's build script looks for it.
    pub(crate) fn web_release(&self) -> PathBuf {
        env::var_os("BANTER_WEB_DIR").map_or_else(
            || self.root.join("target").join("web"),
            |directory| self.root.join(directory),
        )
    }

    pub(crate) fn web_dev(&self) -> PathBuf {
        self.target.join("web-dev")
    }

    /// The app that tests run.
    pub(crate) fn web_test(&self) -> PathBuf {
        self.target.join("web-test")
    }

    /// The pages that run the wasm tests, a folder each.
    pub(crate) fn test_pages(&self) -> PathBuf {
        self.target.join("wasm-tests")
    }

    /// How many bytes the parts of the app had when that was last kept.
    pub(crate) fn parts(&self) -> PathBuf {
        self.root.join("frontend").join("bundler").join("parts.tsv")
    }

    pub(crate) fn static_files(&self) -> PathBuf {
        self.root.join("static")
    }

    pub(crate) fn debug_server(&self) -> PathBuf {
        self.target.join("debug").join("banter")
    }
}
