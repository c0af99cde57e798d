#!/bin/sh
# stumbles: what new users asked and got no answer to, or a wrong one.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

app() {	# app FOLDER TEXT: an app with the services TEXT, in flow style
	mkdir -p "f/$1" && printf 'services:\n  %s\n' "$2" >"f/$1/compose.yaml"
}
app ours 'w: {image: x, ports: ["{{web_port|8000}}:80"]}'
app theirs 'w: {image: x, ports: ["{{ recipe.port }}:80"]}'
app a 'w: {image: x, ports: ["8080:80"]}'
app b 'w: {image: x, ports: ["8080:80"]}'
app c 'w: {image: x, environment: {U: "http://localhost:8080"}}'
app dns1 'p: {image: "pihole/pihole:2025", ports: ["53:53/tcp", "53:53/udp"]}'
app dns2 'p: {image: "adguard/adguardhome:v1", ports: ["53:53/tcp", "53:53/udp"]}'
cp -R f before

check 'scan counts scaffolds apart' says 0 '^scan: 5 apps and 2 folders that count as none, ' scan -v f
scan f >findings.csv
check 'a scaffold of ours: berth new' grep -q 'berth new --template ours MODEL/appN FOLDER lays out' findings.csv
foreign() {
	grep '^gap,theirs' findings.csv | grep 'the program that they are of' && ends 1 grep 'template theirs' findings.csv
}
check 'one of another program: that' foreign
check 'a place to follow that no app has' says 0 "no app has a value at x-none.port" scan --follow x-none.port f
printf 'nobody\na\n' >first
check 'a priority that no app has' says 0 "priority first: 'nobody' is none of the apps" plan -n --no-host-check --priority first findings.csv
check 'and only that' sh -c '! grep -q "'"'a'"'" .stderr'

plan -q -n --no-host-check findings.csv >plan.csv
check 'DNS that moves is told' grep -q '^note,dns2,.*port 53 of p becomes 8053: who asks it as dns on 53 has to be told' plan.csv
check 'localhost, where two apps have the port' grep -q '^note,c,.*names port 8080 of b, which becomes 8081 (another has it too)' plan.csv
protocols() {
	apply --dry-run plan.csv >diff 2>/dev/null
	grep -F '"8053:53/tcp"…"8053:53/udp"' diff || { cat diff; return 1; }
}
check 'a diff shows protocols' protocols
both() {
	migrate -n --no-host-check --bind 127.0.0.1 f 2>/dev/null | grep -F '+  w: …"127.0.0.1:8081:80"]}'
}
check 'and a port that moves behind a new address once' both

check 'migrate says of which folder it has a proof' says 0 'a second scan of f finds no clash' migrate --yes --no-host-check --db berth.db f
check 'difference takes folders' sh -c 'report -q difference before f -f csv | grep -q "^gone,port,8080/tcp,b,"'
check 'of one folder: nothing' sh -c '[ "$(report -q difference f f -f csv | wc -l)" = 1 ]'
apply -q --undo --db berth.db >/dev/null
check 'undone twice: it says so' says 0 'nothing of run 1 is left to restore: it was taken back before, or changed nothing' apply --undo=1 --db berth.db
check 'in quiet: it does not' sh -c 'apply -q --undo=1 --db berth.db 2>&1 >/dev/null | grep . && exit 1; exit 0'
quiet() {
	migrate -q --yes --no-host-check --db berth.db f >out 2>err && [ ! -s err ]
}
check 'migrate -q: no notes' quiet
failing() {
	says 0 'report: standard input was empty, so the database was asked; as of the plan of' \
	    sh -c 'false | report conflicts --db berth.db' &&
	    says 2 'the app is one of findings' sh -c ': | report fit a h.csv' &&
	    says 0 '^$' sh -c ': | report changes -q --db berth.db; echo >&2' &&
	    ends 0 report -q conflicts --db berth.db </dev/null &&
	    mkdir empty && says 2 'standard input:1: the findings are a header and no row: did scan fail? It says why' \
	    sh -c 'scan -q empty 2>/dev/null | report conflicts' && says 2 'did scan fail' sh -c 'scan -q none | plan -n'
}
check 'nothing from the program before: not from the database, as if all were well' failing
silent() {
	cp -R before quiet && scan -q quiet | plan -q --no-host-check --db quiet.db >quiet.csv
	apply -q --db quiet.db quiet.csv >out 2>err && [ ! -s out ] && [ ! -s err ] && ! cmp -s before/b/compose.yaml quiet/b/compose.yaml &&
	    apply -q --undo -n --db quiet.db | head >out && [ ! -s out ] && echo '# mine' >>quiet/b/compose.yaml &&
	    says 1 '^apply: b/compose.yaml: .*edited since' sh -c 'apply -q --undo --db quiet.db >out' && [ ! -s out ] &&
	    same before/dns2 quiet/dns2 && { apply -q --format csv --undo --db quiet.db >out 2>err || [ $? = 1 ]; } &&
	    grep -q '^stale,b,' out && [ ! -s err ]
}
check 'apply -q writes no rows into a pipe: what is left is an error, and --format csv has them' silent
mkdir -p g/run_1 g/run_2 g/run_3 g/m/app1 g/m/app2 g/n/app3
for d in g/*/*/ g/run_*/; do printf 'services: {backend: {image: x, ports: ["9100:80"]}}\n' >"$d/compose.yaml"; done
chosen() {
	cp -R g only && berth migrate --yes --no-host-check --db only.db --only 'm/*' only >out 2>err && [ ! -s out ] &&
	    grep -q 'a second scan of only finds no clash of the chosen apps; 3 conflicts of other apps are left: berth report conflicts only$' err &&
	    (ends 1 report -q conflicts only >out) && [ "$(wc -l <out)" = 4 ] &&
	    ends 0 berth migrate --yes --no-host-check --db only.db --only 'm/*' only >out 2>err && [ ! -s out ] &&
	    grep -q 'the scan finds no clash of the chosen apps; 3 conflicts' err &&
	    berth migrate --yes --no-host-check --db only.db --only 'm/*' --format json only 2>err | grep -q '"clean": *1'
}
rows_of() {
	report -q conflicts --only 'm/app*' only >out && [ "$(wc -l <out)" = 1 ] &&
	    (ends 1 report -q conflicts --only run_2 --only run_3 only >out) && [ "$(wc -l <out)" = 3 ] &&
	    report -q problems --only run_2 only >out && [ "$(wc -l <out)" = 1 ]
}
check 'migrate --only: of the other apps it says how many conflicts are left, and is done' chosen
check 'report --only: its rows and its status, on either side' rows_of
check 'report --only: a mistyped one' says 2 "report: --only 'zz' is none of the 6 apps" report -q conflicts --only zz g
check 'of a report that has no apps' says 2 'report summary says nothing of single apps: leave --only out' report -q summary --only run_1 g
check 'of a page' says 2 "berth report --only 'run_1' conflicts" report -q -f html --only run_1 g
deep() {
	mkdir -p deep/some_long_folder_name/another_long_name && cp -R g/m deep/some_long_folder_name/another_long_name/ &&
	    report -q conflicts -f table --width 70 deep >out
	grep -q ' \.\.\./m/app2 ' out && ! grep -q '\(^\|[^.]\)\.\./' out
}
check 'without UTF-8 a path that is cut does not look like one of the folder above' deep
# The first recipe of the cookbook, as it stands there.
recipe() {
	mkdir -p -m 700 recipe/.berth && cp -R "$TOP/fixtures/fleets/six/fleet" recipe/apps && chmod -R u+w recipe/apps &&
	    awk '/^## /{ n++ } n == 1 && /^    /' "$TOP/docs/cookbook.md" >recipe/lines && [ "$(wc -l <recipe/lines)" = 2 ] &&
	    (cd recipe && unset BERTH_CONFIG && ends 0 sh -e lines </dev/null && ends 0 report -q conflicts apps >out && [ "$(wc -l <out)" = 1 ])
}
check 'the first recipe of the cookbook leaves nothing' recipe
check 'a network that Compose makes with the project is not told beside it' sh -c \
    '[ "$(mkdir -p r/a/x r/b/x; for d in a b; do echo "services: {w: {image: x}}" >r/$d/x/compose.yaml; done; report -q conflicts r | cut -d, -f1,2 | tr "\n" " ")" = "kind,value project,x " ]'
check 'berth undo: the line that does it' says 2 "no tool 'undo': berth apply --undo" berth undo
check 'berth history: likewise' says 2 "no tool 'history': berth apply --runs" berth history
check 'berth check FOLDER: likewise' says 2 "no tool 'check': berth report conflicts FOLDER" berth check f
done_testing
