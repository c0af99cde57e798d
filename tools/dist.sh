#!/bin/sh
# dist: the source as a tarball, and from that a Debian package.
# SPDX-License-Identifier: MIT
#
# usage: tools/dist.sh tarball|deb FOLDER
# The tarball is what was committed last, the same bytes whoever makes it; beside it lie its SHA-256, and what berth is linked with
# here, as SPDX. The packaging is tools/debian: in the tarball it is
# a folder like any other, and only in the tree that the package is built from it stands at the top, where Debian wants it.
set -eu
[ $# = 2 ] || { echo "usage: tools/dist.sh tarball|deb FOLDER" >&2; exit 2; }
folder=$2

git rev-parse --verify -q HEAD >/dev/null || { echo "dist: this is no checkout of git's, so there is no commit to pack" >&2; exit 1; }
version=$(git show HEAD:./tools/tool.h | sed -n 's/^#define BERTH_VERSION "\(.*\)"$/\1/p')
[ -n "$version" ] || { echo "dist: tools/tool.h gives no BERTH_VERSION" >&2; exit 1; }
name=berth-$version
git diff --quiet HEAD -- || echo "dist: what is not committed is not in the tarball" >&2

mkdir -p "$folder"
git -c tar.umask=0022 archive --format=tar --prefix="$name/" HEAD >"$folder/.$name.tar"
gzip -9n <"$folder/.$name.tar" >"$folder/$name.tar.gz"
rm "$folder/.$name.tar"

case $1 in
tarball)
	if command -v sha256sum >/dev/null; then
		(cd "$folder" && sha256sum "$name.tar.gz") >"$folder/$name.tar.gz.sha256"
	else
		(cd "$folder" && shasum -a 256 "$name.tar.gz") >"$folder/$name.tar.gz.sha256"
	fi
	tools/sbom.sh "$version" "$(cut -d ' ' -f 1 <"$folder/$name.tar.gz.sha256")" \
	    "$(TZ=UTC git show -s --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd HEAD)" >"$folder/$name.spdx.json"
	echo "$folder/$name.tar.gz" ;;
deb)
	command -v dpkg-buildpackage dh >/dev/null || { echo "dist: install dpkg-dev and debhelper to make a package" >&2; exit 1; }
	rm -rf "$folder/deb"
	mkdir "$folder/deb"
	cp "$folder/$name.tar.gz" "$folder/deb/berth_$version.orig.tar.gz"
	tar -C "$folder/deb" -xzf "$folder/$name.tar.gz"
	cp -R "$folder/deb/$name/tools/debian" "$folder/deb/$name/debian"
	(cd "$folder/deb/$name" && env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL dpkg-buildpackage -us -uc)
	rm -rf "$folder/deb/${name:?}"
	ls "$folder"/deb/*.deb ;;
*)
	echo "usage: tools/dist.sh tarball|deb FOLDER" >&2
	exit 2 ;;
esac
