#!/bin/sh
# hazards: what listens on all addresses, and ports that make trouble although nothing clashes.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

mkdir -p f/a f/b f/c
cat >f/a/compose.yaml <<'EOF'
services:
  web: {image: x, ports: ["87:80", "127.0.0.1:8087:81", "0.0.0.0:8088:82", "10.0.0.1:8089:83"]}
  mail: {image: x, ports: ["25:25", "6000:6000/udp"]}
EOF
printf 'services:\n  web: {image: x, ports: ["40000:90", "9000-9001:91-92", "99"]}\n' >f/b/compose.yaml
printf 'services:\n  web: {image: x, ports: ["8090:80"]}\n' >f/c/compose.yaml
rows() {	# rows REPORT COLUMNS TEXT: the report's rows, those columns of them, joined by blanks, are TEXT
	got=$(report -q "$1" f -f csv | cut -d, -f"$2" | sed 1d | tr '\n' ' ')
	[ "$got" = "$3 " ] || { echo "$got"; return 1; }
}
check 'exposed: what has no address, or all of them' rows exposed 1,7 '25,a 87,a 6000,a 8088,a 8090,c 9000,b 9001,b 40000,b'
check 'hazards: refused, privileged, ephemeral' rows hazards 1,2,6 'refused,87,a privileged,25,a privileged,87,a ephemeral,40000,b'
check 'a port that browsers refuse is a warning of scan, once' sh -c '[ "$(report -q problems f -f csv | grep -c "^warning,a,1,a,web,.browsers refuse port 87")" = 1 ]'
check 'they are warnings to an editor' sh -c 'report -q hazards f -f gcc | grep -q "^f/a/compose.yaml:2:[0-9]*: warning: browsers refuse port 87$"'
check 'exposed says what to write' sh -c 'report exposed f -f table 2>/dev/null | grep -q "berth migrate --bind 127.0.0.1 keeps them"'

mkdir -p g/a g/b
printf 'A=1\nSECRET_KEY=never-shown\nB=2\nA=3\n' >g/a/.env.example
printf '# B=2\nexport A=9\n' >g/a/.env
printf 'services:\n  w: {image: x, ports: ["${B:-80}:80"]}\n' | tee g/a/compose.yaml >g/b/compose.yaml
printf 'B=2\n' >g/b/.env.example
unset_keys() {
	got=$(report -q unset "$@" -f csv | cut -d, -f1,2,5,7 | sed 1d | tr '\n' ' ')
	[ "$got" = 'B,yes,a,3 SECRET_KEY,no,a,2 ' ] || { echo "$got"; return 1; }
}
check 'unset: what the example has and the .env has not' unset_keys g
plan -q --no-host-check --db g.db g >/dev/null
check 'the same of the registry' unset_keys --db g.db
check 'and no value' sh -c '! { scan g; report unset g; } | grep -q never-shown'

mkdir -p s/a s/b s/c
printf 'DB_PASSWORD=1234\nDEBUG_KEY=x\nAPI_TOKEN=hunter22\n' >s/a/.env
printf 'DB_PASSWORD=other-one\nMY_SECRET="1234"\n' >s/b/.env
for app in a b; do printf 'services: {w: {image: x}}\n' >s/$app/compose.yaml; done
printf 'services: {w: {image: x, environment: {TOKEN: hunter22, PLAIN: hunter22}}}\n' >s/c/compose.yaml
check 'secrets: which apps share one' sh -c '[ "$(report -q secrets s -f csv | cut -d, -f1,2,3,6 | sed 1d | tr "\n" " ")" = "1,2,DB_PASSWORD,a 1,2,MY_SECRET,b 2,2,API_TOKEN,a 2,2,TOKEN,c " ]'
check 'no value is told' sh -c '! { scan --secrets s; report secrets s; } | grep -e hunter22 -e "[^0-9a-f]1234[^0-9a-f]" -e other-one'
check 'of findings that nobody asked for them: how to ask' says 2 'needs findings of scan --secrets: berth scan --secrets ROOT | berth report secrets' sh -c 'scan -q s | report -q secrets'
check 'of many hosts: those are left out' says 2 'h1 is left out: report secrets needs findings of scan --secrets' sh -c '{ scan -q --host-name h1 s; scan -q --secrets --host-name h2 s; } | report -q secrets >out; got=$?; [ "$(wc -l <out)" = 5 ] && exit $got'
check 'also of the first host alone' says 2 'h2 is left out' sh -c '{ scan -q --secrets --host-name h1 s; scan -q --host-name h2 s; } | report -q secrets >out; got=$?; [ "$(wc -l <out)" = 5 ] && exit $got'
check 'two scans have no digest in common' sh -c 'for i in 1 2; do scan --secrets s | grep "^secret" | cut -d, -f11 | sort -u >digests.$i; done; [ -s digests.1 ] && [ -z "$(comm -12 digests.1 digests.2)" ]'
check 'they are in no findings that nobody asked for' sh -c '! scan s | grep "^secret,"'

# What an app only uses is in the registry too, so that its reports say what those over a scan say.
mkdir -p x/a x/b x/c
cat >x/a/compose.yaml <<'EOF'
services:
  web: {image: x, container_name: web, ports: ["8080:80"], networks: [front], volumes: ["data:/d", "/srv/x:/x"],
    labels: {traefik.http.routers.r.rule: "Host(`a`)"}}
networks: {front: {external: true}}
volumes: {data: {external: true, name: all_data}}
EOF
sed 's/container_name: web, //; s/\[front\]/{front: {ipv4_address: 10.5.0.5}}/; s/8080/25/' x/a/compose.yaml >x/b/compose.yaml
printf 'services:\n  web: {image: x, networks: {front: {ipv4_address: 10.5.0.5}}, volumes: ["data:/d"]}\n' >x/c/compose.yaml
printf 'networks: {front: {name: front}}\nvolumes: {data: {name: all_data}}\n' >>x/c/compose.yaml
printf "SELECT record, role, app, variable, value, file, line FROM findings WHERE role = 'external' ORDER BY app, record" >external.sql
by_registry() {
	for of in hazards names conflicts exposed ports volumes summary/apps ./external.sql; do
		report -q "${of%/apps}" -f csv <x.csv >of.scan; [ $? -le 1 ] || return 1
		report -q "${of%/apps}" -f csv --db x.db </dev/null >of.db; [ $? -le 1 ] || return 1
		if [ "$of" = summary/apps ]; then
			for w in scan db; do grep -v -e 'problems' -e 'warnings' -e 'planned changes' of.$w >of; mv of of.$w; done
		fi
		cmp of.scan of.db || { echo "$of"; cat of.scan of.db; return 1; }
	done
	rm -rf all.*
	report -q all -f csv --out all.scan <x.csv >/dev/null; [ $? -le 1 ] && report -q all -f csv --out all.db --db x.db </dev/null >/dev/null
	[ $? -le 1 ] || return 1
	for of in all.scan/*.csv; do
		case ${of##*/} in hosts.csv | problems.csv | projects.csv | secrets.csv | summary.csv) continue ;; esac
		[ ! -f "all.db/${of##*/}" ] || cmp "$of" "all.db/${of##*/}" || return 1
	done
	[ "$(grep -c '^volume,external,[ab],data,all_data' of.db)" = 2 ] && [ "$(grep -c '^network,external,[ab],front,front' of.db)" = 2 ]
}
scan -q x >x.csv
plan -q --no-host-check --db x.db x.csv >x.plan
check 'what the registry says of external volumes and networks is what a scan says' by_registry
apply -q --db x.db x.plan >/dev/null; scan -q x >x.csv
check 'and once the plan is applied' by_registry
done_testing
