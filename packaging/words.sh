#!/bin/sh
# Rejects words that the documents do not use, and names the word to use: packaging/words.sh [FILE...]
#
# Without FILE it checks all documents, manual pages, units and configuration files of the repository. Code blocks and
# inline code of Markdown are not checked. docs/glossary.md is not checked either: it lists such words.
#
# WORDS_SOURCES names files or directories of Swift sources that are checked as well, by default Sources and Tests;
# empty: none. Only their comments, string literals and function names in backticks are checked, without interpolated
# code, inline code of comments, names of CSS classes and the user name "nobody".
set -eu
cd "$(dirname "$0")/.."
: "${WORDS_SOURCES=Sources Tests}"

# One rule per line: extended regular expression, word to use, reason. Letters match in both cases, and an expression
# matches whole words only.
rules='
tells?|told|telling|reports, logs, sends, shows, returns|programs do not talk
whoever|somebody|someone|nobody|anybody|anyone|everybody|everyone|the client, the process, the user, no socket|name the thing
who|the client that, the process that, which user|name the thing
strangers?|guests?|untrusted client, other user|name the thing
lets? [a-z]* ?in|letting in|accept|the term of sockets and HTTP
turn(s|ed|ing)? away|reject|the term of sockets and HTTP
gravest|worst|most severe|severity is the term
patience|timeout, limit|the term of the field
in vain|vain|failed, without result|plain words
mend(s|ed|ing)?|fix|plain words
cures?|fix, remedy|remedy is the term
make(s)? no sense|invalid, usage error|states what is wrong
(in the )?ordinary course|normally|plain words
next to (never|nothing|none)|rarely, very little|plain words
so many|the number itself, N|name the thing
as ever|as usual|plain words
all the same|nevertheless, still|plain words
anew|again|plain words
a slip|slips? of the pen|mistake|plain words
wishes|intent, request|plain words
for good|permanently|plain words
'

files() {
    if [ $# -gt 0 ]; then
        printf '%s\n' "$@"
    else
        git ls-files -- '*.md' man systemd config packaging/selfconnectd.yaml packaging/debian/control
    fi | grep -v '^docs/glossary\.md$'
    # shellcheck disable=SC2086 # a list of paths
    [ $# -gt 0 ] || [ -z "$WORDS_SOURCES" ] || git ls-files -- $WORDS_SOURCES | grep '\.swift$'
}

files "$@" | RULES=$rules awk '
    function load(    lines, count, i, line, parts, number, pattern, j) {
        count = split(ENVIRON["RULES"], lines, "\n")
        for (i = 1; i <= count; i++) {
            line = lines[i]
            if (line == "") continue
            # The last two parts are the word to use and the reason; the expression may contain bars itself.
            number = split(line, parts, "|")
            pattern = parts[1]
            for (j = 2; j <= number - 2; j++) pattern = pattern "|" parts[j]
            expressions[++total] = "(^|[^a-z0-9_-])(" pattern ")($|[^a-z0-9_-])"
            uses[total] = parts[number - 1]
            reasons[total] = parts[number]
        }
    }
    # Without inline code and the targets of links.
    function prose(line) {
        gsub(/`[^`]*`/, "``", line)
        gsub(/\]\([^)]*\)/, "]", line)
        return line
    }
    # The comments, string literals and function names in backticks of a line of Swift; isText: inside a literal of
    # several lines.
    function literals(line,    text, quote, rest) {
        gsub(/\\\(([^()]|\([^()]*\))*\)/, "", line)
        gsub(/class=\\?"[^"]*"/, "", line)
        gsub(/\.[a-z][a-zA-Z-]*/, "", line)
        gsub(/"nobody"/, "", line)
        if (line ~ /"""/) {
            isText = !isText
            return ""
        }
        if (isText) return line
        text = match(line, /func `[^`]+`/) ? substr(line, RSTART, RLENGTH) : ""
        while (match(line, /"|\/\//)) {
            if (substr(line, RSTART, 2) == "//") return text " " prose(substr(line, RSTART + 2))
            rest = substr(line, RSTART + 1)
            quote = match(rest, /(^|[^\\])"/) ? RSTART + RLENGTH - 1 : length(rest) + 1
            text = text " " substr(rest, 1, quote - 1)
            line = substr(rest, quote + 1)
        }
        return text
    }
    function check(file,    line, number, isMarkdown, isSwift, isCode, text, i) {
        isMarkdown = file ~ /\.md$/
        isSwift = file ~ /\.swift$/
        isCode = isText = number = 0
        while ((getline line <file) > 0) {
            number++
            if (isMarkdown && line ~ /^ *```/) {
                isCode = !isCode
                continue
            }
            if (isCode) continue
            text = tolower(isMarkdown ? prose(line) : isSwift ? literals(line) : line)
            for (i = 1; i <= total; i++) {
                if (!match(text, expressions[i])) continue
                line = substr(text, RSTART, RLENGTH)
                gsub(/^[^a-z]+|[^a-z]+$/, "", line)
                printf "%s:%d: “%s”: write %s (%s)\n", file, number, line, uses[i], reasons[i]
                failed = 1
            }
        }
        close(file)
    }
    BEGIN { load() }
    { check($0) }
    END { exit failed }
'
