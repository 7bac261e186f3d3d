//! `banter`: the server's command.

use std::{fmt::Display, process::ExitCode};

use banter_backend::{
    config::{self, Command},
    logging, run,
};

fn main() -> ExitCode {
    let settings = match config::read(std::env::args_os()) {
        Ok(Command::Run(settings)) => *settings,
        Ok(Command::Print(text)) => {
            print!("{text}");
            return ExitCode::SUCCESS;
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

/// One line that says what is wrong.
fn fail(error: &dyn Display) -> ExitCode {
    eprintln!("banter: {error}");
    ExitCode::FAILURE
}
