#!/bin/sh
# limits: programs whose process is short of something. Each ends with its result, or with a message that names what is missing; no app is
# left half done, and the same call goes through once there is enough.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"
umask 022
unset BERTH_DB
! is_sanitized || { echo '1..0 # SKIP the sanitizer takes memory, descriptors and processes of its own'; exit 0; }

fresh() {
	chmod -R u+rwX . && rm -rf planned fleet was reg t made && mkdir reg t && cp -R "$TOP/fixtures/fleets/messy/fleet" fleet && chmod -R u+w fleet && cp -Rp fleet was
	printf 'services: {w: {image: x, ports: ["${P}:80"]}}\n' >t/compose.yaml && echo 'P={{p|8080}}' >t/.env.example
	scan fleet 2>/dev/null >f.csv
	plan -q --db reg/r.db --no-host-check f.csv >plan.csv 2>/dev/null
}
# limited LIMIT COMMAND…: the command under that ulimit.
limited() {
	limit=$1
	shift
	# what is counted for make cov goes elsewhere: a file cut short by the limit would spoil the counts of all other tests
	GCOV_PREFIX="$WORK/counts" sh -c "ulimit $limit || exit 9; exec \"\$@\"" limited "$@"
}
# whole: every app of the fleet is as it was, or as the plan says, and no temporary name is left where no run is open.
whole() {
	[ -d planned ] || { cp -Rp was planned && apply -q --db reg/r.db --root planned plan.csv >/dev/null 2>&1 && apply -q --db reg/r.db --root planned --forget 0 >/dev/null 2>&1; }
	(cd fleet && find . -type f ! -name '.berth-*') | while read -r f; do
		cmp -s "fleet/$f" "was/$f" || cmp -s "fleet/$f" "planned/$f" || echo "neither old nor new: $f"
	done >torn
	cat torn
	[ ! -s torn ]
}
# short LIMIT WORDS COMMAND…: under LIMIT the command ends by itself; where it cannot do its work it says why (WORDS) in a line. What
# it says goes through pipes, as the files that it would go to are limited as well.
short() {
	limit=$1 words=$2
	shift 2
	{ { limited "$limit" timeout 60 "$@" 4>&-; echo $? >&4; } 2>&1 >out.pipe </dev/null | cat >err; } 4>status &
	cat out.pipe >out
	wait
	got=$(cat status)
	case $got in
	0 | 1) ! grep -q '^failed' out || grep -q "$words" out || { cat out; return 1; } ;;
	2) grep -q "^[a-z]*: .*\($words\)" err || { echo "no word of $words under ulimit $limit: $*"; cat err; return 1; } ;;
	*) echo "status $got under ulimit $limit: $*"; cat err; return 1 ;;
	esac
}
mkfifo out.pipe
tools() {	# LIMIT WORDS: each tool
	fresh
	short "$1" "$2" scan fleet && short "$1" "$2" plan --db reg/p.db --no-host-check f.csv && short "$1" "$2" report conflicts --findings f.csv --db none.db &&
		short "$1" "$2" report names --db reg/r.db && short "$1" "$2" apply --dry-run --db reg/r.db plan.csv && whole &&
		short "$1" "$2" new -q --db reg/r.db --template t made/app9 made/app9 && { [ ! -e made ] || [ -e made/app9/.env ]; } && [ -z "$(find . -name '.berth-new-*')" ] &&
		short "$1" "$2" apply --db reg/r.db plan.csv && whole && short "$1" "$2" berth migrate --yes --no-host-check --db reg/m.db fleet && whole
}
settles() {	# whatever was left of tools: with enough of all the plan goes through, and back
	! apply --db reg/r.db --runs 2>/dev/null | grep -q ,interrupted, || apply -q --db reg/r.db --resume >/dev/null
	! [ -e reg/m.db.runs ] || ! apply --db reg/m.db --runs 2>/dev/null | grep -q ,interrupted, || apply -q --db reg/m.db --resume >/dev/null
	for db in m r; do
		while [ -e reg/$db.db.runs ] && apply --db reg/$db.db --runs | grep -q ,done,; do
			apply -q --db reg/$db.db --undo >out 2>err || { cat out err; return 1; }
		done
	done
	diff -r was fleet
}
answers() { fresh && limited "-n $1" scan fleet 2>/dev/null >few.csv && cmp f.csv few.csv; }
descriptors() {
	for n in 4 6 8 12 16 23 24 26 32; do
		tools "-n $n" 'may open [0-9]* files at a time.*ulimit -n\|Too many open files' && settles || { echo "with $n descriptors"; return 1; }
	done
}
check 'few descriptors are refused, by name and with the remedy, and nothing is half done' descriptors
check 'what is the process'"'"'s is no problem of an app: with as few as are taken scan says what it says with all' answers 24
soft() { fresh && limited '-Sn 8' scan fleet 2>/dev/null >few.csv && cmp f.csv few.csv; }
check 'a soft limit is raised' soft
sizes() { for n in 0 1 4 16 64 128; do tools "-f $n" 'File too large\|disk I/O error\|disk is full' && settles || { echo "with files of $n blocks"; return 1; }; done; }
check 'a limit on the size of files' sizes
memory() { for n in 7000 8000 10000 14000 20000 40000; do tools "-v $n" 'out of memory\|[Mm]emory' && settles || { echo "with $n KiB"; return 1; }; done; }
check 'little memory' memory
# One process and no thread more: scan works alone; what runs others says that it cannot.
alone() { setpriv --reuid 65534 --regid 65534 --clear-groups prlimit --nproc=1 "$@" 2>err >out </dev/null; }
processes() {
	fresh && chmod -R a+rX . && chown -R 65534 . && alone scan fleet; [ $? -le 1 ] && cmp f.csv out || { cat err; return 1; }
	alone berth migrate --yes --no-host-check --db "$WORK/own.db" fleet
	got=$?
	[ $got = 2 ] && grep 'Resource temporarily unavailable' err || { echo "status $got"; cat err; return 1; }
	chown -R "$(id -u)" . && diff -r was fleet
}
[ "$(id -u)" != 0 ] || ! setpriv --reuid 65534 --clear-groups prlimit --nproc=1 true 2>/dev/null || { for_others; check 'no more processes' processes; }
# A fleet that is mounted read-only, or a registry that is.
read_only() {
	fresh && unshare -rm sh -c "mount --bind '$1' '$1' && mount -o remount,ro,bind '$1' && exec \"\$@\"" ro apply --db reg/r.db plan.csv >out 2>err
	got=$?
	cat out err
	grep -q 'Read-only file system\|readonly\|read-only' out err && [ $got != 0 ] && diff -r was fleet && apply -q --db reg/r.db plan.csv >/dev/null && apply -q --db reg/r.db --undo >/dev/null && diff -r was fleet
}
! unshare -rm sh -c "mkdir -p m && mount --bind m m && mount -o remount,ro,bind m" 2>/dev/null || {
	check 'a fleet on a read-only mount' read_only fleet
	check 'a registry on a read-only mount' read_only reg
}
# A disk that fills up: migrate with its registry, journal and fleet on a small tmpfs of its own.
filled() {
	for kib in 0 8 40 72 120 200 400; do
		fresh && mkdir -p disk && unshare -rm sh -c "mount -t tmpfs -o size=2m,mode=755 tmpfs disk && cp -Rp fleet disk/fleet && head -c \$((\$(df -k --output=avail disk | tail -n 1) * 1024 - $kib * 1024)) /dev/zero >disk/ballast
			berth migrate --yes --no-host-check --db disk/r.db disk/fleet >out 2>err; echo \$? >status; rm disk/ballast; cp -Rp disk/fleet left
			! [ -e disk/r.db.runs ] || ! apply --db disk/r.db --runs 2>/dev/null | grep -q ,interrupted, || apply -q --db disk/r.db --resume >/dev/null
			while [ -e disk/r.db.runs ] && apply --db disk/r.db --runs | grep -q ,done,; do apply -q --db disk/r.db --undo >/dev/null || break; done; cp -Rp disk/fleet back" || return 1
		[ "$(cat status)" -lt 2 ] || grep 'No space\|disk is full\|is full' out err || { echo "$kib KiB left: status $(cat status)"; cat err; return 1; }
		[ "$(cat status)" -le 2 ] && diff -r was back || { echo "$kib KiB left"; return 1; }
		rm -rf left back
	done
}
! unshare -rm sh -c "mkdir -p m && mount -t tmpfs none m" 2>/dev/null || check 'a disk that fills up while migrate is at work' filled
done_testing
