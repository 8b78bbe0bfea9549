#!/usr/bin/env bash
# Compares what the daemon reports with the facts while a hostile user attacks it. The first argument is the program,
# the second the duration in seconds. Needs root, because it uses three users; runs in private namespaces.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "$1")
duration=${2:-300}

if [ "$(id -u)" -ne 0 ]; then
    echo 'hostile: needs root' >&2
    exit 1
fi
ulimit -n "$(ulimit -Hn)"
exec unshare --net --mount --pid --fork --kill-child --mount-proc \
    python3 -B "$here/Faults/hostile.py" "$program" "$duration"
