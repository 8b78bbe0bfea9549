#!/bin/sh
# Installs the built program or removes it: `make install` and `make uninstall`.
#
# It builds nothing, so that `sudo make install` leaves no file owned by root in the source tree. The Makefile passes
# all directories. Files are installed below DESTDIR, but refer to the paths without it, as packages require.
#
# The configuration file belongs to the administrator. The installed file sets nothing, so that a new daemon watches the
# existing listeners and raises no false alarms about example ports. A copy of the shipped file is kept in SHAREDIR: a
# configuration file that equals the copy is updated by later installations and removed by `make uninstall`; a changed
# file is kept.
set -eu

: "${PROGRAM:?}" "${COMPLETIONS:?}" "${DESTDIR=}"
: "${BINDIR:?}" "${UNITDIR:?}" "${CONFDIR:?}" "${SHAREDIR:?}" "${MANDIR:?}" "${DOCDIR:?}"
: "${BASHDIR:?}" "${ZSHDIR:?}" "${FISHDIR:?}"

# Message catalogs are searched beside the units (journalctl(1), --update-catalog).
: "${CATALOGDIR=${UNITDIR%/*}/catalog}"

new=packaging/selfconnectd.yaml
configuration=$DESTDIR$CONFDIR/selfconnectd.yaml
shipped=$DESTDIR$SHAREDIR/selfconnectd.yaml

# Definitions for monitoring systems that start the program.
plugins='config/nagios.cfg config/icinga2.conf config/node-problem-detector.json'

say() { printf '%s\n' "$*"; }

# Source and destination of every file except the program and the configuration.
each_file() {
    "$1" man/selfconnectd.8 "$MANDIR/man8/selfconnectd.8"
    "$1" man/selfconnectd.yaml.5 "$MANDIR/man5/selfconnectd.yaml.5"
    "$1" "$COMPLETIONS/selfconnectd.bash" "$BASHDIR/selfconnectd"
    "$1" "$COMPLETIONS/selfconnectd.zsh" "$ZSHDIR/_selfconnectd"
    "$1" "$COMPLETIONS/selfconnectd.fish" "$FISHDIR/selfconnectd.fish"
    for file in config/prometheus.yaml config/prometheus-rules.yaml config/grafana-*.json $plugins systemd/*.conf "$new"; do
        "$1" "$file" "$SHAREDIR/${file##*/}"
    done
    "$1" systemd/selfconnectd.catalog "$CATALOGDIR/selfconnectd.catalog"
    "$1" config/selfconnectd.yaml "$DOCDIR/examples/selfconnectd.yaml"
    for file in README.md CHANGELOG.md SECURITY.md LICENSE NOTICE docs/*.md docs/images/*; do "$1" "$file" "$DOCDIR/$file"; done
}

put() { install -D -m 644 "$1" "$DESTDIR$2"; }
drop() { rm -f "$DESTDIR$2"; }

units() { find systemd -name '*.service' -o -name '*.socket'; }

# Units contain the paths of the program and its configuration. The service sees only /usr, /etc and the bind mounts of
# the host.
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

# The plug-in definitions contain the path of the program too.
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

# Only for the running system: not for a package, and not with another service manager.
systemd_is_here() { [ -z "$DESTDIR" ] && [ -d /run/systemd/system ]; }

do_install() {
    if [ ! -x "$PROGRAM" ]; then
        say "$PROGRAM does not exist: run 'make build' first" >&2
        exit 1
    fi
    install -D -m 755 --strip "$PROGRAM" "$DESTDIR$BINDIR/selfconnectd"
    put_units
    put_configuration
    each_file put
    put_plugins
    if systemd_is_here; then
        systemctl daemon-reload
        journalctl --update-catalog
        if systemctl --quiet is-active selfconnectd.service; then
            say "to run the installed version: systemctl restart selfconnectd"
        else
            say "to start it now and at boot: systemctl enable --now selfconnectd"
        fi
    fi
}

do_uninstall() {
    if systemd_is_here && [ -e "$UNITDIR/selfconnectd.service" ]; then
        # Stop the sockets first; otherwise they would start the service again.
        systemctl --quiet disable --now selfconnectd.socket selfconnectd-unix.socket selfconnectd.service
    fi
    drop_configuration
    rm -f "$DESTDIR$BINDIR/selfconnectd"
    units | while read -r unit; do rm -f "$DESTDIR$UNITDIR/${unit##*/}"; done
    each_file drop
    for folder in "$CONFDIR" "$SHAREDIR" "$DOCDIR"; do
        [ ! -d "$DESTDIR$folder" ] || find "$DESTDIR$folder" -depth -type d -exec rmdir --ignore-fail-on-non-empty {} +
    done
    if systemd_is_here; then
        systemctl daemon-reload
        journalctl --update-catalog
    fi
}

"do_$1"
