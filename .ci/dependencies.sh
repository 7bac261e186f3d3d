# Sourced: the rules of deny.toml. cargo-deny checks them where it is installed; since compiling it
# takes longer than all other checks together, they are otherwise checked here, from the same file.

check_dependencies() {
    if have cargo-deny; then
        cargo deny --locked check --hide-inclusion-graph licenses bans sources
    else
        check_licences && check_bans && check_sources
    fi
}

# deny_list KEY: the quoted strings of the list KEY = [ ... ] in deny.toml.
deny_list() {
    sed -n "/^$1 = \[/,/\]/p" deny.toml | sed 's/#.*//' | grep -o '"[^"]*"' | tr -d '"'
}

everything() { cargo tree --quiet --locked --workspace --all-features --target all --prefix none "$@"; }

# A licence is an SPDX expression: with 1 for each allowed licence and 0 for the others, it is
# arithmetic.
check_licences() {
    local allowed crates crate licence expression status=0
    allowed=$(deny_list allow | paste -sd '|' | sed 's/\./\\./g')
    crates=$(everything --edges normal,build --format '{p}~{l}' | sort -u) || return
    while IFS='~' read -r crate licence; do
        [ -n "$crate" ] || continue
        licence=${licence% (\*)}
        expression=$(sed -E "s# WITH #_WITH_#g; s#/# OR #g; s#([A-Za-z0-9._-]+)#<\1>#g
            s#<OR>#||#g; s#<AND>#\&\&#g; s#<($allowed)>#1#g; s#<[^>]*># 0 #g" <<<"$licence")
        if [ -z "$licence" ] || ! ((expression)); then
            echo "the licence of $crate is not among those allowed in deny.toml: $licence" >&2
            status=1
        fi
    done <<<"$crates"
    return "$status"
}

check_bans() {
    local banned found
    banned=$(deny_list deny | paste -sd '|')
    found=$(everything --edges normal,build | awk '{ print $1 }' | sort -u | grep -Ex "$banned") || true
    [ -z "$found" ] || { echo "deny.toml bans: $found" >&2; return 1; }
}

check_sources() {
    local foreign
    foreign=$(grep '^source = ' Cargo.lock | sort -u |
        grep -vFx 'source = "registry+https://github.com/rust-lang/crates.io-index"') || true
    [ -z "$foreign" ] || { echo "Cargo.lock names another source: $foreign" >&2; return 1; }
}
