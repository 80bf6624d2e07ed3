#!/usr/bin/env bash
# Every check, in the order in which a failure is cheapest to read.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin

step() { printf '\n== %s\n' "$1"; }

need() { # need COMMAND-OR-FILE PACKAGE WHAT-FOR
    if compgen -G "$1" >/dev/null || command -v "$1" >/dev/null; then return; fi
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing the Debian package $2 ($3) …"
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$2" >/dev/null
    else
        echo "The tests need $3: please install the Debian package $2, then run make again." >&2
        exit 1
    fi
}
need chromium chromium "a browser"
need '/usr/lib/postgresql/*/bin/initdb' postgresql "a PostgreSQL server"

if [ "${1:-}" = matrix ]; then
    step "Every page, language, colour scheme and width"
    exec $bin/python -m pytest -q -n 2 -m matrix
fi

step "Format"
$bin/ruff format --check --quiet .
step "Lint"
$bin/ruff check --quiet .
step "Types"
$bin/mypy
step "Imports"
$bin/lint-imports
step "Tests"
$bin/python -m pytest -q -n 2 --dist loadgroup -m "not matrix"
