#!/usr/bin/env bash
# The Python environment, from the lock file with hashes. Safe to run again.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! "$PYTHON" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
    echo "Consult needs Python 3.11, 3.12 or 3.13; '$PYTHON' is not one of them." >&2
    exit 1
fi
if ! "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
    else
        echo "Please install the Debian package python3-venv, then run make again." >&2
        exit 1
    fi
fi
[ -x .venv/bin/python ] || { echo "Making the environment in .venv …"; "$PYTHON" -m venv .venv; }
echo "Installing the packages of the lock file …"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
