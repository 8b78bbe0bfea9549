#!/bin/sh
# Writes packaging/runtime.order: the functions of Swift's runtime and libraries that the daemon calls in normal
# operation. The linker places them next to each other, so that they occupy a few pages instead of dozens. Needs
# valgrind, and root for a network namespace. An outdated list only increases memory use; unknown names are ignored. Run
# it after a change of the toolchain or of the daemon's work.
#
#     packaging/order.sh [PROGRAM]      without PROGRAM, builds it

set -eu

cd "$(dirname "$0")/.."
if [ -z "${ORDER_NETWORK:-}" ]; then
    command -v valgrind >/dev/null || { echo 'valgrind is missing: apt-get install valgrind' >&2; exit 1; }
    [ $# -gt 0 ] || { make build; set -- .build/release/selfconnectd; }
    ORDER_NETWORK=private exec unshare --net "packaging/$(basename "$0")" "$@"
fi

ip link set lo up
# A short range, so that the sweep for the map ends within the time below.
echo 50000 50100 >/proc/sys/net/ipv4/ip_local_port_range
directory=$(mktemp -d)
daemon=
stop() {
    [ -z "$daemon" ] || kill "$daemon" 2>/dev/null || true
    rm -rf "$directory"
}
trap stop EXIT
trap 'exit 1' INT TERM

# With symbol names, but without the debug information of lld, which valgrind cannot read.
strip --strip-debug -o "$directory/selfconnectd" "$1"
cat >"$directory/selfconnectd.yaml" <<END
probe: {interval: 10s}
targets:
  - name: order
    addresses: [127.0.0.1]
    ports: [50010-50029]
END
valgrind --tool=callgrind --demangle=no --instr-atstart=no --callgrind-out-file="$directory/calls" \
    "$directory/selfconnectd" run --config "$directory/selfconnectd.yaml" >"$directory/log" 2>&1 &
daemon=$!

ask() {
    curl --silent --output /dev/null --fail "$@"
}
ask --retry 200 --retry-delay 1 --retry-connrefused --retry-all-errors http://127.0.0.1:9293/-/ready
callgrind_control -i on "$daemon" >/dev/null
# Time for a few passes, loop probes and notifications of the service manager.
sleep 30
for path in '' v1/status v1/targets 'v1/targets?verdict=susceptible' v1/targets/order v1/kernel v1/sockets v1/events \
    v1/map v1/map.svg metrics -/healthy; do
    ask "http://127.0.0.1:9293/$path"
    ask --compressed "http://127.0.0.1:9293/$path"
done
ask --header 'Accept: text/html' http://127.0.0.1:9293/
ask --header 'Accept: application/openmetrics-text;version=1.0.0' http://127.0.0.1:9293/metrics
kill "$daemon"
wait "$daemon" || true
daemon=

# The called functions that the static libraries define.
sed -n "s/^c\{0,1\}fn=([0-9]*) //p" "$directory/calls" | sed "s/'[0-9]*$//" | LC_ALL=C sort -u >"$directory/called"
libraries=$(swiftc -print-target-info -static-stdlib | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')/linux
for name in swiftCore swiftRuntime swift_Concurrency swiftDispatch dispatch swiftGlibc swiftSynchronization \
    swift_StringProcessing FoundationEssentials _FoundationCollections; do
    [ ! -e "$libraries/lib$name.a" ] || nm --defined-only "$libraries/lib$name.a" 2>/dev/null
done | awk '$2 ~ /[tTwW]/ { print $3 }' | LC_ALL=C sort -u >"$directory/defined"
LC_ALL=C comm -12 "$directory/called" "$directory/defined" >packaging/runtime.order
wc -l packaging/runtime.order
