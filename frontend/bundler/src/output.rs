//! Writes the folder that a server may be serving from at this moment.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use crate::assets::Files;

/// Makes `folder` hold exactly `files`, and never half of them: each appears whole, pages come after
/// what they ask for, and what is no longer wanted goes last. A file that has not changed is left
/// alone, so that nothing that depends on it is built again.
pub(crate) fn write(folder: &Path, files: &Files) -> Result<()> {
    let (pages, rest): (Vec<_>, Vec<_>) = files
        .iter()
        .partition(|(path, _)| Path::new(path).extension().is_some_and(|e| e == "html"));
    for (path, content) in rest.into_iter().chain(pages) {
        let place = folder.join(path);
        replace(&place, content).with_context(|| format!("cannot write {}", place.display()))?;
    }
    let wanted = files.keys().map(|path| folder.join(path)).collect();
    remove_others(folder, &wanted).with_context(|| format!("cannot tidy {}", folder.display()))
}

fn replace(place: &Path, content: &[u8]) -> io::Result<()> {
    if fs::read(place).is_ok_and(|old| old == content) {
        return Ok(());
    }
    if let Some(parent) = place.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut unfinished = place.as_os_str().to_owned();
    unfinished.push(".unfinished");
    fs::write(&unfinished, content)?;
    fs::rename(&unfinished, place)
}

fn remove_others(folder: &Path, wanted: &BTreeSet<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, wanted)?;
            if fs::read_dir(&path)?.next().is_none() {
                fs::remove_dir(&path)?;
            }
        } else if !wanted.contains(&path) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{env, process};

    use super::*;

    fn files(files: &[(&str, &str)]) -> Files {
        files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn a_second_build_keeps_what_is_the_same_and_removes_what_is_gone() {
        let folder = env::temp_dir().join(format!("banter-output-{}", process::id()));
        write(
            &folder,
            &files(&[("index.html", "1"), ("i/a.svg", "a"), ("b-1.js", "b")]),
        )
        .unwrap();
        let age = || {
            fs::metadata(folder.join("b-1.js"))
                .unwrap()
                .modified()
                .unwrap()
        };
        let before = age();

        write(&folder, &files(&[("index.html", "2"), ("b-1.js", "b")])).unwrap();
        assert_eq!(fs::read(folder.join("index.html")).unwrap(), b"2");
        assert_eq!(age(), before);
        let left: BTreeSet<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["b-1.js", "index.html"].map(Into::into).into());
        fs::remove_dir_all(folder).unwrap();
    }
}
