#!/bin/sh
# plan --container-port follow: the container side moves along where a variable decides it and nothing else names it.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

# two FLEET: a and b from the compose file on stdin and $env; migrated with the options behind. The plan is FLEET.plan.
two() {
	fleet=$1
	shift
	mkdir -p "$fleet/a" "$fleet/b"
	tee "$fleet/a/compose.yml" >"$fleet/b/compose.yml"
	printf "$env" | tee "$fleet/a/.env" >"$fleet/b/.env"
	scan "$fleet" >"$fleet.csv" && plan --no-host-check -q --db "$fleet.db" "$@" "$fleet.csv" >"$fleet.plan" &&
	    apply --db "$fleet.db" "$fleet.plan" >/dev/null && scan "$fleet" >"$fleet.after" &&
	    plan --no-host-check -q --db "$fleet.db" "$@" "$fleet.after" >"$fleet.rest" && [ "$(wc -l <"$fleet.rest")" = 3 ]
}

env='P3=7000\n'
followed() {
	two followed --container-port follow <<-'END' || return 1
	services:
	  one:
	    image: x
	    ports: ["${P1:-5000}:${P1:-5000}"]
	    environment: {PORT: "${P1:-5000}"}
	    healthcheck: {test: "curl http://localhost:${P1:-5000}"}
	  two:
	    image: x
	    ports: ["6000:${P2:-6000}"]
	    environment: {SELF: "http://localhost:6000", ONE: "http://one:${P1:-5000}"}
	    # on 6000
	  three: {image: x, ports: ["127.0.0.1:${P3}:${P3}/udp"], expose: ["${P3}"]}
	  four: {image: x, ports: [{target: "${P5:-7500}", published: "${P4:-7500}"}]}
	  five: {image: x, ports: ["8080:${P6:-80}"]}
	END
	sed -e 's/"6000:/"6001:/' -e 's/localhost:6000/localhost:6001/' -e 's/"8080:/"8081:/' followed/a/compose.yml |
	    diff - followed/b/compose.yml || return 1
	sort followed/b/.env >got && is got 'P1=5001
P2=6001
P3=7001
P4=7501
P5=7501'
}
check "both sides move where only the variable says the number; another number stays" followed
registered() { [ "$(sqlite3 followed.db "SELECT container_port FROM berth_ports WHERE port = 6001")" = 6001 ]; }
check "the registry has the new container port" registered

# stays WHY COMPOSE: the mapping 5000 of service x is moved on the host's side alone, and the plan says why.
stays() {
	rm -rf stays stays.*
	printf '%b' "$2" | two stays --container-port follow || return 1
	grep "its container port stays: .*$1" stays.plan || { cat stays.plan; return 1; }
	! grep '^[a-z]*,b,.*,P=5001,' stays.plan
}
env=''
m='services:\n  x:\n    image: x\n    ports: ["${P:-5000}:${P:-5000}"]\n'
check "named by a healthcheck" stays 'b/compose.yml:5:.* names 5000' "$m"'    healthcheck: {test: "curl localhost:5000"}\n'
check "by a command" stays 'names 5000' "$m"'    command: serve --port 5000\n'
check "by the environment" stays 'names 5000' "$m"'    environment: [PORT=5000]\n'
check "by expose" stays 'names 5000' "$m"'    expose: [5000]\n'
check "by another service's address" stays 'b/compose.yml:5:.* names 5000' "$m"'  y: {image: y, environment: {X: "http://x:5000"}}\n'
check "the variable is an image's tag too" stays 'uses P for something else' "$m"'  y: {image: "y:${P}"}\n'
check "another mapping has it inside" stays 'uses P for something else' "$m"'  y: {image: y, ports: ["7000:${P:-5001}"]}\n'
check "no variable decides it" stays 'no variable decides it' 'services: {x: {image: x, ports: ["5000:5000"]}}\n'
env='OTHER=http://x:5000/\n'
check "named in .env" stays 'b/.env:1:16 names 5000' "$m"
env='OTHER=${P}\n'
check "the variable is in another of .env" stays 'b/.env:1:7 uses P' "$m"
env=''
file() {
	mkdir -p stays/a stays/b && printf 'P=1\n' | tee stays/a/x.env >stays/b/x.env
	printf '%b' "$m"'    env_file: x.env\n' | two stays --container-port follow && grep 'stays: b/x.env may name it' stays.plan
}
rm -rf stays stays.*
check "an env_file may name it" file

left() {
	printf '%b' "$m" | two left && grep ',"*${P:-5000}"*,5001,port,' left.plan && ! grep 'container port' left.plan
}
check "without the option the container side stays, and nothing is said of it" left
pairs() {
	for n in 1 2; do
		mkdir -p pairs/m/app$n
		cat >pairs/m/app$n/compose.yml <<-'END'
		services:
		  backend: {image: x, ports: ["${BACKEND_PORT}:${BACKEND_PORT}"], environment: ["PORT=${BACKEND_PORT}"]}
		  frontend: {image: x, ports: ["${FRONTEND_PORT}:${FRONTEND_PORT}"]}
		END
		printf 'BACKEND_PORT=5000\nFRONTEND_PORT=8000\n' >pairs/m/app$n/.env
	done
	BERTH_DB=pairs.db migrate --no-host-check -yq --container-port follow pairs && grep -qx BACKEND_PORT=5003 pairs/m/app2/.env &&
	    grep -qx FRONTEND_PORT=8003 pairs/m/app2/.env && ! grep 500 pairs/m/app2/compose.yml
}
check "pairs too, with migrate" pairs
check "it takes two words" says 2 'follow or leave' plan --container-port x left.after

done_testing
