#!/bin/sh
# plan: small fleets that random ones were cut down to, each with all the rows that its plan has to have.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

# app FOLDER: its compose file, from stdin.
app() {
	mkdir -p "$1" && cat >"$1/compose.yml"
}

# one FOLDER SERVICE PORTS: an app of one service, whose ports are the YAML list.
one() {
	printf 'services:\n  %s: {image: x, ports: %s}\n' "$2" "$3" | app "$1"
}

# planned FLEET: plans with FLEET.db; its rows are in FLEET.rows, as `action file old new`, without the words of a problem. A plan
# that leaves problems is a plan.
planned() {
	scan "$1" >"$1.csv" || [ $? = 1 ] || return 1
	plan --no-host-check -q $make_env --db "$1.db" "$1.csv" >"$1.plan" || [ $? = 1 ] || return 1
	sqlite3 :memory: '.mode csv' ".import $1.plan p" '.mode list' "SELECT rtrim(action || ' ' || file || ' ' ||
	    CASE action WHEN 'problem' THEN '' ELSE ltrim(old || ' ' || new) END) FROM p WHERE action NOT IN ('fleet', 'end')" >"$1.rows"
}

# copies FLEET LINE…: as plans, with --make-env.
copies() {
	make_env=--make-env
	plans "$@"
	result=$?
	make_env=
	return $result
}

# plans FLEET LINE…: the plan's rows are these. Applied, they leave no edit, and where none is a problem no clash.
plans() {
	fleet=$1
	shift
	planned "$fleet" || return 1
	printf '%s\n' "$@" | diff - "$fleet.rows" || return 1
	apply --db "$fleet.db" "$fleet.plan" >/dev/null || [ $? = 1 ] || return 1
	planned "$fleet" && ends 1 grep -v '^problem' "$fleet.rows" || return 1
	grep -q '^problem' "$fleet.rows" || report -q --findings "$fleet.csv" --format csv conflicts
}

# holds FLEET WHAT LINE…: the registry's rows, as WHAT lists them, are these.
holds() {
	fleet=$1
	sqlite3 -separator ' ' "$fleet.db" "$2" | sed "s|[^ ]*/$fleet/||" >.held
	shift 2
	printf '%s\n' "$@" | diff - .held
}
make_env=
PORTS="SELECT folder, service, address, port FROM berth_ports ORDER BY port, address"
NAMES="SELECT folder, service, name FROM berth_names WHERE kind = 'container' ORDER BY folder, service"

# --- what a coming copy of .env.example says ---

app hidden/a <<'END'
services:
  w:
    image: x
    environment: {KEY: "${KEY}"}
    ports: ["${P:-8090}:80"]
END
printf 'KEY=1\nB=81\nP=${B}90\n' >hidden/a/.env.example
check "a port whose variable the copy would make of others keeps its number" copies hidden \
    'copy a/.env' 'replace a/compose.yml ${P:-8090} 8090'

app around/a <<'END'
services:
  w:
    image: x
    environment: {KEY: "${KEY}"}
    ports: ["${Q:-${P:-8090}}:80"]
END
printf 'KEY=1\nQ=8085\nP=8086\n' >around/a/.env.example
check "and one that the copy would decide by a variable around its own" copies around \
    'copy a/.env' 'replace a/compose.yml ${Q:-${P:-8090}} 8090'

printf 'services:\n  base: {image: x, ports: ["${P:-8090}:80"]}\n' | app foreign && mv foreign/compose.yml foreign/base.yml
for n in a b; do
	printf 'services:\n  w: {extends: {file: ../base.yml, service: base}, environment: {KEY: "${KEY}"}, profiles: [%s]}\n' $n | app foreign/$n
	printf 'KEY=1\nB=81\nP=${B}90\n' >foreign/$n/.env.example
done
check "not by an edit of a file that is another app's too" copies foreign 'copy a/.env' 'problem b/.env.example' \
    'note base.yml 8090/tcp makes way for a, though w runs with profile b only: --accept leaves both where they are' 'copy b/.env'

app made/a <<'END'
services:
  w:
    image: x
    environment: {KEY: "${KEY}"}
    ports: ["${P:-80}90:80"]
END
printf 'KEY=1\nP=85\n' >made/a/.env.example
check "one of two parts as well" copies made 'copy a/.env' 'replace a/compose.yml ${P:-80}90 8090'

app empty/a <<'END'
services:
  w:
    image: x
    environment: {KEY: "${KEY}"}
    ports: ["${P:-8090}:80", "${Q:-${R:-8091}}:81"]
END
printf 'KEY=1\nP=\nQ=\nR=8092\n' >empty/a/.env.example
check "an empty value leaves the default as it is, and the copy's number is seen through it" copies empty 'copy a/.env'

one there/a w '["8080:80"]'
one there/b w '["${P}:80"]'
echo P=8080 >there/b/.env
echo 'P=${B}80' >there/b/.env.example
check "where .env is there the example decides nothing" plans there 'replace b/.env 8080 8081'

app folder/a <<'END'
services:
  w: {image: x, environment: {KEY: "${KEY}"}}
END
printf 'KEY=1\nCOMPOSE_PROJECT_NAME=site\n' >folder/a/.env.example
one folder/z/site w '[]'
check "COMPOSE_PROJECT_NAME of the copy is a name that another project clashes with" copies folder \
    'copy a/.env' 'replace a/.env site a'

app before/m/app2 <<'END'
services:
  backend: {image: x, ports: ["${BACKEND_PORT:-5000}:5000"]}
  frontend: {image: x, ports: ["${FRONTEND_PORT:-8000}:80"]}
END
printf 'BACKEND_PORT=5005\nFRONTEND_PORT=8005\n' >before/m/app2/.env.example
app before/z <<'END'
services:
  w: {image: x, environment: {API: "http://host.docker.internal:8000/x"}}
END
check "what names a port that its app has while no .env is there follows to the one that the copy gives it" plans before \
    'copy m/app2/.env' 'insert m/app2/.env COMPOSE_PROJECT_NAME=m-app2' 'insert m/app2/.env.example COMPOSE_PROJECT_NAME=m-app2' \
    'replace z/compose.yml 8000 8005'

# --- what the registry names ---

# s5 is on the port of s3 by turns, and moves, as the other app's s3 cannot: the registry has a row of its own for it then.
for n in a b; do
	app turns/$n <<'END'
services:
  s3: {image: x, profiles: [x], env_file: .env, ports: ["${MAP:-3001:80}"]}
  s5: {image: x, profiles: [gpu], ports: ["3001:53/tcp", "3001:53/udp"]}
  s8: {extends: s3}
END
	echo A=1 >turns/$n/.env
done
turns() {
	planned turns && grep -qx 'replace a/compose.yml 3001 3002' turns.rows && cp turns.rows turns.first && planned turns && diff turns.first turns.rows
}
check "who has the port of another by turns, and a row of its own, moves at each plan" turns

# --- a .env that cannot be written ---

one lost/a w '["6001:80"]'
one lost/b w '["${P:-6001}:80"]'
ln -s nowhere lost/b/.env
check "a .env that is a symlink to nowhere is not made" plans lost 'replace b/compose.yml ${P:-6001} 6002'
one pipe/a w '["6001:80"]'
one pipe/b w '["${P:-6001}:80"]'
mkfifo pipe/b/.env
check "nor one that is something else than a file" plans pipe 'problem b/.env' 'replace b/compose.yml ${P:-6001} 6002'
one via/a w '["6001:80"]'
one via/c w '["6001:80"]' && mkdir via/other && mv via/c/compose.yml via/other/more.yml
echo 'include: [set/more.yml]' >via/c/compose.yml && ln -s ../other via/c/set
check "nor is a file that a symlinked folder leads to" plans via 'replace a/compose.yml 6001 6002'

mkdir -p linked/root linked/away && one linked/root/a w '["6001:80"]' && one linked/away w '["${P:-6001}:80"]' && ln -s ../away linked/root/z
check "an app in a folder that is a symlink cannot be moved: the other one makes way" sh -c '
	scan -q --links linked/root | plan -q --no-host-check --db linked.db >linked.plan && grep -q "^replace,a," linked.plan && ! grep -q ",z/" linked.plan'

# --- variables ---

one picked/a w '["8080:80"]'
one picked/b w '["${P:-8080}:80", "${P}:81"]'
check "a variable is not set where a second mapping would get a number by it" plans picked \
    'replace b/compose.yml ${P:-8080} 8081'
one nested/a w '["8080:80"]'
one nested/b w '["${P:-8080}:80", "${P:-${OTHER:-9000}}:81"]'
check "nor where one that has its number from elsewhere would" plans nested 'replace b/compose.yml ${P:-8080} 8081'
one parts/a w '["8080:80"]'
one parts/b w '["${P:-8080}:80", "${P:-90}00:81"]'
check "nor where it is a part of one" plans parts 'replace b/compose.yml ${P:-8080} 8081'

one inside/a w '["8080:80"]'
one inside/b w '["${P}:80", "1${P}:81"]'
echo P=8080 >inside/b/.env
check "nor is its value changed where it is a part of one" plans inside 'replace b/compose.yml ${P} 8081'
one falls/a w '["8080:80"]'
one falls/b w '["${P:-8080}:80", "${P:-9090}:90"]'
check "nor set where it falls back to another number elsewhere" plans falls 'replace b/compose.yml ${P:-8080} 8081'

one between/a w '["6000:80"]'
app between/b <<'END'
services:
  x: {image: x, ports: ["${P:-6000}:80"], profiles: [x]}
  z: {image: x, ports: ["${P:-6000}:81"]}
  y: {image: x, ports: ["${P:-6000}:82"], profiles: [y]}
END
check "alternatives by profile stay on one variable, what runs beside both gets a literal" plans between \
    'note b/compose.yml 6000/tcp makes way for a, though x runs with profile x only: --accept leaves both where they are' \
    'create b/.env' 'insert b/.env P=6001' 'replace b/compose.yml ${P:-6000} 6002'

one dns/a w '["5300:53/tcp", "5300:53/udp"]'
one dns/b w '["${TCP:-5300}:53/tcp", "${UDP:-5300}:53/udp"]'
check "tcp and udp of one number with a variable each get a line each" plans dns \
    'create b/.env' 'insert b/.env TCP=5301' 'insert b/.env UDP=5301'
one same/a w '["5300:53/tcp", "5300:53/udp"]'
one same/b w '["${DNS:-5300}:53/tcp", "${DNS:-5300}:53/udp"]'
check "with one variable they get one line" plans same 'create b/.env' 'insert b/.env DNS=5301'

one apart/a w '["5300:53/tcp"]'
app apart/b <<'END'
services:
  x: {image: x, ports: ["5300:53/tcp"]}
  y: {image: x, ports: ["5300:53/udp"]}
END
check "those of two services move apart" plans apart 'replace b/compose.yml 5300 5301'
one mixed/a w '["5300:53/tcp"]'
one mixed/b w '["${DNS:-5300}:53/tcp", "5300:53/udp"]'
check "and those of which one alone has a variable" plans mixed 'create b/.env' 'insert b/.env DNS=5301'

one left/a w '["5300:53/tcp"]'
app left/b <<'END'
services:
  x: {image: x, ports: ["${TCP:-5300}:53/tcp", "${UDP:-5300}:53/udp"]}
  y: {image: x, ports: ["${UDP:-5300}:54/udp"]}
END
check "a port that stays is parted from either variable of those that move" plans left \
    'create b/.env' 'insert b/.env TCP=5301' 'insert b/.env UDP=5301' 'replace b/compose.yml ${UDP:-5300} 5300'

one joined/a w '["8080:80"]'
mkdir -p joined/b
printf 'services:\n  w: {image: x, ports: ["${P}:80"]}\n' >joined/b/more.yml
printf 'include: [{path: more.yml, env_file: more.env}]\nservices: {v: {image: x}}\n' | app joined/b
echo P=8080 >joined/b/more.env
check "a variable of an included file is set in that file's own env file" plans joined 'replace b/more.env 8080 8081'

app glued/a <<'END'
services:
  w: {image: x, ports: ["${A}${B}:80", "80"], environment: {KEY: "${KEY}"}}
END
printf 'KEY=1\nA=80\nB=80\n' >glued/a/.env.example
check "a port of two variables is the port of neither" copies glued 'copy a/.env'

# --- aliases ---

app merged/a <<'END'
x-base: &base
  image: x
  ports: ["${P:-6500}:1"]
services:
  a: {<<: *base}
  b: *base
END
check "one text by a merge is for a person, though a variable is in it" plans merged 'problem a/compose.yml'

printf 'x-p: &p ["6600:1"]\nservices:\n  a: {image: x, ports: *p}\n  b: {image: x, ports: *p}\n' | app common && mv common/compose.yml common/base.yml
for n in a b; do
	printf 'services:\n  a: {extends: {file: ../base.yml, service: a}}\n  b: {extends: {file: ../base.yml, service: b}}\n' | app common/$n
done
common() {
	planned common && ends 1 grep -v '^problem' common.rows
}
check "and an alias in a file that is another app's too" common

app whole/a <<'END'
x-p: &p ["${MAP:-6000:80}", "7000:1"]
services:
  a: {image: x, ports: *p}
  b: {image: x, ports: *p}
END
whole() {
	planned whole && [ "$(cut -d' ' -f1 whole.rows | sort | uniq -c | tr -d ' \n')" = 2problem ]
}
check "a mapping that a variable holds as a whole is no text for an alias" whole

# --- container names ---

one names/a w '[]'
sed -i 's/image: x/&, container_name: one/' names/a/compose.yml
app names/b <<'END'
x-n: &n one
services:
  cpu: {image: x, container_name: *n, profiles: [cpu]}
  gpu: {image: x, container_name: *n, profiles: [gpu]}
END
check "one text that names several services is one rename" plans names 'replace b/compose.yml one b_cpu'
check "and one container, by its first service" holds names "$NAMES" 'a w one' 'b cpu b_cpu'

app twice/a <<'END'
x-n: &n one
services:
  a: {image: x, container_name: *n}
  b: {image: x, container_name: *n}
END
cp -R twice twice.before
twice() {
	plans twice 'problem' 'problem a/compose.yml' && same twice.before twice
}
check "not where they run at the same time: another text would clash as well" twice

# --- the registry ---

for n in 1 2; do
	mkdir -p stays
	printf 'services:\n  base: {image: x, ports: ["%s6000:80"]}\n' "${n#1}" | sed 's/"2/"127.0.0.1:/' >stays/base$n.yml
done
for n in a b c d; do
	case $n in [ab]) base=1 ;; *) base=2 ;; esac
	printf 'services:\n  w: {extends: {file: ../base%s.yml, service: base}}\n' $base | app stays/$n
done
stays() {
	plans stays 'problem base1.yml' 'problem base2.yml' 'problem base2.yml' && holds stays "$PORTS" 'a w  6000'
}
check "a clash that stays is no row of the registry" stays

one address/b w '["192.168.7.1:6000:80"]'
address() {
	one address/a w '["127.0.0.1:6000:80"]' && planned address && [ ! -s address.rows ] || return 1
	one address/a w '["6000:80"]' && plans address 'replace a/compose.yml 6000 6001'
}
check "a row speaks of one address: with another the port has no claim" address

app service/a <<'END'
services:
  z: {image: x, container_name: one}
END
service() {
	planned service && [ ! -s service.rows ] || return 1
	app service/a <<-'END'
	services:
	  b: {image: x, container_name: one}
	  z: {image: x, container_name: one}
	END
	planned service && grep '^replace' service.rows >got && is got 'replace a/compose.yml one a_b'
}
check "a container's row speaks of one service: another of its app has no claim" service

renamed() {	# but of the app, where an app comes that wants the name
	planned renamed && [ ! -s renamed.rows ] || return 1
	echo 'services: {api: {image: x, container_name: one}}' | app renamed/z
	echo 'services: {web: {image: x, container_name: one}}' | app renamed/a
	plans renamed 'replace a/compose.yml one a_web'
}
echo 'services: {web: {image: x, container_name: one}}' | app renamed/z
check "a container whose service was renamed has its name before one that comes later" renamed

one known/m w '["6000:80"]'
printf 'services:\n  base: {image: x, ports: ["6000:80"]}\n' >known/base.yml
known() {
	planned known && [ ! -s known.rows ] || return 1
	for n in a b; do
		printf 'services:\n  w: {extends: {file: ../base.yml, service: base}}\n' | app known/$n
	done
	plans known 'problem base.yml' 'problem m/compose.yml' && holds known "$PORTS" 'm w  6000'
}
check "an app that is added with a port that cannot move takes it from nobody" known

printf 'services:\n  base: {image: x, container_name: one}\n' | app shared && mv shared/compose.yml shared/base.yml
app shared/m <<'END'
services:
  w: {image: x, container_name: one}
END
added() {
	planned shared && [ ! -s shared.rows ] || return 1
	for n in a b; do
		printf 'services:\n  w: {extends: {file: ../base.yml, service: base}}\n' | app shared/$n
	done
	plans shared 'problem base.yml' 'problem m/compose.yml' && holds shared "$NAMES" 'm w one'
}
check "nor a name that cannot change" added

# --- what changes with a variable, and with the registry's rows ---

app empty/a <<'END'
services:
  w: {image: x, ports: [{published: "${P:-80}", target: 80}]}
  v: {image: x, ports: ["$P:80"]}
END
echo P= >empty/a/.env
app empty/0 <<'END'
services: {w: {image: x, ports: ["80:80"]}}
END
check "a variable that is empty, and a port of Docker's choice elsewhere, is not set" copies empty \
    'note a/compose.yml 80/tcp of w becomes 8080: who looks for it on 80 has to be told' 'replace a/compose.yml ${P:-80} 8080'

app twice/a <<'END'
services:
  w: {image: x, ports: ["8001:80", "${P:-8001}:80"]}
  v: {image: x, ports: ["${P:-8001}:99"]}
END
check "nor is one of a port that two mappings give" plans twice 'replace a/compose.yml ${P:-8001} 8002'

for n in 1 12; do
	one "swap/m/app$n" backend '["1:1"]'
	printf '  frontend: {image: x, ports: ["2:2"]}\n' >>"swap/m/app$n/compose.yml"
done
one swap/m/app7 backend '["5003:1"]'
printf '  frontend: {image: x, ports: ["5002:2"]}\n' >>swap/m/app7/compose.yml
swap() {
	plan -q --no-host-check --db swap.db --release none/app1 >/dev/null
	sqlite3 swap.db "INSERT INTO port_configurations (model, app_num, backend_port, frontend_port) VALUES ('m', 12, 5001, 5003), ('m', 7, 5003, 5002)"
	planned swap && holds swap 'SELECT model, app_num, backend_port, frontend_port FROM port_configurations ORDER BY 2' \
	    'm 1 5001 8001' 'm 7 5003 5002' 'm 12 5005 8005'
}
check "a pair gets what a row gives up that could not stand" swap

# --- who is preferred ---

one served/apps wiki '["80:80", "53:53/udp", "8443:443"]'
one served/dns hole '["53:53/udp"]' && sed -i 's|image: x|image: "pihole/pihole:1"|' served/dns/compose.yml
one served/edge edge '["80:80", "443:443", "8443:8443"]' && sed -i 's|image: x|image: traefik|' served/edge/compose.yml
check "who serves others on a standard port keeps it, and no other" plans served \
    'note apps/compose.yml 80/tcp of wiki becomes 8080: who looks for it on 80 has to be told' \
    'note apps/compose.yml 53/udp of wiki becomes 8053: who looks for it on 53 has to be told' \
    'replace apps/compose.yml 80 8080' 'replace apps/compose.yml 53 8053' 'replace edge/compose.yml 8443 8444'
for n in a b c; do one "first/$n" w '["7000:80"]'; done
first() {
	printf '\357\273\277c   # before all\r\n[ab]\r\n' >first.list
	scan first >first.csv && plan --priority first.list --no-host-check -q --db first.db first.csv >first.plan || return 1
	grep -q '^replace,a,.*,7000,7001,.*c w, which keeps it (--priority names it before)' first.plan &&
	    grep -q '^replace,b,.*,7000,7002,' first.plan && ! grep '^replace,c,' first.plan
}
check "--priority says who keeps a port, also where the list was saved on Windows" first

# --- the fewest ports, then the fewest texts ---

one fewest/wide r '["5000-5150:5000-5150", "5000-5150:5000-5150/udp"]'
for n in 1 2; do one "fewest/a$n" r "[\"500$n:80\"]"; done
check "two single ports move rather than a range that both lie in" plans fewest \
    'replace a1/compose.yml 5001 5151' 'replace a2/compose.yml 5002 5152'

one exact/a1 r '["7001-7002:81-82"]'
one exact/a2 r '["7002-7004:81-83"]'
one exact/a3 r '["7001-7005:81-85"]'
check "of three that all run into each other the one with the most ports stays" plans exact \
    'replace a1/compose.yml 7001-7002 7006-7007' 'replace a2/compose.yml 7002-7004 7008-7010'

# --- pairs that clash with nothing ---

pair() {		# pair FOLDER BACKEND FRONTEND
	printf 'services:\n  backend: {image: x, ports: ["%s:1"]}\n  frontend: {image: x, ports: ["%s:2"]}\n' "$2" "$3" | app "$1"
	printf 'COMPOSE_PROJECT_NAME=%s\n' "$(echo "${1#*/}" | tr / -)" >"$1/.env"
}
PAIRS='SELECT model, app_num, backend_port, frontend_port FROM port_configurations ORDER BY 1, 2'

pair clean/m/app1 5011 8011
pair clean/m/app2 5001 8001
pair clean/m/app3 5077 8077
pair clean/m/app4 5077 8078
pair clean/m/app5 6011 6012
one clean/z db '["6012:5432", "5011:5011/udp"]'
clean() {
	plans clean 'replace m/app3/compose.yml 5077 5003' 'replace m/app3/compose.yml 8077 8003' \
	    'replace m/app4/compose.yml 5077 5005' 'replace m/app4/compose.yml 8078 8005' \
	    'replace m/app5/compose.yml 6011 5007' 'replace m/app5/compose.yml 6012 8007' || return 1
	holds clean "$PAIRS" 'm 1 5011 8011' 'm 2 5001 8001' 'm 3 5003 8003' 'm 4 5005 8005' 'm 5 5007 8007'
}
check "a pair that clashes with nothing stays and is registered; the others get the series" clean
anew() {
	rm clean.db
	scan clean >clean.csv && plan --no-host-check --db clean.db clean.csv 2>said >clean.plan || return 1
	grep -q "$PWD/clean.db is a new registry" said && ! grep '^replace' clean.plan || return 1
	plan --no-host-check --db clean.db clean.csv 2>said >clean.plan && ! grep -q 'new registry' said
}
check "a registry that is made anew says so, and moves no pair that is in order" anew
renumbered() {
	rm clean.db
	plan --renumber --no-host-check -q --db clean.db clean.csv >clean.plan || return 1
	holds clean "$PAIRS" 'm 1 5001 8001' 'm 2 5003 8003' 'm 3 5005 8005' 'm 4 5007 8007' 'm 5 5009 8009'
}
check "--renumber gives the series to all" renumbered

for n in 1 2; do
	pair "addresses/m/app$n" "127.0.0.$n:5044" "127.0.0.$n:8044"
done
addresses() {
	plans addresses 'replace m/app2/compose.yml 5044 5001' 'replace m/app2/compose.yml 8044 8001' &&
	    holds addresses "$PAIRS" 'm 1 5044 8044' 'm 2 5001 8001'
}
check "the registry gives a number out once, whatever its addresses" addresses

alone() {
	scan clean/m/app1 >alone.csv && plan --no-host-check -q --db alone.db alone.csv >alone.plan && ! grep '^replace' alone.plan || return 1
	pair other/m/app9 8011 9011
	scan other/m/app9 >other.csv && plan --no-host-check -q --db alone.db other.csv >other.plan && grep -q '^replace.*,8011,5001,' other.plan
}
check "an app by itself keeps a pair unless a row says that it is another's" alone

# --- a folder where a file belongs ---

for n in 1 2; do
	app folder/m/app$n <<-'END'
	services:
	  backend: {image: x, ports: ["${B:-5003}:1"]}
	  frontend: {image: x, ports: ["${F:-8003}:1"]}
	END
	mkdir -p folder/m/app$n/.env
done
mkdir folder/m/app2/.env.example
check "where .env is a folder, as Docker makes it of a missing mount, the mapping is edited and the rest named" copies folder \
    'problem' 'replace m/app1/compose.yml ${B:-5003} 5001' 'replace m/app1/compose.yml ${F:-8003} 8001' 'problem'
check "and the folder is named" grep -q 'm/app1/.env is a folder, so COMPOSE_PROJECT_NAME=m-app1 cannot be set' folder.plan

# --- a default with several addresses ---

for n in a b; do
	app several/$n <<-'END'
	services:
	  w:
	    image: x
	    environment: {BOTH: "${BOTH:-http://localhost:8090/a,http://localhost:8091/b}"}
	    ports: ["8090:80", "8091:81"]
	END
done
check "a default of which two addresses move is set in one line" plans several 'create b/.env' \
    'insert b/.env BOTH=http://localhost:8092/a,http://localhost:8093/b' 'replace b/compose.yml 8090 8092' \
    'replace b/compose.yml 8091 8093'

# --- a variable that only has to be set for another mapping to have a port ---

app plus/m/app1 <<'END'
services:
  backend: {image: x, ports: ["5001:5000"]}
  frontend: {image: x, ports: ["$WEB_PORT:80"]}
  side: {image: x, ports: ["${WEB_PORT:+8000}:81"]}
END
printf 'WEB_PORT=\nCOMPOSE_PROJECT_NAME=m-app1\n' >plus/m/app1/.env
check "an empty variable that gives another service a port once it has a value stays empty" plans plus \
    'replace m/app1/compose.yml $WEB_PORT 8001'

# --- what is said of a service that runs with a profile only ---

one two/a w '["127.0.0.1:6100:80"]'
one two/c w '["10.0.0.1:6100:80"]'
app two/b <<'END'
services:
  x: {image: x, profiles: [x], ports: ["6100:80"]}
END
check "one that makes way for two is not told that sharing with one of them would do" plans two 'replace b/compose.yml 6100 6101'

# --- addresses that are made of variables ---

one silent/a w '["9000:80"]'
app silent/b <<'END'
services:
  w: {image: x, ports: ["${P-9000}:80"]}
  x: {image: x, network_mode: host, ports: ["${P:-5003}:5003"]}
  o: {image: x, environment: {A: "http://localhost:${P-5003}/"}}
END
check "an address that has its number from what no port is published by stays" plans silent \
    'replace b/compose.yml ${P-9000} 9001'

one told/a w '["8003:80"]'
app told/b <<'END'
services:
  w: {image: x, ports: ["8003:80"]}
  o: {image: x, environment: {A: "http://localhost:${N}/"}}
  p: {image: x, env_file: .env}
END
printf 'N=8003\n' >told/b/.env
told() {
	planned told && grep -q "8004,reference,.*N localhost:8003.*; what is set here also goes to p (services.p.env_file)" told.plan && rm told.db &&
	    plans told 'replace b/.env 8003 8004' 'replace b/compose.yml 8003 8004'
}
check "a number in .env that an address is made of follows, and who gets it by env_file is told" told

# --- addresses of what is gone ---

app gone/m/app1 <<'END'
services:
  backend: {image: x, ports: ["${BACKEND_PORT:-5001}:5000"], environment: {A: "http://localhost:8103", B: "http://localhost:5000"}}
  frontend: {image: x, ports: ["${FRONTEND_PORT:-8103}:80"], environment: {C: "http://localhost:9999"}}
END
printf 'COMPOSE_PROJECT_NAME=m-app1\nFRONTEND_PORT=8103\n' >gone/m/app1/.env
gone() {
	planned gone && apply --db gone.db gone.plan >/dev/null || return 1
	sed -i.bak s/8103/8105/ gone/m/app1/.env && rm gone/m/app1/.env.bak
	scan gone | plan --no-host-check -q --adopt --db gone.db >gone.plan && cut -d, -f1,12-14 gone.plan | grep -v '^fleet' >gone.rows
	printf '%s\n' action,old,new,reason replace,8103,8105,reference end,,2, | diff - gone.rows
}
check "what nobody has any more and the registry knows as the app's own is mended, and nothing else" gone

app once/a <<'END'
services:
  w: {image: x, ports: ["8081:80"], environment: {A: "http://localhost:8081"}}
END
once() {			# it was edited by hand; what another one has of that number is udp
	planned once && apply --db once.db once.plan >/dev/null || return 1
	sed -i.bak 's/"8081:80"/"6379:80"/' once/a/compose.yml && rm once/a/compose.yml.bak
	one once/0b w '["8081:53/udp"]'
	planned once && grep '^replace' once.rows >once.first && planned once && grep '^replace' once.rows | diff once.first - &&
	    is once.first 'replace a/compose.yml 8081 6379'
}
check "an address that is mended by the registry is so at each plan, whoever has that number of udp" once

for n in heir/m/app1 heir/z/m/app1; do
	app $n <<-'END'
	services:
	  backend: {image: x, ports: ["5015:5000"], environment: {C: "http://localhost:8015"}}
	  frontend: {image: x, ports: ["8015:80"]}
	END
done
heir() {			# the app that z/m/app1 was a copy of goes, and the copy, which is edited by hand, is m/app1 now
	planned heir && apply --db heir.db heir.plan >/dev/null && rm -r heir/m || return 1
	sed -i.bak 's/"8015:80"/"8016:80"/' heir/z/m/app1/compose.yml && rm heir/z/m/app1/compose.yml.bak
	plans heir 'create z/m/app1/.env' 'insert z/m/app1/.env COMPOSE_PROJECT_NAME=m-app1' \
	    'replace z/m/app1/compose.yml 5015 5001' 'replace z/m/app1/compose.yml 8015 8001' \
	    'replace z/m/app1/compose.yml 8016 8001'
}
check "what the gone app had whose identity goes to another one is that one's" heir

# --- a name that an anchor gives to what names it ---

for n in a b; do
	app anchored/$n <<-'END'
	services:
	  w: {image: x, container_name: &n box, environment: {BOX_HOST: *n, URL: "http://box/"}}
	END
done
check "where an anchor's text is a name and what names it, the name is parted, and the rest is a person's" plans anchored \
    'problem b/compose.yml' 'replace b/compose.yml &n box b-w' 'replace b/compose.yml *n &n box' 'replace b/compose.yml box b-w'

# --- the order of the findings ---

app order/a <<'END'
services: {w: {image: x, ports: ["5000:80", "5000:80/udp"]}}
END
app order/b <<'END'
services: {w: {image: x, ports: ["${P:-5000}:80", "${Q:-5000}:80/udp"]}}
END
turned() {
	planned order || return 1
	{ head -n 2 order.csv; sed '1,2d;$d' order.csv | sort -r; tail -n 1 order.csv; } >turned.csv
	rm -f order.db*
	plan --no-host-check -q --db order.db turned.csv >turned.plan && diff order.plan turned.plan && grep -q ,Q=5001, turned.plan
}
check "the plan does not depend on the order of the findings" turned

one since/c w '["[::1]:8081:80"]'
planned since
one since/a w '["8081:80"]'
one since/b w '["127.0.0.1:8081:80"]'
again() {
	planned since && grep '^replace' since.plan >since.first && planned since && grep '^replace' since.plan | diff since.first - &&
	    grep -q 'also published by b w, ' since.first
}
check "of two that keep a port the first is named, also to a registry that knew the second alone" again

# --- who has the port, in words ---

one both/a w '["7000-7002:7000-7002/udp", "7000-7002:7000-7002"]'
one both/b w '["7000:70"]'
said() { planned both && grep '^replace,b' both.plan && grep -q '^replace,b.*7000/tcp is also published by a w, ' both.plan; }
check "a port that moves is said with the protocol over which it clashes" said

# --- addresses that the registry knows ---

one lost/a w '["8006:80"]'
one lost/b w '["8005:80/udp"]'
planned lost
app lost/a <<'END'
services: {w: {image: x, ports: ["9006:80"], environment: ["U=http://localhost:8006"]}}
END
one lost/c w '["8005:80/udp"]'
planned lost && cp lost.rows lost.first
again() { grep -q '^replace a/compose.yml 8006 9006' lost.first && grep -q ' 8005 8006' lost.first && plans lost "$(cat lost.first)"; }
check "what an app had on tcp is known by an address although another app gets the number on udp" again

# --- defaults, and the lines of .env that use them ---

for n in a b; do
	one early/$n w '["$C:81"]'
	printf 'C=${B:-8081}\n' >early/$n/.env
done
before() {
	plans early 'insert b/.env B=8082' && printf 'B=8082\nC=${B:-8081}\n' | diff - early/b/.env &&
	    scan early | report -q conflicts >/dev/null
}
check "a variable is set before the line of .env that uses it" before

for n in a b; do
	app alone/$n <<-'END'
	services: {w: {image: x, ports: ["8080:80"], environment: ["V=http://localhost:${P:-8080}"]}}
	END
done
check "an address whose number alone is a default follows there" plans alone \
    'replace b/compose.yml 8080 8081' 'replace b/compose.yml 8080 8081'

for n in a b; do
	app their/$n <<-'END'
	services: {w: {image: x, ports: ["8080:80"], env_file: ../site.env}}
	END
done
echo 'V=http://localhost:${P:-8080}' >their/site.env
told() { planned their && grep -q '^problem,.*,site.env,.*8080, which moves: set P by hand' their.plan; }
check "one in a file that is not the app's alone is told" told

for n in a b; do
	app inner/$n <<-'END'
	services:
	  w: {image: x, ports: ["8080:8080"], labels: ["u=http://localhost:${A}"], command: "serve ${A}"}
	END
	echo A=8080 >inner/$n/.env
done
stays() { planned inner && grep -q '^note b/.env .*stays' inner.rows && ! grep -q '^replace b/.env' inner.rows; }
check "a number in .env that a container has inside is not moved for an address made of it" stays

for n in a b; do
	app handed/$n <<-'END'
	services:
	  w: {image: x, ports: ["8080:8080"], labels: ["u=http://localhost:${A}"], environment: [A]}
	END
	app asked/$n <<-'END'
	services:
	  w: {image: x, ports: ["8080:8080"], labels: ["u=http://localhost:${A}"]}
	END
	app mounted/$n <<-'END'
	services:
	  w: {image: x, ports: ["8080:8080"], labels: ["u=http://localhost:${A}"], volumes: ["./.env:/app/.env"]}
	END
	for d in handed asked mounted; do echo A=8080 >$d/$n/.env; done
done
stays() { planned "$1" && grep -q '^note b/.env .*stays' "$1.rows" && ! grep -q '^replace b/.env' "$1.rows"; }
check "nor one that a container gets as it stands" stays handed
check "nor one that a container may read in .env" stays mounted
moves() { planned asked && grep -q '^replace b/.env 8080 8081' asked.rows; }
check "one that nothing but addresses asks for is moved" moves

app both/a <<-'END'
	services:
	  w: {image: x, ports: ["${AT:-[::1]:5001}:80"]}
	  v: {image: x, ports: ["${AT:-[::1]:5001}:81"]}
	  y: {image: x, ports: ["6001:80"]}
	  z: {extends: {service: y}}
END
why() { [ "$(grep -c "$1.*; both $2" both.plan)" = 1 ]; }
told() { planned both && why 5001/tcp 'have it from one variable' && why 6001/tcp 'are one text'; }
check "two mappings of one variable are told as that, and one text as one" told

# --- a .env in which nothing can be set ---

# broken NAME BYTES: two apps that clash, of which the second has a .env of these bytes, as printf writes them.
broken() {
	one "$1/a" w '["8080:80"]'
	one "$1/b" w '["${WEB:-8080}:80"]'
	printf "$2" >"$1/b/.env"
	before=$(cksum <"$1/b/.env")
	planned "$1" && grep -q '^replace b/compose.yml ${WEB:-8080} 8081' "$1.rows" || return 1
	apply --db "$1.db" "$1.plan" >/dev/null || [ $? = 1 ] || return 1
	[ "$(cksum <"$1/b/.env")" = "$before" ] || return 1
	scan -q "$1" 2>/dev/null | report -q --format csv problems >"$1.problems" || [ $? = 1 ]
}
unclosed() { broken unclosed 'A="abc\nB=2\n' && grep -q '^problem,.*never closes.*b/.env,1,3' unclosed.problems; }
check "nothing is written behind a quote that never closes" unclosed
wide() { broken wide '\377\376A\0=\0001\0\n\0' && grep -q '^problem,.*it is UTF-16.*b/.env,1,1' wide.problems; }
check "nor into a file of UTF-16, which is told in one row" wide
nul() { broken nul 'A=a\0b\n' && grep -q '^warning,.*a NUL byte.*b/.env,1,4' nul.problems; }
check "nor into one with a NUL in it" nul
copied() {
	app copied/m/app1 <<-'END'
		services:
		  backend: {image: x, ports: ["${BACKEND_PORT:-5001}:80"]}
		  frontend: {image: x, ports: ["${FRONTEND_PORT:-8001}:80"]}
	END
	printf 'BACKEND_PORT=5001\nA="abc\n' >copied/m/app1/.env.example
	planned copied && ends 1 grep -e '^copy' -e 'env.example' copied.rows && grep -q '^create m/app1/.env' copied.rows
}
check "nor is such an example copied, or kept in step" copied

# --- what lines of .env make of a variable ---

# through NAME SERVICE .ENV: two apps that clash, of which the second is the service on `${C}` with that .env.
through() {
	one "$1/a" w '["8080:80"]'
	printf 'services:\n  w: %s\n' "$2" | app "$1/b"
	printf "$3" >"$1/b/.env"
}
through bare '{image: x, ports: ["${C}:8080"], environment: [C]}' 'A=8080\nC=${A}\n'
check "what a container listens on stays where it is made of another variable" plans bare 'replace b/compose.yml ${C} 8081'
through args '{build: {context: ., args: [D]}, ports: ["${C}:8080"]}' 'A=8080\nD=${A}\nC=${D}\n'
check "however many lines are between" plans args 'replace b/compose.yml ${C} 8081'
through used '{image: x, ports: ["${C}:80"], environment: {P: "${C}", U: "http://localhost:${C}/"}}' 'A=8080\nC=${A}\n'
check "so is one that is used for something else, and an address made of it is not" plans used \
    'replace b/compose.yml ${C} 8081' 'replace b/compose.yml ${C} 8081'
through told '{image: x, ports: ["${C}:80"], environment: [A, C]}' 'A=8080\nC=${A}\n'
told() { planned told && grep -q '^replace b/.env 8080 8081' told.rows && grep -q 'goes to w (services.w.environment) as C' told.plan; }
check "where no container listens on it, it is edited, and who gets it is told" told
through late '{image: x, ports: ["${C}:80"]}' 'C=${A:-8080}\nA=8080\n'
check "a default of which the variable is set too late is what decides" plans late 'replace b/.env 8080 8081'
through later '{image: x, ports: ["${C}:80"], environment: {P: "${C}"}}' 'C=${A:-8080}\nA=8080\n'
check "and stays where something else is made of it" plans later 'replace b/compose.yml ${C} 8081'
through early '{image: x, ports: ["${C}:80"]}' 'A=\nC=${A:-8080}\n'
check "one that is set to nothing above is filled in there" plans early 'replace b/.env 8081'

raw() {				# a file of which every byte counts, the quotes too
	for app in a b; do
		mkdir -p raw/$app
		printf 'services:\n  s:\n    image: x\n    ports: ["8090:80"]\n    env_file: [{path: r.env, format: raw}]\n' >raw/$app/compose.yml
		printf 'URL="http://localhost:8090/"\nLISTEN=0.0.0.0:8090\nCOPY=$URL\n' >raw/$app/r.env
	done
	scan -q raw | plan -q --no-host-check --db raw.db | apply -q --db raw.db >/dev/null && grep -q 8091:80 raw/b/compose.yml &&
	    printf 'URL="http://localhost:8091/"\nLISTEN=0.0.0.0:8090\nCOPY=$URL\n' | cmp - raw/b/r.env || return 1
	printf 'A: 1\n' >raw/a/r.env
	scan -q raw | grep 'problem,.*raw file has NAME=value.*a/r.env,1,1,'
}
check "an env_file that is read raw is followed, and a line of it that Compose refuses told" raw
# --- an example without a number ---
# An example whose value scan does not show, or that is no port's number: its copy would be refused.
number() {	# VALUE ROWS MAPPING
	rm -rf number number.db
	printf 'services: {w: {image: x, ports: ["%s:80"]}}\n' "$3" | app number/m/app1
	printf 'P=%s\n' "$1" >number/m/app1/.env.example
	scan -q number >number.csv && { plan -q --no-host-check --db number.db number.csv >number.rows || [ $? = 1 ]; } &&
	    ! grep sesame number.csv number.rows && grep "$2" number.rows
}
check "an example with a text where a port belongs, which is not shown: no copy is made of it" number sesame '^problem.*P is to be a port, and has none here' '${P:-8500}'
check "with a number that no port has: it is written" number 70000 '^replace.*,70000,8500,port' '${P:-8500}'
check "and no copy is made where nothing else gives one" number sesame '^problem.*P is to be a port, and has none here' '${P}'
# The registry has two ports of one kind, and both mappings still have one number: the row of the other is not the pair's.
app alike/b <<'END'
services:
  w:
    image: "x:$P"
    ports:
      - "$P:80"
      - {target: 80, published: 8003, mode: host}
      - "${P:-9}:80/udp"
END
echo P=8003 >alike/b/.env
one alike/z w '["8003-8005:1-3/udp"]'
# And of two that it has all rows of, each is one's of the pair.
app more/a <<'END'
services:
  w:
    image: "x:$P"
    ports:
      - {target: 80, published: 8003}
      - "[::]:${P:-8003}:80/udp"
      - "${P:-6379}:80/tcp"
END
echo P=8003 >more/a/.env
alike() {
	rm -f alike.db
	scan -q "$1" >alike.csv
	for n in 1 2; do
		plan -q --no-host-check --db alike.db alike.csv >alike.$n || [ $? = 1 ] || return 1
	done
	grep '^replace' alike.1 | cut -d, -f6-13 >alike.first && [ "$(wc -l <alike.first)" = "$2" ] && grep '^replace' alike.2 | cut -d, -f6-13 | diff alike.first -
}
check "planned again before it is applied, what stays and what moves are the same" alike alike 2
check "and so of a literal and a pair of one number" alike more 1
# --- a variable that gives more than a port ---

# gives NAME LINE…: two apps that clash, of which the second has these services.
gives() {
	one "$1/a" w '["8080:80"]'
	printf 'services:\n  %s\n  %s\n' "$2" "$3" | app "$1/b"
}
gives twice 'w: {image: x, ports: ["${MAP:-8080:80}"]}' 'v: {image: x, ports: ["127.0.0.1:${MAP:-8080:80}/tcp"]}'
check "a whole mapping of two services is one's line and the other's literal" plans twice 'create b/.env' 'insert b/.env MAP=8081:80' \
    'replace b/compose.yml ${MAP:-8080:80} 8082:80'
gives set 'w: {image: x, ports: ["${MAP}"]}' 'v: {image: x, ports: ["${MAP}"]}'
echo MAP=8080:80 >set/b/.env
check "whatever sets it" plans set 'replace b/.env 8080 8081' 'replace b/compose.yml ${MAP} 8082:80'
gives also 'w: {image: x, ports: ["${MAP:-8080:80}"], environment: {M: "${MAP:-8080:80}"}}' 'v: {image: x}'
one also/c w '["8080:80"]'
check "one that is used for something else is left" plans also 'replace b/compose.yml ${MAP:-8080:80} 8081:80' \
    'replace c/compose.yml 8080 8082'
gives two 'w: {image: x, ports: ["${MAP:-8080:80}"]}' 'v: {image: x, ports: ["${MAP:-8080:90}"]}'
check "two defaults of one variable stay two" plans two 'replace b/compose.yml ${MAP:-8080:80} 8081:80' \
    'replace b/compose.yml ${MAP:-8080:90} 8082:90'
gives other 'w: {image: x, ports: ["${P:-8080}:80"], environment: {A_URL: "http://localhost:${P:-1883}", B_URL: "http://localhost:${P:-8080}"}}' \
    'v: {image: x, scale: 0, ports: ["[fd00::7]:${P:-1883}:80"]}'
check "an address whose default is another names another port" plans other 'replace b/compose.yml ${P:-8080} 8081' 'replace b/compose.yml 8080 8081'
gives still 'w: {image: x, ports: ["${MAP:-8081:80}"], environment: {M: "${MAP:-8081:80}"}}' 'v: {image: x}'
stays() { planned still && [ ! -s still.rows ]; }
check "and what clashes with nothing stays" stays

# --- apps in the layout of which no text has a number ---

for a in 1 2 3 4; do
	app unset/m/app$a <<-'END'
		services:
		  backend: {image: x, ports: ["${BACKEND_PORT}:80"]}
		  frontend: {image: x, ports: ["${FRONTEND_PORT:-}:80"]}
	END
done
printf 'BACKEND_PORT=\nFRONTEND_PORT=\n' >unset/m/app1/.env
printf 'BACKEND_PORT=5001\nFRONTEND_PORT=8001\n' >unset/m/app2/.env
printf 'FRONTEND_PORT=8005\n' >unset/m/app4/.env
given() {
	planned unset && grep -v PROJECT_NAME unset.rows >given && printf '%s\n' 'replace m/app1/.env 5003' 'replace m/app1/.env 8003' \
	    'create m/app3/.env' 'insert m/app3/.env BACKEND_PORT=5005' 'insert m/app3/.env FRONTEND_PORT=8005' \
	    'replace m/app4/.env 8005 8007' 'insert m/app4/.env BACKEND_PORT=5007' | diff - given
}
check "an empty or missing port of a pair is given, and nobody else moves for it" given
holding() { holds unset "SELECT model || app_num, backend_port, frontend_port FROM port_configurations ORDER BY 1" \
    'm1 5003 8003' 'm2 5001 8001' 'm3 5005 8005' 'm4 5007 8007'; }
check "and is the registry's, which knows no number that it had" holding
again() { apply -q --db unset.db unset.plan >/dev/null && planned unset && [ ! -s unset.rows ]; }
check "that is all of it" again
for a in 1 2; do
	app never/m/app$a <<-'END'
		services:
		  backend: {image: x, ports: ["${BACKEND_PORT}:80"]}
		  frontend: {extends: {file: ../base.yml, service: f}}
	END
done
printf 'services:\n  f: {image: x, ports: ["${FRONTEND_PORT}:80"]}\n' >never/m/base.yml
echo A=1 >never/m/other.env && ln -s ../other.env never/m/app1/.env
never() {
	planned never && grep -q '^problem,m,1,m/app1,frontend,m/base.yml,.*FRONTEND_PORT has no number, and the app gets no pair' never.plan &&
	    grep -q '^create m/app2/.env' never.rows && ends 1 grep '^replace m/app1' never.rows
}
check "where it cannot be given a problem says why" never

# --- env files of the format raw ---

one raw/a w '["8080:80"]'
app raw/b <<'END'
services:
  w: {image: x, ports: ["8080:80"], env_file: [{path: raw.env, format: raw}]}
END
printf 'U="http://localhost:8080" # http://localhost:8080\n# V=http://localhost:8080\nW=http://localhost:8080/${X} \n' >raw/b/raw.env
check "what stands in a raw env file follows as it stands, behind a # too" plans raw 'replace b/compose.yml 8080 8081' \
    'replace b/raw.env 8080 8081' 'replace b/raw.env 8080 8081' 'replace b/raw.env 8080 8081'

# --- numbers of a shop's own beside a port that moves ---

one extra/a w '["8080:80", "7001:1"]'
app extra/b <<'END'
services:
  w: {image: x, ports: ["8080:80", "9090:90"], x-tile: {port: 8080, other: 9090}}
x-shop: {port_map: "8080", sizes: ["80", "8080x"], main: w}
END
extra() {
	planned extra && [ "$(grep -c '^note b/compose.yml .*scan --follow \(services.w.x-tile.port\|x-shop.port_map\)`' extra.rows)" = 2 ] &&
	    [ "$(grep -v '^note' extra.rows)" = 'replace b/compose.yml 8080 8081' ]
}
check "a number below x-… that is the port's is told, and stays" extra
# --- one rule, however it is written ---

# written NAME PUBLISHED: two apps that clash, of which the second publishes that in the long form, and uses its variable.
written() {
	one "$1/a" w '["8080:80"]'
	app "$1/b" <<-END
		services:
		  w:
		    image: x
		    environment: {P: "\${BASE}"}
		    ports: [{target: 80, published: $2}]
	END
	echo BASE=8080 >"$1/b/.env"
}
written single "'\${BASE}'" && written double '"${BASE}"' && written plain '"$BASE"'
check "a long form in single quotes" plans single 'replace b/compose.yml ${BASE} 8081'
check "in double quotes" plans double 'replace b/compose.yml ${BASE} 8081'
check "and without braces is parted alike" plans plain 'replace b/compose.yml $BASE 8081'

# --- an alias beside its anchor ---

one beside/a w '["8080:80"]'
app beside/b <<'END'
services:
  one: {image: x, ports: &p ["8080:80", "9000:90"]}
  two: {image: x, network_mode: none, ports: *p}
  three: {image: x, ports: *p, environment: {P: &q "8080"}}
  four: {image: x, ports: [{target: 5, published: *q}]}
END
check "what an alias becomes has its own numbers, and all is done at once" plans beside 'replace b/compose.yml 8080 8081' \
    'replace b/compose.yml *p ["8082:80", "9001:90"]' 'replace b/compose.yml *q "8083"'

one mapped/a w '["5433:80"]'
app mapped/b <<'END'
services:
  one: {image: x, ports: &p ["${MAP:-5433:80}"]}
  two: {image: x, profiles: [late], ports: *p}
END
check "a variable's whole mapping that an anchor gives two services is no literal for one of them" plans mapped 'create b/.env' \
    'insert b/.env MAP=5434:80' 'problem b/compose.yml'

# --- a file that several apps give their containers ---

for n in a b; do
	printf 'services:\n  pg: {image: x, container_name: shopdb, env_file: ../shared.env}\n' | app readers/$n
done
printf 'DB_HOST=shopdb\nU=postgres://shopdb:5432/x\n' >readers/shared.env
readers() {
	planned readers && [ "$(grep -c '^problem,b,1,b,pg,shared.env,[12],.*names container shopdb, which becomes b-pg' readers.plan)" = 2 ] &&
	    [ "$(grep -c '^problem' readers.plan)" = 2 ]
}
check "the name of a container in a shared file is told to the app for which it is wrong, at each place" readers

# --- a compose file that nobody reads, in a folder that is called as the model of the apps in it ---

for n in 1 2; do
	echo 'services: {web: {image: x, ports: ["8081:80"]}}' | app loose/m$n/app1
done
echo 'services: {}' >loose/m1/compose.extra.yml
check "what is said of a folder is not said of an app in it, which stays in the layout" plans loose 'create m1/app1/.env' \
    'insert m1/app1/.env COMPOSE_PROJECT_NAME=m1-app1' 'create m2/app1/.env' 'insert m2/app1/.env COMPOSE_PROJECT_NAME=m2-app1' \
    'replace m2/app1/compose.yml 8081 8082'

# --- names that variables make ---

printf 'services:\n  db: {image: x, container_name: shop-db}\n' | app used/a
app used/b <<'END'
services:
  db: {image: x, container_name: "${STACK:-shop}-db"}
  w:
    image: x
    environment: {DB_HOST: "${STACK:-shop}-db", URL: 'pg://${STACK:-shop}-db:5432/x', STACK: "${STACK:-shop}"}
END
app used/c <<'END'
services:
  db: {image: x, container_name: "${DBC}"}
  w: {image: x, environment: {DB_HOST: "${DBC}", URL: "pg://${DBC}:5432/x", KIND: "${DBC}"}}
END
echo DBC=shop-db >used/c/.env
check "where a container's name parts from its variables, each text that is the name follows where it is used" plans used \
    'replace b/compose.yml ${STACK:-shop}-db b-db' 'replace b/compose.yml ${STACK:-shop}-db b-db' 'replace b/compose.yml ${STACK:-shop}-db b-db' \
    'replace c/compose.yml ${DBC} c-db' 'replace c/compose.yml ${DBC} c-db' 'replace c/compose.yml ${DBC} c-db'

printf 'services:\n  db: {image: x, container_name: shop-db}\n' | app kept/a
app kept/b <<'END'
services:
  db: {image: x, container_name: "${DB}"}
  w:
    image: x
    environment: {A_HOST: "${DB}", TITLE: "${DB}", B_URL: "${B_URL:-pg://${DB}:5432/x}", C_HOST: "${C_HOST:-${S:-shop}-db}"}
END
echo DB=shop-db >kept/b/.env
app kept/c <<'END'
services:
  db: {image: x, container_name: "${S:-shop}-db"}
  w: {image: x, environment: {D_HOST: "${D_HOST:?}"}}
END
echo 'D_HOST=${S:-shop}-db' >kept/c/.env
check "what may be set elsewhere keeps its variable and is told, and a line of .env serves those that use it" plans kept \
    'note b/.env DB names container shop-db, which becomes b-db, and stays, as DB is used for something else too' \
    'problem b/compose.yml' 'replace b/compose.yml ${DB} b-db' 'replace b/compose.yml ${DB} b-db' \
    'replace c/.env ${S:-shop}-db c-db' 'replace c/compose.yml ${S:-shop}-db c-db'

# --- addresses in what runs ---

one runs/a w '["8081:80"]'
app runs/b <<'END'
services:
  kc: {image: x, ports: ["8081:8080"], command: start --url=http://localhost:8081 --health=http://localhost:8080}
  in: {image: x, expose: [8081], entrypoint: ["x", "localhost:8081"], healthcheck: {test: "curl 127.0.0.1:8081"}}
  on: {image: x, network_mode: host, command: ["http://127.0.0.1:8081"]}
  up: {image: x, command: ["http://172.17.0.1:8081"], environment: {U: "host.containers.internal:8081"}}
END
check "an address in a command follows where it is the host's, and is told where clients may be meant" plans runs \
    'note b/compose.yml command localhost:8081 names port 8081, which becomes 8082, and stays, as it is the container itself to what runs there' \
    'replace b/compose.yml 8081 8082' 'replace b/compose.yml 8081 8082' 'replace b/compose.yml 8081 8082' 'replace b/compose.yml 8081 8082'

# --- containers of several replicas ---

app replicas/a <<'END'
services:
  web: {image: x, scale: 3}
  worker: {image: x, deploy: {replicas: 2}}
END
app replicas/b <<'END'
services:
  x: {image: x, container_name: a-web-3}
  y: {image: x, container_name: a-web-4}
  z: {image: x, container_name: a-worker-2}
END
check "a name that Compose gives another app's further replica is taken" plans replicas 'replace b/compose.yml a-web-3 b_x' \
    'replace b/compose.yml a-worker-2 b_z'
replicas() {
	report --findings replicas.csv names >replicas.names &&
	    [ "$(cut -d, -f1 replicas.names | tr '\n' ' ')" = "name a-web-1 a-web-2 a-web-3 a-web-4 a-worker-1 a-worker-2 b_x b_z " ]
}
check "report names tells each replica's" replicas

# --- an address with the port's variable and another default ---

# drifted FLEET IMAGE: m/app1, whose example gives the port 5003 and the address as well, beside a stack on 5003.
drifted() {
	one "$1/stack" s '["5003:80"]'
	app "$1/m/app1" <<END
services:
  backend: {image: "$2", ports: ["\${BACKEND_PORT:-5001}:80"]}
  frontend:
    image: y
    ports: ["\${FRONTEND_PORT:-8001}:80"]
    environment: {API: "http://localhost:\${BACKEND_PORT:-5000}/"}
END
	printf 'BACKEND_PORT=5003\nFRONTEND_PORT=8003\nCOMPOSE_PROJECT_NAME=m-app1\n' >"$1/m/app1/.env.example"
}
drifted drift x
check "an address that the copied example gives the port's number by its variable goes with that" plans drift \
    'copy m/app1/.env' 'replace m/app1/.env 5003 5001' 'replace m/app1/.env 8003 8001' \
    'replace m/app1/.env.example 5003 5001' 'replace m/app1/.env.example 8003 8001'
drifted drift2 'x:${BACKEND_PORT}'
check "and gets the number where the variable keeps its value for the sake of something else" plans drift2 \
    'copy m/app1/.env' 'replace m/app1/.env 8003 8001' 'replace m/app1/.env.example 8003 8001' \
    'replace m/app1/compose.yml ${BACKEND_PORT:-5001} 5001' 'replace m/app1/compose.yml ${BACKEND_PORT:-5000} 5001'

app unfilled/m/app1 <<'END'
services:
  backend:
    image: x
    ports: ["${BACKEND_PORT:-5001}:80"]
    environment: {CORS_ORIGINS: "${CORS_ORIGINS:-http://localhost:8001}"}
  frontend: {image: y, ports: ["${FRONTEND_PORT:-8001}:80"]}
END
printf 'CORS_ORIGINS=\nCOMPOSE_PROJECT_NAME=m-app1\n' >unfilled/m/app1/.env.example
one unfilled/stack s '["8001:80"]'
check "an address in a default follows where the copied example leaves its variable empty" plans unfilled \
    'copy m/app1/.env' 'replace m/app1/.env http://localhost:8003' 'insert m/app1/.env BACKEND_PORT=5003' \
    'insert m/app1/.env FRONTEND_PORT=8003' 'replace m/app1/.env.example http://localhost:8003' \
    'insert m/app1/.env.example BACKEND_PORT=5003' 'insert m/app1/.env.example FRONTEND_PORT=8003'

# --- placeholders that were left in an app's own .env ---

for n in 1 2 3; do
	app "left/m/app$n" <<'END'
services:
  backend: {image: x, ports: ["${BACKEND_PORT:-5000}:80"]}
  frontend:
    image: y
    ports: ["${FRONTEND_PORT:?set it}:80"]
    environment: {API: "http://localhost:${BACKEND_PORT:-5000}"}
  db: {image: d, ports: ["${DB_PORT:-5432}:5432"]}
END
	printf 'BACKEND_PORT={{BACKEND_PORT|5001}}\nFRONTEND_PORT={{ frontend_port | 8001 }}\nDB_PORT="{{DB_PORT|5432}}"\nTOKEN={{TOKEN|t}}\n' \
	    >"left/m/app$n/.env"
	echo "COMPOSE_PROJECT_NAME=m-app$n" >>"left/m/app$n/.env"
done
left() {
	[ "$(scan left | grep -c '^problem,m,[123],m/app[123],,placeholder,')" = 9 ]
}
check "what Compose refuses as long as a placeholder is left in .env is a problem" left
check "and ends with the plan, which gives each app ports of its own at once" plans left \
    'replace m/app1/.env {{BACKEND_PORT|5001}} 5001' 'replace m/app1/.env {{ frontend_port | 8001 }} 8001' \
    'replace m/app1/.env {{DB_PORT|5432}} 5432' \
    'replace m/app2/.env {{BACKEND_PORT|5001}} 5003' 'replace m/app2/.env {{ frontend_port | 8001 }} 8003' \
    'replace m/app2/.env {{DB_PORT|5432}} 5433' \
    'replace m/app3/.env {{BACKEND_PORT|5001}} 5005' 'replace m/app3/.env {{ frontend_port | 8001 }} 8005' \
    'replace m/app3/.env {{DB_PORT|5432}} 5434'

for n in 1 2; do
	app "bare/m/app$n" <<'END'
services:
  backend: {image: x, ports: ["${BACKEND_PORT:?set it}:80"]}
  frontend: {image: y, ports: ["${FRONTEND_PORT:-8000}:80"]}
END
	printf 'BACKEND_PORT={{BACKEND_PORT}}\nFRONTEND_PORT={{FRONTEND_PORT}}\nCOMPOSE_PROJECT_NAME=m-app%d\n' $n >"bare/m/app$n/.env"
done
check "with a default or without one" plans bare \
    'replace m/app1/.env {{BACKEND_PORT}} 5001' 'replace m/app1/.env {{FRONTEND_PORT}} 8001' \
    'replace m/app2/.env {{BACKEND_PORT}} 5003' 'replace m/app2/.env {{FRONTEND_PORT}} 8003'

for n in 1 2; do
	app "inwards/m/app$n" <<'END'
services:
  backend:
    image: x
    ports: ["${BACKEND_PORT:-5000}:${BACKEND_PORT:-5000}"]
    healthcheck: {test: "curl http://localhost:${BACKEND_PORT:-5000}/"}
  frontend:
    image: y
    ports: ["${FRONTEND_PORT:-8000}:80"]
    environment: {API: "http://backend:${BACKEND_PORT:-5000}", PUBLIC: "http://localhost:${BACKEND_PORT:-5000}"}
END
	printf 'BACKEND_PORT={{backend_port|5000}}\nFRONTEND_PORT={{FRONTEND_PORT}}\n' >"inwards/m/app$n/.env.example"
done
check "one in an example that is copied has the pair's number, whatever else is made of it: no literal is needed" plans inwards \
    'copy m/app1/.env' 'replace m/app1/.env {{backend_port|5000}} 5001' 'replace m/app1/.env {{FRONTEND_PORT}} 8001' \
    'insert m/app1/.env COMPOSE_PROJECT_NAME=m-app1' 'replace m/app1/.env.example {{backend_port|5000}} 5001' \
    'replace m/app1/.env.example {{FRONTEND_PORT}} 8001' 'insert m/app1/.env.example COMPOSE_PROJECT_NAME=m-app1' \
    'copy m/app2/.env' 'replace m/app2/.env {{backend_port|5000}} 5003' 'replace m/app2/.env {{FRONTEND_PORT}} 8003' \
    'insert m/app2/.env COMPOSE_PROJECT_NAME=m-app2' 'replace m/app2/.env.example {{backend_port|5000}} 5003' \
    'replace m/app2/.env.example {{FRONTEND_PORT}} 8003' 'insert m/app2/.env.example COMPOSE_PROJECT_NAME=m-app2'

# --- texts of .env ---

for a in a b; do one "first/$a" db '["${DB_PORT:-5432}:5432"]'; done
printf 'MODE=x\nURL=http://localhost:${DB_PORT:-5432}/\nWS=ws://localhost:${DB_PORT:-5432}/\n' >first/b/.env
first_use() {
	plans first 'insert b/.env DB_PORT=5433' &&
		printf 'MODE=x\nDB_PORT=5433\nURL=http://localhost:${DB_PORT:-5432}/\nWS=ws://localhost:${DB_PORT:-5432}/\n' | diff - first/b/.env
}
check "a line that others of .env are made of goes before the first of them" first_use

for n in 1 2; do one "picks/m/app$n" backend '["${BACKEND_PORT}:80"]'; done
echo BACKEND_PORT= >picks/m/app1/.env
check "a backend alone whose variable is empty or not set is for Docker to pick: no pair, and no problem" plans picks \
    'insert m/app1/.env COMPOSE_PROJECT_NAME=m-app1' 'create m/app2/.env' 'insert m/app2/.env COMPOSE_PROJECT_NAME=m-app2'

mkdir -p named/a named/b named/c && printf 'name: shop\nservices: {web: {image: x}}\n' >named/shared.yml
for a in a b; do echo COMPOSE_FILE=../shared.yml >named/$a/.env; done
printf 'name: &n shop\nservices: {web: {image: x, hostname: *n}}\n' >named/c/compose.yml
check "a project's name that stands in others' file, or means something else as well, is given by .env" plans named \
    'insert b/.env COMPOSE_PROJECT_NAME=b' 'create c/.env' 'insert c/.env COMPOSE_PROJECT_NAME=c'

for a in one two; do
	app meet/$a <<'END'
name: shop
services:
  web: {image: x, networks: {net: {ipv4_address: 10.9.0.5}}}
networks: {net: {name: "${COMPOSE_PROJECT_NAME}-net"}}
END
done
check "on a network that gets another name with its project nobody meets by a name or an address" plans meet \
    'replace two/compose.yml shop two'

app solo/a <<'END'
services:
  w:
    image: x
    container_name: solo
    ports: ["8090:80"]
    scale: 2
END
twice() {
	planned solo && ends 0 grep -c container solo.plan >solo.count && [ "$(cat solo.count)" = 1 ]
}
check "a container's name that Compose refuses beside replicas is told once" twice

# --- a published port that is no number, which Compose takes, beside one that an override file would move ---

printf 'services:\n  base: {image: x, ports: ["8000:80"]}\n' | app odd && mv odd/compose.yml odd/base.yml
for n in a b; do
	app odd/$n <<'END'
services:
  s:
    extends: {file: ../base.yml, service: base}
    ports: [{published: "${P_X:-1}", target: 81}]
  t: {image: y, ports: ["5432:80"]}
END
	printf "P_X='\${BASE}'\n" >odd/$n/.env
done
odd() {
	make_env=--overrides
	plans odd 'replace b/compose.yml 5432 5433' 'problem base.yml'
	result=$?
	make_env=
	return $result
}
check "does not keep its app from all that can be done" odd

# --- a line of .env that an address has its port from, and a volume its name ---

printf 'services:\n  s: {image: x, ports: ["8080:80"]}\n' | app volumed/a
app volumed/b <<'END'
services:
  s:
    image: x
    ports: ["8080:80"]
    environment: {URL: "http://localhost:${OWN}/"}
    volumes: [d:/d]
volumes:
  d: {name: "data-${OWN}"}
END
echo OWN=8080 >volumed/b/.env
check "stays, as the volume would start empty, and a person is told" plans volumed \
    'note b/.env OWN localhost:8080 names port 8080, which becomes 8081, and stays, as a name is made of it as well' 'replace b/compose.yml 8080 8081'

# --- a network that others are on, whose app gets another project name: who is called the same on it stays a problem ---

outside='networks:\n  n: {external: true, name: app1_default}\n'
printf 'services:\n  web: {image: x, networks: [default, n]}\n%b' "$outside" | app outer/m/app1
printf 'services:\n  web: {image: x, networks: [n]}\n%b' "$outside" | app outer/o
check "on a network that goes with its owner's project two meet as before" plans outer 'create m/app1/.env' \
    'insert m/app1/.env COMPOSE_PROJECT_NAME=m-app1' 'replace m/app1/compose.yml app1_default m-app1_default' \
    'replace o/compose.yml app1_default m-app1_default' 'problem o/compose.yml'

printf 'services:\n  db: {image: x}\n  web: {image: x, profiles: [p], networks: [default, n]}\n%b' "$outside" | app owned/m/app1
printf 'services:\n  other: {image: x}\n' | app owned/n/app1
printf 'services:\n  web: {image: x, profiles: [p], networks: [n]}\n%b' "$outside" | app owned/o
shared() { planned owned && grep -q '^problem,.*alias web on app1_default of o web is also ' owned.plan; }
check "likewise where two apps have a network of that name" shared

# --- a number alone that a container has only as the beginning of another ---

printf 'services:\n  s: {image: x, ports: ["4500:80"]}\n' | app begins/a
printf 'services:\n  s: {image: x, ports: ["4500:80"], expose: ["45001/tcp"], environment: {SHOP_PORT: "4500"}}\n' | app begins/b
check "is told as one that clients may be told" plans begins \
    'note b/compose.yml SHOP_PORT 4500 names port 4500, which becomes 4501, and stays, as a number by itself may mean something else' \
    'replace b/compose.yml 4500 4501'

# --- a path that is made of the project's name stays where it is ---

app path/m/app1 <<'END'
services:
  db:
    image: x
    container_name: ${PROJECT_NAME}_db
    volumes: ["./${PROJECT_NAME}/data:/d", "${PROJECT_NAME:-x}_named:/n"]
    env_file: ["${COMPOSE_PROJECT_NAME:-app1}.env"]
    build: {context: "./$PROJECT_NAME", args: {A: "${PROJECT_NAME}"}}
volumes: {shop_named: {}}
END
echo PROJECT_NAME=shop >path/m/app1/.env && : >path/m/app1/app1.env
check "and its text says so where its variable changes" plans path 'replace m/app1/.env shop m-app1' 'insert m/app1/.env COMPOSE_PROJECT_NAME=m-app1' \
    'replace m/app1/compose.yml ${PROJECT_NAME} shop' 'replace m/app1/compose.yml ${PROJECT_NAME:-x} shop' \
    'replace m/app1/compose.yml ${COMPOSE_PROJECT_NAME:-app1} app1' 'replace m/app1/compose.yml $PROJECT_NAME shop'
for d in x y; do
	printf 'services: {a: {image: x, volumes: ["./${COMPOSE_PROJECT_NAME}:/d"]}}\n' | app bears/$d/shop
done
check "outside the layout too" plans bears 'create y/shop/.env' 'insert y/shop/.env COMPOSE_PROJECT_NAME=y-shop' \
    'replace y/shop/compose.yml ${COMPOSE_PROJECT_NAME} shop'
mkdir -p lent/x lent/y && echo 'services: {a: {image: x, volumes: ["./${COMPOSE_PROJECT_NAME}:/d"]}}' >lent/base.yml
for d in x y; do
	mkdir -p lent/$d/shop && printf 'services: {a: {extends: {file: ../../base.yml, service: a}}}\n' | app lent/$d/shop
done
check "in a file that is not the app's alone a person is told" plans lent 'problem base.yml' 'create y/shop/.env' 'insert y/shop/.env COMPOSE_PROJECT_NAME=y-shop'

done_testing
