#!/bin/sh
# Measures the daemon by itself: the time from its start to READY=1; its resident memory beside that of blackbox_exporter
# and node_exporter, at rest and at most under the same load of /metrics, to which the daemon's /v1/status is added; and its
# processor time at rest. Everything else than the targets is at its default. Needs a C compiler, wrk, both exporters, curl,
# and root, for a network namespace. Everything that it starts ends with it.
#
#     Benchmarks/daemon.sh                7 rounds; 600 s of processor time
#     ROUNDS=3 REST=5 DURATION=60 Benchmarks/daemon.sh
#     DAEMON=/usr/bin/selfconnectd Benchmarks/daemon.sh    a daemon that is built already

set -eu

cd "$(dirname "$0")"
rounds=${ROUNDS:-7}
rest=${REST:-10}
duration=${DURATION:-600}
# shellcheck source=Benchmarks/common.sh
. ./common.sh

# In here: the build, with the network of the host.
if [ -z "${BENCHMARK_NETWORK:-}" ]; then
    missing=
    require_exporters
    [ -z "$missing" ] || exit 1
    build_daemon
    mkdir -p .build/c
    ${CC:-cc} -O2 -Wall -Wextra -Werror -o .build/c/ready Programs/ready.c
    enter_network "$@"
fi

# From here on: a network namespace of our own, with the kernel's default range.
ip link set lo up
directory=$(mktemp -d)
trap 'stop; rm -rf "$directory"' EXIT
trap 'exit 1' INT TERM

configuration=$directory/selfconnectd.yaml
# targets PORTS
targets() { echo "targets: [{name: many, addresses: [127.0.0.1], ports: [$1]}]" >"$configuration"; }

start_daemon() {
    start daemon "$DAEMON" run --config "$configuration"
    daemon=$process
    await http://127.0.0.1:9293/-/ready /dev/null
}

# memory FIELD: megabytes of the daemon, blackbox_exporter and node_exporter.
memory() {
    for process in "$daemon" "$blackbox" "$node"; do
        awk -v field="$1:" '$1 == field { printf "%s ", $2 * 1024 / 1e6 }' "/proc/$process/status"
    done
    echo
}

# record_memory NAME: of the lines of $directory/NAME.
record_memory() {
    awk '{ print $1 }' "$directory/$1" | ./record.sh "memory, $1" MB
    awk '{ print $1 / $2 }' "$directory/$1" | ./record.sh "memory, $1 / blackbox_exporter" ratio
    awk '{ print $1 / $3 }' "$directory/$1" | ./record.sh "memory, $1 / node_exporter" ratio
}

# load URL
load() { wrk -t 1 -c 32 -d 1s "$1" >/dev/null; }

echo "from start to READY=1, $rounds times; then memory, $rounds times; then processor time in $duration s"
targets 50000-50099
.build/c/ready "$rounds" "$DAEMON" run --config "$configuration" >"$directory/ready" 2>"$directory/ready.log" ||
    { tail -n 5 "$directory/ready.log" >&2; exit 1; }
./record.sh 'start to READY, 100 targets' ms <"$directory/ready"

targets 50010-50028 # 20 with the daemon's own port
for _ in $(seq "$rounds"); do
    start_exporters
    start_daemon
    sleep "$rest"
    memory VmRSS >>"$directory/idle"
    # The start is no load: from here on VmHWM is the maximum (proc_pid_clear_refs(5)).
    for process in "$daemon" "$blackbox" "$node"; do echo 5 >"/proc/$process/clear_refs"; done
    load http://127.0.0.1:9293/v1/status
    for url in http://127.0.0.1:9293 "$blackbox_url" "$node_url"; do load "$url/metrics"; done
    memory VmHWM >>"$directory/loaded"
    stop
done
record_memory idle
record_memory loaded

targets 50000-50099
start_daemon
sleep "$duration"
awk -v used="$(ticks "$daemon")" -v hertz="$(getconf CLK_TCK)" -v seconds="$duration" \
    'BEGIN { print used / hertz / seconds * 100 }' | ./record.sh 'processor time at defaults, 100 targets' '% of a core'
