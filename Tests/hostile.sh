#!/usr/bin/env bash
# A hostile user against the daemon, and an observer who knows the truth. The first argument is the program, the second for
# how many seconds. As root, since it takes three users; in namespaces of its own.
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
