#!/bin/sh
# Sets up on first use, then opens Complaint Desk; without a display it makes the demonstration.
set -eu
LOCK="$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)/requirements.lock"
. "$(dirname -- "$0")/setup.sh"
cd "$root"
if [ "$(uname)" = Linux ] && [ -z "${DISPLAY:-}" ] && [ -z "${WAYLAND_DISPLAY:-}" ]; then
    say "There is no display here, so the window cannot open."
    say "Making the demonstration in demo/ instead: every screen as a picture, both reports, the case."
    exec "$venv/bin/desk" demo --out demo/
fi
exec "$venv/bin/desk" "$@"
