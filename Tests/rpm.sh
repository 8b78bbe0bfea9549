#!/usr/bin/env bash
# Unpacks an RPM package into a directory of its own, checks its files and scripts, and runs its program.
#
#   Tests/rpm.sh FILE.rpm
set -euo pipefail

package=$(readlink -e "$1")
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

fail() { echo "FAILED: $*" >&2; exit 1; }

rpm2cpio "$package" | (cd "$root" && cpio --extract --make-directories --quiet)
for file in usr/bin/selfconnectd usr/lib/systemd/system/selfconnectd.service etc/selfconnectd/selfconnectd.yaml \
    usr/lib/systemd/catalog/selfconnectd.catalog \
    usr/share/man/man8 usr/share/doc/selfconnectd/README.md; do
    [ -e "$root/$file" ] || fail "$file is missing"
done
"$root/usr/bin/selfconnectd" check-config "$root/etc/selfconnectd/selfconnectd.yaml" || fail 'the configuration has faults'
version=$(rpm --query --package --queryformat '%{VERSION}' "$package")
[[ $("$root/usr/bin/selfconnectd" --version) == "selfconnectd $version"* ]] || fail 'the program has another version'
# Captured first: a reader that ends early would end the program before it in a pipe with an error.
kept=$(rpm --query --package --configfiles "$package")
grep -qx /etc/selfconnectd/selfconnectd.yaml <<<"$kept" || fail 'an upgrade would overwrite the configuration'
scripts=$(rpm --query --package --scripts "$package")
for script in postinstall preuninstall postuninstall; do
    grep -q "^$script" <<<"$scripts" || fail "there is no $script script"
done
"$root/usr/bin/selfconnectd" probe 127.0.0.1:9 >/dev/null || fail 'the program does not run'
echo "the RPM package is complete, and its program runs"
