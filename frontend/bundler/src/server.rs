//! The debug server, which serves the development build from its folder.

use std::{
    process::{Child, Command},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::{Context as _, Result, bail, ensure};

use crate::layout::Layout;

/// With the features that tests ask of dependencies, so that nothing is compiled twice: see the example.
const BUILD: [&str; 6] = [
    "build",
    "--workspace",
    "--bin",
    "banter",
    "--example",
    "all_features",
];

/// At most one running server. Clones are the same one, for the handler of Ctrl-C.
#[derive(Debug, Clone, Default)]
pub(crate) struct Server {
    child: Arc<Mutex<Option<Child>>>,
}

impl Server {
    /// Builds the server, and only then puts the new one in the old one's place.
    pub(crate) fn restart(&self, layout: &Layout) -> Result<()> {
        let status = Command::new("cargo")
            .current_dir(layout.root())
            .args(BUILD)
            .status()
            .context("cargo is missing: install it from https://rustup.rs")?;
        ensure!(
            status.success(),
            "the server does not build: cargo's words are above"
        );
        self.stop();
        let child = Command::new(layout.debug_server())
            .current_dir(layout.root())
            .arg("--app-dir")
            .arg(layout.web_dev())
            .spawn()
            .with_context(|| format!("cannot start {}", layout.debug_server().display()))?;
        *self.lock() = Some(child);
        Ok(())
    }

    /// An error once, if the server has ended by itself.
    pub(crate) fn check(&self) -> Result<()> {
        let mut child = self.lock();
        let ended = child.as_mut().map(Child::try_wait).transpose()?.flatten();
        if let Some(status) = ended {
            *child = None;
            bail!("the server has ended ({status}): its words are above");
        }
        Ok(())
    }

    pub(crate) fn stop(&self) {
        if let Some(mut child) = self.lock().take() {
            // It may have ended already, which is what was wanted.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Child>> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
