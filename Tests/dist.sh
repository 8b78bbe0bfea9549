#!/usr/bin/env bash
# Builds and tests a source release without a network: in a network namespace that has no interface but loopback.
#
#   Tests/dist.sh FILE.tar.gz [TEST FILTER]
#
# By default all tests run, except those that install programs from the network (Tests/Conformance).
set -euo pipefail

archive=$(readlink -e "$1")
filter=${2:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -x -z -C "$work" -f "$archive"
cd "$work"/*/

offline() { unshare --net --map-root-user sh -c 'ip link set lo up && exec "$@"' sh "$@"; }

for file in LICENSE NOTICE REVISION selfconnectd.spdx.json Vendor/*/LICENSE.txt; do
    [ -s "$file" ] || { echo "FAILED: the release has no $file" >&2; exit 1; }
done
python3 -m json.tool selfconnectd.spdx.json >/dev/null
offline "${SWIFT:-swift}" build --disable-sandbox --build-tests
if [ -n "$filter" ]; then
    offline "${SWIFT:-swift}" test --disable-sandbox --skip-build --disable-xctest --filter "$filter"
else
    offline env SWIFT="${SWIFT:-swift}" CONFORMANCE=skip Tests/run.sh
fi
echo 'the source release builds and passes its tests without a network'
