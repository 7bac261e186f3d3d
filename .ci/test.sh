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

# wasm_tests VARIABLE DRIVER: the driver is named, since the runner takes the first one on PATH.
wasm_tests() {
    cargo build --quiet --package banter-bundler --features test-runner &&
        env CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER="$target/debug/banter-wasm-test-runner" \
            "$1=$(command -v "$2")" WASM_BINDGEN_TEST_TIMEOUT=300 \
            "$target/debug/banter-bundler" cargo test --package banter-frontend --test browser
}

# What the client in Python makes of every vector, and of others' frames.
second_client_tests() {
    (cd frontend/e2e/second-client && "$target/tools/second-client/bin/python" -m unittest test_second_client)
}

tests native '^ *Summary \[' cargo nextest run --workspace -E 'not package(banter-e2e)'
tests documentation '^test result' cargo test --quiet --doc --workspace
tests wasm-chromium '^test result' wasm_tests CHROMEDRIVER chromedriver
tests wasm-firefox '^test result' wasm_tests GECKODRIVER geckodriver
tests second-client '^(Ran|OK|FAILED)' second_client_tests
make build
tests browsers '^ *Summary \[' cargo nextest run --workspace -E 'package(banter-e2e)'

say "all tests:"
printf '    %s\n' "${summaries[@]}"
[ "$failed" = 0 ] || fail "some tests failed: their names are above, their output is in $logs"
