#!/usr/bin/env bash
# A daemon with a thousand targets, for a given time, while everything happens to it; an observer that knows the truth by
# `ss` and the kernel's files compares all verdicts. The first argument is the program, the second for how long: a number
# with s, m or h. As root, in namespaces of its own. The wall clock is not set: a time namespace has none of its own.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "$1")
duration=${2:-10m}

if [ "$(id -u)" -ne 0 ]; then
    echo 'soak: needs root' >&2
    exit 1
fi
ulimit -n 8192
# A /run of its own, for /run/netns.
# shellcheck disable=SC2016 # the inner shell expands these
exec unshare --net --mount --pid --fork --kill-child --mount-proc sh -c '
    mount -t tmpfs tmpfs /run
    exec python3 -B "$1/Soak/soak.py" "$2" "$3"' soak "$here" "$program" "$duration"
