# Sourced: which crates may reach which (docs/ARCHITECTURE.md). Only what is linked counts, not what
# tests use; and every platform counts, not only this one.

check_arrows() {
    refuse banter-protocol --all-features 'actix.*|gloo.*|js-sys|tokio.*|wasm-bindgen.*|web-sys|yew.*' &&
        refuse banter-backend --no-default-features 'banter-frontend|gloo.*|yew.*' &&
        refuse_engine_in_server
}

reachable() { cargo tree --quiet --locked --edges normal --target all --prefix none "$@"; }

# refuse PACKAGE FEATURES PATTERN: nothing with such a name is reachable from it.
refuse() {
    local tree found
    tree=$(reachable --package "$1" "$2") || return
    found=$(awk '{ print $1 }' <<<"$tree" | sort -u | grep -Ex "$3" | paste -sd ' ') || true
    [ -z "$found" ] || { echo "$1 must not reach: $found" >&2; return 1; }
}

# The engine of a peer is for peers: the server neither has nor needs it.
refuse_engine_in_server() {
    local features
    features=$(reachable --package banter-backend --format '{p}: {f}') || return
    if grep -E '^banter-protocol .*: .*engine' <<<"$features" >&2; then
        echo "banter-backend must not enable the feature 'engine' of banter-protocol" >&2
        return 1
    fi
}
