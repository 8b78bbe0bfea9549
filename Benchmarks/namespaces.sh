#!/bin/sh
# Measures what a pass over many network namespaces costs the daemon. In each of them a process listens on
# 127.0.0.1:50051. Needs a C compiler, Swift, curl, jq, and root. Prints, for each number of namespaces, with and without a
# connection in each: the processor time of a pass, averaged over the passes of 48 seconds, and the resident memory.
#
#     Benchmarks/namespaces.sh            50, 200, 500 and 1,000 namespaces
#     SECONDS_EACH=16 Benchmarks/namespaces.sh 50
#     DAEMON=/usr/bin/selfconnectd Benchmarks/namespaces.sh    a daemon that is built already

set -eu

cd "$(dirname "$0")"
duration=${SECONDS_EACH:-48}
# shellcheck source=Benchmarks/common.sh
. ./common.sh

# In here: the builds, with the network of the host.
if [ -z "${BENCHMARK_NETWORK:-}" ]; then
    build_daemon
    mkdir -p .build/c
    ${CC:-cc} -O2 -Wall -Wextra -Werror -o .build/c/namespaces Programs/namespaces.c
    BENCHMARK_NETWORK=private exec unshare --net --mount --pid --fork --mount-proc --kill-child \
        "./$(basename "$0")" "$@"
fi

# From here on: namespaces of our own.
ip link set lo up
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# A pass every four seconds, with a target due in one of four: that is the default's proportion. A pass that takes longer,
# because the machine has other work, would be ended early by the next one and not be counted.
cat >"$folder/configuration.yaml" <<'END'
probe: {interval: 16s, cpu: 100%, loop: {interval: 0s}}
map: {interval: 0s}
discover: {namespaces: true, limit: 10000}
END

# The processor time of the daemon and the number of its passes.
counters() {
    curl -sS http://127.0.0.1:9293/metrics \
        | awk '$1 == "process_cpu_seconds_total" { time = $2 } $1 == "selfconnect_passes_total" { passes = $2 }
            END { print time, passes }'
}

# row COUNT [connected]
row() {
    mkfifo "$folder/end" "$folder/ready"
    # shellcheck disable=SC2086 # an empty word would be an argument
    .build/c/namespaces "$1" ${2:-} <"$folder/end" >"$folder/ready" &
    exec 3>"$folder/end"
    read -r _ <"$folder/ready"
    "$DAEMON" run --config "$folder/configuration.yaml" 2>"$folder/log" &
    daemon=$!
    until curl -fsS http://127.0.0.1:9293/-/ready >"$folder/answer" 2>&1; do sleep 0.2; done
    sleep 16
    # In parts in which each target is due once.
    counters >"$folder/counters"
    for _ in $(seq $((duration / 16))); do
        sleep 16
        counters >>"$folder/counters"
    done
    latent=$(curl -sS http://127.0.0.1:9293/v1/status | jq .summary.by_verdict.latent)
    memory=$(awk '$1 == "VmRSS:" { print $2 / 1024 }' "/proc/$daemon/status")
    awk -v count="$1" -v kind="${2:-}" -v latent="$latent" -v memory="$memory" '
        NR == 1 { time = $1; passes = $2 }
        END {
            printf "%6d %-10s %6d latent %4d passes %9.1f ms each %7.1f MiB\n", count, kind, latent, $2 - passes,
                ($1 - time) * 1000 / ($2 - passes), memory
        }' "$folder/counters"
    what="pass, $1 namespaces${2:+, $2}"
    awk 'NR > 1 { print ($1 - time) * 1000 / ($2 - passes) } { time = $1; passes = $2 }' "$folder/counters" |
        ./record.sh "$what: processor time" ms
    echo "$memory" | awk '{ print $1 * 1024 * 1024 / 1e6 }' | ./record.sh "$what: memory" MB
    kill "$daemon"
    exec 3>&-
    wait
    rm "$folder/end" "$folder/ready"
}

[ $# -gt 0 ] || set -- 50 200 500 1000
for count; do
    row "$count"
    row "$count" connected
done
