#!/bin/sh
# kill: berth cutover is killed at random moments, forward and back, and run again: nothing is lost, nothing of a stranger touched.
# SPDX-License-Identifier: MIT
#
# The moment is one of its calls of the docker client, which is a script of the test's own here: before the call, in the midst of it,
# after it, or a little later, as while a volume is copied; it alone, or all that it has started as well.
. "$(dirname "$0")/lib.sh"
KILLS=${ENGINE_KILLS:-50}
REAL=$(command -v docker)
export REAL WORK

# app NAME BACKEND FRONTEND SERVICE...: an app of the layout, of which SERVICE... are up.
app() {
	mkdir -p "apps/$1/app1"
	cat >"apps/$1/app1/docker-compose.yml" <<APP
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
APP
	settings "$1" "$2" "$3"
	m=$1
	shift 3
	run "apps/$m/app1" up -d "$@"
	run "apps/$m/app1" exec -T backend sh -c "echo page-$m >/www/index.html; for i in 1 2 3 4 5 6 7 8 9; do echo \$i >/www/\$i; done; echo unnamed-$m >/unnamed/f"
	holds "old${m}_data" >"data.$m"
}
# a and b change their ports, so they go together; c goes alone.
app a 5003 8003 backend frontend
app b 5001 8001 backend
app c 6001 9001 backend
# d and e swap the names of their projects with each round; a run moves their ports, which two that do not run have as well.
for want in 0:9100 1:9110 d:9100 e:9110; do
	m=${want%:*}
	mkdir -p "apps/$m"
	printf 'services: {backend: {image: box, init: true, command: httpd -f -p 80 -h /www, ports: ["%s:80"], volumes: ["data:/www", "/unnamed"]}}\nvolumes: {data: {}}\n' "${want#*:}" >"apps/$m/compose.yaml"
	echo "COMPOSE_PROJECT_NAME=p$m" >"apps/$m/.env"
done
for m in d e; do
	run "apps/$m" up -d
	run "apps/$m" exec -T backend sh -c "echo page-$m >/www/index.html; echo unnamed-$m >/unnamed/f"
	holds "p${m}_data" >"data.$m"
done
docker run -d --init --name alone -p 7002:80 -v lonely:/l box sleep 100000 >/dev/null
identity alone >stranger.before

# whole: PREFIX SUFFIX: every app runs in project PREFIX a SUFFIX with its pages, its data and its anonymous volume.
whole() {
	for m in a b c d e; do
		project=$1$m$2
		port=$(sed -n 's/^BACKEND_PORT=//p' "apps/$m/app1/.env" 2>/dev/null)
		[ -n "$port" ] || {
			project=$(sed -n 's/^COMPOSE_PROJECT_NAME=//p' "apps/$m/.env")
			port=$(sed -n 's/.*"\([0-9]*\):80".*/\1/p' "apps/$m/compose.yaml")
		}
		[ "$(fetch "$port")" = "page-$m" ] || { echo "$m does not answer on $port"; return 1; }
		[ "$(docker exec "$project-backend-1" cat /unnamed/f)" = "unnamed-$m" ] || { echo "$m: unnamed"; return 1; }
		holds "${project}_data" | diff "data.$m" - || return 1
	done
	[ "$(docker ps -q | wc -l)" = 7 ] || { docker ps; return 1; }
	identity alone | diff stranger.before - || return 1
	! docker volume ls -q | grep berth-cutover
}

# The client: counts the calls, and at the one that the file `moment` names (number, how, whom, delay) kills.
mkdir shim
cat >shim/docker <<'SHIM'
#!/bin/bash
echo >>"$WORK/calls"
read -r number how whom delay <"$WORK/moment"
[ "$(stat -c %s "$WORK/calls")" = "$number" ] || exec "$REAL" "$@"
strike() {
	echo >"$WORK/struck"
	if [ "$whom" = all ]; then kill -9 -- "-$(cat "$WORK/pid")"; else kill -9 "$(cat "$WORK/pid")"; fi
}
case $how in
before) strike ;;
within) "$REAL" "$@" & (sleep "$delay"; strike) ; wait; exit ;;
after) "$REAL" "$@"; status=$?; strike; exit $status ;;
later) (sleep "$delay"; strike) >/dev/null 2>&1 </dev/null & ;;
esac
exec "$REAL" "$@"
SHIM
chmod +x shim/docker

# killed MOMENT...: a cutover that is killed at that moment, unless it has ended before.
killed() {
	echo "$*" >moment
	rm -f calls struck
	setsid -w sh -c 'echo $$ >pid; PATH=$WORK/shim:$PATH; exec berth cutover' >killed.csv 2>killed.err
	[ ! -e struck ] || cut=$((cut + 1))
}

cut=0 round=0 wrong=0 calls=60
while [ "$cut" -lt "$KILLS" ] && [ "$wrong" = 0 ] && [ "$round" -lt "$KILLS" ]; do
	round=$((round + 1))
	if [ $((round % 2)) = 1 ]; then
		berth migrate --yes -q --renumber apps 2>/dev/null
		prefix='' suffix=-app1
	else
		berth apply --undo -q >/dev/null 2>&1
		prefix=old suffix=''
	fi
	[ $((round % 2)) = 1 ] && names='d:pe e:pd' || names='d:pd e:pe'
	for n in $names; do
		echo "COMPOSE_PROJECT_NAME=${n#*:}" >"apps/${n%:*}/.env"
	done
	python3 -c '
import random, sys
seed, calls, kills = map(int, sys.argv[1:])
random.seed(seed)
for _ in range(min(kills, random.randint(3, 7))):
	print(random.randint(1, calls), random.choice(("before", "within", "after", "later")), random.choice(("it", "all")), "%.2f" % random.uniform(0, 0.3))
' "$round" "$calls" $((KILLS - cut)) >moments
	while read -r moment; do
		killed $moment </dev/null
	done <moments
	killed 0 </dev/null
	cat killed.csv killed.err >rows
	[ "$(tail -n 1 killed.err | grep -c -e 'brought over$' -e 'nothing to do')" = 1 ] || wrong=1
	whole "$prefix" "$suffix" >whole.said 2>&1 || wrong=1
	echo "# round $round: $cut kills"
done
[ "$wrong" = 0 ] || sed 's/^/# /' moments rows whole.said
check "killed $cut times in $round rounds: run again nothing is lost and the stranger is untouched" test "$wrong" = 0
check "it was killed often enough" test "$cut" -ge "$KILLS"
done_testing
