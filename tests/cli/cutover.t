#!/bin/sh
# cutover: berth cutover against an engine of the tests' own: what it does, and what is left where any of its calls fails or it is stopped.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"
mkdir client && cp "$TOP/tests/cli/docker" client/docker
PATH=$WORK/client:$PATH ENGINE=$WORK/engine CALLS=$WORK/calls PID=$WORK/pid
export ENGINE CALLS PID
new_engine() {
	rm -rf engine && mkdir -p engine/containers engine/volumes engine/networks engine/images && echo 0 >engine/last && echo 0 >calls
	echo gnu >engine/images/gnu && echo plain >engine/images/plain
}

# app NAME BACKEND FRONTEND: an app of the layout, whose project has an old name.
app() {
	mkdir -p "$1/app1" && cd "$1/app1" || exit 2
	cat >compose.yaml <<EOF
services:
  backend: {build: {context: ., args: {API: "http://localhost:\${BACKEND_PORT}/"}}, ports: ["\${BACKEND_PORT}:80"], volumes: ["data:/www", "/unnamed"]}
  frontend: {image: gnu, container_name: $(basename "$1")_front, ports: ["\${FRONTEND_PORT}:80"], volumes: ["data:/www"]}
volumes: {data: {}}
EOF
	cat >app.sh <<EOF
services='backend frontend' backend_build=\$PWD backend_ports=\$BACKEND_PORT:80 backend_volumes='data:/www :/unnamed'
frontend_image=gnu frontend_name=$(basename "$1")_front frontend_ports=\$FRONTEND_PORT:80 frontend_volumes=data:/www
EOF
	printf 'BACKEND_PORT=%s\nFRONTEND_PORT=%s\nCOMPOSE_PROJECT_NAME=old%s\n' "$2" "$3" "$(basename "$1")" >.env
	docker compose build backend && docker compose up --detach || exit 2
	cd "$WORK" || exit 2
	for v in engine/volumes/anonymous*; do
		[ -e "$v/_data/unnamed" ] || { echo "unnamed-$1" >"$v/_data/unnamed"; }
	done
	mkdir -p "engine/volumes/old$(basename "$1")_data/_data/d" && echo "page-$1" >"engine/volumes/old$(basename "$1")_data/_data/d/page"
}
# state: what runs, on which ports and with which page and unnamed file, and what is left of berth's own.
state() {
	for c in engine/containers/*; do
		. "$c"
		case $name in
		berth-look-*) continue ;;	# holds nothing, and goes when the volume is looked at again
		esac
		has=
		for m in $mounts; do
			for f in d/page unnamed; do
				[ ! -e "engine/volumes/${m%%:*}/_data/$f" ] || { read -r line <"engine/volumes/${m%%:*}/_data/$f" && has="$has ${m#*:}/$f=$line"; }
			done
		done
		echo "$name $status $ports$has"
	done | sort
	for v in engine/volumes/berth* engine/volumes/*.berth* engine/volumes/*/_data.*; do [ ! -e "$v" ] || echo "$v"; done
}

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
		at=$((at + ${CUTOVER_STEP:-16}))
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
			[ $((n % ${CUTOVER_STEP:-16})) = 0 ] || ONCE=yes
			again env LD_PRELOAD="$WORK/shim.so" CRASH_SQL=1 CRASH_DO=EIO CRASH_AT="$at" cutover --db r.db </dev/null || { grep "^$at " sql.calls; return 1; }
			[ "$got" = 2 ] || { grep "^$at " sql.calls; cat struck.csv struck.err; return 1; }
		done <sql.first
	}
	check "each that it asks of SQLite may go unanswered" answers
fi
done_testing
