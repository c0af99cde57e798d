#!/bin/sh
# migrate: the whole migration as a user runs it: in one command, as a pipe, in part, again, and with everything that can be wrong.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"
HAIKU=anthropic_claude-4.5-haiku-20251001
GPT=openai_gpt-5-mini-2025-08-07
fleets=$TOP/fixtures/fleets

# fresh FLEET TO: an own copy of a fixture's fleet.
fresh() {
	# a root that is there stays the same folder
	mkdir -p "$2" && find "$2" -mindepth 1 -delete && cp -R "$fleets/$1/fleet/." "$2"
	[ ! -f "$2/generated/apps/acme_alpha/app9/.env" ] || chmod 600 "$2/generated/apps/acme_alpha/app9/.env"
}
plan() { command plan --no-host-check "$@"; }
migrate() { command berth migrate --yes --no-host-check "$@"; }
# tree FOLDER: names, modes and bytes, to compare with later.
tree() { (cd "$1" && find . -printf '%p %m %y\n' | sort && find . -type f -exec cksum {} + | sort -k 3); }
unchanged() { tree "$1" | diff "$2" -; }
allocations() { report allocations --format csv "$@" | cut -d, -f1-4; }
# no_more DB FOLDER: a second migration changes nothing and says so.
no_more() {
	tree "$2" >before.tree
	says 0 'nothing to change' migrate --db "$1" "$2" && unchanged "$2" before.tree
}

# The six-app fleet, in one command.
fresh six fleet
tree fleet >six.tree
check "before: the audit names clashes and ends with 1" ends 1 sh -c 'berth scan fleet | berth report conflicts --format csv >conflicts.csv'
check "before: both models' app1 clash over both ports, and the two without .env over Compose's defaults" sh -c "for p in 5003 8003 5000 8000; do grep -q \"[,]\${p}[,/]\" conflicts.csv || { cat conflicts.csv; exit 1; }; done"
check "before: so do the containers" sh -c 'grep -q myapp_backend conflicts.csv && grep -q app_frontend conflicts.csv'
check "an audit touches nothing" unchanged fleet six.tree
check "a dry run registers and writes nothing" sh -c 'berth migrate --no-host-check --dry-run --db none.db fleet >dry.out; [ ! -e none.db ]'
check "a dry run leaves the fleet as it was" unchanged fleet six.tree
check "a dry run whose reader has enough is no error" sh -c 'berth migrate --no-host-check --dry-run --db none.db fleet 2>dry.err | exec true; ! grep signal dry.err'
one() { mkdir -p single && cp -R fleet/$HAIKU single && rm -rf single/$HAIKU/app[23] && berth scan single | plan --db single.db 2>&1 >single.plan | grep "^plan: 1 volume starts empty under its new project name;"; }
check "one volume is one" one
check "migrate ends with 0" ends 0 migrate --db six.db fleet
cp "$fleets/six/allocations.csv" want.csv
allocations --db six.db >got.csv
check "the ports are those of the issue" diff want.csv got.csv
tail -n +2 want.csv >want.rows
check "the user's table has them" sh -c "sqlite3 -separator , six.db 'SELECT model, app_num, backend_port, frontend_port FROM port_configurations ORDER BY model, app_num' | diff want.rows -"
check "the user's table is the contract's, and has no trigger or index of berth's" sh -c "[ \"\$(sqlite3 six.db \"SELECT count(*) FROM sqlite_master WHERE tbl_name = 'port_configurations' AND (type = 'trigger' OR type = 'index' AND sql IS NOT NULL)\")\" = 0 ]"
berth scan fleet >after.csv
python3 - >after.names <<'END'
import csv
for r in csv.DictReader(open("after.csv", newline="")):
    if r["record"] in ("name", "project"):
        print(r["model"], r["app_num"], r["record"], r["service"], r["value"])
END
for model in $HAIKU $GPT; do
	for n in 1 2 3; do
		name=$(echo $model | tr ._ --)-app$n
		printf '%s\n' "$model $n name backend ${name}_backend" "$model $n name frontend ${name}_frontend" "$model $n project  $name"
	done
done | sort >want.names
check "containers and projects are called after their apps" sh -c 'sort after.names | diff want.names -'
check "after: the audit ends with 0" ends 0 sh -c 'berth scan fleet | berth report conflicts --format csv >none.csv'
check "after: it lists nothing" sh -c '[ "$(wc -l <none.csv)" -le 1 ]'
check "after: the database says so too" ends 0 berth report conflicts --db six.db
check "files are as expected, byte for byte" sh -c "cp -R '$fleets/six/fleet' want && cp -R '$fleets/six/after/.' want && diff -r want fleet"
check "what is inside the container stays" sh -c "grep -q FLASK_RUN_PORT=5003 fleet/$GPT/app1/.env && grep -q localhost:5000/health fleet/$GPT/app1/docker-compose.yml"
check "a second migration changes nothing and says so" no_more six.db fleet
check "every byte comes back" sh -c 'berth apply --undo --db six.db >undone.csv'
check "the fleet is what it was" unchanged fleet six.tree

# The same as a pipe.
fresh six piped
check "the pipe ends with 0" sh -c 'scan piped | plan --no-host-check --db pipe.db | apply --db pipe.db >results.csv'
check "the pipe gives the same trees" sh -c 'diff -r want piped'
check "each result is a change, then the end" sh -c "cut -d, -f1 results.csv | sort -u | tr '\n' ' ' | grep -qx 'changed end status '"

# A plan kept in a file.
fresh six kept
tree kept >kept.tree
scan kept >kept.findings
check "plan alone reads and writes no app" sh -c 'mv kept away && plan --no-host-check --db kept.db <kept.findings >kept.plan && mv away kept'
check "and leaves the fleet as it was" unchanged kept kept.tree
mkdir elsewhere
check "it is applied later, from another folder" sh -c 'cd elsewhere && apply --db ../kept.db <../kept.plan >/dev/null && diff -r ../want ../kept'
fresh six kept
(head -n 2 kept.plan; grep "$GPT/app2/" kept.plan) >part.plan
check "a filtered plan is refused without --partial" says 2 'end record\|stop early' apply --root kept --db kept.db <part.plan
check "and nothing was written" unchanged kept kept.tree
check "with --partial it is taken" sh -c 'apply --root kept --partial --db kept.db <part.plan >part.results'
check "and changes that app alone" sh -c "diff -rq '$fleets/six/fleet' kept | grep -v $GPT/app2; diff -r want/$GPT/app2 kept/$GPT/app2"

# Streams that stop early.
fresh six cut
tree cut >cut.tree
scan cut >cut.findings
lines=$(wc -l <cut.findings)
for keep in 0 1 2 10 $((lines - 1)); do
	head -n $keep cut.findings >part.findings
	check "findings cut after $keep lines are refused" ends 2 sh -c 'plan --no-host-check --db cut.db <part.findings >cut.plan'
	check "and no plan ends, after $keep lines" sh -c '! grep -q ^end cut.plan'
done
check "nothing was registered for them" sh -c '[ ! -e cut.db ] || [ "$(sqlite3 cut.db "SELECT count(*) FROM port_configurations")" = 0 ]'
plan --db cut.db <cut.findings >cut.plan
for keep in 0 1 2 10 $(($(wc -l <cut.plan) - 1)); do
	head -n $keep cut.plan >part.plan
	check "a plan cut after $keep lines is refused" ends 2 apply --db cut.db <part.plan
done
head -c $(($(wc -c <cut.plan) - 3)) cut.plan >part.plan
check "a plan cut within its last line is refused" ends 2 apply --db cut.db <part.plan
check "a scan that found no such folder ends the pipe with 2" ends 2 sh -c 'scan nowhere 2>/dev/null | plan --no-host-check --db cut.db | apply --db cut.db'
check "none of them changed anything" unchanged cut cut.tree

# Files that changed since.
echo '# by hand' >>cut/$HAIKU/app2/.env
tree cut/$HAIKU/app2 >stale.tree
check "an app that changed since the scan is stale: status 1" ends 1 sh -c 'apply --db cut.db <cut.plan >stale.results'
check "it is named" grep -q "^stale,$HAIKU,2" stale.results
check "it is wholly untouched" unchanged cut/$HAIKU/app2 stale.tree
check "the others are migrated" sh -c "for a in $HAIKU/app1 $HAIKU/app3 $GPT/app1 $GPT/app2 $GPT/app3; do diff -r want/\$a cut/\$a || exit 1; done"
check "the next migration does the rest" ends 0 migrate --db cut.db cut
check "with the same numbers" sh -c 'report allocations --db cut.db --format csv | cut -d, -f1-4 | diff want.csv -'

# One app.
fresh six one
check "one app alone is migrated" ends 0 migrate --db one.db one/$HAIKU/app2
check "with its own identity, and the pair that nobody is known to hold" sh -c "report allocations --db one.db --format csv | cut -d, -f1-4 | tail -n +2 >one.csv; echo '$HAIKU,2,5005,8005' | diff - one.csv"
check "the name is that of the whole fleet" grep -qx "PROJECT_NAME=$(echo $HAIKU | tr ._ --)-app2" one/$HAIKU/app2/.env
check "the others are untouched" sh -c "rm -rf rest && cp -R one rest && rm -rf rest/$HAIKU/app2 && cp -R '$fleets/six/fleet/$HAIKU/app2' rest/$HAIKU/ && diff -r '$fleets/six/fleet' rest"
fresh six one
report allocations --db six.db --format csv | grep -E '^(model|[^,]*,[0-9]*,)' >six.csv
check "its row in the database decides" sh -c "plan -q --db rows.db --import six.csv >/dev/null && berth migrate --yes --no-host-check --db rows.db one/$GPT/app2 && grep -qx BACKEND_PORT=5009 one/$GPT/app2/.env"
check "a new app gets a pair" sh -c "plan --no-host-check --new new_model/app7 --db six.db | grep -q 'new_model,7,5013,8013'"
check "asked again, the same" sh -c "plan --no-host-check --new new_model/app7 --db six.db --format env >new.env; grep -qx BACKEND_PORT=5013 new.env && grep -qx FRONTEND_PORT=8013 new.env && grep -qx PROJECT_NAME=new-model-app7 new.env"

# A database that was there before.
sqlite3 old.db "CREATE TABLE port_configurations (id INTEGER PRIMARY KEY, model VARCHAR(200) NOT NULL, app_num INTEGER NOT NULL,
	backend_port INTEGER UNIQUE NOT NULL, frontend_port INTEGER UNIQUE NOT NULL, is_available BOOLEAN DEFAULT TRUE, note TEXT, UNIQUE(model, app_num));
	INSERT INTO port_configurations (model, app_num, backend_port, frontend_port, note) VALUES ('$GPT', 2, 5101, 8101, 'mine'), ('someone_else', 1, 5001, 8001, NULL);"
sqlite3 old.db .schema >old.schema
fresh six old
check "an existing database is used in place" ends 0 migrate --db old.db old
printf '%s\n' "model,app_num,backend_port,frontend_port" "$HAIKU,1,5003,8003" "$HAIKU,2,5005,8005" "$HAIKU,3,5007,8007" \
    "$GPT,1,5009,8009" "$GPT,2,5101,8101" "$GPT,3,5011,8011" "someone_else,1,5001,8001" >old.want
check "its rows are honoured" sh -c "report allocations --db old.db --format csv | cut -d, -f1-4 | diff old.want -"
check "its table keeps its columns and its note" sh -c "sqlite3 old.db \"SELECT note FROM port_configurations WHERE backend_port = 5101\" | grep -qx mine && sqlite3 old.db '.schema port_configurations' | diff - old.schema"

# Eight at once.
for i in 1 2 3 4 5 6 7 8; do
	mkdir -p many/$i && cp -R "$fleets/six/fleet/$GPT" many/$i/model_$i
	scan many/$i >many.$i.findings
done
for i in 1 2 3 4 5 6 7 8; do
	plan --db many.db <many.$i.findings >many.$i.plan 2>many.$i.err &
done
wait
check "eight plans at once hand out no port twice" sh -c '[ "$(sqlite3 many.db "SELECT count(*) || char(32) || count(DISTINCT p) FROM (SELECT backend_port AS p FROM port_configurations UNION ALL SELECT frontend_port FROM port_configurations)")" = "48 48" ] || { cat many.*.err; exit 1; }'
check "each of them ended well" sh -c 'for i in 1 2 3 4 5 6 7 8; do grep -q ^end many.$i.plan || exit 1; done'

# The messier fleet.
fresh messy messy
tree messy >messy.tree
check "messy: the audit names clashes" ends 1 sh -c 'scan messy | report conflicts --format csv >messy.csv'
migrate --db messy.db messy >messy.out 2>&1
status=$?
check "messy: migrate ends with 0 or names what is left" sh -c "cat messy.out; [ $status = \$(cat '$fleets/messy/status') ]"
check "messy: no clash is left" ends 0 sh -c 'scan messy | report conflicts --format csv'
check "messy: the ports are as expected" sh -c "report allocations --db messy.db --format csv | cut -d, -f1-4 | diff '$fleets/messy/allocations.csv' -"
check "messy: files are as expected, byte for byte" sh -c "cp -R '$fleets/messy/fleet' messy.want && cp -R '$fleets/messy/after/.' messy.want && diff -r messy.want messy"
check "messy: a mode is kept" sh -c '[ "$(stat -c %a messy/generated/apps/acme_alpha/app9/.env)" = 600 ]'
check "messy: a second migration changes nothing" sh -c "berth migrate --yes --no-host-check --db messy.db messy >/dev/null 2>&1; diff -r messy.want messy"
berth apply --undo --db messy.db >/dev/null
check "messy: every byte comes back" unchanged messy messy.tree

# Other files than Compose's are searched where that is asked for.
mkdir -p beside/a beside/b && printf 'services:\n  a:\n    image: a\n    ports: ["5000:80"]\n' | tee beside/a/compose.yml >beside/b/compose.yml
echo 'proxy_pass http://localhost:5000;' | tee beside/a/nginx.conf >beside/b/nginx.conf
told() {
	says 0 'only what Compose reads was searched: --mentions' berth migrate -n --no-host-check beside || return 1
	says 0 'b/nginx.conf:1: localhost:5000' berth migrate -n --no-host-check --mentions beside && ! grep 'was searched' .stderr || return 1
	echo mentions >told.conf
	says 0 'b/nginx.conf:1: localhost:5000' env BERTH_CONFIG=told.conf berth migrate -n --no-host-check beside && ! grep 'was searched' .stderr
}
check "migrate tells of other files where --mentions or berth.conf says so, and else that it did not look" told

# What is wrong is said, and nothing is lost.
check "no such folder" says 2 'nowhere' migrate --db x.db nowhere
check "a file is no fleet" says 2 'give the folder that holds the apps' migrate --db x.db "$(find fleet -name docker-compose.yml | head -n 1)"
check "no such folder makes no database" sh -c '[ ! -e x.db ]'
fresh six bad
printf 'services:\n  a:\n    ports: [\n' >bad/$HAIKU/app2/docker-compose.yml
cp bad/$HAIKU/app2/docker-compose.yml bad.yml
check "a file that is not YAML: status 1" ends 1 migrate --db bad.db bad
check "its place is said" sh -c "berth scan bad | berth report problems --format gcc | grep -q 'app2/docker-compose.yml:[0-9]'"
mkdir -p torn/a torn/b torn/c && printf 'services:\n  a:\n    image: a\n    ports: ["5000:80"]\n' | tee torn/a/compose.yml >torn/b/compose.yml
cp bad.yml torn/c/compose.yml
migrate --db torn.db torn >/dev/null 2>torn.err
check "an app that cannot be read is not told as a clash alone" grep -q 'a second scan of torn finds no clash, but problems are left (above)' torn.err
check "that file is untouched" cmp bad.yml bad/$HAIKU/app2/docker-compose.yml
check "the others are migrated" sh -c "grep -q 'PROJECT_NAME=.*-app1\$' bad/$HAIKU/app1/.env"
echo 'no database' >not.db
fresh six bad
tree bad >bad.tree
check "a database that is none" says 2 'not.db' migrate --db not.db bad
check "and nothing was changed" unchanged bad bad.tree
check "the file is as it was" is not.db 'no database'
check "no free port left" sh -c "scan bad >bad.findings; plan --no-host-check --db full.db --base-backend 65534 --base-frontend 65000 --reserve 1024-65533 <bad.findings >full.plan 2>full.err; [ \$? = 2 ] && ! grep -q ^end full.plan"
check "it says how many found no place" grep -q '[0-9]' full.err
check "and nothing is registered" sh -c '[ ! -e full.db ] || [ "$(sqlite3 full.db "SELECT count(*) FROM port_configurations")" = 0 ]'
check "an empty folder is no fleet, and no registry is made" sh -c 'mkdir empty && ! berth migrate --yes --db empty.db empty && [ ! -e empty.db ]'
check "with --allow-empty it has nothing to change" berth migrate --yes --allow-empty --db empty.db empty

# What real Compose says of migrated apps.
compose=$(PYTHONDONTWRITEBYTECODE=1 python3 -c "import sys; sys.path.insert(0, '$TOP/tests/conformance'); import cases; print(cases.compose() or '')")
if [ -n "$compose" ]; then
	migrate --db six2.db piped >/dev/null 2>&1
	asks() {
		(cd "$1" && env -i PATH=/usr/bin:/bin HOME=/nonexistent "$compose" config --format json) | python3 -c "
import json, sys
d = json.load(sys.stdin)
s = d['services']
print(d['name'], s['backend']['container_name'], s['frontend']['container_name'], s['backend']['ports'][0]['published'], s['backend']['ports'][0]['target'],
      s['frontend']['ports'][0]['published'], s['backend']['environment']['CORS_ORIGINS'], s['frontend']['environment']['VITE_BACKEND_URL'])"
	}
	h=$(echo $HAIKU | tr ._ --)
	g=$(echo $GPT | tr ._ --)
	asks piped/$HAIKU/app3 >asked.1
	asks piped/$GPT/app1 >asked.2
	check "Compose sees the planned ports and names" is asked.1 "$h-app3 $h-app3_backend $h-app3_frontend 5005 5000 8005 http://localhost:8005 http://localhost:5005"
	check "Compose sees them where the container listens on the old number" is asked.2 "$g-app1 $g-app1_backend $g-app1_frontend 5007 5003 8007 http://localhost:8007 http://localhost:5007"
fi
# The totals for programs: foretold, done, and nothing more to do.
totals() {
	fresh six counted
	berth migrate -q -n --no-host-check --db counted.db --format json counted >would && migrate -q --db counted.db --format csv counted >did &&
		migrate -q --db counted.db --format csv counted >again || return 1
	grep -q '"changes":62,"apps":6,"ports":12,"names":12,"follow":36,"env_files":2,"problems":0,"changed":0,"stale":0,"failed":0,"clean":null,"addresses":0' would &&
		[ "$(cat did)" = "changes,apps,ports,names,follow,env_files,problems,changed,stale,failed,clean,addresses
62,6,12,12,36,2,0,12,0,0,1,0" ] && [ "$(sed -n 2p again)" = 0,0,0,0,0,0,0,0,0,0,1,0 ]
}
check "--format csv|json: the totals, and nothing else on stdout" totals
# Two dozen apps on port 80, each with a note, before the two that share a volume: the problem is seen all the same.
problems_first() {
	for i in 0 1 2 3 4 5 6 7 8 9; do
		for k in a b c; do
			mkdir -p "crowd/$k$i" && printf 'services: {web: {image: x, ports: ["80:80"]}}\n' >"crowd/$k$i/compose.yaml" || return 1
		done
	done
	for k in y z; do
		mkdir "crowd/$k" && printf 'services: {db: {image: x, volumes: ["data:/d"]}}\nvolumes: {data: {name: kept}}\n' >"crowd/$k/compose.yaml" || return 1
	done
	migrate -n --db crowd.db crowd >diff 2>told
	grep '^migrate: [^ ]*/compose.yaml:\|^migrate: note: ' told >lines
	cat lines
	sed -n 1p lines | grep -q '^migrate: z/compose.yaml:2: volume kept of z is also y' && sed -n 2p lines | grep -q '^migrate: note: ' &&
		[ "$(wc -l <lines)" = 20 ] && grep -q '^migrate: and 10 more$' told
}
check "what a person has to mend is told before what is only to be looked at" problems_first
# What a pipe gives once is there for the second scan, and for the report, as well.
piped_lists() {
	for k in a b c; do
		mkdir -p "piped_lists/$k" && printf 'services: {web: {image: x, ports: ["8080:80"]}}\n' >"piped_lists/$k/other.yaml" || return 1
	done
	mkfifo pipe.1 pipe.2 && { printf 'a b 8080/tcp # never at once\n' >pipe.1 & } &&
		{ for k in a b c; do echo "piped_lists/$k -f other.yaml -p p$k"; done >pipe.2 & } &&
		says 0 'a second scan of piped_lists finds no clash$' migrate --allow-empty --accept pipe.1 --projects-from pipe.2 --db piped.db piped_lists
	grep -c 8080: piped_lists/*/other.yaml
	[ "$(cat piped_lists/*/other.yaml | grep -c 8080:)" = 2 ]
}
check "lists may come through pipes" piped_lists
# What a variable brings by being set is seen when .env is there; whoever reads of the clash hears what to do.
coming() {
	for m in alpha beta; do
		mkdir -p "coming/$m/app1" && printf 'services:\n  web: {image: x, ports: ["${DEBUG:+9229:9229}", "${BACKEND_PORT:-5001}:5000"]}\n' >"coming/$m/app1/compose.yaml" &&
			printf 'DEBUG=1\nBACKEND_PORT=5001\n' >"coming/$m/app1/.env.example" || return 1
	done
	says 1 'still finds clashes (above): those that new .env files bring are seen by the next berth migrate$' migrate --db coming.db coming &&
		says 0 'a second scan of coming finds no clash$' migrate --db coming.db coming
}
check "a clash that new .env files bring" coming
done_testing
