#!/bin/sh
# Measures the kernel's destroy events: how long it takes from close() of a listener to another verdict; what they cost a host
# that opens and closes connections as fast as it can, beside a daemon that follows them, one that does not, and one beside which
# another process receives the events of all sockets; and the daemon's processor time at some rates of connections.
# Needs root, for a network namespace. Everything that it starts ends with it. A bad figure is no failure: the exit code tells
# only of benchmarks that could not run.
#
#     Benchmarks/events.sh                100 listeners, 7 rounds of 2 s, 10 s at each rate
#     LISTENERS=500 PACE=500 ROUNDS=13 TIME=5 RATE_TIME=60 Benchmarks/events.sh
#     DAEMON=/usr/bin/selfconnectd Benchmarks/events.sh    a daemon that is built already

set -eu

cd "$(dirname "$0")"
listeners=${LISTENERS:-100}
pace=${PACE:-500} # milliseconds
rounds=${ROUNDS:-7}
time=${TIME:-2}
rate_time=${RATE_TIME:-10}
# shellcheck source=Benchmarks/common.sh
. ./common.sh

# In here: the build, with the network of the host.
if [ -z "${BENCHMARK_NETWORK:-}" ]; then
    build_daemon
    mkdir -p .build/c
    ${CC:-cc} -O2 -Wall -Wextra -Werror -pthread -o .build/c/events Programs/events.c
    enter_network "$@"
fi

# From here on: a network namespace of our own, with the kernel's default range.
ip link set lo up
directory=$(mktemp -d)
daemon=
follower=
stop() {
    for process in $daemon $follower; do
        kill "$process"
        wait "$process" || true
    done 2>/dev/null
    rm -rf "$directory"
}
trap stop EXIT
trap 'exit 1' INT TERM

# start_daemon LINE...: with a configuration of these lines, until the first verdicts are there.
start_daemon() {
    printf '%s\n' "$@" >"$directory/selfconnectd.yaml"
    "$DAEMON" run --config "$directory/selfconnectd.yaml" 2>"$directory/daemon.log" &
    daemon=$!
    curl -sfo /dev/null --retry 100 --retry-delay 0 --retry-max-time 20 --retry-all-errors --retry-connrefused \
        http://127.0.0.1:9293/-/ready || { cat "$directory/daemon.log" >&2; exit 1; }
}

stop_daemon() {
    kill "$daemon"
    wait "$daemon" 2>/dev/null || true
    daemon=
}

events=.build/c/events
quiet='probe: {loop: {interval: 0s}}'
no_map='map: {interval: 0s}'

printf 'from close() of a listener to another verdict, %s times\n' "$listeners"
start_daemon 'discover: {minimum-age: 0s}' # the listeners are young
$events closes 9293 33000 "$listeners" "$pace" | sort -g >"$directory/closes"
# percentile NUMBER: of the sorted times.
percentile() { sed -n "$(((listeners * $1 + 99) / 100))p" "$directory/closes"; }
printf '  median %.1f ms, 99th percentile %.1f ms\n' "$(percentile 50)" "$(percentile 99)"
./record.sh 'end of a listener to another verdict' ms <"$directory/closes"
percentile 99 | ./record.sh 'end of a listener to another verdict: 99th percentile' ms
stop_daemon

printf '%-10s %-14s%10s%10s%10s   (%s rounds of %s s)\n' connects '' minimum median maximum "$rounds" "$time"
for _ in $(seq "$rounds"); do
    start_daemon "$quiet" "$no_map" 'events: false'
    off=$($events connects "$time" 0)
    $events follow &
    follower=$!
    all=$($events connects "$time" 0)
    kill $follower
    wait $follower 2>/dev/null || true
    follower=
    stop_daemon
    start_daemon "$quiet" "$no_map" 'events: true'
    on=$($events connects "$time" 0)
    stop_daemon
    echo "$off $on" >>"$directory/on"
    echo "$off $all" >>"$directory/all"
done
awk -v name=connects -v left=off -v right=on -f summary.awk "$directory/on"
awk -v name=connects -v left=off -v right='all passed' -f summary.awk "$directory/all"

printf 'processor time of the daemon with 100 targets, in %% of one core (%s s each)\n' "$rate_time"
for follows in false true; do
    start_daemon "$quiet" "$no_map" "events: $follows" \
        'targets: [{name: benchmark, addresses: [127.0.0.1], ports: [50000-50099]}]'
    sleep 2
    for rate in 0 100 10000; do
        before=$(ticks "$daemon")
        if [ "$rate" = 0 ]; then
            sleep "$rate_time"
            reached=0
        else
            reached=$($events connects "$rate_time" "$rate")
        fi
        awk -v used=$(($(ticks "$daemon") - before)) -v hertz="$(getconf CLK_TCK)" -v seconds="$rate_time" -v rate="$reached" \
            -v follows="$follows" \
            'BEGIN { printf "  events: %-6s%8d connections per second %8.2f\n", follows, rate, used / hertz / seconds * 100 }'
    done
    stop_daemon
done
