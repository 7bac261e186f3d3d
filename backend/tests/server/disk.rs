//! Promise 53: nothing is written to disk.
//!
//! Watched from outside, in three ways that miss different things: bytes that the kernel wrote to storage for the process,
//! files that it holds open, and the folders in which it could think itself at home.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::SystemTime,
};

use serde_json::json;

use crate::harness::{
    Client, PATIENCE,
    binary::Binary,
    client::{join, offer},
    eventually,
    http::get,
};

/// A process, and the folder that is its home.
struct Watch {
    process: u32,
    folder: PathBuf,
    /// Everything in the folder, and the folder itself, whose time of change tells of files that came and went.
    before: BTreeMap<PathBuf, (SystemTime, u64)>,
}

impl Watch {
    fn start(process: u32, folder: &Path) -> Self {
        Self {
            process,
            folder: folder.to_owned(),
            before: tree(folder),
        }
    }

    /// What was written so far, by whichever way it is seen.
    fn seen(&self) -> Vec<String> {
        let mut seen = Vec::new();
        let bytes = written_bytes(self.process);
        if bytes > 0 {
            seen.push(format!("{bytes} bytes to storage"));
        }
        seen.extend(files_to_write(self.process).map(|file| format!("open for writing: {file}")));
        let now = tree(&self.folder);
        let changed = now
            .iter()
            .filter(|(path, is)| self.before.get(*path) != Some(is));
        seen.extend(changed.map(|(path, _)| format!("changed: {}", path.display())));
        seen
    }
}

/// By proc(5): what the process has caused to be sent to storage.
fn written_bytes(process: u32) -> u64 {
    let io = fs::read_to_string(format!("/proc/{process}/io")).unwrap();
    let line = io
        .lines()
        .find_map(|line| line.strip_prefix("write_bytes: "));
    line.unwrap().parse().unwrap()
}

/// Files, not pipes, sockets or devices, that it could write to just now.
fn files_to_write(process: u32) -> impl Iterator<Item = String> {
    let open = fs::read_dir(format!("/proc/{process}/fd")).unwrap();
    open.filter_map(move |entry| {
        let number = entry.ok()?.file_name().into_string().ok()?;
        let target = fs::read_link(format!("/proc/{process}/fd/{number}")).ok()?;
        let target = target.to_str()?.to_owned();
        let info = fs::read_to_string(format!("/proc/{process}/fdinfo/{number}")).ok()?;
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:"))?;
        let flags = u32::from_str_radix(flags.trim(), 8).ok()?;
        // O_WRONLY or O_RDWR.
        let can_write = flags & 0b11 != 0;
        let is_file = target.starts_with('/') && !target.starts_with("/dev/");
        (can_write && is_file).then_some(target)
    })
}

fn tree(folder: &Path) -> BTreeMap<PathBuf, (SystemTime, u64)> {
    let about = fs::metadata(folder).unwrap();
    let mut found = BTreeMap::from([(folder.to_owned(), (about.modified().unwrap(), about.len()))]);
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match fs::metadata(&path) {
            Ok(about) if about.is_dir() => found.extend(tree(&path)),
            Ok(about) => {
                found.insert(path, (about.modified().unwrap(), about.len()));
            }
            // It is gone again, which the folder tells.
            Err(_) => {}
        }
    }
    found
}

/// On storage, not in a file system in memory, where one can choose.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// Promise 53: a whole life with whatever is worth a line to somebody who writes: people, refusals, pages, relays, the end.
#[tokio::test]
async fn a_whole_life_of_the_server_writes_nothing_to_disk() {
    let folder = folder();
    for name in ["tmp", "logs"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    let flags = [
        "--turn-listen",
        "127.0.0.1:0",
        "--public-address",
        "127.0.0.1",
    ];
    let mut binary = Binary::start_in(folder.path(), &flags);
    let watch = Watch::start(binary.id(), folder.path());
    let mut first = Client::connect_to(binary.address).await;
    first.send(join("tea", 1)).await;
    assert_eq!(first.receive().await["type"], "room_joined");
    for number in 2..12 {
        let mut other = Client::connect_to(binary.address).await;
        other.send(join("tea", number)).await;
        assert_eq!(other.receive().await["type"], "room_joined");
        assert_eq!(first.receive().await["type"], "peer_joined");
        let mut large = offer(number, 1);
        large["offer"] = json!("x".repeat(60_000));
        other.send(large.clone()).await;
        assert_eq!(first.receive().await, large);
        other.send_text("nonsense").await;
        assert_eq!(other.refused().await, "bad_message");
        assert_eq!(watch.seen(), [] as [String; 0]);
    }
    for path in ["/", "/health", "/metrics", "/check", "/r/tea", "/nothing"] {
        get(binary.address, path).await;
    }
    assert_eq!(watch.seen(), [] as [String; 0]);
    binary.terminate();
    assert_eq!(first.receive().await["code"], "server_draining");
    assert_eq!(watch.seen(), [] as [String; 0]);
    assert_eq!(binary.exit_code_within(PATIENCE).await, Some(0));
    let at_last: Vec<_> = tree(folder.path()).into_iter().collect();
    assert_eq!(at_last, watch.before.into_iter().collect::<Vec<_>>());
}

/// A program that writes is seen.
struct Writer(Child);

impl Writer {
    fn start(script: &str, folder: &Path) -> Self {
        let mut command = Command::new("sh");
        // As the same process it waits until it was looked at.
        let script = format!("{script}; exec sleep 60");
        command.args(["-c", &script]).current_dir(folder);
        for pipe in [Command::stdin, Command::stdout, Command::stderr] {
            pipe(&mut command, Stdio::null());
        }
        Self(command.spawn().unwrap())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn the_watch_sees_whoever_writes_and_nobody_else() {
    for (script, expected) in [
        ("echo x > kept", Some("changed: ")),
        ("echo x > gone; rm gone", Some("changed: ")),
        ("mkdir -p deep; echo x > deep/kept", Some("changed: ")),
        (
            "exec 3>../elsewhere-of-the-watch",
            Some("open for writing: "),
        ),
        (
            "echo xxxxxxxx > ../elsewhere-of-the-watch",
            Some("bytes to storage"),
        ),
        ("cat /dev/null > /dev/null", None),
    ] {
        let folder = folder();
        let home = folder.path().join("home");
        fs::create_dir(&home).unwrap();
        let before = tree(&home);
        let writer = Writer::start(script, &home);
        let watch = Watch {
            process: writer.0.id(),
            folder: home,
            before,
        };
        match expected {
            Some(words) => {
                eventually(script, || {
                    watch.seen().iter().any(|seen| seen.contains(words))
                })
                .await;
            }
            None => {
                let name = format!("/proc/{}/comm", writer.0.id());
                eventually("it has come to its end", || {
                    fs::read_to_string(&name).is_ok_and(|name| name == "sleep\n")
                })
                .await;
                assert_eq!(watch.seen(), [] as [String; 0], "{script}");
            }
        }
    }
}
