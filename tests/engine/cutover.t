#!/bin/sh
# cutover: berth cutover on a real engine: three apps whose ports go round in a circle, and strangers beside them.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

# app NAME BACKEND FRONTEND: an app of the layout with a build, named, anonymous and image's volumes, and a job that does not run.
app() {
	mkdir -p "apps/$1/app1/back"
	cat >"apps/$1/app1/docker-compose.yml" <<EOF
services:
  backend:
    build: {context: ./back, args: {API: "http://localhost:\${BACKEND_PORT}/"}}
    init: true
    ports: ["\${BACKEND_PORT}:80"]
    volumes: ["data:/www", "/unnamed"]
  frontend:
    image: box
    init: true
    command: httpd -f -p 80 -h /www
    container_name: $1_front
    ports: ["\${FRONTEND_PORT}:80"]
    volumes: ["data:/www:ro"]
    depends_on: [backend]
  job:
    image: box
    profiles: [jobs]
    command: sleep 1000
  idle:
    image: box
    command: sleep 1000
volumes: {data: {}}
EOF
	cat >"apps/$1/app1/back/Dockerfile" <<EOF
FROM box
ARG API
RUN echo \$API >/baked
VOLUME /vol
CMD ["httpd", "-f", "-p", "80", "-h", "/www"]
EOF
	settings "$@"
}

# A plan gives a 5001 and 8001, b 5003 and 8003, c 5005 and 8005: a waits for c, c for b, b for a.
app a 5003 8003
app b 5005 8005
app c 5001 8001
for m in a b c; do
	run "apps/$m/app1" up -d backend frontend
	run "apps/$m/app1" exec -T backend sh -c "echo page-$m >/www/index.html; mkdir /www/d; echo x >/www/d/x; ln /www/d/x /www/hard; ln -s d/x /www/soft;
		chown -R 33:44 /www/d; chmod 700 /www/d; touch -d '2020-01-02 03:04:05' /www/d/x; echo unnamed-$m >/unnamed/f; echo vol-$m >/vol/f; echo gone >/layer"
	data=$WORK/engine/data/volumes/old${m}_data/_data
	truncate -s 20M "$data/sparse"
	mkfifo "$data/fifo"
	mknod "$data/null" c 1 3
	cp "$(command -v busybox)" "$data/able"
	python3 - "$data" "it's $m" <<'PY'
import os, socket, sys
data, text = sys.argv[1:]
os.setxattr(data + "/index.html", "user.berth", text.encode())
os.setxattr(data + "/d", "user.berth", text.encode())
os.setxattr(data + "/able", "security.capability", bytes.fromhex("0100000200040000000000000000000000000000"))
os.chdir(data)
socket.socket(socket.AF_UNIX).bind("socket")
PY
	chown 70:70 "$data"
	chmod 750 "$data"
	holds "old${m}_data" >"data.$m"
done
# Strangers: one in a project that is an app's own old one, one with a port of its own.
mkdir -p strangers/s
printf 'name: olda\nservices: {guest: {image: box, init: true, command: sleep 100000, ports: ["7001:80"], volumes: ["data:/data"]}}\nvolumes: {data: {}}\n' >strangers/s/compose.yaml
run strangers/s up -d
docker run -d --init --name alone -p 7002:80 -v lonely:/l box httpd -f -p 80 >/dev/null
identity olda-guest-1 alone >strangers.before
untouched() {
	identity olda-guest-1 alone | diff strangers.before -
}
docker ps --format '{{.Names}} {{.Ports}}' | sort >before
check "the fleet is up" sh -c '[ "$(wc -l <before)" = 8 ]'
check "three apps with old names, whose project names are new" ends 0 berth migrate --yes -q --renumber apps
check "undone and done again it is the same" sh -c 'berth apply --undo -q >/dev/null && berth migrate --yes -q --renumber apps'

berth cutover --dry-run >dry.sh 2>dry.err
check "a dry run ends with 0" test $? = 0
check "and is a script" sh -n dry.sh
check "that touches nothing" sh -c 'docker ps --format "{{.Names}} {{.Ports}}" | sort | diff before -'
check "those in the circle stop in one command" sh -c '[ "$(grep -c "^docker stop" dry.sh)" = 1 ]'

berth cutover >rows.csv 2>rows.err
status=$?
check "cutover ends with 0" test "$status" = 0
cat rows.csv rows.err >&2
sed -n 's/^\([^,]*\),verify,.*it was down for \([0-9.]* s\).*/# \1, one of a circle of three, was down for \2/p' rows.csv
check "with a row for each step" sh -c 'head -n 1 rows.csv | grep -qx app,step,status,detail && for s in build down volumes up verify; do grep -q "^a/app1,$s,changed," rows.csv || exit 1; done'
check "all of a circle are down before one is up" sh -c 'awk -F, "\$2 == \"up\" { up = 1 } \$2 == \"down\" && up { exit 1 }" rows.csv'
check "what a container wrote elsewhere is told" grep -q '^a/app1,down,.*/layer' rows.csv

cat >want <<EOF
a-app1-backend-1 5001
a_front 8001
alone 7002
b-app1-backend-1 5003
b_front 8003
c-app1-backend-1 5005
c_front 8005
olda-guest-1 7001
EOF
check "names and ports are the plan's" sh -c "docker ps --format '{{.Names}} {{.Ports}}' | sed 's/0.0.0.0:\([0-9]*\)->.*/\1/' | sort | diff want -"
# page PORT: what answers there at once.
page() {
	"$ENGINE" in "$WORK/engine" curl -s "http://127.0.0.1:$1/"
}
pages() {
	[ "$(page "$2")" = "page-$1" ] && [ "$(page $(($2 + 3000)))" = "page-$1" ]
}
port=5001
for m in a b c; do
	check "$m: both pages answer on the planned ports" pages "$m" "$port"
	holds "$m-app1_data" >got
	check "$m: every byte, owner, mode, time, link and attribute" diff "data.$m" got
	check "$m: attributes and capabilities are among them" sh -c "grep -q 'user.berth=' got && grep -q 'security.capability=' got"
	check "$m: the sparse file is sparse" sh -c "[ \$(stat -c %b '$WORK/engine/data/volumes/$m-app1_data/_data/sparse') -lt 1000 ]"
	check "$m: anonymous volumes too" sh -c "[ \"\$(docker exec $m-app1-backend-1 cat /unnamed/f /vol/f)\" = \"unnamed-$m
vol-$m\" ]"
	check "$m: what is built in is new" sh -c "[ \"\$(docker exec $m-app1-backend-1 cat /baked)\" = http://localhost:$port/ ]"
	check "$m: the volume is Compose's own" sh -c "docker volume inspect --format '{{index .Labels \"com.docker.compose.project\"}} {{index .Labels \"com.docker.compose.volume\"}}' $m-app1_data | grep -qx '$m-app1 data'"
	port=$((port + 2))
done
check "only what ran runs" sh -c '! docker ps -a --format "{{.Names}}" | grep -e idle -e job'
check "the strangers were not touched" untouched
check "networks that are empty are gone, that of the stranger is not" sh -c 'docker network ls --format "{{.Name}}" | grep -qx olda_default && ! docker network ls --format "{{.Name}}" | grep -x oldb_default'
check "no notes are left" sh -c '! docker volume ls -q | grep berth'
check "Compose has nothing to say" sh -c '(cd apps/a/app1 && docker compose up -d backend frontend) 2>up.err; ! grep -i -e warn -e recreat up.err'
check "again there is nothing to do" sh -c 'berth cutover >again.csv 2>again.err && [ "$(wc -l <again.csv)" = 2 ] && grep -q "nothing to do" again.err'

# Back, with something new in one of the volumes.
docker exec b-app1-backend-1 sh -c 'echo newer >/www/newer'
check "taken back, the rows tell of the volume that is not the same" sh -c 'berth apply --undo -q >/dev/null; berth cutover >back.csv 2>/dev/null; [ $? = 1 ] && [ "$(grep -c ",problem," back.csv)" = 1 ] && grep -q "^b/app1,volumes,problem,.*oldb_data stays as it is.*newest .* UTC; b-app1_data.*newest newer of .*--replace oldb_data" back.csv'
check "and all of it is back" sh -c 'docker ps --format "{{.Names}} {{.Ports}}" | sort | diff before -'
for m in a b c; do
	holds "old${m}_data" >got
	check "$m: nothing was written into the volume of before" diff "data.$m" got
	check "$m: its anonymous volumes came along" sh -c "[ \"\$(docker exec old$m-backend-1 cat /unnamed/f)\" = unnamed-$m ]"
done
check "it is told until it is decided" sh -c 'berth cutover >told.csv 2>/dev/null; [ $? = 1 ] && grep -q "b/app1,volumes,problem" told.csv'
check "--replace takes the newer" sh -c 'berth cutover --replace oldb_data >replaced.csv 2>/dev/null && docker exec oldb-backend-1 cat /www/newer | grep -qx newer'
beside=$(docker volume ls -q | grep '^oldb_data\.berth-')
holds "$beside" >got
check "and keeps what was there beside" diff data.b got
check "then there is nothing to do" sh -c 'berth cutover | wc -l | grep -qx 2'
check "the strangers were still not touched" untouched

# Somebody takes a port that an app is to get.
mkdir -p two/x/app1
printf 'services:\n  backend: {image: box, init: true, command: httpd -f -p 80, ports: ["${B:-6001}:80"]}\n  frontend: {image: box, init: true, command: httpd -f -p 80, ports: ["${F:-5003}:80"]}\n' >two/x/app1/compose.yaml
run two/x/app1 up -d backend || :
berth migrate --yes -q --db two.db two
taken=$(sed -n 's/^B=//p' two/x/app1/.env)
docker run -d --init --name thief -p "$taken:80" box sleep 100000 >/dev/null
check "who wants what a stranger has stays as it is" sh -c 'berth cutover --db two.db >blocked.csv 2>/dev/null; [ $? = 1 ] && grep -q "^x/app1,down,problem,.*/tcp is held by container thief" blocked.csv && ! grep ,changed, blocked.csv && docker ps --format "{{.Ports}}" | grep -q ":6001->"'
docker rm -f thief >/dev/null
check "and goes when it is free" sh -c 'berth cutover --db two.db >free.csv 2>/dev/null && ! docker ps --format "{{.Ports}}" | grep -q ":6001->"'
done_testing
