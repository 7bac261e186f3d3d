# Sourced: what the tests need besides the build, such as browsers and the test runner.
# Whatever is on PATH is used; what is missing goes to target/tools, never into the user's home.

nextest_version=0.9.143
fuzz_version=0.13.2

# Without drivers: the tests speak with the browsers themselves. Chromium without a window of its own spares a third of their
# time, where it can be had; the whole one is for `make smoke`, and for figures.
need_browsers() {
    have chromium || have chromium-browser || have google-chrome || need_packages "Chromium" chromium
    have chromium-headless-shell || ! can_install_packages ||
        timed "installing Chromium's headless shell" install_packages chromium-headless-shell ||
        say "without Chromium's headless shell: the tests use the whole browser"
    have firefox-esr || have firefox || need_packages "Firefox" firefox-esr
}

# coturn's server and its tools try what is said about relays: nothing of them is in the product.
need_relay_tools() {
    { have turnserver && have turnutils_uclient; } || need_packages "coturn with its tools" coturn
    have openssl || need_packages "OpenSSL's command" openssl
    # The relay's host gets addresses, in a network of a test's own. Debian keeps it where only root looks.
    [ "$(uname -s)" != Linux ] || have ip || [ -x /usr/sbin/ip ] || need_packages "ip" iproute2
}

# Debian keeps it where only root looks.
need_nats() {
    have nats-server || [ -x /usr/sbin/nats-server ] || need_packages "NATS" nats-server
}

# The proxies that docs/hosting has configurations for. Debian keeps them where only root looks, and starts what it
# installs, on ports that are not ours to take.
need_proxies() {
    local PATH=$PATH:/usr/sbin:/sbin missing=() proxy
    for proxy in nginx caddy haproxy; do
        have "$proxy" || missing+=("$proxy")
    done
    [ ${#missing[@]} = 0 ] && return
    need_packages "proxies that operators use" "${missing[@]}"
    if [ -d /run/systemd/system ]; then
        as_root systemctl disable --now --quiet "${missing[@]}"
    fi
}

# cargo-fuzz needs a nightly compiler, and libFuzzer one for C++.
need_fuzzer() {
    cargo +nightly --version >/dev/null 2>&1 ||
        { say "installing a nightly compiler (once)"; quietly rustup toolchain install nightly --profile minimal; } ||
        fail "a nightly compiler is missing: run 'rustup toolchain install nightly'"
    have c++ || need_packages "a C++ compiler" g++
    have cargo-fuzz || need_tool cargo-fuzz "$fuzz_version" "the fuzzer's driver"
}

# Hosts of their own for browsers: only root may make them.
need_namespaces() {
    local PATH=$PATH:/usr/sbin:/sbin
    [ "$(uname -s)" = Linux ] && [ "$(id -u)" = 0 ] || fail "network namespaces need Linux and root: run this as root there"
    { have ip && have iptables; } || need_packages "tools for network namespaces" iproute2 iptables
}

# Judges pages for people who use a screen reader or a keyboard. One file out of its npm package, so that nothing needs Node.
axe_version=4.14.1
axe_sha512=FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==

need_axe() {
    local folder=$tools/axe-core-$axe_version
    [ -s "$folder/axe.min.js" ] || timed "fetching axe-core $axe_version" fetch_axe "$folder"
}

fetch_axe() {
    local folder=$1 registry=https://registry.npmjs.org
    ! have npm || registry=$(npm config get registry)
    mkdir -p "$folder"
    curl --silent --show-error --fail --location --output "$folder/package.tgz" \
        "${registry%/}/axe-core/-/axe-core-$axe_version.tgz" ||
        fail "axe-core is missing: connect to the network, or set npm's registry to a mirror, then run this again"
    [ "$(openssl dgst -sha512 -binary "$folder/package.tgz" | openssl base64 -A)" = "$axe_sha512" ] ||
        fail "the registry gave another axe-core than $axe_version: see .ci/test-tools.sh"
    tar --extract --gzip --file "$folder/package.tgz" --directory "$folder" --strip-components 1 package/axe.min.js
    rm "$folder/package.tgz"
}

need_test_runner() {
    have cargo-nextest || need_tool cargo-nextest "$nextest_version" "the test runner"
}

# Debug builds: these tools only wait for others, and so compile in half the time.
need_tool() {
    timed "compiling $1 $2, $3 (once, some minutes)" quietly \
        cargo install "$1" --version "$2" --locked --debug --root "$tools"
}
