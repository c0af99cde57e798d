#!/bin/sh
# moved: whose folder is it: what becomes of ports, projects and volumes where folders are renamed, moved, copied and restored.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

# fleet ROOT: two apps of the layout and three others, none of which clashes with another.
fleet() {
	for n in 1 2; do
		mkdir -p "$1/m/app$n"
		printf 'services:\n  backend:\n    image: x\n    ports: ["${BACKEND_PORT}:80"]\n    volumes: [data:/data]\n' >"$1/m/app$n/compose.yaml"
		printf '  frontend:\n    image: x\n    ports: ["${FRONTEND_PORT}:80"]\nvolumes: {data: {}}\n' >>"$1/m/app$n/compose.yaml"
		printf 'COMPOSE_PROJECT_NAME=m-app%s\nBACKEND_PORT=610%s\nFRONTEND_PORT=910%s\n' $n $n $n >"$1/m/app$n/.env"
	done
	for app in shop:8080 blog:8090 wiki/main:8100; do
		mkdir -p "$1/${app%:*}"
		printf 'services:\n  web:\n    image: x\n    container_name: %s\n    ports: ["%s:80"]\n' \
		    "$(echo "${app%:*}" | tr / -)" "${app#*:}" >"$1/${app%:*}/compose.yaml"
	done
}

# plans ROOT OPTION…: plans for ROOT with the registry r.db, into plan.csv; what it says goes into err.
plans() {
	root=$1
	shift
	scan -q "$root" >found.csv 2>/dev/null && plan --no-host-check --db r.db "$@" found.csv >plan.csv 2>err
}

# still ROOT OPTION…: a plan for ROOT changes nothing, and so does the next one.
still() {
	plans "$@" && ! edits && plans "$1" && ! edits
}

# edits: what the plan writes.
edits() {
	grep -E '^(replace|insert|copy|create|problem),' plan.csv
}

rows() {
	sqlite3 "${1:-r.db}" 'SELECT model, app_num, backend_port, frontend_port FROM port_configurations ORDER BY 1, 2' | tr '\n' ' '
}

# begin: a fleet that is planned for, in a folder of its own.
begin() {
	cd "$WORK" && rm -rf case && mkdir case && cd case && fleet apps && still apps && [ "$(rows)" = "m|1|6101|9101 m|2|6102|9102 " ]
}

renamed() {
	begin && mv apps/shop apps/store && still apps && grep -q '1 app goes on with what the registry has.*--moved OLD=NEW, else --prune' err &&
	    [ "$(sqlite3 r.db "SELECT folder LIKE '%/shop' FROM berth_ports WHERE port = 8080")" = 1 ] &&
	    still apps --moved shop=store && [ "$(sqlite3 r.db "SELECT folder LIKE '%/store' FROM berth_ports WHERE port = 8080")" = 1 ] &&
	    [ -z "$(sqlite3 r.db "SELECT 1 FROM berth_apps WHERE folder LIKE '%/shop'")" ] && still apps --moved apps/shop=apps/store &&
	    ! grep -q 'goes on' err
}
check "a folder that is renamed keeps its ports, and --moved carries its rows along, twice as once" renamed

not_handed_out() {
	begin && mv apps/shop apps/store && mkdir apps/late && sed 's/shop/late/; s/8080/8079/' apps/store/compose.yaml >apps/late/compose.yaml &&
	    sed 's/8080/8079/; s/container_name: shop/container_name: ss/' apps/store/compose.yaml >x && mv x apps/store/compose.yaml &&
	    plans apps && grep -q ',8079,8081,port,' plan.csv
}
check "what an app had that is gone is handed out to nobody" not_handed_out

model_renamed() {
	begin && mv apps/m apps/n && still apps && grep -q '2 apps go on' err && [ "$(rows)" = "m|1|6101|9101 m|2|6102|9102 " ] &&
	    still apps --moved m=n && grep -q '2 apps moved' err || still apps &&
	    [ "$(rows)" = "n|1|6101|9101 n|2|6102|9102 " ] && ! edits
}
check "a model that is renamed keeps pairs, projects and volumes, with --moved and without" model_renamed

pruned_after() {
	begin && mv apps/m apps/n && still apps && plan -q --no-host-check --db r.db --prune found.csv >pruned.csv && still apps &&
	    [ "$(rows)" = "n|1|6101|9101 n|2|6102|9102 " ]
}
check "and stays so once the rows of what is gone are pruned" pruned_after

back_again() {
	begin && cp -R apps/m apps/n && plans apps && grep -q '^replace,n,1,.*6101' plan.csv && ! grep -q '^replace,m,' plan.csv &&
	    begin && mv apps/m apps/n && still apps && mv apps/n apps/m && still apps && ! grep -q 'go on' err
}
check "a copy makes way for what it was copied from, and what comes back has what it had" back_again

in_layout() {
	begin && mkdir apps/prod && mv apps/m apps/prod/m && still apps && [ "$(rows)" = "m|1|6101|9101 m|2|6102|9102 " ]
}
check "in the layout an app follows its identity to another place below the root" in_layout

given() {
	begin && plan --no-host-check --db r.db --new n/app7 --format env >env && mkdir -p apps/deep/n &&
	    cp -R apps/m/app1 apps/deep/n/app7 && cp env apps/deep/n/app7/.env && still apps && ! grep -q 'outside the layout' err &&
	    [ "$(rows)" = "m|1|6101|9101 m|2|6102|9102 n|7|5001|8001 " ]
}
check "what was given out before there were files is the app's, wherever below the root it is laid out" given

whole() {
	begin && mv apps elsewhere && still elsewhere && [ "$(rows)" = "m|1|6101|9101 m|2|6102|9102 " ] &&
	    [ -z "$(sqlite3 r.db "SELECT 1 FROM berth_apps WHERE folder LIKE '%/apps/%'")" ] && mv elsewhere apps && still apps &&
	    begin && mkdir -p a/b && mv apps a/b/c && plans a/b/c && grep -q '5 apps moved' err && ! edits &&
	    begin && mv apps new && mkdir new/later && sed 's/8080/8080/; s/shop/later/' new/shop/compose.yaml >new/later/compose.yaml &&
	    plans new && edits >got && grep -q 'replace,later,' got && ! grep -v replace,later, got
}
check "a whole fleet that is moved takes its rows along, back as well, and new apps in it make way" whole

copied() {
	begin && cp -R apps copy && plans copy && grep -q '2 apps are outside the layout here' err && edits >got &&
	    for port in 6101 6102 9101 9102 8080 8090 8100; do grep -q "$port" got || return 1; done
	[ "$(rows)" = "m|1|6101|9101 m|2|6102|9102 " ] && still apps && apply -q --db r.db plan.csv >/dev/null && plans copy &&
	    apply -q --db r.db plan.csv >/dev/null && still copy && still apps && [ "$(rows)" = "m|1|6101|9101 m|2|6102|9102 " ] &&
	    ! grep -ho 'Bind\|61..:80' copy/*/*/compose.yaml
}
check "a copy beside, with one registry: the first keeps all it had, the copy makes way, and both stay so" copied

two_roots() {
	begin && mkdir two && fleet two && sed -i 's/610/620/; s/910/920/; s/m-app/two-/' two/m/*/.env && sed -i 's/80:80/81:80/; s/90:80/91:80/;
	    s/00:80/01:80/; s/container_name: /&two-/' two/*/compose.yaml two/wiki/*/compose.yaml && plans two
	edits >got
	! grep -vE ',(project-name|env-file),' got && still apps && [ "$(rows)" = "m|1|6101|9101 m|2|6102|9102 " ]
}
check "two roots, one registry: no row of the first is overwritten, and what does not clash stays" two_roots

restored() {
	begin && cp -a apps backup && rm -r apps && mv backup apps && still apps && mkdir x && cp -a apps x/ && still apps
}
check "what is restored from a backup, or backed up, has what it had" restored

linked() {
	begin && ln -s apps link && still link && still apps && mv apps real && ln -sfn real link && still link && still real &&
	    ln -s real apps && still apps
}
check "a root that is reached by a symlink is that root" linked

subfolder() {
	begin && still apps/m && still apps && still apps/m/app1 && still apps/wiki && still apps && still . &&
	    still apps && [ "$(rows)" = "m|1|6101|9101 m|2|6102|9102 " ]
}
check "from a subfolder, from the root, from above: nothing moves" subfolder

listed() {
	begin && rm -r apps/blog && echo apps/shop | scan -q --files-from - apps >part.csv && grep -q '^fleet,.*listed' part.csv &&
	    says 2 'goes neither with --partial' plan --db r.db --prune part.csv &&
	    mkdir apps/late && sed 's/shop/late/' apps/shop/compose.yaml >apps/late/compose.yaml && echo apps/late | scan -q --files-from - apps >part.csv &&
	    plan -q --no-host-check --db r.db part.csv >plan.csv; grep -q ',8080,8081,port,' plan.csv
}
check "what is not in a list of apps is not gone" listed

elsewhere_db() {
	begin && mkdir far && mv r.db far/ && rm -f r.db-* && mv apps moved && scan -q moved >found.csv &&
	    (cd far && plan -q --no-host-check --db r.db ../found.csv >../plan.csv) && ! edits &&
	    begin && scan -q apps | sed 's/i[0-9]*$/i1/' >found.csv && mv apps gone && sed "s#$PWD/apps#/nowhere/apps#" found.csv >other.csv &&
	    plan --no-host-check --db r.db -n other.csv >plan.csv 2>err; grep -q 'outside the layout here' err
}
check "the registry may lie anywhere; a fleet of another machine is not taken for moved" elsewhere_db

swapped() {
	begin && mv apps/shop x && mv apps/blog apps/shop && mv x apps/blog && mv apps/m/app1 x && mv apps/m/app2 apps/m/app1 &&
	    mv x apps/m/app2 && plans apps; edits >got && grep -q 6102 got && mv apps there && mkdir apps && mv there apps/there &&
	    begin && mv apps/m apps/n && mkdir apps/k && mv apps/n/app1 apps/k/app2 && mv apps/n/app2 apps/k/app1 &&
	    still apps --moved m/app1=k/app2 --moved m/app2=k/app1 && [ "$(rows)" = "k|1|6102|9102 k|2|6101|9101 " ]
}
check "several are moved, one to where another was" swapped

# Each goes on with what it had, whether two changed places or each is where the next one was.
round() {
	begin && mv apps/shop x && mv apps/blog apps/shop && mv x apps/blog && still apps --moved shop=blog --moved blog=shop &&
	    [ "$(sqlite3 r.db "SELECT folder LIKE '%/blog' FROM berth_ports WHERE port = 8080")" = 1 ] &&
	    mv apps/m/app2 apps/m/app3 && mv apps/m/app1 apps/m/app2 && still apps --moved m/app1=m/app2 --moved m/app2=m/app3 &&
	    [ "$(rows)" = "m|2|6101|9101 m|3|6102|9102 " ]
}
check "two that changed places are told by both, and a row of them by each" round

# Said again, in a later call, it would give each the other's.
again() {
	begin && mv apps/shop x && mv apps/blog apps/shop && mv x apps/blog && still apps --moved shop=blog --moved blog=shop &&
	    scan -q apps >found.csv && says 2 'is what the registry has for it.*leave --moved out' plan -q --db r.db --no-host-check --moved shop=blog --moved blog=shop found.csv &&
	    still apps && mv apps/shop x && mv apps/blog apps/shop && mv x apps/blog && still apps --moved shop=blog --moved blog=shop &&
	    mv apps/m/app1 x && mv apps/m/app2 apps/m/app1 && mv x apps/m/app2 && still apps --moved m/app1=m/app2 --moved m/app2=m/app1 &&
	    scan -q apps >found.csv && says 2 'is what the registry has for it' plan -q --db r.db --moved m/app1=m/app2 --moved m/app2=m/app1 found.csv
}
check "two that changed places are told once: again it is refused, until they changed places again" again

# What is said twice is said once, and of one place nothing else is said.
twice_said() {
	begin && rm -r apps/wiki && mv apps/shop apps/store && scan -q apps >found.csv &&
	    says 2 'blog is said to be .*store now, and .*shop to be' plan -q --db r.db --moved blog=store --moved shop=store found.csv &&
	    says 2 'shop is said to be .*store now, and .*shop to be .*blog' plan -q --db r.db --moved shop=store --moved shop=blog found.csv &&
	    says 0 '1 app moved' plan --db r.db --no-host-check --moved shop=store --moved apps/shop=store found.csv
}
check "two that are said to be in one place are refused, and the same words twice are not" twice_said

wrong() {
	begin && scan -q apps >found.csv && cp -R apps/shop apps/store && scan -q apps >found.csv &&
	    says 2 'shop is still there, so it was copied and not moved' plan -q --db r.db --moved shop=store found.csv &&
	    says 2 'the findings have no app in' plan -q --db r.db --moved shop=nowhere found.csv && mv apps/store apps/new &&
	    scan -q apps >found.csv && says 2 'the registry knows no app in .*old' plan -q --db r.db --moved old=new found.csv &&
	    says 2 'write OLD=NEW' plan -q --db r.db --moved old found.csv && says 2 'write OLD=NEW' plan -q --db r.db --moved =x found.csv &&
	    says 2 '.-moved goes with a plan' plan --db r.db --prune --moved shop=new found.csv
}
check "what was not moved, what is not there and what nobody knows is said" wrong

beside() {
	begin && mv apps/shop away && mkdir -p apps/proxy && echo 'reverse_proxy localhost:8090' >apps/proxy/Caddyfile && scan -q --mentions apps >found.csv &&
	    grep -q '^reference,proxy,' found.csv && says 2 'the findings have no app in .*/proxy$' plan -q --db r.db --moved shop=proxy found.csv
}
check "a folder beside the apps is no app's new place" beside

orphans() {
	begin && rm -r apps/m/app2 apps/blog && mv apps/shop "apps/it's" && scan -q apps >found.csv && ends 1 report --db r.db -f csv orphans <found.csv >got &&
	    cut -d, -f1,6,7 got >kinds && is kinds "value,step,kind
blog,1 down,project
m-app2,1 down,project
shop,1 down,project
8090/tcp,2 prune,port
blog,2 prune,container
6102+9102,2 prune,pair
6102/tcp,2 prune,port
9102/tcp,2 prune,port
8080/tcp,2 prune,port
shop,2 prune,container" && grep -q '^8080/tcp,.*; it.s has it now' got && mv apps/m apps/n && scan -q apps >found.csv &&
	    report --db r.db -f csv orphans <found.csv >got
	grep -q '^m-app1,m,1,nothing to take down: n/app1 goes on under its name,,1 down,' got &&
	    plan --db r.db --prune found.csv >pruned && grep -q '^m,1,,,project,m-app1,,.*/m/app1,$' pruned &&
	    grep -q '^m,2,,,project,m-app2,,.*/m/app2,docker compose -p m-app2 down$' pruned && ends 0 report --db r.db orphans <found.csv >got
}
check "orphans and --prune list projects, pairs, ports and names, what is to be taken down first" orphans

beyond() {
	begin && plans apps/m && says 0 '3 other apps of the registry, as /.*/apps/blog, are not in it' report --db r.db ports </dev/null >got &&
	    report --db r.db -f html </dev/null | grep -q 'Only of what the last plan saw, which is .*/apps/m: 3 other apps' && plans apps &&
	    report --db r.db ports </dev/null 2>err >got && ! grep -q 'other app' err && echo apps/shop | scan -q --files-from - apps >found.csv &&
	    plan -q --no-host-check --db r.db found.csv >plan.csv && says 0 '4 other apps of the registry' report --db r.db ports </dev/null >got &&
	    ends 0 report -q --db r.db orphans </dev/null >got && [ "$(wc -l <got)" = 1 ] && ends 0 report -q --db r.db orphans <found.csv >got
}
check "after a plan for a subfolder or a list reports from the database say what they do not tell of" beyond

tags() {
	begin && for n in 1 2; do
		mkdir -p apps/b/app$n && printf 'services: {api: {image: shop/api%s, build: ., container_name: b_api%s}}\n' $n $n >apps/b/app$n/compose.yaml
	done
	plans apps && apply -q --db r.db plan.csv >/dev/null && still apps && mv apps/b apps/c && plans apps; edits >got
	! grep -v ',project-name,' got && plans apps --moved b=c && ! edits && plans apps && ! edits && rm -r apps/c/app2 && scan -q apps >found.csv &&
	    plan -q --db r.db --prune --dry-run found.csv >pruned && grep -q '^c,2,,,image,[^,]*shop/api2[^,]*,api,' pruned &&
	    grep -q '^c,2,,,container,b_api2,api,' pruned && ends 1 report --db r.db -f csv orphans <found.csv >got && grep -q ',2 prune,image,' got
}
check "tags and container names of a folder that was moved stay" tags

all_pairs() {
	cd "$WORK" && rm -rf case && mkdir case && cd case || return 1
	for r in one two; do
		mkdir -p $r/shop
		printf 'services:\n  backend:\n    image: x\n    ports: ["5000:80"]\n  frontend:\n    image: x\n    ports: ["8000:80"]\n' >$r/shop/compose.yaml
	done
	still one --pairs all && plans two --pairs all && edits >got && [ "$(wc -l <got)" -ge 2 ] && grep -q ',8000,8001,port,' got &&
	    apply -q --db r.db plan.csv >/dev/null; for r in one two one two one/shop two/shop one; do
		plans $r --pairs all && ! edits || return 1
	done
	[ "$(rows)" = "$PWD/two/shop|1|5001|8001 shop|1|5000|8000 " ] && mv one/shop one/store && plans one --pairs all && ! edits &&
	    plan -q --db r.db --prune found.csv >pruned && grep -q '^shop,1,5000,8000,pair,' pruned && [ "$(rows)" = "$PWD/two/shop|1|5001|8001 " ] &&
	    plans one --pairs all && ! edits && mv two/shop two/store && plans two --pairs all --moved shop=store && ! edits
}
check "--pairs all: a row is one folder's, wherever it is scanned from, and of two roots each has its own" all_pairs

migrated() {
	begin && mv apps/m apps/n && berth migrate -y --no-host-check --db r.db --moved m=n apps >out 2>err && grep -q 'nothing to change' err &&
	    [ "$(rows)" = "n|1|6101|9101 n|2|6102|9102 " ]
}
check "migrate --moved" migrated

done_testing
