#!/usr/bin/env bash
# Every test, quick ones first. All of them run even if some fail; the last lines sum up.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .ci/report.sh

target=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
logs=$target/test-logs
mkdir -p "$logs"
summaries=()
failed=0

# tests NAME PATTERN COMMAND...: runs it and keeps the lines with PATTERN for the summary.
tests() {
    local name=$1 pattern=$2 started=$SECONDS status=passed
    shift 2
    say "$name"
    "$@" 2>&1 | tee "$logs/$name.log" || { status=FAILED; failed=1; }
    say "$name: $status in $((SECONDS - started)) s"
    took $((SECONDS - started)) "tests: $name"
    local line
    while IFS= read -r line; do
        summaries+=("$(printf '%-14s %s' "$name" "$line")")
    done < <(grep -E "$pattern" "$logs/$name.log" || echo "$status, without a summary")
}

# What the client in Python makes of every vector, and of others' frames.
second_client_tests() {
    (cd frontend/e2e/second-client && "$target/tools/second-client/bin/python" -m unittest test_second_client)
}

# Everything is compiled in one go and with the same features, so that no dependency is made twice; what differs from a
# release is the optimisation alone.
timed "compiling the server, the tests and their tools" \
    cargo build --workspace --bin banter --bin banter-bundler --tests

# Nextest asks cargo now what there is, since cargo answers nobody while it compiles the app.
programs=$logs/programs.json
cargo nextest list --workspace --list-type binaries-only --message-format json >"$programs"

# The app is compiled while tests run that mostly wait, and gives way to them.
(
    renice -n 19 "$BASHPID" >/dev/null
    timed "compiling the tests that run in a page" "$target/debug/banter-bundler" test-pages
    timed "building the web app for tests" "$target/debug/banter-bundler" build --test
) >"$logs/web-app.log" 2>&1 &
web_app=$!

# Whole browsers, which all tests of the program share: starting one takes longer than most tests. By cargo test, since nextest
# gives each test a program of its own; a test that hangs is ended with all others.
browsers() {
    timeout --foreground 40m cargo test --workspace --test browsers -- "$@"
}

# Many tests only wait for a server, a timer or each other, so more of them run than there are cores; .config/nextest.toml
# says how many of those that compute.
at_once=$((3 * $(nproc)))
tests native '^ *Summary \[' cargo nextest run --binaries-metadata "$programs" --test-threads "$at_once" \
    -E 'not binary_id(banter-e2e::browsers)'
tests second-client '^(Ran|OK|FAILED)' second_client_tests

wait "$web_app" || { cat "$logs/web-app.log" >&2; fail "the web app for tests does not build: its output is above"; }
tests documentation '^test result' cargo test --quiet --doc --workspace

# Browsers compute more than they wait: one test more than there are cores keeps all of them busy. Where a promise states
# seconds, each has a core; what measures a page under a flood is alone.
timed_ones=(leaving:: reload:: server_down::)
lone_ones=(flood::)
tests browsers '^test result' browsers --test-threads $(($(nproc) + 1)) "${timed_ones[@]/#/--skip=}" "${lone_ones[@]/#/--skip=}"
tests browsers-timed '^test result' browsers --test-threads "$(nproc)" "${timed_ones[@]}"
tests browsers-alone '^test result' browsers --test-threads 1 "${lone_ones[@]}"

say "all tests:"
printf '    %s\n' "${summaries[@]}"
[ "$failed" = 0 ] || fail "some tests failed: their names are above, their output is in $logs"
