#!/bin/sh
# Measures the daemon's probes against C programs that do the same, in pairs: C, Swift, C, Swift; and a directed probe
# against loops that run until they connect to themselves. Needs a C compiler, Swift, and root or a user namespace. Prints
# minimum, median and maximum of the attempts per second of both, of their ratios Swift / C pair by pair, and of the same
# ratios per second of processor time, which say more where others use the machine. A bad ratio is no failure: the exit
# code tells only of benchmarks that could not run.
#
#     Benchmarks/run.sh                 21 pairs of 0.3 s for each workload
#     PAIRS=51 Benchmarks/run.sh loop survey

set -eu

cd "$(dirname "$0")"
pairs=${PAIRS:-21}
time=${TIME:-0.3}

# In here: the builds, with the network of the host.
if [ -z "${BENCHMARK_NETWORK:-}" ]; then
    "${SWIFT:-swift}" build -c release --product probeloop
    mkdir -p .build/c
    for program in tcploop survey; do
        ${CC:-cc} -O2 -Wall -Wextra -Werror -o ".build/c/$program" "Programs/$program.c"
    done
    [ "$(id -u)" = 0 ] && own= || own=--map-root-user
    # shellcheck disable=SC2086 # an empty word would be an argument
    BENCHMARK_NETWORK=private exec unshare $own --net "./$(basename "$0")" "$@"
fi

# From here on: a network namespace of our own.
ip link set lo up
set_range() { echo "$1 $2" >/proc/sys/net/ipv4/ip_local_port_range; }

swift_program=.build/release/probeloop
c_programs=.build/c

# compare NAME SWIFT-ARGUMENTS C-PROGRAM C-ARGUMENTS: leaves lines of attempts, seconds and processor seconds of C, and the
# same of Swift, in $results.
compare() {
    results=
    for _ in $(seq "$pairs"); do
        # shellcheck disable=SC2086 # the arguments are words
        c=$("$c_programs/$3" $4 "$time")
        # shellcheck disable=SC2086
        swift=$($swift_program $2 "$time")
        results="$results$c $swift
"
    done
    printf %s "$results" | awk '{ print $1 / $2, $4 / $5, $1 / $3, $4 / $6 }' |
        awk -v name="$1" -v left=C -v right=Swift -f summary.awk
}

# How much sooner a directed probe of a port is certain than loops that connect to it until one closes: microseconds of one
# probe, and those of ten loops on average.
compare_certainty() {
    results=
    for _ in $(seq "$pairs"); do
        probe=$($swift_program directed 50000 50000 0 | awk '{ print $2 * 1e6 }')
        loop=$(for _ in $(seq 10); do $swift_program loop 50000 60; done | awk '{ sum += $2 } END { print sum / NR * 1e6 }')
        results="$results$probe $loop
"
    done
    printf %s "$results" | awk -v name=certain -v left='directed, us' -v right='loop, us' -f summary.awk
}

printf '%-10s %-14s%10s%10s%10s   (%s pairs of %s s)\n' workload '' minimum median maximum "$pairs" "$time"
[ $# -gt 0 ] || set -- loop guarded fresh sweep directed survey map certain
for workload in "$@"; do
    # A range that the ports fit.
    case $workload in
    map | certain) set_range 32768 60999 ;;
    *) set_range 40000 41000 ;;
    esac
    case $workload in
    # The other parity than the range's lower bound: the loop does not close.
    loop)
        compare loop 'loop 40001' tcploop 'loop 40001'
        printf %s "$results" | awk '{ print ($4 / $6) / ($1 / $3) }' |
            ./record.sh 'loop probe / C: attempts per second of processor time' ratio
        ;;
    guarded) compare guarded 'guarded 40001' tcploop 'loop 40001' ;;
    # And for clients that bind first, the parity of the lower bound.
    fresh) compare fresh 'fresh 40000' tcploop 'fresh 40000' ;;
    sweep) compare sweep 'sweep 40000 41000' tcploop 'sweep 40000 41000' ;;
    directed) compare directed 'directed 40000 41000' tcploop 'directed 40000 41000' ;;
    survey) compare survey 'survey 40100' survey 40100 ;;
    map)
        compare map 'map 32768 60999' tcploop 'sweep 32768 60999'
        printf %s "$results" | awk '{ print ($6 / $4) / ($3 / $1) }' |
            ./record.sh 'map / C: processor time of a port' ratio
        compare 'map, proof' 'map 32768 60999' tcploop 'proof 32768 60999'
        printf %s "$results" | awk '{ print ($6 / $4) / ($3 / $1) }' |
            ./record.sh 'map / C that proves, too: processor time of a port' ratio
        ;;
    certain)
        compare_certainty
        printf %s "$results" | awk '{ print $2 / $1 }' |
            ./record.sh 'mean loop / directed probe: time until the answer is certain' ratio
        ;;
    *)
        echo "there is no workload $workload: loop, guarded, fresh, sweep, directed, survey, map or certain" >&2
        exit 64
        ;;
    esac
done
