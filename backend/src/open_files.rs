//! How many files and sockets the process may have open (`RLIMIT_NOFILE`, getrlimit(2)).
//!
//! Many systems start programs with 1,024 and let them raise it themselves, so that old programs that use select(2)
//! do not break.

/// Files for everything but sockets, and for a few clients more than are counted.
const FILES_BESIDES: u64 = 512;

/// How many WebSockets there may be with so many files: each takes one.
pub fn sockets_within(files: u64) -> usize {
    usize::try_from(files.saturating_sub(FILES_BESIDES)).unwrap_or(usize::MAX)
}

/// Raises the limit as far as the system lets this process; gives what it is then. `None` where there is no limit, or
/// none that is known.
#[cfg(unix)]
pub fn raise_limit() -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: maximum,
        maximum,
    };
    if current == maximum || setrlimit(Resource::Nofile, raised).is_err() {
        return current;
    }
    maximum
}

/// There is no such limit here.
#[cfg(not(unix))]
pub fn raise_limit() -> Option<u64> {
    None
}
