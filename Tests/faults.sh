#!/usr/bin/env bash
# The running daemon while system calls fail (strace(1), inject=) and while files of the kernel are empty, huge, garbage, a
# FIFO or gone. The first argument is the program, the second `short` (some three minutes) or `long` (some twenty). All
# happens in namespaces of its own: as root, or where users may make one.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "$1")
form=${2:-short}

user=()
if [ "$(id -u)" -ne 0 ]; then user=(--map-root-user); fi
exec unshare "${user[@]}" --net --mount --pid --fork --kill-child --mount-proc \
    python3 -B "$here/Faults/matrix.py" "$program" "$form"
