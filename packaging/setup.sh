# Sourced by start.sh and test.sh: makes .venv/ with the locked dependencies, once.
# Gives: $PY (the interpreter inside .venv). Takes: $LOCK, the lock file to install from.
# Nothing is done when nothing changed since the last time.

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname -- "$here")
venv="$root/.venv"
PY="$venv/bin/python"

say() { printf '%s\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo -n "$@"
    else return 1; fi
}

apt_install() {
    command -v apt-get >/dev/null 2>&1 || return 1
    say "Installing system packages: $*"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 || return 1
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

find_python() {
    for name in python3.13 python3.12 python3.11 python3 python3.14; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

make_venv() {
    # Debian ships venv without ensurepip; then the system's pip installs into the environment.
    if "$base" -m venv --clear "$venv" >/dev/null 2>&1 && "$PY" -m pip --version >/dev/null 2>&1; then
        return 0
    fi
    if "$base" -m pip --version >/dev/null 2>&1 && "$base" -m venv --clear --without-pip "$venv" >/dev/null 2>&1; then
        return 0
    fi
    apt_install python3-venv python3-pip && "$base" -m venv --clear "$venv"
}

pip_install() {
    if "$PY" -m pip --version >/dev/null 2>&1; then
        "$PY" -m pip install --quiet --disable-pip-version-check "$@"
    else
        "$base" -m pip --python "$PY" install --quiet --disable-pip-version-check "$@"
    fi
}

qt_loads() { "$PY" -c 'import PySide6.QtGui, PySide6.QtWidgets' 2>/dev/null; }

stamp=$(cat "$root/pyproject.toml" "$LOCK" "$here/setup.sh" | cksum)
stamp="$LOCK $stamp $root"
if [ ! -x "$PY" ] || [ "$(cat "$venv/.desk-ready-$(basename "$LOCK")" 2>/dev/null)" != "$stamp" ]; then
    if [ ! -x "$PY" ] || ! "$PY" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
        base=$(find_python) || { apt_install python3 python3-venv python3-pip && base=$(find_python); } || {
            say "Python 3.11, 3.12 or 3.13 is needed and was not found. Install it and run this again."
            exit 1
        }
        say "Making the environment in .venv/ (once)"
        make_venv || { say "No virtual environment could be made. Install python3-venv and run this again."; exit 1; }
    else
        base=$(find_python) || base="$PY"
    fi
    say "Installing the locked dependencies"
    pip_install --require-hashes -r "$LOCK" || { say "The dependencies could not be installed; see the lines above. Nothing else was changed."; exit 1; }
    pip_install --no-deps --no-build-isolation -e "$root" || exit 1
    qt_loads || apt_install libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0 \
        libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 \
        libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libxcb-xkb1 || true
    qt_loads || {
        say "Qt does not start: system libraries are missing. On Debian and Ubuntu:"
        say "  sudo apt-get install libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0"
        exit 1
    }
    printf '%s\n' "$stamp" > "$venv/.desk-ready-$(basename "$LOCK")"
fi
