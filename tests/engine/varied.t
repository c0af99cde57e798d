#!/bin/sh
# varied: thirty projects that publish in every way that Compose has and all want the same: migrated, all are up at once.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

web='init: true, image: box, command: httpd -f -p 80 -h /www'
# project NAME FILE: its compose.yaml (or FILE) is standard input.
project() {
	mkdir -p "fleet/$1"
	cat >"fleet/$1/${2:-compose.yaml}"
}
for i in 1 2 3; do
	project "range$i" <<EOF
services: {web: {$web, ports: ["9000-9002:80-82", "9010-9012:90-92/udp"]}}
EOF
	project "udp$i" <<EOF
services: {dns: {$web, ports: ["5353:53/udp", "5353:53/tcp"]}}
EOF
	project "address$i" <<EOF
services: {web: {$web, ports: ["127.0.0.1:8080:80", "127.0.0.2:8080:80"]}}
EOF
	project "profile$i" <<EOF
services:
  web: {$web, ports: ["8080:80"]}
  debug: {$web, profiles: [debug], ports: ["8081:80"], container_name: debug}
EOF
	project "extends$i" base.yaml <<EOF
services: {base: {$web, environment: {A: b}}}
EOF
	project "extends$i" <<EOF
services: {web: {extends: {file: base.yaml, service: base}, ports: ["8080:80"], container_name: web}}
EOF
	project "include$i" part.yaml <<EOF
services: {part: {$web, ports: ["8082:80"]}}
EOF
	project "include$i" <<EOF
include: [part.yaml]
services: {web: {$web, ports: ["8080:80"]}}
EOF
	project "override$i" compose.override.yaml <<EOF
services: {web: {ports: ["8083:81"], environment: {PORT: "8083"}}}
EOF
	project "override$i" <<EOF
services: {web: {$web, ports: ["8080:80"]}}
EOF
	project "long$i" <<EOF
name: long
services:
  web:
    init: true
    image: box
    command: httpd -f -p 80
    ports: [{target: 80, published: "8080", protocol: tcp, mode: host}, {target: 81, published: 8084, host_ip: 127.0.0.1}]
EOF
	project "named$i" <<EOF
services: {web: {$web, ports: ["\${PORT:-8080}:80"], volumes: ["data:/data"], networks: [net]}}
volumes: {data: {name: "\${COMPOSE_PROJECT_NAME:-x}-data-$i"}}
networks: {net: {name: net-$i}}
EOF
	project "replicas$i" .env <<EOF
WEB_PORT=8080
DB_PORT=5432
EOF
	project "replicas$i" <<EOF
services:
  web: {$web, ports: ["\$WEB_PORT:80"], depends_on: [worker]}
  worker: {init: true, image: box, command: sleep 10000, deploy: {replicas: 2}}
  db: {$web, ports: ["\${DB_PORT}:5432"], container_name: db}
EOF
done
docker run -d --init --name stranger -p 8080:80 box sleep 10000 >/dev/null
berth migrate --yes fleet >conflicts.csv 2>migrate.err
check "thirty projects have no clash left" grep -q 'a second scan of .* finds no clash' migrate.err
cat migrate.err conflicts.csv | head -n 20 | sed 's/^/# /'
check "the stranger's port is nobody's" sh -c 'scan --host fleet | report conflicts --host-check'
failed=
for d in fleet/*; do
	run "$d" up -d || failed="$failed $d"
done
[ -z "$failed" ] || tail -n 5 compose.log | sed 's/^/# /'
check "all thirty are up at once$failed" test -z "$failed"
echo "# $(ls fleet | wc -l) projects, $(docker ps -q --filter label=com.docker.compose.project | wc -l) containers, $(docker network ls -q --filter label=com.docker.compose.project | wc -l) networks up at once"
check "and cutover has nothing to do" sh -c 'berth cutover | wc -l | grep -qx 2'
# What runs is what scan says that the files publish.
scan fleet | report ports >ports.csv
python3 - >wrong 2>&1 <<'EOF'
import csv, json, subprocess
want = {(r["host_ip"] if r["host_ip"] not in ("", "0.0.0.0") else "", int(r["host_port"]), r["protocol"]) for r in csv.DictReader(open("ports.csv")) if r["host_port"].isdigit() and not r["profile"]}
have = set()
ids = subprocess.run(["docker", "ps", "-q", "--filter", "label=com.docker.compose.project"], stdout=subprocess.PIPE, text=True).stdout.split()
for c in json.loads(subprocess.run(["docker", "inspect"] + ids, stdout=subprocess.PIPE, text=True).stdout):
    for key, bindings in c["NetworkSettings"]["Ports"].items():
        have.update((b["HostIp"] if b["HostIp"] not in ("0.0.0.0", "::") else "", int(b["HostPort"]), key.split("/")[1]) for b in bindings or [])
print(*sorted(want ^ have))
EOF
sed 's/^/# /' wrong
check "they publish what their files say" sh -c '[ -z "$(tr -d "\n" <wrong)" ]'
check "the stranger was not touched" sh -c 'docker ps --format "{{.Names}} {{.Ports}}" | grep -q "^stranger 0.0.0.0:8080->80"'

# All of it taken down by hand, and brought up by cutover.
for d in fleet/*; do
	docker rm -f $(docker ps -aq --filter "label=com.docker.compose.project.working_dir=$WORK/$d") >/dev/null 2>&1
done
check "cutover --all starts them" ends 0 sh -c 'berth cutover --all >all.csv 2>all.err'
grep -e ,failed, -e ,problem, all.csv | head -n 5 | sed 's/^/# /'
check "all thirty again" sh -c "[ \"\$(docker ps -q --filter label=com.docker.compose.project | wc -l)\" -ge 36 ]"
done_testing
