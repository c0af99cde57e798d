#!/bin/sh
# plan: pairs, the registry, names, .env files, what it refuses.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"
SIX=$TOP/fixtures/fleets/six/fleet
cp -Rp "$SIX" six || exit 2
cp -Rp "$TOP/fixtures/fleets/messy/fleet" messy || exit 2
scan six >six.csv || exit 2

rows() {		# the pairs in a database
	sqlite3 "$1" 'SELECT model, app_num, backend_port, frontend_port FROM port_configurations ORDER BY 1, 2'
}

plan_to() {		# plan_to FILE ARGUMENT…: with nothing of this host in it
	to=$1
	shift
	plan --no-host-check -q "$@" >"$to"
}

migrated() {		# migrated ROOT DB FINDINGS: applies a plan for all of it, then plans again
	plan_to p1.csv --db "$2" "$3" && apply --db "$2" p1.csv >r1.csv && scan "$1" >"$3" && plan_to p2.csv --db "$2" "$3"
}

first_plan() {
	plan_to six.plan --db six.db six.csv || return 1
	cat >want <<-END
	anthropic_claude-4.5-haiku-20251001|1|5001|8001
	anthropic_claude-4.5-haiku-20251001|2|5003|8003
	anthropic_claude-4.5-haiku-20251001|3|5005|8005
	openai_gpt-5-mini-2025-08-07|1|5007|8007
	openai_gpt-5-mini-2025-08-07|2|5009|8009
	openai_gpt-5-mini-2025-08-07|3|5011|8011
	END
	rows six.db | diff want -
}
check "the six apps get the six pairs" first_plan

again() {
	plan_to again.plan --db six.db six.csv && cmp six.plan again.plan
}
check "what is not applied is planned again, byte for byte" again

counted() {
	n=$(grep -c . six.plan)
	tail -n 1 six.plan | grep -q "^end,,,,,,,,,,,,$((n - 2)),,,,$"
}
check "the end record counts the others" counted

shuffled() {
	{ sed -n 1,2p six.csv; sed '1,2d;$d' six.csv | sort -r -t, -k 13,15; tail -n 1 six.csv; } >shuffled.csv
	cp six.db shuffled.db
	plan_to shuffled.plan --db shuffled.db shuffled.csv && cmp six.plan shuffled.plan
}
check "the order of the findings does not matter" shuffled

untouched() {
	same "$SIX" six
}
check "plan writes no app" untouched

settled() {
	cp -R "$SIX" settled
	scan settled >settled.csv
	migrated settled settled.db settled.csv && [ "$(grep -c . p2.csv)" = 3 ] &&
	    grep -q '^PROJECT_NAME=openai-gpt-5-mini-2025-08-07-app2$' settled/openai*/app2/.env &&
	    grep -q '^COMPOSE_PROJECT_NAME=openai-gpt-5-mini-2025-08-07-app2$' settled/openai*/app2/.env
}
check "once applied, nothing is left to plan" settled

mess() {
	scan messy >messy.csv
	migrated messy messy.db messy.csv && [ "$(grep -c . p2.csv)" = 3 ]
}
check "the messy fleet as well" mess

container_ports() {
	grep -h FLASK_RUN_PORT settled/*/app*/.env | sort -u >flask.after
	grep -h FLASK_RUN_PORT "$SIX"/*/app*/.env "$SIX"/*/app2/.env.example | sort -u >flask.before
	diff flask.before flask.after
}
check "FLASK_RUN_PORT is inside the container and stays" container_ports

alone() {
	scan six/openai_gpt-5-mini-2025-08-07/app2 >alone.csv
	plan_to alone.plan --db alone.db alone.csv || return 1
	[ "$(rows alone.db)" = "openai_gpt-5-mini-2025-08-07|2|5005|8005" ] &&
	    grep -q 'COMPOSE_PROJECT_NAME=openai-gpt-5-mini-2025-08-07-app2,' alone.plan
}
check "one app alone has the identity and names of the whole fleet" alone

alone_in_registry() {
	cp six.db row.db
	plan_to alone.plan --db row.db alone.csv && grep -q ',5009,port,' alone.plan && [ "$(rows row.db)" = "$(rows six.db)" ]
}
check "and its row where it has one" alone_in_registry

user_table() {
	sqlite3 user.db "CREATE TABLE port_configurations (id INTEGER PRIMARY KEY, model VARCHAR(200) NOT NULL,
	    app_num INTEGER NOT NULL, backend_port INTEGER UNIQUE NOT NULL, frontend_port INTEGER UNIQUE NOT NULL,
	    is_available BOOLEAN DEFAULT TRUE, notes TEXT DEFAULT 'none', UNIQUE(model, app_num));
	    INSERT INTO port_configurations (model, app_num, backend_port, frontend_port, notes)
	    VALUES ('openai_gpt-5-mini-2025-08-07', 2, 6101, 6102, 'mine'), ('gone', 1, 5001, 8003, 'x');
	    PRAGMA user_version = 42;"
	plan_to user.plan --db user.db six.csv || return 1
	[ "$(sqlite3 user.db 'SELECT notes FROM port_configurations WHERE backend_port = 6101; PRAGMA user_version')" = "mine
42" ] || return 1
	cat >want <<-END
	anthropic_claude-4.5-haiku-20251001|1|5005|8005
	anthropic_claude-4.5-haiku-20251001|2|5007|8007
	anthropic_claude-4.5-haiku-20251001|3|5009|8009
	gone|1|5001|8003
	openai_gpt-5-mini-2025-08-07|1|5011|8011
	openai_gpt-5-mini-2025-08-07|2|6101|6102
	openai_gpt-5-mini-2025-08-07|3|5013|8013
	END
	rows user.db | diff want -
}
check "a table with more columns and rows is used in place" user_table

bad_port() {
	for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
		plan --no-host-check --db bad.db --new "m/app$i" >bad.row || return 1
	done
	grep -q '^m,30,5063,8063$' bad.row
}
check "the 31st pair is not 5061" bad_port

roles() {
	plan --no-host-check --db roles.db --base-backend 8001 --base-frontend 5001 --new a/app1 >/dev/null
	plan --no-host-check --db roles.db --new b/app1 >roles.row
	grep -q '^b,1,5003,8003$' roles.row
}
check "a pair is free in either role" roles

series() {
	for i in 1 2 3 4 5; do
		plan --no-host-check --db series.db --range 5000-8100 --base-frontend 8096 --new "m/app$i" >/dev/null || return 1
	done
	cat >want <<-END
	m|4|5002|8097
	m|5|5004|8099
	END
	rows series.db | tail -n 2 | diff want -
}
check "a used-up series goes on a number higher" series

new_app() {
	plan --no-host-check --db new.db --new x_y/app3 >new.1
	plan --no-host-check --db new.db --new x_y/app3 >new.2
	is new.1 "model,app_num,backend_port,frontend_port
x_y,3,5001,8001" && cmp new.1 new.2 || return 1
	plan --no-host-check --db new.db --new x_y/app3 --format env >new.env
	is new.env "BACKEND_PORT=5001
FRONTEND_PORT=8001
PROJECT_NAME=x-y-app3
COMPOSE_PROJECT_NAME=x-y-app3"
}
check "--new gives out a pair, and the same one when asked again" new_app

eight() {
	for i in 1 2 3 4 5 6 7 8; do
		(for k in 1 2 3 4 5; do plan --no-host-check --db eight.db --new "m$i/app$k" >/dev/null || echo "failed $i $k"; done) &
	done
	wait
	[ "$(sqlite3 eight.db 'SELECT count(*) FROM (SELECT backend_port FROM port_configurations UNION
	    SELECT frontend_port FROM port_configurations)')" = 80 ]
}
check "eight at once never hand out a port twice" eight

cut_short() {
	head -n 20 six.csv >cut.csv
	says 2 'stop early' plan_to cut.plan --db cut.db cut.csv || return 1
	[ ! -s cut.plan ] && [ -z "$(rows cut.db)" ] && ends 0 plan_to cut.plan --partial --db cut.db cut.csv
}
check "a stream that was cut short is refused" cut_short

not_a_database() {
	echo 'this is no database, though it is a file of some length' >text.db
	cp text.db text.copy
	says 2 'text.db: .*not a database' plan_to no.plan --db text.db six.csv && [ ! -s no.plan ] &&
	    cmp text.db text.copy
}
check "a database that is not one is refused" not_a_database

lacking() {
	sqlite3 lacking.db 'CREATE TABLE port_configurations (id INTEGER PRIMARY KEY, model TEXT)'
	says 2 'lacks a column' plan_to no.plan --db lacking.db six.csv && [ ! -s no.plan ]
}
check "and a table that lacks a column" lacking

full() {
	says 2 'no free port is left for 2 of' plan_to full.plan --db full.db --range 5001-8004 six.csv &&
	    [ ! -s full.plan ] && [ -z "$(rows full.db)" ]
}
check "out of ports: how many found no place, and nothing registered" full

dry() {
	plan_to dry.plan --dry-run --db dry.db six.csv && [ ! -e dry.db ] && [ "$(grep -c . dry.plan)" -gt 10 ]
}
check "--dry-run registers nothing" dry

carried() {
	cp -R "$SIX" broken
	printf 'services: [\n' >broken/openai_gpt-5-mini-2025-08-07/app3/docker-compose.yml
	scan broken >broken.csv
	ends 1 plan_to broken.plan --db broken.db broken.csv && grep -q '^problem,openai_gpt-5-mini-2025-08-07,3,' broken.plan &&
	    grep -q '^end,' broken.plan
}
check "what scan could not read travels on as a problem" carried

twins() {
	mkdir -p twins/dev twins/prod
	cp -R "$SIX"/openai_gpt-5-mini-2025-08-07 twins/prod/
	cp -R "$SIX"/openai_gpt-5-mini-2025-08-07 twins/dev/
	scan twins >twins.csv
	plan_to twins.plan --db twins.db twins.csv
	cat >want <<-END
	openai_gpt-5-mini-2025-08-07|1|5001|8001
	openai_gpt-5-mini-2025-08-07|2|5003|8003
	openai_gpt-5-mini-2025-08-07|3|5005|8005
	END
	rows twins.db | diff want -
	[ "$(sqlite3 twins.db "SELECT count(*) FROM berth_apps WHERE in_layout AND folder LIKE '%/dev/%'")" = 3 ]
}
check "of two folders with one identity the first keeps it" twins

app_at() {		# app_at FOLDER: an app of the six
	mkdir -p "$(dirname "$1")" && cp -R "$SIX/openai_gpt-5-mini-2025-08-07/app1" "$1"
}

known_twin() {		# dev/m/app1 comes first by path, but the database knows m/app1
	app_at known/m/app1
	scan known >known.csv && migrated known known.db known.csv || return 1
	app_at known/dev/m/app1
	scan known >known.csv
	plan_to known.plan --db known.db known.csv
	ends 1 grep -q ',m/app1/' known.plan || return 1
	[ "$(scan known | report --db known.db drift | wc -l)" = 1 ] || return 1
	[ "$(sqlite3 known.db "SELECT model, app_num FROM berth_apps WHERE folder LIKE '%/dev/m/app1'")" = 'dev/m/app1|1' ] || return 1
	apply --db known.db known.plan && scan known/dev/m/app1 >alone.csv && plan_to alone.plan --db known.db alone.csv &&
	    [ "$(wc -l <alone.plan)" = 3 ] &&
	    [ "$(sqlite3 known.db "SELECT folder LIKE '%/known/m/app1' FROM berth_apps WHERE in_layout")" = 1 ]
}
check "of two folders with one identity the known one keeps it, the other alone as well" known_twin

namesake() {		# m is outside the layout, where m/app1 is model m
	app_at same/m && app_at same/m/app1 && scan same >same.csv && plan_to same.plan --db same.db same.csv
	grep -q 'COMPOSE_PROJECT_NAME=m-app1' same.plan && ends 1 grep -q 'm--' same.plan &&
	    [ "$(rows same.db | wc -l)" = 1 ]
}
check "a folder called as a model is outside the layout" namesake

address_kept() {	# the variable holds more than the port: an address, a value that a later line sets again
	mkdir -p held/a held/b held/c held/d
	printf 'services:\n  w:\n    image: x\n    ports: ["8080:80"]\n' >held/a/compose.yaml
	printf 'services:\n  w:\n    image: x\n    ports: ["${P}:80"]\n' | tee held/b/compose.yaml >held/c/compose.yaml
	printf 'P=127.0.0.1:8080\n' >held/b/.env
	printf 'Q=8080\nP=${Q}\nQ=9999\n' >held/c/.env
	printf 'services:\n  w:\n    image: x\n    ports: ["${P:-127.0.0.1:8080}:80"]\n' >held/d/compose.yaml
	scan held >held.csv
	plan_to held.plan --db held.db held.csv
	apply --db held.db held.plan
	[ "$(cat held/b/.env)" = 'P=127.0.0.1:8081' ] && [ "$(sed -n 1p held/c/.env)" = 'Q=8082' ] &&
	    [ "$(sed -n 3p held/c/.env)" = 'Q=9999' ] && [ "$(cat held/d/.env)" = 'P=127.0.0.1:8083' ] || return 1
	scan held | ends 0 report conflicts
}
check "a move leaves the address and another value of the variable as they are" address_kept

left_address() {	# P is the container's port too, so the host's becomes a literal and what else names it has that number
	mkdir -p left/a left/b
	printf 'services:\n  w:\n    image: x\n    ports: ["8080:80"]\n' >left/a/compose.yaml
	printf 'services:\n  w:\n    image: x\n    ports: ["${P:-8080}:${P:-8080}"]\n    environment: {SELF: "http://localhost:${P:-8080}"}\n' \
	    >left/b/compose.yaml
	scan left >left.csv
	plan --no-host-check --db left.db left.csv >left.plan || return 1
	[ "$(grep '^replace,' left.plan | cut -d, -f12-14)" = '${P:-8080},8081,port
${P:-8080},8081,reference' ]
}
check "an address that its variable leaves behind gets the number" left_address

left_addresses() {	# which of the two services the address means is not said
	printf '  v:\n    image: x\n    ports: ["127.0.0.1:${P:-8080}:81"]\n' >>left/b/compose.yaml
	scan left >left.csv
	ends 1 plan --no-host-check --db left2.db left.csv >left.plan
	grep '^problem,' left.plan | grep -q 'b/compose.yaml,5,43,.*an address is made of P.*the new port 808'
}
check "an address that may mean either of two ports is named" left_addresses

near_pair() {		# tcp and udp of one address stay on one number, whatever else has it
	mkdir -p near/a near/b
	printf 'services:\n  w:\n    image: x\n    ports: ["53:53"]\n' >near/a/compose.yaml
	printf 'services:\n  w:\n    image: x\n    ports: ["127.0.0.1:53:80/udp", "53:53/tcp", "53:53/udp"]\n' >near/b/compose.yaml
	scan near | plan --no-host-check --db near.db >near.plan || return 1
	[ "$(grep '^replace,b,' near.plan | cut -d, -f8,13)" = '37,8053
50,8053' ]
}
check "tcp and udp that listen on one address are a pair before others" near_pair

always_runs() {		# the first has the port as well, and keeps it, but nobody listens there where its profile is not on
	mkdir -p always/a
	printf 'services:\n  tool:\n    image: x\n    profiles: [debug]\n    ports: ["8080:80"]\n  web:\n    image: x\n    ports: ["8080:80"]\n    environment: {URL: "http://localhost:8080/"}\n' \
	    >always/a/compose.yaml
	scan always | plan --no-host-check --db always.db >always.plan || return 1
	[ "$(grep '^replace,' always.plan | cut -d, -f12-14)" = '8080,8081,port
8080,8081,reference' ]
}
check "an address names the port of a service that always runs, before one with a profile" always_runs

# means FOLDER LINES PORTS…: of two apps of the services in LINES, and of $means_env in .env, the second one is given ports, and
# its addresses have PORTS, in the order in which they stand in its .env and its compose file.
means() {
	of=$1
	mkdir -p "$of/a" "$of/b" && printf '%b' "$2" | tee "$of/a/compose.yml" >"$of/b/compose.yml" || return 1
	[ -z "$means_env" ] || printf "$means_env" | tee "$of/a/.env" >"$of/b/.env"
	shift 2
	BERTH_DB=$of.db migrate --no-host-check -yq "$of" || return 1
	[ "$(cat "$of/b/.env" "$of/b/compose.yml" 2>/dev/null | grep -oE '(://[^/" ]*:|_PORT=)[0-9]+' | sed 's/.*[:=]//' | tr '\n' ' ')" = "$* " ]
}
means_env=
lan='services:\n  v: {image: x, ports: ["192.168.1.5:8080:80"], environment: {A: "http://localhost:8080"}}\n'
loop='  w: {image: x, ports: ["127.0.0.1:8080:80"]}\n'
asks='  x: {image: x, environment: {A: "http://localhost:8080", B: "http://127.0.0.1:8080", C: "http://host.docker.internal:8080"}}\n'
check "localhost means the port that is published where it listens" means lan "$lan$loop$asks" 8082 8082 8082 8082
check "that goes before its own service, and before one without a profile" means spare \
    "$lan"'  w: {image: x, profiles: [p], ports: ["127.0.0.1:8080:80"]}\n'"$asks" 8082 8082 8082 8082
check "where none is, it follows the port as before" means alone "$lan" 8081
check "of the loopback addresses an address names one, and localhost the first" means loops \
    'services:\n  v: {image: x, ports: ["127.0.0.2:8080:80"]}\n'"$loop$asks"'  y: {image: x, labels: {a: "http://127.0.0.2:8080"}}\n' \
    8082 8082 8082 8081
check "so do those of IPv6" means six 'services:\n'"$loop"'  v: {image: x, ports: ["[::1]:8080:81"]}
  y: {image: x, environment: {A: "http://[::1]:8080", B: "http://127.0.0.1:8080", C: "http://localhost:8080"}}\n' 8082 8081 8081

dev='services:\n  dev: {image: x, profiles: [dev], ports: ["3000:3000"], environment: {SITE_URL: '
prod='}}\n  prod: {image: y, profiles: [prod], ports: ["3000:80"], environment: {SITE_URL: '
check "a service that has the port means its own" means own "$dev"'"http://localhost:3000"'"$prod"'"http://localhost:3000"}}\n' 3001 3002
check "in a default too" means default "$dev"'"${DEV:-http://localhost:3000}"'"$prod"'"${PROD:-http://localhost:3000}"}}\n' \
    3001 3002 3000 3000
means_env='DEV=http://localhost:3000\nPROD=http://localhost:3000\n'
check "and in .env" means env "$dev"'"${DEV}"'"$prod"'"${PROD}"}}\n' 3001 3002
means_env='BOTH=http://localhost:3000\n'
check "what two services take is none's own" means both "$dev"'"${BOTH}"}}\n  prod: {image: y, ports: ["3000:80"], environment: ["U=${BOTH}"]}\n' 3003
means_env='BACKEND_PORT=8080\n'
check "nor is a number alone in .env, which is the first's" means number 'services:\n  back: {image: x, ports: ["8080:5000"]}
  front: {image: x, ports: ["8080:80"], environment: {API: "http://localhost:${BACKEND_PORT}"}}\n' 8082

done_testing
