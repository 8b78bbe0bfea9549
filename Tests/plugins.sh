#!/bin/sh
# config/nagios.cfg and config/icinga2.conf with a real Nagios 4, a real Icinga 2 and a daemon whose port becomes safe, held
# and stolen: Tests/plugins.sh [PROGRAM], as root.
#
# Only the path of the program is changed in the definitions. Everything runs in a network namespace of its own.
set -eu
cd "$(dirname "$0")/.."
program=$(readlink -e "${1-.build/debug/selfconnectd}")
if [ -z "${IN_NAMESPACE-}" ]; then
    IN_NAMESPACE=1 exec unshare --net --fork --kill-child "$0" "$program"
fi
# shellcheck source=Tests/beside.sh
. Tests/beside.sh
reserved=/proc/sys/net/ipv4/ip_local_reserved_ports
echo '32768 60999' >/proc/sys/net/ipv4/ip_local_port_range
fail() { echo "FAILED: $*" >&2; tail -n 20 "$tmp"/*/log >&2; exit 1; }
is_verdict() { curl --silent http://127.0.0.1:9293/v1/targets/127.0.0.1:50010 | grep -q "\"verdict\":\"$1\",\"severity\":\"$2\""; }

# Python code that has a socket until it is killed.
hold() {
    python3 -c "import signal, socket, struct
s = socket.socket()
# It closes with a reset, so that no closed connection keeps the port.
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
s.bind(('127.0.0.1', 50010))
$1
signal.pause()" &
    holder=$!
    pids="$pids $holder"
}
release() {
    kill "$holder"
    wait "$holder" 2>/dev/null || :
}

start_daemon <<YAML
probe: {interval: 1s}
targets: {name: web, addresses: 127.0.0.1, ports: 50010}
YAML

# Both systems write a status.dat: the value of a key of the service.
value() { sed -n '/^servicestatus {/,/}/p' "$1" | sed -n "s/^[[:space:]]*$2=//p"; }
shows() { # FILE STATE TEXT
    [ "$(value "$1" current_state)" = "$2" ] && value "$1" plugin_output | grep -q "^SELFCONNECT $3"
}
shows_step() { value "$1" long_plugin_output | grep -q '^127.0.0.1:50010 web: ss -K -t src 127.0.0.1:50010 dst '; }

check() { # NAME FILE
    echo "* $1"
    echo 50010 >$reserved
    wait_for is_verdict reserved ok
    wait_for shows "$2" 0 'OK - 0 of 2 ports exposed'
    value "$2" performance_data | grep -q '^exposed=0;;;0;2 ' || fail "$1: no performance data"

    echo >$reserved
    hold 's.listen()'
    wait_for is_verdict latent warning
    wait_for shows "$2" 1 'WARNING - 0 of 2 ports exposed, 1 latent: 127.0.0.1:50010 web (latent)'
    release

    hold "s.connect(('127.0.0.1', 9293))"
    wait_for is_verdict stolen critical
    wait_for shows "$2" 2 'CRITICAL - 1 of 2 ports exposed: 127.0.0.1:50010 web (stolen)'
    wait_for shows_step "$2"
    release
}

# definition FILE
definition() { sed "s|/usr/bin/selfconnectd|$program|" "config/$1"; }

mkdir "$tmp/nagios" "$tmp/nagios/results"
cat >"$tmp/nagios/nagios.cfg" <<CFG
cfg_file=$tmp/nagios/objects.cfg
log_file=$tmp/nagios/log
status_file=$tmp/nagios/status.dat
object_cache_file=$tmp/nagios/objects.cache
lock_file=$tmp/nagios/pid
temp_file=$tmp/nagios/temp
temp_path=$tmp/nagios
check_result_path=$tmp/nagios/results
command_file=$tmp/nagios/command
query_socket=$tmp/nagios/query
state_retention_file=$tmp/nagios/retention.dat
nagios_user=nagios
nagios_group=nagios
interval_length=1
status_update_interval=1
check_result_reaper_frequency=1
use_syslog=0
check_for_updates=0
enable_notifications=0
CFG
{
    definition nagios.cfg
    cat <<CFG
define host {
    host_name           localhost
    address             127.0.0.1
    max_check_attempts  1
}
define timeperiod {
    timeperiod_name     never
    alias               never
}
define command {
    command_name        nothing
    command_line        /bin/true
}
define contact {
    contact_name                    nobody
    host_notification_period        never
    service_notification_period     never
    host_notification_commands      nothing
    service_notification_commands   nothing
}
define service {
    name                generic-service
    register            0
    check_interval      1
    retry_interval      1
    max_check_attempts  1
}
CFG
} >"$tmp/nagios/objects.cfg"
chown -R nagios:nagios "$tmp/nagios"
nagios4 -v "$tmp/nagios/nagios.cfg" >"$tmp/nagios/verified" || { cat "$tmp/nagios/verified"; fail 'Nagios rejects its configuration'; }
nagios4 "$tmp/nagios/nagios.cfg" >/dev/null 2>&1 &
nagios=$!
pids="$pids $nagios"
check 'Nagios 4' "$tmp/nagios/status.dat"
kill "$nagios"
wait "$nagios" || :

mkdir "$tmp/icinga"
{
    cat <<CONF
include <itl>
object CheckerComponent "checker" {}
object FileLogger "log" { path = "$tmp/icinga/log" }
object StatusDataWriter "status" {
  status_path = "$tmp/icinga/status.dat"
  objects_path = "$tmp/icinga/objects.cache"
  update_interval = 1s
}
template Service "generic-service" {
  check_interval = 1s
  retry_interval = 1s
  max_check_attempts = 1
}
object Host "localhost" {
  check_command = "dummy"
  vars.selfconnect = true
}
CONF
    definition icinga2.conf
} >"$tmp/icinga/icinga2.conf"
chown -R nagios:nagios "$tmp/icinga"
icinga2 daemon --config "$tmp/icinga/icinga2.conf" --define "DataDir=$tmp/icinga" --define "InitRunDir=$tmp/icinga" \
    --define "CacheDir=$tmp/icinga" --define "LogDir=$tmp/icinga" --define "PidPath=$tmp/icinga/pid" \
    --define RunAsUser=nagios --define RunAsGroup=nagios >"$tmp/icinga/output" 2>&1 &
pids="$pids $!"
wait_for test -s "$tmp/icinga/status.dat"
check 'Icinga 2' "$tmp/icinga/status.dat"
echo 'both run the check, and show its three states'
