# Sourced by the scripts beside it: how they speak, time their steps and fail.

say() { printf '==> %s\n' "$*"; }

# The one line that names what is missing and the fix.
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# timed WHAT COMMAND...: says what starts and how long it took. A failing command's output is the
# explanation, so it is shown and the step's name is the last line.
timed() {
    local what=$1 started=$SECONDS
    shift
    say "$what"
    "$@" || { took $((SECONDS - started)) "$what"; fail "$what: failed after $((SECONDS - started)) s (its output is above)"; }
    say "$what: done in $((SECONDS - started)) s"
    took $((SECONDS - started)) "$what"
}

# took SECONDS WHAT: notes it in the file $BANTER_TIMES, where somebody wants a table of all steps (.ci/run).
took() {
    [ -z "${BANTER_TIMES:-}" ] || printf '%5d s  %s\n' "$1" "$2" >>"$BANTER_TIMES"
}

# quietly COMMAND...: silent if it succeeds, everything it said if it does not.
quietly() {
    local log
    log=$(mktemp)
    if "$@" >"$log" 2>&1; then
        rm -f "$log"
    else
        local status=$?
        cat "$log" >&2
        rm -f "$log"
        return "$status"
    fi
}

have() { command -v "$1" >/dev/null 2>&1; }
