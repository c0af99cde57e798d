#!/bin/sh
# sbom: what berth is linked with, as SPDX 2.3 in JSON: the libraries by their name, version here, licence and package URL.
# SPDX-License-Identifier: MIT
#
# usage: tools/sbom.sh VERSION DIGEST TIME      DIGEST: the SHA-256 of the source's tarball; TIME: 2026-11-27T05:00:00Z
set -eu
[ $# = 3 ] || { echo "usage: tools/sbom.sh VERSION DIGEST TIME" >&2; exit 2; }

# found NAME: the version of a library that is here: from pkg-config, else from its header (libcsv has no .pc).
found() {
	case $1 in
	libcsv) printf '#include <csv.h>\nversion CSV_MAJOR CSV_MINOR CSV_RELEASE\n' | ${CC:-cc} -E -P - 2>/dev/null | sed -n 's/^version \([0-9]*\) \([0-9]*\) \([0-9]*\).*/\1.\2.\3/p' ;;
	*) pkg-config --modversion "$1" 2>/dev/null || : ;;
	esac
}
# package ID NAME PKG-CONFIG LICENCE HOME
package() {
	version=$(found "$3")
	printf ',\n    {"SPDXID": "SPDXRef-%s", "name": "%s", "versionInfo": "%s", "supplier": "NOASSERTION", "downloadLocation": "%s",\n' "$1" "$2" "${version:-NOASSERTION}" "$5"
	printf '     "filesAnalyzed": false, "licenseConcluded": "%s", "licenseDeclared": "%s", "copyrightText": "NOASSERTION",\n' "$4" "$4"
	printf '     "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:generic/%s%s"}]}' "$2" "${version:+@$version}"
}

cat <<EOF
{
  "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": "berth-$1",
  "documentNamespace": "https://spdx.org/spdxdocs/berth-$1-$2",
  "creationInfo": {"created": "$3", "creators": ["Tool: berth-sbom"]},
  "packages": [
    {"SPDXID": "SPDXRef-berth", "name": "berth", "versionInfo": "$1", "packageFileName": "berth-$1.tar.gz", "supplier": "NOASSERTION",
     "downloadLocation": "NOASSERTION", "filesAnalyzed": false, "licenseConcluded": "MIT", "licenseDeclared": "MIT",
     "copyrightText": "NOASSERTION", "checksums": [{"algorithm": "SHA256", "checksumValue": "$2"}]}
EOF
package sqlite3 sqlite sqlite3 blessing https://sqlite.org
package pcre2 pcre2 libpcre2-8 'BSD-3-Clause WITH PCRE2-exception' https://www.pcre.org
package yaml libyaml yaml-0.1 MIT https://github.com/yaml/libyaml
package xxhash xxhash libxxhash BSD-2-Clause https://xxhash.com
package csv libcsv libcsv LGPL-2.1-or-later https://github.com/rgamble/libcsv
printf '\n  ],\n  "relationships": [\n    {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-berth"}'
for id in sqlite3 pcre2 yaml xxhash csv; do
	printf ',\n    {"spdxElementId": "SPDXRef-berth", "relationshipType": "DYNAMIC_LINK", "relatedSpdxElement": "SPDXRef-%s"}' "$id"
done
printf '\n  ]\n}\n'
