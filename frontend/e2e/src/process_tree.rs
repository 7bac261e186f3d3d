//! Killing a browser as a power cut would: every process of it, at once, without a word to anybody.

use std::{collections::BTreeMap, fs, process::Command};

use crate::patience::eventually;

/// Sends SIGKILL to the processes that `find` finds, and waits until it finds none.
pub(crate) fn kill_all(find: impl Fn() -> Vec<u32>) {
    let mut doomed = Vec::new();
    let gone = eventually(|| {
        doomed = find();
        if doomed.is_empty() {
            return Some(());
        }
        signal("KILL", &doomed);
        None
    });
    assert!(gone.is_ok(), "processes that outlive SIGKILL: {doomed:?}");
}

/// Every process whose command line names `marker`, and all that descend from one: a browser's helpers do not all
/// repeat the profile's path.
pub(crate) fn all_naming(marker: &str) -> Vec<u32> {
    let parents = parents();
    let names_marker = |pid: &u32| command_line(*pid).contains(marker);
    let mut family: Vec<u32> = parents.keys().copied().filter(names_marker).collect();
    let mut next = 0;
    while let Some(&pid) = family.get(next) {
        let children = parents
            .iter()
            .filter(|&(child, &parent)| parent == pid && !family.contains(child));
        let children: Vec<u32> = children.map(|(&child, _)| child).collect();
        family.extend(children);
        next += 1;
    }
    family
}

/// The command line of a process, its words apart by NUL; empty where the process is gone.
pub(crate) fn command_line(pid: u32) -> String {
    let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&line).into_owned()
}

/// The parent of a process; `None` where it is gone.
pub(crate) fn parent(pid: u32) -> Option<u32> {
    parents().get(&pid).copied()
}

/// The proportional set size of a process (`proc_pid_smaps(5)`).
pub(crate) fn proportional_memory_bytes(pid: u32) -> Option<u64> {
    let sums = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = sums.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024)
}

/// Sends a signal by its name. Processes that are gone already are no error.
pub(crate) fn signal(name: &str, pids: &[u32]) {
    let _ = Command::new("kill")
        .arg(format!("-{name}"))
        .args(pids.iter().map(u32::to_string))
        .stderr(std::process::Stdio::null())
        .status();
}

/// The parent of every process (`proc_pid_stat(5)`, field 4).
fn parents() -> BTreeMap<u32, u32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return BTreeMap::new();
    };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
        .filter_map(|pid| {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            // The command's name stands in parentheses and may hold anything, also spaces.
            let after_name = stat.rsplit_once(')')?.1;
            let parent = after_name.split_whitespace().nth(1)?.parse().ok()?;
            Some((pid, parent))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_and_its_descendants_are_killed_by_a_word_of_the_first_command_line() {
        let marker = format!("banter-marker-{}", std::process::id());
        let mut shell = Command::new("sh")
            .args(["-c", "sleep 300 & echo $!; wait", &marker])
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        std::io::BufRead::read_line(
            &mut std::io::BufReader::new(shell.stdout.take().unwrap()),
            &mut line,
        )
        .unwrap();
        let sleeper: u32 = line.trim().parse().unwrap();
        assert_eq!(all_naming(&marker), [shell.id(), sleeper]);
        signal("KILL", &all_naming(&marker));
        assert!(!shell.wait().unwrap().success());
        eventually(|| (!parents().contains_key(&sleeper)).then_some(())).unwrap();
    }
}
