#!/bin/sh
# Sets up like start.sh with the development tools, then runs every check and test.
set -eu
LOCK="$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)/requirements-dev.lock"
. "$(dirname -- "$0")/setup.sh"
cd "$root"
QT_QPA_PLATFORM=${QT_QPA_PLATFORM:-offscreen}
export QT_QPA_PLATFORM
bin="$venv/bin"
"$bin/ruff" check .
"$bin/ruff" format --check .
"$bin/mypy"
"$bin/lint-imports"
"$PY" packaging/messages.py --check
"$PY" packaging/licences.py --check
"$bin/desk" pack check
"$bin/pytest" -n auto --dist worksteal --cov --cov-report=term:skip-covered -q "$@"
