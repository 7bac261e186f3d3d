#!/usr/bin/env bash
# What takes long: the fuzzers, an hour of coming and going, many seeds, two clean builds, hundreds of rounds in browsers. All of it
# runs even if some fails. What it finds is in target/soak, and nothing of it in the sources: what a fuzzer found goes into
# its corpus by hand, with the mend.
#
# BANTER_SOAK_MINUTES says how long each fuzz target runs (10); the rest follows from it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .ci/report.sh

minutes=${BANTER_SOAK_MINUTES:-10}
[[ $minutes =~ ^[1-9][0-9]*$ ]] || fail "BANTER_SOAK_MINUTES=$minutes is no number of minutes: write one from 1"
target=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
found=$target/soak
mkdir -p "$found"
failures=()

# part WHAT COMMAND...: says how long it took, and goes on whatever comes of it.
part() {
    local what=$1 started=$SECONDS
    shift
    say "$what"
    if "$@"; then
        say "$what: done in $((SECONDS - started)) s"
    else
        say "$what: FAILED after $((SECONDS - started)) s"
        failures+=("$what")
    fi
}

# Each target of each of the workspaces for fuzzing, as many at once as there are cores.
fuzz() {
    local folder names=()
    for folder in protocol backend; do
        (cd "$folder" && quietly cargo +nightly fuzz build) || return
        mapfile -t -O "${#names[@]}" names < <(cd "$folder" && cargo +nightly fuzz list | sed "s#^#$folder #")
    done
    export -f fuzz_one say
    export minutes found
    printf '%s\n' "${names[@]}" | xargs -P "$(nproc)" -L 1 bash -c 'fuzz_one "$@"' fuzz
}

# What it finds new goes to target/soak; the corpus in the sources is only read.
fuzz_one() {
    local folder=$1 name=$2
    local own=$found/corpus/$name log=$found/fuzz-$name.log
    mkdir -p "$own" "$found/crashes"
    if (cd "$folder" && cargo +nightly fuzz run "$name" "$own" "fuzz/corpus/$name" -- -max_total_time=$((minutes * 60)) \
        -timeout=25 -rss_limit_mb=2048 -artifact_prefix="$found/crashes/$name-") >"$log" 2>&1; then
        say "fuzz target $name: $(grep -oE '^Done [0-9]+ runs' "$log" || echo done), nothing found"
    else
        tail -n 30 "$log" >&2
        say "fuzz target $name: FAILED, its input is in $found/crashes, its output in $log"
        return 1
    fi
}

# An hour where a fuzz target has ten minutes. By cargo test, since nextest ends a test after five minutes.
come_and_go() { BANTER_LEAKS_MINUTES=$((minutes * 6)) cargo test --workspace --test leaks -- --nocapture; }

simulate() {
    BANTER_SIM_SEEDS=$((minutes * 1000)) cargo test --workspace --test sim --test log -- properties lies::
}

# In folders of different names, so that no path gets into what is built.
build_twice() {
    local folder name result=0
    folder=$(mktemp -d)
    for name in one the-other; do
        git clone --quiet . "$folder/$name" || return
        (cd "$folder/$name" && CARGO_TARGET_DIR=$PWD/target quietly make build) || { rm -rf "$folder"; return 1; }
    done
    diff -r "$folder"/{one,the-other}/target/web && cmp "$folder"/{one,the-other}/target/release/banter || result=1
    (cd "$folder/one/target" && sha256sum release/banter)
    rm -rf "$folder"
    return "$result"
}

rounds_in_browsers() {
    BANTER_SOAK_ROUNDS=$((minutes * 2)) cargo test --workspace --test browsers -- --test-threads=2 soak:: negotiation:: tampering:: hostile_
}

part "fuzzing each target for $minutes minutes" fuzz
part "coming and going for $((minutes * 6)) minutes" come_and_go
part "the simulators with $((minutes * 1000)) seeds, among them an evil server and members who lie" simulate
part "two clean builds are the same to the byte" build_twice
part "hundreds of rounds in browsers" rounds_in_browsers

[ ${#failures[@]} = 0 ] || fail "the soak found something: $(printf '%s; ' "${failures[@]}")its output is above and in $found"
say "the soak found nothing"
