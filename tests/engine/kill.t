#!/bin/sh
# kill: berth cutover is killed at random moments, forward and back, and run again: nothing is lost, nothing of a stranger touched.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"
KILLS=${ENGINE_KILLS:-50}

app() {
	mkdir -p "apps/$1/app1"
	cat >"apps/$1/app1/docker-compose.yml" <<EOF
services:
  backend:
    image: box
    init: true
    command: httpd -f -p 80 -h /www
    ports: ["\${BACKEND_PORT}:80"]
    volumes: ["data:/www", "/unnamed"]
  frontend:
    image: box
    init: true
    command: httpd -f -p 80 -h /www
    ports: ["\${FRONTEND_PORT}:80"]
    volumes: ["data:/www"]
volumes: {data: {}}
EOF
	settings "$@"
}
app a 5003 8003
app b 5001 8001
app c 6001 9001
for m in a b c; do
	run "apps/$m/app1" up -d
	run "apps/$m/app1" exec -T backend sh -c "echo page-$m >/www/index.html; for i in 1 2 3 4 5 6 7 8 9; do echo \$i >/www/\$i; done; echo unnamed-$m >/unnamed/f"
	holds "old${m}_data" >"data.$m"
done
docker run -d --init --name alone -p 7002:80 -v lonely:/l box sleep 100000 >/dev/null
identity alone >stranger.before

# whole: PREFIX SUFFIX: every app runs in project PREFIX a SUFFIX with its pages, its data and its anonymous volume.
whole() {
	for m in a b c; do
		project=$1$m$2
		port=$(sed -n 's/^BACKEND_PORT=//p' "apps/$m/app1/.env")
		[ "$(fetch "$port")" = "page-$m" ] || { echo "$m does not answer on $port"; return 1; }
		[ "$(docker exec "$project-backend-1" cat /unnamed/f)" = "unnamed-$m" ] || { echo "$m: unnamed"; return 1; }
		holds "${project}_data" | diff "data.$m" - || return 1
	done
	[ "$(docker ps -q | wc -l)" = 7 ] || { docker ps; return 1; }
	identity alone | diff stranger.before - || return 1
	! docker volume ls -q | grep berth
}

# killed SECONDS: a cutover that is killed after so long, unless it has ended before.
killed() {
	berth cutover >killed.csv 2>killed.err &
	victim=$!
	sleep "$1"
	kill -9 "$victim" 2>/dev/null && cut=$((cut + 1))
	wait "$victim" 2>/dev/null
}

cut=0 round=0 wrong=0
while [ "$cut" -lt "$KILLS" ] && [ "$wrong" = 0 ] && [ "$round" -lt $((2 * KILLS)) ]; do
	round=$((round + 1))
	if [ $((round % 2)) = 1 ]; then
		berth migrate --yes -q --renumber apps 2>/dev/null
		prefix='' suffix=-app1
	else
		berth apply --undo -q >/dev/null 2>&1
		prefix=old suffix=''
	fi
	for moment in $(python3 -c "import random; random.seed($round); print(*['%.2f' % random.uniform(0, 6) for _ in range(random.choice((1, 1, 2, 3)))])"); do
		killed "$moment"
	done
	berth cutover >rows.csv 2>rows.err || wrong=1
	whole "$prefix" "$suffix" >whole.said 2>&1 || wrong=1
done
[ "$wrong" = 0 ] || sed 's/^/# /' rows.csv rows.err whole.said
check "killed $cut times in $round rounds: run again nothing is lost and the stranger is untouched" test "$wrong" = 0
check "it was killed often enough" test "$cut" -ge "$KILLS"
done_testing
