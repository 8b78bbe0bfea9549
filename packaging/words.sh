#!/bin/sh
# Rejects words that the documents do not use, and names the word to use: packaging/words.sh [FILE...]
#
# Without FILE it checks all documents, manual pages, units and configuration files of the repository. Code blocks and
# inline code of Markdown are not checked. docs/glossary.md is not checked either: it lists such words.
#
# WORDS_SOURCES names files or directories of Swift and C sources that are checked as well, by default all of them;
# empty: none. Their comments, string literals and function names in backticks are checked, without interpolated code,
# inline code of comments, names of CSS classes and the user name "nobody". The names that Swift declares are split into
# words, and checked against a list of their own.
set -eu
cd "$(dirname "$0")/.."
: "${WORDS_SOURCES=Sources Tests Benchmarks Fuzzing}"

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
(after|counts|of|one|n|[0-9]+) +tr(y|ies)|attempts|the term of the glossary
(could not|cannot) be asked|could not be queried, the request failed|name the operation
asks? (a|the|any) (running )?daemon|requests, queries|the term of HTTP
(the|a) bound on|limit, timeout|the term of the glossary
'

# The same for the words of a name, such as the three of `isListenerBound`.
names='
tells?|told|telling|says?|said|report, log, send, write|programs do not talk
who|whoever|somebody|someone|nobody|anybody|anyone|everybody|everyone|client, process, owner, user|name the thing
strangers?|guests?|local user, discovered target|name the thing
gravest|worst|most severe|severity is the term
patience|timeout, limit|the term of the field
vain|failed|plain words
mend(s|ed|ing)?|fix|plain words
cures?|remedy, advice|remedy is the term
wish(es)?|request|plain words
openings?|listener|listener is the term
news|happenings?|events, changes|event is the term
terms|configuration|configuration is the term
questions?|request, query|request is the term
rulings?|decision|plain words
tries|attempts|attempt is the term
complain|complaints?|fault, message|fault is the term
ceiling|limit|limit is the term
thief|thieves|occupants?|holder|holder is the term
fates?|outcome|outcome is the term
opinions?|judgements?|assessment|assessment is the term
boards?|snapshot store|snapshot is the term
scenes?|state, fixture|namespace state is the term
flavou?rs?|client kind|client kind is the term
anew|again|plain words
'

files() {
    if [ $# -gt 0 ]; then
        printf '%s\n' "$@"
    else
        git ls-files -- '*.md' man systemd config packaging/selfconnectd.yaml packaging/debian/control
    fi | grep -v '^docs/glossary\.md$'
    # shellcheck disable=SC2086 # a list of paths
    [ $# -gt 0 ] || [ -z "$WORDS_SOURCES" ] || git ls-files -- $WORDS_SOURCES | grep -E '\.(swift|c|h)$'
}

files "$@" | RULES=$rules NAMES=$names awk '
    # Appends the rules of a list; returns the number of the last one.
    function load(list,    lines, count, i, line, parts, number, pattern, j) {
        count = split(list, lines, "\n")
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
        return total
    }
    # Without inline code and the targets of links.
    function prose(line) {
        gsub(/`[^`]*`/, "``", line)
        gsub(/\]\([^)]*\)/, "]", line)
        return line
    }
    # The comments, string literals and function names in backticks of a line of Swift or C; isText: inside a literal of
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
    # Reports the words of a text that a rule from `first` to `last` rejects; `name`: where they are, for the message.
    function report(text, first, last, file, number, name,    i, word) {
        for (i = first; i <= last; i++) {
            if (!match(text, expressions[i])) continue
            word = substr(text, RSTART, RLENGTH)
            gsub(/^[^a-z]+|[^a-z]+$/, "", word)
            printf "%s:%d: %s“%s”: write %s (%s)\n", file, number, name, word, uses[i], reasons[i]
            failed = 1
        }
    }
    # The words of a name in camel case, in lower case.
    function words(name) {
        gsub(/_/, " ", name)
        while (match(name, /[a-z0-9][A-Z]/)) name = substr(name, 1, RSTART) " " substr(name, RSTART + 1)
        return tolower(name)
    }
    # Checks the names that a line of Swift declares: after a keyword, and parameters and labels before a colon.
    function checkNames(line, file, number,    keyword, name) {
        gsub(/"([^"\\]|\\.)*"|`[^`]*`/, "", line)
        sub(/\/\/.*/, "", line)
        keyword = "(let|var|func|case|struct|class|enum|actor|protocol|typealias) +"
        while (match(line, keyword "[A-Za-z_][A-Za-z0-9_]*|[A-Za-z_][A-Za-z0-9_]*:")) {
            name = substr(line, RSTART, RLENGTH)
            line = substr(line, RSTART + RLENGTH)
            sub("^" keyword, "", name)
            sub(/:$/, "", name)
            report(words(name), prose_count + 1, name_count, file, number, "the name " name " has ")
        }
    }
    function check(file,    line, number, isMarkdown, isSwift, isSource, isCode, text) {
        isMarkdown = file ~ /\.md$/
        isSwift = file ~ /\.swift$/
        isSource = isSwift || file ~ /\.[ch]$/
        isCode = isText = number = 0
        while ((getline line <file) > 0) {
            number++
            if (isMarkdown && line ~ /^ *```/) {
                isCode = !isCode
                continue
            }
            if (isCode) continue
            text = tolower(isMarkdown ? prose(line) : isSource ? literals(line) : line)
            report(text, 1, prose_count, file, number, "")
            if (isSwift && !isText) checkNames(line, file, number)
        }
        close(file)
    }
    BEGIN {
        prose_count = load(ENVIRON["RULES"])
        name_count = load(ENVIRON["NAMES"])
    }
    { check($0) }
    END { exit failed }
'
