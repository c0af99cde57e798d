#!/bin/sh
# completion: bash offers the tools, each tool's options and the reports, as berth itself names them.
# SPDX-License-Identifier: MIT
LC_ALL=C
export LC_ALL
case ${BERTH_BIN:=bin} in /*) ;; *) BERTH_BIN=$PWD/$BERTH_BIN ;; esac
top=$(cd "$(dirname "$0")/../.." && pwd)
if ! command -v bash >/dev/null; then
	echo '1..0 # SKIP there is no bash here'
	exit 0
fi
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0
# offers WORD WORDS…: completing the last of WORDS offers WORD
offers() {
	want=$1; shift
	n=$((n + 1))
	PATH=$BERTH_BIN:$PATH bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _berth; printf "%s\n" "${COMPREPLY[@]}"' \
		"$top/docs/completion/berth.bash" "$@" >"$dir/out" 2>"$dir/err" </dev/null
	if grep -qx -e "$want" "$dir/out" && [ ! -s "$dir/err" ]; then
		echo "ok $n - $* offers $want"
	else
		echo "not ok $n - $* offers $want"
		sed 's/^/# /' "$dir/out" "$dir/err"
	fi
}
offers scan berth sc
offers migrate berth ''
offers help berth he
offers --layout berth scan --
offers --undo berth -C x apply --u
offers conflicts berth report con
offers all berth report a
echo "1..$n"
