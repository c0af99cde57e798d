#!/bin/sh
# cutover-cases: what berth cutover does, says and leaves for a person, against an engine of the tests' own.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/cli/engine.sh"

# small NAME TEXT: an app of one service in project pNAME with a page of its own; TEXT is more of its app.sh.
project() { echo "p$1" | tr -d ._ | tr A-Z a-z; }
small() {
	mkdir -p "apps/$1" && printf '%s\n' 'services: {web: {image: gnu, ports: ["${PORT}:80"], volumes: ["data:/www"]}}' 'volumes: {data: {}}' >"apps/$1/compose.yaml"
	printf 'PORT=9000\nCOMPOSE_PROJECT_NAME=%s\n' "$(project "$1")" >"apps/$1/.env"
	printf '%s\n' 'services=web web_image=gnu web_ports=$PORT:80 web_volumes="data:/www"' "${2:-}" >"apps/$1/app.sh"
}
small 0
for n in d e f; do small $n; done
small tag 'web_image= web_build=$PWD/back'
small many 'services="web other" other_image=gnu other_volumes="data:/other :/unnamed"'
small Big_.One
new_engine
berth migrate --yes -q --no-host-check --db r.db apps || exit 2
for n in d e f tag many Big_.One; do
	(cd "apps/$n" && case $n in tag) docker compose build web ;; esac && docker compose up --detach) || exit 2
	mkdir -p "engine/volumes/$(project $n)_data/_data/d" && echo "page-$n" >"engine/volumes/$(project $n)_data/_data/d/page"
done
cp -a apps kept && cp -a engine first

# fresh: all as it was.
fresh() {
	rm -rf engine apps/*/broken apps/*/no-profiles && cp -a first engine && cp -a kept/. apps/ && echo 0 >calls
}
# name APP PROJECT: its project is called so from now on.
name() {
	sed -i "s/^COMPOSE_PROJECT_NAME=.*/COMPOSE_PROJECT_NAME=$2/" "apps/$1/.env"
}
# over STATUS APP...: these are brought over, and it ends with STATUS.
over() {
	status=$1
	shift
	got=0
	${STEP:+clocked "$STEP"} cutover --db r.db $(printf -- '--only %s ' "$@") >rows.csv 2>rows.err 7>waits || got=$?
	cat rows.csv rows.err
	[ "$got" = "$status" ] || { echo "status $got, not $status"; return 1; }
}
# tells TEXT...: the rows have each.
tells() {
	for text; do grep -q -e "$text" rows.csv || { echo "no row says $text"; return 1; }; done
}
# page APP PROJECT: its container there runs, and has its page.
page() {
	grep -q "^name='$2-web-1' .*status='running'" engine/containers/* && [ "$(cat "engine/volumes/$2_data/_data/d/page")" = "page-$1" ]
}
check 'nothing to do; that no container is younger than its files is told by itself' sh -c 'cutover --db r.db >rows.csv 2>rows.err; cat rows.csv rows.err; grep -q "nothing to do" rows.err && [ "$(wc -l <rows.csv)" = 2 ] && [ "$(cutover --db r.db --count)" = 6 ]'

# --- what is asked for ---

check 'a pattern that names nothing' says 2 '.--only names none of the 6 apps' cutover --db r.db --only nothing
only() {
	fresh; name d pd2; name e pe2
	over 0 d && tells '^d,verify' && ! grep '^e,' rows.csv && page d pd2 && page e pe
}
check 'one by its folder, and no other' only
dry() {
	fresh; name d pd2; touch apps/e/broken
	got=0
	cutover --db r.db --dry-run >script 2>script.err || got=$?
	cat script script.err
	[ $got = 1 ] && sh -n script && grep -q '^docker compose up\|&& docker compose up' script && grep -q '^# e: read: failed: Docker Compose does not take it: broken is not a Compose file$' script && diff -r first engine
}
check 'a dry run says what cannot be, and does nothing' dry
gone() {
	fresh; name d pd2
	mv apps/e away
	over 0 d; got=$?
	mv away apps/e
	return $got
}
check 'an app whose folder is gone is none' gone
check 'without an engine' says 2 'no engine answers: refused: ps --all' env FAIL_ON='ps *' cutover --db r.db
check 'rows that cannot be written' sh -c 'cutover --db r.db >/dev/full 2>rows.err; [ $? = 2 ]'
full() {
	fresh; name d pd2
	cutover --db r.db --only d >/dev/full 2>rows.err
	[ $? = 2 ] && cat rows.err && over 0 d && page d pd2
}
check 'nor those of an app: it can be run again' full

# --- how it is read ---

broken() {
	fresh; name d pd2; touch apps/d/broken
	over 1 d && tells '^d,read,failed,Docker Compose does not take it: broken is not a Compose file$' && page d pd
}
check 'a file that Compose does not take' broken
no_profiles() {
	fresh; name d pd2; touch apps/d/no-profiles
	over 0 d && page d pd2
}
check 'a project that Compose takes only without profiles' no_profiles
files() {
	fresh; name d pd2; : >apps/d/more.yaml
	sed -i "s#files='\([^']*\)' envs=''#files='\1,$WORK/apps/d/more.yaml' envs='$WORK/apps/d/other.env,$WORK/apps/d/.env'#" engine/containers/*
	: >apps/d/other.env
	rm -f log; LOG=$WORK/log over 0 d || return 1
	rm apps/d/other.env
	grep -q "^compose -f $WORK/apps/d/compose.yaml -f $WORK/apps/d/more.yaml --env-file $WORK/apps/d/other.env --env-file $WORK/apps/d/.env up " log || { cat log; return 1; }
	fresh; name d pd2
	sed -i "s#files='\([^']*\)'#files='\1,$WORK/apps/d/more.yaml'#" engine/containers/*
	rm apps/d/more.yaml log
	LOG=$WORK/log over 0 d && ! grep '^compose.* -f' log
}
check 'Compose is told the files that it was told before, where all are there' files
apart() {
	fresh
	(cd apps/d && COMPOSE_PROJECT_NAME= && printf 'PORT=9999\nCOMPOSE_PROJECT_NAME=other\n' >.env && docker compose up --detach)
	cp -a kept/. apps/; name d pd2
	over 1 d && tells '^d,down,problem,"*what runs of its folder as the project other'
}
check 'two projects of one folder' apart

# --- down ---

layers() {
	fresh; name d pd2
	sed -i "/name='pd-web-1'/,\$s,layer='',layer='C=/etc A=/etc/hosts A=/www A=/a A=/b A=/c A=/d'," engine/containers/*
	over 0 d && tells '; what it wrote outside its volumes goes with its containers: /a, /b, /c and 1 more"*$'
}
check 'what a container wrote beside its volumes is told' layers
paused() {
	fresh; name d pd2
	sed -i "/name='pd-web-1'/s,status='running',status='paused'," engine/containers/*
	over 0 d && tells '^d,down,.*1 container of the project pd; web was paused'
}
check 'one that was paused' paused
thief() {
	fresh; name d pe; name e pd
	port=$(sed -n 's/^PORT=//p' apps/d/.env)
	sed "s/name='pf-web-1'/name='thief'/; s/project='pf'/project=''/; s/ports='[^']*'/ports='$port:80'/" engine/containers/* | grep -A 1 "name='thief'" >thief
	cp thief engine/containers/c99
	over 1 d e && tells "^d,down,problem,$port/tcp is held by container thief: it runs as before" '^e,down,problem,it waits for d: it runs as before' && page d pd && page e pe || return 1
	rm engine/containers/c99
	over 0 d e && page d pe && page e pd
}
check 'who wants what a stranger has stays, with all that go with it' thief
stuck() {
	fresh; name d pd2
	FAIL_ON='rm --force*' over 1 d && tells '^d,down,failed,refused: rm --force' && over 0 d && page d pd2 || return 1
	fresh; name d pd2
	FAIL_ON='volume create*' over 1 d && tells '^d,down,failed,what runs cannot be noted in the engine: refused' && page d pd && over 0 d && page d pd2
}
export FAIL_ON LOG CRASHED
check 'containers that do not go, notes that cannot be made' stuck

# --- build ---

build() {
	fresh; name tag ptag2
	over 0 tag && tells '^tag,build,changed,web has its image under the new name' && page tag ptag2 || return 1
	fresh; name tag ptag2; echo 'API=http://localhost:1/ "' >engine/images/ptag-web
	over 0 tag && tells '^tag,build,changed,"*web is built anew' || return 1
	fresh; name tag ptag2; echo "x API=\"http://localhost:$(sed -n 's/^PORT=//p' apps/tag/.env)/\"" >engine/images/ptag-web; cp engine/images/ptag-web engine/images/ptag2-web
	over 0 tag && ! grep ,build, rows.csv || return 1
	fresh; name tag ptag2; rm engine/images/ptag-web
	FAIL_ON='compose build*' over 1 tag && tells '^tag,build,failed,web: refused: compose build; it runs as before' && page tag ptag || return 1
	fresh; name tag ptag2
	FAIL_ON='history*' over 0 tag && tells 'web is built anew'
}
check 'an image is built, tagged, or as it was' build

# --- volumes ---

swap() {
	name d pe; name e pd
}
swapped() {
	page d pe && page e pd
}
swaps() {
	fresh; swap
	over 0 d e && swapped && tells 'is filled from pe_data: .*; it is another app.s and was in the way' || return 1
	# and back, where one has nothing
	name d pd; name e pe; rm -r engine/volumes/pd_data/_data/d
	over 0 d e && page d pd && [ ! -e engine/volumes/pe_data/_data/d ]
}
check 'two that swap their names keep what is theirs' swaps
swap_fails() {
	for call in 'volume create --label org.berth.kept*' 'volume rm p[de]_data' 'volume inspect*pe_data.berth*' 'volume inspect*pe_data'; do
		fresh; swap
		FAIL_ON=$call over 1 d e && over 0 d e && swapped || { echo "where $call fails"; return 1; }
	done
}
check 'also where a call fails meanwhile' swap_fails
swap_elsewhere() {
	sed -i 's/gnu/plain/' first/images/gnu
	ENGINE_HOST=ssh://there
	fresh; swap
	over 0 d e && swapped && tells 'as an archive' || return 1
	fresh; swap
	FAIL_ON='cp berth-read*' over 1 d e && tells 'pe_data.berth-1 could not be filled from pe_data' || return 1
	FAIL_ON='rm -v berth-fill*' over 1 d e && tells 'pe_data.berth-1 cannot be made anew: .*volume is in use' && over 0 d e && swapped || return 1
	fresh; swap
	FAIL_ON='cp c*:/from/berth -' over 1 d e && tells '^d,volumes,failed,what pe_data holds cannot be seen' && over 0 d e && swapped
}
export ENGINE_HOST
check 'and where the engine is elsewhere, also where an archive breaks off' swap_elsewhere
ENGINE_HOST=
sed -i s/plain/gnu/ first/images/gnu
elsewhere() {
	fresh; name d pd2; echo data_driver=nfs >>apps/d/app.sh
	over 0 d && tells '^d,volumes,unchanged,"*pd2_data is not filled from pd_data: by its options it lies elsewhere'
}
check 'a volume that lies elsewhere by its options' elsewhere
both() {
	fresh; name d pd2
	mkdir -p engine/volumes/pd2_data/_data && echo mine >engine/volumes/pd2_data/_data/mine && echo null >engine/volumes/pd2_data/labels
	over 1 d && tells '^d,volumes,problem,.*pd2_data stays as it is.*--replace pd2_data' && over 1 d || return 1
	ENGINE_HOST=tcp://there; got=0
	cutover --db r.db --replace other --replace pd2_data >rows.csv 2>rows.err || got=$?
	cat rows.csv
	[ $got = 1 ] && tells 'pd2_data can only be replaced on the engine.s own machine, as root' || return 1
	[ "$(id -u)" = 0 ] || return 0	# nobody else may look into an engine's folders
	ENGINE_HOST=; cp -a engine/volumes/pe_data engine/volumes/pd2_data.berth-1 && cp -a engine/volumes/pe_data engine/volumes/pd2_data.berth-1-2
	cutover --db r.db --replace pd2_data >rows.csv 2>rows.err && cat rows.csv && tells 'what it had is in pd2_data.berth-1-3' && page d pd2 && [ -e engine/volumes/pd2_data.berth-1-3/_data/mine ]
}
check 'two that hold something are left to a person, who may have one replaced' both
former() {
	fresh; name d '"pd2"'
	rm engine/containers/*
	over 0 d && tells '^d,volumes,changed,.*pd2_data is filled from pd_data'
}
check 'of an app that does not run what its volumes hold comes along' former

# --- up ---

up_fails() {
	for call in 'compose up --no-start --no-deps --no-build*' 'compose up --no-start --no-deps [!-]*' 'compose up --detach*' 'ps *filter*'; do
		fresh; name many pmany2
		STEP=1 FAIL_ON=$call over 1 many && tells '^many,[a-z]*,failed,.*refused' && over 0 many && page many pmany2 || { echo "where $call fails"; return 1; }
	done
	fresh; name many pmany2
	FAIL_ON='volume rm berth*' over 1 many && tells '^many,verify,problem,the notes of it stay in the engine: refused: volume rm' && over 0 many && page many pmany2
}
check 'what Compose does not do, and run again it does' up_fails
scale() {
	fresh
	(cd apps/many && docker compose up --detach --scale other=2)
	for c in engine/containers/*; do ! grep -q "name='pmany-other-2'" "$c" || sed -i "s,status='running',status='exited'," "$c"; done
	name many pmany2
	over 0 many && ! grep -q pmany2-other-2 engine/containers/* || return 1
	fresh; (cd apps/many && docker compose up --detach --scale other=2); name many pmany2
	over 0 many && grep -q pmany2-other-2 engine/containers/*
}
check 'as many as ran' scale
all() {
	fresh; rm engine/containers/*
	cutover --db r.db --only d --all >rows.csv 2>rows.err && cat rows.csv && page d pd
}
check '--all starts what did not run' all
crashed() {
	fresh; name d pd2
	STEP=1 CRASHED=web over 1 d && tells '^d,verify,failed,web is exited with status 3' && over 0 d && page d pd2
}
check 'what does not stay up is told' crashed
done_testing
