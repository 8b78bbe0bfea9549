#!/usr/bin/env bash
# Instructions of the pure hot paths under callgrind, compared with Benchmarks/counts.tsv: unlike time they do not depend on
# the machine's load. Fails if one takes more than TOLERANCE per cent (10) more than the table, or is not in it; with
# `--write`, writes the table. The numbers belong to one version of the compiler and one architecture, which the table names:
# with others, they are printed and not compared.
set -euo pipefail
# A workload or a valgrind that fails in `$(...)` ends the script too.
shopt -s inherit_errexit
cd "$(dirname "$0")"
swift=${SWIFT:-swift}
tolerance=${TOLERANCE:-10}
table=counts.tsv
command -v valgrind >/dev/null || { echo 'counts: valgrind is missing' >&2; exit 1; }

# valgrind cannot read the debugging information of Swift.
flags=(-c release -Xswiftc -enable-testing -Xlinker --strip-debug --product counts)
"$swift" build "${flags[@]}" >&2
program=$("$swift" build "${flags[@]}" --show-bin-path)/counts
platform="$("$swift" --version 2>/dev/null | grep -o 'Swift version [0-9.]*') $(uname -m)"

# Instructions of one time: those of `more` times less those of none, which are the start of the process.
instructions() {
    local output count
    # Hash tables have other orders in each process otherwise.
    output=$(SWIFT_DETERMINISTIC_HASHING=1 valgrind --tool=callgrind --callgrind-out-file=/dev/null \
        "$program" "$1" "$2" 2>&1) || { printf '%s\ncounts: %s has failed\n' "$output" "$1" >&2; return 1; }
    count=$(sed -n 's/.*Collected : //p' <<<"$output")
    [[ $count =~ ^[0-9]+$ ]] || { printf '%s\ncounts: no count of %s\n' "$output" "$1" >&2; return 1; }
    echo "$count"
}

found=$(
    printf '# %s\n' "$platform"
    for workload in request verdict metrics json netlink filter page; do
        first=$(instructions $workload 10)
        second=$(instructions $workload 30)
        printf '%s\t%d\n' $workload $(((second - first) / 20))
    done
)
if [ "${1:-}" = --write ]; then
    printf '%s\n' "$found" >$table
fi
printf '%s\n' "$found" | awk -v tolerance="$tolerance" -v table=$table '
    BEGIN {
        FS = "\t"
        while ((getline line < table) > 0) {
            split(line, part, "\t")
            if (line ~ /^#/) platform = line; else known[part[1]] = part[2]
        }
    }
    /^#/ { comparable = $0 == platform; print; next }
    $2 <= 0 { wrong = wrong " " $1 }
    !($1 in known) || known[$1] <= 0 { printf "%-8s %9d instructions\n", $1, $2; unknown = unknown " " $1; next }
    {
        ratio = $2 / known[$1]
        printf "%-8s %9d instructions, %.2f of the table\n", $1, $2, ratio
        if (comparable && ratio > 1 + tolerance / 100) { slower = slower " " $1 }
        if (comparable && ratio < 1 - tolerance / 100) { print "  faster: write a new table with counts.sh --write" }
    }
    END {
        if (wrong) { print "no instructions:" wrong }
        if (unknown) { print "not in the table, write a new one with counts.sh --write:" unknown }
        if (slower) { print "slower than the table:" slower }
        if (wrong || unknown || slower) exit 1
        if (!comparable) { print "not compared: the table is of " substr(platform, 3) }
    }'
