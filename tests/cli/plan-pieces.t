#!/bin/sh
# plan: ports that several texts make, or that stand in two settings; what else their variables mean.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

# two ENV COMPOSE: a and b from both, planned and applied; plan ends with the status $want, and the next plan has no edit.
want=0
two() {
	rm -rf two two.*
	mkdir -p two/a two/b
	[ -z "$1" ] || printf "$1" | tee two/a/.env >two/b/.env
	printf '%s\n' "$2" | tee two/a/compose.yml >two/b/compose.yml
	scan two >two.csv && ends $want plan --no-host-check -q --db two.db two.csv >two.plan &&
	    apply -q --db two.db two.plan >/dev/null
	scan two >two.after && plan --no-host-check -q --db two.db two.after >two.rest
	! grep -e '^replace' -e '^insert' -e '^create' two.rest
}

# becomes ENV COMPOSE ENV COMPOSE: the files of b are the latter two afterwards, and a's as they were.
becomes() {
	two "$1" "$2" || return 1
	[ -z "$3" ] || printf "$3" | diff - two/b/.env || return 1
	printf '%s\n' "$4" | diff - two/b/compose.yml && printf '%s\n' "$2" | diff - two/a/compose.yml
}

# --- several texts make the port of an address ---

w='services: {w: {image: x, ports: ['
made='BASE=80\nPORT=${BASE}80\n'
check "an address of a variable that .env makes of another gets the number, as its port does" becomes "$made" \
	"$w"'"${PORT}:80"], environment: {URL: "http://localhost:${PORT}/x"}}}' "$made" \
	"$w"'"8081:80"], environment: {URL: "http://localhost:8081/x"}}}'
check "one of digits and a default" becomes '' \
	"$w"'"80${N:-80}:80"], environment: {URL: "http://localhost:80${N:-80}"}}}' '' \
	"$w"'"8081:80"], environment: {URL: "http://localhost:8081"}}}'
check "one of a default that another variable is in" becomes '' \
	"$w"'"${P:-${N:-80}80}:80"], labels: {u: "localhost:${P:-${N:-80}80}"}}}' '' "$w"'"8081:80"], labels: {u: "localhost:8081"}}}'
check "one in .env, which a service gets as well" becomes 'PFX=80\nURL=http://localhost:${PFX}80\n' \
	"$w"'"${PFX}80:80"], env_file: .env}}' 'PFX=80\nURL=http://localhost:8081\n' "$w"'"8081:80"], env_file: .env}}'
check "one that is used by way of others, where it is written" becomes "$made"'URL=http://localhost:${PORT}\nX=${URL}/x\n' \
	"$w"'"${PORT}:80"], environment: {U: "${URL}", X: "${X}", D: "${D:-http://localhost:${BASE}80/d}"}}}' \
	"$made"'URL=http://localhost:8081\nX=${URL}/x\n' \
	"$w"'"8081:80"], environment: {U: "${URL}", X: "${X}", D: "${D:-http://localhost:8081/d}"}}}'
check "one in two settings" becomes '' "$w"'"8080:80"], environment: {A_HOST: host.docker.internal, A_PORT: "80${N:-80}"}}}' '' \
	"$w"'"8081:80"], environment: {A_HOST: host.docker.internal, A_PORT: "8081"}}}'
inside='U=http://localhost:${BASE}80\n'
told() { becomes "$made$inside" "$1" "$made$inside" "$2" && grep -q "^note,b,.*stays, as $3" two.plan; }
check "one that a healthcheck goes by as well stays, and is told" told \
	"$w"'"8080:80"], healthcheck: {test: "curl ${U}"}, environment: {U: "${U}"}}}' \
	"$w"'"8081:80"], healthcheck: {test: "curl ${U}"}, environment: {U: "${U}"}}}' 'a program goes by it'
by_hand() {
	want=1
	becomes 'AT=localhost:808\n' "$w"'"8080:80"], environment: {U: "http://${AT}0"}}}' '' "$w"'"8081:80"], environment: {U: "http://${AT}0"}}}' &&
	    grep -q '^problem,b,.*U localhost:8080 names port 8080, which becomes 8081, and no text of its own decides it' two.plan
	got=$?
	want=0
	return $got
}
check "one of which no text gives the port alone is a problem" by_hand

# --- the variable of a port in a name ---

named() { becomes 'PORT=8080\nVPN=vpn${PORT}\n' "$w"'"${PORT}:80"]'"$1" 'PORT=8080\nVPN=vpn${PORT}\n' "$w"'"8081:80"]'"$1"; }
check "a variable that the name of a container joined by pid has too keeps its value" named ', pid: "container:vpn${PORT}"}}'
check "by ipc" named ', ipc: "container:vpn${PORT}"}}'
check "by network_mode" named '}, v: {image: x, network_mode: "container:vpn$PORT"}}'
check "by volumes_from and external_links" named ', volumes_from: ["container:vpn${PORT}"], external_links: ["vpn${PORT}:vpn"]}}'
check "by way of another variable" named ', pid: "container:${VPN}"}}'
want=1	# the alias of both on that network
check "of a host on a network of others" named ', networks: [n], environment: {DB_HOST: "db${PORT}"}}}
networks: {n: {external: true, name: lan}}'
want=0

# --- a number by itself ---

api='services: {w: {image: x, ports: ["5001:5000"]'
moved='services: {w: {image: x, ports: ["5002:5000"]'
silent() { becomes "$1" "$api$2" "$3" "$moved$2" && ! grep '^note' two.plan; }
url='\nAPI_URL=http://localhost:${API_PORT}\n'
check "a number that follows, as an address is made of it, is not said to stay" silent "API_PORT=5001$url" ', env_file: .env}}' "API_PORT=5002$url"
check "nor where it is used" silent "API_PORT=5001$url" ', environment: {API_PORT: "${API_PORT}"}}}' "API_PORT=5002$url"
stays() { becomes 'API_PORT=5001\n' "$api$1" 'API_PORT=5001\n' "$moved$1" && grep -q '^note,b,.*stays, as a number by itself' two.plan; }
check "another one is" stays ', env_file: .env}}'

# --- a host with a scheme in a setting of its own ---

check "a port in .env beside a host with a scheme follows" silent 'API_HOST=http://localhost\nAPI_PORT=5001\n' '}}' \
	'API_HOST=http://localhost\nAPI_PORT=5002\n'
check "of a service too, where it is this host" becomes '' \
	"$api"', environment: {A_URL_HOST: "https://host.docker.internal", A_URL_PORT: 5001, B_HOST: "http://localhost", B_PORT: 5001}}}' '' \
	"$moved"', environment: {A_URL_HOST: "https://host.docker.internal", A_URL_PORT: 5002, B_HOST: "http://localhost", B_PORT: 5001}}}'

done_testing
