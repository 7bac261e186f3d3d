//! Promise 21: keys, seals and signatures, frozen byte for byte. A second implementation can be held against the same files.
//!
//! To add a case, write its `in` into the file and run
//! `cargo test -p banter-protocol --test vectors -- --ignored write_vectors`. What is frozen stays as it is: a case whose `out`
//! would change is refused, and only somebody who deletes that `out` by hand can have it written anew.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod vectors_check;

use std::{fs, path::PathBuf};

use vectors_check::{TOPICS, Vectors, check};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

#[test]
fn every_topic_gives_the_frozen_bytes() {
    TOPICS.iter().for_each(check);
}

#[test]
fn every_file_has_its_topic() {
    let mut files: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    let mut topics: Vec<String> = TOPICS
        .iter()
        .map(|topic| format!("{}.json", topic.name))
        .collect();
    files.sort_unstable();
    topics.sort_unstable();
    assert_eq!(files, topics);
}

/// Writes `out` where there is none.
#[test]
#[ignore = "writes into the source tree"]
fn write_vectors() {
    for topic in TOPICS {
        let path = folder().join(topic.name).with_extension("json");
        let json = fs::read_to_string(&path).unwrap();
        let mut vectors: Vectors = serde_json::from_str(&json).unwrap();
        for case in &mut vectors.cases {
            let computed = (topic.compute)(&case.input);
            let frozen = case.out.get_or_insert_with(|| computed.clone());
            assert_eq!(*frozen, computed, "{}: {} is frozen", topic.name, case.name);
        }
        let written = serde_json::to_string_pretty(&vectors).unwrap() + "\n";
        if written != json {
            fs::write(path, written).unwrap();
        }
    }
}
