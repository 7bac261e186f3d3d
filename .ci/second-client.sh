#!/usr/bin/env bash
# Makes sure that the second client in Python has what it needs: a venv in target/tools, made for
# its very requirements.txt. Silent and quick when it is there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/report.sh"
. "$here/packages.sh"

requirements=$(dirname "$here")/frontend/e2e/second-client/requirements.txt
venv=$(dirname "$here")/target/tools/second-client
installed=$venv/installed-requirements.txt

need_python() {
    have python3 || need_packages "Python" python3 python3-venv
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "$(python3 --version) is too old, Python 3.11 is needed: install it, then run this again"
    python3 -c 'import ensurepip, venv' 2>/dev/null || need_packages "Python's venv" python3-venv
}

# Anew whenever the requirements change, so that nothing of the ones before is left.
install_requirements() {
    rm -rf "$venv"
    quietly python3 -m venv "$venv" ||
        fail "Python makes no venv in $venv: see its output above, then run this again"
    quietly "$venv/bin/python" -m pip install --disable-pip-version-check --requirement "$requirements" ||
        fail "the libraries in $requirements cannot be installed: connect to the network (or set PIP_INDEX_URL to a mirror), then run this again"
    cp "$requirements" "$installed"
}

if ! cmp -s "$requirements" "$installed" || ! "$venv/bin/python" -c '' 2>/dev/null; then
    need_python
    timed "installing what the second client needs (once)" install_requirements
fi
