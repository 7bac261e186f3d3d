//! `banter`: the server's command.

use std::{fmt::Display, process::ExitCode};

use banter_backend::{
    config::{self, Command},
    health_check, logging, run,
};

/// A join makes thirty things that live as long as its socket, and the standard heaps grow page by page (`docs/adr/0026`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let settings = match config::read(std::env::args_os()) {
        Ok(Command::Run(settings)) => *settings,
        Ok(Command::Print(text)) => return say(&text),
        Ok(Command::Checked(text)) => {
            return match logging::check() {
                Ok(()) => say(&text),
                Err(error) => fail(&error),
            };
        }
        Ok(Command::AskHealth(settings)) => {
            return match health_check::ask(&settings) {
                Ok(()) => say("ok\n"),
                Err(error) => fail(&error),
            };
        }
        Err(error) => return fail(&error),
    };
    if let Err(error) = logging::start(settings.log_format) {
        return fail(&error);
    }
    match actix_web::rt::System::new().block_on(run(settings)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn say(text: &str) -> ExitCode {
    print!("{text}");
    ExitCode::SUCCESS
}

/// One line that says what is wrong.
fn fail(error: &dyn Display) -> ExitCode {
    eprintln!("banter: {error}");
    ExitCode::FAILURE
}
