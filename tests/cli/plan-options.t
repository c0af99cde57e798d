#!/bin/sh
# plan: the options that say which ports may be handed out and which edits are wanted.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"
SIX=$TOP/fixtures/fleets/six/fleet
APP2=openai_gpt-5-mini-2025-08-07/app2
cp -R "$SIX" six || exit 2
scan six >six.csv || exit 2

# plan_to FILE ARGUMENT…: with nothing of this host in it; a plan that leaves problems is a plan.
plan_to() {
	to=$1
	shift
	plan --no-host-check -q "$@" >"$to" || [ $? = 1 ]
}

rows() {		# the pairs in a database
	sqlite3 "$1" 'SELECT model, app_num, backend_port, frontend_port FROM port_configurations ORDER BY 1, 2'
}

# compose FOLDER BACKEND FRONTEND: an app with a pair and literal ports.
compose() {
	mkdir -p "$1"
	cat >"$1/docker-compose.yml" <<-END
	services:
	  backend:
	    image: b
	    ports: ["$2:5000"]
	  frontend:
	    image: f
	    ports: ["$3:80"]
	END
}

# applied DB PLAN: a plan that leaves problems is applied all the same.
applied() {
	apply --db "$1" "$2" >/dev/null || [ $? = 1 ]
}

# field FILE COLUMN RECORD: that column of the records, with the app before it.
field() {
	python3 - "$@" <<-'END'
	import csv, sys
	for r in csv.DictReader(open(sys.argv[1], newline="")):
	    if r.get("record", r.get("action")) == sys.argv[3]:
	        print(r["app"], r[sys.argv[2]])
	END
}

# edited PLAN PATTERN: the files that it changes match PATTERN.
edited() {
	{ field "$1" file replace; field "$1" file insert; } | grep -q "$2"
}

compose pairs/blog 6301 6302
compose pairs/shop 6301 6302
scan pairs >pairs.csv || exit 2

outside() {
	plan_to layout.plan --db layout.db pairs.csv && [ -z "$(rows layout.db)" ] && ! edited layout.plan '^blog ' &&
	    plan_to same.plan --pairs layout --db same.db pairs.csv && cmp layout.plan same.plan
}
check "apps outside the layout get no pair" outside

pairs_all() {
	plan_to all.plan --pairs all --db all.db pairs.csv || return 1
	[ "$(rows all.db)" = "blog|1|5001|8001
shop|1|5003|8003" ] || { rows all.db; return 1; }
	cp -R pairs moved && scan moved >moved.csv && plan_to all.plan --pairs all --db moved.db moved.csv &&
	    applied moved.db all.plan && grep -q '"5003:5000"' moved/shop/docker-compose.yml &&
	    grep -q '"8001:80"' moved/blog/docker-compose.yml && scan moved >moved.csv &&
	    plan_to all.plan --pairs all --db moved.db moved.csv && [ "$(grep -c . all.plan)" = 3 ]
}
check "--pairs all gives them one, and then there is nothing left to plan" pairs_all
check "--pairs takes nothing else" says 2 'takes layout or all' plan --no-host-check --pairs some --db none.db pairs.csv

bases() {
	plan_to bases.plan --base-backend 7001 --base-frontend 9001 --step 10 --db bases.db six.csv || return 1
	rows bases.db | cut -d'|' -f3,4 >got
	is got "7001|9001
7011|9011
7021|9021
7031|9031
7041|9041
7051|9051"
}
check "--base-backend, --base-frontend and --step say where pairs lie" bases

step_by_one() {
	for i in 1 2 3; do
		plan --no-host-check --db step.db --step 1 --new "m/app$i" >/dev/null || return 1
	done
	[ "$(rows step.db | cut -d'|' -f3,4 | tr '\n' ' ')" = "5001|8001 5002|8002 5003|8003 " ]
}
check "--step 1 leaves no gap" step_by_one
check "--step 0 is refused" ends 2 plan --no-host-check --db none.db --step 0 --new m/app1
check "and a base that is no port" ends 2 plan --no-host-check --db none.db --base-backend 65536 --new m/app1

# pair ARGUMENT…: what a new app gets, as BACKEND,FRONTEND.
pair() {
	rm -f pair.db
	plan --no-host-check --db pair.db "$@" --new m/app1 | sed -n '2s/^m,1,//p'
}

bad_ports() {
	[ "$(pair --base-backend 6000 --base-frontend 7000)" = 6002,7002 ] &&
	    [ "$(pair --base-backend 6000 --base-frontend 7000 --allow-bad-ports)" = 6000,7000 ]
}
check "--allow-bad-ports hands out what browsers refuse" bad_ports

ranged() {
	[ "$(pair --range 11000-11999)" = 11000,11500 ] && [ "$(pair --range 5000-5999)" = 5001,5500 ] &&
	    [ "$(pair --range 5000-9999)" = 5001,8001 ] && [ "$(pair --range 11000-11999 --base-frontend 11100)" = 11000,11100 ]
}
check "a range that leaves out where pairs begin says where they do" ranged

ephemeral() {
	read -r low high </proc/sys/net/ipv4/ip_local_port_range || { low=32768; high=60999; }
	[ $((high - low)) -gt 10 ] && [ "$low" -gt 10080 ] || return 0	# this kernel keeps no range that could be told
	set -- --range "$low-$((low + 3))" --base-backend "$low" --base-frontend $((low + 1))
	[ -z "$(pair "$@")" ] && [ "$(pair "$@" --allow-ephemeral)" = "$low,$((low + 1))" ]
}
check "--allow-ephemeral hands out the kernel's ephemeral range" ephemeral

keep_names() {
	cp -R "$SIX" keep && scan keep >keep.csv && plan_to keep.plan --keep-project-names --db keep.db keep.csv &&
	    applied keep.db keep.plan && scan keep >kept.csv || return 1
	field keep.csv value project >before
	field kept.csv value project >after
	diff before after && ! grep -q COMPOSE_PROJECT_NAME keep.plan && field keep.plan reason replace | grep -q ' port$' &&
	    plan_to again.plan --keep-project-names --db keep.db kept.csv && ! edited again.plan .
}
check "--keep-project-names moves ports and leaves every project its name" keep_names

keep_names_clash() {
	field keep.plan app problem >named
	plan_to all.plan --db names.db six.csv && [ -z "$(field all.plan app problem)" ] && grep -q . named
}
check "and names the projects that clash for it" keep_names_clash

examples() {
	plan_to with.plan --db with.db six.csv && edited with.plan '\.env\.example$' || return 1
	cp -R "$SIX" leave && scan leave >leave.csv && plan_to leave.plan --leave-examples --db leave.db leave.csv &&
	    ! edited leave.plan '\.env\.example$' && edited leave.plan '/\.env$' && applied leave.db leave.plan ||
	    return 1
	(cd "$SIX" && find . -name .env.example) | while read -r f; do
		cmp "$SIX/$f" "leave/$f" || exit 1
	done || return 1
	! cmp -s "$SIX/$APP2/.env" "leave/$APP2/.env"
}
check "--leave-examples edits .env and no .env.example" examples

mentions() {
	for a in one two; do
		compose "mention/$a" 6301 6302
		printf 'upstream api { server localhost:6301; }\n' >"mention/$a/nginx.conf"
	done
	scan --mentions mention >mention.csv && plan_to m1.plan --db m1.db mention.csv && ! edited m1.plan nginx.conf &&
	    plan_to m2.plan --rewrite-mentions --db m2.db mention.csv && applied m2.db m2.plan || return 1
	is mention/one/nginx.conf 'upstream api { server localhost:6301; }'
	port=$(sed -n 's/.*"\([0-9]*\):5000".*/\1/p' mention/two/docker-compose.yml)
	[ "$port" != 6301 ] && is mention/two/nginx.conf "upstream api { server localhost:$port; }"
}
check "--rewrite-mentions takes other files along, which stay without it" mentions

beside() {
	for a in one two; do
		mkdir -p beside/$a && echo "services: {web: {image: x, ports: ['63${#a}1:80']}}" >beside/$a/compose.yml
	done
	mkdir beside/proxy && echo 'reverse_proxy localhost:6331' >beside/proxy/Caddyfile
	echo '{"moved": "localhost:6331"}' >beside/links.json
	sed -i s/6331/6341/ beside/two/compose.yml
	scan --mentions beside >beside.csv && plan_to beside.plan --rewrite-mentions --reserve 6331 --db b.db beside.csv || [ $? = 1 ] || return 1
	grep -q '^replace,one,1,one,web,one/compose.yml,' beside.plan || return 1
	for at in proxy,1,proxy,,proxy/Caddyfile .,1,.,,links.json; do
		grep -q "^note,$at,.*names port 6331 of one, which becomes" beside.plan || return 1
	done
	! edited beside.plan proxy && ! edited beside.plan links && [ "$(sqlite3 b.db 'SELECT group_concat(model) FROM berth_apps')" = one,two ]
}
check "what lies beside the apps is told and never written, and is no app" beside

# What is left of an app that has no compose file any more, and of a fleet that is not mounted, is no app.
left_over() {
	rm beside/one/compose.yml && echo localhost:6341 >beside/one/README && scan --mentions beside >beside.csv &&
	    plan --db b.db --prune --dry-run beside.csv >freed.csv && grep -q ',port,63[0-9]*/tcp,web,.*/one,' freed.csv || return 1
	rm -r beside/two && scan --mentions --allow-empty beside >beside.csv && says 2 'no app at all' plan --db b.db --prune beside.csv &&
	    says 2 'is none of the 0 apps' plan --db b.db --only proxy beside.csv
}
check "where texts are all that is left of an app it is gone, and of a fleet nothing is pruned" left_over

lists() {
	for a in one two; do
		mkdir -p lists/$a && echo 'services: {web: {image: x, ports: ["80:80"]}}' >lists/$a/compose.yml
	done
	scan lists >lists.csv && mkfifo reserved || return 1
	echo 8080,8081 >reserved &
	plan_to lists.plan --reserve-from reserved --db lists.db lists.csv && edited lists.plan two && grep -q ,8082, lists.plan || return 1
	echo 'two gone' >accept
	says 0 "'gone' is none of the apps" plan --no-host-check --accept accept --db lists.db lists.csv >/dev/null
}
check "a list may come through a pipe; an app to accept that is none is named" lists

shared() {
	mkdir -p "shared/my blog" shared/b
	for n in "my blog" b; do echo 'services: {w: {image: x, ports: ["7070:80"]}}' >"shared/$n/compose.yml"; done
	printf '"my blog" b 7070/tcp # one at a time\nb "my blog" 7071/tcp\n' >shared.txt
	scan -q shared >shared.csv
	idle='shared.txt:2: b and my blog share nothing that this line accepts'
	plan --no-host-check --accept shared.txt --db shared.db shared.csv >shared.plan 2>words && grep -q "$idle" words &&
	    ! grep '^replace' shared.plan || return 1
	report --accept shared.txt --format csv conflicts <shared.csv >said 2>words && grep -q "$idle" words && [ "$(wc -l <said)" = 1 ] ||
	    return 1
	report -q --accept shared.txt --format csv accepted <shared.csv >said && grep -q '^port,7070/tcp,.*,one at a time$' said || return 1
	ends 1 report -q conflicts <shared.csv >/dev/null && ends 0 berth migrate --yes --no-host-check --accept shared.txt --db m.db shared
}
check "what is shared on purpose is no clash in plan, report and migrate, and is listed with its reason" shared

done_testing
