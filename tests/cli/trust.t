#!/bin/sh
# trust: whose registry and whose journal is believed, and which folder is the fleet's root. What takes another user, or root,
# is left out where it cannot be had.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"
umask 022
unset BERTH_DB

app() { mkdir -p "$1" && printf 'services:\n  web:\n    image: x\n    ports: ["%s:80"]\n' "${2:-5000}" >"$1/compose.yaml"; }
# fresh: a fleet of two apps that clash, a plan for it in plan.csv, and the registry in reg/r.db.
fresh() {
	chmod -R u+rwX . && rm -rf fleet was reg plan.csv elsewhere first own half other srv restored away
	mkdir reg && app fleet/a && app fleet/b && app fleet/c && cp -Rp fleet was
	scan fleet 2>/dev/null | plan -q --db reg/r.db --no-host-check >plan.csv
}
refused() { says 2 "$1" apply --db reg/r.db plan.csv && diff -r was fleet; }

private() { fresh && apply -q --db reg/r.db plan.csv >/dev/null && [ "$(stat -c %a reg/r.db reg/r.db.runs | sort -u)" = 600 ]; }
check 'the registry and the journal are made for their owner alone' private
shared() { fresh && chmod "$1" "$2" && refused 'can be written by others' && grep -q "ls -ld .*/$2\`\|ls -ld $2\`" .stderr; }
check 'a registry that others may write is not believed, and the command that shows it is named' shared 666 reg/r.db
check 'nor one in a folder that others may write' shared 777 reg
check 'not even in a sticky one, where anyone can lay a file beside it' shared 1777 reg
remedy() { shared 777 reg && sh -c "$(sed -n 's/.*`\(chmod [^`]*\)`.*/\1/p' .stderr)" && apply -q --db reg/r.db plan.csv >/dev/null; }
check 'the command of the message ends it' remedy
linked() { fresh && mv reg/r.db reg/other.db && ln -s other.db reg/r.db && refused 'is a symlink'; }
check 'a symlink in place of the registry is not followed' linked
dangling() { fresh && rm reg/r.db && ln -s "$WORK/made" reg/r.db && scan fleet | says 2 'is a symlink' plan --db reg/r.db && [ ! -e made ]; }
check 'nor one that leads nowhere yet' dangling
beside() { fresh && touch other && ln -s "$WORK/other" "reg/r.db$1" && refused 'is a symlink'; }
for suffix in -journal -wal -shm .runs .runs-journal; do
	check "nor one in place of what stands beside it ($suffix)" beside $suffix
done
odd() { fresh && rm reg/r.db && mkfifo reg/r.db && (scan fleet | says 2 'not a regular file' timeout 20 plan --db reg/r.db) &&
	says 2 'not a regular file' timeout 20 apply --db reg/r.db plan.csv && says 2 'not a regular file' timeout 20 report --db reg/r.db allocations </dev/null; }
check 'a FIFO for a registry does not hang plan, apply or report' odd
null() { fresh && (scan fleet | says 2 'not a regular file' timeout 20 plan --db /dev/null) && says 2 'not a regular file' timeout 20 report --db /dev/null names </dev/null; }
check 'nor does /dev/null' null

# What every tool refuses alike, before anything is registered.
table='id INTEGER PRIMARY KEY, model VARCHAR(200) NOT NULL, app_num INTEGER NOT NULL, backend_port INTEGER UNIQUE NOT NULL'
odd_form() {
	rm -rf fleet reg && mkdir reg && mkdir -p fleet/mm/app1 fleet/mm/app2 && for n in 1 2; do
		printf 'services:\n  backend: {image: x, ports: ["5000:80"]}\n  frontend: {image: x, ports: ["8000:80"]}\n' >fleet/mm/app$n/compose.yaml
	done
	sqlite3 reg/r.db "$1" && cp reg/r.db made.db && scan fleet 2>/dev/null >f.csv && says 2 "$2" plan --db reg/r.db --no-host-check f.csv && cmp made.db reg/r.db &&
		says 2 "$2" plan --db reg/r.db --new mm/app7 --no-host-check && [ "$(sqlite3 reg/r.db 'SELECT count(*) FROM port_configurations')" = 0 ]
}
utf16() { odd_form "PRAGMA encoding='UTF-16le'; CREATE TABLE port_configurations ($table, frontend_port INTEGER UNIQUE NOT NULL, UNIQUE(model, app_num));" 'UTF-16' &&
	says 2 UTF-16 report --db reg/r.db allocations </dev/null && says 2 UTF-16 apply --db reg/r.db plan.csv; }
fresh && check 'a database of UTF-16 texts is refused by all alike' utf16
check 'and one whose table is a view' odd_form "CREATE TABLE t ($table, frontend_port); CREATE VIEW port_configurations AS SELECT * FROM t;" 'is a view'
check 'and one that computes a column' odd_form "CREATE TABLE port_configurations ($table, frontend_port INTEGER AS (backend_port + 3000) STORED);" 'computes a column'
swallow() {
	odd_form "SELECT 1" x >/dev/null 2>&1
	rm -f reg/r.db* && sqlite3 reg/r.db "CREATE TABLE port_configurations ($table, frontend_port INTEGER UNIQUE NOT NULL, UNIQUE(model, app_num));
		CREATE TRIGGER t $1 INSERT ON port_configurations BEGIN $2; END;" && says 2 'does not keep the row of mm/app1' plan --db reg/r.db --no-host-check f.csv &&
		[ "$(sqlite3 reg/r.db 'SELECT (SELECT count(*) FROM port_configurations) + (SELECT count(*) FROM berth_plans)')" = 0 ]
}
check 'a trigger that swallows a row is met before anything is registered' swallow BEFORE "SELECT RAISE(IGNORE)"
check '… or that takes it away afterwards' swallow AFTER 'DELETE FROM port_configurations WHERE id = NEW.id'
check '… or that changes it' swallow AFTER 'UPDATE port_configurations SET backend_port = 1 WHERE id = NEW.id'
endless() { (scan fleet 2>/dev/null | head -n 2; yes | head -c 4000000 | tr '\n' ',') >e.csv && says 2 'more than 1000 fields' timeout 60 plan --db reg/r.db e.csv; }
check 'a row without an end is refused, by the name of the limit' endless

# The journal is believed as far as the registry knows of it.
ran() { fresh && apply -q --db reg/r.db plan.csv >/dev/null && cp -Rp fleet now; rm -rf victim now; cp -Rp fleet now; app victim/a 1; }
forge() { sqlite3 reg/r.db.runs "$1" && says 2 "$2" apply --db reg/r.db --undo && diff -r now fleet && [ ! -e outside ]; }
other_root() { ran && app victim/b 1 && cp -Rp victim victim-was && forge "UPDATE runs SET root = '$WORK/victim'" 'no such plan for it' && diff -r victim-was victim; }
check 'a journal does not say where: only a root that the registry planned for' other_root
upwards() { ran && forge "UPDATE files SET path = 'b/../../outside'" "none of its app's"; }
check 'a journal with .. in a path is refused' upwards
absolute() { ran && forge "UPDATE files SET path = '$WORK/outside'" "none of its app's"; }
check 'and one with an absolute path' absolute
foreign_app() { ran && forge "UPDATE files SET path = 'a/compose.yaml'" "none of its app's"; }
check "and one with another app's file" foreign_app
unregistered() { ran && rm reg/r.db && says 2 'no such plan for it' apply --db reg/r.db --undo && diff -r now fleet &&
	apply -q --db reg/r.db --undo --root fleet >/dev/null && diff -r was fleet; }
check 'a journal without its registry is believed where --root says so' unregistered

# The root is the folder that was scanned, whatever stands in its place since.
replaced() { fresh && mv fleet first && cp -Rp first fleet && says 2 'another folder stands here' apply --db reg/r.db plan.csv && diff -r was fleet &&
	says 2 'another folder stands here' apply --dry-run --db reg/r.db plan.csv; }
check 'a folder in the place of the root is not the root' replaced
meant() { fresh && mv fleet first && cp -Rp first fleet && apply -q --db reg/r.db --root fleet plan.csv >/dev/null && ! diff -r was fleet >/dev/null && diff -r was first; }
check '… unless --root says so' meant
swapped() { fresh && mv fleet first && ln -s "$WORK/first" fleet && says 2 'leads to .*first now' apply --db reg/r.db plan.csv && diff -r was first; }
check 'a symlink in the place of the root is not followed' swapped
swapped_back() { ran && mv fleet first && cp -Rp first fleet && says 2 'another folder stands here' apply --db reg/r.db --undo && diff -r now fleet && diff -r now first; }
check '… nor by --undo' swapped_back
older() { fresh && sed 's/,[^,]*$//' plan.csv >older.csv && apply -q --db reg/r.db older.csv >/dev/null && ! diff -r was fleet >/dev/null; }
check 'a plan of an older berth, which knows no root_id, is applied' older
copied() {
	fresh && rm -rf srv restored && mkdir srv && mv fleet reg srv && (cd srv && scan fleet 2>/dev/null | plan -q --db reg/r.db --no-host-check >plan.csv &&
		apply -q --db reg/r.db plan.csv >/dev/null) && cp -Rp srv restored && cp -Rp srv/fleet now2 &&
		(cd restored && says 2 'is a copy' apply --db reg/r.db --undo) && diff -r now2 srv/fleet && diff -r now2 restored/fleet || return 1
	(cd restored && apply -q --db reg/r.db --undo --root fleet >/dev/null) && diff -r was restored/fleet && diff -r now2 srv/fleet
	got=$?
	rm -rf srv restored now2
	return $got
}
check 'a copy of fleet, registry and journal leaves the first fleet alone' copied

# A run that was interrupted: killed at the rename of its second file.
shim=
${CC:-gcc} -std=c11 -O1 -fPIC -shared -o .shim.so "$TOP/tests/crash/shim.c" -ldl 2>/dev/null && shim=$WORK/.shim.so
half() {
	fresh || return 1
	for round in 1 2; do	# a journal that is there takes fewer calls
		CRASH_LOG=$WORK/log$round LD_PRELOAD=$shim apply -q --db reg/r.db plan.csv >/dev/null && apply -q --db reg/r.db --undo >/dev/null || return 1
	done
	n=$(sed -n 's/ rename.*//p' log2 | sed -n 3p) && rm -f log1 log2
	(CRASH_AT=$n CRASH_DO=kill LD_PRELOAD=$shim apply -q --db reg/r.db plan.csv >/dev/null 2>&1) 2>/dev/null
	! diff -r was fleet >/dev/null
}
elsewhere() {
	half && mkdir -p other && cp -Rp fleet half || return 1
	scan fleet >f.csv 2>/dev/null
	for command in 'plan --db other/r.db f.csv' 'berth migrate --yes --no-host-check --db other/r.db fleet' 'apply --dry-run --db other/r.db plan.csv'; do
		says 2 "open in another registry: .berth apply --resume --db $WORK/reg/r.db" $command >/dev/null && diff -r half fleet || return 1
	done
	scan fleet/a >f.csv 2>/dev/null && says 2 'open in another registry' plan --db other/r.db f.csv && diff -r half fleet &&
		apply -q --db reg/r.db --resume >/dev/null && [ -z "$(find fleet -name '.berth-*')" ] && scan fleet 2>/dev/null | plan -q --db other/r.db --no-host-check >out
	got=$?
	rm -rf half other
	return $got
}
below() {
	fresh || return 1
	printf '%s\n%s\n' /elsewhere/x.db.runs 0123456789abcdef >fleet/b/.berth-0000000000000000-0-0.tmp
	cp -Rp fleet half && says 2 'open in another registry: .berth apply --resume --db /elsewhere/x.db' apply --db reg/r.db plan.csv && diff -r half fleet &&
		apply --runs --db reg/r.db >runs && ! grep -q interrupted runs
	got=$?
	rm -rf half other
	return $got
}
halved() { fresh && : >fleet/.berth-0000000000000000-0-0.tmp && touch fleet/.berth-0123456789abcdef-mark.tmp && apply -q --db reg/r.db plan.csv >/dev/null && [ ! -e fleet/.berth-0000000000000000-0-0.tmp ]; }
stale() { fresh && printf '%s\n%s\n' "$WORK/reg/r.db.runs" 0123456789abcdef >fleet/.berth-0000000000000000-0-0.tmp &&
	apply -q --db reg/r.db plan.csv >/dev/null && [ -z "$(find fleet -name '.berth-*')" ]; }
restored() {
	half && mkdir restored && cp -Rp fleet reg restored && cp -Rp fleet half && (cd restored && says 2 'is a copy' apply --db reg/r.db --resume) &&
		diff -r half fleet && diff -r half restored/fleet && (cd restored && apply -q --db reg/r.db --resume --root fleet >/dev/null) && diff -r half fleet &&
		! diff -r half restored/fleet >/dev/null && [ -z "$(find restored/fleet -name '.berth-*')" ]
}
aged() { half && mv fleet away && apply -q --db reg/r.db --forget 0 && apply --runs --db reg/r.db | grep -q ,interrupted, && mv away fleet &&
	apply -q --db reg/r.db --resume >/dev/null && ! diff -r was fleet >/dev/null && [ -z "$(find fleet -name '.berth-*')" ]; }
at_work() { half && flock -n fleet sh -c 'plan --db reg/r.db plan.csv 2>&1 | grep "was interrupted"'; }
if [ -n "$shim" ] && ! is_sanitized; then
	check 'a run that is open in one registry stops every writer of another, which is told whose it is' elsewhere
	check 'a copy of fleet, registry and journal made meanwhile does not finish the run on the first' restored
	check 'an interrupted run is not forgotten, however old, while its disk is away' aged
	! command -v flock >/dev/null || check 'who locks a folder of the fleet does not make an interrupted run one at work' at_work
fi
check 'a run on a part of the fleet stops one on the whole' below
check 'a mark that was never written to its end is none' halved
check 'a mark that a run of the same registry left is no hindrance' stale
locked() { fresh && flock . flock fleet timeout 60 berth migrate -q --yes --no-host-check --db reg/r.db fleet && ! diff -r was fleet >/dev/null; }
! command -v flock >/dev/null || check 'nobody who locks the fleet or a folder above keeps berth from its work' locked

# Somebody edits a file while the new ones wait beside the old: apply stands at its last flush of them.
meanwhile() {
	fresh && CRASH_LOG=$WORK/log1 LD_PRELOAD=$shim apply -q --db reg/r.db plan.csv >/dev/null && apply -q --db reg/r.db --undo >/dev/null && rm -f log1 &&
		CRASH_LOG=$WORK/log1 LD_PRELOAD=$shim apply -q --db reg/r.db plan.csv >/dev/null && apply -q --db reg/r.db --undo >/dev/null && diff -r was fleet &&
		n=$(awk '/ fsync$| syncfs$/ { last = $1 } / rename/ && ++renames == 2 { print last; exit }' log1) && rm -f log1 && [ -n "$n" ] || return 1
	CRASH_AT=$n CRASH_DO=stop LD_PRELOAD=$shim apply --db reg/r.db plan.csv >late.csv &
	until grep -q '^State:.T' "/proc/$!/status"; do :; done
	echo '# late' >>fleet/b/compose.yaml && kill -CONT $!
	ends 1 wait $! && grep -q '^stale,b,1,b,b/compose.yaml,.*changed while this run was at work' late.csv && grep -q '^changed,c,' late.csv &&
		[ "$(tail -n 1 fleet/b/compose.yaml)" = '# late' ] && [ -z "$(find fleet -name '.berth-*')" ]
}
if [ -n "$shim" ] && ! is_sanitized && [ -r /proc/self/status ]; then
	check 'a file that is edited while its app waits is stale, and says why' meanwhile
fi

# A plan is killed while it commits: what it began is rolled back by whoever comes next, also by who only reads. Its scan is made
# before: what that counts for make cov is written by calls that are counted as well.
unsettled() {
	fresh && scan -q fleet >unsettled.csv && cp -p reg/r.db before.db && rm -f log1 && CRASH_LOG=$WORK/log1 LD_PRELOAD=$shim plan -q --db reg/r.db --no-host-check --reserve 5000 unsettled.csv >/dev/null && cp before.db reg/r.db &&
		n=$(sed -n 's/ unlink$//p' log1 | tail -n 1) && rm -f log1 || return 1
	(CRASH_AT=$n CRASH_DO=kill LD_PRELOAD=$shim plan -q --db reg/r.db --no-host-check --reserve 5000 unsettled.csv >/dev/null 2>&1) 2>/dev/null
	[ -s reg/r.db-journal ] && ! cmp -s before.db reg/r.db
}
read_first() { unsettled && report --db reg/r.db names </dev/null >out && cmp before.db reg/r.db && [ ! -e reg/r.db-journal ]; }
apply_first() { unsettled && apply -q --db reg/r.db plan.csv >/dev/null && ! diff -r was fleet >/dev/null; }
theirs_first() { unsettled && chmod 644 reg/r.db* && chmod 755 . && says 2 'a program was ended while it wrote' as_other report --db reg/r.db names </dev/null && [ -s reg/r.db-journal ]; }
if [ -n "$shim" ] && ! is_sanitized; then
	check 'after a plan that was killed while it committed, report reads what was before' read_first
	check '… and apply takes the plan before it' apply_first
fi

# Somebody edits a file of an app that is half done: killed at the second rename of an app of two files.
pair() {
	fresh || return 1
	rm -rf fleet was reg && mkdir reg && for m in m n; do
		mkdir -p fleet/$m/app1 && printf 'services:\n  backend:\n    image: x\n    ports: ["5003:80"]\n' >fleet/$m/app1/compose.yaml && echo 'PASSWORD=old' >fleet/$m/app1/.env
	done
	cp -Rp fleet was && scan fleet 2>/dev/null | plan -q --db reg/r.db --no-host-check >plan.csv
	for round in 1 2; do
		CRASH_LOG=$WORK/log$round LD_PRELOAD=$shim apply -q --db reg/r.db plan.csv >/dev/null && apply -q --db reg/r.db --undo >/dev/null || return 1
	done
	diff -r was fleet || return 1
	n=$(sed -n 's/ rename.*//p' log2 | sed -n 4p) && rm -f log1 log2
	(CRASH_AT=$n CRASH_DO=kill LD_PRELOAD=$shim apply -q --db reg/r.db plan.csv >/dev/null 2>&1) 2>/dev/null
	half=n/app1	# the first keeps its ports, so that it is one file alone
	cmp was/$half/compose.yaml fleet/$half/compose.yaml && ! cmp -s was/$half/.env fleet/$half/.env && echo '# looked at' >>fleet/$half/compose.yaml && cp -Rp fleet half && find half -name ".berth-*" -exec rm {} +
}
names_it() { grep -q "^failed,.*,$half,$half/compose.yaml,.*was edited" out && diff "half/$half/compose.yaml" "fleet/$half/compose.yaml" && diff "half/$half/.env" "fleet/$half/.env" &&
	apply --runs --db reg/r.db | grep -q 'interrupted,'; }
edited_resume() { pair && (ends 2 apply --db reg/r.db --resume >out) && names_it && (ends 2 apply --db reg/r.db --undo >out) && names_it; }
edited_back() { edited_resume && sed -i '/# looked at/d' "fleet/$half/compose.yaml" && apply -q --db reg/r.db --undo >/dev/null && diff -r was fleet; }
forced() { edited_resume && apply -q --db reg/r.db --undo --force "$half" >/dev/null && diff -r was fleet && [ -z "$(find fleet -name '.berth-*')" ]; }
kept() {
	edited_resume && says 2 'none of the apps' apply --db reg/r.db --undo --keep x/app9 && apply --db reg/r.db --undo --keep "$half" >out && grep -q "^unchanged,.*,$half,,.*kept" out &&
		diff -r "half/$half" "fleet/$half" && apply --runs --db reg/r.db | grep -q ',undone,.*,0$' && scan fleet 2>/dev/null | plan -q --db reg/r.db --no-host-check >out
}
if [ -n "$shim" ] && ! is_sanitized; then
	check 'an app of which a file was edited while it was half done stays open, and both --resume and --undo name the file' edited_resume
	check '… it is taken back once the edit is out' edited_back
	check '… or over it, with --undo --force APP' forced
	check '… or left as it is, with --keep APP' kept
fi
again() { ran && echo '# mine' >>fleet/b/compose.yaml && (ends 1 apply --db reg/r.db --undo >out) && grep -q '^stale,b,' out && sed -i '/# mine/d' fleet/b/compose.yaml &&
	apply -q --db reg/r.db --undo >/dev/null && diff -r was fleet; }
check '--undo takes up again what an earlier --undo had to leave' again
# A writer that saves all the time, each time as a new file: the last that it saved stands there at the end.
saves() {
	python3 - <<'X'
import os, random, subprocess, sys
lost = 0
for n in range(25):
    subprocess.run(["rm", "-rf", "fleet", "reg"])
    os.makedirs("reg")
    for app in "abcdefgh":
        os.makedirs("fleet/" + app)
        open("fleet/%s/compose.yaml" % app, "w").write('services:\n  web:\n    image: x\n    ports: ["5000:80"]\n')
    found = subprocess.run(["scan", "fleet"], capture_output=True).stdout
    plan = subprocess.run(["plan", "-q", "--db", "reg/r.db", "--no-host-check"], input=found, capture_output=True).stdout
    files = ["fleet/%s/compose.yaml" % a for a in "bcdefgh"]
    p = subprocess.Popen(["apply", "-q", "--db", "reg/r.db"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    p.stdin.write(plan)
    p.stdin.close()
    while not os.path.exists("reg/r.db.runs") and p.poll() is None:
        pass
    random.shuffle(files)
    for f in files:
        open("new", "w").write("# saved\n")
        os.rename("new", f)
    p.wait()
    lost += sum(open(f).read() != "# saved\n" for f in files)
print(lost, "lost")
sys.exit(lost > 0)
X
}
touch a b && ! python3 -c 'import ctypes, sys; sys.exit(ctypes.CDLL(None).renameat2(-100, b"a", -100, b"b", 2))' 2>/dev/null || check 'what somebody saves at the moment of the rename is not lost' saves

# What berth makes before it has its name is no app.
litter() { fresh && app fleet/.berth-new-1-0 && app fleet/.berth/x && scan fleet 2>/dev/null >f.csv && ! grep -q 'berth-new\|\.berth/' f.csv; }
check "scan enters nothing of berth's own" litter

killed_new() {
	template && CRASH_LOG=$WORK/log LD_PRELOAD=$shim berth new -q --no-host-check --db reg/r.db --template t mm/app1 apps/mm/app1 >/dev/null || return 1
	n=$(sed -n 's/ rename.*//p' log | tail -n 1) && rm -rf log apps/mm/app1 reg && mkdir reg && mkdir apps/mm/.berth-new-$$-0 || return 1
	(CRASH_AT=$n CRASH_DO=kill LD_PRELOAD=$shim berth new -q --no-host-check --db reg/r.db --template t mm/app1 apps/mm/app1 >/dev/null 2>&1) 2>/dev/null
	[ "$(ls -A apps/mm | wc -l)" = 2 ] && berth new -q --no-host-check --db reg/r.db --template t mm/app1 apps/mm/app1 >/dev/null &&
		[ "$(ls -A apps/mm | sort | tr '\n' ' ')" = ".berth-new-$$-0 app1 " ]
}
planted() {
	fresh && rm -rf page && mkdir page && echo keep >mine && ln -s "$WORK/mine" page/index.html && echo left >page/.index.html.new || return 1
	scan fleet 2>/dev/null | report -q all --out page --findings - >/dev/null 2>&1
	[ "$(cat mine)" = keep ] && [ ! -L page/index.html ] && grep -q '<html' page/index.html && [ -s page/names.csv ] || return 1
	for link in 'ln' 'ln -s'; do
		rm -f page/.names.csv.new && $link "$WORK/mine" page/.names.csv.new || return 1
		scan fleet 2>/dev/null | says 2 'names.csv: cannot write' report -q all --out page --findings - && [ "$(cat mine)" = keep ] || return 1
	done
}
check 'report --out writes into no file that somebody else laid there' planted

# Writers at once.
template() { rm -rf t apps reg && mkdir t reg && printf 'services:\n  backend:\n    image: x\n    ports: ["${BACKEND_PORT:-5000}:80"]\n' >t/compose.yaml &&
	echo 'BACKEND_PORT={{backend_port|5000}}' >t/.env.example && mkdir -p apps/mm; }
twice() {
	for round in 1 2 3 4 5 6; do
		template || return 1
		for k in 1 2 3; do
			(berth new -q --no-host-check --db reg/r.db --template t mm/app1 apps/mm/app1 >"o$k" 2>&1; echo $? >"s$k") &
		done
		plan --db reg/r.db --new mm/app7 --no-host-check >/dev/null && plan --db reg/r.db --release mm/app7 >/dev/null
		wait
		[ "$(cat s1 s2 s3 | sort | tr '\n' ' ')" = '0 2 2 ' ] && [ "$(sqlite3 reg/r.db "SELECT count(*) FROM port_configurations WHERE model = 'mm' AND app_num = 1")" = 1 ] || return 1
		berth new -q --no-host-check --db reg/r.db --template t mm/app2 apps/mm/app2 >/dev/null || return 1
		[ "$(cat apps/mm/*/.env | grep '^BACKEND_PORT=' | sort -u | wc -l)" = 2 ] && [ -z "$(find apps -name '.berth-*')" ] || return 1
	done
}
[ -z "$shim" ] || is_sanitized || check 'what a killed berth new left is taken away by the next, that of a live process is not' killed_new
check 'of several who lay out one app at once one does, and its ports stay its own' twice

# With a second user.
as_other() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
if [ "$(id -u)" = 0 ] && as_other true 2>/dev/null; then
	for_others
	theirs() { fresh && chown "$1" "$2" && refused "belongs to user" && grep -q "ls -ld .*$2" .stderr; }
	check "root believes no registry of another user's" theirs 65534 reg/r.db
	check 'nor one in a folder of theirs' theirs 65534 reg
	called() { fresh && chown -R 65534 reg && env SUDO_UID=65534 apply -q --db reg/r.db plan.csv >/dev/null; }
	check '… but for the user who became root with sudo' called
	marked() {	# AGAINST: environment of who meets the mark that the other user left in a fleet of root's
		fresh && printf '%s\n%s\n' /elsewhere/x.db.runs 0123456789abcdef >fleet/.berth-0000000000000000-0-0.tmp &&
			chown 65534 fleet/.berth-0000000000000000-0-0.tmp && env "$1" berth apply -q --db reg/r.db plan.csv >out 2>err
	}
	stranger() { marked SUDO_UID=65533; [ ! -s err ] && ! diff -r was fleet >/dev/null; }
	check 'a mark of theirs in a fleet of root is none' stranger
	caller() { ! marked SUDO_UID=65534 && grep -q 'open in another registry' err; }
	check '… but that of the user who became root with sudo' caller
	journal() { ran && chown 65534 reg/r.db.runs && says 2 'belongs to user' apply --db reg/r.db --undo && diff -r now fleet; }
	check 'nor their journal' journal
	hot() { ran && : >reg/r.db.runs-journal && chown 65534 reg/r.db.runs-journal && says 2 'belongs to user' apply --db reg/r.db --undo && diff -r now fleet; }
	check 'nor a rollback journal of theirs beside it' hot
	above() { fresh && mkdir -p own && mv reg own && chown 65534 own && says 2 'belongs to user' apply --db own/reg/r.db plan.csv && diff -r was fleet; }
	check 'nor one below a folder of theirs, which they could exchange' above
	way() { fresh && mkdir -p own && ln -s "$WORK/reg" own/reg && chown -h 65534 own own/reg && says 2 'belongs to user' apply --db own/reg/r.db plan.csv && diff -r was fleet; }
	check 'nor one that a symlink of theirs leads to' way
	roots() { fresh && chmod 644 reg/r.db && cp reg/r.db reg-was && as_other report --db reg/r.db allocations </dev/null >out && cmp reg/r.db reg-was; }
	check 'anyone may ask a registry that they can read' roots
	[ -z "$shim" ] || is_sanitized || check '… but not take back what its owner had begun, and is told so' theirs_first
else
	echo "ok $((tests += 1)) - # SKIP no root, or no setpriv: what another user leaves is not tried"
fi
# Where `new` writes is not said by a symlink of somebody else's, whatever way leads to it; one of one's own is followed.
above() {
	rm -rf t m own secret k.db && mkdir -p t m own secret && printf 'services: {w: {image: x, ports: ["80{{p|80}}:80"]}}\n' >t/compose.yaml && echo 'P={{p|8080}}' >t/.env.example &&
		ln -s "$WORK/secret" m/away && chown -h 65534 m/away && ln -s "$WORK/m/away" own/way || return 1
	for way in m/away own/way m/../m/away own/way/below; do
		says 2 'm/away: a symlink that another user made' new --db k.db --template t away/app1 "$way/app1" && [ -z "$(ls -A secret)" ] || return 1
	done
	mkdir real && ln -s "$WORK/real" own/mine && new -q --db k.db --template t real/app1 own/mine/app1 >/dev/null && [ -e real/app1/.env ]
}
[ "$(id -u)" != 0 ] || check 'new follows no symlink of another user above the new folder' above
done_testing
