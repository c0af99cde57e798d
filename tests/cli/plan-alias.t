#!/bin/sh
# plan: services that share a text through a YAML alias and have to differ: the alias is replaced by its content.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

# app FOLDER: its compose file, from stdin.
app() {
	mkdir -p "$1" && cat >"$1/docker-compose.yml"
}

# migrated FOLDER [OPTION…]: plans and applies; what is left is in FOLDER.rest. Plans again: no edit may be left.
migrated() {
	fleet=$1
	shift
	scan "$fleet" >"$fleet.csv" || [ $? = 1 ] || return 1
	plan --no-host-check -q --db "$fleet.db" "$@" "$fleet.csv" >"$fleet.plan" || [ $? = 1 ] || return 1
	apply --db "$fleet.db" "$fleet.plan" >/dev/null || [ $? = 1 ] || return 1
	scan "$fleet" >"$fleet.after" || [ $? = 1 ] || return 1
	plan --no-host-check -q --db "$fleet.db" "$@" "$fleet.after" >"$fleet.rest" || [ $? = 1 ] || return 1
	! grep -E '^(replace|insert|create|copy),' "$fleet.rest"
}

app list/one <<'END2'
x-ports: &p
  - "8080:80"
  - '${DNS:-5300}:53/udp'
  - 127.0.0.1:9000:9000
  - "443"
services:
  web:
    image: w
    ports: *p	# as api
  api: {image: a, ports: *p}
END2
list() {
	sed -e 's|ports: \*p	|ports: ["8081:80", "5301:53/udp", "127.0.0.1:9001:9000", "443"]	|' list/one/docker-compose.yml >want
	migrated list && diff want list/one/docker-compose.yml && ! grep '^problem' list.rest
}
check "a list by an alias becomes a list of its own, with its ports" list

app whole/one <<'END2'
x-ports: &p
  - "6000:80"
  - "${AT:-127.0.0.1:5003}:80"
services:
  api: {image: a, ports: *p}
  web:
    image: w
    ports: *p	# as api
END2
whole() {
	sed -e 's|ports: \*p	|ports: ["6001:80", "127.0.0.1:5004:80"]	|' whole/one/docker-compose.yml >want
	migrated whole && diff want whole/one/docker-compose.yml && ! grep '^problem' whole.rest
}
check "and what a default gives with its address becomes a literal there, at the first plan" whole

app item/one <<'END2'
x-port: &port "${PORT:-7000}:7000"
services:
  a:
    image: w
    ports:
      - *port
      - "7100:1"
  b:
    image: w
    ports:
      - *port
  c: {image: w, ports: [ *port, "7200:1" ]}
END2
item() {
	sed -e '11s|\*port|"7001:7000"|' -e '12s|\*port|"7002:7000"|' item/one/docker-compose.yml >want
	migrated item && diff want item/one/docker-compose.yml && ! grep '^problem' item.rest
}
check "an item by an alias becomes a mapping" item

app range/one <<'END2'
x-p: &p ["7000-7002:1-3", "7010:9"]
services:
  a: {image: w, ports: *p}
  b: {image: w, ports: *p}
END2
range() {
	sed -e '4s|\*p|["7003-7005:1-3", "7011:9"]|' range/one/docker-compose.yml >want
	migrated range && diff want range/one/docker-compose.yml && ! grep '^problem' range.rest
}
check "a range by an alias moves as one, and does not part from itself" range

app twice/one <<'END2'
services:
  a: {image: "w:$P", ports: &p ["${P-7001}:80/udp"]}
  b: {image: w, extends: {service: a}, profiles: [no], ports: ["${P:?}:80/udp"]}
  c: {image: w, ports: *p}
END2
echo P=7001 >twice/one/.env
twice() {
	sed -e '4s|\*p|["7002:80/udp"]|' twice/one/docker-compose.yml >want
	migrated twice && diff want twice/one/docker-compose.yml
}
check "an alias of a text that another service has twice becomes its content at once" twice

app thrice/one <<'END2'
services:
  a: {image: w, ports: &p ["7004:81", "7003:80"]}
  b: {image: w, profiles: [d], ports: *p}
  c: {image: w, ports: ["7003:80/tcp"]}
  d: {image: w, ports: *p}
  e: {image: w, extends: {service: c}, ports: *p}
---
services:
  a: {ports: !reset []}
END2
thrice() {
	berth scan thrice | plan --no-host-check --db thrice.db >first || [ $? = 1 ] || return 1
	apply --db thrice.db first >/dev/null || [ $? = 1 ] || return 1
	grep -q 'd: .*"7008:80"\]}' thrice/one/docker-compose.yml || { cat thrice/one/docker-compose.yml; return 1; }
	berth scan thrice | plan --no-host-check --db thrice.db >second
	! grep ^replace second
}
check "and so where that service has one of them from elsewhere" thrice

app own/one <<'END2'
services:
  web:
    image: w
    ports: &p ["8080:80"]
  api: {image: a, ports: *p}
END2
app own/two <<'END2'
services:
  web:
    image: w
    ports: ["8080:80"]
END2
own() {
	migrated own && ! grep '^problem' own.rest || return 1
	sed -e 's|\*p|["8080:80"]|' -e 's|&p \["8080|\&p ["8081|' own.before >want
	diff want own/one/docker-compose.yml && grep -q '"8082:80"' own/two/docker-compose.yml
}
cp own/one/docker-compose.yml own.before
check "the service that the anchor belongs to keeps the text, whoever keeps the port" own

# The anchor's own port has to move: an alias that is to stay must not move with it.
app moved/a <<'END2'
services:
  other:
    image: o
    ports: ["8080:80"]
END2
app moved/b <<'END2'
services:
  api: {image: a, ports: &p ["8080:80"]}
  web: {image: w, ports: *p}
END2
moved() {
	migrated moved && ! grep '^problem' moved.rest || return 1
	[ "$(sed -n 's/.*\["\([0-9]*\):80"\].*/\1/p' moved/?/docker-compose.yml | sort -u | wc -l)" = 3 ]
}
check "all three are on ports of their own where the anchor's moves too" moved

# What gives the anchor's own port also stands in a label, so that no line of .env may set it.
for name in one two; do
	app default/$name <<'END2'
services:
  a:
    image: w
    labels: {at: "${AT:-none}"}
    ports: &p
      - "8080:80"
      - "${AT:-127.0.0.1:6400}:81"
  b: {image: a, ports: *p}
END2
done
default() {
	migrated default && ! grep '^problem' default.plan default.rest || return 1
	grep -q '"${AT:-127.0.0.1:6400}:81"' default/one/docker-compose.yml &&
	    grep -q '  - "127.0.0.1:6402:81"' default/two/docker-compose.yml
}
check "the anchor's own port moves at the first plan, though a default gives it, as all others that have it part from it" default

app stays/one <<'END2'
services:
  b:
    image: w
    labels: {at: "${AT:-none}"}
    ports: &p ["${AT:-127.0.0.1:6450}:81"]
  a: {image: a, ports: *p}
END2
stays() {
	sed -e 's|\*p|["127.0.0.1:6450:81"]|' -e 's|&p.*|\&p ["127.0.0.1:6451:81"]|' stays/one/docker-compose.yml >want
	migrated stays && ! grep '^problem' stays.plan stays.rest && diff want stays/one/docker-compose.yml
}
check "and where it is the one that moves, the other's alias becomes its content as well" stays

mkdir over && cat >over/base.yml <<'END2'
services:
  base: {image: x, ports: ["7400:1"]}
END2
for name in one two; do
	app over/$name <<'END2'
services:
  web:
    extends: {file: ../base.yml, service: base}
    image: w
    labels: {at: "${AT:-none} ${PORT:-none}"}
    ports: &p
      - "${PORT:-8300}:80"
      - "${AT:-127.0.0.1:6500}:81"
  api: {image: a, ports: *p}
END2
done
over() {
	migrated over --overrides && ! grep '^problem' over.plan over.rest &&
	    report --findings over.after --format csv conflicts >over.conflicts && [ "$(wc -l <over.conflicts)" = 1 ]
}
check "what replaces an alias has what moves in the anchor's text at its new number (--overrides moves the other service)" over

app profiles/one <<'END2'
x-p: &p ["8080:80"]
services:
  cpu: {image: w, profiles: [cpu], ports: *p}
  gpu: {image: w, profiles: [gpu], ports: *p}
END2
profiles() {
	cp profiles/one/docker-compose.yml want
	migrated profiles && diff want profiles/one/docker-compose.yml && ! grep '^problem' profiles.rest
}
check "alternatives by profile keep their alias" profiles

app left/merge <<'END2'
x-base: &base
  image: w
  ports: &p
    - "6500:1"
services:
  a: {<<: *base}
  b: *base
END2
app left/copied <<'END2'
x-p: &p ["6700:1"]
services:
  a: &a
    image: w
    ports: *p
  b: *a
END2
app left/extended <<'END2'
x-p: &p ["6800:1"]
services:
  c: {extends: d}
  d: {image: w, ports: *p}
END2
app left/both <<'END2'
x-p: &p ["6850:1"]
services:
  e: {image: w, ports: *p}
  f: {extends: e, ports: *p}
END2
app left/quoted <<'END2'
x-p: &p ["\x36900:1"]
services:
  a: {image: w, ports: *p}
  b: {image: w, ports: *p}
END2
left() {
	cp -R left left.before
	migrated left && diff -r left.before left || return 1
	for app in merge copied extended both quoted; do
		grep "^problem,$app," left.rest || return 1
	done
}
check "a merge, an alias that others copy or extend, or have as well as what they extend, an escape: a problem, and not a byte changes" left

mkdir -p held/one
cat >held/one/compose.yml <<'END'
services:
  a: {image: w, ports: ["$P:80"]}
  b: {image: w, ports: ["${P:-1}:80"]}
  c: {extends: b}
END
echo P=7000 >held/one/.env
held() {
	migrated held && grep -qx P=7000 held/one/.env && grep -q '7001:80' held/one/compose.yml &&
	    grep '^problem,' held.plan | grep -q 'port 7001/tcp of one c is also one b' && [ "$(grep -c ^problem, held.rest)" = 1 ]
}
check "two services of one text that share a variable with a third leave it together" held

# --- one alias for many ports ---

mkdir many
awk 'BEGIN { printf "x-ports: &p ["; for (i = 1; i < 80; i++) printf "%s\"%d:80\"", (i > 1 ? ", " : ""), 10000 + i
	print "]\nservices:\n  a: {image: x, ports: *p}\n  b: {image: x, ports: *p}" }' >many/compose.yaml
# what replaces the alias is one edit, however many ports it moves, and has each of them once
many() {
	scan many >many.csv &&
	    plan --no-host-check --db many.db many.csv >many.plan &&
	    [ "$(grep -c '^replace,' many.plan)" = 1 ] &&
	    awk 'BEGIN { printf "["; for (i = 1; i < 80; i++) printf "%s\"\"%d:80\"\"", (i > 1 ? ", " : ""), 10080 + i; print "]" }' >want &&
	    grep -qF ",*p,\"$(cat want)\",port," many.plan
}
check "an alias of 79 ports is replaced once" many

done_testing
