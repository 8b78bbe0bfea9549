#!/bin/sh
# Runs all benchmarks that compare or have a goal, in about half an hour, and ends with one table of their results. Their
# settings apply. A bad figure is no failure: the exit code tells only of benchmarks that could not run, whose rows are "not
# measured".
#
#     Benchmarks/all.sh                   as root, on a machine that does nothing else
#     Benchmarks/all.sh TABLE             writes the table to this file as well
#     RESULTS=results.tsv Benchmarks/all.sh           keeps the rows in this file, for growth.py
#     BENCHMARKS='run scale' Benchmarks/all.sh        only these

set -eu

table=$(readlink -m "${1:-/dev/null}")
RESULTS=$(readlink -m "${RESULTS:-$(dirname "$0")/.build/results.tsv}")
export RESULTS
cd "$(dirname "$0")"
# shellcheck source=Benchmarks/common.sh
. ./common.sh
build_daemon
trap 'exit 1' INT TERM

# version COMMAND...: the first line that it prints.
version() { "$@" 2>&1 | head -n 1 || true; }

mkdir -p "$(dirname "$RESULTS")"
{
    printf '# machine: %s, %s processors, load %s at the start\n' \
        "$(lscpu | sed -n 's/^Model name: *//p' | head -n 1)" "$(nproc)" "$(cut -d ' ' -f 1 /proc/loadavg)"
    printf '# kernel: Linux %s\n' "$(uname -r)"
    printf '# versions: %s; %s; %s; %s; %s; %s\n' "$(version "$DAEMON" --version)" \
        "$("${SWIFT:-swift}" --version 2>/dev/null | grep -o 'Swift version [0-9.]*')" "$(version ss -V)" \
        "$(version nginx -v)" "$(version prometheus-blackbox-exporter --version | cut -d ' ' -f 1-3)" \
        "$(version prometheus-node-exporter --version | cut -d ' ' -f 1-3)"
} >"$RESULTS"

failed=
for script in ${BENCHMARKS:-run http scale events namespaces daemon}; do
    printf '\n== %s\n' "$script"
    "./$script.sh" || failed="$failed $script"
done

echo
awk -v results="$RESULTS" -f table.awk goals.tsv | tee "$table"
[ -z "$failed" ] || { echo "could not run:$failed" >&2; exit 1; }
