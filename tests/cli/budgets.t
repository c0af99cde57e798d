#!/bin/sh
# budgets: one app that would take all memory, or for ever, is a problem of its own; the others get the answer that they get without it.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"
unset BERTH_DB
! is_sanitized || { echo '1..0 # SKIP the sanitizer takes memory of its own'; exit 0; }

good() { mkdir -p "$1/good/app1" "$1/good/app2" && printf 'services: {backend: {image: x, ports: ["5000:80"]}, frontend: {image: x, ports: ["8000:80"]}}\n' | tee "$1/good/app1/compose.yaml" >"$1/good/app2/compose.yaml" &&
	mkdir "$1/y" "$1/z" && printf 'services: {db: {image: x, ports: ["5432:5432"]}}\n' | tee "$1/y/compose.yaml" >"$1/z/compose.yaml"; }
good alone
scan alone 2>/dev/null >alone.csv
plan -q --db alone.db --no-host-check alone.csv | grep ',good,\|,[yz],' | cut -d, -f1-14 >alone.plan
# bomb NAME: a fleet with the app that stdin, a Python program, lays out in fleet/bomb.
bomb() {
	rm -rf fleet r.db*
	good fleet && mkdir fleet/bomb && (cd fleet/bomb && python3 -)
}
# answered TEXT: in a gigabyte ($room KiB, where that is set) and a minute; the app's problem says TEXT.
answered() {
	(ulimit -v "${room:-1048576}"; timeout "${TEST_PATIENCE:-60}" scan fleet 2>err >f.csv; echo $? >status)
	[ "$(cat status)" -le 1 ] || { cat status err; return 1; }
	grep '^problem,bomb,.*'"$1" f.csv | head -n 3 | cut -c1-200
	grep -q '^problem,bomb,.*'"$1" f.csv || return 1
	grep ',good,\|,[yz],' f.csv | diff - "$WORK/good.csv" || return 1
	plan -q --db r.db --no-host-check f.csv | grep ',good,\|,[yz],' | cut -d, -f1-14 | diff "$WORK/alone.plan" -
}
grep ',good,\|,[yz],' alone.csv >good.csv
limit='MiB to be read, the most that one of its size gets\|reads more than [0-9]* files'
doubled() { printf '%s\n' 'n = 26
open("compose.yaml", "w").write("include: [f1.yaml, g1.yaml]\nservices: {w: {image: x}}\n")
for i in range(1, n):
    for c in "fg":
        open("%s%d.yaml" % (c, i), "w").write("include: [f%d.yaml, g%d.yaml]\n" % (i + 1, i + 1))
for c in "fg":
    open("%s%d.yaml" % (c, n), "w").write("services: {%s: {image: x}}\n" % c)' | bomb && answered "$limit"; }
check 'files that include one another by twos' doubled
elsewhere() { printf '%s\n' 'n = 24
open("compose.yaml", "w").write("include: [f1.yaml]\nservices: {w: {image: x}}\n")
for i in range(1, n):
    open("f%d.yaml" % i, "w").write("include:\n" + "".join("  - %sf%d.yaml\n" % ("./" * k, i + 1) for k in range(9)))
open("f%d.yaml" % n, "w").write("services: {z: {image: x}}\n")' | bomb && answered "$limit"; }
check '… by other paths' elsewhere
env_files() { printf '%s\n' 'open("compose.yaml", "w").write("services:\n  w:\n    image: x\n    env_file: [" + "e, " * 5000 + "]\n")
open("e", "w").write("".join("K%d=1\n" % i for i in range(2000)))' | bomb && answered "$limit"; }
check 'one env_file five thousand times' env_files
compose_file() { printf '%s\n' 'open("compose.yaml", "w").write("services: {w: {image: x, ports: [\"5000:80\"]}}\n")
open(".env", "w").write("COMPOSE_FILE=" + ":".join(["compose.yaml"] * 200000) + "\n")' | bomb && answered "$limit"; }
check 'COMPOSE_FILE that names one file 200,000 times' compose_file
services() { printf '%s\n' "$1" | cat - >head.py && cat head.py | bomb && answered "$2"; }
check 'merges that follow one another' services 'n = 1500
open("compose.yaml", "w").write("x-0: &m0 {image: x}\n" + "".join("x-%d: &m%d {<<: *m%d, k%d: 1}\n" % (i, i, i - 1, i) for i in range(1, n)) +
    "services:\n  w: {<<: *m%d}\n" % (n - 1))' 'excessive aliasing'
check 'a hundred thousand ports out of one list' services 'open("compose.yaml", "w").write("x-p: &p [%s]\nservices:\n" %
    ", ".join("\"%d:80\"" % (20000 + i) for i in range(500)) + "".join("  s%d: {image: x, ports: *p}\n" % i for i in range(200)))' 'publishes more than .* ports: none is looked at'
room=131072	# they are counted before one is made
check 'ranges that overlap' services 'open("compose.yaml", "w").write("services:\n  w:\n    image: x\n    ports:\n" +
    "".join("      - \"%d-%d:%d-%d\"\n" % (20000 + i, 25000 + i, 20000 + i, 25000 + i) for i in range(200)))' 'publishes more than .* ports: none is looked at'
unset room
# One long text that each of many rows would bear: a list of ports by an alias, a default, a profile, a network's name, a build's folder.
said='what there is to say of it takes more than [0-9]* KiB'
borne() { small() { answered "$2" && [ "$(wc -c <f.csv)" -lt 30000 ] || { wc -c f.csv; return 1; }; }
	printf 'ports = ", ".join("%%d:80" %% (20000 + i) for i in range(3000)).replace(", ", "\", \"")\nopen("compose.yaml", "w").write(%s)\n' "$1" | bomb && small "$@"; }
check 'a profile of 40,000 characters and 3,000 ports' borne "'services: {w: {image: x, profiles: [%s], ports: [\"%s\"]}}' % ('s' * 40000, ports)" "$said"
check 'a default with 3,000 addresses' borne "'services: {w: {image: x, environment: {A: \"\${A:-%s}\"}}}' % ('http://localhost:20000 ' * 3000)" "$said"
check 'a network with a name of 40,000 characters and 3,000 aliases' borne "'services: {w: {image: x, networks: {n: {aliases: [\"%s\"]}}}}\nnetworks: {n: {name: %s}}' % (ports.replace(':', '-'), 'n' * 40000)" "$said"
check "a folder of 40,000 characters that 2,000 services are built in" borne "'services:\n' + ''.join('  s%d: {image: i, build: {context: %s}}\n' % (i, '*c' if i else '&c ' + 'b' * 40000) for i in range(2000))" "$said"
list() { printf '%s\n' 'open("compose.yaml", "w").write("x-p: &p [%s]\nservices: {w: {image: x, ports: *p}}\n" % ", ".join("\"%d:80\"" % (20000 + i) for i in range(4000)))' | bomb &&
	scan fleet 2>/dev/null >f.csv && [ "$(grep -c '^port,bomb,' f.csv)" = 4000 ] && [ "$(wc -c <f.csv)" -lt 2000000 ] || { wc -c f.csv; return 1; }; }
check 'a list of 4,000 ports by an alias is no text of each' list
# An app that wants more ports than there are gets none; the others get theirs.
none_left() {
	printf '%s\n' 'open("compose.yaml", "w").write("x-p: &p [%s]\nservices:\n" %
    ", ".join("\"%d:80\"" % (20000 + i) for i in range(30)) + "".join("  s%d: {image: x, ports: *p}\n" % i for i in range(130)))' | bomb &&
		scan fleet 2>/dev/null >f.csv; plan -q --db r.db --no-host-check --range 5000-8100 f.csv >p.csv; [ $? = 1 ] &&
		grep '^problem,bomb,.*no free port is left for [0-9]* of its ports' p.csv | cut -c1-200 && grep ',good,\|,[yz],' p.csv | cut -d, -f1-14 | diff "$WORK/alone.plan" -
}
check 'an app for whose ports no free ones are left is a problem of its own' none_left
twice() { printf '%s\n' 'open("compose.yaml", "w").write("include: [f.yaml, f.yaml]\nservices: {w: {image: x}}\n")
open("f.yaml", "w").write("services: {z: {image: x, ports: [\"7000:80\"]}}\n")' | bomb && scan fleet 2>/dev/null >f.csv && [ "$(grep -c '^port,bomb,' f.csv)" = 1 ] && ! grep '^problem,bomb' f.csv; }
check 'a file that is included twice in one list is read once' twice
done_testing
