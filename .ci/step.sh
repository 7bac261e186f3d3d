#!/usr/bin/env bash
# step.sh WHAT COMMAND...: says what starts, and how long it took or that it failed.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/report.sh"
timed "$@"
