//! Counts the imports of the app instead of telling them apart by hashes.
//!
//! wasm-bindgen ends the name of each import with sixteen digits of a hash, in the glue and again in the wasm.
//! They are most of what cannot be compressed there: 2.7 KB for two hundred imports. A number as long as the hash
//! tells them apart as well, and lets every byte of the wasm stay where it is.

use std::{collections::BTreeMap, ops::Range};

const PREFIX: &[u8] = b"__wbg_";
const HASH_DIGITS: usize = 16;

/// Puts numbers in the place of hashes, the same in both files.
pub(crate) fn number(glue: &mut [u8], wasm: &mut [u8]) {
    let mut numbers: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    for hash in hashes(glue) {
        if let Some(digits) = glue.get(hash) {
            let next = numbers.len();
            numbers.entry(digits.to_vec()).or_insert(next);
        }
    }
    for file in [glue, wasm] {
        for hash in hashes(file) {
            if let Some(digits) = file.get_mut(hash)
                && let Some(number) = numbers.get(digits)
            {
                digits.copy_from_slice(format!("{number:0HASH_DIGITS$}").as_bytes());
            }
        }
    }
}

/// Where the hashes are at the ends of the names.
fn hashes(file: &[u8]) -> Vec<Range<usize>> {
    let starts = file
        .windows(PREFIX.len())
        .enumerate()
        .filter_map(|(start, window)| (window == PREFIX).then_some(start));
    starts
        .filter_map(|start| {
            let name = file.get(start..)?;
            let length = name
                .iter()
                .position(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'$'))
                .unwrap_or(name.len());
            let (rest, digits) = name.get(..length)?.split_last_chunk::<HASH_DIGITS>()?;
            let is_hash = digits
                .iter()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            (is_hash && rest.ends_with(b"_")).then(|| start + rest.len()..start + length)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_say_the_same_numbers_and_nothing_else_moves() {
        let mut glue = b"__wbg_get_imports() {
            __wbg_now_0123456789abcdef: f, __wbg_on_ffffffffffffffff: g, __wbg_now_0000000000000000: h"
            .to_vec();
        let mut wasm = b"\x1a__wbg_on_ffffffffffffffff\x00\x03\x1b__wbg_now_0123456789abcdef\x00 \
            __wbg_unknown_0123456789abcde0 0123456789abcdef"
            .to_vec();
        number(&mut glue, &mut wasm);
        assert_eq!(
            String::from_utf8(glue).unwrap(),
            "__wbg_get_imports() {
            __wbg_now_0000000000000000: f, __wbg_on_0000000000000001: g, __wbg_now_0000000000000002: h"
        );
        assert_eq!(
            String::from_utf8(wasm).unwrap(),
            "\x1a__wbg_on_0000000000000001\x00\x03\x1b__wbg_now_0000000000000000\x00 \
            __wbg_unknown_0123456789abcde0 0123456789abcdef"
        );
    }
}
