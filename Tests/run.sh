#!/usr/bin/env bash
# Runs the tests that were built, and repeats at the end what failed. Arguments go to `swift test`, which then runs once.
#
# Without arguments everything runs, in two rounds of lanes side by side. One process runs as many tests at once as there
# are cores, and those that wait for a daemon leave the cores idle: so they have a lane beside those that compute. Tests
# of time come last, when the machine has nothing else to do for us, one after the other; only the longest of them, which
# mostly sleeps, has a lane of its own.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

swift=${SWIFT:-swift}
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
start=$SECONDS

# lane NAME COMMAND...: the lines of lanes mix, but each is whole.
lane() {
    local name=$1 status=0
    shift
    "$@" 2>&1 </dev/null | awk -v log_file="$logs/$name" '{ print; print >log_file; fflush() }' || status=$?
    echo "$status" >"$logs/$name.status"
}

# What `swift test` runs, without its lock: it would let one lane run at a time. A terminal that is none has no colours.
tests() {
    TERM=dumb "$bundle" --testing-library swift-testing "$@"
}

# One closing line for all lanes, like that of each, and the same in plain words.
conclude() {
    local passed=0 failed=0 word=passed log name count
    for log in "$logs"/*.status; do
        name=$(basename "$log" .status)
        count=$(sed -n 's/^. Test run with \([0-9]*\) tests\{0,1\} .*/\1/p' "$logs/$name" | tail -n 1)
        passed=$((passed + ${count:-0}))
        count=$(grep '^✘ Test .* failed after ' "$logs/$name" | grep -vc '^✘ Test run with ')
        [ "$(cat "$log")" = 0 ] || [ "$count" -gt 0 ] || count=1
        failed=$((failed + count))
        [ "$(cat "$log")" = 0 ] && continue
        printf '\nWhat failed (%s):\n' "$name"
        grep -A 4 '^✘ .* recorded an issue' "$logs/$name" || tail -n 40 "$logs/$name"
    done
    passed=$((passed - failed))
    [ "$failed" -eq 0 ] || word=failed
    printf '\nTest run with %d tests %s after %d seconds.\n' $((passed + failed)) $word $((SECONDS - start))
    printf '%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" -eq 0 ]
}

if [ $# -gt 0 ]; then
    lane chosen "$swift" test --skip-build --disable-xctest "$@"
    conclude
    exit
fi

bin=$("$swift" build --show-bin-path) || exit
bundle=$(echo "$bin"/*PackageTests.xctest)
lane computing tests --skip '^(LinuxTests|ProbingTests|SystemTests|SystemdTests)\.' &
lane kernel tests --filter '^(LinuxTests|ProbingTests)\.' &
lane waiting tests --filter '^(SystemTests|SystemdTests)\.' --skip '^SystemTests\.TimeTests/' &
if [ "${CONFORMANCE:-}" = skip ]; then
    echo 'skipped: Tests/Conformance, which installs programs from the network'
else
    lane conformance Tests/Conformance/run.sh "$bin/selfconnectd" .build/conformance &
fi
wait
lane long tests --filter '^SystemTests\.TimeTests/FootprintTests/' &
lane time tests --no-parallel --filter '^SystemTests\.TimeTests/' --skip '/FootprintTests/' &
wait
conclude
