# Sourced: the standard library for wasm32-unknown-unknown.
#
# With rustup's servers in reach, `rustup target add` is all. Without them, Debian's packages give
# the same: a compiler that rustup knows as the toolchain `debian`, and a standard library built
# once from the source that Debian ships. `frontend/bundler/src/wasm_cargo.rs` picks the same way.

wasm_triple=wasm32-unknown-unknown
debian_std=/usr/lib/rustlib/$wasm_triple/lib

need_wasm_target() {
    has_std "$(rustc --print target-libdir --target "$wasm_triple")" && return
    debian_target_is_ready && return
    say "adding the Rust target $wasm_triple"
    if rustup target add "$wasm_triple" >/dev/null 2>&1; then
        say "adding the Rust target $wasm_triple: done"
    else
        say "rustup cannot download it here: building it from Debian's packages (about a minute)"
        need_debian_target
    fi
}

has_std() { compgen -G "$1/libtest-*.rlib" >/dev/null && compgen -G "$1/libstd-*.rlib" >/dev/null; }

# Another compiler cannot read this standard library, so it is only good with the one that built it.
debian_target_is_ready() {
    [ -x /usr/bin/rustc ] && [ -x /usr/bin/cargo ] && have wasm-ld-22 && has_std "$debian_std" &&
        [ "$(/usr/bin/rustc -vV)" = "$(cat "$debian_std/built-by" 2>/dev/null)" ] &&
        [ "$(rustup run debian rustc -vV 2>/dev/null)" = "$(/usr/bin/rustc -vV)" ]
}

need_debian_target() {
    can_install_packages ||
        fail "the Rust target $wasm_triple is missing: run 'rustup target add $wasm_triple' with internet access"
    need_packages "a Rust compiler for $wasm_triple" rustc-web cargo-web rust-web-src lld-22
    quietly rustup toolchain link debian /usr ||
        fail "rustup cannot link the toolchain 'debian': run 'rustup toolchain link debian /usr'"
    timed "building the standard library for $wasm_triple" build_debian_std
}

# Bitcode, because link-time optimisation needs it; `test`, because wasm tests do.
build_debian_std() (
    set -e
    empty=$(mktemp -d)
    trap 'rm -rf "$empty"' EXIT
    quietly cargo +debian init --quiet --lib --vcs none --name empty "$empty"
    cd "$empty"
    RUSTFLAGS=-Cembed-bitcode=yes RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$empty/target" quietly \
        cargo +debian build --release --target "$wasm_triple" -Zbuild-std=std,panic_abort,test
    as_root rm -rf "$debian_std"
    as_root mkdir -p "$debian_std"
    for library in target/"$wasm_triple"/release/deps/*.rlib; do
        case $library in */libempty-*) ;; *) as_root cp "$library" "$debian_std/" ;; esac
    done
    /usr/bin/rustc -vV | as_root tee "$debian_std/built-by" >/dev/null
)

# Clippy must be the compiler's own, so Debian's target needs Debian's clippy.
need_wasm_clippy() {
    has_std "$(rustc --print target-libdir --target "$wasm_triple")" && return
    [ -x /usr/bin/cargo-clippy ] || need_packages "clippy for $wasm_triple" rust-web-clippy
}
