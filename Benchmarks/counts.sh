#!/usr/bin/env bash
# Instructions of the pure hot paths under callgrind, compared with Benchmarks/counts.tsv: unlike time they do not depend on
# the machine's load. Fails if one takes more than TOLERANCE per cent (10) more than the table; with `--write`, writes the
# table. The numbers belong to one version of the compiler and one architecture, which the table names: with others, they
# are printed and not compared.
set -euo pipefail
cd "$(dirname "$0")"
tolerance=${TOLERANCE:-10}
table=counts.tsv
command -v valgrind >/dev/null || { echo 'counts: valgrind is missing' >&2; exit 1; }

# valgrind cannot read the debugging information of Swift.
flags=(-c release -Xswiftc -enable-testing -Xlinker --strip-debug --product counts)
swift build "${flags[@]}" >&2
program=$(swift build "${flags[@]}" --show-bin-path)/counts
platform="$(swift --version 2>/dev/null | grep -o 'Swift version [0-9.]*') $(uname -m)"

# Instructions of one time: those of `more` times less those of none, which are the start of the process.
instructions() {
    # Hash tables have other orders in each process otherwise.
    SWIFT_DETERMINISTIC_HASHING=1 valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$1" "$2" 2>&1 \
        | sed -n 's/.*Collected : //p'
}

found=$(
    printf '# %s\n' "$platform"
    for workload in request verdict metrics json netlink filter; do
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
    /^#/ { comparable = $0 == platform; print comparable ? $0 : $0 " (not compared: the table is of " platform ")"; next }
    {
        ratio = known[$1] ? $2 / known[$1] : 0
        printf "%-8s %9d instructions, %.2f of the table\n", $1, $2, ratio
        if (comparable && ratio > 1 + tolerance / 100) { slower = slower " " $1 }
        if (comparable && ratio < 1 - tolerance / 100) { print "  faster: write a new table with counts.sh --write" }
    }
    END { if (slower) { print "slower than the table:" slower; exit 1 } }'
