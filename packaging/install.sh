#!/bin/sh
# Puts what was built where it belongs, or takes it away again: `make install` and `make uninstall`.
#
# It builds nothing, so that `sudo make install` leaves no file of root's in the source tree. All directories come from
# the Makefile. What is written below DESTDIR is for the paths without it, as a package wants it.
#
# The configuration belongs to the administrator. What is installed for one sets nothing, so that a new daemon finds what
# is there and cries no wolf over the ports of an example. The file as it was shipped is kept beside (in SHAREDIR), so
# that a file that nobody changed is brought up to date, and one that somebody changed is left alone, at each later
# installation and at the end.
set -eu

: "${PROGRAM:?}" "${COMPLETIONS:?}" "${DESTDIR=}"
: "${BINDIR:?}" "${UNITDIR:?}" "${CONFDIR:?}" "${SHAREDIR:?}" "${MANDIR:?}" "${DOCDIR:?}"
: "${BASHDIR:?}" "${ZSHDIR:?}" "${FISHDIR:?}"

new=packaging/selfconnectd.yaml
configuration=$DESTDIR$CONFDIR/selfconnectd.yaml
shipped=$DESTDIR$SHAREDIR/selfconnectd.yaml

# Definitions for monitoring systems that start the program.
plugins='config/nagios.cfg config/icinga2.conf config/node-problem-detector.json'

say() { printf '%s\n' "$*"; }

# Every file but the program and the configuration: where it comes from and where it goes.
each_file() {
    "$1" man/selfconnectd.8 "$MANDIR/man8/selfconnectd.8"
    "$1" man/selfconnectd.yaml.5 "$MANDIR/man5/selfconnectd.yaml.5"
    "$1" "$COMPLETIONS/selfconnectd.bash" "$BASHDIR/selfconnectd"
    "$1" "$COMPLETIONS/selfconnectd.zsh" "$ZSHDIR/_selfconnectd"
    "$1" "$COMPLETIONS/selfconnectd.fish" "$FISHDIR/selfconnectd.fish"
    for file in config/prometheus-rules.yaml config/grafana-dashboard.json $plugins systemd/*.conf "$new"; do
        "$1" "$file" "$SHAREDIR/${file##*/}"
    done
    "$1" config/selfconnectd.yaml "$DOCDIR/examples/selfconnectd.yaml"
    for file in README.md CHANGELOG.md SECURITY.md LICENSE docs/*; do "$1" "$file" "$DOCDIR/$file"; done
}

put() { install -D -m 644 "$1" "$DESTDIR$2"; }
drop() { rm -f "$DESTDIR$2"; }

units() { find systemd -name '*.service' -o -name '*.socket'; }

# Units name the program and its configuration by their paths, and show the service nothing else of the host than /usr
# and /etc, and what is bound besides.
put_units() {
    seen=
    case $BINDIR in /usr/*) ;; *) seen="$seen $BINDIR" ;; esac
    case $CONFDIR in /etc/*) ;; *) seen="$seen $CONFDIR" ;; esac
    install -d "$DESTDIR$UNITDIR"
    units | while read -r unit; do
        target=$DESTDIR$UNITDIR/${unit##*/}
        sed -e "s|/usr/bin/selfconnectd|$BINDIR/selfconnectd|g" -e "s|/etc/selfconnectd|$CONFDIR|g" \
            -e "s|^BindReadOnlyPaths=.*|&$seen|" "$unit" >"$target"
        chmod 644 "$target"
    done
}

# They name the program by its path too.
put_plugins() {
    for file in $plugins; do
        sed -i "s|/usr/bin/selfconnectd|$BINDIR/selfconnectd|g" "$DESTDIR$SHAREDIR/${file##*/}"
    done
}

put_configuration() {
    if [ ! -e "$configuration" ] || cmp -s "$configuration" "$shipped"; then
        put "$new" "$CONFDIR/selfconnectd.yaml"
        rm -f "$configuration.dist"
    elif cmp -s "$new" "$configuration"; then
        rm -f "$configuration.dist"
    else
        put "$new" "$CONFDIR/selfconnectd.yaml.dist"
        say "kept your $configuration; the new one is $configuration.dist"
    fi
}

drop_configuration() {
    rm -f "$configuration.dist"
    if [ ! -e "$configuration" ] || cmp -s "$configuration" "$shipped"; then
        rm -f "$configuration"
    else
        say "kept your $configuration"
    fi
}

# Only for the running system: not for a package, nor where another service manager runs.
systemd_is_here() { [ -z "$DESTDIR" ] && [ -d /run/systemd/system ]; }

do_install() {
    if [ ! -x "$PROGRAM" ]; then
        say "$PROGRAM is not there: run 'make build' first" >&2
        exit 1
    fi
    install -D -m 755 --strip "$PROGRAM" "$DESTDIR$BINDIR/selfconnectd"
    put_units
    put_configuration
    each_file put
    put_plugins
    if systemd_is_here; then
        systemctl daemon-reload
        if systemctl --quiet is-active selfconnectd.service; then
            say "to run what was installed: systemctl restart selfconnectd"
        else
            say "to run it, now and at boot: systemctl enable --now selfconnectd"
        fi
    fi
}

do_uninstall() {
    if systemd_is_here && [ -e "$UNITDIR/selfconnectd.service" ]; then
        # The sockets first: they would start the service again.
        systemctl --quiet disable --now selfconnectd.socket selfconnectd-unix.socket selfconnectd.service
    fi
    drop_configuration
    rm -f "$DESTDIR$BINDIR/selfconnectd"
    units | while read -r unit; do rm -f "$DESTDIR$UNITDIR/${unit##*/}"; done
    each_file drop
    for folder in "$CONFDIR" "$SHAREDIR" "$DOCDIR"; do
        [ ! -d "$DESTDIR$folder" ] || find "$DESTDIR$folder" -depth -type d -exec rmdir --ignore-fail-on-non-empty {} +
    done
    if systemd_is_here; then systemctl daemon-reload; fi
}

"do_$1"
