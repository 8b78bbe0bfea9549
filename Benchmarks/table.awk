# Prints the rows of goals.tsv, in their order, with the values that the file `results` has for them, as a table in Markdown.

BEGIN {
    FS = "\t"
    while ((getline line < results) > 0) {
        if (sub(/^# /, "", line)) { print line; continue }
        count = split(line, field, "\t")
        known[field[1]] = line
    }
    print ""
    row("", "minimum", "median", "maximum", "unit", "goal", "reached")
    row("---", "---:", "---:", "---:", "---", "---", "---")
}

/^#/ { next }

$1 in known {
    split(known[$1], field, "\t")
    # A single value has no spread.
    isSingle = field[3] == field[5]
    row($1, isSingle ? "" : number(field[3]), number(field[4]), isSingle ? "" : number(field[5]), field[2], $2,
        verdict($2, field[4]))
    next
}

{ row($1, "", "not measured", "", "", $2, "") }

function row(what, minimum, median, maximum, unit, goal, reached) {
    printf "| %-72s | %8s | %12s | %8s | %-11s | %-14s | %-7s |\n", what, minimum, median, maximum, unit, goal, reached
}

function number(value) {
    return sprintf(value < 10 ? "%.3f" : value < 100 ? "%.1f" : "%.0f", value)
}

# Whether the median reaches a goal: "at least" or "at most" a number, or nothing.
function verdict(goal, median,   word) {
    if (split(goal, word, " ") < 3) return ""
    return (word[2] == "least" ? median >= word[3] : median <= word[3]) ? "yes" : "no"
}
