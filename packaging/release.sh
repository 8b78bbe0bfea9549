#!/bin/sh
# Makes a release: packaging/release.sh VERSION DIRECTORY. Refuses unless everything is ready; CONTRIBUTING.md has the list.
set -eu
cd "$(dirname "$0")/.."

version=$1
fail() { echo "release: $*" >&2; exit 1; }

[ -z "$(git status --porcelain)" ] || fail 'files differ from the commit: commit or remove them'
[ "$(git rev-parse --abbrev-ref HEAD)" = main ] || fail 'releases are made from main'
! git rev-parse --quiet --verify "refs/tags/v$version" >/dev/null || fail "v$version exists: raise the number in Version.swift"
grep -q "^## \[$version\] - [0-9]" CHANGELOG.md || fail "CHANGELOG.md has no section [$version] with a date"
grep -qx "pkgver=$version" packaging/arch/PKGBUILD || fail 'packaging/arch/PKGBUILD has another version'
grep -q "version = \"$version\"" packaging/nix/package.nix || fail 'packaging/nix/package.nix has another version'
unreleased=$(sed -n '/^## \[Unreleased\]/,/^## \[[0-9]/p' CHANGELOG.md | grep -c '^- ' || true)
[ "$unreleased" -eq 0 ] || fail 'CHANGELOG.md has unreleased entries'

.ci/run
make deb dist rpm
mkdir -p "$2"
cp .build/dist/selfconnectd-"$version".tar.gz .build/dist/*.spdx.json .build/debian/*.deb .build/rpm/RPMS/*/*.rpm "$2"
(cd "$2" && sha256sum -- *.tar.gz *.json *.deb *.rpm >SHA256SUMS)
git tag --annotate --message "selfconnectd $version" "v$version"
echo "the files are in $2; to publish: git push origin main v$version"
