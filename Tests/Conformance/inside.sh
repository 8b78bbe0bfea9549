#!/usr/bin/env bash
# What run.sh does inside the network namespace. The same requests each time: CONFORMANCE_SEED makes others.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$1
tools=$2
origin=http://127.0.0.1:9293
folder=$(mktemp -d)
trap 'kill "${daemon:-0}" 2>/dev/null || true; rm -rf "$folder"' EXIT

ip link set lo up
echo 49000 51000 >/proc/sys/net/ipv4/ip_local_port_range # soon swept
cat >"$folder/selfconnectd.yaml" <<END
http: {connections-per-client: 256}
targets:
  - {name: hdfs-datanode, ports: [50010, 50011], clients: [connect, bind]}
  - {name: reserved, ports: 40000}
END
"$program" run --config "$folder/selfconnectd.yaml" 2>"$folder/log" &
daemon=$!
for _ in $(seq 1200); do
    if curl --silent --fail --output /dev/null --noproxy '*' "$origin/v1/map"; then break; fi
    sleep 0.1
done

"$tools/bin/python" "$here/openmetrics.py" "$origin"
"$tools/bin/python" "$here/examples.py" "$origin" "$here/../../docs/api.md"
cd "$folder"
# How fast it makes up requests says nothing of the daemon: on a busy machine it makes fewer.
"$tools/bin/schemathesis" --config-file "$here/schemathesis.toml" run "$origin/openapi.json" \
    --checks all --suppress-health-check too_slow --max-time "${CONFORMANCE_SECONDS:-45}" --workers 2 --no-color \
    --generation-database none --seed "${CONFORMANCE_SEED:-1}"
kill -0 "$daemon"
