//! From the frontend crate to wasm and the JavaScript that loads it.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    bundle::Mode,
    import_names,
    layout::Layout,
    wasm_cargo::{Profile, WasmCargo},
};

pub(crate) const PACKAGE: &str = "banter-frontend";

/// The app as a browser takes it: a wasm module and the ES module around it.
pub(crate) struct App {
    pub(crate) wasm: Vec<u8>,
    pub(crate) glue: String,
}

pub(crate) fn compile(layout: &Layout, mode: Mode) -> Result<App> {
    let profile = match mode {
        Mode::Dev => Profile::Dev,
        Mode::Test => Profile::Test,
        Mode::Release => Profile::Web,
    };
    let cargo = WasmCargo::find(layout, profile)?;
    cargo.run(&["build", "--package", PACKAGE, "--bin", PACKAGE])?;
    let compiled = cargo.program(PACKAGE);
    bind(&compiled, mode)
}

fn bind(compiled: &Path, mode: Mode) -> Result<App> {
    let wasm = fs::read(compiled).with_context(|| format!("cannot read {}", compiled.display()))?;
    let mut output = Bindgen::new()
        .input_bytes("app", wasm)
        .web(true)?
        .remove_name_section(mode == Mode::Release)
        .remove_producers_section(mode == Mode::Release)
        .generate_output()
        .context("wasm-bindgen cannot bind the app")?;
    // Snippets would be more files that the glue imports by a fixed name. No dependency has any.
    ensure!(
        output.snippets().values().all(Vec::is_empty) && output.local_modules().is_empty(),
        "a dependency of the app brings JavaScript of its own, which the bundler does not carry"
    );
    let mut glue = output.js().to_owned().into_bytes();
    let mut wasm = output.wasm_mut().emit_wasm();
    import_names::number(&mut glue, &mut wasm);
    let glue = String::from_utf8(glue).context("the glue is not text any more")?;
    Ok(App { wasm, glue })
}
