#!/usr/bin/env bash
# The daemon against its own description: every route, with every check that schemathesis has, and every JSON example of
# docs/api.md against the schema of its route; and its metrics in both formats. The first argument is the program, the second a folder for what is
# installed. The daemon runs in a network namespace of its own: as root, or where users may make one.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "$1")
tools=$(realpath --canonicalize-missing "$2")

if [ ! -x "$tools/bin/schemathesis" ] || ! cmp -s "$here/requirements.txt" "$tools/requirements.txt"; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --requirement "$here/requirements.txt"
    cp "$here/requirements.txt" "$tools/"
fi

exec unshare --net --map-root-user bash "$here/inside.sh" "$program" "$tools"
