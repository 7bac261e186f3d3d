//! Cargo for `wasm32-unknown-unknown`, whichever compiler has that target here.
//!
//! rustup's own toolchain has it after `rustup target add`. Where rustup's servers are out of
//! reach, `.ci/wasm-target.sh` has built it for Debian's compiler, which rustup then knows as the
//! toolchain `debian` and which links with LLVM's `wasm-ld`.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail, ensure};

use crate::layout::Layout;

const TRIPLE: &str = "wasm32-unknown-unknown";
/// What is not a release: little optimisation makes wasm so much smaller that building and loading it together take less time than
/// with none. Of the bindings nearly nothing is used, and nobody reads line tables in a browser.
const UNRELEASED: [&str; 4] = [
    "profile.dev.opt-level = 1",
    "profile.dev.package.js-sys.opt-level = 0",
    "profile.dev.package.web-sys.opt-level = 0",
    "profile.dev.debug = false",
];
/// What changes while one works on it is there again in half of the time.
const DEVELOPMENT: [&str; 2] = [
    "profile.dev.package.banter-frontend.opt-level = 0",
    "profile.dev.package.banter-protocol.opt-level = 0",
];
/// Tests load it hundreds of times, and it computes more in them than for a person.
const TESTS: [&str; 1] = ["profile.dev.package.banter-protocol.opt-level = 1"];
const DEBIAN_STANDARD_LIBRARY: &str = "/usr/lib/rustlib/wasm32-unknown-unknown/lib";

#[derive(Debug)]
pub(crate) struct WasmCargo {
    root: PathBuf,
    target: PathBuf,
    profile: Profile,
    toolchain: Toolchain,
}

/// What it is compiled for: the first two by one of `Cargo.toml`'s profiles, and sharing all dependencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Dev,
    Test,
    Web,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Toolchain {
    Rustup,
    Debian,
}

impl Profile {
    /// Cargo's own is left unsaid: not every subcommand takes one.
    const fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Dev | Self::Test => &[],
            Self::Web => &["--profile", "web"],
        }
    }

    fn settings(self) -> impl Iterator<Item = &'static str> {
        let own: &[_] = match self {
            Self::Dev => &DEVELOPMENT,
            Self::Test => &TESTS,
            Self::Web => &[],
        };
        UNRELEASED.iter().chain(own).copied()
    }
}

impl WasmCargo {
    pub(crate) fn find(layout: &Layout, profile: Profile) -> Result<Self> {
        let toolchain = if has_standard_library(&rustup_library_directory()?) {
            Toolchain::Rustup
        } else if has_standard_library(Path::new(DEBIAN_STANDARD_LIBRARY)) {
            Toolchain::Debian
        } else {
            bail!("the Rust target {TRIPLE} is missing: run .ci/toolchain.sh");
        };
        let target = match (profile, toolchain) {
            // What runs while either is compiled, macros above all, is then compiled once.
            (Profile::Dev | Profile::Test, Toolchain::Rustup) => layout.target().to_path_buf(),
            // Two compilers must not share a folder.
            (Profile::Dev | Profile::Test, Toolchain::Debian) => layout.wasm_target(),
            // Cargo's folder of this profile would be the release's.
            (Profile::Web, _) => layout.wasm_target(),
        };
        Ok(Self {
            root: layout.root().to_path_buf(),
            target,
            profile,
            toolchain,
        })
    }

    /// Where cargo puts the wasm of a program.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        let folder = match self.profile {
            Profile::Dev | Profile::Test => "debug",
            Profile::Web => "web",
        };
        let place = self.target.join(TRIPLE).join(folder).join(name);
        place.with_extension("wasm")
    }

    /// Runs `cargo SUBCOMMAND --target wasm32-unknown-unknown …` with the profile.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Result<()> {
        self.run_with(arguments, &[])
    }

    /// The same with variables in its environment.
    pub(crate) fn run_with<A: AsRef<OsStr>>(
        &self,
        arguments: &[A],
        variables: &[(&str, &OsStr)],
    ) -> Result<()> {
        let (subcommand, rest) = arguments
            .split_first()
            .context("cargo needs a subcommand")?;
        let mut cargo = Command::new("cargo");
        cargo
            .current_dir(&self.root)
            .arg(subcommand)
            .args(["--target", TRIPLE, "--target-dir"])
            .arg(&self.target)
            .arg("--config")
            .arg(self.flags())
            .args(
                self.profile
                    .settings()
                    .flat_map(|setting| ["--config", setting]),
            )
            .args(self.profile.arguments())
            .args(rest)
            .envs(variables.iter().copied());
        if self.toolchain == Toolchain::Debian {
            cargo
                .env("RUSTUP_TOOLCHAIN", "debian")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld-22");
        }
        let status = cargo
            .status()
            .context("cargo is missing: install it from https://rustup.rs")?;
        ensure!(
            status.success(),
            "cargo failed for {TRIPLE}: its words are above"
        );
        Ok(())
    }

    /// Panic messages hold source paths. The same checkout built elsewhere, by someone else, must
    /// give the same bytes, and nobody needs to learn the builder's home directory.
    fn flags(&self) -> String {
        let registry = cargo_home().join("registry").join("src");
        let flags = [
            (registry.as_path(), "/crates"),
            (self.root.as_path(), "/banter"),
        ]
        .map(|(from, to)| format!("'--remap-path-prefix={}={to}'", from.display()));
        format!("target.{TRIPLE}.rustflags = [{}]", flags.join(", "))
    }
}

fn cargo_home() -> PathBuf {
    env::var_os("CARGO_HOME").map_or_else(
        || PathBuf::from(env::var_os("HOME").unwrap_or_default()).join(".cargo"),
        PathBuf::from,
    )
}

fn rustup_library_directory() -> Result<PathBuf> {
    let answer = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", TRIPLE])
        .output()
        .context("rustc is missing: install it from https://rustup.rs")?;
    Ok(PathBuf::from(
        String::from_utf8_lossy(&answer.stdout).trim(),
    ))
}

fn has_standard_library(directory: &Path) -> bool {
    directory.read_dir().is_ok_and(|entries| {
        entries
            .flatten()
            .any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
    })
}
