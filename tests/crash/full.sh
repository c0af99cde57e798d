#!/bin/sh
# full: a disk that is really full: the fleet, or the journal, on a small tmpfs of its own. Needs unshare(1) and the right to mount.
# SPDX-License-Identifier: MIT
#
# usage: full.sh      once for each amount of space left, from none to plenty
TOP=$(cd "$(dirname "$0")/../.." && pwd)
BERTH_BIN=$(cd "${BERTH_BIN:-$TOP/bin}" && pwd) || exit 2
if [ "$1" != inside ]; then
	unshare -rm true 2>/dev/null || { echo 'full: skipped: no right to mount here'; exit 0; }
	exec unshare -rm "$0" inside
fi
PATH=$BERTH_BIN:$PATH
WORK=$(mktemp -d) || exit 2
trap 'cd /; umount "$WORK/disk" 2>/dev/null; rm -rf "$WORK"' EXIT
cd "$WORK" && mkdir disk || exit 2
tried=0 failures=0

fails() { failures=$((failures + 1)); echo "full: $where, $left KiB left: $*"; }

# settled: after a run on the full disk, then with room again: the plan applied, or taken back.
settled() {
	rm -f disk/ballast
	if apply --db "$db" --runs | grep -q ,interrupted,; then
		apply --db "$db" --resume >out 2>&1 || fails "resume: $(cat out)"
	fi
	apply --db "$db" <plan.csv >out 2>&1 || fails "the plan again: $(grep -v ^changed out)"
	diff -r new disk/fleet >out || fails "not the planned tree: $(cat out)"
	while apply --db "$db" --runs | grep -q ,done,; do
		apply --db "$db" --undo >out 2>&1 || { fails "undo: $(cat out)"; break; }
	done
	diff -r old disk/fleet >out || fails "not the first tree: $(cat out)"
}

attempt() {
	where=$1 left=$2
	mount -t tmpfs -o size=2m,mode=0755 tmpfs disk || exit 2
	cp -R "$TOP/fixtures/fleets/messy/fleet" disk/fleet && chmod -R u+w disk/fleet
	rm -rf old r.db*
	cp -Rp disk/fleet old
	db=r.db
	[ "$where" = fleet ] || db=disk/r.db
	scan disk/fleet 2>/dev/null | plan --db "$db" --no-host-check >plan.csv 2>/dev/null
	if [ ! -d new ]; then
		cp -Rp disk/fleet copy
		apply --db "$db" --root copy <plan.csv >/dev/null
		mv copy new
		rm -f "$db.runs"
	fi
	free=$(df -k --output=avail disk | tail -n 1)
	head -c $(((free - left) * 1024)) /dev/zero >disk/ballast
	apply --db "$db" <plan.csv >out 2>err
	status=$?
	tried=$((tried + 1))
	[ $status -le 2 ] || fails "status $status"
	[ $status = 0 ] || grep -q 'No space\|full' out err || fails "no word of it: $(cat err)"
	(cd disk/fleet && find . -type f) | while read -r f; do
		cmp -s "disk/fleet/$f" "old/$f" || cmp -s "disk/fleet/$f" "new/$f" || echo "$f"
	done >torn
	[ ! -s torn ] || fails "neither old nor new: $(cat torn)"
	settled
	umount disk
}

for place in fleet journal; do
	for kib in 0 4 8 12 16 24 32 40 48 56 64 72 80 88 96 104 112 120 128 160 192 256 400; do
		attempt $place $kib
	done
done
echo "full: $tried disks tried, $failures failures"
[ $failures = 0 ]
