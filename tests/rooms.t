#!/bin/sh
# rooms: each header compiles alone and twice; only tools/ print and exit; no source is too long or without its licence.
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

headers=$(for h in lib/*/*.h tools/*.h; do
	printf '#include "%s"\n#include "%s"\n' "../$h" "../$h" | ${CC:-gcc} -std=c11 -D_POSIX_C_SOURCE=200809L \
	    -Itools -Ilib -Itests -Werror -fsyntax-only -x c - 2>&1 | head -n 4
done)
check "each header stands alone" "$headers"
check "lib/ neither prints nor exits" "$(for o in build/"${BERTH_VARIANT:-release}"/lib/*/*.o; do
	nm -u "$o" | awk -v o="${o#*/*/}" 'o != "lib/base/mem.o" &&
	    $2 ~ /^(__)?(v?printf|puts|putchar|perror|exit|_Exit|stdout|stderr)(_chk)?$/ { print o ": " $2 }'
done)"
check "no source is over 600 lines" "$(wc -l lib/*/*.[ch] tools/*.c | awk '$2 != "total" && $1 > 600 { print $2 ": " $1 }')"
check "every source says what it is and its licence" "$(for f in lib/*/*.[ch] tools/*.[ch] tests/unit/*/*.c; do
	head -n 1 "$f" | grep -q '^/\* [a-z0-9_, -]*: ' && sed -n 1,3p "$f" | grep -q 'SPDX-License-Identifier: MIT' || echo "$f does not"
done)"
echo "1..$n"
