#!/usr/bin/env bash
# Makes sure that everything needed to build (and with `lint`, `test`, `soak` or `lab` as argument, to
# check, to test, to test for hours, or to test behind NATs) is on this machine; installs what is missing and says so. Silent and quick otherwise.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=$(dirname "$here")/target/tools
export PATH="$tools/bin:$PATH"
minimum_rust=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$here/../Cargo.toml")

. "$here/report.sh"
. "$here/packages.sh"
. "$here/wasm-target.sh"
. "$here/test-tools.sh"

need_rust() {
    have rustup || fail "rustup is missing: install it from https://rustup.rs, then run this again"
    rustc --version >/dev/null 2>&1 ||
        fail "rustup has no working toolchain: run 'rustup default stable'"
    local version
    version=$(rustc --version | cut -d' ' -f2)
    [ "$(printf '%s\n' "$minimum_rust" "${version%%-*}" | sort -V | head -n1)" = "$minimum_rust" ] ||
        fail "Rust $version is too old, $minimum_rust is needed: run 'rustup update stable'"
    have cc || need_packages "a C linker" gcc libc6-dev
}

need_component() {
    "$1" --version >/dev/null 2>&1 || quietly rustup component add "$2" ||
        fail "$2 is missing: run 'rustup component add $2'"
}

need_rust
need_wasm_target
case ${1:-build} in
    build) ;;
    lint)
        need_component rustfmt rustfmt
        need_component cargo-clippy clippy
        need_wasm_clippy
        ;;
    test)
        need_browsers
        need_proxies
        need_relay_tools
        need_nats
        need_axe
        need_test_runner
        "$here/second-client.sh"
        ;;
    soak)
        need_fuzzer
        need_browsers
        "$here/second-client.sh"
        ;;
    lab)
        need_browsers
        need_namespaces
        need_test_runner
        ;;
    *) fail "toolchain.sh: unknown need '$1' (build, lint, test, soak or lab)" ;;
esac
