#!/bin/sh
# cutover: berth cutover against an engine of the tests' own: what it does, and what is left where any of its calls fails or it is stopped.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/cli/engine.sh"

# once: one cutover of one app, which is to end well.
new_engine
app apps/a 5003 8003
cp -a engine first
berth migrate --yes -q --no-host-check --renumber --db r.db apps
echo 0 >calls
check 'an app is brought over' sh -c 'cutover --db r.db >rows.csv 2>rows.err && [ "$(grep -c ,changed, rows.csv)" = 6 ]'
cp calls all.calls
state >good

# again NAME COMMAND...: the same engine, one cutover by COMMAND, of which nothing may be lost, and then another one, which ends well.
again() {
	rm -rf engine && cp -a first engine && echo 0 >calls
	got=0
	"$@" >struck.csv 2>struck.err || got=$?
	case $got in
	0|1) ;;
	2) grep -q '^cutover: .*[a-z]' struck.err ;;
	129|130|137|143) ;;
	*) false ;;
	esac || { echo "ended with $got"; cat struck.csv struck.err; return 1; }
	if [ $got != 137 ] && ! sed 1d struck.csv | grep -q '^[^,]'; then	# it has said nothing of any app: nothing is done
		diff -r -x last first engine
		return
	fi
	! diff -r first/volumes engine/volumes | grep -v '^Only in engine/volumes: ' || return 1
	[ -z "${ONCE:-}" ] || return 0
	cutover --db r.db >rows.csv 2>rows.err && state | diff good - || { cat struck.csv struck.err rows.csv rows.err; return 1; }
}
# every FROM COMMAND…: COMMAND is tried with AT from FROM on, at each STEP-th call ($CUTOVER_STEP, of which make crash makes 1).
every() {
	at=$1
	shift
	while [ "$at" -le "$(cat all.calls)" ]; do
		again env AT="$at" sh -c "$1" || { echo "call $at of the client"; return 1; }
		at=$((at + ${CUTOVER_STEP:-24}))
	done
}
check "each of its calls of the client may fail once: nothing is lost, and run again it ends well" every 1 'FAIL_AT=$AT exec cutover --db r.db'
check "it may be killed there" every 2 'echo $$ >pid; STRIKE_AT=$AT STRIKE=KILL exec cutover --db r.db'
check "it may be asked to end there" every 3 'echo $$ >pid; STRIKE_AT=$AT STRIKE=TERM exec cutover --db r.db'
ENGINE_HOST=tcp://elsewhere && export ENGINE_HOST
rm -rf engine && cp -a first engine && echo 0 >calls
check 'an engine elsewhere copies by itself' sh -c 'cutover --db r.db >rows.csv 2>rows.err && grep "a-app1_data is filled.*as an archive" rows.csv'
cp calls all.calls
ends_same() { state | diff good -; }
check 'which ends the same' ends_same
check 'there each call may fail once' every 1 'FAIL_AT=$AT exec cutover --db r.db'
check 'or be the last' every 2 'echo $$ >pid; STRIKE_AT=$AT STRIKE=KILL exec cutover --db r.db'
unset ENGINE_HOST

if ! is_sanitized; then
	${CC:-gcc} -std=c11 -O1 -fPIC -shared -o shim.so "$TOP/tests/crash/shim.c" -ldl || exit 2
	rm -rf engine && cp -a first engine
	LD_PRELOAD=$WORK/shim.so CRASH_SQL=1 CRASH_LOG=$WORK/sql.calls cutover --db r.db >rows.csv 2>rows.err
	awk '!seen[$2]++ { print $1 }' sql.calls >sql.first
	answers() {
		n=0
		while read -r at; do
			ONCE= n=$((n + 1))
			[ $((n % ${CUTOVER_STEP:-24})) = 0 ] || ONCE=yes
			again env LD_PRELOAD="$WORK/shim.so" CRASH_SQL=1 CRASH_DO=EIO CRASH_AT="$at" cutover --db r.db </dev/null || { grep "^$at " sql.calls; return 1; }
			[ "$got" = 2 ] || { grep "^$at " sql.calls; cat struck.csv struck.err; return 1; }
		done <sql.first
	}
	check "each that it asks of SQLite may go unanswered" answers
fi
done_testing
