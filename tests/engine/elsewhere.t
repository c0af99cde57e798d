#!/bin/sh
# elsewhere: berth cutover by root, of an engine whose folders are not this machine's, which has volumes of the same names itself.
# SPDX-License-Identifier: MIT
ENGINE_HIDDEN=1
export ENGINE_HIDDEN
. "$(dirname "$0")/lib.sh"

mkdir -p apps/m/app1
cat >apps/m/app1/compose.yaml <<'EOF'
services:
  backend: {image: box, init: true, command: httpd -f -p 80 -h /www, ports: ["5003:80"], volumes: ["data:/www", "/unnamed"]}
  frontend: {image: box, init: true, command: httpd -f -p 80 -h /www, ports: ["8003:80"], volumes: ["data:/www:ro"]}
volumes: {data: {}}
EOF
run apps/m/app1 up -d
run apps/m/app1 exec -T backend sh -c 'echo theirs >/www/index.html; echo unnamed >/unnamed/f'
for volume in app1_data m-app1_data; do
	place=$(docker volume inspect --format '{{.Mountpoint}}' app1_data | sed "s/app1_data/$volume/")
	mkdir -p "$place"
done
echo "of this machine" >"$WORK/engine/data/volumes/app1_data/_data/index.html"
(cd engine/data && find . | sort && cat volumes/app1_data/_data/index.html) >here.before
berth migrate --yes -q --renumber apps
check "brought over" sh -c 'berth cutover >rows.csv 2>rows.err; s=$?; cat rows.csv rows.err; exit $s'
check "with the data of the engine, not with this machine's" sh -c '[ "$(docker exec m-app1-backend-1 cat /www/index.html /unnamed/f)" = "theirs
unnamed" ]'
check "this machine's volumes are as they were" sh -c '(cd engine/data && find . | sort && cat volumes/app1_data/_data/index.html) | diff here.before -'
check "and back" sh -c 'berth apply --undo -q >/dev/null; berth cutover >back.csv 2>back.err; s=$?; cat back.csv back.err; exit $s'
check "with the data" sh -c '[ "$(docker exec app1-backend-1 cat /www/index.html /unnamed/f)" = "theirs
unnamed" ]'
check "this machine's volumes are still as they were" sh -c '(cd engine/data && find . | sort && cat volumes/app1_data/_data/index.html) | diff here.before -'
done_testing
