#!/bin/sh
# dist: the tarball is the same whoever makes it, holds what the tree holds, and builds and works with no git about; the Debian
# package made of it is one that lintian accepts.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/cli/lib.sh"
skip_all() { echo "1..0 # SKIP $*"; exit 0; }
[ "${BERTH_VARIANT:-release}" = release ] || skip_all "the package is of the release"
command -v git >/dev/null || skip_all "there is no git here"
(cd "$TOP" && git rev-parse --verify -q HEAD >/dev/null 2>&1) || skip_all "this is no checkout"
version=$(sed -n 's/^#define BERTH_VERSION "\(.*\)"$/\1/p' "$TOP/tools/tool.h")
unset MAKEFLAGS MFLAGS MAKELEVEL BERTH_VARIANT CFLAGS
# What the compiler makes of the same sources is no question of the tarball's, so it may be quick.
QUICK='-O0 -g0 -U_FORTIFY_SOURCE'

# A checkout of its own, of what stands in the tree now, committed or not.
take_tree() {
	git init -q repo && (cd "$TOP" && git ls-files -z --cached --others --exclude-standard | tar --null -T - -cf -) | tar -C repo -xf - &&
	    in_repo add -A && in_repo commit -qm tree
}
in_repo() { git -C repo -c user.name=t -c user.email=t@example.org -c core.hooksPath=/dev/null "$@"; }
check "a checkout" take_tree
check "make dist" sh -c '(cd repo && make -s dist) >said'
dist=$WORK/repo/build/dist
check "says where it is, by its version" is said "build/dist/berth-$version.tar.gz"
check "the same bytes again, under another umask, by another name" sh -c "cp '$dist/berth-$version.tar.gz' first.gz && cp -R repo elsewhere && cd elsewhere && rm -rf build && umask 077 && make -s dist && cmp ../first.gz build/dist/berth-$version.tar.gz"
check "its digest lies beside it, as sha256sum --check reads it" sh -c "cd '$dist' && sha256sum -c 'berth-$version.tar.gz.sha256'"
# The bill of materials: SPDX that can be read, and every library that the programs ask the linker for, but for the C library's.
bill() {
	readelf -d "$BERTH_BIN"/scan "$BERTH_BIN"/report | sed -n 's/.*NEEDED.*\[lib\([a-z0-9-]*\)\.so.*/\1/p' | sort -u >needed && python3 - "$dist/berth-$version.spdx.json" "$dist/berth-$version.tar.gz" "$version" <<'EOF'
import hashlib, json, re, sys
bill = json.load(open(sys.argv[1]))
assert bill["spdxVersion"] == "SPDX-2.3" and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", bill["creationInfo"]["created"]), bill["creationInfo"]
ids = {p["SPDXID"]: p for p in bill["packages"]}
assert ids["SPDXRef-berth"]["versionInfo"] == sys.argv[3]
assert ids["SPDXRef-berth"]["checksums"][0]["checksumValue"] == hashlib.sha256(open(sys.argv[2], "rb").read()).hexdigest()
linked = {r["relatedSpdxElement"] for r in bill["relationships"] if r["relationshipType"] == "DYNAMIC_LINK"}
assert linked == set(ids) - {"SPDXRef-berth"}, linked
for p in linked:
    assert re.fullmatch(r"[0-9][0-9.]*", ids[p]["versionInfo"]) and ids[p]["licenseDeclared"], ids[p]
names = {i[len("SPDXRef-"):] for i in linked}
for library in open("needed").read().split():
    assert library in ("c", "m", "pthread") or any(n in library for n in names), library
EOF
}
check "what it is linked with is told as SPDX, each library with its version and licence" bill
check "it unpacks into one folder" sh -c "tar -tzf first.gz | cut -d/ -f1 | sort -u >top && echo berth-$version | diff - top"
mkdir 'a b' && tar -C 'a b' -xzf first.gz
check "that holds what the checkout holds" sh -c "diff -r --exclude=.git --exclude=build repo 'a b/berth-$version'"
echo change >>repo/README.md
check "what is not committed is not in it, and that is said" sh -c "(cd repo && make -s dist 2>&1) | grep -q 'not committed' && cmp first.gz '$dist/berth-$version.tar.gz'"
in_repo checkout -q README.md
check "where there is no git it is refused in words" sh -c "cd 'a b/berth-$version' && GIT_CEILING_DIRECTORIES='$WORK' make -s dist 2>&1 | grep -q 'no checkout'"

if command -v dpkg-buildpackage dh >/dev/null && dpkg-checkbuilddeps -P nocheck "$TOP/tools/debian/control" 2>/dev/null; then
	export DEB_BUILD_OPTIONS='nocheck noopt noautodbgsym' DEB_CFLAGS_APPEND="$QUICK"
	check "make deb" sh -c 'cd repo && make -s deb >../deb.log 2>&1 || { tail -n 30 ../deb.log; exit 1; }'
	check "the package unpacks" sh -c "dpkg-deb -x '$dist'/deb/berth_*.deb deb"
	check "only berth is on the PATH" sh -c '[ "$(ls deb/usr/bin)" = berth ]'
	check "with what make install puts elsewhere" sh -c "for f in libexec/berth/scan share/berth/reports/summary.sql share/man/man1/berth.1.gz share/man/man5/berth-streams.5.gz share/man/man5/berth-database.5.gz share/man/man7/berthtutorial.7.gz share/bash-completion/completions/berth share/zsh/vendor-completions/_berth libexec/docker/cli-plugins/docker-berth; do [ -e deb/usr/\$f ] || { echo \$f; exit 1; }; done"
	check "and nothing that only make uninstall reads" sh -c '[ ! -e deb/usr/share/berth/folders ]'
	built=$WORK/deb/usr/bin/berth
	if command -v lintian >/dev/null; then
		check "lintian finds no error and no warning" lintian --allow-root --fail-on error,warning "$dist"/deb/*.changes
	else
		tests=$((tests + 1)) && echo "ok $tests - lintian # SKIP it is not here"
	fi
else
	check "it builds" sh -c "cd 'a b/berth-$version' && make -s LTO= CFLAGS='$QUICK' >../make.log 2>&1 || { tail -n 30 ../make.log; exit 1; }"
	built="$WORK/a b/berth-$version/bin/berth"
	tests=$((tests + 1)) && echo "ok $tests - the Debian package # SKIP there is no debhelper here"
fi
cp -R "$TOP/fixtures/fleets/six/fleet" fleet
check "what was built of it migrates a fleet" "$built" migrate --yes --no-host-check fleet
check "and reports" sh -c "'$built' report allocations </dev/null | diff - '$TOP/fixtures/fleets/six/allocations.csv'"
done_testing
