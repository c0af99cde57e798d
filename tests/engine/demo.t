#!/bin/sh
# demo: the fleet of `make demo` on a real engine: what can be up before is up, with data; migrated and brought over all of it is up at
# once, every page answers on its planned port, and taken back what was up before is up again.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

# image NAME PORT: NAME is made of box, and answers on PORT with /www, into which it puts its service and project.
image() {
	mkdir -p "image/$1"
	printf 'FROM box\nVOLUME /var/lib/postgresql/data\nCMD ["sh", "-c", "echo $HOSTNAME >/www/index.html; exec httpd -f -p %s -h /www"]\n' "$2" >"image/$1/Dockerfile"
	docker build -q -t "$1" "image/$1" >/dev/null
}
image nginx:alpine 80
image postgres:16 5432
"$TOP/tests/fleet.sh" apps "${ENGINE_APPS:-36}"
for d in apps/generated/apps/*/app*; do
	mkdir -p "$d/backend"
	printf 'FROM box\nCMD ["sh", "-c", "echo $HOSTNAME >/www/index.html; exec httpd -f -p $FLASK_RUN_PORT -h /www"]\n' >"$d/backend/Dockerfile"
done
cp -R apps before
# project FOLDER: what Compose calls it.
project() {
	(cd "$1" && docker compose config --format json) | python3 -c 'import json, sys; print(json.load(sys.stdin)["name"])'
}
# Nothing comes up over another: who finds its project, a name or a port taken leaves nothing. Those with data are first.
up=0
for d in $(grep -l '^volumes:' apps/generated/apps/*/app*/docker-compose.yml | sed 's|/[^/]*$||') apps/generated/apps/*/app* apps/selfhosted/*; do
	[ -z "$(docker ps -aq --filter "label=com.docker.compose.project=$(project "$d")")" ] || continue
	if run "$d" up -d; then up=$((up + 1)); else run "$d" down -v; fi
done
running() {
	docker ps --format '{{.Names}} {{.Ports}}' | sed 's/->[^,]*//g' | sort
}
running >running.before
count=$(wc -l <running.before)
echo "# $up apps came up, $count containers run"
check "some of the fleet is up" test "$count" -gt 2
for v in $(docker volume ls -q | grep _data); do
	echo "data of $v" >"$WORK/engine/data/volumes/$v/_data/file"
	holds "$v" >"holds.$v"
done
check "and has data" sh -c 'ls holds.*_data'
docker inspect --format '{{index .Config.Labels "com.docker.compose.project.working_dir"}} {{range .Mounts}}{{.Name}} {{end}}' $(docker ps -q) | sort -u | sed "s|$WORK/||" >mounts.before

berth migrate --yes apps >/dev/null 2>migrate.err
check "migrated without a clash" grep -q 'a second scan of .* finds no clash' migrate.err
check "it ends with how many still run as before" sh -c 'tail -n 1 migrate.err | grep -q "still run.* as before: berth cutover brings"'
started=$(date +%s)
berth cutover >rows.csv 2>rows.err
check "what ran is brought over" test $? = 0
echo "# cutover took $(($(date +%s) - started)) s; down for: $(sed -n 's/.*was down for \([0-9.]*\) s.*/\1/p' rows.csv | sort -n | tr '\n' ' ')"
[ "$(grep -c -e ,failed, -e ,problem, rows.csv)" = 0 ] || grep -e ,failed, -e ,problem, rows.csv | sed 's/^/# /'
check "as many containers run" sh -c "[ \"\$(docker ps -q | wc -l)\" = $count ]"
berth cutover --all >all.csv 2>all.err
status=$?
[ "$status" = 0 ] || grep -e ,failed, -e ,problem, all.csv | head -n 5 | sed 's/^/# /'
check "with --all every app is up" test "$status" = 0

# What the plan says, of the database, against what the engine has: who is called how, and publishes what where.
report ports </dev/null >ports.csv
report names </dev/null >names.csv
cat >compare <<'PY'
import csv, json, os, subprocess, sys
apps = os.path.join(os.environ["WORK"], "apps")
ids = subprocess.run(["docker", "ps", "-q"], stdout=subprocess.PIPE, text=True).stdout.split()
names, ports, whose = set(), set(), {}
for c in json.loads(subprocess.run(["docker", "inspect"] + ids, stdout=subprocess.PIPE, text=True).stdout):
    labels = c["Config"]["Labels"]
    app = os.path.relpath(labels["com.docker.compose.project.working_dir"], apps)
    service = labels["com.docker.compose.service"]
    names.add((app, service, c["Name"].lstrip("/")))
    for key, bindings in c["NetworkSettings"]["Ports"].items():
        for b in bindings or []:
            ports.add((app, service, b["HostPort"], key))
            whose[b["HostPort"]] = c["Id"][:12]
want_names = {(r["app"], r["service"], r["planned_name"] or r["name"]) for r in csv.DictReader(open("names.csv"))}
rows = [r for r in csv.DictReader(open("ports.csv")) if r["host_port"]]
want_ports = {(r["app"], r["service"], r["host_port"], r["container_port"] + "/" + r["protocol"]) for r in rows}
pages = [r for r in rows if r["container_port"] in ("80", "5000") and r["host_ip"] in ("", "0.0.0.0")]
if sys.argv[1] == "names":
    print(*sorted(names ^ want_names), sep="\n")
elif sys.argv[1] == "ports":
    print(*sorted(ports ^ want_ports), sep="\n")
else:
    print(*(r["host_port"] + " " + whose.get(r["host_port"], "nobody") for r in pages), sep="\n")
PY
export WORK
for kind in names ports; do
	check "$kind are the plan's, each with its app and service" sh -c "[ \"\$(wc -l <$kind.csv)\" -gt 50 ] && python3 compare $kind >wrong && cat wrong && [ -z \"\$(tr -d '\n' <wrong)\" ]"
done
answered() {
	python3 compare pages >pages
	[ "$(wc -l <pages)" -gt 50 ] || { wc -l pages; return 1; }
	while read -r port id; do
		[ "$(fetch "$port")" = "$id" ] || { echo "$port is not answered by $id"; return 1; }
	done <pages
	echo "# $(wc -l <pages) pages answered" >said
}
check "every page answers on its planned port, each by its own container" answered
cat said
carried() {
	while read -r folder volumes; do
		for v in $volumes; do
			[ -e "holds.$v" ] || continue
			holds "$(project "$folder")_data" | diff "holds.$v" - || { echo "$folder has not $v"; return 1; }
		done
	done <mounts.before
}
check "each has the data that it had, byte for byte" carried

# Back to what was up before: what was started beside it goes first, as its names and ports are others'.
for d in apps/generated/apps/*/app* apps/selfhosted/*; do
	folder=$WORK/$d
	grep -q "^$d " mounts.before || docker rm -f $(docker ps -aq --filter "label=com.docker.compose.project.working_dir=$folder") >/dev/null 2>&1
done
berth apply --undo -q >/dev/null
check "every byte of the files is back" diff -r before apps
check "taken back, the engine goes back as well" ends 0 sh -c 'berth cutover >back.csv 2>back.err'
grep -e ,failed, -e ,problem, back.csv | sed 's/^/# /'
running >running.after
check "what was up is up again, on its ports" diff running.before running.after
kept() {
	for f in holds.*_data; do
		holds "${f#holds.}" | diff "$f" - || { echo "$f"; return 1; }
	done
}
check "and the volumes of before hold what they held" kept
done_testing
