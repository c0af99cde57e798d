#!/bin/sh
# apply on a fleet that nobody meant well: names with any byte, folders that can't be written, files of somebody else.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"
umask 022
BERTH_DB=$WORK/r.db
export BERTH_DB

app() {
	mkdir -p "$1" && printf 'services:\n  web:\n    image: x\n    ports: ["${PORT:-5000}:80"]\n' >"$1/compose.yaml" &&
		echo 'PORT=5003' >"$1/.env"
}
long=$(printf '%0255d' 0)
fleet() {
	rm -rf fleet was r.db*
	BERTH_DB=$WORK/r.db
	for folder in plain 'new
line' 'quo"te' "apos'trophe" 'com,ma' ' blank ' '$(id)' '-n' "$(printf 'not\377utf8')" "$(printf 'ctl\033[31m')" "$long" \
		"deep/$long/$long/$long"; do
		app "fleet/$folder"
	done
	ln -s . fleet/loop
	ln -s ../.. fleet/plain/up
	cp -Rp fleet was
	scan fleet 2>/dev/null | plan --no-host-check >plan.csv 2>/dev/null
}
any_name() {
	fleet
	apply <plan.csv >results.csv || return 1
	[ "$(grep -ac ^changed results.csv)" -ge 11 ] || return 1
	python3 -c 'import csv, sys
rows = list(csv.reader(open("results.csv", newline="", encoding="utf-8", errors="surrogateescape")))
sys.exit(any(len(r) != 9 for r in rows) or rows[-1][5] != str(len(rows) - 2))' || return 1
	[ "$(find fleet -name .env -exec cat {} + | sort | uniq -d | wc -l)" = 0 ]
}
check 'apps of any name get their ports, and the results are CSV' any_name
check '… and are taken back' sh -c 'apply --undo >/dev/null && diff -r --no-dereference was fleet'
patched() {
	fleet
	apply --dry-run=patch <plan.csv >p.diff && apply <plan.csv >/dev/null &&
		(cd was && git init -q . && git -c core.autocrlf=false apply --whitespace=nowarn ../p.diff && rm -rf .git) &&
		diff -r --no-dereference was fleet
}
check 'git applies the patch of such names' patched
no_escape() { fleet; apply --dry-run <plan.csv >d && ! grep -aq "$(printf '\033')" d; }
check 'no escape of a name reaches the terminal' no_escape

# As somebody else than root, who could do anything.
as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
if [ "$(id -u)" = 0 ] && as_nobody true 2>/dev/null; then
	mine() {
		fleet
		rm -rf reg
		mkdir reg && chown -R 65534:65534 fleet && chmod 755 "$WORK"
		[ -z "$1" ] || chown 65534:65534 reg
		BERTH_DB=$WORK/reg/r.db
		scan fleet 2>/dev/null | $1 plan --no-host-check >plan.csv 2>/dev/null
	}
	shut() {
		mine as_nobody
		d=$(sed -n "s/^replace,[^,]*,[^,]*,\([a-z'-]*\),.*/\1/p" plan.csv | head -n 1)
		chmod 555 "fleet/$d"
		ends 1 as_nobody apply <plan.csv >results.csv || return 1
		grep -a "^failed,.*,$d,.*Permission denied" results.csv && grep -aq ^changed results.csv &&
			cmp "was/$d/.env" "fleet/$d/.env" && as_nobody apply --undo >/dev/null && chmod 755 "fleet/$d" &&
			diff -r --no-dereference was fleet
	}
	check 'a folder that cannot be written fails alone' shut
	foreign() {
		mine as_nobody
		d=$(sed -n "s/^replace,[^,]*,[^,]*,\([a-z'-]*\),.*/\1/p" plan.csv | head -n 1)
		chown 0:0 "fleet/$d/.env"
		ends 1 as_nobody apply <plan.csv >results.csv || return 1
		grep -a "^failed,.*,$d,.*cannot keep the owner" results.csv && cmp "was/$d/.env" "fleet/$d/.env" &&
			[ "$(stat -c %u "fleet/$d/.env")" = 0 ] && [ -z "$(find fleet -name '.berth-*')" ]
	}
	check 'a file of somebody else is left, and said' foreign
	kept() {
		mine
		chmod 4640 "fleet/plain/.env"
		apply <plan.csv >results.csv
		grep -q ^changed results.csv &&
			{ [ "$(stat -c '%a %u' fleet/plain/.env)" = '4640 65534' ] || cmp was/plain/.env fleet/plain/.env; }
	}
	check 'root keeps owner and mode' kept
	unread() {
		mine
		apply <plan.csv >/dev/null
		says 2 "Permission denied\|unable to open" as_nobody apply --undo
	}
	check 'the journal of another user is not read' unread
fi
attributes() {
	fleet
	f=$(find fleet -name .env ! -path '*plain*' | head -n 1)
	for f in fleet/*/.env; do
		setfattr -n user.note -v kept "$f" && setfacl -m u:65534:r "$f" || return 1
		getfacl -c "$f" 2>/dev/null
	done >acl-was
	apply <plan.csv >/dev/null || return 1
	for f in fleet/*/.env; do
		[ "$(getfattr --only-values -n user.note "$f" 2>/dev/null)" = kept ] || return 1
		getfacl -c "$f" 2>/dev/null
	done >acl-now
	cmp acl-was acl-now
}
# noted FILE…: gives each an attribute.    has_note FILE…: whether each has it.
noted() {
	python3 -c 'import os, sys
for f in sys.argv[1:]: os.setxattr(f, "user.note", b"kept")' "$@" 2>/dev/null
}
has_note() {
	python3 -c 'import os, sys
for f in sys.argv[1:]: assert os.getxattr(f, "user.note") == b"kept", f' "$@"
}
touch probe
noted_files() {
	fleet && noted fleet/*/.env && apply <plan.csv >/dev/null && has_note fleet/*/.env && apply --undo >/dev/null && has_note fleet/*/.env
}
if noted probe; then
	check 'an attribute of a file is kept, there and back' noted_files
fi
if command -v setfattr getfacl >/dev/null && setfattr -n user.t -v t probe 2>/dev/null && setfacl -m u:65534:r probe 2>/dev/null; then
	check 'extended attributes and access control lists are kept' attributes
fi
done_testing
