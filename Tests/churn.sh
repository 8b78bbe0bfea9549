#!/usr/bin/env bash
# A daemon that watches all network namespaces, for a given time, while they are made and removed as fast as the machine can;
# an observer compares what it says with the truth, and counts what is left. The first argument is the program, the second
# for how long: a number with s, m or h. In namespaces of its own, among them a user namespace.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "$1")
duration=${2:-10m}

# A /run of its own, for /run/netns, and a /sys of its own, for the interfaces.
# shellcheck disable=SC2016 # the inner shell expands these
exec unshare --user --map-root-user --net --mount --pid --fork --kill-child --mount-proc sh -c '
    mount -t tmpfs tmpfs /run && mkdir /run/netns && mount -t sysfs sysfs /sys
    exec python3 -B "$1/Soak/churn.py" "$2" "$3"' churn "$here" "$program" "$duration"
