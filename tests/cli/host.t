#!/bin/sh
# host: what the host holds beside the fleet: scan --host, and what plan and report make of it. The engine is a docker of the
# test's own, which answers from files; tests/engine has a real one.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

mkdir stub answers
cat >stub/docker <<'EOF'
#!/bin/sh
[ ! -e "$ANSWERS/gone" ] || { echo "Cannot connect to the Docker daemon" >&2; exit 1; }
case "$1 $2" in
"ps --all") echo one; echo two; echo three ;;
"network ls") echo n1; echo n2 ;;
"volume ls") echo v1; echo v2 ;;
"context inspect") echo unix:///nowhere ;;
"info --format") echo '[{"Base":"10.0.0.0/24","Size":26},{"Base":"fd00::/64","Size":80}]' ;;
*) sed "s|@WORK@|$WORK|g" "$ANSWERS/$1.json" ;;
esac
EOF
chmod +x stub/docker
PATH=$WORK/stub:$PATH ANSWERS=$WORK/answers
export PATH ANSWERS WORK

# The first is the fleet's own; of the second the folder is another's; the third is nobody's project, and is stopped.
cat >answers/container.json <<'EOF'
[{"Id": "one", "Name": "/own-web-1", "State": {"Status": "running", "Running": true, "StartedAt": "2026-01-01T00:00:00Z"},
 "Config": {"Labels": {"com.docker.compose.project": "own", "com.docker.compose.service": "web",
  "com.docker.compose.project.working_dir": "@WORK@/link/own"}},
 "HostConfig": {"PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}},
 "NetworkSettings": {"Ports": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}, {"HostIp": "::", "HostPort": "8080"}]},
  "Networks": {"own_default": {}, "shared": {}}},
 "Mounts": [{"Type": "volume", "Name": "own_data", "Destination": "/data"}]},
{"Id": "two", "Name": "/web", "State": {"Status": "running", "Running": true, "StartedAt": "2026-01-01T00:00:00Z"},
 "Config": {"Labels": {"com.docker.compose.project": "theirs", "com.docker.compose.service": "web",
  "com.docker.compose.project.working_dir": "@WORK@/elsewhere/it's"}},
 "HostConfig": {"PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8081"}], "81/udp": [{"HostIp": "", "HostPort": ""}]}},
 "NetworkSettings": {"Ports": {"81/udp": [{"HostIp": "0.0.0.0", "HostPort": "40001"}, {"HostIp": "::", "HostPort": "40001"}]},
  "Networks": {"theirs_default": {}, "shared": {}}},
 "Mounts": [{"Type": "volume", "Name": "theirs_data", "Destination": "/data"}, {"Type": "bind", "Source": "/etc"}]},
{"Id": "three", "Name": "/db", "State": {"Status": "exited", "Running": false, "StartedAt": "2026-01-01T00:00:00Z"},
 "Config": {"Labels": {}}, "HostConfig": {"PortBindings": {"5432/tcp": [{"HostIp": "", "HostPort": "5432"}]}},
 "NetworkSettings": {"Ports": {}, "Networks": {"host": {}}}, "Mounts": [{"Type": "volume", "Destination": "/x",
  "Name": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}]}]
EOF
cat >answers/network.json <<'EOF'
[{"Id": "n1", "Name": "theirs_default", "Labels": {"com.docker.compose.project": "theirs"},
  "IPAM": {"Config": [{"Subnet": "10.9.0.0/24"}, {"Subnet": "fd00::/64"}]}},
 {"Id": "n2", "Name": "shared", "Labels": {"com.docker.compose.project": "own"}, "IPAM": {"Config": []}}]
EOF
cat >answers/volume.json <<'EOF'
[{"Name": "theirs_data", "Driver": "local", "Labels": null, "Options": null},
 {"Name": "own_data", "Driver": "local", "Labels": {"com.docker.compose.project": "own"}}]
EOF

# app NAME TEXT: an app of the fleet.
app() {
	mkdir -p "fleet/$1"
	printf '%s\n' "$2" >"fleet/$1/compose.yaml"
}
ln -s fleet link
app own 'services: {web: {image: i, ports: ["8080:80"]}}'
app port 'services: {web: {image: i, ports: ["127.0.0.2:8081:80", "5432:80", "8081:81/udp"]}}'
app name 'name: theirs
services: {web: {image: i, container_name: web, ports: ["127.0.0.1:8081:80"]}}'

# held: what scan says the host holds, listeners left out, as the machine of the test has its own.
held() {
	scan --host fleet | sed -n 's/^held,//p' | grep -ve listener -e socket
}
held >held.csv
cat >want.csv <<EOF
container,,,,db,container db (exited),
container,,,,web,container web of $WORK/elsewhere/it's,
network,,,,theirs_default,container web of $WORK/elsewhere/it's,10.9.0.0/24,fd00::/64
port,,5432,tcp,5432,container db (exited),
port,127.0.0.1,8081,tcp,8081,container web of $WORK/elsewhere/it's,
port,,40001,udp,40001,container web of $WORK/elsewhere/it's,
project,,,,theirs,container web of $WORK/elsewhere/it's,
volume,,,,theirs_data,container web of $WORK/elsewhere/it's,
EOF
# shown: role, host_ip, host_port, protocol, value, detail and whole of each.
shown() {
	python3 -c 'import csv, sys
for r in csv.DictReader(sys.stdin):
    if r["record"] == "held" and r["role"] not in ("listener", "socket", "pool"):
        print(",".join(r[c] for c in ("role", "host_ip", "host_port", "protocol", "value", "detail", "whole")))'
}
check "what strangers' containers hold is told, and of the fleet's own nothing" sh -c '
	scan --host fleet >all.csv && head -n 3 all.csv | grep -q ^held'
shown <all.csv >got.csv
check "with whose it is" diff want.csv got.csv
check "without --host nothing of it" sh -c '! scan fleet | grep ^held'

plan -q --db p.db all.csv >plan.csv
check "who wants a stranger's port moves, and the detail names the stranger" grep -q \
	'port,1,port,web,port/compose.yaml,.*,5432,5433,port,"\{0,1\}5432/tcp belongs to container db (exited)' plan.csv
check "on another address or protocol it stays" sh -c '! grep "^replace,port,.*,8081," plan.csv'
check "an overlapping address moves" grep -q '^replace,name,.*,8081,8082,port,' plan.csv
check "so does a container's name" grep -q '^replace,name,.*,web,name_web,container-name,this host has container web of' plan.csv
check "and a project's" grep -q '^replace,name,.*,theirs,name,project-name,"\{0,1\}Compose called it theirs, which container web' plan.csv
check "the fleet's own stays" sh -c '! grep "^replace,own" plan.csv'
check "with --no-host-check all stay" sh -c 'plan -q --no-host-check --db n.db all.csv | grep -c ^replace | grep -qx 0'

check "an audit counts what is held only where it is asked" ends 0 sh -c 'report conflicts <all.csv'
check "asked, it tells whose" sh -c 'report conflicts --host-check <all.csv >c.csv; [ $? = 1 ] && grep -q "^held,5432/tcp,port,.*belongs to container db (exited)" c.csv && ! grep ",own," c.csv'
check "and looks itself where the findings do not say" sh -c 'scan fleet | report conflicts --host-check >d.csv; diff c.csv d.csv'

check "a pair of the registry that a stranger holds is another" sh -c '
	mkdir -p pair/m/app1 && printf "%s\n" "services:" "  backend: {image: i, ports: [\"8081:1\"]}" "  frontend: {image: i, ports: [\"8001:1\"]}" >pair/m/app1/compose.yaml &&
	scan pair >pair.csv && plan -q --no-host-check --base-backend 8081 --db pair.db pair.csv | apply -q --db pair.db >/dev/null &&
	scan --host pair >pair.csv && plan -q --db pair.db pair.csv >pair.plan; grep -q "overlap: 8081 of its row 8081 and 8001 is also held by container web of" pair.plan'

check "networks are held against the engine's pools" sh -c 'report capacity <all.csv >cap.csv; grep -q "^networks needed,4,.*default-address-pools" cap.csv && grep -q "^networks that fit,3,into the engine" cap.csv'
check "or against Docker's own" sh -c 'scan fleet | report capacity | grep -q "^networks that fit,30,into Docker"'
check "and plan says so" sh -c 'plan --dry-run --db p2.db all.csv 2>&1 >/dev/null | grep -q "need 4 networks, and the engine has addresses for 3: put .default-address-pools"'
check "migrate asks the host" sh -c 'cp -r fleet m && berth migrate --yes -q --db m.db m >/dev/null; grep -q 5433:80 m/port/compose.yaml'
check "unless told not to" sh -c 'cp -r fleet k && berth migrate --yes -q --no-host-check --db k.db k >/dev/null; diff -r fleet k'

mkdir -p nets/a nets/b
printf 'services: {w: {image: x}}\nnetworks: {default: {ipam: {config: [{subnet: 10.9.0.0/16}]}}}\n' >nets/a/compose.yaml
printf 'services: {w: {image: x}}\nnetworks: {default: {ipam: {config: [{subnet: 10.10.0.0/16}]}}}\n' >nets/b/compose.yaml
check "a subnet that a stranger's network overlaps is a conflict, and a plan's problem" sh -c 'scan -q --host nets >nets.csv; report conflicts --host-check <nets.csv >got; cat got; grep -q "subnet 10.9.0.0/16 of network a_default of a overlaps that of network theirs_default, which belongs to container web of" got && ! grep b_default got && plan -q --db nets.db <nets.csv | grep -q "^problem,.*10.9.0.0/16.*theirs_default" && [ -z "$(scan -q --host nets | plan -q --no-host-check --db nets2.db | grep "^problem")" ]'
: >answers/gone
check "no engine is no error" sh -c 'scan -v --host fleet >none.csv 2>none.err && grep -q "no engine was asked what it holds: Cannot connect" none.err && ! shown <none.csv | grep .'
check "nor is no client" env PATH="$BERTH_BIN" scan --host fleet
python3 -c '
import socket, sys, subprocess
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); port = s.getsockname()[1]
open("fleet/own/compose.yaml", "w").write("services: {web: {image: i, ports: [\"%d:80\"]}}\n" % port)
out = subprocess.run(["scan", "--host", "fleet"], stdout=subprocess.PIPE, text=True).stdout
sys.exit(not any(l.startswith("held,,,,,listener,127.0.0.1,%d,,tcp,%d," % (port, port)) and "the process python3" in l for l in out.splitlines()))'
listener=$?
check "a process that listens is named" test "$listener" = 0
done_testing
