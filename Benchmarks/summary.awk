# Reads pairs of rates and prints minimum, median and maximum of each and of the ratios right / left of the pairs.
# Two further fields, if there are any, are the same rates per second of processor time.
# Variables: name of the workload, left and right as names of the two that were measured.

{ a[NR] = $1; b[NR] = $2; ratio[NR] = $2 / $1 }
NF > 2 { processor[NR] = $4 / $3 }

function sort(list,   i, j, value) {
    for (i = 2; i <= NR; i++) {
        value = list[i]
        for (j = i - 1; j >= 1 && list[j] > value; j--) list[j + 1] = list[j]
        list[j + 1] = value
    }
}

function row(format, what, list) {
    sort(list)
    median = (list[int((NR + 1) / 2)] + list[int(NR / 2) + 1]) / 2
    printf "%-10s %-14s" format format format "\n", name, what, list[1], median, list[NR]
}

END {
    row("%10d", left, a)
    row("%10d", right, b)
    row("%10.3f", "ratio", ratio)
    if (NF > 2) row("%10.3f", "processor time", processor)
}
