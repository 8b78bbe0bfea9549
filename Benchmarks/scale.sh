#!/bin/sh
# Measures how a pass grows: with the sockets of the host, beside `ss -Htan` on the same sockets, by turns; and with the
# targets. Needs a C compiler, Swift, ss, and root or a user namespace. Prints medians: seconds and processor seconds
# of one run from its start to its end, and the resident memory at most.
#
#     Benchmarks/scale.sh               0, 10,000, 30,000 and 100,000 sockets; 100, 1,000, 3,000 and 10,000 targets
#     ROUNDS=11 Benchmarks/scale.sh 100000

set -eu

cd "$(dirname "$0")"
rounds=${ROUNDS:-7}

# In here: the builds, with the network of the host.
if [ -z "${BENCHMARK_NETWORK:-}" ]; then
    "${SWIFT:-swift}" build -c release --product probeloop
    mkdir -p .build/c
    for program in crowd measure; do
        ${CC:-cc} -O2 -Wall -Wextra -Werror -o ".build/c/$program" "Programs/$program.c"
    done
    [ "$(id -u)" = 0 ] && own= || own=--map-root-user
    # shellcheck disable=SC2086 # an empty word would be an argument
    BENCHMARK_NETWORK=private exec unshare $own --net --pid --fork --kill-child "./$(basename "$0")" "$@"
fi

# From here on: a network namespace of our own, with the range that kernels start with.
ip link set lo up
probeloop=.build/release/probeloop
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# median FIELD < LINES
median() {
    cut -d ' ' -f "$1" | sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}

# row NAME FILE
row() {
    printf '%-24s%12.3f%12.3f%12.1f\n' "$1" "$(median 1 <"$2")" "$(median 2 <"$2")" \
        "$(median 3 <"$2" | awk '{ print $1 / 1024 }')"
}

# record_pass NAME: processor time and memory of the passes.
record_pass() {
    awk '{ print $2 * 1000 }' "$folder/pass" | ./record.sh "pass, $1: processor time" ms
    awk '{ print $3 * 1024 / 1e6 }' "$folder/pass" | ./record.sh "pass, $1: memory" MB
}

# with_sockets COUNT: the same host for both, by turns.
with_sockets() {
    mkfifo "$folder/end" "$folder/ready"
    .build/c/crowd "$1" <"$folder/end" >"$folder/ready" &
    exec 3>"$folder/end"
    read -r count <"$folder/ready"
    : >"$folder/ss"
    : >"$folder/pass"
    for _ in $(seq "$rounds"); do
        .build/c/measure ss -Htan >>"$folder/ss"
        .build/c/measure "$probeloop" pass 32769 32769 0 >>"$folder/pass"
    done
    row "$count sockets: ss" "$folder/ss"
    row "$count sockets: a pass" "$folder/pass"
    record_pass "$count sockets"
    # The fields of ss, then those of the pass.
    paste -d ' ' "$folder/ss" "$folder/pass" >"$folder/pairs"
    awk '{ print $5 / $2 }' "$folder/pairs" | ./record.sh "pass / ss, $count sockets: processor time" ratio
    awk '{ print $4 / $1 }' "$folder/pairs" | ./record.sh "pass / ss, $count sockets: time" ratio
    exec 3>&-
    wait
    rm "$folder/end" "$folder/ready"
    # The crowd's processes are gone when their sockets are.
    while [ -n "$(ss -Htan state listening)" ]; do sleep 0.1; done
}

# with_targets COUNT: nobody has a port.
with_targets() {
    : >"$folder/pass"
    for _ in $(seq "$rounds"); do
        .build/c/measure "$probeloop" pass 33000 $((32999 + $1)) 0 >>"$folder/pass"
    done
    row "$1 targets: a pass" "$folder/pass"
    record_pass "$1 targets"
}

printf '%-24s%12s%12s%12s   (medians of %s)\n' '' seconds processor MiB "$rounds"
if [ $# -gt 0 ]; then
    for count in "$@"; do with_sockets "$count"; done
    exit
fi
for count in 0 10000 30000 100000; do with_sockets "$count"; done
for count in 100 1000 3000 10000; do with_targets "$count"; done
