#!/bin/sh
# Measures the daemon's HTTP listener side by side with others on loopback: /v1/status with 20 targets against nginx
# with one worker and the same bytes as a file; /metrics against the /metrics of blackbox_exporter and node_exporter,
# plain and as Prometheus asks for it.
# Prints the ratios of the answers per second, and per second of processor time, which say more where others use the
# machine; then the daemon's resident memory before, under and after that load; then how long a calm client waits for
# /v1/status while loop probes run at their ceiling, beside a daemon that runs none. Needs root, for a network namespace.
# Everything that it starts ends with it. A bad ratio is no failure: the exit code tells only of benchmarks that could
# not run.
#
#     Benchmarks/http.sh                7 rounds of 1 s each, 32 connections
#     ROUNDS=9 TIME=5 CONNECTIONS=64 THREADS=2 Benchmarks/http.sh
#     DAEMON=/usr/bin/selfconnectd Benchmarks/http.sh      a daemon that is built already

set -eu

cd "$(dirname "$0")"
rounds=${ROUNDS:-7}
time=${TIME:-1}
connections=${CONNECTIONS:-32}
threads=${THREADS:-1}
# shellcheck source=Benchmarks/common.sh
. ./common.sh

# In here: the build, with the network of the host.
if [ -z "${BENCHMARK_NETWORK:-}" ]; then
    missing=
    require_exporters
    require nginx nginx-light
    require pgrep procps
    [ -z "$missing" ] || exit 1
    build_daemon
    mkdir -p .build/c
    ${CC:-cc} -O2 -Wall -Wextra -Werror -o .build/c/latency Programs/latency.c
    enter_network "$@"
fi

# From here on: a network namespace of our own, with the kernel's default range.
ip link set lo up
directory=$(mktemp -d)
trap 'stop; rm -rf "$directory"' EXIT
trap 'exit 1' INT TERM

# 19 targets, and the daemon's own port. No loop probes and no map: what is compared is HTTP.
cat >"$directory/selfconnectd.yaml" <<END
probe: {loop: {interval: 0s}}
map: {interval: 0s}
targets:
  - name: benchmark
    addresses: [127.0.0.1]
    ports: [50010-50028]
END
daemon_url=http://127.0.0.1:9293
start daemon "$DAEMON" run --config "$directory/selfconnectd.yaml"
daemon=$process
await $daemon_url/-/ready /dev/null

mkdir "$directory/v1"
await $daemon_url/v1/status "$directory/v1/status"
chmod -R go+rX "$directory"
cat >"$directory/nginx.conf" <<END
worker_processes 1;
daemon off;
pid $directory/nginx.pid;
events {}
http {
    access_log off;
    sendfile on;
    tcp_nopush on;
    open_file_cache max=10;
    default_type application/json;
    client_body_temp_path $directory/body;
    proxy_temp_path $directory/proxy;
    fastcgi_temp_path $directory/fastcgi;
    uwsgi_temp_path $directory/uwsgi;
    scgi_temp_path $directory/scgi;
    server {
        listen 127.0.0.1:9380;
        root $directory;
    }
}
END
nginx_url=http://127.0.0.1:9380
start nginx nginx -e stderr -c "$directory/nginx.conf"
await $nginx_url/v1/status /dev/null
nginx=$(pgrep -P "$process")  # the worker

start_exporters

resident() {
    awk -v name="$1" '
        /^Vm(HWM|RSS)/ { mebibytes[$1] = $2 / 1024 }
        END { printf "%-13s%7.1f MiB, at most %.1f MiB so far\n", name, mebibytes["VmRSS:"], mebibytes["VmHWM:"] }
        ' "/proc/$daemon/status"
}

# rate URL PROCESS [OPTION OF WRK]...: answers per second, and per second of the process's processor time. What is no
# answer of 200 spoils the measurement.
rate() {
    url=$1
    process=$2
    shift 2
    before=$(ticks "$process")
    wrk -t "$threads" -c "$connections" -d "${time}s" "$@" "$url" >"$directory/wrk.log"
    used=$(($(ticks "$process") - before))
    if grep -E 'Non-2xx|Socket errors' "$directory/wrk.log" >&2; then
        echo "in the answers from $url" >&2
        exit 1
    fi
    awk -v used="$used" -v hertz="$(getconf CLK_TCK)" '
        / requests in / { answers = $1 }
        /^Requests\/sec:/ { rate = $2 }
        END { print rate, answers * hertz / (used > 0 ? used : 1) }' "$directory/wrk.log"
}

# compare NAME LEFT-NAME LEFT-PROCESS LEFT-URL PATH [OPTION OF WRK]...: ratios of the daemon to the left one.
compare() {
    name=$1
    left_name=$2
    left_process=$3
    left_url=$4$5
    right_url=$daemon_url$5
    shift 5
    results=
    for _ in $(seq "$rounds"); do
        left=$(rate "$left_url" "$left_process" "$@")
        right=$(rate "$right_url" "$daemon" "$@")
        results="$results$left $right
"
    done
    printf %s "$results" | awk '{ print $1, $3, $2, $4 }' |
        awk -v name="$name" -v left="$left_name" -v right=selfconnectd -f summary.awk
    printf %s "$results" | awk '{ print $3 / $1 }' | ./record.sh "HTTP, $name / $left_name: responses per second" ratio
    printf %s "$results" | awk '{ print $4 / $2 }' |
        ./record.sh "HTTP, $name / $left_name: responses per second of processor time" ratio
}

# compare_scrapes NAME PROCESS URL: as Prometheus asks, which is for OpenMetrics, compressed.
compare_scrapes() {
    compare scrapes "$1" "$2" "$3" /metrics -H 'Accept-Encoding: gzip' \
        -H 'Accept: application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1'
}

printf '%-10s %-14s%10s%10s%10s   (%s rounds of %s s, %s connections)\n' \
    path '' minimum median maximum "$rounds" "$time" "$connections"
idle=$(resident idle)
compare status nginx "$nginx" $nginx_url /v1/status
rate $daemon_url/v1/status "$daemon" >/dev/null &
load=$!
sleep 1
busy=$(resident 'under load')
wait $load
compare metrics blackbox_exporter "$blackbox" $blackbox_url /metrics
compare metrics node_exporter "$node" $node_url /metrics
compare_scrapes blackbox_exporter "$blackbox" $blackbox_url
compare_scrapes node_exporter "$node" $node_url
sleep 2
printf '\nresident memory of the daemon\n%s\n%s\n' "$idle" "$busy"
resident afterwards
printf '\n/v1/status: %d octets; /metrics: %d octets, blackbox_exporter %d, node_exporter %d\n' \
    "$(curl -s $daemon_url/v1/status | wc -c)" "$(curl -s $daemon_url/metrics | wc -c)" \
    "$(curl -s $blackbox_url/metrics | wc -c)" "$(curl -s $node_url/metrics | wc -c)"

# Loops without a pause that do not find their ends: the ports are odd, and the range begins with an even one.
sed -e 's/loop: {interval: 0s/loop: {interval: 1s, attempts: 1000000/' -e 's/50010-50028/50011, 50013, 50015, 50017, 50019/' \
    -e '1i listen: [127.0.0.1:9294]' "$directory/selfconnectd.yaml" >"$directory/probing.yaml"
start probing "$DAEMON" run --config "$directory/probing.yaml"
await http://127.0.0.1:9294/-/ready /dev/null

results=
for _ in $(seq "$rounds"); do
    at_rest=$(.build/c/latency 9293 /v1/status "$time")
    probing=$(.build/c/latency 9294 /v1/status "$time")
    results="$results$at_rest $probing
"
done
printf '\nmicroseconds for /v1/status\n'
printf %s "$results" | awk '{ print $1, $3 }' | awk -v name=median -v left='at rest' -v right=probing -f summary.awk
printf %s "$results" | awk '{ print $2, $4 }' | awk -v name='99 %' -v left='at rest' -v right=probing -f summary.awk
