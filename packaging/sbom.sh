#!/bin/sh
# Writes the parts of the program as SPDX 2.3 in JSON: packaging/sbom.sh VERSION REVISION SECONDS <PACKAGES
#
# PACKAGES has one line for each Swift package that is linked in: NAME VERSION COMMIT. SECONDS is the time of the document
# since 1970. What the toolchain links in and what the system provides is added.
set -eu

version=$1 revision=$2
created=$(date --utc --date="@$3" +%Y-%m-%dT%H:%M:%SZ)
toolchain=$(${SWIFT:-swift} --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -n 1)

# part NAME VERSION LICENSE LOCATION
part() {
    printf '    {"SPDXID": "SPDXRef-%s", "name": "%s", "versionInfo": "%s", "licenseConcluded": "%s", ' "$1" "$1" "$2" "$3"
    printf '"licenseDeclared": "%s", "copyrightText": "NOASSERTION", "filesAnalyzed": false, "downloadLocation": "%s"}' "$3" "$4"
}

# relation PART KIND
relation() {
    printf '    {"spdxElementId": "SPDXRef-selfconnectd", "relationshipType": "%s", "relatedSpdxElement": "SPDXRef-%s"}' "$2" "$1"
}

parts=$(part selfconnectd "$version" Apache-2.0 NOASSERTION)
relations='    {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-selfconnectd"}'

# add KIND NAME VERSION LICENSE LOCATION
add() {
    parts=$(printf '%s,\n%s' "$parts" "$(part "$2" "$3" "$4" "$5")")
    relations=$(printf '%s,\n%s' "$relations" "$(relation "$2" "$1")")
}

while read -r package version_of commit; do
    add STATIC_LINK "$package" "$version_of" Apache-2.0 "git+https://github.com/apple/$package@$commit"
done
exception='Apache-2.0 WITH Swift-exception'
add STATIC_LINK swift-runtime "$toolchain" "$exception" https://github.com/swiftlang/swift
add STATIC_LINK swift-foundation-essentials "$toolchain" "$exception" https://github.com/swiftlang/swift-foundation
add STATIC_LINK swift-collections "$toolchain" "$exception" https://github.com/apple/swift-collections
add DYNAMIC_LINK libsystemd NOASSERTION LGPL-2.1-or-later NOASSERTION
add DYNAMIC_LINK libyaml NOASSERTION MIT NOASSERTION
add DYNAMIC_LINK zlib NOASSERTION Zlib NOASSERTION

cat <<DOCUMENT
{
  "spdxVersion": "SPDX-2.3",
  "dataLicense": "CC0-1.0",
  "SPDXID": "SPDXRef-DOCUMENT",
  "name": "selfconnectd-$version",
  "documentNamespace": "https://spdx.org/spdxdocs/selfconnectd-$version-$revision",
  "creationInfo": {"created": "$created", "creators": ["Tool: packaging/sbom.sh"]},
  "packages": [
$parts
  ],
  "relationships": [
$relations
  ]
}
DOCUMENT
