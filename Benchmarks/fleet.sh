#!/bin/sh
# Measures what a fleet costs its Prometheus: series, bytes of a scrape, memory, processor time and the time of all rules of
# config/prometheus-rules.yaml, in all and for each host. Needs Swift or a PROGRAM, curl, jq,
# Prometheus, Python and root.
#
#     Benchmarks/fleet.sh                 200 real daemons, then 1,000 and 10,000 hosts of fleet.py
#     FLEET=20 DURATION=60 PROGRAM=/usr/bin/selfconnectd Benchmarks/fleet.sh 1000
#
# Each daemon has a network namespace of its own with ten targets, and a link to a bridge over which Prometheus scrapes it.
# Each second the reserved ports of two namespaces change, and with them the verdicts. fleet.py continues what two of these
# daemons answered, for any number of hosts.

set -eu

cd "$(dirname "$0")"
fleet=${FLEET:-200}
duration=${DURATION:-300}
interval=15s
program=${PROGRAM:-../.build/release/selfconnectd}

# In here: the build, with the network of the host.
if [ -z "${BENCHMARK_NETWORK:-}" ]; then
    [ -n "${PROGRAM:-}" ] || "${SWIFT:-swift}" build -c release --package-path .. --product selfconnectd
    BENCHMARK_NETWORK=private exec unshare --net --mount --pid --fork --mount-proc --kill-child \
        "./$(basename "$0")" "$@"
fi

# From here on: namespaces of our own.
ip link set lo up
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p /run/netns
mount -t tmpfs none /run/netns
program=$(readlink -e "$program")
ports=50010,50020,50030,50040,50050,50060,50070,50080,50090,50100

wait_for() {
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || { echo "timeout: $*" >&2; exit 1; }
        sleep 0.5
    done
}

# target HOST ADDRESS PATH: a line for file_sd of Prometheus.
target() { printf '{"targets": ["%s"], "labels": {"instance": "%s", "__metrics_path__": "%s"}}' "$2" "$1" "$3"; }

# start_prometheus: scrapes the hosts of $folder/hosts.json.
start_prometheus() {
    cat >"$folder/prometheus.yml" <<END
global: {scrape_interval: $interval, scrape_timeout: 10s, evaluation_interval: $interval}
rule_files: [$(readlink -e ../config/prometheus-rules.yaml)]
scrape_configs:
  - job_name: selfconnectd
    file_sd_configs: [{files: [$folder/hosts.json]}]
END
    prometheus --config.file="$folder/prometheus.yml" --storage.tsdb.path="$folder/data" --log.level=error \
        --enable-feature=extra-scrape-metrics --web.listen-address=127.0.0.1:9090 &
    prometheus=$!
    wait_for curl --silent --fail http://127.0.0.1:9090/-/ready
}

stop_prometheus() {
    kill "$prometheus"
    wait "$prometheus" || :
    rm -r "$folder/data"
}

value() {
    curl --silent --get --data-urlencode "query=$1" http://127.0.0.1:9090/api/v1/query | jq -r '.data.result[0].value[1] // 0'
}

# The sum of a metric of Prometheus itself.
own() { curl --silent http://127.0.0.1:9090/metrics | awk -v name="$1" 'index($1, name) == 1 { sum += $2 } END { print sum + 0 }'; }

# row NAME HOSTS URL: the figures after $duration.
row() {
    before=$(own process_cpu_seconds_total)
    sleep "$duration"
    after=$(own process_cpu_seconds_total)
    up=$(value 'sum(up{job="selfconnectd"})')
    changes=$(value "sum(changes(selfconnect_target_severity[${duration}s]))")
    series=$(own prometheus_tsdb_head_series)
    samples=$(value 'avg(scrape_samples_scraped{job="selfconnectd"})')
    bytes=$(value 'avg(scrape_body_size_bytes{job="selfconnectd"})')
    packed=$(curl --silent --header 'Accept-Encoding: gzip' --output /dev/null --write-out '%{size_download}' "$3")
    memory=$(own process_resident_memory_bytes)
    processor=$(awk -v a="$after" -v b="$before" -v s="$duration" 'BEGIN { print (a - b) / s }')
    rules=$(own prometheus_rule_group_last_duration_seconds)
    echo "$1 $2 $up $changes $series $samples $bytes $packed $memory $processor $rules" | awk '{
        printf "%s, %d hosts, %d up, %d changes of a severity\n", $1, $2, $3, $4
        printf "  series               %10d in all  %8.1f per host\n", $5, $5 / $2
        printf "  samples of a scrape  %10d in all  %8.1f per host\n", $6 * $2, $6
        printf "  bytes of a scrape    %7.1f MB in all  %8.1f kB per host, %.1f kB with gzip\n", $7 * $2 / 1e6, $7 / 1e3, $8 / 1e3
        printf "  resident memory      %7.0f MB in all  %8.1f kB per host\n", $9 / 1e6, $9 / 1e3 / $2
        printf "  processor time       %8.2f %% of a core  %6.3f %% per host\n", $10 * 100, $10 * 100 / $2
        printf "  time of all rules    %7.1f ms in all  %8.3f ms per host\n", $11 * 1e3, $11 * 1e3 / $2
    }'
}

# --- Real daemons.

ip link add fleet type bridge
ip address add 10.64.0.1/16 dev fleet
ip link set fleet up
host=0
while [ "$host" -lt "$fleet" ]; do
    host=$((host + 1))
    name=h$host
    address=10.64.$((1 + host / 250)).$((1 + host % 250))
    ip netns add $name
    ip link add $name type veth peer name eth0 netns $name
    ip link set $name master fleet up
    ip -n $name link set lo up
    ip -n $name address add $address/16 dev eth0
    ip -n $name link set eth0 up
    echo "listen: $address:9293
http: {open: true}
targets: {name: web, addresses: 127.0.0.1, ports: [$ports]}" >"$folder/$name.yaml"
    ip netns exec $name "$program" run --config "$folder/$name.yaml" >/dev/null 2>&1 &
    echo $! >>"$folder/daemons"
    target $name $address:9293 /metrics
done | jq --slurp . >"$folder/hosts.json"
first=$(jq -r '.[0].targets[0]' "$folder/hosts.json")
last=$(jq -r '.[-1].targets[0]' "$folder/hosts.json")
wait_for curl --silent --fail "http://$last/-/ready"

# reserve HOST [PORTS]
reserve() { ip netns exec "h$1" sh -c "echo '${2:-}' >/proc/sys/net/ipv4/ip_local_reserved_ports"; }
while sleep 1; do
    for _ in 1 2; do
        # The first and the last host stay as they are.
        changed=$(shuf -i "2-$((fleet - 1))" -n 1)
        reserve "$changed" "$(shuf -n 1 -e "$ports" '')"
    done
done &
changing=$!

# What fleet.py continues: a host with the remedy and one without, twice.
reserve 1 "$ports"
sleep 60
for scrape in 1 2; do
    curl --silent "http://$first/metrics" >"$folder/safe.$scrape"
    curl --silent "http://$last/metrics" >"$folder/exposed.$scrape"
    [ $scrape = 2 ] || sleep 60
done
start_prometheus
row daemons "$fleet" "http://$last/metrics"
stop_prometheus
kill "$changing"
xargs kill <"$folder/daemons"

# --- The same metrics from a generator.

[ $# -gt 0 ] || set -- 1000 10000
interval=60s
for count; do
    python3 fleet.py "$folder" 9400 &
    generator=$!
    seq "$count" | while read -r host; do
        target "g$host" "127.0.0.1:9400" "/$host"
    done | jq --slurp . >"$folder/hosts.json"
    wait_for curl --silent --fail http://127.0.0.1:9400/1
    start_prometheus
    row generated "$count" http://127.0.0.1:9400/1
    stop_prometheus
    kill "$generator"
done
