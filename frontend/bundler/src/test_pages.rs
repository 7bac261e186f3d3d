//! The tests that only a browser can run, as pages: whoever opens one runs its tests and reads there how they went.
//!
//! This is the part of wasm-bindgen's own test runner that we need; that one brings a hundred crates and wants drivers for
//! browsers. The context and the names of exports are those of wasm-bindgen-test, at the version that Cargo.lock names.

use std::{env, ffi::OsString, fs, path::Path};

use anyhow::{Context as _, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    layout::Layout,
    wasm_cargo::{Profile, WasmCargo},
};

/// Of each page.
const FILES: [(&str, &str); 2] = [
    ("index.html", include_str!("test-page.html")),
    ("run.js", include_str!("test-page.js")),
];

/// Compiles the tests and makes a page of each program, by being what cargo runs them with.
pub(crate) fn build(layout: &Layout) -> Result<()> {
    let pages = layout.test_pages();
    if pages.exists() {
        fs::remove_dir_all(&pages).with_context(|| format!("cannot empty {}", pages.display()))?;
    }
    let mut runner = OsString::from(env::current_exe().context("this program has no path")?);
    runner.push(" test-page");
    let variable = (
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
        runner.as_os_str(),
    );
    let tests = [
        "test",
        "--quiet",
        "--package",
        "banter-frontend",
        "--test",
        "browser",
    ];
    WasmCargo::find(layout, Profile::Test)?.run_with(&tests, &[variable])
}

/// One page: `target/wasm-tests/NAME/`, where NAME is the program's without its digest.
pub(crate) fn assemble(layout: &Layout, program: &Path) -> Result<()> {
    let stem = program.file_stem().and_then(|stem| stem.to_str());
    let stem = stem.context("a program without a name")?;
    let name = stem.rsplit_once('-').map_or(stem, |(name, _)| name);
    let wasm = fs::read(program).with_context(|| format!("cannot read {}", program.display()))?;
    let folder = layout.test_pages().join(name);
    Bindgen::new()
        .input_bytes("tests", wasm)
        .web(true)?
        .debug(true)
        .export_wasm(true)
        .emit_start(false)
        .generate(&folder)
        .with_context(|| format!("wasm-bindgen cannot bind {name}"))?;
    for (file, content) in FILES {
        let place = folder.join(file);
        fs::write(&place, content).with_context(|| format!("cannot write {}", place.display()))?;
    }
    Ok(())
}
