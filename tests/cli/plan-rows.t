#!/bin/sh
# plan-rows: all that plan, apply and the registry say of one fleet, asked in many ways, against what they said when a person looked last.
# SPDX-License-Identifier: MIT
#
# usage: tests/cli/plan-rows.t      REMAKE=1: fixtures/rows is what they say today; then look at `git diff`
#
# The fleet is fixtures/fleets/messy beside some of fixtures/situations. What an option changes is recorded as the lines that differ.
. "$(dirname "$0")/lib.sh"
here=$TOP/fixtures/rows
mkdir apps && cp -R -P "$TOP/fixtures/fleets/messy/fleet/." apps || exit 2
for s in examples-that-nobody-copied more-than-a-port-in-one-default one-base-file-of-several one-service-on-two-addresses \
	override-files-of-their-own parts-of-another-app the-name-of-this-host; do
	cp -R -P "$TOP/fixtures/situations/$s/fleet" "apps/$s" || exit 2
	[ ! -f "$TOP/fixtures/situations/$s/prepare.sh" ] || (cd "apps/$s" && sh "$TOP/fixtures/situations/$s/prepare.sh")
done
chmod -R u+w apps

# plain FILE: without what is of the stream itself, of today or of this machine.
plain() {
	sed -e '/^action,/d' -e '/^status,/d' -e '/^fleet,/d' -e "s|$PWD/||g" -e 's/,*$//' "$1"
}

registry() {
	for columns in "model, app_num, backend_port, frontend_port FROM port_configurations" "* FROM berth_apps" "* FROM berth_ports" \
		"* FROM berth_former" "* FROM berth_names" "kind, value, app, model, app_num, service, message FROM berth_audit_clashes"; do
		echo "SELECT $columns ORDER BY 1, 2, 3, 4;"
	done | sqlite3 "$1" 2>&1 | sed "s|$PWD/||"
}

# recorded NAME: FILE.NAME as it was said before.
recorded() {
	[ -z "$REMAKE" ] || { mkdir -p "$here" && cp "said.$1" "$here/$1"; }
	diff "$here/$1" "said.$1"
}

# asked NAME ARGUMENT…: what plan says, and what it says to people.
asked() {
	as=$1
	shift
	plan --no-host-check "$@" >"$as.csv" 2>"$as.words" || [ $? = 1 ] || { cat "$as.words"; return 1; }
	{ plain "$as.csv"; plain "$as.words"; } >"rows.$as"
}

# otherwise NAME OPTION…: what OPTION changes of the plan.
otherwise() {
	asked "$@" --dry-run --db reg.db first.csv || return 1
	[ -s rows.plan ] || return 1
	diff rows.plan "rows.$1" | grep '^[<>]' >"said.$1"
	recorded "$1"
}

scan -q --addresses --mentions apps >first.csv

first() {
	asked plan -v --db reg.db first.csv && { cat rows.plan; registry reg.db; } >said.plan && recorded plan
}
check "the plan, its words and the registry" first
check "with pairs for all, numbered anew, and what containers have follows" \
	otherwise pairs --pairs all --renumber --leave-examples --container-port follow
check "with project names kept, .env made and overrides" otherwise kept --keep-project-names --make-env --overrides
check "with an address, and what else mentions them" otherwise bound --bind 127.0.0.1 --rewrite-mentions
printf '%s\n' 'acme_beta/app*' 'branches/*' >strong
printf '%s\n' 'branches/main branches/feature-x' 'selfhosted/wiki acme_alpha/app9 # both' >accepted
check "with a priority, ports that are reserved, and sharing that is meant" \
	otherwise preferred --priority strong --reserve 5001-5004,8001 --accept accepted --keep --range 1024-19999

some() {
	asked some --dry-run --db reg.db --only 'acme_*/app1' --only 'branches/*' first.csv && cp rows.some said.some && recorded some
}
check "for some apps alone" some

applied() {
	apply --db reg.db --dry-run plan.csv >diff 2>words || [ $? = 1 ] || return 1
	apply --db reg.db --dry-run bound.csv >diff.bound 2>>words || [ $? = 1 ] || return 1
	cp apps/branches/main/docker-compose.yml old
	apply --db reg.db plan.csv >results 2>>words || [ $? = 1 ] || return 1
	cp apps/branches/main/docker-compose.yml new && cp old apps/branches/main/docker-compose.yml
	for way in plan.csv --undo; do apply --db reg.db --dry-run $way >>words 2>&1 || [ $? = 1 ] || return 1; done
	cp new apps/branches/main/docker-compose.yml
	{ plain results; plain words; diff diff diff.bound | grep '^>'; cat diff; } >said.applied
	recorded applied
}
check "the results of apply, its words and its diff" applied

again() {
	scan -q --addresses --mentions apps >again.in || [ $? = 1 ]
	registry reg.db >was
	asked again --db reg.db again.in && { cat rows.again; registry reg.db | diff was - | grep '^[<>]'; } >said.again
	recorded again
}
check "the plan after it, and what the registry takes of it" again

# Then some apps go, another moves, and one is given another port by hand.
later() {
	rm -rf apps/branches/main apps/generated/apps/acme_beta/app5 apps/generated/apps/acme.beta && mv apps/selfhosted/wiki apps/notes || return 1
	mkdir -p apps/moved/acme_beta && mv apps/generated/apps/acme_beta/app2 apps/moved/acme_beta || return 1
	sed -i 's/^BACKEND_PORT=.*/BACKEND_PORT=5999/' apps/generated/apps/acme_alpha/app9/.env
	scan -q apps >found.csv || [ $? = 1 ]
	registry reg.db >was
	{ asked later --db reg.db found.csv && cat rows.later && registry reg.db | diff was - | grep '^[<>]'
	for how in "--adopt found.csv" "--moved $PWD/apps/selfhosted/wiki=$PWD/apps/notes found.csv" "--prune found.csv" \
		"--release acme_alpha/app10" "--new acme_gamma/app1" "--format env --new acme_gamma/app2" \
		"--import import.csv"; do
		echo "== ${how%% *}"
		cp reg.db one.db
		eval "asked one --db one.db $how" && diff rows.later rows.one | grep '^>'
		registry reg.db >before && registry one.db | diff before - | grep '^[<>]'
	done; } >said.later 2>&1
	recorded later
}
printf '%s\n' model,app_num,backend_port,frontend_port acme_gamma,1,7001,7002 acme_gamma,2,7003,7004 >import.csv
check "what the registry keeps, adopts and gives up" later
done_testing
