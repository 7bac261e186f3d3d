//! `make dev`: build, serve, and again at every change, until Ctrl-C.

use std::process;

use anyhow::{Context as _, Result};

use crate::{
    app::{self, App},
    bundle::{self, Mode},
    layout::Layout,
    server::Server,
    watch::{Change, Watch},
};

/// What a shell reports of a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// `features` are cargo's arguments for the server.
pub(crate) fn run(layout: &Layout, features: &[&str]) -> Result<()> {
    let server = Server::new(features);
    let stopped = server.clone();
    ctrlc::set_handler(move || {
        stopped.stop();
        process::exit(INTERRUPTED);
    })
    .context("cannot listen for Ctrl-C")?;

    let mut watch = Watch::new(layout);
    let mut app = app::compile(layout, Mode::Dev)?;
    bundle::assemble(layout, Mode::Dev, &app)?;
    server.restart(layout)?;
    println!("==> watching: the page reloads when a source changes; Ctrl-C ends");
    let mut changes = 0;
    loop {
        if let Some(change) = watch.poll() {
            changes += 1;
            if let Err(error) = follow(layout, &mut app, &server, change) {
                eprintln!("error: {error:#}");
                eprintln!("==> the old build stays; waiting for the next change");
            }
        }
        match server.check() {
            // Nothing that anyone is working on: its port is taken, say.
            Err(error) if changes == 0 => return Err(error),
            Err(error) => eprintln!("error: {error:#}\n==> it starts again at the next change"),
            Ok(()) => {}
        }
    }
}

/// Does no more than the change asks for: a changed style needs no compiler.
fn follow(layout: &Layout, app: &mut App, server: &Server, change: Change) -> Result<()> {
    if change.app {
        *app = app::compile(layout, Mode::Dev)?;
    }
    if change.app || change.page {
        bundle::assemble(layout, Mode::Dev, app)?;
    }
    if change.server {
        server.restart(layout)?;
    }
    Ok(())
}
