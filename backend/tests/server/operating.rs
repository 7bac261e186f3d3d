//! What `docs/OPERATIONS.md` and the examples in `docs/hosting/` say is so: every flag that they name is accepted, and
//! every setting, metric and alert is explained.

use std::{collections::BTreeSet, fs, path::PathBuf};

use banter_backend::config::Timings;

use crate::{
    harness::{binary::run, tls::Certificate},
    monitoring,
};

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap()
}

fn operations() -> String {
    text("docs/OPERATIONS.md")
}

/// Every flag that a text names.
fn flags(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_lowercase() || c == '-'));
    let flags = words.filter(|word| word.starts_with("--") && word.len() > 3);
    flags
        .map(|flag| flag.trim_end_matches('-').to_owned())
        .collect()
}

/// Every setting.
fn settings() -> BTreeSet<String> {
    let help = String::from_utf8(run(&["--help"], &[]).stdout).unwrap();
    let lines = help
        .lines()
        .filter_map(|line| line.strip_prefix("      --"));
    let names = lines.map(|line| line.split(' ').next().unwrap());
    names.map(|name| format!("--{name}")).collect()
}

/// The rows of the table below a heading: what stands in their first column between backticks.
fn table(heading: &str) -> BTreeSet<String> {
    let operations = operations();
    let (_, below) = operations
        .split_once(&format!("\n## {heading}\n"))
        .unwrap_or_else(|| panic!("no {heading}"));
    let section = below.split("\n## ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    let firsts = rows.map(|row| row.split(" |").next().unwrap().replace('`', ""));
    firsts
        .flat_map(|first| first.split(", ").map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

fn is_fine(arguments: &[&str], environment: &[(&str, &str)]) {
    let output = run(arguments, environment);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success(),
        "{arguments:?} {environment:?}: {said}"
    );
}

#[test]
fn every_setting_is_explained_and_no_other_is_named() {
    let settings = settings();
    assert!(settings.len() > 20, "{settings:?}");
    assert_eq!(table("Settings"), settings);
    let others = ["--build", "--detach", "--unit", "--follow", "--now"];
    for name in flags(&operations()) {
        assert!(
            settings.contains(&name) || others.contains(&name.as_str()),
            "{name}"
        );
    }
}

#[tokio::test]
async fn every_metric_and_every_alert_is_explained() {
    let told: BTreeSet<_> = monitoring::families().await.into_keys().collect();
    assert_eq!(table("Metrics"), told);
    let alerts: BTreeSet<_> = monitoring::alerts().into_keys().collect();
    assert_eq!(table("Alerts"), alerts);
}

#[test]
fn every_command_that_is_told_would_start() {
    let certificate = Certificate::new();
    let [_, cert, _, key] = certificate.flags();
    let mut commands = Vec::new();
    for line in operations().lines() {
        if line.starts_with("banter ") && !line.contains("--config") {
            commands.push(line.to_owned());
        }
    }
    for name in ["nginx.conf", "Caddyfile", "haproxy.cfg"] {
        let example = text(&format!("docs/hosting/{name}"));
        let (_, rest) = example.split_once("Start Banter with: ").unwrap();
        commands.push(rest.lines().next().unwrap().to_owned());
    }
    assert!(commands.len() >= 8, "{commands:#?}");
    for command in commands {
        let command = command
            .replace(
                "/etc/letsencrypt/live/chat.example.org/fullchain.pem",
                &cert,
            )
            .replace("/etc/letsencrypt/live/chat.example.org/privkey.pem", &key);
        let mut arguments: Vec<_> = command.split(' ').skip(1).collect();
        arguments.push("check-config");
        is_fine(&arguments, &[]);
    }
}

#[test]
fn the_settings_file_is_right_with_and_without_what_is_commented_out() {
    let file = path("docs/hosting/banter.toml");
    is_fine(&["check-config", "--config", file.to_str().unwrap()], &[]);
    let certificate = Certificate::new();
    let [_, cert, _, key] = certificate.flags();
    let whole = text("docs/hosting/banter.toml")
        .replace("addr = \"127.0.0.1:8080\"\n", "")
        .replace("\n#", "\n")
        .lines()
        .filter(|line| line.is_empty() || line.contains(" = \"") || line.contains(" = ["))
        .collect::<Vec<_>>()
        .join("\n")
        .replace(
            "/etc/letsencrypt/live/chat.example.org/fullchain.pem",
            &cert,
        )
        .replace("/etc/letsencrypt/live/chat.example.org/privkey.pem", &key);
    assert!(whole.contains("\nturn_listen = "), "{whole}");
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), whole).unwrap();
    is_fine(
        &["check-config", "--config", file.path().to_str().unwrap()],
        &[],
    );
}

/// `BANTER_… : value` and `BANTER_…=value`, with `${NAME:?why}` filled in.
fn environment(text: &str) -> Vec<(String, String)> {
    let filled = [
        ("PUBLIC_ADDRESS", "203.0.113.7"),
        ("TURN_NAME", "turn.example.org"),
        ("TURN_SECRET", "0123456789abcdef0123456789abcdef"),
    ];
    let lines = text
        .lines()
        .map(|line| line.trim().trim_start_matches("ENV "));
    let pairs = lines.filter_map(|line| {
        line.strip_prefix("BANTER_")?;
        line.split_once(": ").or_else(|| line.split_once('='))
    });
    let pairs = pairs.map(|(name, value)| {
        let mut value = value.to_owned();
        for (variable, example) in filled {
            if let Some((before, rest)) = value.clone().split_once(&format!("${{{variable}:?")) {
                let (_, after) = rest.split_once('}').unwrap();
                value = format!("{before}{example}{after}");
            }
        }
        assert!(!value.contains('$'), "{value}");
        (name.to_owned(), value)
    });
    pairs.collect()
}

#[test]
fn the_images_and_the_compositions_set_what_the_server_takes() {
    for (name, least) in [
        ("backend/Dockerfile", 1),
        ("compose.yaml", 4),
        ("docs/hosting/compose.cluster.yaml", 5),
    ] {
        let environment = environment(&text(name));
        assert!(environment.len() >= least, "{name}: {environment:?}");
        let environment: Vec<_> = environment
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        is_fine(&["check-config"], &environment);
    }
    let dockerfile = text("backend/Dockerfile");
    assert!(
        dockerfile.contains("CMD [\"/banter\", \"health\"]"),
        "{dockerfile}"
    );
    assert!(dockerfile.contains("\nUSER 65532:65532\n"), "{dockerfile}");
    let rust = text("Cargo.toml");
    let (_, version) = rust.split_once("rust-version = \"").unwrap();
    let version = version.split('"').next().unwrap();
    assert!(
        dockerfile.contains(&format!("FROM rust:{version}-")),
        "{version}"
    );
}

/// Promise 56 needs that nobody kills the server while it says goodbye.
#[test]
fn whatever_stops_the_server_waits_until_it_has_drained() {
    let drained = Timings::default().drain_at_most.as_secs() + 5;
    let seconds = |text: &str, key: &str| -> u64 {
        let (_, value) = text.split_once(key).unwrap_or_else(|| panic!("{key}"));
        let value = value.split('s').next().unwrap();
        value.trim().parse().unwrap()
    };
    for (name, key) in [
        ("docs/hosting/banter.service", "\nTimeoutStopSec="),
        ("compose.yaml", "stop_grace_period: "),
        ("docs/hosting/compose.cluster.yaml", "stop_grace_period: "),
    ] {
        let waits = seconds(&text(name), key);
        assert!(waits > drained && waits > 15, "{name}: {waits}");
    }
}
