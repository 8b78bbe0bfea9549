#!/usr/bin/env bash
# The life of the Debian package under a real systemd: installed, upgraded, removed, purged.
#
#   Tests/packaging.sh FILE.deb
#
# HARNESS boots a systemd in namespaces and runs this script again inside: HARNESS SECONDS SCRIPT FILE:DESTINATION...
# The host's packages and units are seen there and stay as they are. 77 and the reason where that is not possible.
set -euo pipefail

packages=/var/lib/selfconnectd-packages
configuration=/etc/selfconnectd/selfconnectd.yaml

fail() {
    echo "FAILED: $*"
    systemctl status --no-pager selfconnectd.service || true
    exit 1
}

# --- Outside: a second package with a higher version and another configuration file, and the boot.

outside() {
    deb=$(readlink -e "$1")
    harness=$(readlink -e "${HARNESS:-$(dirname "$0")/SystemTests/Resources/boot-systemd.sh}")
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    dpkg-deb --raw-extract "$deb" "$work/next"
    sed -i 's/^Version: .*/&+next/' "$work/next/DEBIAN/control"
    echo '# A line that the next version brings.' >>"$work/next$configuration"
    dpkg-deb --root-owner-group -Znone --build "$work/next" "$work/next.deb" >/dev/null
    bash "$harness" 120 "$0" "$deb:$packages/first.deb" "$work/next.deb:$packages/next.deb"
}

# --- Inside.

wait_until() { # within ten seconds
    for _ in {1..100}; do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 0.1
    done
    fail "in ten seconds not once: $*"
}

state() { systemctl show --value --property "$1" selfconnectd.service; }
# What dpkg, man-db and the journal keep of anything is not the package's.
everything() {
    find /etc /lib /usr /var -xdev \( -path /var/lib/dpkg -o -path /var/log -o -path /var/cache -o -path "$packages" \) \
        -prune -o -print | sort
}

installed() {
    echo '* installed, it runs, now and at boot'
    dpkg --install "$packages/first.deb"
    systemctl is-active selfconnectd.service || fail "it does not run"
    systemctl is-enabled selfconnectd.service || fail "it is not enabled"
    [ "$(state DynamicUser)" = yes ] || fail "it runs as root"
    dpkg --verify selfconnectd || fail "files differ from the package"

    echo '* systemctl status shows in one line how it is'
    systemctl status --no-pager --lines 0 selfconnectd.service
    [[ $(state StatusText) =~ ^[0-9]+\ ports\ watched ]] || fail "StatusText is $(state StatusText)"

    echo '* curl is answered'
    curl --fail --silent --show-error 127.0.0.1:9293/-/healthy || fail "it is not healthy"
    [[ $(curl --fail --silent 127.0.0.1:9293/v1/status) == *'"verdict"'* ]] || fail "no verdict"

    echo '* the journal has it from start to ready, with levels and without a complaint'
    local journal
    journal=$(journalctl --no-pager --output cat --unit selfconnectd)
    echo "$journal"
    grep -q '^ready' <<<"$journal" || fail "it does not say that it is ready"
    if grep -E '^<[0-7]>|Unknown|Failed|BUG|deprecated' <<<"$journal"; then fail "it does not read well"; fi

    echo '* the manual is there, and so is the help of the shells'
    man --where 8 selfconnectd || fail "no selfconnectd(8)"
    man --where 5 selfconnectd.yaml || fail "no selfconnectd.yaml(5)"
    bash -c '. /usr/share/bash-completion/completions/selfconnectd && complete -p selfconnectd' || fail "no completion"
    selfconnectd --version
}

upgraded() {
    echo '* an upgrade keeps a changed configuration, and runs the new program with it'
    sed -i 's/interval: 30s/interval: 31s/' "$configuration"
    local before
    before=$(state MainPID)
    dpkg --force-confdef --force-confold --install "$packages/next.deb" </dev/null
    [[ $(dpkg-query --show selfconnectd) == *+next ]] || fail "it is the old version"
    grep -q 'interval: 31s' "$configuration" || fail "the configuration was overwritten"
    [ -e "$configuration.dpkg-dist" ] || fail "the new configuration is not beside the old one"
    wait_until systemctl is-active selfconnectd.service
    [ "$(state MainPID)" != "$before" ] || fail "the old program still runs"
    wait_until curl --fail --silent 127.0.0.1:9293/-/ready
    [ "$(state NRestarts)" = 0 ] || fail "it had to be restarted"
}

removed() {
    echo '* removed, it has stopped, and only the configuration is left'
    dpkg --remove selfconnectd
    if systemctl is-active selfconnectd.service; then fail "it still runs"; fi
    if curl --silent 127.0.0.1:9293/; then fail "something still answers"; fi
    [ ! -e /usr/bin/selfconnectd ] || fail "the program is left"
    grep -q 'interval: 31s' "$configuration" || fail "the configuration is gone"

    echo '* installed again, it finds its configuration'
    dpkg --force-confdef --force-confold --install "$packages/first.deb" </dev/null
    wait_until systemctl is-active selfconnectd.service
    grep -q 'interval: 31s' "$configuration" || fail "the configuration was overwritten"
}

purged() {
    echo '* purged, nothing is left'
    dpkg --purge selfconnectd
    if systemctl is-active selfconnectd.service; then fail "it still runs"; fi
    diff <(echo "$1") <(everything) || fail "something is left, or missing"
    if systemctl list-unit-files --no-legend 'selfconnectd*' | grep .; then fail "systemd still knows it"; fi
    if systemctl --failed --no-legend | grep selfconnectd; then fail "it ended with a failure"; fi
}

inside() {
    # The host may forbid that services start, or that manuals are unpacked; this system does not.
    rm -f /usr/sbin/policy-rc.d /etc/dpkg/dpkg.cfg.d/*
    export DEBIAN_FRONTEND=noninteractive
    ip link set lo up
    local before
    before=$(everything)
    installed
    upgraded
    removed
    purged "$before"
    echo 'packaging: all well'
}

if [ -d "$packages" ]; then inside; else outside "$@"; fi
