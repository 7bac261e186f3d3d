# Sourced: system packages, where the system is Debian and this user may install them.

# as_root COMMAND...: without ever asking for a password in the middle of a build.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_install_packages() {
    have apt-get && { [ "$(id -u)" = 0 ] || { have sudo && sudo -n true 2>/dev/null; }; }
}

install_packages() {
    quietly as_root apt-get -o DPkg::Lock::Timeout=300 update &&
        quietly as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
}

# need_packages WHAT PACKAGE...: installs them, or says in one line what the person must install.
need_packages() {
    local what=$1
    shift
    can_install_packages ||
        fail "$what is missing: install it (on Debian: sudo apt-get install $*), then run this again"
    timed "installing $what ($*)" install_packages "$@"
}
