//! Promise 23: what the fuzzer once found interesting is played again by every test run, as it is and with small changes.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod fuzz_targets;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use fuzz_targets::TARGETS;

fn corpora() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus")
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn the_corpus_of_every_target_is_harmless() {
    let targets: BTreeSet<String> = TARGETS
        .iter()
        .map(|target| target.name.to_owned())
        .collect();
    assert_eq!(names_in(&corpora()), targets);
    for target in TARGETS {
        let folder = corpora().join(target.name);
        let files = names_in(&folder);
        assert!(!files.is_empty(), "{}", target.name);
        for file in files {
            let data = fs::read(folder.join(&file)).unwrap();
            // Printed where the target panics.
            println!("{}/{file}", target.name);
            fuzz_targets::run(target.name, &data);
            for variant in variants(&data) {
                fuzz_targets::run(target.name, &variant);
            }
        }
    }
}

/// Cut short, with a bit turned, with a part said twice.
fn variants(data: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..24).map(|step| {
        let place = data.len() * (step / 3) / 8;
        let mut data = data.to_vec();
        match step % 3 {
            0 => data.truncate(place),
            1 => {
                if let Some(byte) = data.get_mut(place) {
                    *byte ^= 1 << (step % 8);
                }
            }
            _ => data.extend_from_within(place..),
        }
        data
    })
}
