#!/usr/bin/env bash
# Runs the tests in a guest of Tests/kernels.sh, whose second serial line is what they print to, and ends the machine.
set -a
# shellcheck disable=SC1091 # written by the host
. /run/settings
HOME=/root LANG=C.UTF-8 TERM=dumb
set +a
export SELFCONNECTD_NO_SYSTEMD='not in a guest of Tests/kernels.sh'
ulimit -n 1048576
stty -F /dev/ttyS1 raw
exec </dev/null >/dev/ttyS1 2>&1
cd "$PROJECT" || exit

# Where each thread is that is no kernel thread: printed shortly before the time is over, when the tests may hang.
threads() {
    local task
    printf '\n@late\n'
    for task in /proc/[0-9]*/task/[0-9]*; do
        [ -n "$(tr -d '\0' <"${task%/task/*}/cmdline")" ] || continue
        printf '%s %s: %s; %s\n' "${task#/proc/}" "$(cat "$task/comm")" "$(cut -d ' ' -f 3 "$task/stat")" \
            "$(cat "$task/syscall")"
        sed 's/^/    /' "$task/stack"
    done 2>/dev/null
}

read -r up _ </proc/uptime
echo "@begin $up"
(sleep "$((LIMIT * 9 / 10))" && threads) &
if [ -n "$COMMAND" ]; then
    bash -c "$COMMAND"
else
    "$BUNDLE" --testing-library swift-testing --experimental-maximum-parallelization-width "$(nproc)" \
        --filter "$FILTER" ${SKIP:+--skip "$SKIP"}
fi
printf '\n@end %s\n' $?
busybox poweroff -f
