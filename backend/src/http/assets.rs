//! Where the files of the web app come from.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

use actix_web::web::Bytes;

use super::embedded::{EMBEDDED_FILES, EmbeddedFile};

/// The files of the web app.
#[derive(Clone, Debug)]
pub(crate) enum AppFiles {
    /// Inside the program.
    Embedded(&'static [EmbeddedFile]),
    /// In a folder, read at each request, so that a new build shows at once.
    Folder(PathBuf),
}

/// One file, in every coding that is stored.
#[derive(Debug)]
pub(super) struct Asset {
    pub(super) hash: String,
    pub(super) plain: Bytes,
    pub(super) brotli: Option<Bytes>,
    pub(super) gzip: Option<Bytes>,
}

impl AppFiles {
    /// From the folder where one is named, else from the program.
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        folder.map_or(Self::Embedded(EMBEDDED_FILES), Self::Folder)
    }

    /// The file at a path without its leading slash. Blocks on the disk where the files are in a folder.
    pub(super) fn find(&self, path: &str) -> Option<Asset> {
        if !is_plain_path(path) {
            return None;
        }
        match self {
            Self::Embedded(files) => {
                files
                    .iter()
                    .find(|file| file.path == path)
                    .map(|file| Asset {
                        hash: file.hash.to_owned(),
                        plain: Bytes::from_static(file.plain),
                        brotli: file.brotli.map(Bytes::from_static),
                        gzip: file.gzip.map(Bytes::from_static),
                    })
            }
            Self::Folder(folder) => read(&folder.join(path)).ok(),
        }
    }
}

/// Only names that the build writes: no way up or to hidden files, no compressed twin by its own name.
fn is_plain_path(path: &str) -> bool {
    let is_plain_name = |name: &str| {
        let is_plain =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        !name.is_empty() && !name.starts_with('.') && name.bytes().all(is_plain)
    };
    path.split('/').all(is_plain_name) && !path.ends_with(".br") && !path.ends_with(".gz")
}

fn read(path: &Path) -> io::Result<Asset> {
    let plain = fs::read(path)?;
    let mut hasher = DefaultHasher::new();
    plain.hash(&mut hasher);
    let twin = |extension: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(extension);
        fs::read(name).ok().map(Bytes::from)
    };
    Ok(Asset {
        hash: format!("{:016x}", hasher.finish()),
        brotli: twin(".br"),
        gzip: twin(".gz"),
        plain: plain.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_paths_reach_a_file() {
        for path in ["index.html", "app-0123456789abcdef.js", "icons/icon.svg"] {
            assert!(is_plain_path(path), "{path}");
        }
        for path in [
            "",
            "/",
            "/etc/passwd",
            "../Cargo.toml",
            "icons/../../Cargo.toml",
            "icons//icon.svg",
            "icons/",
            ".git/config",
            "..%2fCargo.toml",
            "a\\b",
            "a\0",
            "app.js.br",
            "app.js.gz",
        ] {
            assert!(!is_plain_path(path), "{path:?}");
        }
    }
}
