#!/usr/bin/env bash
# The Ansible role under ansible/ with the Debian package and a real systemd: checked, run, run again, checked after a
# change of the host.
#
#   Tests/ansible.sh FILE.deb
#
# Runs in namespaces, as Tests/packaging.sh does. 77 and the reason where that is not possible.
set -euo pipefail

folder=/var/lib/selfconnectd-ansible
advice=/etc/sysctl.d/90-selfconnectd.conf
configuration=/etc/selfconnectd/selfconnectd.yaml
reserved=/proc/sys/net/ipv4/ip_local_reserved_ports
export ANSIBLE_NOCOLOR=1 ANSIBLE_LOCALHOST_WARNING=0 HOME=/root LANG=C.UTF-8

fail() { echo "FAILED: $*"; exit 1; }

outside() {
    for tool in ansible-playbook ansible-lint; do
        [ -n "$(command -v $tool)" ] || { echo "skipped: needs $tool"; exit 77; }
    done
    cd "$(dirname "$0")/.."
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    ansible-lint --offline --profile production ansible
    tar --create --file "$work/ansible.tar" ansible
    bash "${HARNESS:-Tests/SystemTests/Resources/boot-systemd.sh}" 900 "$0" "$(readlink -e "$1"):$folder/selfconnectd.deb" \
        "$work/ansible.tar:$folder/ansible.tar"
}

# play CONFIGURATION [OPTION]...: the role on this host; its output is in $folder/output.
play() {
    local vars="{\"selfconnectd_package\": \"$folder/selfconnectd.deb\", \"selfconnectd_config\": $1}"
    shift
    ansible-playbook --inventory localhost, --connection local --extra-vars ansible_python_interpreter=/usr/bin/python3 \
        --extra-vars "$vars" "$@" "$folder/ansible/playbook.yml" >"$folder/output" 2>&1
}
played() { play "$@" || { cat "$folder/output"; fail "the role fails"; }; }
changes() { sed -n 's/.* changed=\([0-9]*\).*/\1/p' "$folder/output"; }
expect_changes() { [ "$(changes)" = "$1" ] || { cat "$folder/output"; fail "$(changes) changes, $1 expected"; }; }
wait_for_verdict() { # PORT VERDICT, within twenty seconds
    for _ in {1..200}; do
        if [[ $(curl --silent "127.0.0.1:9293/v1/targets/127.0.0.1:$1") == *"\"endpoint\":\"127.0.0.1:$1\",\"verdict\":\"$2\""* ]]; then
            return
        fi
        sleep 0.1
    done
    fail "port $1 is not $2"
}
process() { systemctl show --value --property MainPID selfconnectd; }

inside() {
    tar --extract --directory "$folder" --file "$folder/ansible.tar"
    local web='{"probe": {"interval": "1s"}, "targets": [{"name": "web", "ports": [50010]}]}'

    echo '* in check mode nothing is installed'
    played "$web" --check
    [ ! -e /usr/bin/selfconnectd ] || fail "the program is installed"

    echo '* a run installs, configures and starts it, and reserves the port'
    played "$web"
    systemctl is-active selfconnectd
    systemctl is-enabled selfconnectd
    grep -q 'name: web' $configuration || fail "the configuration was not written"
    [ "$(cat $reserved)" = 50010 ] || fail "reserved are $(cat $reserved)"
    grep -q '^net.ipv4.ip_local_reserved_ports = 50010$' $advice || fail "$advice has no assignment"
    wait_for_verdict 50010 reserved

    echo '* a second run changes nothing'
    played "$web"
    expect_changes 0
    played "$web" --check
    expect_changes 0

    echo '* in check mode a host that differs is reported and not changed'
    echo 33333 >$reserved
    played "$web" --check --diff
    expect_changes 1
    [ "$(cat $reserved)" = 33333 ] || fail "the host was changed"

    echo '* a run applies the advice again, and keeps what is reserved besides'
    played "$web"
    [ "$(cat $reserved)" = 33333,50010 ] || fail "reserved are $(cat $reserved)"
    played "$web"
    expect_changes 0

    echo '* a change of the configuration is a reload'
    local before both='{"probe": {"interval": "1s"}, "targets": [{"name": "web", "ports": [50010, 50012]}]}'
    before=$(process)
    played "$both"
    [ "$(process)" = "$before" ] || fail "it was restarted"
    wait_for_verdict 50012 reserved

    echo '* an invalid configuration is rejected'
    if play '{"targts": []}'; then fail "it is accepted"; fi
    grep -q targts "$folder/output" || fail "the reason is missing"
    grep -q 'name: web' $configuration || fail "the file was replaced"

    echo '* advice that leaves clients too few ports is refused'
    echo '50000 51100' >/proc/sys/net/ipv4/ip_local_port_range
    before=$(cat $reserved)
    if play '{"targets": [{"name": "many", "addresses": "127.0.0.1", "ports": ["50000-50099"]}]}'; then
        fail "it is accepted"
    fi
    grep -q 'fewer than 1024' "$folder/output" || { cat "$folder/output"; fail "the reason is missing"; }
    [ "$(cat $reserved)" = "$before" ] || fail "reserved are $(cat $reserved)"
    echo 'the role works'
}

if [ -e "$folder/ansible.tar" ]; then inside; else outside "$@"; fi
