#!/bin/sh
# plan-bind: ports that listen on all addresses are kept to one of them, and back. What each way of writing a port becomes is in
# fixtures/situations/ports-kept-to-this-host.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

mkdir -p f/a f/b f/base
printf 'services:\n  web:\n    image: nginx\n    ports:\n      - 8080:80\n      - target: 81\n        published: 8081\n' >f/a/compose.yaml
printf 'services:\n  web: {image: nginx, ports: ["8080:80", "[::]:9000:90", "10.0.0.1:9001:91"]}\n' >f/b/compose.yaml
cp -R f before
bind() {	# bind ADDRESS OPTION…: the plan for it
	address=$1
	shift
	plan -q --no-host-check --db berth.db --bind "$address" "$@" f
}
rows() {	# rows NAME=TEXT COMMAND…: columns file, line, old and new of its address rows
	want=$1
	shift
	got=$("$@" | python3 -c '
import csv, sys
print(" ".join("|".join(r[k] for k in ("file", "line", "old", "new")) for r in csv.DictReader(sys.stdin) if r["reason"] == "address"))')
	[ "$got" = "$want" ] || { echo "$got"; return 1; }
}

check 'a folder is scanned for it' rows 'a/compose.yaml|5||127.0.0.1: a/compose.yaml|7||        host_ip: 127.0.0.1 b/compose.yaml|2||127.0.0.1: b/compose.yaml|2|[::]|[::1]' bind 127.0.0.1
check 'with an address of IPv6 what had no quotes gets some' rows 'a/compose.yaml|5||"[::1]: a/compose.yaml|5||" a/compose.yaml|7||        host_ip: "::1" b/compose.yaml|2||[::1]: b/compose.yaml|2|[::]|[::1]' bind '[::1]'
check 'of these apps alone' rows 'b/compose.yaml|2||127.0.0.1: b/compose.yaml|2|[::]|[::1]' bind 127.0.0.1 --only b
one_family() {
	ends 1 bind 10.0.0.7 --only b >plan.csv && grep -q '^problem,.*stays on all addresses: 10.0.0.7 is of the other family' plan.csv
}
check 'another address than loopback is of one family' one_family
own_family() {
	mkdir k && printf 'services: {web: {image: x, ports: ["0.0.0.0:8080:80"]}}\n' >k/compose.yaml
	plan -q --no-host-check --db k.db --bind 10.0.0.7 k >plan.csv && grep -q ',0.0.0.0,10.0.0.7,address,' plan.csv || { cat plan.csv; return 1; }
}
check '… and takes the place of all of its own' own_family
check 'findings without it are refused, with the line that has it' says 2 'berth scan --addresses ROOT | berth plan --bind 127.0.0.1' sh -c 'scan f | plan --bind 127.0.0.1'
check 'nothing open needs nothing' sh -c 'mkdir g && printf "services:\n  a: {image: x, ports: [\"127.0.0.1:1:1\"]}\n" >g/compose.yaml && scan g | plan -q -n --bind 127.0.0.1 --db g.db'
check 'a name is no address' says 2 'is no address' bind localhost
check 'all addresses are no address' says 2 'every address of this host, as it is now' bind 0.0.0.0

migrated() {
	migrate --yes --no-host-check --db berth.db --bind 127.0.0.1 f >out 2>words || { cat words; return 1; }
	grep -q ': 1 port, 0 names, 4 addresses, 0 that follow' words || { cat words; return 1; }
	grep -q '"127.0.0.1:8082:80", "\[::1\]:9000:90", "10.0.0.1:9001:91"' f/b/compose.yaml
}
check 'migrate does it, and counts it' migrated
check 'nothing is exposed: the files' sh -c '[ "$(report -q exposed f -f csv | wc -l)" = 1 ]'
check 'nothing is exposed: the registry' sh -c '[ "$(report -q --db berth.db exposed -f csv | wc -l)" = 1 ]'
check 'a second time there is nothing to do' sh -c 'migrate --yes --no-host-check --db berth.db --bind 127.0.0.1 f 2>&1 | grep -q "nothing to change"'
check 'taken back' sh -c 'apply -q --undo --db berth.db >/dev/null && diff -r before f'
check 'and exposed again: the registry' sh -c '[ "$(report -q --db berth.db exposed -f csv | wc -l)" = 5 ]'

mkdir h h/a h/b
printf 'services:\n  web: {image: nginx, ports: ["8080:80"]}\n' >h/base.yml
for app in a b; do printf 'services:\n  web: {extends: {file: ../base.yml, service: web}}\n' >h/$app/compose.yaml; done
shared() {
	ends 1 plan -q -n --no-host-check --db h.db --bind 127.0.0.1 h >plan.csv
	grep -q '^problem,a,1,a,web,base.yml,2,.*8080:80 stays on all addresses: base.yml is not in this app.s folder; write 127.0.0.1 there by hand' plan.csv || { cat plan.csv; return 1; }
}
check 'what two apps read is for a person' shared

# open APP MAPPING: an app outside the layout with one port.
open() {
	mkdir -p "later/$1" && printf 'services:\n  web:\n    image: x\n    ports: ["%s"]\n' "$2" >"later/$1/compose.yaml"
}
newcomer() {	# of two apps the one that comes moves, though it is the first by name
	scan -q later | plan -q --no-host-check --db later.db --dry-run | grep '^replace' >moves
	cat moves
	grep -q '^replace,a,.*,8080,8081,port,' moves && [ "$(wc -l <moves)" = 1 ]
}
open z 8080:80
check 'an app that is bound' migrate --yes --no-host-check --db later.db --bind 127.0.0.1 later
open a 8080:80
check 'has its port before one that comes later' newcomer
open z 127.0.0.2:8080:80
check 'also where it got another address by hand' newcomer
open z 8080:80
check 'or has none any more' newcomer
open z 8080:3000
check 'or another port inside' newcomer
sed -i s/web:/api:/ later/z/compose.yaml
check 'or its service another name' newcomer
mkdir -p range/a && cat >range/a/compose.yaml <<'END'
services:
  a: {image: x, profiles: [one], ports: ["5001:80"]}
  b: {image: y, ports: ["5000-5002:90-92"]}
END
again() {	# taken back and done again it is the same: a range's numbers are the range's
	migrate --yes --no-host-check --db range.db --bind 127.0.0.1 range && grep -q 5000-5002: range/a/compose.yaml && cp -R range range.1 &&
	    migrate --yes --no-host-check --db range.db --bind 127.0.0.1 range && apply -q --undo --db range.db &&
	    migrate --yes --no-host-check --db range.db --bind 127.0.0.1 range && diff -r range.1 range
}
check 'bound, taken back and bound again' again
done_testing
