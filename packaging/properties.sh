#!/bin/sh
# Rejects types with more stored properties than a reader keeps in mind: packaging/properties.sh [FILE...]
#
# Without FILE it checks all Swift sources of the daemon. A property is stored if its declaration has no body, or a value
# before it. Braces are counted, so the sources have to be formatted; braces in string literals and comments do not count.
set -eu
cd "$(dirname "$0")/.."

files() {
    if [ $# -gt 0 ]; then printf '%s\n' "$@"; else git ls-files -- 'Sources/*.swift'; fi
}

# shellcheck disable=SC2016 # a program of awk
files "$@" | xargs awk -v limit=12 '
    function count(text, character) { return gsub(character, "", text) }
    # The code of a line, without what is in string literals and comments. In a literal of several lines there is none.
    function code(line) {
        if (line ~ /"""/) {
            isText = !isText
            sub(/""".*/, "", line)
            return line
        }
        if (isText) return ""
        gsub(/\\"/, "", line)
        gsub(/"[^"]*"/, "\"\"", line)
        sub(/\/\/.*/, "", line)
        return line
    }
    # The number of properties that a declaration stores: a tuple has several.
    function stored(line,    head) {
        if (line !~ declaration || line ~ /(^|[ ])static /) return 0
        head = line
        sub(/[{].*/, "", head)
        if (head != line && head !~ /=/) return 0
        if (line ~ /(let|var) [(]/) {
            sub(/[)].*/, "", head)
            return count(head, ",") + 1
        }
        return 1
    }
    BEGIN {
        modifiers = "^ *(@[A-Za-z]+ )*((package|public|internal|private|fileprivate|final|indirect|lazy|weak|nonisolated)([(]set[)])? )*"
        type = modifiers "(struct|class|actor|enum|extension|protocol) [A-Za-z]"
        declaration = modifiers "(let|var) "
    }
    FNR == 1 { depth = top = isText = 0 }
    {
        line = code($0)
        opened = count(line, "[{]")
        closed = count(line, "}")
        if (opened > closed && line ~ type) {
            name = line
            sub(/^.*(struct|class|actor|enum|extension|protocol) /, "", name)
            sub(/[^A-Za-z0-9_.].*/, "", name)
            names[++top] = name
            levels[top] = depth + 1
            numbers[top] = 0
        } else if (top && depth == levels[top]) {
            numbers[top] += stored(line)
        }
        depth += opened - closed
        while (top && depth < levels[top]) {
            if (numbers[top] > limit) {
                printf "%s: %s has %d stored properties: at most %d, group them\n", FILENAME, names[top], numbers[top], limit
                failed = 1
            }
            top--
        }
    }
    END { exit failed }
'
