//! Reads the text format of Prometheus as strictly as it is written down, and fails where a page breaks a rule.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// What stands under one `# TYPE`.
#[derive(Debug, Default)]
pub(crate) struct Family {
    pub(crate) kind: String,
    pub(crate) help: String,
    pub(crate) samples: Vec<Sample>,
}

/// One line with a number.
#[derive(Debug)]
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) value: f64,
}

impl fmt::Display for Sample {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.name)?;
        let labels = self.labels.iter();
        let labels: Vec<_> = labels
            .map(|(name, value)| format!("{name}=\"{value}\""))
            .collect();
        if labels.is_empty() {
            return Ok(());
        }
        write!(formatter, "{{{}}}", labels.join(","))
    }
}

/// The families of a page, by name.
pub(crate) fn parse(page: &str) -> BTreeMap<String, Family> {
    assert!(page.ends_with('\n'), "the last line has an end");
    let mut families = BTreeMap::<String, Family>::new();
    let mut current = String::new();
    for line in page.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, help) = help.split_once(' ').expect("words of help");
            assert_name(name);
            let help = help.to_owned();
            let family = Family {
                help,
                ..Family::default()
            };
            assert!(
                families.insert(name.to_owned(), family).is_none(),
                "{name} twice"
            );
            name.clone_into(&mut current);
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').expect("a type");
            assert_eq!(name, current, "the type follows the help");
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            kind.clone_into(&mut families.get_mut(name).expect("its help").kind);
        } else {
            assert!(!line.starts_with('#'), "{line}");
            let sample = read_sample(line);
            let family = families
                .get_mut(&current)
                .expect("help and type come first");
            let suffixes: &[&str] = match family.kind.as_str() {
                "histogram" => &["_bucket", "_sum", "_count"],
                "counter" | "gauge" => &[""],
                other => panic!("{line} before its type: {other:?}"),
            };
            let belongs = |suffix: &&str| sample.name == format!("{current}{suffix}");
            assert!(suffixes.iter().any(belongs), "{line} below {current}");
            family.samples.push(sample);
        }
    }
    for (name, family) in &families {
        check(name, family);
    }
    families
}

fn read_sample(line: &str) -> Sample {
    let (id, value) = line.rsplit_once(' ').expect("a value");
    let (name, labels) = id.split_once('{').unwrap_or((id, ""));
    assert_name(name);
    let labels = labels.strip_suffix('}').unwrap_or(labels);
    let labels = labels.split_terminator(',').map(|pair| {
        let (label, value) = pair.split_once('=').expect("a label's value");
        assert!(!label.contains(':') && !label.starts_with("__"), "{line}");
        assert_name(label);
        let value = value
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        (label.to_owned(), value.expect("quotes").to_owned())
    });
    Sample {
        name: name.to_owned(),
        labels: labels.collect(),
        value: value.parse().expect("a number"),
    }
}

fn assert_name(name: &str) {
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':';
    let starts_well = name.starts_with(|first: char| !first.is_ascii_digit());
    assert!(
        starts_well && name.bytes().all(is_good),
        "{name:?} is no name"
    );
}

fn check(name: &str, family: &Family) {
    assert!(!family.samples.is_empty(), "{name} has no sample");
    let ids: BTreeSet<_> = family.samples.iter().map(ToString::to_string).collect();
    assert_eq!(ids.len(), family.samples.len(), "{name} has a sample twice");
    if family.kind != "gauge" {
        let is_good = |sample: &Sample| sample.value >= 0.0;
        assert!(family.samples.iter().all(is_good), "{name} is negative");
    }
    if family.kind == "histogram" {
        check_buckets(name, family);
    }
}

fn check_buckets(name: &str, family: &Family) {
    let of = |suffix: &str| {
        let name = format!("{name}{suffix}");
        let samples = family.samples.iter();
        samples.filter(move |sample| sample.name == name)
    };
    let mut last = (f64::NEG_INFINITY, 0.0);
    for bucket in of("_bucket") {
        let bound: f64 = bucket.labels["le"].parse().expect("a bound");
        assert!(bound > last.0, "{bucket} is out of order");
        assert!(bucket.value >= last.1, "{bucket} is not cumulative");
        last = (bound, bucket.value);
    }
    assert_eq!(last.0, f64::INFINITY, "{name} lacks the last bucket");
    let count: Vec<_> = of("_count").map(|sample| sample.value).collect();
    assert_eq!(count, [last.1], "{name} counts otherwise than its buckets");
    assert_eq!(of("_sum").count(), 1, "{name} has no sum");
}
