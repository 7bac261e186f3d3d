//! Builds the web app and, while one works on it, rebuilds and serves it.
//!
//! ```text
//! banter-bundler build --release    target/web: small, compressed, what the server embeds
//! banter-bundler build              target/web-dev: quick to build, reloads itself
//! banter-bundler dev                the same, served, and again at every change
//! banter-bundler cargo ARGUMENTS    cargo for the wasm target, as the two above call it
//! ```

mod app;
mod assets;
mod build_mark;
mod bundle;
mod compress;
mod dev;
mod digest;
mod import_names;
mod layout;
mod output;
mod server;
mod stylesheet;
mod wasm_cargo;
mod watch;

use std::{env, process::ExitCode};

use anyhow::{Result, bail};

use crate::{bundle::Mode, layout::Layout, wasm_cargo::WasmCargo};

const USAGE: &str = "usage: banter-bundler build [--release] | dev | cargo ARGUMENTS";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let layout = Layout::find()?;
    match words.as_slice() {
        ["build"] => bundle::build(&layout, Mode::Dev),
        ["build", "--release"] => bundle::build(&layout, Mode::Release),
        ["dev"] => dev::run(&layout),
        ["cargo", arguments @ ..] => WasmCargo::find(&layout)?.run(arguments),
        _ => bail!(USAGE),
    }
}
