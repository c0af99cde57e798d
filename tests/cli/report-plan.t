#!/bin/sh
# report-plan: what reports say of a database before a migration, half way through it, and after it.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

cp -R "$TOP/fixtures/fleets/six/fleet" apps
chmod -R u+w apps
scan apps > found.csv 2> /dev/null
plan < found.csv > plan.csv 2> /dev/null

# table REPORT TEXT...: `report REPORT -f table` says exactly these lines.
table() {
	which=$1
	shift
	printf '%s\n' "$@" > wanted
	report "$which" -f table < /dev/null > got
	diff wanted got
}
holds() { grep -q -e "$2" "$1" || { cat "$1"; return 1; }; }
six() {
	table allocations \
	    'model                                app_num  backend_port  frontend_port' \
	    '-----------------------------------  -------  ------------  -------------' \
	    'anthropic_claude-4.5-haiku-20251001        1          5001           8001' \
	    'anthropic_claude-4.5-haiku-20251001        2          5003           8003' \
	    'anthropic_claude-4.5-haiku-20251001        3          5005           8005' \
	    'openai_gpt-5-mini-2025-08-07               1          5007           8007' \
	    'openai_gpt-5-mini-2025-08-07               2          5009           8009' \
	    'openai_gpt-5-mini-2025-08-07               3          5011           8011' \
	    'Total allocations: 6' "$1"
}
check 'allocations, planned and not yet applied' six '4 port conflicts: berth report conflicts'
conflicts() {
	report conflicts < /dev/null > got
	[ $? -eq "$1" ] && [ "$(wc -l < got)" -eq "$2" ]
}
check 'the conflicts are those of the files' conflicts 1 22
same_conflicts() {
	report conflicts < found.csv | sort | cut -d, -f1-6 > of-stream
	report conflicts < /dev/null | sort | cut -d, -f1-6 > of-database
	diff of-stream of-database
}
check 'the database says what the stream says' same_conflicts
summary() { report summary < /dev/null > got; holds got "$1"; }
check 'the summary: planned' summary '^planned changes,[0-9]*,12 files of 6 apps; not applied$'
check 'the files drift from the registry' ends 1 sh -c 'report drift < /dev/null'
rebuild() {
	report rebuild < /dev/null > got
	holds got '^1 down,.*,the project app1 becomes .*,berth cutover --only .*app1$' &&
	holds got '^2 copy,.*,volume app1_data becomes .*,berth cutover --only .*app1$' &&
	holds got '^3 build,.*,frontend,port 5003 in VITE_BACKEND_URL becomes 5001,(cd .*app1 && docker compose build frontend)$' &&
	holds got '^4 up,.*,(cd .*/apps/.*/app1 && docker compose up -d)$'
}
check 'rebuild: what is to be done by hand, as commands' rebuild
mounted() {
	for a in one two; do
		mkdir -p mounted/$a && echo 'services: {web: {image: x, ports: ["8081:80"], volumes: ["./p.conf:/p.conf"]}}' >mounted/$a/compose.yaml
		echo 'api http://localhost:8081/' >mounted/$a/p.conf
	done
	scan -q --mentions mounted >mounted.csv
	plan -q --no-host-check --db m.db mounted.csv >/dev/null
	report --db m.db rebuild </dev/null >got && holds got '^4 up,two,.* up -d)$' || return 1
	plan -q --no-host-check --db r.db --rewrite-mentions mounted.csv >/dev/null
	report --db r.db rebuild </dev/null >got && holds got '^4 up,two,.* up -d --force-recreate)$'
}
check 'rebuild: what mounts a file that changes has to be made anew' mounted
volumes() {
	report volumes < /dev/null > got
	holds got '^volume,data,.*,app1_data,app1_data,anthropic-claude-4-5-haiku-20251001-app1_data,berth cutover --only .*app1,'
}
check 'volumes: what a new project name leaves behind' volumes
documented() {
	for sql in "$TOP"/reports/*.sql; do
		which=$(basename "$sql" .sql)
		case $which in
		difference) report difference found now < /dev/null ;;
		fit) report fit '*' found.csv --findings found.csv 2> /dev/null ;;
		secrets) report secrets apps 2> /dev/null ;;
		*) report "$which" < /dev/null 2> /dev/null ;;
		esac | sed -n '1s/^/    /p' > got
		sed -n "/^### $which\$/,/^    /s/^    /&/p" "$TOP/docs/reports.md" | diff - got || return 1
	done
}
check 'every report has the columns that docs/reports.md gives' documented
gaps() { report problems < /dev/null > got; [ "$(grep -c '^gap,' got)" -eq "$1" ]; }
check 'a missing .env is a gap' gaps 2

# What a folder is called cannot get out of the command that names it.
quoted() {
	odd="it's \$(touch hacked) \"x\"; y"
	mkdir -p odd bin "odd/$odd/app1" odd/z/app1
	cp "apps/$(cd apps && ls | head -n 1)/app1/docker-compose.yml" "odd/$odd/app1/"
	cp "odd/$odd/app1/docker-compose.yml" odd/z/app1/
	scan odd 2> /dev/null | plan --db odd.db > /dev/null 2>&1
	printf '#!/bin/sh\npwd\n' > bin/docker
	chmod +x bin/docker
	report rebuild --db odd.db -f json < /dev/null > got
	python3 -c '
import json
for row in json.load(open("got")):
    if row["step"] == "4 up":
        print(row["command"])' > commands
	PATH=$PWD/bin:$PATH sh commands > went
	[ ! -e hacked ] && grep -qxF "$PWD/odd/$odd/app1" went && [ "$(wc -l < went)" -eq 2 ]
}
check 'rebuild: a command takes any folder as it is' quoted

first=$(sed -n 3p plan.csv | cut -d, -f4)
{ head -n 2 plan.csv; grep -F ",$first," plan.csv; } > part.csv
check 'one app of the plan is applied' ends 0 sh -c 'apply --partial < part.csv > /dev/null'
check 'half way: part of it is applied' summary 'applied in part$'
partly() { report changes < /dev/null > got && grep -q ',1$' got && grep -q ',0$' got; }
check 'half way: changes tell which' partly
scan apps 2> /dev/null | plan 2> /dev/null | apply > /dev/null 2>&1
check 'allocations, applied' six 'No port conflicts detected'
check 'no conflict is left' conflicts 0 1
check 'and the stream agrees' ends 0 sh -c 'scan apps | report conflicts > /dev/null'
check 'no gap is left' gaps 0
check 'no drift is left' ends 0 sh -c 'report drift < /dev/null'
scan apps > after.csv 2> /dev/null
gone() { report difference found.csv after.csv < /dev/null > got && [ "$(grep -c '^gone,' got)" -gt 20 ] && ! grep -q '^new,' got; }
check 'difference: every conflict is gone' gone
check 'difference: moments of the database' ends 0 sh -c 'report difference found now < /dev/null'
audits() {
	report audits < /dev/null > got
	[ "$(wc -l < got)" -eq 3 ] && holds got '^1,20..-..-..T.*Z,[0-9a-f]*,/.*/apps,6,21$' && holds got '^2,.*,6,[1-9][0-9]*$'
}
check 'audits: what each plan found, by its number' audits
compared() {
	report difference 1 2 < /dev/null > got; [ $? = 0 ] && holds got '^gone,port,5003/tcp,' && ! grep -q '^new,' got &&
	report difference 1 found.csv < /dev/null > got && [ "$(wc -l < got)" -eq 1 ] &&
	report difference "$(sed -n '2s/^fleet,.*,\([0-9a-f]*\),.*,,.*/\1/p' plan.csv)" now < /dev/null > got && holds got '^gone,container,' &&
	! grep -q '^new,' got
}
check 'difference: two plans of the database, by number or by id, or one and a file' compared
check 'difference: what is new since' ends 1 sh -c 'report difference 2 1 < /dev/null > got && exit 3; grep -q "^new,port,5003/tcp," got && exit 1'
check 'difference: an audit that there is not' says 2 'holds no audit 7: report audits lists them' report difference 7 now
null_is_no() { printf -- '-- fails: SELECT NULL\nSELECT 1\n' > null.sql && ends 0 report ./null.sql < /dev/null; }
check 'a rule that yields NULL is kept' null_is_no
capacity() { report capacity < /dev/null > got; holds got '^pairs held,6,$' && holds got '^pairs free,[0-9]*,"next 5013 and 8013, '; }
check 'capacity: the next pair' capacity
page() {
	report -f html < /dev/null > page.html && holds page.html 'all of it is applied' && holds page.html 'Before the last plan' &&
	holds page.html '<ins>'
}
check 'the page: before, after, and the diffs' page
same_again() {
	scan apps 2> /dev/null | plan > /dev/null 2>&1; scan apps 2> /dev/null | plan > /dev/null 2>&1
	report audits < /dev/null > got && [ "$(wc -l < got)" -eq 4 ] && holds got '^3,.*,6,0$'
}
check 'audits: a plan that found nothing new takes the place of the last' same_again
dry() { scan apps | plan --dry-run > /dev/null 2>&1; report audits < /dev/null | diff got -; }
check 'audits: a dry run is none' dry
hand_edit() {
	sed 's/^BACKEND_PORT=.*/BACKEND_PORT=6000/' "apps/$first/.env" > edited && cat edited > "apps/$first/.env"
	scan apps 2> /dev/null | report drift > got
	[ $? -eq 1 ] && [ "$(wc -l < got)" -eq 2 ] && holds got '^6000/tcp,.*the database says 5001'
}
check 'a port edited by hand is drift, with both numbers' hand_edit
orphan() {
	rm -r "apps/$first"
	scan apps 2> /dev/null | report orphans > got
	[ $? -eq 1 ] && holds got '^5001+8001,anthropic_claude-4.5-haiku-20251001,1,.*,berth scan [^,]*apps | berth plan --prune,2 prune,pair,' &&
	    holds got '^[a-z0-9-]*-app1,anthropic_claude-4.5-haiku-20251001,1,.*,docker compose -p [a-z0-9-]*-app1 down,1 down,project,' &&
	    holds got '^5001/tcp,.*,2 prune,port,' && [ "$(sed -n 2p got | grep -c '1 down')" = 1 ]
}
check 'an app that is gone is an orphan: what it has, and what is to be taken down first' orphan
# A stack with a variable that nothing sets, and with a port that has to move; beside it apps of the layout.
stacks() {
	mkdir -p stacks/a stacks/b stacks/m/app1
	for app in a b m/app1; do
		printf 'services:\n  web:\n    image: x:${TAG}\n    ports: ["5500:80"]\n' > stacks/$app/compose.yaml
	done
	printf 'P={{PROJECT_NAME}}\nWHO={{who}}\n' > stacks/m/app1/.env.example
	scan -q stacks | plan -q --no-host-check --db stacks.db 2> /dev/null | apply -q --db stacks.db > applied.csv
	report problems --db stacks.db < /dev/null > got
	[ "$(grep -c '^gap,.*TAG has no value' got)" -eq 3 ] && [ "$(grep -c '^gap,.*no .env, and the' got)" -eq 2 ] || { cat got; return 1; }
	holds got 'the placeholder {{who}} is left in' && ! grep PROJECT_NAME got
}
check 'what the plan filled is no gap, what it did not is one still' stacks
once() { scan -q stacks > s.csv; report problems < s.csv > got; [ "$(grep -c TAG got)" -eq 3 ] && ! grep '^warning' got; }
check 'a variable without a value is told once' once
models() { report summary < s.csv > got; holds got "^apps,3,1 model and 2 other apps in $WORK/stacks$"; }
check 'a model is what the layout says is one' models
# A fleet in which ports move in place, below lines that are put in, from a default to a .env that is made, to a copied one
# whose numbers are right already, to a new line, and as a literal: what the database says of a port agrees with the files.
moved() {
	mkdir -p moved/m/app1 moved/n/app1 moved/o moved/p moved/q moved/r
	for app in m/app1 n/app1; do
		printf 'services:\n  backend:\n    image: x\n    ports: ["${BACKEND_PORT:-5000}:80"]\n' > moved/$app/compose.yaml
	done
	printf 'A=1\nBACKEND_PORT=5001\n' > moved/m/app1/.env.example
	printf 'services:\n  web:\n    image: x\n    ports:\n      - "5000:80"\n      - "${B:-5000}:81"\n' > moved/o/compose.yaml
	printf 'services:\n  web:\n    image: x\n    ports: ["${W:-7000}:${W:-7000}"]\n' | tee moved/p/compose.yaml > moved/q/compose.yaml
	printf 'Z=1\n' > moved/q/.env
	printf 'services:\n  web:\n    image: x\n    ports: ["${P}:80"]\n' > moved/r/compose.yaml
	printf 'Z=1\nP=7000\n' > moved/r/.env
	scan -q moved | plan -q --no-host-check --db moved.db 2> /dev/null | apply -q --db moved.db > applied.csv
	report -q ports -f json --db moved.db < /dev/null > base.json
	scan -q moved | report -q ports -f json > files.json
	python3 - <<-'EOF'
		import json
		files = {(r["app"], r["host_port"]): r for r in json.load(open("files.json"))}
		base = json.load(open("base.json"))
		assert len(base) == len(files) == 7, (len(base), len(files))
		for r in base:
		    f = files[r["app"], r["host_port"]]
		    assert r["chain"].startswith(r["host_port"] + " <- "), r
		    assert (r["file"], r["origin"]) == (f["file"], f["origin"]), (r, f)
		    if r["line"] is None:
		        assert ":" not in r["chain"].split(" <- ")[1], r
		    else:
		        assert (r["chain"], r["line"], r["column"]) == (f["chain"], f["line"], f["column"]), (r, f)
	EOF
}
check 'after a migration the chains and places of ports are those of the files' moved
cp .berth/berth.db copy.db
chmod 444 copy.db
unchanged() {
	touch before after
	ls -A > before
	report all -q --out out < /dev/null
	rm -rf out
	ls -A > after
	diff before after && cmp .berth/berth.db copy.db
}
check 'reports leave the database and its folder as they are' unchanged
done_testing
