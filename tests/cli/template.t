#!/bin/sh
# template: a scaffold becomes a template, and apps laid out from it are right from the start.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"
FLASK=$TOP/fixtures/templates/flask
BERTH_DB=$WORK/berth.db
export BERTH_DB

lay() {		# lay ARGUMENT…
	new --no-host-check -q "$@"
}

templated() {	# templated DIR: makes a template of it
	scan --template "$1" 2>/dev/null | plan --no-host-check -q | apply
}

nothing_for() {	# nothing_for ROOT: plan has nothing to do for the fleet there
	scan "$1" >scanned.csv && plan --no-host-check -q scanned.csv >planned.csv || return 1
	[ "$(wc -l <planned.csv)" = 3 ] || { cat planned.csv; return 1; }
}

rows() {	# what is registered
	sqlite3 "$BERTH_DB" 'SELECT model, app_num, backend_port, frontend_port FROM port_configurations ORDER BY 1, 2;
		SELECT folder FROM berth_apps; SELECT name FROM berth_names; SELECT port FROM berth_ports'
}

# left DIR: nothing but what the test itself laid there
left() { find "$1" -name '.berth-new*' | grep . && return 1; return 0; }

cp -Rp "$FLASK" t
made() {
	templated t >out.csv || return 1
	diff -r "$FLASK" t >diff.out
	grep '^>' diff.out >got
	cat >want <<-'END'
	> PROJECT_NAME={{PROJECT_NAME}}
	> BACKEND_PORT={{backend_port|5000}}
	> FRONTEND_PORT={{frontend_port|8000}}
	> API_URL=http://localhost:{{backend_port|5000}}/api
	>     container_name: "{{PROJECT_NAME}}_frontend"
	END
	diff want got
}
check "a scaffold's name, ports and addresses become placeholders" made
check "nothing is registered for it" sh -c "[ -z \"\$(sqlite3 '$BERTH_DB' 'SELECT * FROM port_configurations; SELECT folder FROM berth_apps; SELECT name FROM berth_names; SELECT port FROM berth_ports')\" ]"
again() {
	cp -Rp t before && templated t >out.csv && same before t && [ "$(wc -l <out.csv)" = 2 ]
}
check "again, there is nothing to do" again
undone() {
	cp -Rp "$FLASK" u && templated u >/dev/null && apply --undo >/dev/null && same "$FLASK" u
}
check "undo gives the scaffold back" undone
dry() {
	cp "$BERTH_DB" dry.db && cp -R "$FLASK" d && scan --template d | plan --dry-run -q | grep -c ,template, | grep -qx 5 && cmp "$BERTH_DB" dry.db
}
check "--dry-run keeps no plan" dry

mkdir lit
cat >lit/compose.yaml <<'YAML'
name: shop
services:
  api: {image: x, container_name: shop, ports: ["5000:5000"]}
  web:
    image: x
    container_name: shopping
    environment: {API: "${API:-http://localhost:5000}"}
    ports:
      - target: 80
        published: 8000
  db: {image: x, ports: ["5432:5432"]}
YAML
literal() {
	templated lit >/dev/null || return 1
	cat >want <<-'YAML'
	name: {{COMPOSE_PROJECT_NAME}}
	services:
	  api: {image: x, container_name: {{PROJECT_NAME}}, ports: ["{{backend_port|5000}}:5000"]}
	  web:
	    image: x
	    container_name: shopping
	    environment: {API: "${API:-http://localhost:{{backend_port|5000}}}"}
	    ports:
	      - target: 80
	        published: {{frontend_port|8000}}
	  db: {image: x, ports: ["{{db_port|5432}}:5432"]}
	YAML
	diff want lit/compose.yaml && templated lit >out.csv && diff want lit/compose.yaml && [ "$(wc -l <out.csv)" = 2 ]
}
check "literals of the compose file too, once; other names stay" literal

# Services whose names differ in a sign, names and numbers that are none, and a variable's default that its .env overrules.
mkdir odd
cat >odd/compose.yaml <<'YAML'
services:
  2nd-web:
    image: x
    container_name: shop-web
    ports: ["5000:5000", "6000:60"]
  a-b: {image: x, container_name: "shop", ports: ["${AB:-7000}:70"]}
  a_b: {image: x, container_name: other_shop, ports: ["7001:70", "${NONE:-0}:71"]}
  a.b: {image: x, ports: ["7002:70", "7003:70"]}
  back: {image: x, ports: ["${BACKEND_PORT:-5001}:5000"]}
  front: {image: x, ports: ["${FRONTEND_PORT}:80", "${RANGE:-8100-8103}:81"]}
  web: {image: x, ports: ["${LATER_PORT}:90", "9090"], environment: {U: "http://localhost:7001", W: "http://localhost:1234"}}
YAML
cat >odd/.env.example <<'ENV'
COMPOSE_PROJECT_NAME=$OTHER
PROJECT_NAME=shop
BACKEND_PORT=5005
FRONTEND_PORT=0
AB=70000
UNUSED_PORT=7777
URL=http://localhost:5005
ENV
odd() {
	cp -R odd was && templated odd >/dev/null
	diff -r was odd | grep '^>' >got
	cat >want <<-'END'
	> PROJECT_NAME={{PROJECT_NAME}}
	> BACKEND_PORT={{backend_port|5005}}
	> URL=http://localhost:{{backend_port|5005}}
	>     container_name: {{PROJECT_NAME}}-web
	>     ports: ["{{_2nd_web_port_5000|5000}}:5000", "{{_2nd_web_port_60|6000}}:60"]
	>   a-b: {image: x, container_name: "{{PROJECT_NAME}}", ports: ["${AB:-7000}:70"]}
	>   a_b: {image: x, container_name: other_shop, ports: ["{{a_b_port|7001}}:70", "${NONE:-0}:71"]}
	>   a.b: {image: x, ports: ["{{a_b_port_70|7002}}:70", "{{a_b_port_70_2|7003}}:70"]}
	>   web: {image: x, ports: ["${LATER_PORT}:90", "9090"], environment: {U: "http://localhost:{{a_b_port|7001}}", W: "http://localhost:1234"}}
	END
	diff want got
}
check "no two ports get one key, and a name made of a variable is not the scaffold's" odd
mv lit lit.before
mkdir ports
cat >ports/compose.yaml <<'YAML'
services:
  backend: {image: x, ports: ["${BACKEND_PORT}:5000", "9229:9229"], environment: {DB: "localhost:5432", C: "http://127.0.0.1:8080"}}
  frontend: {image: x, ports: ["${FRONTEND_PORT}:80"]}
  db: {image: x, ports: ["${DB_PORT:-5432}:5432"]}
  dns: {image: x, ports: ["53:53", "53:53/udp"]}
  1-proxy: {image: x, ports: ["8080:80", "8443:443", "8000-8003:8000-8003"]}
  1_proxy: {image: x, ports: [{target: 80, published: "8090"}]}
  cache: {image: x, ports: ["${CACHE}:6379"]}
YAML
printf 'BACKEND_PORT=5000\nFRONTEND_PORT=8000\nCACHE=6379\nU=http://localhost:9229/\n' >ports/.env.example
cp -R ports ports.before
other_ports() {
	templated ports >/dev/null || return 1
	cat >want <<-'YAML'
	services:
	  backend: {image: x, ports: ["${BACKEND_PORT}:5000", "{{backend_port_9229|9229}}:9229"], environment: {DB: "localhost:{{db_port|5432}}", C: "http://127.0.0.1:{{_1_proxy_port_80|8080}}"}}
	  frontend: {image: x, ports: ["${FRONTEND_PORT}:80"]}
	  db: {image: x, ports: ["${DB_PORT:-{{db_port|5432}}}:5432"]}
	  dns: {image: x, ports: ["{{dns_port|53}}:53", "{{dns_port|53}}:53/udp"]}
	  1-proxy: {image: x, ports: ["{{_1_proxy_port_80|8080}}:80", "{{_1_proxy_port_443|8443}}:443", "8000-8003:8000-8003"]}
	  1_proxy: {image: x, ports: [{target: 80, published: "{{_1_proxy_port|8090}}"}]}
	  cache: {image: x, ports: ["${CACHE}:6379"]}
	YAML
	diff want ports/compose.yaml || return 1
	cat >want <<-'END'
	BACKEND_PORT={{backend_port|5000}}
	FRONTEND_PORT={{frontend_port|8000}}
	CACHE={{cache_port|6379}}
	U=http://localhost:{{backend_port_9229|9229}}/
	END
	diff want ports/.env.example && templated ports >out.csv && diff want ports/.env.example && [ "$(wc -l <out.csv)" = 2 ]
}
check "every other port is one, by its variable or its service; a range stays" other_ports
mkdir shared shared/a
printf 'services: {web: {image: x, ports: ["{{frontend_port|8000}}:80"]}}\n' >shared/a/compose.yaml
check "what only a placeholder makes wrong is no problem" templated shared

## new
laid() {
	for i in 1 2; do lay --template t m_x/app$i apps/m_x/app$i >out.csv || return 1; done
	is out.csv "model,app_num,backend_port,frontend_port
m_x,2,5003,8003" && cat >want <<-'END'
	# Copied to .env when an app is made
	PROJECT_NAME=m-x-app2
	BACKEND_PORT=5003
	FRONTEND_PORT=8003
	FLASK_ENV=production
	SECRET_KEY=change-me
	API_URL=http://localhost:5003/api
	COMPOSE_PROJECT_NAME=m-x-app2
	END
	diff want apps/m_x/app2/.env && diff want apps/m_x/app2/.env.example
}
mkdir apps
check "apps are laid out with ports and names of their own" laid
check "no clash is among them" sh -c 'scan apps | report conflicts'
check "plan has nothing to do for them" nothing_for apps
check "nor for one alone" nothing_for apps/m_x/app2
page() {
	is apps/m_x/app2/frontend/index.html '<h1>{{ title }}</h1>
<p>m-x-app2, app 2 of m_x: {{ model }} and {{other|x}} stay.</p>' && [ -x apps/m_x/app2/backend/start.sh ] &&
	[ ! -x apps/m_x/app2/frontend/index.html ] && grep -q '"m-x-app2_frontend"' apps/m_x/app2/docker-compose.yml
}
check "other files too, a page's own templates stay, modes are kept" page
literal_app() {
	lay --template lit.before m_x/app3 apps/m_x/app3 >/dev/null && grep -q 'ports: \["5005:5000"\]' apps/m_x/app3/compose.yaml &&
	nothing_for apps
}
check "from a template without any .env" literal_app
rows >rows.before
check "DEST must not be there" says 2 'needs a new folder' lay --template t m_x/app2 apps/m_x/app2
check "nor be another app by its path" says 2 'by its path' lay --template t m_x/app9 apps/m_x/app8
check "no template, no app" says 2 'cannot open the template' lay --template none m_x/app9 apps/m_x/app9
check "--template is required" says 2 'template DIR' lay m_x/app9 apps/m_x/app9
bad() {		# bad PATTERN COMMAND…: with COMMAND done to a template it is refused, and nothing is left
	pattern=$1; shift
	rm -rf b && cp -R t b && (cd b && "$@") && says 2 "$pattern" lay --template b newmodel/app9 apps/newmodel/app9 || return 1
	[ ! -e apps/newmodel ] && left apps
}
check "a FIFO is refused" bad 'backend/pipe: is a FIFO' mkfifo backend/pipe
check "a link out of the template is refused" bad 'backend/l: is a symlink that leads out' ln -s ../../etc backend/l
check "an absolute one too" bad 'leads out' ln -s /etc/passwd l
check "one that comes back up too" bad 'leads out' ln -s backend/../.. l
check "a placeholder without a value is named with its place" bad 'docker-compose.yml:1:7: {{who}}' sh -c 'echo "name: {{who}}" >docker-compose.yml'
check "a broken .env too" bad '.env' sh -c 'printf "A B\n" >.env'
nothing_registered() {
	rows | diff rows.before -
}
check "nothing that failed is registered" nothing_registered
inner() {
	says 2 'its own template' lay --template b m_x/app9 b/m_x/app9 && [ ! -e b/m_x ]
}
rm -rf b && cp -R t b
check "an app cannot lie in its own template" inner
links() {
	(cd b && ln -s ../docker-compose.yml backend/up && ln -s backend/start.sh s && mkdir .git && echo x >.git/config && head -c 3000 /dev/zero >blob && echo '{{PROJECT_NAME}}' >>blob)
	lay --template b m_x/app4 apps/m_x/app4/ >/dev/null && [ "$(readlink apps/m_x/app4/backend/up)" = ../docker-compose.yml ] &&
	[ ! -e apps/m_x/app4/.git ] && cmp b/blob apps/m_x/app4/blob && left apps
}
check "links inside stay links, .git is left out, binary files are copied" links
others() (
	BERTH_DB=$WORK/others.db
	sed -i 's/, "8000-8003:8000-8003"//' ports/compose.yaml && echo 'at {{db_port|5432}}, {{ db_port|5432 }}, {{size|3}}' >ports/README
	for i in 1 2 3; do lay --template ports o/app$i others/o/app$i >/dev/null || return 1; done
	! grep -r '{{' others/o/app3/compose.yaml others/o/app3/.env || return 1
	cat >want <<-'YAML'
	services:
	  backend: {image: x, ports: ["${BACKEND_PORT}:5000", "9230:9229"], environment: {DB: "localhost:5433", C: "http://127.0.0.1:8081"}}
	  frontend: {image: x, ports: ["${FRONTEND_PORT}:80"]}
	  db: {image: x, ports: ["${DB_PORT:-5433}:5432"]}
	  dns: {image: x, ports: ["8053:53", "8053:53/udp"]}
	  1-proxy: {image: x, ports: ["8081:80", "8444:443"]}
	  1_proxy: {image: x, ports: [{target: 80, published: "8091"}]}
	  cache: {image: x, ports: ["${CACHE}:6379"]}
	YAML
	diff want others/o/app2/compose.yaml && grep -qx CACHE=6380 others/o/app2/.env &&
	    [ "$(cat others/o/app2/README)" = 'at 5433, {{ db_port|5432 }}, {{size|3}}' ] &&
	    scan others | report conflicts && nothing_for others || return 1
	rm -r others/o/app2 && lay --template ports o/app2 others/o/app2 >/dev/null && diff want others/o/app2/compose.yaml &&
	    nothing_for others
)
mkdir others
check "an app's other ports are its own too, and the same again where it is laid out again" others
gone() {
	lay --range 65530-65535 --base-backend 65530 --base-frontend 65531 --template ports o/app9 others/o/app9 || [ $? = 2 ] && [ ! -e others/o/app9 ] && left others
}
check "where ports run out nothing is left" gone
hard() {
	says 1 'BACKEND_PORT=5000 from the template' lay --template "$FLASK" m_x/app5 apps/m_x/app5
}
check "a hard-wired value is named" hard
kept() {
	rm -rf apps/m_x/app1 && lay --template t m_x/app1 apps/m_x/app1 | tail -n 1 | grep -qx 'm_x,1,5001,8001'
}
check "an app that is laid out again gets its old pair" kept

# A .env that new makes may come to hold secrets, as one that apply makes.
mkdir -p shut/t && printf 'services:\n  backend:\n    image: a\n    ports: ["{{backend_port}}:80"]\n  frontend:\n    image: a\n    ports: ["{{frontend_port}}:80"]\n' >shut/t/compose.yml
(umask 077 && berth new --template shut/t --db shut.db m/app1 shut/m/app1) >/dev/null 2>&1
printf 'A=b\n' >shut/t/.env.example && chmod 666 shut/t/.env.example
(umask 0 && berth new --template shut/t --db shut.db m/app2 shut/m/app2) >/dev/null 2>&1
check "the umask counts for a .env that new makes" sh -c '[ "$(stat -c %a shut/m/app1/.env)" = 600 ]'
check "and nobody else may write it" sh -c '[ "$(stat -c %a shut/m/app2/.env)" = 664 ]'
done_testing
