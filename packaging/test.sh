#!/bin/sh
# Sets up like start.sh with the development tools, then runs every check and test.
set -eu
LOCK="$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)/requirements-dev.lock"
. "$(dirname -- "$0")/setup.sh"
cd "$root"
QT_QPA_PLATFORM=${QT_QPA_PLATFORM:-offscreen}
export QT_QPA_PLATFORM
bin="$venv/bin"
# tests/faults makes the disk fail with a small library in C; without a compiler it says so.
command -v cc >/dev/null 2>&1 || apt_install gcc libc6-dev || say "No C compiler: some tests are left out."
"$bin/ruff" check .
"$bin/ruff" format --check .
"$bin/mypy"
"$bin/lint-imports"
"$PY" packaging/messages.py --check
"$PY" packaging/licences.py --check
"$bin/desk" pack check
"$bin/pytest" -n auto --dist worksteal --cov --cov-report=term:skip-covered -q "$@"
