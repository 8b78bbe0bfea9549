#!/bin/sh
# Makes the source release: packaging/dist.sh VERSION DIRECTORY
#
# DIRECTORY gets selfconnectd-VERSION.tar.gz: the committed files, the Swift packages that the program depends on (in
# Vendor, with their licenses), the revision, and a list of all parts (selfconnectd.spdx.json, SPDX 2.3). It builds without
# a network. The same commit always gives the same bytes.
set -eu
cd "$(dirname "$0")/.."

version=$1
mkdir -p "$2"
destination=$(cd "$2" && pwd)
rm -f "$destination"/selfconnectd-*.tar.gz "$destination"/selfconnectd.spdx.json
name=selfconnectd-$version
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
revision=$(git rev-parse --short=12 HEAD)
swift=${SWIFT:-swift}

if [ -n "$(git status --porcelain)" ]; then
    echo 'dist: files differ from the commit; the release contains what is committed' >&2
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git archive --prefix="$name/" HEAD | tar -x -C "$work"
cd "$work/$name"

# The packages at the versions that Package.swift fixes.
"$swift" package --scratch-path "$work/scratch" resolve >&2
for checkout in "$work"/scratch/checkouts/*; do
    package=${checkout##*/}
    mkdir -p "Vendor/$package"
    # What Package.swift names; benchmarks, documentation and the repository are left out.
    for part in Package.swift LICENSE.txt NOTICE.txt Sources Plugins Tools Examples Tests; do
        [ ! -e "$checkout/$part" ] || cp -R "$checkout/$part" "Vendor/$package/"
    done
    chmod -R u+w "Vendor/$package"
    version_of=$(git -C "$checkout" describe --tags --always)
    echo "$package $version_of $(git -C "$checkout" rev-parse HEAD)"
done >packages
sed -E -i 's|\.package\(url: "[^"]*/([^/"]+)", exact: "[^"]*"\)|.package(path: "Vendor/\1")|' Package.swift
if grep -q 'url:' Package.swift; then
    echo 'dist: Package.swift has a dependency without an exact version' >&2
    exit 1
fi
echo "$revision" >REVISION
packaging/sbom.sh "$version" "$revision" "$epoch" <packages >selfconnectd.spdx.json
rm -f packages Package.resolved

cd ..
tar --create --sort=name --format=gnu --mtime="@$epoch" --owner=0 --group=0 --numeric-owner --mode=go=rX,u+rw,a-s \
    --file - "$name" | gzip -n -9 >"$destination/$name.tar.gz"
cp "$name/selfconnectd.spdx.json" "$destination/"
