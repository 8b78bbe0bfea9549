#!/usr/bin/env bash
# Builds the fuzz targets and runs each for so many seconds over its corpus. What is found on the way goes into .build;
# an input that breaks a rule stays there as crash-*, and ends this with an error.
set -euo pipefail
cd "$(dirname "$0")"
swift=$1
seconds=$2
# A trap is for libFuzzer to tell, with the input that led to it.
export SWIFT_BACKTRACE=enable=no

# The code under test is instrumented too: for that the flags are given to all of it.
# What reads the kernel's answers is no public matter of its layer.
flags=(-c release -Xswiftc -sanitize=fuzzer -Xswiftc -enable-testing)
"$swift" build "${flags[@]}"
folder=$("$swift" build "${flags[@]}" --show-bin-path)

for name in RequestParser:parser Connection:connection Accept:accept Target:target Netlink:netlink \
    Response:response Configuration:configuration Text:text; do
    found=.build/found/${name#*:}
    mkdir -p "$found"
    echo "${name%:*}: $seconds seconds"
    "$folder/${name%:*}Fuzzing" -max_total_time="$seconds" -max_len=1024 -timeout=5 -rss_limit_mb=512 \
        -print_final_stats=1 -artifact_prefix=".build/" "$found" "Corpora/${name#*:}" 2>&1 | tail -8
done
