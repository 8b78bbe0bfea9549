#!/bin/sh
# Records a result: appends a row to the file RESULTS, or prints it without one. Reads the measured values, one a line, and
# writes, separated by tabs: what was measured, the unit, minimum, median and maximum.
#
#     echo 0.98 | Benchmarks/record.sh 'loop / C: attempts per second' ratio

set -eu
[ -z "${RESULTS:-}" ] || exec >>"$RESULTS"
sort -g | awk -v what="$1" -v unit="$2" '
    { value[NR] = $1 }
    END {
        if (NR == 0) exit 1
        median = (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2
        printf "%s\t%s\t%.6g\t%.6g\t%.6g\n", what, unit, value[1], median, value[NR]
    }'
