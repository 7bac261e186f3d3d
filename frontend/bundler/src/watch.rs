//! Notices changed sources, by asking: no service of the operating system is needed for that.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, SystemTime},
};

use crate::layout::Layout;

const PAUSE: Duration = Duration::from_millis(300);
const WATCHED: [&str; 8] = [
    "Cargo.lock",
    "Cargo.toml",
    "backend",
    "frontend/Cargo.toml",
    "frontend/src",
    "protocol/Cargo.toml",
    "protocol/src",
    "static",
];

/// What a change asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Change {
    /// The wasm, from Rust.
    pub(crate) app: bool,
    /// What is around it, from `static/`.
    pub(crate) page: bool,
    pub(crate) server: bool,
}

pub(crate) struct Watch {
    root: PathBuf,
    seen: Snapshot,
}

type Snapshot = BTreeMap<PathBuf, (SystemTime, u64)>;

impl Watch {
    pub(crate) fn new(layout: &Layout) -> Self {
        let root = layout.root().to_path_buf();
        let seen = snapshot(&root);
        Self { root, seen }
    }

    /// Waits a moment; then what has changed since the last change, once nothing changes any more:
    /// an editor may write several files at once.
    pub(crate) fn poll(&mut self) -> Option<Change> {
        thread::sleep(PAUSE);
        let mut now = snapshot(&self.root);
        if now == self.seen {
            return None;
        }
        loop {
            thread::sleep(PAUSE);
            let later = snapshot(&self.root);
            if later == now {
                break;
            }
            now = later;
        }
        let change = changed(&self.seen, &now)
            .map(|path| meaning(path.strip_prefix(&self.root).unwrap_or(path)))
            .fold(Change::default(), |all, one| Change {
                app: all.app || one.app,
                page: all.page || one.page,
                server: all.server || one.server,
            });
        self.seen = now;
        Some(change)
    }
}

fn changed<'a>(before: &'a Snapshot, after: &'a Snapshot) -> impl Iterator<Item = &'a Path> {
    let gone_or_different = before
        .iter()
        .filter(|(path, mark)| after.get(*path) != Some(*mark));
    let new = after.iter().filter(|(path, _)| !before.contains_key(*path));
    gone_or_different.chain(new).map(|(path, _)| path.as_path())
}

fn meaning(path: &Path) -> Change {
    let nothing = Change::default();
    match path.iter().next().and_then(|part| part.to_str()) {
        Some("backend") => Change {
            server: true,
            ..nothing
        },
        Some("frontend") => Change {
            app: true,
            ..nothing
        },
        Some("static") => Change {
            page: true,
            ..nothing
        },
        _ => Change {
            app: true,
            server: true,
            ..nothing
        },
    }
}

fn snapshot(root: &Path) -> Snapshot {
    let mut marks = Snapshot::new();
    for path in WATCHED {
        mark(&mut marks, &root.join(path));
    }
    marks
}

/// A file that vanishes while it is looked at is simply not there.
fn mark(marks: &mut Snapshot, path: &Path) {
    if let Ok(entries) = fs::read_dir(path) {
        for entry in entries.flatten() {
            mark(marks, &entry.path());
        }
    } else if let Ok(metadata) = fs::metadata(path) {
        let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        marks.insert(path.to_path_buf(), (modified, metadata.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_rebuilds_only_what_it_is_in() {
        let parts = |path| {
            let change = meaning(Path::new(path));
            (change.app, change.page, change.server)
        };
        assert_eq!(parts("static/styles/10-base.css"), (false, true, false));
        assert_eq!(parts("frontend/src/main.rs"), (true, false, false));
        assert_eq!(parts("backend/src/main.rs"), (false, false, true));
        assert_eq!(parts("protocol/src/lib.rs"), (true, false, true));
        assert_eq!(parts("Cargo.lock"), (true, false, true));
    }

    #[test]
    fn new_changed_and_removed_files_are_changes() {
        let at = |path: &str, size| (PathBuf::from(path), (SystemTime::UNIX_EPOCH, size));
        let before = Snapshot::from([at("same", 1), at("changed", 1), at("removed", 1)]);
        let after = Snapshot::from([at("same", 1), at("changed", 2), at("new", 1)]);
        let paths: Vec<_> = changed(&before, &after).collect();
        assert_eq!(
            paths,
            [Path::new("changed"), Path::new("removed"), Path::new("new")]
        );
    }
}
