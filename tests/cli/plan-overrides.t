#!/bin/sh
# plan --overrides: what a file of several apps decides differs in an override file of an app's own, and nothing else does.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"
fleet=$TOP/fixtures/situations/override-files-of-their-own

cp -R "$fleet/fleet" apps && (cd apps && sh "$fleet/prepare.sh") && cp -R -P apps before || exit 2
scan -q apps >apps.csv

# resolved FOLDER: what Compose makes of each app below it.
resolved() {
	for app in "$1"/*/; do
		[ "$app" = "$1/shared/" ] || { echo "== ${app#*/}"
			(cd "$app" && env -i PATH="$PATH" HOME=/nonexistent "$BERTH_COMPOSE" config </dev/null 2>&1); }
	done
}

counted() {
	ends 1 migrate --dry-run --overrides --no-host-check --db c.db apps >c.diff 2>c.words
	grep -q '^migrate: 10 changes in 4 apps: 6 ports, 3 names, 0 that follow, 1 .env file to make; 4 for' c.words || { cat c.words; return 1; }
}
check "migrate counts what changes, and none of the lines around it" counted

without() {
	ends 1 plan -q --no-host-check --db w.db apps.csv >w.plan &&
	    grep -q 'shared/store.yml, which decides it, is not in this app.s folder; --overrides ends it with a line in cow/docker-c' w.plan &&
	    grep -q 'container name .*: change one of them by hand; --overrides ends it with a line in bee/compose.override.yaml' w.plan &&
	    ends 1 grep -q '!override' w.plan
}
check "without the option the problem says what it would do" without

by_file() {
	mkdir conf && echo overrides >conf/berth.conf &&
	    ends 1 env BERTH_CONFIG=conf/berth.conf plan -q --no-host-check --db conf/berth.db apps.csv >conf/plan && grep -q '!override' conf/plan
}
check "berth.conf has it too" by_file

applied() {
	ends 1 plan -q --no-host-check --overrides --db o.db apps.csv >o.plan && ends 1 apply --db o.db o.plan >o.results &&
	    grep -q '^changed,.*,bee/compose.override.yaml,.*,made$' o.results
}
check "a file that is made is told, as an .env is" applied

# Each line that differs is a port's or a name's, as many as the plan has, and in the order of before.
the_same() {
	resolved before >before.config
	resolved apps >apps.config
	diff before.config apps.config | grep '^[<>]' >changed
	[ "$(grep -c '^>' changed)" = "$(grep -c '^<' changed)" ] && [ "$(grep -c '^>' changed)" = 18 ] &&
	    ends 1 grep -vE '^[<>] +(published: "[0-9]+"|container_name: [a-z_-]+)$' changed
}
if [ -n "$BERTH_COMPOSE" ]; then
	check "of what Compose resolves nothing else differs" the_same
else
	echo "ok $((tests = tests + 1)) - of what Compose resolves nothing else differs # SKIP BERTH_COMPOSE is not set"
fi

database() {
	report -q --db o.db --format csv ports >ports && grep -q '5434.*bee/compose.override.yaml' ports &&
	    grep -q '5436.*cow/docker-compose.override.yml' ports && ends 1 grep -q '5434.*shared/store.yml' ports
}
check "reports from the database say which file decides" database

undone() {
	apply -q --undo --db o.db >/dev/null && diff -r before apps
}
check "taken back" undone

met() {
	: >apps/bee/compose.override.yaml
	ends 1 apply --db o.db o.plan >m.results 2>&1
	grep -q '^stale,bee,1,bee,bee/compose.override.yaml' m.results && [ ! -s apps/bee/compose.override.yaml ] && [ ! -e apps/bee/.env ]
}
check "one that is there meanwhile is not touched, and its app neither" met

# one LINE…: two apps of which the second has these lines in its override file; the plan is one.plan.
one() {
	rm -rf one one.db && mkdir -p one/a one/b one/shared
	printf 'services:\n  db:\n    image: x\n    ports: ["5432:5432"]\n' >one/shared/db.yml
	printf 'include: [../shared/db.yml]\n' | tee one/a/compose.yaml >one/b/compose.yaml
	[ $# = 0 ] || printf "$@" >one/b/compose.override.yaml
	echo COMPOSE_FILE=compose.yaml >one/a/.env	# a stays
	scan -q one >one.csv
	plan -q --no-host-check --overrides --db one.db one.csv >one.plan
}
open_end() {
	ends 1 one 'services:\n  db:\n    environment:\n      N: |\n        open' &&
	    grep -q 'problem.*b/compose.override.yaml has a last line without an end: give it one' one.plan
}
check "a line end could become part of a last text: a person gives it one" open_end
wide() {
	ends 1 one "$(printf '\377\376')s" && grep -q 'b/compose.override.yaml is not readable as it stands' one.plan
}
check "none in UTF-16 is written" wide
own_ports() {
	one 'services:\n  db:\n    ports: ["7000:7000"]\n' && apply -q --db one.db one.plan >/dev/null &&
	    grep -q '^    ports: !override \["5433:5432", "7000:7000"\]$' one/b/compose.override.yaml &&
	    scan -q one | report -q conflicts
}
check "the ports of the file itself are among those that replace it" own_ports
# Of an app that has a file of several apps anyway, two services that have one text and clash part as well.
one_text() {
	one && printf 'include: [../shared/db.yml]\nservices:\n  x: &x\n    image: x\n    ports: ["7100:80"]\n  y: {<<: *x}\n' >one/b/compose.yaml &&
	    scan -q one >one.csv && plan -q --no-host-check --overrides --db text.db one.csv >text.plan &&
	    apply -q --db text.db text.plan && scan -q one | report -q conflicts && grep -q '^    ports: !override \["7101:80"\]$' one/b/compose.override.yaml
}
check "two services that share a text of its own part there as well" one_text
ways() {
	one && cp one/b/compose.yaml one/b/prod.yml && scan -q --project b --project 'b -f prod.yml -p other' one >one.csv
	ends 1 plan -q --no-host-check --overrides --db ways.db one.csv >ways.plan && ends 1 grep -q 'override,' ways.plan
}
check "a folder that is run in several ways gets none" ways
others() {
	one 'services: {}\n' && mkdir one/c &&
	    printf 'include: [{path: [../shared/db.yml, ../b/compose.override.yaml]}]\n' >one/c/compose.yaml &&
	    echo COMPOSE_FILE=compose.yaml >one/c/.env && scan -q one >one.csv &&
	    ends 1 plan -q --no-host-check --overrides --db others.db one.csv >others.plan &&
	    grep -q 'b/compose.override.yaml is shared with other apps' others.plan && ends 1 grep -q '!override' others.plan
}
check "one that another app reads is not written" others
unlike() {
	sed -i 's/"5432:5432"/{target: 5432, published: 5432, x-note: [1]}/' one/shared/db.yml && rm -r one/c &&
	    scan -q one >one.csv && ends 1 plan -q --no-host-check --overrides --db unlike.db one.csv >unlike.plan &&
	    grep -q 'would have to repeat more of its ports than a line holds' unlike.plan
}
check "a port that no one line can say again stays" unlike
# s gives its port to b, which extends it: that has to say its own once the text of both changes, though it stays as it is.
mkdir stays stays/one stays/two && echo 'services: {db: {image: x, ports: ["5432:1"]}}' >stays/db.yml
echo 'include: [../db.yml]' | tee stays/two/compose.yml >stays/one/compose.yml
cat >>stays/one/compose.yml <<'END'
services:
  a: {image: x, ports: ["8080:80"]}
  b: {extends: a, image: x, profiles: [gpu]}
  c: {image: x, profiles: [cpu], ports: ["8080:80"]}
END
stays() {
	scan stays >stays.csv && plan -q --no-host-check --overrides --db stays.db stays.csv >stays.plan &&
	    apply -q --db stays.db stays.plan >/dev/null && grep -q '"8081:80"' stays/one/compose.yml &&
	    grep -q '!override \["8080:80"\]' stays/one/compose.override.yaml && scan stays >stays.csv &&
	    report -q --findings stays.csv --format csv conflicts >stays.conflicts && [ "$(wc -l <stays.conflicts)" = 1 ] &&
	    plan -q --no-host-check --overrides --db stays.db stays.csv >stays.again && ends 1 grep '^[ir]' stays.again
}
check "a service that shares its text with one that moves keeps its number in the override file" stays

# Two services that never run together both stay: what they have to say is the same line, which each of them needs.
mkdir alike alike/one && cp stays/db.yml alike/db.yml && cp -r stays/two alike/two && cat >alike/one/compose.yml <<'END'
include: [../db.yml]
services:
  a: &a {image: x, ports: ["8080:80"]}
  b: {<<: *a, profiles: [gpu]}
  c: {<<: *a, profiles: [cpu]}
END
alike() {
	scan alike >alike.csv && plan -q --no-host-check --overrides --db alike.db alike.csv >alike.plan &&
	    apply -q --db alike.db alike.plan >/dev/null && grep -q '"8081:80"' alike/one/compose.yml &&
	    [ "$(grep -c '^    ports: !override \["8080:80"\]$' alike/one/compose.override.yaml)" = 2 ] && scan alike >alike.csv &&
	    report -q --findings alike.csv --format csv conflicts >alike.conflicts && [ "$(wc -l <alike.conflicts)" = 1 ] &&
	    plan -q --no-host-check --overrides --db alike.db alike.csv >alike.again && ends 1 grep '^[ir]' alike.again
}
check "two services that have the same line in the override file have it each" alike

# So does one of which only one half, of tcp and udp, has a text that changes.
mkdir half half/one && cat >half/one/compose.yml <<'END'
services:
  a: {image: x, profiles: [gpu], labels: {w: "$W"}, ports: ["${W:?set W}:80/udp"]}
  b: {extends: a, image: x, ports: [{published: "${W:-8081}", target: 80}]}
END
echo 'services: {b: {ports: [{target: 80, published: "8080", protocol: tcp}]}}' >half/one/compose.override.yml && echo W=8080 >half/one/.env
half() {
	scan half >half.csv && plan -q --no-host-check --overrides --db half.db half.csv >half.plan &&
	    apply -q --db half.db half.plan >/dev/null && grep -q '"8081:80/udp"' half/one/compose.yml &&
	    grep -q '!override \["8080:80/udp", "8080:80"\]' half/one/compose.override.yml && scan half >half.csv &&
	    plan -q --no-host-check --overrides --db half.db half.csv >half.again && ends 1 grep '^[ir]' half.again
}
check "and one of which half has that text" half

# Where no literal may be written, as the compose file is a symlink, two services on one variable part there.
mkdir linked linked/one && cat >linked/one/stack.txt <<'END'
services:
  a: {image: x, ports: ["${PORT}:80"]}
  b: {image: x, ports: ["[::]:${PORT:-1}:80"]}
END
ln -s stack.txt linked/one/compose.yml && echo PORT=8080 >linked/one/.env
linked() {
	scan linked >linked.csv && plan -q --no-host-check --overrides --db linked.db linked.csv >linked.plan &&
	    apply -q --db linked.db linked.plan >/dev/null && grep -qx PORT=8080 linked/one/.env &&
	    [ "$(grep -c '!override' linked/one/compose.override.yaml)" = 1 ] && scan linked >linked.csv &&
	    report -q --findings linked.csv --format csv conflicts >linked.conflicts && [ "$(wc -l <linked.conflicts)" = 1 ]
}
check "two services on one variable part there where their own file is not written" linked

done_testing
