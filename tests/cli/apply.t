#!/bin/sh
# apply from the command line: the plan carried out, taken back, refused.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"
umask 022
BERTH_DB=$WORK/r.db
export BERTH_DB

# fresh: the messy fleet, its plan, and a copy of it as it was.
fresh() {
	rm -rf "$WORK"/fleet "$WORK"/was "$WORK"/r.db*
	cp -R "$TOP/fixtures/fleets/messy/fleet" "$WORK/fleet"
	chmod -R u+w "$WORK/fleet"
	cp -Rp "$WORK/fleet" "$WORK/was"
	scan fleet 2>/dev/null | plan --no-host-check >plan.csv 2>/dev/null
}

# rows STATUS FILE: how many result rows of that status FILE has.
rows() { grep -c "^$1," "$2"; }

migrated() {
	apply <plan.csv >results.csv || return 1
	cp -Rp fleet new
	scan fleet 2>/dev/null | plan --no-host-check 2>/dev/null >again.csv
	[ "$(wc -l <again.csv)" = 3 ]
}
fresh
check 'a plan is applied, and planned again leaves nothing' migrated
check 'each result is a row, and the end counts them' \
	sh -c 'n=$(grep -c "^changed," results.csv); tail -n 1 results.csv | grep -q "^end,,,,,$n,"'
check 'no temporary file stays' sh -c '! find fleet -name ".berth-*" | grep .'
check 'a plan applied twice changes nothing' sh -c \
	'apply <plan.csv >again && ! grep -q ^changed again && [ "$(grep -c ^unchanged again)" = "$(grep -c ^changed results.csv)" ]'
check 'the journal can be read by its owner alone' sh -c '[ "$(stat -c %a r.db.runs)" = 600 ]'
check 'undo brings every byte and mode back' sh -c 'apply --undo >undone && ! grep -qv "^status\|^restored\|^end" undone'
check '… the tree is as it was' same was fleet
check 'undo has nothing more to take back' says 2 'not taken back already' apply --undo
# An app is one thread's, and what is told of it stands in its place, however many there are.
check 'several threads do the same' sh -c 'apply -j8 <plan.csv >eight && cmp eight results.csv'
check '… with the same outcome' same new fleet
check '… and back' sh -c 'apply -j3 --undo >/dev/null'
check '… as it was' same was fleet
check 'an undone run can be applied again' sh -c 'apply <plan.csv >again && [ "$(grep -c ^changed again)" = "$(grep -c ^changed results.csv)" ]'
check '… with the same outcome' same new fleet
check 'runs are listed, the latest first' sh -c \
	'apply --runs | cut -d, -f1,2 | tr "\n" " " | grep -qx "run,state 3,done 2,undone 1,undone "'
check 'an older run by its number is settled already' sh -c 'apply --undo=1 | grep -q "^end,,,,,0"'
check '… and told so' sh -c 'apply --verbose --undo=1 2>&1 >/dev/null | grep -q "nothing of run 1 is left to restore: it was taken back before"'
check 'the number of a run may stand by itself' sh -c 'apply --undo 3 >/dev/null && diff -r was fleet'
check 'forget drops settled runs' sh -c 'apply -q --forget 0 && [ "$(apply --runs | wc -l)" = 1 ]'
check '… and what they held' sh -c '! grep -aq SECRET_KEY r.db.runs'
check 'an age is a number and a unit' says 2 'takes an age' apply --forget soon

patches() {
	fresh
	apply --dry-run=patch <plan.csv >p.diff || return 1
	diff -r was fleet || return 1
	cp -Rp was by-patch && cp -Rp was by-git
	(cd by-git && git init -q . && git -c core.autocrlf=false apply --whitespace=nowarn ../p.diff && rm -rf .git) || return 1
	if command -v patch >/dev/null; then
		(cd by-patch && patch -s -p1) <p.diff || return 1
	else
		cp -Rp by-git/. by-patch
	fi
	apply <plan.csv >/dev/null || return 1
	diff -r by-patch fleet && diff -r by-git fleet
}
check 'the patch gives the same tree, by patch and by git apply' patches
hides() {
	fresh
	apply --dry-run <plan.csv >read.diff || return 1
	! grep -n 'change-me\|hunter2\|dev-secret' read.diff && grep -q '^+COMPOSE_PROJECT_NAME=' read.diff
}
check 'the diff to read withholds other values' hides
mkdir -p secret/a secret/b
printf 'services: {x: {image: x, ports: ["7000:80", "7001:81", "7002:82", "7003:83"]}}\n' >secret/a/compose.yaml
cat >secret/b/compose.yaml <<'END'
x-own:
  version: hunter2
services:
  # PASSWORD=hunter2
  w: {image: x, ports: ["${WEB}:80"]}
  # of hunter2
  x:
    ports: ["7001:80"]
    image: "img:1" # shown, hunter2
  y:
    environment:
      version: hunter2
      name: hunter2
    ports: ["7002:80"]
    build: https://me:hunter2@example.org/x
  z:
    image: x
    ports: ["7003:80"]
    command: >-
      name: hunter2
      hunter2=
END
cat >secret/b/.env <<'END'
# my hunter2
# KEY=hunter2
#hunter2==
WEB=7000
# hunter2 too
END
commented() {
	scan secret >secret.csv && plan -q --no-host-check --db secret.db secret.csv >secret.plan && apply --dry-run <secret.plan >read.diff &&
	    [ "$(grep -c '^+[^+]' read.diff)" = 4 ] && grep -qx ' # KEY=…' read.diff && grep -qx '     image: "img:1" # …' read.diff &&
	    ! grep hunter2 read.diff
}
check '… those of comments too, and those below keys of the owner' commented

# stale FILE: a file edited since the scan leaves its app as it is.
stale() {
	fresh
	f=$(sed -n 's/^replace,[^,]*,[^,]*,\([^,]*\),[^,]*,\([^,]*\/\.env\),.*/fleet\/\2/p' plan.csv | head -n 1)
	echo '# by hand' >>"$f"
	cp "$f" edited
	ends 1 apply <plan.csv >results.csv || return 1
	cmp "$f" edited && grep -q "^stale,.*,${f#fleet/},0,,,.*changed since the scan" results.csv &&
		! grep "^changed" results.csv | grep -qF ",$(dirname "${f#fleet/}")/" && grep -q ^changed results.csv
}
check 'an app that changed since the scan is stale, and left' stale
kept() {
	fresh
	apply <plan.csv >results.csv || return 1
	f=$(sed -n 's/^changed,[^,]*,[^,]*,[^,]*,\([^,]*\),.*/fleet\/\1/p' results.csv | head -n 1)
	echo '# by hand' >>"$f"
	cp "$f" edited
	cp -Rp fleet before
	ends 1 apply --undo >undone || return 1
	grep -q "^stale,.*,${f#fleet/},0,,,was edited since" undone && cmp "$f" edited || return 1
	diff -r "$(dirname "before${f#fleet}")" "$(dirname "$f")" && grep -q ^restored undone
}
check 'undo leaves an app that was edited since, and says so' kept
gone() {
	fresh
	f=$(sed -n 's/^replace,[^,]*,[^,]*,\([^,]*\),[^,]*,\([^,]*\/\.env\),.*/fleet\/\2/p' plan.csv | head -n 1)
	rm -rf before && chmod 640 "$f" && cp -Rp fleet before && apply <plan.csv >results.csv && rm "$f" || return 1
	says 1 "${f#fleet/}: is gone; left as it is: --undo --force APP puts back" apply -q --undo && [ ! -e "$f" ] &&
	    app=$(dirname "${f#fleet/}") && apply -q --undo --force "$app" >/dev/null && same before fleet
}
check 'and one of which a file is gone, until it is told to put that back, with its mode' gone

# refused PATTERN SED: the plan with that edit is refused whole, with its row named.
refused() {
	fresh
	sed "$2" plan.csv >bad.csv
	cmp -s plan.csv bad.csv && { echo 'the edit did nothing'; return 1; }
	says 2 "$1" apply --partial <bad.csv || return 1
	diff -r was fleet && [ "$(apply --runs | wc -l)" = 1 ]
}
check 'a plan id that is not known is refused' refused 'knows no plan' '2s/,[0-9a-f]\{16\},/,0123456789abcdef,/'
check 'an absolute path is refused' refused ':3: the file is no clean path' '3s|,\([^,]*/\.env\),|,/etc/passwd,|'
check 'a path upwards is refused' refused ':3: the file is no clean path' '3s|,\([^,]*/\)\.env,|,\1../../.env,|'
check 'a file of another app is refused' refused ':3: the file is not in the app' '3s|,[^,]*/\.env,|,selfhosted/wiki/.env,|'
check 'an unknown action is refused' refused ':3: an action' '3s/^replace/delete/'
check 'an unknown reason is refused' refused ':4: a reason' '4s/,port,/,whim,/'
check 'a port that is none is refused' refused ':4: what it would write' '4s/,\([0-9]*\),port,/,70000,port,/'
check 'a port with a second line is refused' refused ':4: what it would write' '4s/,\([0-9]*\),port,/,"5001 evil",port,/'
check 'what stands elsewhere is refused' refused ':4: .*overlaps\|:4: the file does not hold\|:[0-9]*: .*' \
	'4s/^\(\([^,]*,\)\{8\}\)[0-9]*,/\12,/'
check 'an overlap is refused' refused ':[0-9]*: overlaps\|:5: ' '4{p}'
check 'a port that was edited to another one is refused' refused ':4: is no row of this plan' \
	'4s/,\([0-9]*\),port,/,5999,port,/'
check 'a plan that was cut short is refused' sh -c 'head -n 8 plan.csv | { apply 2>err; [ $? = 2 ]; } && grep -q "stop early" err'
check 'rows left out need --partial' sh -c 'sed 5d plan.csv | { apply 2>err; [ $? = 2 ]; } && grep -q "partial" err'
partial() {
	fresh
	app=$(sed -n '3s/^[^,]*,[^,]*,[^,]*,\([^,]*\),.*/\1/p' plan.csv)
	grep "^action,\|^fleet,\|,$app," plan.csv | apply --partial >results.csv || return 1
	grep -q "^changed,.*,$app," results.csv && ! grep "^changed" results.csv | grep -v ",$app,"
}
check 'a reviewed part of a plan is applied' partial

# foretold: --dry-run=csv and --undo --dry-run say in the results what the run then does, and touch nothing.
foretold() {
	fresh
	apply --dry-run=csv plan.csv >would && same was fleet && [ ! -e r.db.runs ] && apply plan.csv >did || return 1
	sed 's/^would-change/changed/' would | diff - did || return 1
	cp -Rp fleet changed
	f=$(sed -n '2s/^changed,[^,]*,[^,]*,\([^,]*\),\([^,]*\),.*/\2/p' did)
	cp "fleet/$f" keep && echo '# by hand' >>"fleet/$f"
	ends 1 apply --undo --dry-run >would || return 1
	cp keep back && cmp -s "fleet/$f" keep && return 1
	ends 1 apply --undo >did && sed 's/^would-restore/restored/; s/would be left/left/' would | diff - did
}
check '--dry-run=csv and --undo --dry-run foretell what is then done' foretold
check 'another word is refused' says 2 'takes nothing, =patch or =csv' apply --dry-run=json plan.csv

# only WAY: what --only with that of the first app's WAY (4: its folder; or a pattern) applies is that app's alone.
only() {
	fresh
	app=$(sed -n '3s/^[^,]*,[^,]*,[^,]*,\([^,]*\),.*/\1/p' plan.csv)
	case $1 in
	folder) what=$app ;;
	name) what=$(sed -n '3s/^[^,]*,\([^,]*\),\([^,]*\),.*/\1\/app\2/p' plan.csv) ;;
	*) what="*${app#?}" ;;
	esac
	apply --only "$what" --dry-run plan.csv >diff && apply --only "$what" plan.csv >results.csv || return 1
	[ "$(grep -c '^+++ ' diff)" = "$(grep -c ^changed results.csv)" ] || return 1
	grep -q "^changed,.*,$app," results.csv && ! grep "^changed" results.csv | grep -v ",$app,"
}
check '--only with a folder: that app of the plan, and no other' only folder
check '… with MODEL/appN' only name
check '… with a pattern' only pattern
check '… and the rest of the plan is still to be had' sh -c 'apply plan.csv >rest && grep -q ^changed rest && grep -q ^unchanged rest &&
	scan fleet 2>/dev/null | plan --no-host-check 2>/dev/null | wc -l | grep -q "^3$"'
check '… with a pattern for none: refused, and it says how one is written' says 2 "none of the .* apps of the plan" apply --only nobody plan.csv
check '… goes with a plan only' says 2 'goes with none of' apply --only x --undo
check '… nor to give up a run' says 2 'goes with none of' apply --only x --abandon 1

# one_verdict ARGUMENT…: apply refuses it, and --dry-run in the same words.
one_verdict() {
	apply "$@" >out 2>err1 && return 1
	apply --dry-run "$@" >out 2>err2 && return 1
	cat err1 err2
	grep -q 'is no row of this plan' err1 && cmp -s err1 err2 && same was fleet
}
fresh
sed '4s/,\([0-9]*\),port,/,5999,port,/' plan.csv >edited.csv
check 'an edited row: --dry-run says what apply says' one_verdict edited.csv
mkdir fleet/more
printf 'services: {w: {image: x, ports: ["7070:80"]}}\n' >fleet/more/compose.yaml
cp -R fleet/more was/more
scan fleet 2>/dev/null | plan --no-host-check --reserve 7070 >newer.csv 2>/dev/null
check 'also where the plan is not the last one' one_verdict edited.csv
check 'as it was made the older plan is taken' sh -c 'apply plan.csv >out; grep -q ^changed out'
fresh
mkdir fleet/more
printf 'services: {w: {image: x, ports: ["7070:80", "7070:81"]}}\n' >fleet/more/compose.yaml
scan fleet 2>/dev/null | plan --no-host-check --dry-run >dry.csv 2>/dev/null
check 'a plan that was not registered may be looked at, and it is said that apply refuses it' sh -c \
	'apply --dry-run dry.csv >out 2>err; grep -q "^+" out && grep -q "not registered" err && { apply dry.csv 2>err; [ $? = 2 ]; }'

problem() {
	fresh
	awk -F, '/^end,/ { print "problem,m,1,m/app1,,,,,,,,,a person must see to it,,,,"; sub(/,[0-9]+,,,,$/, "," NR - 1 ",,,,") } 1' \
		plan.csv >with.csv
	ends 1 apply <with.csv >results.csv && grep -q '^problem,m,1,m/app1,,,,,a person' results.csv
}
check 'a problem in the plan comes out as a row, and as status 1' problem

copied() {
	fresh
	cp -Rp fleet elsewhere
	apply --root elsewhere <plan.csv >/dev/null || return 1
	diff -r was fleet && ! diff -r was elsewhere >/dev/null && apply --undo >/dev/null && diff -r was elsewhere
}
check 'a copy elsewhere is changed, and taken back, in place of the fleet' copied

odd() {
	fresh
	f=$(sed -n 's/^replace,[^,]*,[^,]*,\([^,]*\),[^,]*,\([^,]*\/\.env\),.*/fleet\/\2/p' plan.csv | head -n 1)
	rm "$f"
	"$@" "$f" || return 1
	(timeout "${TEST_PATIENCE:-60}" apply <plan.csv >results.csv; echo $? >status)
	[ "$(cat status)" = 1 ] && grep "^failed\|^stale" results.csv && [ -z "$(find fleet -name '.berth-*')" ]
}
check 'a FIFO in place of a file does not hang' odd mkfifo
check 'a folder in place of a file is an error' odd mkdir
check 'a huge file is an error in no time' odd truncate -s 5G
link_to() { echo 'PROJECT_NAME=x' >"$WORK/outside" && ln -s "$WORK/outside" "$1"; }
outside() { odd link_to && [ "$(cat outside)" = PROJECT_NAME=x ] && [ -L "$f" ]; }
check 'a symlink in place of a file is not followed' outside
swapped() {
	fresh
	app=$(sed -n '3s/^[^,]*,[^,]*,[^,]*,\([^,]*\),.*/\1/p' plan.csv)
	mv "fleet/$app" moved
	cp -Rp moved moved-was
	ln -s "$WORK/moved" "fleet/$app"
	ends 1 apply <plan.csv >results.csv && diff -r moved-was moved && grep -q "^failed,.*,$app,.*symlink" results.csv
}
check 'a folder swapped for a symlink is not entered' swapped
linked() {
	fresh
	f=$(sed -n 's/^replace,[^,]*,[^,]*,\([^,]*\),[^,]*,\([^,]*\/\.env\),.*/fleet\/\2/p' plan.csv | head -n 1)
	ln "$f" backup && cp backup backup-was && chmod 640 "$f"
	apply <plan.csv >results.csv || return 1
	cmp backup backup-was && ! cmp -s "$f" backup && [ "$(stat -c %a "$f")" = 640 ] && grep -q ',had further hard links' results.csv
}
check 'a hard link is broken on purpose, and the mode stays' linked
second() {
	fresh
	hold r.db.lock
	says 2 'another apply, cutover or new is at work' clocked 1000 apply <plan.csv >results.csv 7>waits
	got=$?
	let_go
	[ $got = 0 ] && diff -r was fleet && awk '$1 != "sleep" { exit } { waited += $2 } END { print waited " ms"; exit waited != 5000 }' waits
}
! command -v flock >/dev/null || check 'a second apply waits five seconds, then says who is there' second
interrupted() {
	fresh
	apply <plan.csv >/dev/null && sqlite3 r.db.runs 'UPDATE runs SET state = 0; UPDATE apps SET state = 0' || return 1
	says 2 'was interrupted' apply <plan.csv && says 2 'was interrupted' plan <plan.csv || return 1
	says 2 'was interrupted' apply --dry-run <plan.csv || return 1
	apply -q --forget 0 && apply --runs | grep -q ,interrupted,
}
check 'an interrupted run stops plan and apply, and is not forgotten' interrupted
check '… it can be finished' sh -c 'apply --resume >out && apply --runs | grep -q ,done,'
lost() {
	sqlite3 r.db.runs 'UPDATE runs SET state = 0' && says 2 'is there: .berth apply --resume' apply --abandon 1 && mv fleet gone &&
		apply -q --forget 0 && apply --runs | grep -q ,interrupted, && says 2 'gone for good, .*apply --abandon 1' plan plan.csv &&
		apply --abandon 1 && apply -q --forget 0 && [ "$(apply --runs | wc -l)" = 1 ]
}
check '… is not forgotten where its fleet is not there, but can be given up' lost
check 'options exclude one another' says 2 'exclude' apply --undo --resume
check 'without a journal there is nothing to resume' sh -c 'rm -f r.db.runs; apply --resume 2>err; [ $? = 2 ] && grep -q "no journal" err'
done_testing
