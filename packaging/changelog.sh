#!/bin/sh
# CHANGELOG.md as debian/changelog: packaging/changelog.sh VERSION <CHANGELOG.md
#
# The unreleased part becomes the entry of VERSION. Its time is that of the last commit (or SOURCE_DATE_EPOCH), so that
# the package is reproducible.
set -eu

version=$1
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}

awk -v version="$version" -v now="$(date --utc --date="@$epoch" +%F)" '
    # Debian wants lines of at most 80 columns.
    function flush_item(    words, count, i, line) {
        count = split(item, words, " ")
        line = "  *"
        for (i = 1; i <= count; i++) {
            if (length(line) + 1 + length(words[i]) > 80) {
                print line
                line = "   "
            }
            line = line " " words[i]
        }
        if (count) print line
        item = ""
    }
    function finish() {
        flush_item()
        if (!open) return
        command = "LC_ALL=C date --utc --rfc-email --date=" date
        command | getline stamp
        close(command)
        printf "\n -- selfconnectd maintainers <maintainers@selfconnectd.invalid>  %s\n", stamp
    }
    function begin(number, day) {
        finish()
        if (open) print ""
        if (number == version) found = 1
        open = 1
        date = day
        printf "selfconnectd (%s) unstable; urgency=medium\n\n", number
    }
    # An empty one, as a release has it, is no entry.
    /^## \[Unreleased\]/ { unreleased = 1; next }
    /^## \[/ {
        unreleased = 0
        number = substr($2, 2, length($2) - 2)
        if (number == version && found) {
            print "changelog.sh: " version " is already released: increase the version" >"/dev/stderr"
            exit failed = 1
        }
        begin(number, $4)
        next
    }
    /^\[/ { next }
    unreleased && /^- / { begin(version, now); unreleased = 0 }
    open && /^- / { flush_item(); item = substr($0, 3); next }
    open && /^  / { item = item $0 }
    END {
        if (failed) exit 1
        finish()
        if (!found) {
            print "changelog.sh: CHANGELOG.md has no entry for " version >"/dev/stderr"
            exit 1
        }
    }
'
