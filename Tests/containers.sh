#!/bin/sh
# The image of packaging/Containerfile.runtime, and a container under watch, with podman: Tests/containers.sh [PROGRAM], as
# root. Of the image only the last stage is built, from PROGRAM.
#
# Everything runs in network and process namespaces of its own. 77 and the reason where podman cannot run a container.
set -eu
cd "$(dirname "$0")/.."
program=${1-.build/debug/selfconnectd}
if [ -z "${IN_NAMESPACE-}" ]; then
    IN_NAMESPACE=1 exec unshare --net --pid --mount-proc --fork --kill-child "$0" "$program"
fi
# shellcheck source=Tests/beside.sh
. Tests/beside.sh
# shellcheck disable=SC2154 # of the sourced file
trap 'runtime rm --force --all --time 0 >/dev/null 2>&1 || :; kill $pids 2>/dev/null || :; wait; rm -rf "$tmp"' EXIT

export BUILDAH_ISOLATION=chroot
runtime() {
    podman --root "$tmp/storage" --runroot "$tmp/run" --storage-driver vfs --cgroup-manager cgroupfs --runtime runc \
        --events-backend none "$@"
}
# The default limits of podman are higher than what an unprivileged container manager may set.
run() { runtime run --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 "$@"; }

# The image, and one that has other programs as well.
packaging/root.sh "$program" "$tmp/context/root-of-image"
runtime build --quiet --build-context build="$tmp/context" --tag selfconnectd \
    --file packaging/Containerfile.runtime "$tmp/context" >/dev/null
cp "$(command -v busybox)" "$tmp/context/"
printf 'FROM selfconnectd\nUSER 0\nCOPY busybox /bin/\nENTRYPOINT ["/bin/busybox"]\n' >"$tmp/Containerfile"
runtime build --quiet --tag victim --file "$tmp/Containerfile" "$tmp/context" >/dev/null
if ! run --rm --network none victim true 2>"$tmp/refusal"; then
    echo "skipped: podman cannot run a container here: $(cat "$tmp/refusal")"
    exit 77
fi

echo '* the image runs on the host network, read-only and without capabilities'
run --detach --name image --network host --read-only --cap-drop all selfconnectd >/dev/null
wait_for curl --silent --fail http://127.0.0.1:9293/-/ready
status=$(curl --silent --fail http://127.0.0.1:9293/v1/status)
case $status in *'"verdict"'*) ;; *) fail 'it reports no verdict' ;; esac
runtime stop --time 5 image >/dev/null
[ "$(runtime inspect --format '{{.State.ExitCode}}' image)" = 0 ] || fail "it ended with another status: $(runtime logs image)"

echo '* a listener in a container is found with the name of the container'
id=$(run --detach --network none --hostname grpc-0 victim sleep 600)
name=podman:$(echo "$id" | cut -c1-12)
start_daemon <<YAML
listen: 127.0.0.1:9293
probe: {interval: 1s}
discover: {namespaces: true, minimum-age: 0s}
YAML
# is VERDICT: the verdict of the container's port.
is() {
    curl --silent http://127.0.0.1:9293/v1/targets | python3 -c '
import json, sys
targets = json.load(sys.stdin)["targets"]
verdicts = {t["verdict"] for t in targets if t.get("namespace") == sys.argv[1] and t["endpoint"] == "127.0.0.1:40002"}
sys.exit(verdicts != {sys.argv[2]})' "$name" "$1"
}
runtime exec --detach "$id" /bin/busybox nc -ll -p 40002 -e /bin/busybox cat >/dev/null
wait_for is latent

echo '* when it ends, clients in the container can connect to themselves'
pkill --ns "$(runtime inspect --format '{{.State.Pid}}' "$id")" --nslist net --full 'busybox nc -ll -p 40002'
wait_for is susceptible

echo '* a self-connection in the container is reported with container and process'
mkfifo "$tmp/enter"
runtime exec --interactive "$id" /usr/bin/selfconnectd probe --method loop --hold 127.0.0.1:40002 \
    <"$tmp/enter" >/dev/null &
pids="$pids $!"
exec 3>"$tmp/enter"
wait_for is self-connected
curl --silent http://127.0.0.1:9293/v1/sockets | python3 -c '
import json, sys
name, found = sys.argv[1], json.load(sys.stdin)["self_connections"]
owners = [(s.get("namespace"), s.get("container"), s.get("command")) for s in found]
sys.exit(None if owners == [(name, name, "selfconnectd")] else f"FAILED: {owners}")' "$name"

echo '* with the container its targets go'
runtime rm --force --time 0 "$id" >/dev/null
has_gone() { ! curl --silent http://127.0.0.1:9293/v1/namespaces | grep -q "$name"; }
wait_for has_gone
echo 'containers: all well'
