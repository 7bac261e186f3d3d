//! chromedriver and geckodriver: one for each browser, so that a killed browser takes nothing else with it.

use std::{
    env,
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
};

use crate::server::repository;

/// A running driver; killed when dropped.
#[derive(Debug)]
pub(crate) struct DriverProcess {
    process: Child,
    port: u16,
}

impl DriverProcess {
    /// Starts chromedriver: `$CHROMEDRIVER`, or the one on the PATH.
    pub(crate) fn chromedriver() -> Self {
        let program =
            env::var_os("CHROMEDRIVER").map_or_else(|| "chromedriver".into(), PathBuf::from);
        // "ChromeDriver was started successfully on port 40641."
        Self::start(
            Command::new(program).arg("--port=0"),
            "successfully on port ",
        )
    }

    /// Starts geckodriver: `$GECKODRIVER`, the one that the Makefile installs, or the one on the PATH.
    pub(crate) fn geckodriver() -> Self {
        let installed = repository().join("target/tools/bin/geckodriver");
        let program = env::var_os("GECKODRIVER").map_or_else(
            || {
                if installed.exists() {
                    installed
                } else {
                    "geckodriver".into()
                }
            },
            PathBuf::from,
        );
        // "1732…	geckodriver	INFO	Listening on 127.0.0.1:33413"
        let mut command = Command::new(program);
        Self::start(
            command.args(["--port", "0", "--websocket-port", "0"]),
            "Listening on 127.0.0.1:",
        )
    }

    fn start(command: &mut Command, before_port: &str) -> Self {
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("cannot start {}: {error}", command.get_program().display())
            });
        let mut output = BufReader::new(process.stdout.take().expect("stdout is piped"));
        let mut said = String::new();
        let port = loop {
            let start = said.len();
            let read = output.read_line(&mut said).unwrap_or_default();
            assert!(
                read > 0,
                "{} said no port, only:\n{said}",
                command.get_program().display()
            );
            if let Some((_, rest)) = said[start..].split_once(before_port) {
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                break digits.parse().expect("a port number");
            }
        };
        // The driver goes on logging and must not be stopped by a full pipe.
        thread::spawn(move || output.read_to_end(&mut Vec::new()));
        Self { process, port }
    }

    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for DriverProcess {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
