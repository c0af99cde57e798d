#!/bin/sh
# hosts: whose a stream, a plan and a registry is, and reports over the streams of many hosts.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

# app FOLDER PORT…: an app of literal ports, a service for each.
app() {
	mkdir -p "$1"
	folder=$1
	shift
	{
		echo 'services:'
		for p; do printf '  s%s:\n    image: x\n    ports: ["%s"]\n' "${p%%:*}" "$p"; done
	} >"$folder/compose.yaml"
}
fleet() { sed -n 's/^fleet,.*,\(.*\)$/\1/p' "$1"; }

app one/m/app1 7000:80
app one/m/app2 7000:81
app two/m/app1 7000:80

# --- whose a stream is ---

berth scan -q one >none.csv
berth scan -q --host-name h1 one >h1.csv
named() {
	berth scan -q one | cmp - none.csv && head -n 1 none.csv | grep -q ',host,scanned$' && sed -n 2p none.csv | grep -q ',,$' &&
	    sed -n 2p h1.csv | grep -q ',h1,20[0-9-]*T[0-9:]*Z$' && [ "$(grep -c ',h1,20' h1.csv)" = 1 ]
}
check "scan --host-name names the host in the fleet record, with the time; without it a scan says the same bytes each time" named
from_environment() {
	BERTH_HOST=h9 berth scan -q one | sed -n 2p | grep -q ',h9,' && BERTH_HOST=h9 berth scan -q --host-name h1 --host-name h2 one |
	    sed -n 2p | grep -q ',h1,'
}
check "else \$BERTH_HOST does; of several --host-name the first" from_environment
mkdir -p names/a names/web
cat >names/a/compose.yaml <<'END'
services:
  web:
    image: x
    ports: ["80:80"]
  reader:
    image: x
    environment: {A: "http://web:80", B: "http://nas.lan:80", C: "http://far:80"}
END
addresses() { berth scan -q "$@" names | grep '^reference,' | cut -d , -f 11,12 | sort | tr '\n' ' '; }
aliases() {
	[ "$(addresses --host-name web)" = '' ] && [ "$(addresses --host-name nas.lan)" = 'nas.lan:80,B ' ] &&
	    [ "$(addresses --host-name h1 --host-alias nas.lan --host-alias far)" = 'far:80,C nas.lan:80,B ' ] && [ "$(BERTH_HOST=nas.lan addresses)" = '' ]
}
check "a name is also one that the host is reached by, but not where a service is called so; \$BERTH_HOST only names" aliases

# --- whose a registry and a plan is ---

berth scan -q --host-name h2 one >h2.csv
old() { berth plan -q --db r.db none.csv >none.plan && fleet none.plan | grep -qx ''; }
check "where nobody says a host a plan is nobody's" old
first() { berth plan -q --db r.db h1.csv >h1.plan && fleet h1.plan | grep -qx h1 && berth plan -q --db r.db none.csv >again.plan && fleet again.plan | grep -qx h1; }
check "a registry that is nobody's yet is the host's of the first findings that say one, and so is each plan from then on" first
check "findings of another host are refused with both names" says 2 "r.db: this registry is h1's, and these findings are h2's" berth plan -q --db r.db h2.csv
dry() {
	berth plan -q --db dry.db none.csv >/dev/null && berth plan -qn --db dry.db h2.csv >/dev/null && berth plan -q --db dry.db h1.csv >/dev/null
}
check "a dry run notes no host" dry
berth scan -q --host-name h1 two >gone1.csv
berth scan -q --host-name h2 two >gone2.csv
sed "2s|$PWD/two|$PWD/one|" gone2.csv >moved2.csv
sed "2s|$PWD/two|$PWD/one|; 2s|,h1,20[^,]*$|,,|" gone1.csv >moved.csv
sed "2s|$PWD/two|$PWD/one|" gone1.csv >moved1.csv
check "--prune frees nothing by another host's findings" says 2 "h1's, and these findings are h2's" berth plan -q --db r.db --prune moved2.csv
check "nor by findings that do not say whose they are" says 2 'do not say whose they are: berth scan --host-name h1' berth plan -q --db r.db --prune moved.csv
pruned() {
	[ "$(sqlite3 r.db 'SELECT count(*) FROM berth_apps')" = 2 ] && berth plan -q --db r.db --prune moved1.csv &&
	    [ "$(sqlite3 r.db 'SELECT model, app_num FROM berth_apps')" = 'm|1' ]
}
check "by its own host's it frees what is gone" pruned
cp -R one kept
wrong() {
	says 2 'h1.plan: this plan is for h1, and this host is h2' berth apply --db r.db --host-name h2 h1.plan && same one kept &&
	    BERTH_HOST=h2 says 2 'this plan is for h1' berth apply -n --db r.db h1.plan && [ ! -e r.db.runs ]
}
check "apply refuses another host's plan, a dry run too, and touches nothing" wrong
check "a plan that is nobody's it takes" ends 0 env BERTH_HOST=h2 berth apply -q --db r.db -n none.plan
check "its own host's as well" ends 0 env BERTH_HOST=h2 berth apply -q --db r.db --host-name h1 h1.plan
app three/m/app1 7000:80
app three/m/app2 7000:81
check "migrate is of the host that it is told, whatever \$BERTH_HOST says" ends 0 env BERTH_HOST=h2 berth migrate -q --db m.db --host-name h1 three
done_testing
