#!/bin/sh
# remote: berth cutover by somebody who cannot look into the engine's folders, as of an engine on another machine: what volumes hold goes
# as archives through containers of the apps' own images. And one that is killed half way.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"
command -v setpriv >/dev/null || { echo '1..0 # SKIP no setpriv'; exit 0; }

mkdir -p apps/m/app1
cat >apps/m/app1/compose.yaml <<'EOF'
services:
  backend: {image: box, init: true, command: httpd -f -p 80 -h /www, ports: ["5001:80"], volumes: ["data:/www", "/unnamed"]}
  frontend: {image: box, init: true, command: httpd -f -p 80 -h /www, ports: ["8001:80"], volumes: ["data:/www"]}
volumes: {data: {}}
EOF
run apps/m/app1 up -d
run apps/m/app1 exec -T backend sh -c 'echo page >/www/index.html; mkdir /www/d; echo x >/www/d/x; ln -s d/x /www/soft; ln /www/d/x /www/hard; chown -R 33:44 /www/d;
	chmod 750 /www/d; touch -d "2020-01-02 03:04:05" /www/d/x; chown 70:70 /www; echo unnamed >/unnamed/f; dd if=/dev/urandom of=/www/large bs=1M count=60 2>/dev/null'
# plain VOLUME: what it holds, to whole seconds, as archives have times.
plain() {
	holds "$1" | sed 's/\(\.[0-9]*\) \([0-9]* *[^ ]*\)$/ \2/; s/\.[0-9]* / /'
}
plain app1_data >before
[ -z "${BERTH_COMPOSE:-}" ] || { rm "$DOCKER_CONFIG/cli-plugins/docker-compose"; cp "$BERTH_COMPOSE" "$DOCKER_CONFIG/cli-plugins/docker-compose"; }
chmod 755 "$WORK"
chmod 666 "$WORK/engine/docker.sock"
chown -R 65534 apps "$WORK/config" 2>/dev/null
mkdir home && chown 65534 home && cd home || exit 2
nobody() {
	HOME=$WORK/home setpriv --reuid 65534 --clear-groups "$@"
}
check "migrated" nobody berth migrate --yes -q ../apps
nobody berth cutover >killed.csv 2>/dev/null &
victim=$!
for _ in $(seq 100); do
	docker ps -a --format '{{.Names}}' | grep -q berth-fill && break
	sleep 0.05
done
kill -9 "$(pgrep -P "$victim" -f cutover | head -n 1)" "$victim" 2>/dev/null
wait "$victim" 2>/dev/null
check "killed while a volume was filled, it is run again" nobody berth cutover
cd ..
plain m-app1_data >after
check "and every byte, owner, mode, time and link is there" diff before after
check "the anonymous volume too" sh -c '[ "$(docker exec m-app1-backend-1 cat /unnamed/f)" = unnamed ]'
check "nothing of the copying is left" sh -c '! docker ps -a --format "{{.Names}}" | grep berth && ! docker volume ls -q | grep berth'
done_testing
