#!/bin/sh
# names: projects whose names go round (two swap theirs, one takes what another leaves) and apps that had several names: each keeps what
# is its own.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

# app NAME PROJECT PORT: an app with a page and data of its own. The port is everybody's, so that a run changes each folder.
app() {
	mkdir -p "apps/$1"
	printf 'services: {web: {image: box, init: true, command: httpd -f -p 80 -h /www, ports: ["${PORT}:80"], volumes: ["data:/www", "/unnamed"]}}\nvolumes: {data: {}}\n' >"apps/$1/compose.yaml"
	printf 'PORT=%s\nCOMPOSE_PROJECT_NAME=%s\n' "$3" "$2" >"apps/$1/.env"
}
# name APP PROJECT: its project is called so from now on.
name() {
	sed -i "s/^COMPOSE_PROJECT_NAME=.*/COMPOSE_PROJECT_NAME=$2/" "apps/$1/.env"
}
# has APP PROJECT: it runs in the project with its page, its data and its anonymous volume, and is what its file says.
has() {
	[ "$(fetch "$(sed -n 's/^PORT=//p' "apps/$1/.env")")" = "page-$1" ] || { echo "$1 does not answer"; return 1; }
	[ "$(docker exec "$2-web-1" cat /unnamed/f)" = "unnamed-$1" ] || { echo "$1: unnamed"; return 1; }
	holds "$2_data" | diff "data.$1" -
}
for m in a b c d e f g; do
	app "$m" "p$m" 9000
done
app 0first zero 9000
berth migrate --yes -q apps
for m in a b c d e; do
	run "apps/$m" up -d
	run "apps/$m" exec -T web sh -c "echo page-$m >/www/index.html; echo $m >/www/own-$m; echo unnamed-$m >/unnamed/f"
	holds "p${m}_data" >"data.$m"
done
check "all are up, and there is nothing to do" sh -c 'berth cutover | wc -l | grep -qx 2'

# a and b swap; c, d and e move up, and what c leaves is what d gets.
name a pb; name b pa; name c pnew; name d pc; name e pd
check "the dry run says that what is in the way is put aside" sh -c 'berth cutover --dry-run >dry.sh && sh -n dry.sh && grep -q "^# for what is in the way" dry.sh'
check "names go round, and it ends well" sh -c 'berth cutover >rows.csv 2>rows.err; s=$?; cat rows.csv rows.err; exit $s'
for pair in a:pb b:pa c:pnew d:pc e:pd; do
	check "${pair%:*} is ${pair#*:} with all that it had" has "${pair%:*}" "${pair#*:}"
done
check "what was put aside is there" sh -c 'docker volume ls -q | grep -c "_data.berth-[0-9]*$" | grep -qx 4'
name a pa; name b pb; name c pc; name d pd; name e pe
check "and back" sh -c 'berth cutover >back.csv 2>back.err; cat back.csv back.err; ! grep ,failed, back.csv'
for m in a b c d; do
	check "$m is p$m again with all that it had" has "$m" "p$m"
done

# f had two names, and data in each; what it had last is what it gets. What a stranger has of the same name is nobody's.
run apps/f up -d
run apps/f exec -T web sh -c 'echo first >/www/index.html'
run apps/f down
name f pa2
sed -i 's/^PORT=.*/PORT=9000/' apps/f/.env
berth migrate --yes -q apps
run apps/f up -d
run apps/f exec -T web sh -c 'echo second >/www/index.html'
run apps/f down
sed -i 's/^PORT=.*/PORT=9000/' apps/f/.env
name f last
berth migrate --yes -q apps
check "of two earlier names the data of the last one is carried, and both are told" sh -c 'berth cutover >former.csv 2>/dev/null; grep "^f,volumes,changed,\"*last_data is filled from pa2_data.*; pf_data, of an earlier name of the project, stays as it is" former.csv'
run apps/f up -d
check "and is there" sh -c "[ \"\$(docker exec last-web-1 cat /www/index.html)\" = second ]"
check "nothing of it is left" sh -c '! docker volume ls -q --filter label=org.berth.folder | grep .'
done_testing
