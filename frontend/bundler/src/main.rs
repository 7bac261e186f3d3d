//! Builds the web app and, while one works on it, rebuilds and serves it.
//!
//! ```text
//! banter-bundler build --release    target/web: small, compressed, what the server embeds
//! banter-bundler build              target/web-dev: quick to build, reloads itself
//! banter-bundler build --test       target/web-test: as quick, without reloading itself: what tests run
//! banter-bundler dev ARGUMENTS      target/web-dev, served, and again at every change; cargo builds the server with these
//! banter-bundler test-pages         target/wasm-tests: the tests of the browser's wires, each program a page
//! banter-bundler parts [--keep]     which parts of the release weigh what, beside the last time; or keeps that for the next
//! banter-bundler cargo ARGUMENTS    cargo for the wasm target, as those above call it
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
mod parts;
mod server;
mod stylesheet;
mod test_pages;
mod wasm_cargo;
mod watch;

use std::{env, path::Path, process::ExitCode};

use anyhow::{Result, bail};

use crate::{
    bundle::Mode,
    layout::Layout,
    wasm_cargo::{Profile, WasmCargo},
};

const USAGE: &str = "usage: banter-bundler build [--release | --test] | dev ARGUMENTS | test-pages | parts [--keep] | cargo ARGUMENTS";

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
        ["build", "--test"] => bundle::build(&layout, Mode::Test),
        ["dev", features @ ..] => dev::run(&layout, features),
        ["test-pages"] => test_pages::build(&layout),
        // Cargo calls this for each program of tests.
        ["test-page", program, ..] => test_pages::assemble(&layout, Path::new(program)),
        ["parts"] => parts::report(&layout, false),
        ["parts", "--keep"] => parts::report(&layout, true),
        ["cargo", arguments @ ..] => WasmCargo::find(&layout, Profile::Test)?.run(arguments),
        _ => bail!(USAGE),
    }
}
