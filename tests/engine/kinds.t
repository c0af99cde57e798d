#!/bin/sh
# kinds: of each kind of clash the engine's own word. Both apps are brought up, one after the other: the second fails, replaces
# what the first one has, shares it, or runs beside it; and berth says the same of their files before either is up.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

web='init: true, image: box, command: httpd -f -p 80'
# app NAME: its compose.yaml is standard input.
app() {
	mkdir -p "$kind/$1"
	cat >"$kind/$1/compose.yaml"
}
# both: the compose.yaml of a and b, in which WHO is the one or the other.
both() {
	text=$(cat)
	for a in a b; do printf '%s\n' "$text" | sed "s/WHO/$a/g" | app "$a"; done
}
# verdict: the kinds of clash that berth tells of the two.
verdict() {
	report -q conflicts "$kind" -f csv >verdict.csv || [ $? = 1 ] || { echo 'an error'; return; }
	sed 1d verdict.csv | cut -d, -f1 | sort -u | tr '\n' ' '
}
# only APP: its container.
only() {
	docker ps -aq --no-trunc --filter "label=com.docker.compose.project.working_dir=$(pwd -P)/$kind/$1" | head -n 1
}
# answers: how many containers answer to the name backend, on the network of b.
answers() {
	net=$(docker inspect --format '{{range $n, $x := .NetworkSettings.Networks}}{{$n}} {{end}}' "$(only b)" | cut -d' ' -f1)
	docker run --rm --network "$net" box nslookup backend 2>/dev/null | grep '^Address' | grep -v ':53$' | sort -u | wc -l
}
# shared: whether both have what the kind is about.
shared() {
	case $kind in
	volume | folder) [ "$(docker exec "$(only b)" cat /data/who)" = a ] ;;
	network) [ "$(docker network inspect --format '{{len .Containers}}' kind-net)" = 2 ] ;;
	alias*) [ "$(answers)" = 2 ] ;;
	*) false ;;
	esac
}
# replaced: whether what a has is another's now: its container is gone or made anew, or its tag is another image.
replaced() {
	[ "$(docker inspect --format '{{.Id}}' "$first" 2>/dev/null)" = "$first" ] || return 0
	[ -n "$tag" ] && [ "$(docker image inspect --format '{{.Id}}' "$tag")" != "$image" ]
}
# word: what the engine does with b, where a is up.
word() {
	run "$kind/a" up -d $build || { echo "a does not come up"; return; }
	first=$(only a) image=
	[ -z "$tag" ] || image=$(docker image inspect --format '{{.Id}}' "$tag")
	docker exec "$first" sh -c 'mkdir -p /data && echo a >/data/who'
	if ! run "$kind/b" up -d $build; then
		echo fails
	elif replaced; then
		echo replaces
	elif shared; then
		echo shares
	else
		echo beside
	fi
}
# is KIND WORD VERDICT [TAG]: what the engine does with the two apps, and what berth says of them. TAG: the one that both build.
is() {
	kind=$1 tag=${4:-} build=
	[ -z "$tag" ] || build=--build
	said=$(verdict) did=$(word)
	for a in a b; do run "$kind/$a" down -v -t 0; done
	[ "$did" = "$2" ] && [ "$said" = "${3:+$3 }" ] || { echo "the engine: $did; berth: $said"; tail -n 5 "$WORK/compose.log"; return 1; }
}

kind=port
both <<EOF
services: {web: {$web, ports: ["8080:80"]}}
EOF
check 'one port: the second fails' is port fails port
kind=port-addresses
app a <<EOF
services: {web: {$web, ports: ["127.0.0.1:8080:80", "8080:53/udp"]}}
EOF
app b <<EOF
services: {web: {$web, ports: ["127.0.0.2:8080:80", "8081:53/udp"]}}
EOF
check 'one port on two addresses: beside each other' is port-addresses beside ''

kind=container
both <<EOF
services: {web: {$web, container_name: kind-web}}
EOF
check 'one container name: the second fails' is container fails container
kind=container-case
app a <<EOF
services: {web: {$web, container_name: kind-web}}
EOF
app b <<EOF
services: {web: {$web, container_name: Kind-Web}}
EOF
check 'container names in two cases: beside each other' is container-case beside ''

kind=project
both <<EOF
name: kind
services: {web: {$web, environment: {WHO: WHO}}}
EOF
check 'one project: the second replaces the first' is project replaces project

kind=image
both <<EOF
services: {web: {init: true, image: kind/web, build: ., command: httpd -f -p 80}}
EOF
for a in a b; do printf 'FROM box\nLABEL who=%s\n' $a >image/$a/Dockerfile; done
check 'one tag: the second build replaces the first' is image replaces image kind/web
kind=image-same
both <<EOF
services: {web: {init: true, image: kind/same, build: ../src, command: httpd -f -p 80}}
EOF
mkdir -p image-same/src
printf 'FROM box\nLABEL who=both\n' >image-same/src/Dockerfile
check 'one tag of one folder: beside each other' is image-same beside '' kind/same

docker network create kind-front >/dev/null
docker network create kind-back >/dev/null
kind=alias
both <<EOF
services: {backend: {$web, networks: [front]}}
networks: {front: {external: true, name: kind-front}}
EOF
check 'one alias on one network: both answer to it' is alias shares alias
kind=alias-networks
app a <<EOF
services: {backend: {$web, networks: [front]}}
networks: {front: {external: true, name: kind-front}}
EOF
app b <<EOF
services: {backend: {$web, networks: [front]}}
networks: {front: {external: true, name: kind-back}}
EOF
check 'one alias on two networks: beside each other' is alias-networks beside ''

kind=subnet
app a <<EOF
services: {web: {$web, networks: [net]}}
networks: {net: {ipam: {config: [{subnet: 172.31.64.0/20}]}}}
EOF
app b <<EOF
services: {web: {$web, networks: [net]}}
networks: {net: {ipam: {config: [{subnet: 172.31.70.0/24}]}}}
EOF
check 'subnets that overlap: the second fails' is subnet fails subnet
kind=subnet-6
app a <<EOF
services: {web: {$web, networks: [net]}}
networks: {net: {enable_ipv6: true, ipam: {config: [{subnet: "fd00:7::/48"}]}}}
EOF
app b <<EOF
services: {web: {$web, networks: [net]}}
networks: {net: {enable_ipv6: true, ipam: {config: [{subnet: "fd00:7:0:9::/64"}]}}}
EOF
check 'subnets of IPv6 that overlap: the second fails' is subnet-6 fails subnet
kind=subnet-beside
app a <<EOF
services: {web: {$web, networks: {net: {ipv4_address: 172.31.64.9}}}}
networks: {net: {ipam: {config: [{subnet: 172.31.64.0/20}]}}}
EOF
app b <<EOF
services: {web: {$web, networks: {net: {ipv4_address: 172.31.80.9}}}}
networks: {net: {ipam: {config: [{subnet: 172.31.80.0/20}]}}}
EOF
check 'subnets side by side: beside each other' is subnet-beside beside ''

kind=address
docker network create --subnet 172.31.96.0/24 kind-lan >/dev/null
both <<EOF
services: {WHO: {$web, networks: {lan: {ipv4_address: 172.31.96.9}}}}
networks: {lan: {external: true, name: kind-lan}}
EOF
check 'one address on one network: the second fails' is address fails subnet

kind=volume
both <<EOF
services: {web: {$web, volumes: ["data:/data"]}}
volumes: {data: {name: kind-data}}
EOF
check 'one volume: both have it' is volume shares volume
kind=network
both <<EOF
services: {WHO: {$web, networks: [net]}}
networks: {net: {name: kind-net}}
EOF
check 'one network of two projects: both are on it' is network shares network
kind=folder
mkdir -p folder/data
both <<EOF
services: {web: {$web, volumes: ["../data:/data"]}}
EOF
check 'one folder of the host: both write to it, and that is no clash' is folder shares ''
check 'but a hazard' sh -c '[ "$(report -q hazards folder -f csv | grep -c "data is mounted for writing by 2 projects: a, b")" = 1 ]'
kind=replicas
app a <<EOF
services: {web: {$web}}
EOF
app b <<EOF
services: {web: {$web, ports: ["8080:80"], deploy: {replicas: 2}}}
EOF
check 'a fixed port of two replicas: the app fails' is replicas fails replicas
kind=no-replicas
app a <<EOF
services: {web: {$web}, spare: {$web, container_name: kind-spare, ports: ["8080:80"], deploy: {replicas: 0}}}
EOF
app b <<EOF
services: {web: {$web, container_name: kind-spare, ports: ["8080:80"]}}
EOF
check 'who has no replicas holds nothing: beside each other' is no-replicas beside ''
kind=host-mode
app a <<EOF
services: {web: {$web}, idle: {init: true, image: box, command: sleep 1000, network_mode: none, ports: ["8080:80"]}}
EOF
app b <<EOF
services: {web: {$web, ports: ["8080:80"]}}
EOF
check 'ports beside a network_mode that publishes none: beside each other' is host-mode beside ''

kind=range
app a <<EOF
services: {web: {$web, ports: ["8080-8081:80-81"]}}
EOF
app b <<EOF
services: {web: {$web, ports: ["8080-8081:80"]}}
EOF
check 'any port of a range of which none is left: the second fails' is range fails port
kind=range-left
app a <<EOF
services: {web: {$web, ports: ["8080:80"]}}
EOF
app b <<EOF
services: {web: {$web, ports: ["8080-8081:80"]}}
EOF
check 'any port of a range of which one is left: beside each other' is range-left beside ''

kind=router
both <<EOF
services: {web: {$web, labels: {traefik.http.routers.web.rule: "Host(\`x\`)"}}}
EOF
check 'one router of Traefik: beside each other' is router beside ''
check 'but a hazard, too' sh -c '[ "$(report -q hazards router -f csv | grep -c "defined by 2 projects: a, b")" = 1 ]'

kind=base
mkdir -p base
echo "services: {web: {$web, container_name: kind-base, ports: ['8080:80', '127.0.0.1:8090:90']}}" >base/shared.yml
both <<EOF
include: [../shared.yml]
EOF
check 'one base file of two projects: the second fails' is base fails 'container port'
check 'an override file of its own is planned for' ends 0 sh -c 'plan -q --overrides --no-host-check --db base.db base >base.plan && apply -q --db base.db base.plan'
check 'with it: beside each other' is base beside ''
done_testing
