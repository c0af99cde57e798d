#!/bin/sh
# remote: berth cutover by somebody who cannot look into the engine's folders, as of an engine on another machine: what volumes hold goes
# as archives through containers of the apps' own images. And one that is killed half way.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"
command -v setpriv >/dev/null || { echo '1..0 # SKIP no setpriv'; exit 0; }

# An image with GNU's cp, beside those that have busybox's.
mkdir -p gnu/root/bin
cp --parents -L $(ldd /bin/cp | grep -o '/[^ ]*') gnu/root
cp -L /bin/cp gnu/root/bin/gnu-cp
printf 'FROM box\nCOPY root /\nRUN ln -sf gnu-cp /bin/cp\n' >gnu/Dockerfile
docker build -q -t gnu gnu >/dev/null
mkdir -p apps/m/app1 apps/n/app1
cat >apps/n/app1/compose.yaml <<'EOF'
services:
  backend: {image: gnu, init: true, command: httpd -f -p 80 -h /data, ports: ["5101:80"], volumes: ["data:/data", "/unnamed"]}
  frontend: {image: gnu, init: true, command: httpd -f -p 80 -h /data, ports: ["8101:80"], volumes: ["data:/data"]}
name: exact
volumes: {data: {}}
EOF
run apps/n/app1 up -d
run apps/n/app1 exec -T backend sh -c 'echo unnamed >/unnamed/f'
data=$WORK/engine/data/volumes/exact_data/_data
truncate -s 20M "$data/sparse"
mkfifo "$data/fifo"
echo page >"$data/index.html"
ln "$data/index.html" "$data/hard"
cp "$(command -v busybox)" "$data/able"
python3 - "$data" <<'PY'
import os, sys
os.setxattr(sys.argv[1] + "/index.html", "user.berth", b"kept")
os.setxattr(sys.argv[1] + "/able", "security.capability", bytes.fromhex("0100000200040000000000000000000000000000"))
os.chown(sys.argv[1], 33, 44)
PY
holds exact_data >exact.before
cat >apps/m/app1/compose.yaml <<'EOF'
services:
  backend: {image: box, init: true, command: httpd -f -p 80 -h /www, ports: ["5001:80"], volumes: ["data:/www", "/unnamed", "more:/more"]}
  frontend: {image: box, init: true, command: httpd -f -p 80 -h /www, ports: ["8001:80"], volumes: ["data:/www"]}
volumes: {data: {}, more: {}}
EOF
run apps/m/app1 up -d
run apps/m/app1 exec -T backend sh -c 'echo page >/www/index.html; mkdir /www/d; echo x >/www/d/x; ln -s d/x /www/soft; ln /www/d/x /www/hard; chown -R 33:44 /www/d;
	chmod 750 /www/d; touch -d "2020-01-02 03:04:05" /www/d/x; chown 70:70 /www; echo unnamed >/unnamed/f; echo more >/more/f; dd if=/dev/urandom of=/www/large bs=1M count=60 2>/dev/null'
# plain VOLUME: what it holds, to whole seconds, as archives have times.
plain() {
	holds "$1" | sed -E 's/ ([0-9]{10})[0-9]{9} / \1 /'
}
plain app1_data >before
[ -z "${BERTH_COMPOSE:-}" ] || { rm "$DOCKER_CONFIG/cli-plugins/docker-compose"; cp "$BERTH_COMPOSE" "$DOCKER_CONFIG/cli-plugins/docker-compose"; }
chmod 755 "$WORK"
chmod 666 "$WORK/engine/docker.sock"
export WORK
chown -R 65534 apps "$WORK/config" 2>/dev/null
mkdir home && chown 65534 home && cd home || exit 2
nobody() {
	HOME=$WORK/home setpriv --reuid 65534 --clear-groups "$@"
}
check "migrated" nobody berth migrate --yes -q --renumber ../apps
nobody berth cutover >killed.csv 2>/dev/null &
victim=$!
for _ in $(seq 100); do
	docker ps -a --format '{{.Names}}' | grep -q berth-fill && break
	sleep 0.05
done
kill -9 "$(pgrep -P "$victim" -f cutover | head -n 1)" "$victim" 2>/dev/null
wait "$victim" 2>/dev/null
check "killed while a volume was filled, it is run again" nobody sh -c 'berth cutover >again.csv'
cd ..
plain m-app1_data >after
check "and every byte, owner, mode, time and link is there" diff before after
check "an image without goes as an archive, and that is said" grep -qh "m-app1_more is filled from app1_more.*; as an archive, which keeps no extended attributes" home/killed.csv home/again.csv
holds n-app1_data >exact.after
check "an image with GNU's cp keeps attributes, capabilities, holes and pipes as well" sh -c 'diff exact.before exact.after && grep -q user.berth= exact.after && grep -q security.capability= exact.after'
check "the sparse file is sparse" sh -c '[ $(stat -c %b "$WORK/engine/data/volumes/n-app1_data/_data/sparse") -lt 1000 ]'
check "and is no archive" sh -c '! grep -h "n-app1_data.*archive" home/*.csv'
check "its anonymous volume came along" sh -c '[ "$(docker exec n-app1-backend-1 cat /unnamed/f)" = unnamed ]'
check "the anonymous volume too" sh -c '[ "$(docker exec m-app1-backend-1 cat /unnamed/f)" = unnamed ]'
check "nothing of the copying is left" sh -c '! docker ps -a --format "{{.Names}}" | grep berth && ! docker volume ls -q | grep berth'
done_testing
