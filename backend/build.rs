//! Puts the built web app into the program: writes a table of its files, with the compressed twins beside them.
//! Without a built app the table is empty, and the server says so instead of serving it.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a build stops by panicking"
)]

use std::{
    env,
    fmt::Write as _,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    process::exit,
};

fn main() {
    println!("cargo::rerun-if-env-changed=BANTER_WEB_DIR");
    println!("cargo::rerun-if-changed=build.rs");
    let mut files = Vec::new();
    let folder = web_folder().unwrap_or_default();
    if folder.join("index.html").is_file() {
        collect(&folder, &mut files);
        files.sort();
    }
    let mut table = String::from(
        "/// Sorted by path.\npub(super) static EMBEDDED_FILES: &[EmbeddedFile] = &[\n",
    );
    for file in &files {
        write_entry(&mut table, &folder, file);
    }
    table.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("embedded_files.rs"), table).expect("the output folder can be written");
}

/// Where the built app is. A development build has none inside and serves a folder (`--app-dir`): otherwise every new app
/// would have the server and all of its tests compiled again. The folder is made where it is missing, since cargo would
/// otherwise run this anew at every build.
fn web_folder() -> Option<PathBuf> {
    let folder = wanted_folder()?;
    println!("cargo::rerun-if-changed={}", folder.display());
    Some(folder)
}

fn wanted_folder() -> Option<PathBuf> {
    if let Some(folder) = env::var_os("BANTER_WEB_DIR") {
        return Some(fs::canonicalize(&folder).unwrap_or_else(|error| {
            let folder = folder.display();
            println!("cargo::error=BANTER_WEB_DIR: {folder}: {error}; name the built web app");
            exit(1);
        }));
    }
    if env::var("PROFILE").as_deref() == Ok("debug") {
        return None;
    }
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("backend/ has a parent");
    let folder = workspace.join("target/web");
    fs::create_dir_all(&folder).expect("target/web can be made");
    Some(folder)
}

/// Every file below but the compressed twins.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the web app can be read") {
        let path = entry.expect("the web app can be read").path();
        let is_twin = path
            .extension()
            .is_some_and(|extension| extension == "br" || extension == "gz");
        if path.is_dir() {
            collect(&path, files);
        } else if !is_twin {
            files.push(path);
        }
    }
}

fn write_entry(table: &mut String, folder: &Path, file: &Path) {
    let path = file
        .strip_prefix(folder)
        .unwrap()
        .to_str()
        .expect("the app has plain names");
    let path = path.replace('\\', "/");
    let mut hasher = DefaultHasher::new();
    fs::read(file)
        .expect("the web app can be read")
        .hash(&mut hasher);
    let twin = |extension: &str| {
        let twin = PathBuf::from(format!("{}{extension}", file.display()));
        if twin.is_file() {
            format!("Some(include_bytes!({twin:?}))")
        } else {
            "None".to_owned()
        }
    };
    writeln!(
        table,
        "    EmbeddedFile {{ path: {path:?}, hash: \"{:016x}\", plain: include_bytes!({file:?}), brotli: {}, gzip: {} }},",
        hasher.finish(),
        twin(".br"),
        twin(".gz"),
    )
    .unwrap();
}
