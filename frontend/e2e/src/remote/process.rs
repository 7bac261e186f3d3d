//! The processes of one browser, which die with the test whatever becomes of it.

use std::{
    env,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
};

use crate::process_tree;

/// Runs a browser as a group of processes of its own and waits for the end of what it reads, which comes with the
/// death of the test's process; then nothing of the browser is left, nor of its profile. A signal to the group of the
/// test's processes ends `cat`, which is the same.
const KEEPER: &str = r#"
profile=$1; shift
trap : HUP INT TERM
set -m
"$@" </dev/null &
browser=$!
cat >/dev/null
kill -KILL -- "-$browser" 2>/dev/null
wait "$browser" 2>/dev/null
rm -rf -- "$profile"
"#;

/// A running browser; killed when dropped.
#[derive(Debug)]
pub(crate) struct Process {
    keeper: Child,
    profile: tempfile::TempDir,
    /// Where it listens.
    pub(super) address: String,
}

impl Process {
    /// Starts the first of `programs` that is there. What it says on stderr tells the address, after `before_address`.
    pub(super) fn start(
        programs: &[&str],
        prepare: impl FnOnce(&Path),
        arguments: impl FnOnce(&str) -> Vec<String>,
        before_address: &str,
    ) -> Self {
        let profile = tempfile::Builder::new()
            .prefix("banter-browser-")
            .tempdir()
            .unwrap();
        prepare(profile.path());
        let path = profile
            .path()
            .to_str()
            .expect("a temporary folder in plain letters");
        let program = programs.iter().find(|program| is_there(program));
        let program = program.unwrap_or_else(|| {
            panic!("none of {programs:?} is installed; `make test` installs it")
        });
        let mut keeper = Command::new("bash")
            .args(["-c", KEEPER, "keeper", path, program])
            .args(arguments(path))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("bash runs");
        let mut output = BufReader::new(keeper.stderr.take().expect("stderr is piped"));
        let mut said = String::new();
        let address = loop {
            let start = said.len();
            let read = output.read_line(&mut said).unwrap_or_default();
            assert!(read > 0, "{program} said no address, only:\n{said}");
            if let Some((_, address)) = said[start..].split_once(before_address) {
                break address.trim().to_owned();
            }
        };
        // The browser goes on talking and must not be stopped by a full pipe.
        thread::spawn(move || output.read_to_end(&mut Vec::new()));
        Self {
            keeper,
            profile,
            address,
        }
    }

    /// Every process of the browser.
    pub(crate) fn all(&self) -> Vec<u32> {
        let keeper = self.keeper.id();
        let family = process_tree::all_naming(&self.profile.path().to_string_lossy());
        family
            .into_iter()
            .filter(|pid| *pid != keeper && !is_keepers_own(*pid, keeper))
            .collect()
    }

    /// Ends every process of the browser at once (SIGKILL).
    pub(crate) fn kill(&self) {
        process_tree::kill_all(|| self.all());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The end of what it reads.
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// `cat` has no profile in its command line, but the keeper has.
fn is_keepers_own(pid: u32, keeper: u32) -> bool {
    process_tree::parent(pid) == Some(keeper)
        && process_tree::command_line(pid).starts_with("cat\0")
}

fn is_there(program: &str) -> bool {
    let search = env::var_os("PATH").unwrap_or_default();
    program.contains('/') || env::split_paths(&search).any(|folder| folder.join(program).is_file())
}
