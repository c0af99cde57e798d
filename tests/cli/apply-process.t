#!/bin/sh
# apply where its process is short of something: file sizes, descriptors, a stdout; and what a new file gets from it.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"
umask 022
BERTH_DB=$WORK/r.db
export BERTH_DB

fresh() {
	rm -rf fleet was r.db*
	cp -R "$TOP/fixtures/fleets/messy/fleet" fleet
	chmod -R u+w fleet
	cp -Rp fleet was
	scan fleet 2>/dev/null | plan --no-host-check >plan.csv 2>/dev/null
}

# limited LIMIT COMMAND…: the command under that ulimit.
limited() {
	limit=$1
	shift
	sh -c "ulimit $limit || exit 9; exec \"\$@\"" limited "$@"
}

sizes() {
	fresh
	limited '-f 4' apply plan.csv 2>&1 >results.csv | grep -q 'apply: .*disk I/O error' && diff -r was fleet || return 1
	limited '-f 4' plan --db p.db --no-host-check findings 2>&1 >/dev/null | grep -q 'plan: .*disk I/O error' || return 1
	apply plan.csv >results.csv && ! diff -r was fleet >/dev/null
}
fresh
scan fleet >findings 2>/dev/null
check 'a limit on the size of files is a message, and changes nothing' sizes

# few N: a limit of N descriptors ends in an error or in the whole plan, and the plan can be applied afterwards.
few() {
	fresh
	limited "-n $1" apply plan.csv >results.csv 2>err
	got=$?
	case $got in
	0) ;;
	1) grep -q '^failed,.*Too many open files' results.csv && diff -r was fleet || return 1 ;;
	*) grep 'apply: ' err && diff -r was fleet || return 1 ;;
	esac
	apply plan.csv >results.csv && apply --undo >undone && diff -r was fleet
}
some_few() { for n in 5 8 9 10 11 12 13 14 16; do few $n || return 1; done; }
check 'a limit on open files is an error or none, and nothing is half done' some_few

# closed REDIRECTION…: with a closed stdin, stdout or stderr no file of ours is taken for it.
closed() {
	fresh
	eval "apply plan.csv $1" >/dev/null
	sqlite3 r.db 'PRAGMA integrity_check' | grep -qx ok && sqlite3 r.db.runs 'PRAGMA integrity_check' | grep -qx ok &&
		[ "$(sqlite3 r.db.runs 'SELECT state FROM runs')" = 1 ] && [ -z "$(grep -r 'apply:' fleet)" ] &&
		apply --undo >/dev/null && diff -r was fleet
}
for what in '<&-' '2>&-' '<&- 2>&-'; do
	check "closed before the start: $what" closed "$what"
done
mute() {
	fresh
	(ends 2 apply plan.csv >&- 2>err) && grep -q 'cannot write the output' err && apply --runs | grep -q ,done, &&
		(ends 2 scan fleet >&- 2>err) && (ends 2 plan --no-host-check <&- >/dev/null 2>err) && grep -q 'cannot read' err
}
check 'a closed stdout is an error, and so is a stdin that is asked for' mute
reader() { fresh && apply <plan.csv | head -n 1 >/dev/null && apply --runs | grep -q ,done, && apply --undo >/dev/null && diff -r was fleet; }
check 'a reader that goes away does not end a run half way' reader
full() {
	fresh
	says 2 'cannot write the output' apply plan.csv >/dev/full && apply --runs | grep -q ,done,
}
[ ! -c /dev/full ] || check 'results that cannot be written are an error' full
# told_once COMMAND: on a full disk it ends with 2 and one line.
told_once() {
	ends 2 sh -c "$1 >/dev/full" 2>err && cat err && [ "$(wc -l <err)" = 1 ] && grep -q 'cannot write' err
}
if [ -c /dev/full ]; then
	fresh
	for what in 'scan fleet' 'plan --no-host-check findings' 'plan --new m/app1' 'plan --release m/app1' 'apply --dry-run plan.csv' \
	    'apply plan.csv' 'apply --undo' 'apply --runs' 'report --findings findings ports' 'report --list' 'berth --help'; do
		check "a full disk: $what says so once" told_once "$what"
	done
fi

# modes UMASK EXAMPLE-MODE: the modes of a .env without an example, and of one made of it.
modes() {
	rm -rf made r.db*
	for app in first none some; do
		mkdir -p made/$app
		printf 'services:\n  a:\n    image: i\n    ports: ["${PORT:-5003}:80"]\n' >made/$app/compose.yaml
	done
	echo 'PORT=5003' >made/some/.env.example && chmod "$2" made/some/.env.example
	scan made 2>/dev/null | plan --no-host-check --make-env >made.csv 2>/dev/null
	(umask "$1" && apply made.csv >/dev/null) || return 1
	stat -c %a made/none/.env made/some/.env | tr '\n' ' '
}
is_mode() { got=$(modes "$1" "$2") && echo "$got" && [ "$got" = "$3 " ]; }
check 'a new .env has the mode of its example' is_mode 022 640 '644 640'
check '… without what the umask takes away' is_mode 077 644 '600 600'
check '… and nobody else may write or run it' is_mode 000 4777 '664 664'

# Between choosing a run and locking the fleet, another process may have taken it back.
meanwhile() {
	fresh
	apply plan.csv >/dev/null
	hold r.db.lock
	mkfifo waits wake
	(CLOCK_WAKE=8 clocked 0 apply --undo >/dev/null 2>err 7>waits 8<wake; echo $? >status) &
	exec 5<waits 6>wake
	read -r first <&5		# now it has chosen its run, and sleeps until `wake` is closed
	sqlite3 r.db.runs 'UPDATE runs SET state = 3; UPDATE apps SET state = 3'
	let_go
	exec 6>&-
	wait
	cat err && [ "$first" = 'sleep 50' ] && [ "$(cat status)" = 2 ] && grep -q 'another process took run 1 back meanwhile' err
}
! command -v flock >/dev/null || check 'a run that another process took back meanwhile is left' meanwhile
unseen() {
	unshare -rm sh -c 'mount -t tmpfs none /proc && berth migrate -q --no-host-check --db m.db fleet >/dev/null && report --db m.db summary' >said
}
# A sanitizer needs /proc itself, even to be told to do without.
is_sanitized || ! unshare -rm sh -c 'mount -t tmpfs none /proc' 2>/dev/null || check 'without /proc the programs and reports are found' unseen
done_testing
