//! The debug server, which serves the development build from its folder.

use std::{
    process::{Child, Command},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::{Context as _, Result, bail, ensure};

use crate::layout::Layout;

/// At most one running server. Clones are the same one, for the handler of Ctrl-C.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    /// What cargo is told besides the program's name: with which features its dependencies are compiled.
    features: Vec<String>,
    child: Arc<Mutex<Option<Child>>>,
}

impl Server {
    pub(crate) fn new(features: &[&str]) -> Self {
        Self {
            features: features.iter().copied().map(str::to_owned).collect(),
            child: Arc::default(),
        }
    }

    /// Builds the server, and only then puts the new one in the old one's place.
    pub(crate) fn restart(&self, layout: &Layout) -> Result<()> {
        let status = Command::new("cargo")
            .current_dir(layout.root())
            .args(["build", "--bin", "banter"])
            .args(&self.features)
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
