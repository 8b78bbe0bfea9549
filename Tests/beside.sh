# shellcheck shell=sh
# Sourced by tests of the daemon beside other programs, with the path of the daemon's program in `program`: a folder `tmp`,
# processes `pids` that end with the test, and waiting. They run in a network namespace of their own.

ip link set lo up
tmp=$(mktemp -d)
chmod 755 "$tmp"
pids=
trap 'kill $pids 2>/dev/null || :; wait; rm -rf "$tmp"' EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }

# wait_for COMMAND...
wait_for() {
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || fail "timeout: $*"
        sleep 0.2
    done
}

# The daemon, with the configuration of the standard input.
start_daemon() {
    cat >"$tmp/selfconnectd.yaml"
    # shellcheck disable=SC2154 # see above
    "$program" run --config "$tmp/selfconnectd.yaml" 2>"$tmp/daemon.log" &
    pids="$pids $!"
    wait_for curl --silent --fail http://127.0.0.1:9293/-/ready
}
