#!/usr/bin/env bash
# The life of the Debian package under a real systemd: installed, reloaded, killed, upgraded, removed, purged. Here is
# the program as it is shipped and nothing else that runs, so that its times are measured here, too.
#
#   Tests/packaging.sh FILE.deb
#
# HARNESS boots a systemd in namespaces and runs this script again inside: HARNESS SECONDS SCRIPT FILE:DESTINATION...
# The host's packages and units are seen there and stay as they are; with ROOT=DIRECTORY those of another system, such as
# the next Debian (`debootstrap --variant=minbase --include=curl,iproute2,libyaml-0-2,man-db,procps,systemd trixie
# DIRECTORY`). 77 and the reason where that is not possible.
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
    bash "$harness" 240 "$0" "$deb:$packages/first.deb" "$work/next.deb:$packages/next.deb"
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
restarted() { [ "$(state NRestarts)" = "$1" ] && systemctl is-active selfconnectd.service; }
milliseconds() { echo $(($(date +%s%N) / 1000000)); }
answers() { curl --fail --silent --show-error --output /dev/null "127.0.0.1:9293$1"; }

# What dpkg, man-db, the journal and systemd keep of anything is not the package's.
everything() {
    find /etc /lib /run /usr /var -xdev \( -path /var/lib/dpkg -o -path /var/log -o -path /var/cache -o -path "$packages" \
        -o -path /run/log -o -path /run/systemd \) -prune -o -print | sort
    find /run/systemd -name '*selfconnect*'
    getent passwd
    getent group
}

installed() {
    echo '* installed, it runs, now and at boot'
    dpkg --install "$packages/first.deb"
    systemctl is-active selfconnectd.service || fail "it does not run"
    systemctl is-enabled selfconnectd.service || fail "it is not enabled"
    [ "$(state DynamicUser)" = yes ] || fail "it runs as root"
    dpkg --verify selfconnectd || fail "files differ from the package"
    [ -s /usr/lib/systemd/catalog/selfconnectd.catalog ] || fail "there is no message catalog"
    [ -s /usr/share/doc/selfconnectd/docs/runbook.md ] || fail "the runbook that alerts link to is not there"

    echo '* systemctl status shows in one line how it is'
    systemctl status --no-pager --lines 0 selfconnectd.service
    # On a machine without listeners inside the range no port is exposed.
    [[ $(state StatusText) =~ ^1\ port\ watched,\ last ]] || fail "StatusText is $(state StatusText)"

    echo '* curl is answered'
    curl --fail --silent --show-error 127.0.0.1:9293/-/healthy || fail "it is not healthy"
    [[ $(curl --fail --silent 127.0.0.1:9293/v1/status) == *'"verdict"'* ]] || fail "no verdict"

    echo '* the socket units are there, and not enabled'
    for unit in selfconnectd.socket selfconnectd-unix.socket; do
        [ "$(systemctl is-enabled $unit)" = disabled ] || fail "$unit is $(systemctl is-enabled $unit)"
        if systemctl is-active $unit; then fail "$unit is active"; fi
    done

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

reloaded() {
    echo '* a changed configuration is taken over by a reload'
    printf '%s\n' 'probe: {interval: 31s}' 'targets: [{name: many, ports: 50000-50049}]' >>"$configuration"
    systemctl reload selfconnectd.service
    wait_until answers /v1/targets/127.0.0.1:50010
    [[ $(state StatusText) =~ ^101\ ports\ watched,\ 100\ susceptible ]] || fail "StatusText is $(state StatusText)"
    restarted 0 || fail "it was restarted"
}

ready_in_time() {
    echo '* with a hundred targets it is ready within 100 ms of exec'
    # systemd knows when it forked, which is before it has built the service's root: a shell records when that is done.
    local unit=/etc/systemd/system/selfconnectd.service.d/began.conf command times=()
    command=$(sed -n 's/^ExecStart=//p' /lib/systemd/system/selfconnectd.service)
    install -D -m 644 /dev/stdin "$unit" <<<"[Service]
ExecStart=
ExecStart=/usr/bin/bash -c 'echo began \$EPOCHREALTIME; exec $command'"
    systemctl daemon-reload
    local began ready
    for _ in {1..5}; do
        systemctl restart selfconnectd.service
        ready=$(date -d "$(systemctl show --timestamp=us --value --property ActiveEnterTimestamp selfconnectd.service)" +%s%6N)
        began=$(journalctl --output cat --unit selfconnectd --grep '^began' --lines 1)
        began=${began#began }
        times+=($(((ready - ${began/./}) / 1000)))
    done
    echo "ready after ${times[*]} ms"
    [ "$(printf '%s\n' "${times[@]}" | sort -n | head -1)" -le 100 ] || fail "it takes longer"
    rm -r "${unit%/*}"
    systemctl daemon-reload
    systemctl restart selfconnectd.service
}

stopped_in_time() {
    echo '* under load it stops within a second'
    local clients=() begin time times=()
    for _ in 1 2 3; do
        curl --no-progress-meter --max-time 5 --output /dev/null '127.0.0.1:9293/v1/status#[1-10000000]' 2>/dev/null &
        clients+=($!)
    done
    for _ in {1..5}; do
        exec 3<>/dev/tcp/127.0.0.1/9293 # a client that sends no request
        sleep 0.2
        begin=$(milliseconds)
        systemctl stop selfconnectd.service
        time=$(($(milliseconds) - begin))
        exec 3>&-
        times+=("$time")
        [ "$(state Result)" = success ] || fail "it ended with $(state Result)"
        [ "$time" -le 1000 ] || fail "it took $time ms"
        systemctl start selfconnectd.service
    done
    kill "${clients[@]}" 2>/dev/null || true
    wait "${clients[@]}" 2>/dev/null || true
    echo "stopped after ${times[*]} ms"
}

killed() {
    # The machine may be busy with something else for a moment: the median is the daemon's, each time has a bound.
    echo '* killed fifty times, it answers again within a second, and each time'
    local begin time times=() count
    for count in {1..50}; do
        begin=$(milliseconds)
        systemctl kill --kill-who main --signal KILL selfconnectd.service
        until restarted "$count" >/dev/null && answers /-/healthy 2>/dev/null; do
            [ $(($(milliseconds) - begin)) -lt 10000 ] || fail "kill $count: it does not come back"
        done
        times+=($(($(milliseconds) - begin)))
    done
    mapfile -t times < <(printf '%s\n' "${times[@]}" | sort -n)
    time=${times[24]}
    [ "$time" -le 1000 ] || fail "it took $time ms at the median"
    echo "back after $time ms at the median, ${times[49]} ms at most"
    systemctl restart selfconnectd.service
}

upgraded() {
    echo '* an upgrade keeps a changed configuration, and runs the new program with it'
    # If systemd holds the port, as an administrator may have chosen, no client is refused meanwhile.
    systemctl stop selfconnectd.service
    systemctl enable --now selfconnectd.socket selfconnectd-unix.socket
    systemctl start selfconnectd.service
    curl --no-progress-meter --max-time 5 --output /dev/null --write-out '%{stderr}%{http_code} %{errormsg}\n' \
        --header 'Connection: close' '127.0.0.1:9293/v1/kernel#[1-10000000]' 2>/mnt/answers &
    local client=$! before
    before=$(state MainPID)
    dpkg --force-confdef --force-confold --install "$packages/next.deb" </dev/null
    [[ $(dpkg-query --show selfconnectd) == *+next ]] || fail "it is the old version"
    grep -q 'interval: 31s' "$configuration" || fail "the configuration was overwritten"
    [ -e "$configuration.dpkg-dist" ] || fail "the new configuration is not beside the old one"
    wait_until systemctl is-active selfconnectd.service
    [ "$(state MainPID)" != "$before" ] || fail "the old program still runs"
    wait_until answers /-/ready
    kill "$client"
    wait "$client" 2>/dev/null || true
    # The last line may be cut off.
    if head --lines -1 /mnt/answers | grep -v '^200 $'; then fail "a client was not answered"; fi
    echo "$(wc -l </mnt/answers) answers meanwhile"
    [ "$(state NRestarts)" = 0 ] || fail "it had to be restarted"
}

removed() {
    echo '* removed, it has stopped, and only the configuration is left'
    dpkg --remove selfconnectd
    for unit in selfconnectd.service selfconnectd.socket selfconnectd-unix.socket; do
        if systemctl is-active $unit; then fail "$unit still runs"; fi
    done
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
    export DEBIAN_FRONTEND=noninteractive CURL_HOME=/mnt
    # Outside the ephemeral range: the watched ports have no connections of this script.
    echo 'local-port = 10000-19999' >"$CURL_HOME/.curlrc"
    ip link set lo up
    local before
    before=$(everything)
    installed
    reloaded
    ready_in_time
    stopped_in_time
    killed
    upgraded
    removed
    purged "$before"
    echo 'packaging: all well'
}

if [ -d "$packages" ]; then inside; else outside "$@"; fi
