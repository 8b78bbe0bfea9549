# shellcheck shell=sh disable=SC2034,SC2154 # the variables are those of the scripts
#
# What the scripts that run the daemon have in common; they source it.

# require COMMAND PACKAGE: leaves $missing if the command is missing.
require() {
    command -v "$1" >/dev/null && return
    echo "$1 is missing: apt-get install $2" >&2
    missing=yes
}

# What start_exporters and a load of requests need.
require_exporters() {
    require wrk wrk
    require prometheus-blackbox-exporter prometheus-blackbox-exporter
    require prometheus-node-exporter prometheus-node-exporter
    require curl curl
}

# Builds the daemon as it is installed, unless DAEMON is one that is built already.
build_daemon() {
    [ -z "${DAEMON:-}" ] || return 0
    make -C .. build
    DAEMON=$(cd .. && pwd)/.build/release/selfconnectd
    export DAEMON
}

# enter_network ARGUMENT...: runs the script once more in a network namespace of its own, as root of a user namespace where it
# has to be.
enter_network() {
    [ "$(id -u)" = 0 ] && own= || own=--map-root-user
    # shellcheck disable=SC2086 # an empty word would be an argument
    BENCHMARK_NETWORK=private exec unshare $own --net "./$(basename "$0")" "$@"
}

# start NAME COMMAND...: its number is then in $process, its output in $directory/NAME.log.
start() {
    log=$directory/$1.log
    shift
    "$@" >"$log" 2>&1 &
    process=$!
    processes="${processes:-} $process"
}

# Ends all that `start` has started.
stop() {
    # shellcheck disable=SC2086 # the numbers are words
    [ -z "${processes:-}" ] || { kill $processes 2>/dev/null; wait $processes 2>/dev/null; } || true
    processes=
}

# await URL FILE: waits at most 20 s for the answer, and writes it to the file.
await() {
    curl -sfo "$2" --retry 100 --retry-delay 0 --retry-max-time 20 --retry-all-errors --retry-connrefused "$1" ||
        { echo "no answer from $1" >&2; tail -n 5 "$directory"/*.log >&2; exit 1; }
}

# Their numbers are then in $blackbox and $node.
start_exporters() {
    echo 'modules: {}' >"$directory/blackbox.yaml"
    blackbox_url=http://127.0.0.1:9115
    start blackbox prometheus-blackbox-exporter --config.file="$directory/blackbox.yaml" \
        --web.listen-address=127.0.0.1:9115
    blackbox=$process
    await $blackbox_url/metrics /dev/null
    node_url=http://127.0.0.1:9100
    start node prometheus-node-exporter --web.max-requests=0 --web.listen-address=127.0.0.1:9100
    node=$process
    await $node_url/metrics /dev/null
}

# ticks PROCESS: clock ticks of processor time that it has used.
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
