#!/usr/bin/env bash
# The pages of the daemon in a headless Chromium, with the rules of axe-core for accessibility:
#
#   Tests/Browser/run.sh PROGRAM TOOLS [PICTURES [SCENE...]]
#
# TOOLS is a folder for what is installed, PICTURES one for screenshots. The scenes of scenes.py run in a network
# namespace: as root, or where users may make one.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "$1")
tools=$(realpath --canonicalize-missing "$2")
pictures=$(realpath --canonicalize-missing "${3:-$tools/pictures}")

command -v chromium chromium-browser google-chrome >/dev/null || {
    echo 'skipped: the pages are not tested, because there is no Chromium (apt-get install chromium)'
    exit 0
}
if [ ! -x "$tools/bin/python" ] || ! cmp -s "$here/requirements.txt" "$tools/requirements.txt"; then
    python3 -m venv "$tools"
    if "$tools/bin/pip" install --quiet --requirement "$here/requirements.txt"; then
        cp "$here/requirements.txt" "$tools/"
    else
        echo 'skipped: the rules of axe-core, because it cannot be installed'
    fi
fi

# shellcheck disable=SC2016 # expanded by the inner shell
exec unshare --net --uts --map-root-user bash -c '
    hostname db1.example.org
    ip link set lo up
    exec "$@"' bash "$tools/bin/python" -B "$here/inside.py" "$program" "$pictures" "${@:4}"
