#!/bin/sh
# The TLS recipes of docs/fleet.md with a real nginx, stunnel and Prometheus: Tests/tls.sh [PROGRAM], as root.
#
# The configurations are taken from the document; only their paths are changed. Everything runs in a network namespace of
# its own.
set -eu
cd "$(dirname "$0")/.."
program=${1-.build/debug/selfconnectd}
if [ -z "${IN_NAMESPACE-}" ]; then
    IN_NAMESPACE=1 exec unshare --net --fork --kill-child "$0" "$program"
fi
# shellcheck source=Tests/beside.sh
. Tests/beside.sh

# The code block of this language, with the paths of this test.
recipe() {
    awk -v open="\`\`\`$1" '$0 == open { inside = 1; next } $0 == "```" { inside = 0 } inside' docs/fleet.md |
        sed -e "s|/etc/selfconnectd/tls|$tmp|" -e "s|/run/selfconnectd|$tmp|"
}

# authority NAME; certificate NAME AUTHORITY
authority() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj "/CN=$1" -keyout "$tmp/$1.key" -out "$tmp/$1.pem" 2>/dev/null
}
certificate() {
    openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$tmp/$1.key" -out "$tmp/$1.csr" 2>/dev/null
    echo 'subjectAltName=IP:127.0.0.1' >"$tmp/ext"
    openssl x509 -req -in "$tmp/$1.csr" -CA "$tmp/$2.pem" -CAkey "$tmp/$2.key" -CAcreateserial -days 1 \
        -extfile "$tmp/ext" -out "$tmp/$1.pem" 2>/dev/null
}
authority ca
authority other
certificate server ca
certificate client ca
certificate untrusted other

query() { curl -sG --data-urlencode "query=$1" http://127.0.0.1:9090/api/v1/query; }
is_up() { query 'up == 1' | grep -q '"instance"'; }
is_down() { query 'up == 1' | grep -q '"result":\[\]'; }
scrape() {
    curl --silent --fail --cacert "$tmp/ca.pem" --cert "$tmp/$1.pem" --key "$tmp/$1.key" https://127.0.0.1:9294/metrics
}

start_daemon <<YAML
listen: [127.0.0.1:9293, 'unix:$tmp/http.sock']
YAML

cat >"$tmp/prometheus.yml" <<YAML
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
  - job_name: selfconnectd
    scheme: https
    tls_config: {ca_file: $tmp/ca.pem, cert_file: $tmp/client.pem, key_file: $tmp/client.key}
    static_configs: [{targets: ["127.0.0.1:9294"]}]
YAML
prometheus --config.file="$tmp/prometheus.yml" --storage.tsdb.path="$tmp/data" --log.level=error \
    --web.listen-address=127.0.0.1:9090 &
pids="$pids $!"

check() {
    echo "* $1"
    wait_for scrape client
    wait_for is_up
    if scrape untrusted >/dev/null; then fail "$1: a client with a certificate of another CA is accepted"; fi
    if curl --silent --fail --cacert "$tmp/ca.pem" https://127.0.0.1:9294/metrics >/dev/null; then
        fail "$1: a client without a certificate is accepted"
    fi
}

{
    echo "daemon off; pid $tmp/nginx.pid; error_log $tmp/nginx.log; events {} http { access_log off;"
    recipe nginx
    echo '}'
} >"$tmp/nginx.conf"
nginx -e "$tmp/nginx.log" -c "$tmp/nginx.conf" &
nginx=$!
pids="$pids $nginx"
check nginx
kill "$nginx"
wait "$nginx" || :
wait_for is_down

{
    echo 'foreground = yes'
    echo 'pid ='
    recipe ini
} >"$tmp/stunnel.conf"
stunnel4 "$tmp/stunnel.conf" 2>"$tmp/stunnel.log" &
pids="$pids $!"
check stunnel
echo 'both recipes work'
