#!/usr/bin/env bash
# Runs the tests that were built. Some thousand lines of several tests at once come out: what failed is repeated at the
# end. Arguments go to `swift test`.
set -euo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT

status=0
"${SWIFT:-swift}" test --skip-build "$@" 2>&1 | tee "$log" || status=$?
if [ "$status" -ne 0 ]; then
    printf '\nWhat failed:\n'
    grep -A 4 '^✘ .* recorded an issue' "$log" || tail -n 40 "$log"
fi
exit "$status"
