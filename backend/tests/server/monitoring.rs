//! The dashboard and the alert rules in `docs/hosting/` ask for what the server tells.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use banter_backend::{
    config::{BackplaneSettings, Credentials, NatsSettings},
    tls::{Tls, TlsFiles},
};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::harness::{
    TestServer,
    exposition::{self, Family},
    http::Answer,
    tls::Certificate,
};

fn document(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    fs::read_to_string(folder.join(name)).unwrap()
}

/// What a server tells that has everything switched on.
pub(crate) async fn families() -> BTreeMap<String, Family> {
    let certificate = Certificate::new();
    let files = TlsFiles {
        certificate: certificate.cert(),
        key: certificate.key(),
    };
    let server = TestServer::with(|settings| {
        settings.tls = Some(Tls::load(files).unwrap().into());
        // Nobody is there, which is told too.
        settings.backplane = BackplaneSettings::Nats(NatsSettings {
            servers: vec!["nats://127.0.0.1:1".parse().unwrap()],
            credentials: Credentials::None,
        });
    });
    let mut stream = certificate.connect(server.address).await.unwrap();
    let request = "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    exposition::parse(&Answer::parse(&bytes).text())
}

/// Every name of a metric in an expression.
fn names(expression: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    expression
        .split(|c| !is_part(c))
        .filter(|word| word.starts_with("banter_") || word.starts_with("process_"))
        .map(str::to_owned)
        .collect()
}

/// Every selector such as `cause="origin"` in an expression.
fn selectors(expression: &str) -> BTreeSet<(String, String)> {
    let parts = expression.split(['{', '}', ',']);
    let pairs = parts.filter_map(|part| part.trim().split_once("=\""));
    pairs
        .filter(|(label, _)| !["job", "instance"].contains(label))
        .map(|(label, value)| (label.to_owned(), value.trim_end_matches('"').to_owned()))
        .collect()
}

/// Asserts that all of it is told, and that histograms are asked for as such.
fn assert_told(expressions: &[String], families: &BTreeMap<String, Family>) {
    let samples: Vec<_> = families
        .values()
        .flat_map(|family| &family.samples)
        .collect();
    for expression in expressions {
        for name in names(expression) {
            let is_told = samples.iter().any(|sample| sample.name == name);
            assert!(is_told, "no sample is called {name}: {expression}");
        }
        for (label, value) in selectors(expression) {
            let is_told = samples
                .iter()
                .any(|sample| sample.labels.get(&label) == Some(&value));
            assert!(is_told, "nothing has {label}={value:?}: {expression}");
        }
    }
}

/// The texts under a key, however deep.
fn texts_of(value: &Value, key: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(text) if name == key => found.push(text.clone()),
                    _ => texts_of(field, key, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| texts_of(item, key, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn the_dashboard_shows_what_the_server_tells() {
    let dashboard: Value =
        serde_json::from_str(&document("hosting/grafana-dashboard.json")).unwrap();
    let mut expressions = Vec::new();
    texts_of(&dashboard, "expr", &mut expressions);
    texts_of(&dashboard["templating"], "query", &mut expressions);
    assert!(expressions.len() > 20, "{expressions:#?}");
    let families = families().await;
    assert_told(&expressions, &families);
    // And nothing is told that nobody is shown.
    let shown: BTreeSet<_> = expressions.iter().flat_map(|text| names(text)).collect();
    for (name, family) in &families {
        let is_shown = family
            .samples
            .iter()
            .any(|sample| shown.contains(&sample.name));
        let is_plain = ["process_virtual_memory_bytes", "process_threads"].contains(&name.as_str());
        assert!(is_shown || is_plain, "no panel shows {name}");
    }
    let ids: Vec<_> = dashboard["panels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|panel| &panel["id"])
        .collect();
    let different: BTreeSet<_> = ids.iter().map(ToString::to_string).collect();
    assert_eq!(ids.len(), different.len());
}

/// The parts of the rules: each begins with `- alert: NAME`, and its expression is one line or, after `>-`, the
/// lines that are indented further.
pub(crate) fn alerts() -> BTreeMap<String, String> {
    let rules = document("hosting/alerts.yml");
    let alerts = rules.split("- alert: ").skip(1).map(|alert| {
        let (name, rest) = alert.split_once('\n').unwrap();
        let (_, expression) = rest.split_once("expr: ").unwrap();
        let end = ["\n        for:", "\n        labels:"]
            .iter()
            .filter_map(|key| expression.find(key))
            .min();
        (name.to_owned(), expression[..end.unwrap()].to_owned())
    });
    alerts.collect()
}

#[tokio::test]
async fn alerts_ask_for_what_the_server_tells() {
    let alerts = alerts();
    assert!(alerts.len() > 8, "{alerts:#?}");
    let expressions: Vec<_> = alerts.into_values().collect();
    assert_told(&expressions, &families().await);
}
