#!/usr/bin/env bash
# Installs into a directory of its own and takes it away again: every file in its place, a changed configuration kept,
# the same result however often. Needs what `make build` has built, and no rights.
set -euo pipefail
cd "$(dirname "$0")/.."

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
configuration=$root/etc/selfconnectd/selfconnectd.yaml

fail() { echo "FAILED: $*" >&2; exit 1; }
run() { make --no-print-directory DESTDIR="$root" "$@"; }
files() { (cd "$root" && find . -type f | sort); }
in_place() { [ -f "$root$1" ] || fail "$1 is not there"; }

echo '* every file is in its place, readable for all, and the unit names the program where it is'
umask 077
run install
for file in /usr/local/bin/selfconnectd /usr/local/lib/systemd/system/selfconnectd.service \
    /etc/selfconnectd/selfconnectd.yaml /usr/local/share/selfconnectd/prometheus-rules.yaml \
    /usr/local/share/selfconnectd/prometheus.yaml /usr/local/share/selfconnectd/grafana-fleet-dashboard.json \
    /usr/local/share/selfconnectd/nagios.cfg /usr/local/share/selfconnectd/icinga2.conf \
    /usr/local/share/selfconnectd/node-problem-detector.json \
    /usr/local/share/selfconnectd/grafana-dashboard.json /usr/local/share/selfconnectd/namespaces.conf \
    /usr/local/lib/systemd/system/selfconnectd.socket /usr/local/lib/systemd/system/selfconnectd-unix.socket \
    /usr/local/lib/systemd/catalog/selfconnectd.catalog \
    /usr/local/share/selfconnectd/token.conf /usr/local/share/doc/selfconnectd/examples/selfconnectd.yaml \
    /usr/local/share/man/man8/selfconnectd.8 \
    /usr/local/share/man/man5/selfconnectd.yaml.5 /usr/local/share/bash-completion/completions/selfconnectd \
    /usr/local/share/zsh/site-functions/_selfconnectd \
    /usr/local/share/fish/vendor_completions.d/selfconnectd.fish \
    /usr/local/share/doc/selfconnectd/README.md /usr/local/share/doc/selfconnectd/LICENSE; do in_place "$file"; done
unreadable=$(find "$root" -mindepth 1 ! -perm -a=r -o -mindepth 1 -type d ! -perm -a=x)
[ -z "$unreadable" ] || fail "not for all to read: $unreadable"
unit=$root/usr/local/lib/systemd/system/selfconnectd.service
grep -q '^ExecStart=/usr/local/bin/selfconnectd ' "$unit" || fail "the unit starts another program"
! grep -q /usr/bin/selfconnectd "$unit" || fail "the unit still names /usr/bin"
! grep -r /usr/bin/selfconnectd "$root/usr/local/share/selfconnectd" || fail "a plug-in would start another program"
program=$root/usr/local/bin/selfconnectd
"$program" check-config "$configuration" || fail "the installed configuration has faults"
! grep -q '^[^#]' "$configuration" || fail "the installed configuration sets something"

echo '* the program prints the commit that it was built from'
if [ -e .git ]; then [[ $("$program" --version) =~ \([0-9a-f]{12} ]] || fail "it says $("$program" --version)"; fi

echo '* the completions are those of the program, and their shells can read them'
for pair in bash:bash-completion/completions/selfconnectd zsh:zsh/site-functions/_selfconnectd \
    fish:fish/vendor_completions.d/selfconnectd.fish; do
    shell=${pair%%:*} file=$root/usr/local/share/${pair#*:}
    "$program" --generate-completion-script "$shell" | sed '1{/^#!/d}' | cmp -s - "$file" || fail "old completions for $shell"
    if command -v "$shell" >/dev/null; then "$shell" -n "$file"; else echo "  (no $shell here to read them)"; fi
done

echo '* the same again changes nothing'
before=$(cd "$root" && find . -type f -exec sha256sum {} + | sort)
run install
[ "$before" = "$(cd "$root" && find . -type f -exec sha256sum {} + | sort)" ] || fail "it did"

echo '* an unchanged configuration is updated'
shipped=$root/usr/local/share/selfconnectd/selfconnectd.yaml
echo '# older' | tee "$shipped" >"$configuration"
run install
cmp -s packaging/selfconnectd.yaml "$configuration" || fail "it is still the old one"

echo '* a changed configuration is kept, with the new one beside it'
echo '# mine' >>"$configuration"
said=$(run install)
[[ $said == *'kept your'* ]] || fail "not a word about it"
grep -q '# mine' "$configuration" || fail "it was overwritten"
cmp -s packaging/selfconnectd.yaml "$configuration.dist" || fail "the new one is not beside it"

echo '* uninstalling keeps a changed configuration, says so, and leaves nothing else'
said=$(run uninstall)
[[ $said == *'kept your'* ]] || fail "not a word about it"
[ "$(files)" = ./etc/selfconnectd/selfconnectd.yaml ] || fail "left: $(files)"
run install && run uninstall >/dev/null
[ "$(files)" = ./etc/selfconnectd/selfconnectd.yaml ] || fail "left: $(files)"
rm "$configuration"
run install && run uninstall
[ -z "$(files)" ] || fail "left: $(files)"
[ ! -e "$root/etc/selfconnectd" ] || fail "an empty directory is left"

echo '* another prefix has its unit where systemd looks for it, and the service can see its program'
run install PREFIX=/opt/selfconnectd
unit=$root/etc/systemd/system/selfconnectd.service
grep -q '^ExecStart=/opt/selfconnectd/bin/selfconnectd ' "$unit" || fail "it has not"
grep -q '^BindReadOnlyPaths=/usr .* /opt/selfconnectd/bin$' "$unit" || fail "it cannot"
run uninstall PREFIX=/opt/selfconnectd
[ -z "$(files)" ] || fail "left: $(files)"

echo '* without a program it says what to do'
if run install SCRATCH="$root/nowhere" 2>"$root/errors"; then fail "it installed something"; fi
grep -q "run 'make build' first" "$root/errors" || fail "it says: $(cat "$root/errors")"
echo 'install: all well'
