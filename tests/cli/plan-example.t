#!/bin/sh
# plan: apps whose .env is missing and is made from .env.example: right at once, not at the second plan.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

# once FLEET [OPTION…]: one plan and one apply, and nothing is left to do or to mend.
once() {
	fleet=$1
	shift
	scan $fleet >$fleet.csv && plan --no-host-check -q "$@" --db $fleet.db $fleet.csv >$fleet.plan && apply --db $fleet.db $fleet.plan >/dev/null &&
	    scan $fleet >$fleet.after && plan --no-host-check -q --db $fleet.db $fleet.after >$fleet.rest && [ "$(wc -l <$fleet.rest)" = 3 ] &&
	    report conflicts <$fleet.after
}

for n in 1 2; do
	mkdir -p pairs/m/app$n
	cat >pairs/m/app$n/compose.yml <<-'END'
	services:
	  backend: {image: x, ports: ["${BACKEND_PORT}:5000"]}
	  frontend:
	    image: x
	    ports: ["127.0.0.1:$FRONTEND_PORT:80"]
	    environment: {API: "http://localhost:${BACKEND_PORT}/", DB: "localhost:6000"}
	  db:
	    image: x
	    ports: [{target: 5432, published: "${DB_PORT}"}]
	END
	cat >pairs/m/app$n/.env.example <<-'END'
	BACKEND_PORT={{backend_port|5000}}
	FRONTEND_PORT=8000
	DB_PORT={{db_port|6010}}
	API=http://localhost:5000 http://localhost:6010
	END
done
check "ports of variables that only .env.example sets are given at once" once pairs
example() {
	cat >want <<-'END'
	BACKEND_PORT=5003
	FRONTEND_PORT=8003
	DB_PORT=6011
	API=http://localhost:5003 http://localhost:6011
	COMPOSE_PROJECT_NAME=m-app2
	END
	diff want pairs/m/app2/.env && diff want pairs/m/app2/.env.example
}
check "the copy and the example bear them, and the addresses follow" example
check "why the example is changed is said" grep -q 'example,"kept in step with .env, so that a fresh copy is right too"' pairs.plan

mkdir -p stacks/a stacks/b
for n in a b; do
	cat >stacks/$n/compose.yml <<-'END'
	services:
	  web: {image: x, ports: ["$WEB:80"], environment: {URL: "http://localhost:7000"}}
	END
	echo WEB=7000 >stacks/$n/.env.example
done
stacks() {
	once stacks --make-env && grep -q localhost:7000 stacks/a/compose.yml && grep -q localhost:7001 stacks/b/compose.yml &&
	    grep -qx WEB=7001 stacks/b/.env && grep -qx WEB=7000 stacks/b/.env.example
}
check "outside the layout with --make-env, where the example stays; an address of the compose file follows" stacks

mkdir -p stays/a stays/b
for n in a b; do
	printf 'services:\n  web: {image: x, ports: ["$WEB:80", "${API:-81}:81"], environment: {K: "${K:-kept}"}}\n' >stays/$n/compose.yml
	printf 'WEB=7000\nAPI=7001\nK=changed\n' >stays/$n/.env.example
done
stays() {
	once stays && [ ! -e stays/a/.env ] && [ ! -e stays/b/.env ] && grep -qF '"$WEB:80", "8081:81"' stays/b/compose.yml
}
check "without it no .env is made where a literal does" stays

mkdir -p other/a other/b
for n in a b; do
	echo 'services: {web: {image: x, ports: ["${WEB}0:80"]}}' >other/$n/compose.yml
	echo WEB=700 >other/$n/.env.example
done
parts() {
	scan other >other.csv && plan --no-host-check -q --db other.db other.csv >other.plan && ! grep ,port, other.plan
}
check "a port made of a variable and a digit is no port of the variable's" parts

mkdir -p filled/m/app1
cat >filled/m/app1/compose.yml <<'END'
services:
  backend: {image: x, ports: ["${BACKEND_PORT}:5000"], environment: {A: "{{ title | upper }}"}}
  frontend: {image: x, ports: ["${FRONTEND_PORT}:80"]}
END
cat >filled/m/app1/.env.example <<'END'
BACKEND_PORT=5000
FRONTEND_PORT=8000
TOKEN="{{TOKEN|hünter2 }}"
URL={{url|http://localhost:5000/x}}-{{ b | p@:w}}
MIX={{v|hunter}}${X:-{{w|hunter3}}}
END
mkdir -p filled/z
echo 'services: {z: {image: x, ports: ["5000:80", "8000:80"]}}' >filled/z/compose.yml
cp -R filled shown
filled() {
	once filled && ! grep -q -e 'nter' -e p@ filled.csv filled.plan || return 1
	cat >want <<-'END'
	BACKEND_PORT=5001
	FRONTEND_PORT=8001
	TOKEN="hünter2"
	URL=http://localhost:5001/x-p@:w
	MIX=hunter${X:-hunter3}
	COMPOSE_PROJECT_NAME=m-app1
	END
	diff want filled/m/app1/.env && diff want filled/m/app1/.env.example && grep -q '{{ title | upper }}' filled/m/app1/compose.yml
}
check "defaults of other placeholders are filled in, and no stream bears them" filled
shown() {
	scan shown | plan --no-host-check -q --db shown.db | apply --db shown.db --dry-run >shown.diff &&
	    grep -q '^-TOKEN=.*{{TOKEN|' shown.diff && ! grep -e 'nter' -e p@ shown.diff
}
check "nor does the diff of a dry run" shown
undone() {
	apply --db filled.db --undo >/dev/null && [ ! -e filled/m/app1/.env ] && grep -q '^TOKEN="{{TOKEN|hünter2 }}"' filled/m/app1/.env.example
}
check "undo gives them back" undone

mkdir -p named/shop named/z
echo 'services: {web: {image: x}}' >named/shop/compose.yml
echo COMPOSE_PROJECT_NAME=z >named/shop/.env.example
echo 'services: {web: {image: x}}' >named/z/compose.yml
named() {
	once named --make-env && grep -qx COMPOSE_PROJECT_NAME=shop named/shop/.env && [ ! -e named/z/.env ] &&
	    grep -q 'Compose called it shop, .env.example calls it z' named.plan
}
check "a project name that the copy would bring and another has is not brought" named

mkdir -p both/a both/b
for n in a b; do
	cat >both/$n/compose.yml <<-'END'
	services:
	  long: {image: "x:$P", ports: [{published: "$P", target: 80}]}
	  short: {image: "x:$Q", ports: ["$Q:80"]}
	END
	printf 'P=7100\nQ=7200\n' >both/$n/.env.example
done
both() {
	once both --make-env && diff both/a/.env both/b/.env && grep -q 'published: "7101"' both/b/compose.yml && grep -q '\["7201:80"\]' both/b/compose.yml
}
check "a variable that means something else too leaves the mapping, long or short, for a literal" both

mkdir -p seen/m/app1
cat >seen/m/app1/compose.yml <<-'END'
services:
  backend:
    image: x
    ports: ["${BACKEND_PORT:-5000}:5000"]
    environment: ["CORS_ORIGINS=${CORS_ORIGINS:-http://localhost:8003}"]
  frontend:
    image: x
    ports: ["${FRONTEND_PORT:-8000}:80"]
END
echo FRONTEND_PORT=8003 >seen/m/app1/.env.example
printf "services: {other: {image: x, ports: [\"8003:80\"]}}\n" | { mkdir -p seen/z; cat >seen/z/compose.yml; }
seen() {
	once seen && grep -qx FRONTEND_PORT=8001 seen/m/app1/.env && grep -qx CORS_ORIGINS=http://localhost:8001 seen/m/app1/.env
}
check "an address in the compose file follows the number that the coming copy brings" seen

# The registry says 8001, as does the example, and .env says 8000: what names 8000 in the example is .env's port.
named_by_env() {
	mkdir -p e/m/app1 && cat >e/m/app1/compose.yml <<-'END' || return 1
	services:
	  backend: {image: x, ports: ["${BACKEND_PORT:-5000}:5000"], environment: ["CORS_ORIGINS=${CORS_ORIGINS:-x}"]}
	  frontend: {image: x, ports: ["${FRONTEND_PORT:-8000}:80"]}
	END
	printf 'BACKEND_PORT=5001\nFRONTEND_PORT=8001\nCORS_ORIGINS=http://localhost:8000,http://127.0.0.1:8001\n' >e/m/app1/.env.example
	cp e/m/app1/.env.example e/m/app1/.env && scan e | plan --no-host-check --db e.db >/dev/null &&
	    printf 'BACKEND_PORT=5001\nFRONTEND_PORT=8000\n' >e/m/app1/.env && once e &&
	    grep -qx CORS_ORIGINS=http://localhost:8001,http://127.0.0.1:8001 e/m/app1/.env.example
}
check "an address of the example that only .env has a port for follows that" named_by_env

required() {		# what the example sets is required: the copy supplies it, with the numbers and names that the app gets
	for n in 1 2; do
		mkdir -p req/m$n/app1
		printf 'PROJECT_NAME=myapp\nBACKEND_PORT=5001\nFRONTEND_PORT=8001\nEMPTY=\n' >req/m$n/app1/.env.example
		cat >req/m$n/app1/compose.yml <<-'END'
		name: ${PROJECT_NAME:?}
		services:
		  backend:
		    image: x
		    container_name: ${PROJECT_NAME:?}_backend
		    ports: [{target: 5000, published: "${BACKEND_PORT:?write it}"}]
		  frontend: {image: x, ports: ["${FRONTEND_PORT:?}:80"], environment: {API: "http://localhost:${BACKEND_PORT?}", E: "${EMPTY?}"}}
		volumes: {d: {name: "${PROJECT_NAME:?}_d"}}
		END
	done
	ends 1 scan req >req.csv && [ "$(grep -c '^problem,[^,]*,1,[^,]*,,example,' req.csv)" = 14 ] || return 1
	berth migrate -q --yes --no-host-check --db req.db req && cat >want <<-'END' && diff want req/m2/app1/.env || return 1
	PROJECT_NAME=m2-app1
	BACKEND_PORT=5003
	FRONTEND_PORT=8003
	EMPTY=
	COMPOSE_PROJECT_NAME=m2-app1
	END
	grep -q 'PROJECT_NAME:?}_backend' req/m2/app1/compose.yml && scan req >/dev/null && scan req | plan -q --db req.db --no-host-check | grep -c , | grep -qx 3
}
check "what the coming copy sets is required of nobody, and gets the app's ports and names" required
required_still() {	# where it does not set all, or not as it has to be, a person is told of each, and so outside the layout
	mkdir -p still/m/app1 still/x
	printf 'P=5001\nEMPTY=\n' >still/m/app1/.env.example
	cp still/m/app1/.env.example still/x
	printf 'services:\n  s: {image: x, ports: ["${P:?}:80"], environment: {A: "${EMPTY:?}", B: "${NONE?}"}}\n' | tee still/x/compose.yml >still/m/app1/compose.yml
	scan still | plan -q --db still.db --no-host-check | grep '^problem' >told
	[ "$(grep -c '^problem,m,.*has no value' told)" = 3 ] && [ "$(grep -c '^problem,x,.*has no value' told)" = 3 ] && [ "$(wc -l <told)" = 6 ]
}
check "what is not supplied is told" required_still
mended() {		# mended EXAMPLE YAML: whether the plan of such an app in the layout has no problem
	rm -rf mended mended.db && mkdir -p mended/m/app1 && : >mended/m/app1/x.env && echo 'services: {i: {image: x}}' >mended/m/app1/sub.yml && printf "$1" >mended/m/app1/.env.example && printf "$2" >mended/m/app1/compose.yml &&
		scan -q mended | plan -q --db mended.db --no-host-check --keep-project-names >mended.csv
	! grep -q '^problem' mended.csv
}
still() { ! mended "$@" && [ "$(grep -c '^problem' mended.csv)" -ge 1 ]; }
s='services: {s: {image: x,'
check "a second one in one text is told" still 'A=1\n' "$s"' environment: {U: "${A:?}${B:?}"}}}\n'
check "a text that is none behind one that is supplied is told" still 'A=1\n' "$s"' environment: {U: "${A:?}${B"}}}\n'
check "a mapping that is none without its value is told" still 'T=80\n' "$s"' ports: ["7000:${T:?}"]}}\n'
check "and one that is all of a value" still 'PORTS=7000:80\n' "$s"' ports: ["${PORTS:?}"]}}\n'
check "a value that Compose refuses there is told, on a line with a port too" still 'R=abc\n' "$s"' ports: ["${P:-8000}:80"], deploy: {replicas: "${R:?}"}}}\n'
check "a project name that cannot be one stays a problem" still 'R=1\n' 'name: "!!!"\nservices: {s: {image: x, environment: {R: "${R:?}"}}}\n'
mkdir -p mended && check "an include with an env file of its own is no .env" mended 'R=1\n' 'include: [{path: sub.yml, env_file: x.env}]\nservices: {s: {image: x, environment: {R: "${R:?}"}}}\n'

number_of_copy() {	# the copy sets what an address is made of to the port before
	for n in 1 2; do
		mkdir -p num/m/app$n
		printf 'BACKEND_PORT=5001\n' >num/m/app$n/.env.example
		cat >num/m/app$n/compose.yml <<-'END'
		services:
		  backend: {image: x, ports: ["5001:5000"]}
		  frontend: {image: x, ports: ["${FRONTEND_PORT:-8000}:80"], environment: {API: "http://localhost:${BACKEND_PORT:-5000}"}}
		END
	done
	once num && grep -qx BACKEND_PORT=5001 num/m/app1/.env && grep -qx BACKEND_PORT=5003 num/m/app2/.env && grep -q 5003:5000 num/m/app2/compose.yml
}
check "a number of the copy that an address is made of follows its port" number_of_copy

default_of_copy() {	# an address in a default of the example: in the copy too, and nowhere outside the layout
	for d in m/app1 n/app1 x y; do
		mkdir -p dfl/$d && echo 'URL=http://localhost:${NONE:-5001}' >dfl/$d/.env.example && echo 'services: {api: {image: x, ports: ["5001:5000"]}}' >dfl/$d/compose.yml || return 1
	done
	once dfl && grep -qxF 'URL=http://localhost:${NONE:-5002}' dfl/n/app1/.env && grep -qxF 'URL=http://localhost:${NONE:-5002}' dfl/n/app1/.env.example &&
		cat dfl/[xy]/.env.example dfl/m/app1/.env.example | grep -c 5001 | grep -qx 3
}
check "a default in the example is edited in the copy too" default_of_copy

coming() {	# coming EXAMPLE YAML WANT: of two apps that both have 5001 and 6001 WANT is the second's .env, and its .env.example
	rm -rf coming coming.db && for m in a b; do
		mkdir -p coming/$m/app1 && printf "$1" >coming/$m/app1/.env.example && printf "$2" >coming/$m/app1/compose.yml || return 1
	done
	printf "$3COMPOSE_PROJECT_NAME=b-app1\n" >want && once coming && diff want coming/b/app1/.env && diff want coming/b/app1/.env.example
}
told() { grep '^note,' coming.plan | grep -qF "$1" && [ "$(grep -c '^note,' coming.plan)" = 1 ]; }
ports='services:\n  api: {image: x, ports: ["5001:5000", "6001:6000"]}\n  web:\n    image: y\n'
coming_number() {
	coming 'P=5001\n' "$ports"'    environment: {A: "http://localhost:${P}", B: "http://localhost:$P/api"}\n' 'P=5002\n' &&
		[ "$(grep -c '/.env,.*,5001,5002,reference,P localhost:5001 names this app' coming.plan)" = 1 ]
}
check "an address gets its port from the copy alone: it follows there" coming_number
check "and where the copy has its host too, or there are several in one text" coming 'H=http://localhost\nP=5001\nQ=6001\n' \
	"$ports"'    environment: {A: "${H}:${P}/x,$H:$Q http://127.0.0.1:${P}"}\n' 'H=http://localhost\nP=5002\nQ=6002\n'
check "with an empty default, quoted, with a comment" coming 'P="5001"\nQ=6001 # web\n' \
	"$ports"'    environment: {A: "localhost:${P-}", B: "localhost:${Q:-}", C: "localhost:${N:-${P}}"}\n' 'P="5002"\nQ=6002 # web\n'
check "a value that is made of another follows there" coming 'BASE=5001\nP=$BASE\nQ=${NONE:-6001}\n' \
	"$ports"'    environment: {A: "localhost:${P}", B: "localhost:${Q}"}\n' 'BASE=5002\nP=$BASE\nQ=${NONE:-6002}\n'
coming_required() {
	for m in a b; do
		mkdir -p must/$m/app1 && printf 'P=5001\nQ=6001\n' >must/$m/app1/.env.example &&
			printf "$ports"'    environment: {A: "http://localhost:${P:?}", B: "localhost:${Q?set it}/x"}\n' >must/$m/app1/compose.yml || return 1
	done
	berth migrate -q --yes --no-host-check --db must.db must && printf 'P=5002\nQ=6002\nCOMPOSE_PROJECT_NAME=b-app1\n' | diff - must/b/app1/.env
}
check "and what is required" coming_required
coming_content() {	# what stands in a file of a container is told, and stays, required or not
	coming 'P=5001\nQ=6001\n' "$ports"'    configs: [c]\nconfigs: {c: {content: "url=http://localhost:${P}"}}\n' 'P=5001\nQ=6001\n' && told 'it stands in a file of a container'
}
check "what the content of a config says so is told" coming_content
check "a log, a registry and a build argument are such addresses too" coming 'P=5001\nQ=6001\nR=5001\n' \
	"$ports"'    build: {context: ., args: {A: "localhost:${R}"}}\n    logging: {driver: syslog, options: {syslog-address: "tcp://localhost:${P}"}}\n  z: {image: "localhost:${Q}/z"}\n' \
	'P=5002\nQ=6002\nR=5002\n'
check "and so is one in two settings" coming 'P=5001\nQ=6001\n' \
	'services: {api: {image: x, ports: ["$P:5000", "6001:6000"]}, web: {image: x, environment: {A_HOST: host.docker.internal, A_PORT: "$P", B_HOST: host.docker.internal, B_PORT: "${Q}"}}}\n' \
	'P=5002\nQ=6002\n'
check "what is another host, port or text there stays" coming 'H=api\nP=5001\nE=\nT=abc\nO=7001\nL=5001\n' \
	"$ports"'    environment: {A: "http://${H:-localhost}:${P}", B: "http://api:${P}", C: "localhost:${E} localhost:${T} localhost:${O} localhost:${L:+1}"}\n' \
	'H=api\nP=5001\nE=\nT=abc\nO=7001\nL=5001\n'
coming_inside() {
	coming 'P=6001\n' 'services:\n  api: {image: x, ports: ["6001:6001"], environment: {PORT: "$P"}}\n  web: {image: x, environment: {A: "localhost:$P"}}\n' 'P=6001\n' &&
		told 'stays, as a container of this app has that number inside' &&
		coming 'P=6001\nPORT=$P\n' 'services:\n  api: {image: x, ports: ["6001:6001"], environment: {PORT: "$PORT"}}\n  web: {image: x, environment: {A: "localhost:$P"}}\n' 'P=6001\nPORT=$P\n' &&
		told 'stays, as a container of this app has that number inside'
}
check "with which a program may listen as well, be it in another line: it stays, and is told" coming_inside
coming_name() {
	coming 'P=5001\n' "$ports"'    environment: {A: "localhost:$P"}\nvolumes: {d: {name: "d-$P"}}\n' 'P=5001\n' && told 'stays, as a name is made of it as well'
}
check "of which a name is made: likewise" coming_name
coming_handed() {
	coming 'P=5001\n' "$ports"'    environment: ["A=localhost:$P", P]\n' 'P=5002\n' && grep -q 'also goes to web (services.web.environment)' coming.plan
}
check "that a container gets as well: it follows, and who gets it is told" coming_handed
coming_port() {
	coming 'P=5001\n' 'services: {api: {image: x, ports: ["$P:5000"], environment: {A: "http://web:80 localhost:$P"}}}\n' 'P=5002\n' &&
		! grep -q ',reference,' coming.plan && ! grep -q '^reference' coming.csv
}
check "that is a port's variable: the port's row is the only one" coming_port
coming_list() {	# each item of a list ends as the text of a mapping does
	coming 'P=5001\n' 'services: {api: {image: x, ports: ["$P:5000"], environment: ["A=localhost:$P"]}}\n' 'P=5002\n' && grep -qF '"$P:5000"' coming/b/app1/compose.yml
}
check "in a list too" coming_list
coming_not() {	# outside the layout no copy is made unless it is asked for
	rm -rf out && for m in a b; do
		mkdir -p out/$m && echo P=5001 >out/$m/.env.example &&
			echo 'services: {api: {image: x, ports: ["5001:5000"]}, web: {image: x, environment: {A: "localhost:$P", B: "localhost:$P"}}}' >out/$m/compose.yml || return 1
	done
	cp -R out made && once out && [ ! -e out/b/.env ] && ! grep -q -e '^note' -e '^problem' -e ',env' -e reference out.plan &&
		once made --make-env && grep -qx P=5002 made/b/.env && grep -qx P=5001 made/b/.env.example made/a/.env
}
check "outside the layout nothing is said of it, and --make-env brings it about" coming_not

done_testing
