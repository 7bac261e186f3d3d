//! The compressed forms that lie beside a file, so that the server compresses nothing.

use std::{io::Write as _, path::Path};

use anyhow::Result;
use brotli::{CompressorWriter, enc::BrotliEncoderParams};
use flate2::{Compression, write::GzEncoder};

/// Images and fonts are compressed already.
const COMPRESSIBLE: [&str; 9] = [
    "css",
    "html",
    "ico",
    "js",
    "json",
    "svg",
    "txt",
    "wasm",
    "webmanifest",
];
const BUFFER_BYTES: usize = 64 * 1024;

/// Suffix and content of each compressed form that is smaller than the file.
pub(crate) fn forms(name: &str, content: &[u8]) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let extension = Path::new(name)
        .extension()
        .and_then(|extension| extension.to_str());
    if !extension.is_some_and(|extension| COMPRESSIBLE.contains(&extension)) {
        return Ok(Vec::new());
    }
    let mut forms = vec![("br", brotli(content)?), ("gz", gzip(content)?)];
    forms.retain(|(_, compressed)| compressed.len() < content.len());
    Ok(forms)
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        quality: 11,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut encoder = CompressorWriter::with_params(Vec::new(), BUFFER_BYTES, &parameters);
    encoder.write_all(content)?;
    Ok(encoder.into_inner())
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn both_forms_give_the_file_back() {
        let text = "every word twice, every word twice. ".repeat(100);
        let forms = forms("notes.txt", text.as_bytes()).unwrap();
        let [("br", small), ("gz", zipped)] = forms.as_slice() else {
            panic!("{forms:?}")
        };
        let (mut first, mut second) = (String::new(), String::new());
        brotli::Decompressor::new(small.as_slice(), 4096)
            .read_to_string(&mut first)
            .unwrap();
        flate2::read::GzDecoder::new(zipped.as_slice())
            .read_to_string(&mut second)
            .unwrap();
        assert_eq!(
            (first.as_str(), second.as_str()),
            (text.as_str(), text.as_str())
        );
    }

    #[test]
    fn what_does_not_shrink_has_no_forms() {
        assert!(forms("photo.png", &[0; 4096]).unwrap().is_empty());
        assert!(forms("tiny.js", b"x").unwrap().is_empty());
    }
}
