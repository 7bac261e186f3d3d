#!/usr/bin/env bash
# Everything that can be said about the sources without running them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .ci/report.sh
. .ci/arrows.sh
. .ci/circles.sh
. .ci/dependencies.sh
. .ci/promises.sh
. .ci/documents.sh
. .ci/texts.sh

longest_file=500

# A file that is read whole is a file that is understood.
check_file_lengths() {
    local too_long
    too_long=$(git ls-files -z '*.rs' '*.css' '*.js' '*.sh' | xargs -0 wc -l |
        awk -v longest="$longest_file" '$2 != "total" && $1 > longest { print $2 " has " $1 " lines" }')
    [ -z "$too_long" ] || { echo "$too_long" >&2; return 1; }
}

bundler=${CARGO_TARGET_DIR:-target}/debug/banter-bundler

timed "formatting" cargo fmt --all --check
timed "file lengths" check_file_lengths
timed "promises and their tests" check_promises
timed "what documents name" check_documents
timed "texts outside of the words" check_texts
timed "arrows between crates" check_arrows
timed "circles between modules" check_circles
timed "licences, bans and sources" check_dependencies
timed "clippy, native" cargo clippy --quiet --workspace --all-targets -- -D warnings
timed "clippy, wasm" "$bundler" cargo clippy --quiet --package banter-frontend \
    --lib --bins --tests -- -D warnings
