#!/bin/sh
# strangers: what looks like an app's own and is not, what an app does that is not plain running, and an engine that dies half way.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

# An app whose folder has blanks and quotes, and that runs, is paused, and goes on failing.
odd="apps/it's my/app1"
mkdir -p "$odd"
cat >"$odd/compose.yaml" <<'APP'
services:
  backend: {image: box, init: true, command: httpd -f -p 80 -h /www, ports: ["${B:-5101}:80"], volumes: ["data:/www"]}
  frontend: {image: box, init: true, command: httpd -f -p 80 -h /www, ports: ["${F:-8101}:80"]}
  sleeper: {image: box, init: true, command: sleep 100000}
  failing: {image: box, init: true, restart: always, command: sh -c "sleep 1; exit 3"}
volumes: {data: {}}
APP
run "$odd" up -d
run "$odd" exec -T backend sh -c 'echo page >/www/index.html'
docker pause app1-sleeper-1 >/dev/null
holds app1_data >data.before

# Two of one folder, each with a project name of its own from the command line, an address and data of its own.
mkdir -p apps/twin
cat >apps/twin/compose.yaml <<'APP'
services: {web: {image: box, init: true, command: httpd -f -p 80, ports: ["${ADDRESS:-127.0.0.1}:5051:80"], volumes: ["data:/data"]}}
volumes: {data: {}}
APP
mkdir -p apps/first
echo 'services: {web: {image: box, ports: ["127.0.0.1:5051:80"]}}' >apps/first/compose.yaml
for n in 2 3; do
	(cd apps/twin && ADDRESS=127.0.0.$n docker compose -p "twin$n" up -d) >>compose.log 2>&1
	docker exec "twin$n-web-1" sh -c "echo $n >/data/which"
done

# Strangers: one by a label that lies, one made from an app's own container with all of its labels, one beside both.
docker run -d --init --name liar --label "com.docker.compose.project.working_dir=$WORK/$odd" -v liar:/l box sleep 100000 >/dev/null
docker commit app1-backend-1 copied >/dev/null
docker run -d --init --name copy -v copy:/www copied sleep 100000 >/dev/null
docker run -d --init --name alone -p 7002:80 -v lonely:/l box sleep 100000 >/dev/null
# An image that was given the labels of an app's service, and a volume that Compose made with those of a cutover that did not end.
docker commit --change "LABEL com.docker.compose.project=app1 com.docker.compose.service=backend" \
	--change "LABEL \"com.docker.compose.project.working_dir\"=\"$WORK/$odd\"" alone baiting >/dev/null
docker run -d --init --name bait -v bait:/www baiting sleep 100000 >/dev/null
mkdir -p apps/forger
cat >apps/forger/compose.yaml <<APP
services: {web: {image: box, init: true, command: sleep 100000, volumes: ["forged:/www"]}}
volumes:
  forged:
    name: forged
    labels:
      org.berth.folder: "$WORK/$odd"
      org.berth.ran: "{"
      org.berth.mounts: '[{"s": "backend", "n": "1", "d": "/www", "v": "forged", "i": "box"}]'
APP
run apps/forger up -d
identity liar copy alone bait twin2-web-1 twin3-web-1 >strangers.before
untouched() {
	identity liar copy alone bait twin2-web-1 twin3-web-1 | diff strangers.before -
}

check "they are held as strangers' by scan --host" sh -c 'scan -q --host apps >found.csv; for n in liar copy alone bait; do grep -q "^held,.*container,.*$n" found.csv || { echo $n; exit 1; }; done'
berth migrate --yes -q --renumber apps
berth cutover --dry-run >dry.sh 2>dry.err
check "the dry run names none of them" sh -c '! grep -e liar -e copy -e alone -e bait -e forge dry.sh; for c in liar copy alone bait twin2-web-1 twin3-web-1; do ! grep "$(docker inspect --format "{{.Id}}" $c)" dry.sh || exit 1; done'
berth cutover >rows.csv 2>rows.err
check "what is not to be touched is not" untouched
check "which is said of the two of one folder" grep -q '^twin,down,problem,.*twin2, twin3, which no file of it names.*it runs as before' rows.csv
[ -z "$VERBOSE" ] || sed 's/^/# /' rows.csv rows.err
project=$(docker ps --filter "label=com.docker.compose.project.working_dir=$WORK/$odd" --format '{{.Label "com.docker.compose.project"}}' | grep -v -x -e app1 -e '' | sort -u)
check "an app with blanks and quotes is brought over" test -n "$project"
holds "${project}_data" >data.after
check "with its data" diff data.before data.after
check "what was paused runs, and that is said" sh -c "docker inspect --format '{{.State.Status}}' $project-sleeper-1 | grep -qx running && grep -q 'sleeper was paused' rows.csv"
check "what goes on failing is started again, too" sh -c "docker inspect --format '{{.RestartCount}}' $project-failing-1"

# The engine dies while all goes back.
berth apply --undo -q >/dev/null
berth cutover >blocked.csv 2>/dev/null
check "what Compose would take for the app's own is in the way, and told" grep -q "down,problem,container \(copy\|bait\) is service backend of the project app1 as well: it runs as before" blocked.csv
docker rm -f copy bait >/dev/null
run apps/forger down -v
berth cutover >died.csv 2>died.err &
victim=$!
for _ in $(seq 200); do
	[ -z "$(docker volume ls -q --filter label=org.berth.folder 2>/dev/null)" ] || break
	sleep 0.05
done
"$ENGINE" kill "$WORK/engine"
wait "$victim"
status=$?
check "an engine that dies ends it with 1 or 2" test "$status" -ge 1
"$ENGINE" start "$WORK/engine"
check "and when it is back, all goes on" sh -c 'berth cutover >on.csv 2>on.err; cat on.csv on.err; ! grep ,failed, on.csv'
holds app1_data >data.after
check "with the data" diff data.before data.after
check "on the ports of before" sh -c 'docker ps --format "{{.Names}} {{.Ports}}" | grep -q "^app1-backend-1 .*:5101->80"'
docker start liar alone twin2-web-1 twin3-web-1 >/dev/null
check "the strangers have what they had" sh -c 'docker inspect --format "{{.Id}} {{json .Mounts}}" liar alone twin2-web-1 twin3-web-1 >now; sed -e 2d -e 4d -e "s/ 20[^ ]*Z [a-z]* / /" strangers.before | diff - now'

check "nothing of this is left in the engine" sh -c '! docker volume ls -q | grep berth'
done_testing
