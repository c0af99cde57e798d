#!/bin/sh
# packages: what berth needs from the system, named where it is missing and on Debian installed.
# SPDX-License-Identifier: MIT
#
# usage: tools/packages.sh check|install build|test ...
#   check    says what is missing; exit 1 if anything is
#   install  installs it through apt (as root, or with sudo); elsewhere the same as check
set -u
LC_ALL=C
export LC_ALL
CC=${CC:-gcc}

usage() {
	echo "usage: tools/packages.sh check|install build|test ..." >&2
	exit 2
}

# shellcheck disable=SC2086 # flags are words
have_header() {
	printf '#include <stddef.h>\n#include <stdio.h>\n#include <stdint.h>\n#include <stdarg.h>\n#include <setjmp.h>\n%s\n' \
	    "$(for h; do echo "#include <$h>"; done)" | "$CC" -E -x c - $flags >/dev/null 2>&1
}

have_library() {
	pkg-config --exists "$1" >/dev/null 2>&1 && have_header "$2"
}

# Each line: group | test | Debian | Fedora | Alpine | Arch | Homebrew
table() {
	cat <<'TABLE'
build|command -v "$CC"|gcc|gcc|gcc|gcc|gcc
build|have_header stdlib.h|libc6-dev|glibc-devel|musl-dev|glibc|-
build|command -v pkg-config|pkg-config|pkgconf-pkg-config|pkgconf|pkgconf|pkgconf
build|have_library sqlite3 sqlite3.h|libsqlite3-dev|sqlite-devel|sqlite-dev|sqlite|sqlite
build|have_library libpcre2-8 stdlib.h|libpcre2-dev|pcre2-devel|pcre2-dev|pcre2|pcre2
build|have_header csv.h|libcsv-dev|libcsv-devel|libcsv-dev|libcsv|libcsv
build|have_library yaml-0.1 yaml.h|libyaml-dev|libyaml-devel|yaml-dev|libyaml|libyaml
build|have_library libxxhash xxhash.h|libxxhash-dev|xxhash-devel|xxhash-dev|xxhash|xxhash
test|have_header cmocka.h|libcmocka-dev|libcmocka-devel|cmocka-dev|cmocka|cmocka
test|perl -MTAP::Parser -e 1|perl|perl-Test-Harness|perl-utils|perl|perl
test|command -v python3|python3|python3|python3|python|python
test|command -v sqlite3|sqlite3|sqlite|sqlite|sqlite|sqlite
TABLE
}

# The usual case costs one look: everything is there.
all_there() {
	for group; do
		case $group in
		build)
			pkg-config --exists sqlite3 libpcre2-8 yaml-0.1 libxxhash 2>/dev/null &&
			have_header stdlib.h csv.h sqlite3.h yaml.h xxhash.h || return 1 ;;
		test)
			have_header cmocka.h && command -v python3 sqlite3 >/dev/null &&
			perl -MTAP::Parser -e 1 2>/dev/null || return 1 ;;
		*)	usage ;;
		esac
	done
}

# The missing ones, in column $1 of the table.
missing() {
	column=$1
	shift
	table | while IFS= read -r line; do
		case " $* " in *" ${line%%|*} "*) ;; *) continue ;; esac
		probe=$(echo "$line" | cut -d'|' -f2)
		(eval "$probe") >/dev/null 2>&1 </dev/null && continue
		echo "$line" | cut -d'|' -f"$column"
	done | grep -v '^-$' | tr '\n' ' '
}

[ $# -ge 2 ] || usage
action=$1
shift
case $action in check|install) ;; *) usage ;; esac
flags=$(pkg-config --cflags sqlite3 libpcre2-8 yaml-0.1 libxxhash 2>/dev/null || true)
all_there "$@" && exit 0

if command -v apt-get >/dev/null; then
	column=3 install="apt-get install"
elif command -v dnf >/dev/null; then
	column=4 install="dnf install"
elif command -v apk >/dev/null; then
	column=5 install="apk add"
elif command -v pacman >/dev/null; then
	column=6 install="pacman -S"
elif command -v brew >/dev/null; then
	column=7 install="brew install"
else
	column=3 install=
fi
need=$(missing $column "$@")
[ -n "$need" ] || exit 0

root=
[ "$(id -u)" = 0 ] || root="sudo "
if [ -z "$install" ]; then
	echo "berth needs these packages (Debian's names): $need" >&2
	exit 1
fi
if [ "$action" = check ] || [ $column != 3 ]; then
	case $install in brew*) root= ;; esac
	echo "berth needs packages that are not here; install them with: $root$install $need" >&2
	exit 1
fi
if [ -n "$root" ] && ! sudo -n true 2>/dev/null && ! { command -v sudo >/dev/null && [ -t 0 ]; }; then
	echo "berth needs packages that are not here; as root, run: apt-get install $need" >&2
	exit 1
fi

echo "Installing what is missing: $need"
quiet="-qq -y --no-install-recommends"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086 # lists of words
{ $root apt-get -qq update && $root env DEBIAN_FRONTEND=noninteractive apt-get install $quiet $need; } >"$log" 2>&1 </dev/null || {
	cat "$log" >&2
	echo "apt-get could not install: $need" >&2
	exit 1
}
flags=$(pkg-config --cflags sqlite3 libpcre2-8 yaml-0.1 libxxhash 2>/dev/null || true)
still=$(missing 3 "$@")
[ -z "$still" ] || { echo "still missing after apt-get install: $still" >&2; exit 1; }
