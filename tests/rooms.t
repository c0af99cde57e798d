#!/bin/sh
# rooms: each header compiles alone and twice; no room of lib/ includes a higher one; only tools/ print and exit.
# SPDX-License-Identifier: MIT
cd "$(dirname "$0")/.." || exit 2
LC_ALL=C
export LC_ALL
n=0

# check NAME OUTPUT: nothing in OUTPUT is well.
check() {
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		echo "$2" | sed 's/^/# /'
	fi
}


headers=$(for h in lib/*.h tools/*.h; do
	printf '#include "%s"\n#include "%s"\n' "../$h" "../$h" | ${CC:-gcc} -std=c11 -D_POSIX_C_SOURCE=200809L \
	    -Itools -Ilib -Itests -Werror -fsyntax-only -x c - 2>&1 | head -n 4
done)
check "each header stands alone" "$headers"

# A room is a noun: project_merge.c and store-plan.h are parts of project and of store.
rooms() { sed 's|#.*||' tests/rooms; }
pairs=$(for f in lib/*.[ch]; do
	noun=$(basename "$f" | sed 's/[._-].*//')
	sed -n 's/^#include "\([a-z0-9]*\)[a-z0-9_-]*\.h".*/\1/p' "$f" | sed "s|^|$noun |; s|\$| $f|"
done)
check "every room has its place in tests/rooms" "$(for f in lib/*.[ch]; do basename "$f" | sed 's/[._-].*//'; done | sort -u | while read -r noun; do
	rooms | tr -s ' \t' '\n\n' | grep -qx "$noun" || echo "$noun has none"
done)"
check "no lower room includes a higher one" "$(
	{ rooms; echo ==; echo "$pairs"; } | awk '
	$1 == "==" { pairs = 1; next }
	!pairs { if (NF) floor++; for (i = 1; i <= NF; i++) at[$i] = floor; next }
	($1 in at) && ($2 in at) && at[$2] > at[$1] { print $3 " includes " $2 }')"
check "no two rooms need each other" "$(echo "$pairs" | awk '$1 != $2 { print $1, $2 }' | sort -u | tsort 2>&1 >/dev/null | grep -v 'input contains a loop')"
check "lib/ neither prints nor exits" "$(for o in build/"${BERTH_VARIANT:-release}"/lib/*.o; do
	nm -u "$o" | awk -v o="$(basename "$o" .o)" 'o != "mem" && $2 ~ /^(__)?(v?printf|puts|putchar|perror|exit|_Exit|stdout|stderr)(_chk)?$/ { print "lib/" o ".c: " $2 }'
done)"
check "no source is over 600 lines" "$(wc -l lib/*.c tools/*.c lib/*.h | awk '$2 != "total" && $1 > 600 { print $2 ": " $1 }')"
check "every source says what it is and its licence" "$(for f in lib/*.[ch] tools/*.[ch] tests/unit/*.c; do
	head -n 1 "$f" | grep -q '^/\* [a-z0-9_, -]*: ' && sed -n 1,3p "$f" | grep -q 'SPDX-License-Identifier: MIT' || echo "$f does not"
done)"
echo "1..$n"
