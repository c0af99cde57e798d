#!/bin/sh
# plan: the registry as people use it, and the options that steer what is handed out.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

app() {			# app FOLDER PORT…: an app of literal ports, a service for each
	mkdir -p "$1"
	folder=$1
	shift
	{
		echo 'services:'
		i=0
		for p; do
			i=$((i + 1))
			printf '  s%s:\n    image: x\n    ports:\n      - "%s"\n' "$i" "$p"
		done
	} >"$folder/compose.yaml"
}

pair_app() {		# pair_app FOLDER BACKEND FRONTEND
	mkdir -p "$1"
	printf 'services:\n  backend:\n    image: x\n    ports: ["%s:5000"]\n  frontend:\n    image: x\n    ports: ["%s:80"]\n' \
	    "$2" "$3" >"$1/compose.yaml"
}

rows() {
	sqlite3 "$1" 'SELECT model, app_num, backend_port, frontend_port FROM port_configurations ORDER BY 1, 2'
}

planned() {		# planned ROOT ARGUMENT…: the plan in plan.csv, its moves in moves (app old new)
	root=$1
	shift
	ends=0
	scan "$root" | plan --no-host-check -q "$@" >plan.csv || ends=$?
	[ "$ends" -lt 2 ] || return "$ends"
	sed -n 's/^replace,[^,]*,[^,]*,\([^,]*\),.*,xxh3:[0-9a-f]*,\([^,]*\),\([^,]*\),port,.*/\1 \2 \3/p' plan.csv >moves
}

moves() {		# moves LINE…: exactly these
	printf '%s\n' "$@" | diff - moves
}

new() {
	plan --no-host-check --db "$1" --new "$2" | tail -n 1
}

released() {
	new r.db m/app1 >/dev/null && new r.db m/app2 >/dev/null && plan --db r.db --release m/app1 >out || return 1
	is out "model,app_num,backend_port,frontend_port
m,1,5001,8001" && [ "$(new r.db n/app7)" = "n,7,5001,8001" ] && says 2 'holds nothing' plan --db r.db --release m/app1
}
check "--release gives up a pair, and the lowest that is free is reused" released

imported() {
	printf '[{"model":"j","app_number":1,"backend_port":5001,"frontend_port":8001},
	    {"model":"j","app_number":2,"backend_port":7000,"frontend_port":7001}]' >in.json
	printf 'model,app_num,backend_port,frontend_port\nc,1,5003,8003\n' >in.csv
	plan --db i.db --import in.json >out && plan --db i.db --import in.csv >>out && plan --db i.db --import in.csv >>out || return 1
	rows i.db >got
	is got "c|1|5003|8003
j|1|5001|8001
j|2|7000|7001" && [ "$(new i.db m/app1)" = "m,1,5005,8005" ]
}
check "--import takes CSV and JSON, and the same again" imported

piped() {
	cat in.json | plan --db pipe.db --import /dev/stdin >out && mkfifo fifo || return 1
	cat in.csv >fifo & plan --db pipe.db --import fifo >>out || return 1
	rows pipe.db | diff got -
}
check "from a pipe as well" piped

refused() {
	printf 'model,app_num,backend_port,frontend_port\nok,1,6001,6002\nd,1,8001,9001\nc,1,5003,8005\n' >bad.csv
	rows i.db >before
	says 2 'd/app1 wants 8001, which is j/app1.s; c/app1 has 5003 and 8003 already' plan --db i.db --import bad.csv || return 1
	rows i.db | diff before -
	printf '{"a": [' >bad.json
	says 2 'bad.json: not a JSON list' plan --db i.db --import bad.json
}
check "conflicts are refused by name, and nothing is imported" refused

pruned() {
	for n in 1 2 3; do pair_app "fleet/m/app$n" 5003 8003; done
	planned fleet --db p.db || return 1
	new p.db other/app1 >/dev/null
	rm -r fleet/m/app2
	scan fleet | plan --db p.db --prune --dry-run >out && sed "s#$WORK/##" out >got && is got "model,app_num,backend_port,frontend_port,kind,value,service,folder,command
m,2,,,project,m-app2,,fleet/m/app2,docker compose -p m-app2 down
m,2,5003,8003,pair,,,fleet/m/app2,
m,2,,,port,5003/tcp,backend,fleet/m/app2,
m,2,,,port,8003/tcp,frontend,fleet/m/app2," && [ "$(rows p.db | wc -l)" = 4 ] || return 1
	scan fleet | plan --db p.db --prune >out && [ "$(rows p.db | wc -l)" = 3 ] && [ "$(new p.db z/app1)" = "z,1,5003,8003" ]
}
check "--prune frees what is gone below the root, and lists it first: the down, pairs, ports" pruned

elsewhere() {			# the registry knows the apps in another folder, and what their ports were before
	pair_app was/m/app1 5003 8003
	pair_app was/m/app2 5003 8003
	scan was | plan --no-host-check -q --db w.db | apply -q --db w.db >/dev/null || return 1
	mv was is
	planned is --db w.db && [ ! -s moves ] && [ "$(rows w.db)" = "m|1|5001|8001
m|2|5003|8003" ] && ! sqlite3 w.db 'SELECT folder FROM berth_former' | grep -q /was/
}
check "a fleet that was migrated and moved is planned as it stands" elsewhere

alternatives() {		# one row of the registry for two services that never run at once; one comes that cannot make way
	mkdir -p alt/b alt/a
	cat >alt/b/compose.yaml <<-'END'
	services:
	  dev: {image: x, profiles: [dev], ports: ["8080:80"]}
	  live: {image: x, profiles: [live], ports: ["8080:80"]}
	END
	planned alt --db alt.db && [ ! -s moves ] || return 1
	printf 'services:\n  w: {image: x, ports: ["8080:80"]}\n' >alt/a/real.txt
	ln -s real.txt alt/a/compose.yaml
	planned alt --db alt.db && [ ! -s moves ] || return 1
	cat >alt/b/compose.yaml <<-'END'
	services:
	  a: {image: x, profiles: [dev], ports: ["9080:80"]}
	  c: {image: x, profiles: [one], ports: ["9080:80"]}
	  d: {image: x, profiles: [two], ports: ["9080:80"]}
	  b: {image: x, profiles: [one, two], ports: ["9080:80"]}
	END
	planned alt --db alt2.db && cp moves alt.moves && planned alt --db alt2.db && diff alt.moves moves
}
check "two services of one app that are on one port by turns both keep it" alternatives

cased() {			# names that differ in case are two, also to the registry
	mkdir -p case/b case/c case/a
	for n in b:Web c:web; do
		printf 'services:\n  w: {image: x, container_name: %s}\n' "${n#?:}" >"case/${n%:*}/compose.yaml"
	done
	planned case --db case.db && ! grep container-name plan.csv || return 1
	printf 'services:\n  w: {image: x, container_name: Web}\n' >case/a/compose.yaml
	planned case --db case.db && [ "$(grep container-name plan.csv | cut -d, -f4)" = a ]
}
check "a container's name is the registry's as it is written" cased

least() {
	app l/a 80:80 443:443 5432:5432
	app l/b 80:80 443:443 5432:5432 127.0.0.1:9000:1
	app l/c 5432:5432 192.168.1.1:9000:1 53:53/udp
	app l/d 53:53/tcp 9000:1
	planned l --db l.db
	moves "b 80 8080" "b 443 8443" "b 5432 5433" "c 5432 5434" "d 9000 9001"
}
check "the least is moved: 80 to 8080, 5432 to 5433, one for two addresses, tcp and udp apart" least

together() {
	mkdir -p t/a t/b
	printf 'services:\n  d:\n    image: x\n    ports: ["5300:53/tcp", "5300:53/udp", "7000-7002:1-3"]\n' | tee t/a/compose.yaml >t/b/compose.yaml
	app t/c 5301:1 7004:4
	planned t --db t.db
	moves "b 5300 5302" "b 5300 5302" "b 7000-7002 7005-7007"
}
check "tcp and udp move together, a range as one block" together

options() {
	app o/a 5432:1
	app o/b 5432:1
	printf '5434  # postgres of the office\n' >taken
	planned o --db o.db --reserve 5433 --reserve-from taken && moves "b 5432 5435" || return 1
	planned o --db o2.db --range 9000-9100 && moves "b 5432 9000" || return 1
	grep -q '5433: outside the range' plan.csv
}
check "--reserve, --reserve-from, --range, and why a port was passed over" options

reserved() {
	app r/a 8080:1 80:1
	pair_app r/m/app1 5001 8001
	mkdir -p r/u
	printf 'services: {b: {image: x, ports: ["7070:1"]}}\n' >base.yaml
	printf 'services: {u: {extends: {file: ../../base.yaml, service: b}}}\n' >r/u/compose.yaml
	planned r --db rs.db --keep || return 1
	[ "$(rows rs.db)" = 'm|1|5001|8001' ] && ! grep . moves || return 1
	planned r --db rs.db --reserve 80,8001,8080,7070 || return 1
	[ "$(rows rs.db)" = 'm|1|5003|8003' ] && grep -qx 'a 8080 8081' moves && grep -qx 'a 80 8082' moves || return 1
	grep -q '8080 is reserved (--reserve)' plan.csv && grep -q '^problem,.*7070 is reserved (--reserve) and stays: ' plan.csv
}
check "who is on a reserved port moves, as one whose row has it, and who cannot is named" reserved

only() {
	app w/a 5432:1
	app w/b 5432:1
	app w/c 5432:1
	planned w --db w.db --only b && moves "b 5432 5433" && ! grep -q '^replace,c' plan.csv
}
check "--only plans for a part, with the whole in view" only
mkdir none
check "--prune by a fleet without an app is refused" says 2 'is the fleet mounted' sh -c 'scan -q --allow-empty none | plan --prune --db w.db'
scan w >w.findings
check "--only of no app is refused" says 2 "^plan: --only 'bb' is none of the" plan --no-host-check --db w2.db --only b --only bb w.findings

accepted() {
	app x/a 5432:1
	app x/b 5432:1
	printf 'a b 5432/tcp   # never at once\n' >accept
	planned x --db x.db --accept accept && [ ! -s moves ] && ! grep -q '^problem' plan.csv
}
check "--accept leaves sharing that is meant to be" accepted

kept() {
	pair_app k/m/app1 6101 6201
	pair_app k/m/app2 6101 6201
	planned k --db k.db --keep
	rows k.db >got
	is got "m|1|6101|6201
m|2|5001|8001"
}
check "--keep lets a pair stay where it may" kept

adopted() {
	pair_app ad/m/app1 6101 6201
	planned ad --db ad.db --renumber && [ "$(rows ad.db)" = "m|1|5001|8001" ] || return 1
	pair_app ad/m/app1 6301 6401
	planned ad --db ad.db && grep -q ',drift: ' plan.csv && moves "m/app1 6301 5001" "m/app1 6401 8001" || return 1
	planned ad --db ad.db --adopt && [ ! -s moves ] && [ "$(rows ad.db)" = "m|1|6301|6401" ]
}
check "the row wins over the files, with a word of drift; --adopt turns that round" adopted

overlap() {
	for n in 1 2; do pair_app "ov/m/app$n" 6001 6002; done
	plan --db ov.db --new z/app9 --no-host-check >/dev/null
	sqlite3 ov.db "DELETE FROM port_configurations; INSERT INTO port_configurations (model, app_num, backend_port, frontend_port)
	    VALUES ('m', 1, 8001, 9001), ('m', 2, 7001, 8001)"
	planned ov --db ov.db && grep -q "overlap: 8001 of its row 7001 and 8001 is also m/app1's" plan.csv || return 1
	rows ov.db >got
	is got "m|1|8001|9001
m|2|5003|8003"
}
check "rows that overlap across roles are parted" overlap

stable() {
	app s/m/b 5432:1
	planned s --db s.db && app s/a 5432:1 && planned s --db s.db && moves "a 5432 5433"
}
check "an app that is added first in order moves no other" stable

# What comes has its name where no edit goes; the older one keeps its own, and its volumes.
stable_name() {
	app sn/shop 5432:1
	planned sn --db sn.db && app sn/a/first 6432:1 && echo COMPOSE_PROJECT_NAME=shop >sn/a/site.conf &&
	    ln -s ../site.conf sn/a/first/.env && planned sn --db sn.db || return 1
	grep -q "^problem,.*project name shop of shop is also a/first's" plan.csv && ! grep -q '^[ir][a-z]*,shop,' plan.csv
}
check "an app that comes and cannot be called otherwise renames no other" stable_name

# The mapping that is the frontend loses the variable by which scan knew it; the other one of that variable is none for that.
same_frontend() {
	mkdir -p f/m/app1
	printf 'services:\n  backend:\n    image: x\n    ports: ["80:53", "${WEB_PORT:-5003}:80"]\n  s5:\n    image: x\n' \
	    >f/m/app1/docker-compose.yml
	printf '    profiles: [cpu]\n    ports: ["192.168.7.2:${WEB_PORT:-80}:80"]\n' >>f/m/app1/docker-compose.yml
	echo 'WEB_PORT=80' >f/m/app1/.env
	planned f --db f.db && apply -q --db f.db <plan.csv >/dev/null && grep -q '"192.168.7.2:8001:80"' f/m/app1/docker-compose.yml &&
	    planned f --db f.db && [ "$(wc -l <plan.csv)" = 3 ]
}
check "the frontend stays the frontend once a literal has taken its variable's place" same_frontend

hosted() {
	app h/a 5432:1
	app h/b 5432:1
	mkfifo ready
	python3 -c 'import socket,sys
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    s.bind(("127.0.0.1", 5433)); s.listen()
except OSError:
    pass
open("ready", "w").close(); sys.stdin.read()' <ready2 9>&- &
	listener=$!
	read -r _ <ready
	scan --host h | plan -q --db h.db >plan.csv
	scan h | plan -q --db h2.db >alone.csv
	kill $listener
	wait $listener
	grep -q ',5434,port,.*5433 is .* on this host' plan.csv && grep -q ',5433,port,' alone.csv
}
mkfifo ready2
exec 9<>ready2
check "a port that something listens on is passed over" hosted

# Names that are somebody's are given to nobody else: whoever is first in the fleet, the registry or the answer counts as the others do.
one_name() { mkdir -p "$1" && printf "$2" >"$1/compose.yaml"; }
outside_only() {
	rm -rf n n.db && one_name n/a 'name: z\nservices: {s: {image: x}}\n' && one_name n/p 'name: web\nservices: {s: {image: x}}\n' && one_name n/z 'name: web\nservices: {s: {image: x}}\n' &&
		scan n 2>/dev/null | plan -q --db n.db --no-host-check --only p --only z >out && grep -q '^replace,.*,n*z/compose.yaml\|^replace,.*,z,' out && ! grep -q ',web,z,project-name' out
}
check "an app outside --only that is the first of the fleet keeps its project name" outside_only
other_root() {
	rm -rf n q n.db && one_name n/a 'services: {s: {image: x, container_name: '"$1"'}}\n' && scan n 2>/dev/null | plan -q --db n.db --no-host-check >out &&
		one_name q/a 'services: {s: {image: x, container_name: web}}\n' && one_name q/b 'services: {s: {image: x, container_name: web}}\n' &&
		scan q 2>/dev/null | plan -q --db n.db --no-host-check >out; sed -n 's/^replace,.*,web,\([^,]*\),container-name,.*/\1/p' out
}
others_name() { given=$(other_root none) && [ -n "$given" ] && again=$(other_root "$given") && [ -n "$again" ] && [ "$again" != "$given" ]; }
check "a container's name of another root in the registry is given to nobody" others_name
first_pruned() {
	rm -rf n n.db && one_name n/a 'services: {s: {image: x, container_name: alpha}}\n' && one_name n/b 'services: {s: {image: x, container_name: beta}}\n' &&
		scan n 2>/dev/null | plan -q --db n.db --no-host-check >out && rm -r n/a && scan n 2>/dev/null >f.csv && plan -q --db n.db --no-host-check --prune f.csv >out && grep -q 'container.*alpha' out &&
		plan -q --db n.db --no-host-check --prune f.csv >again && [ "$(wc -l <again)" = 1 ] && [ "$(sqlite3 n.db 'SELECT count(*) FROM berth_apps')" = 1 ]
}
check "--prune names the first of the registry's names, too" first_pruned
older_registry() {	# one that berth 0.2.0 has left: what a port was before stands in its row alone
	pair_app o/m/app1 7003 7004 && scan o | plan -q --db o.db --no-host-check --renumber >out && apply -q --db o.db out >/dev/null || return 1
	sqlite3 o.db 'DELETE FROM berth_former'
	printf '    environment: {API: "http://localhost:7003/"}\n' >>o/m/app1/compose.yaml
	scan o | plan -q --db o.db --no-host-check >out
	grep -q '^replace,m,1,m/app1,frontend,.*,7003,5001,reference,' out || { cat out; return 1; }
}
check "an address of what the app's port was before is mended by an older registry, too" older_registry
given_up() {	# 8000 was a's, too: an address of it in b cannot be told to be b's, at the first plan and at the second
	rm -rf n n.db && one_name n/a 'services: {s: {image: x, ports: ["8000:80"]}}\n' && one_name n/b 'services: {s: {image: x, ports: ["8000:80"]}}\n' &&
		scan n 2>/dev/null | plan -q --db n.db --no-host-check >out && apply -q --db n.db out >/dev/null && grep -q 8001:80 n/b/compose.yaml || return 1
	one_name n/a 'services: {s: {image: x, ports: ["9000:90"]}}\n'
	one_name n/b 'services: {s: {image: x, ports: ["8001:80"], environment: {API: "http://localhost:8000/"}}}\n'
	for i in first second; do scan n 2>/dev/null | plan -q --db n.db --no-host-check | grep -v '^fleet' >$i; done
	cmp first second && ! grep 8000 first
}
check "what a port was that is in no file now counts as long as the app is there" given_up
halves() {	# the backend gets the number that the frontend was found on, at another address
	rm -rf n n.db && one_name n/m/app1 'services: {backend: {image: x, ports: ["9001:80", "127.0.0.1:${WEB_PORT:-5001}:80"]}}\n' && one_name n/a 'services: {s: {image: x, ports: ["9001:80"]}}\n'
	for i in first second; do scan n 2>/dev/null | plan -q --db n.db --no-host-check | grep -v '^fleet' >$i; done
	cmp first second && grep -q '9001,5001,port' first && grep -q 'WEB_PORT=8001,port' first
}
check "a pair of which one half is found on the other's number is the same pair, planned again" halves
shared_row() {	# two services have one mapping, of which the registry has one row, and one of them has that port in a second mapping
	rm -rf n n.db && one_name n/a 'services:\n  web: {image: x, ports: [{target: 80, published: 3000, protocol: udp}]}\n  s1:\n    extends: {service: web}\n    ports: ["3000:80/UDP"]\n'
	for i in first second; do scan n 2>/dev/null | plan -q --db n.db --no-host-check | grep -v '^fleet' >$i; done
	cmp first second && grep -q '^replace,.*,s1,.*,3000,3001,port,' first
}
check "a port that two services share keeps its row, planned again, against a second mapping of one of them" shared_row
udp_beside() {	# tcp and udp of one number, in texts of their own: the pair is tcp's, whatever comes later
	rm -rf n n.db && one_name n/m/app1 'services:\n  backend: {image: x, ports: ["8001:80", "192.168.7.2:${PORT:-8001}:80/udp"]}\n  frontend: {image: y, ports: ["8000:80"]}\n'
	for i in first second; do scan n 2>/dev/null | plan -q --db n.db --no-host-check >$i && grep '^replace' $i && return 1; done
	[ "$(rows n.db)" = 'm|1|8001|8000' ] || return 1
	# scan knows neither by its name, and the tcp one gets udp's address
	one_name n/m/app1 'services:\n  api: {image: x, ports: ["${BACKEND_PORT:-8001}:80", "127.0.0.1:${U:-8001}:80/udp"]}\n  ui: {image: y, ports: ["${FRONTEND_PORT:-8000}:80"]}\n'
	rm n.db && scan n 2>/dev/null | plan -q --db n.db --no-host-check --keep >first
	one_name n/m/app1 'services:\n  api: {image: x, ports: ["127.0.0.1:8001:80", "127.0.0.1:${U:-8001}:80/udp"]}\n  ui: {image: y, ports: ["${FRONTEND_PORT:-8000}:80"]}\n'
	scan n 2>/dev/null | plan -q --db n.db --no-host-check >second && ! grep '^replace' second && [ "$(rows n.db)" = 'm|1|8001|8000' ]
}
check "a backend that publishes one number by tcp and by udp keeps both" udp_beside
role_of_one() {		# two mappings of backend's have its number: the pair is of one of them, and no file was changed
	rm -rf n n.db && one_name n/m/app1 'services:\n  backend: {image: x, ports: ["[::1]:9090:80", "10.0.0.1:9090-9091:90-91"]}\n  frontend: {image: x, ports: ["9080:80"]}\n'
	for i in first second; do scan n 2>/dev/null | plan -q --db n.db --no-host-check --renumber | grep -v '^fleet' >$i; done
	cmp first second && grep -q '9090,5001,port,5001 and 8001 are' first &&
		[ "$(sqlite3 n.db 'SELECT group_concat(port || role || found) FROM berth_ports')" = 5001backend9090,8001frontend9080,90909090,90919091 ]
}
check "of several mappings of a backend one has its role, planned again" role_of_one
counted() {
	rm -rf n n.db && cp -R "$TOP/fixtures/fleets/six/fleet" n && chmod -R u+w n && scan n 2>/dev/null | plan -q --db n.db --no-host-check >plan.csv &&
		python3 -c 'import csv, collections, sys
print("\n".join("%s|%d" % p for p in sorted(collections.Counter(r["app"] for r in csv.DictReader(open("plan.csv")) if r["action"] in ("replace", "insert", "copy", "create")).items())))' >want &&
		sqlite3 n.db 'SELECT app, changes FROM berth_plan_apps WHERE changes > 0 ORDER BY app' >got && [ -s got ] && cmp want got &&
		apply -q --db n.db plan.csv >out && [ "$(sqlite3 n.db 'SELECT count(*) FROM berth_plan_apps WHERE changes > 0 AND applied <> 1')" = 0 ]
}
check "the registry counts the changes of each app, and which were applied" counted

done_testing
