//! One build of the web app, from sources to the folder that is served.

use std::{fs, path::Path, time::Instant};

use anyhow::{Context as _, Result};

use crate::{
    app::{self, App},
    assets::{self, Files},
    build_mark, compress,
    layout::Layout,
    output, stylesheet,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Quick to build; the page reloads itself.
    Dev,
    /// As quick to build, and nothing else in the page: what tests run.
    Test,
    /// Small, and compressed as well as can be.
    Release,
}

pub(crate) fn build(layout: &Layout, mode: Mode) -> Result<()> {
    assemble(layout, mode, &app::compile(layout, mode)?)
}

/// Puts the compiled app and the files of `static/` together.
pub(crate) fn assemble(layout: &Layout, mode: Mode, app: &App) -> Result<()> {
    let started = Instant::now();
    let mut sources = static_files(&layout.static_files(), mode)?;
    sources.insert("app.js".into(), app.glue.clone().into_bytes());
    sources.insert("app.wasm".into(), app.wasm.clone());
    sources.insert("boot.js".into(), include_bytes!("boot.js").to_vec());
    if mode == Mode::Dev {
        add_reload(&mut sources);
    }
    let mut served = assets::resolve(&sources)?;
    let folder = match mode {
        Mode::Dev => layout.web_dev(),
        Mode::Test => layout.web_test(),
        Mode::Release => layout.web_release(),
    };
    build_mark::add(&mut served);
    if mode == Mode::Release {
        compress_all(&mut served)?;
    }
    output::write(&folder, &served)?;
    if mode == Mode::Release {
        report_sizes(&served);
    }
    let seconds = started.elapsed().as_secs_f32();
    println!(
        "==> web app put together in {seconds:.1} s: {}",
        folder.display()
    );
    Ok(())
}

/// Everything below `static/`; the sheets in `static/styles/` become one, `style.css`.
fn static_files(folder: &Path, mode: Mode) -> Result<Files> {
    let mut files = Files::new();
    read_into(&mut files, folder, "")
        .with_context(|| format!("cannot read {}", folder.display()))?;
    let mut style = String::new();
    let sheets: Vec<String> = files
        .keys()
        .filter(|path| path.starts_with("styles/"))
        .cloned()
        .collect();
    for path in sheets {
        let sheet = files.remove(&path).unwrap_or_default();
        let sheet = String::from_utf8(sheet).with_context(|| format!("{path} is not UTF-8"))?;
        style.push_str(&sheet);
        style.push('\n');
    }
    if mode == Mode::Release {
        style = stylesheet::without_indentation(&stylesheet::without_comments(&style));
    }
    files.insert("style.css".into(), style.into_bytes());
    Ok(files)
}

fn read_into(files: &mut Files, folder: &Path, prefix: &str) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry
            .file_name()
            .into_string()
            .ok()
            .context("a name is not UTF-8")?;
        // Editors leave hidden files behind.
        if name.starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            read_into(files, &entry.path(), &format!("{prefix}{name}/"))?;
        } else {
            files.insert(format!("{prefix}{name}"), fs::read(entry.path())?);
        }
    }
    Ok(())
}

fn add_reload(sources: &mut Files) {
    sources.insert(
        "dev-reload.js".into(),
        include_bytes!("dev-reload.js").to_vec(),
    );
    if let Some(page) = sources.get_mut("index.html") {
        let tag = "<script type=\"module\" src=\"{{dev-reload.js}}\"></script>\n</head>";
        *page = String::from_utf8_lossy(page)
            .replacen("</head>", tag, 1)
            .into_bytes();
    }
}

fn compress_all(served: &mut Files) -> Result<()> {
    let mut compressed = Files::new();
    for (path, content) in &*served {
        for (suffix, form) in compress::forms(path, content)? {
            compressed.insert(format!("{path}.{suffix}"), form);
        }
    }
    served.extend(compressed);
    Ok(())
}

/// Sizes matter in what is shipped.
fn report_sizes(served: &Files) {
    let plain = served
        .iter()
        .filter(|(path, _)| !path.ends_with(".br") && !path.ends_with(".gz"));
    for (path, content) in plain {
        let small = served.get(&format!("{path}.br")).unwrap_or(content);
        println!(
            "    {:>9} bytes, {:>7} sent  {path}",
            content.len(),
            small.len()
        );
    }
}
