"""rules_service: ports, names and what else of a service decides them; extends and include."""
from rules import case, line, one, ports, refused

NET = {"name": "proj", "networks": ["proj_default"], "volumes": []}


def port(*items, current=None, name=None):
    case("ports", name or "short form: " + ", ".join(items), {"compose.yaml": ports([i if i and i[0] in "{'\"" or i.isdigit() else f"'{i}'" for i in items])}, current=current)


def alone(*answers):
    """The current line's answer: the service a with these ports."""
    return line("the release refuses it", services=one(answers), **NET)


for s in ("3000", "80:80", ":80", "8080:80", "80:80/udp", "80:80/tcp", "80:80/sctp", "80/udp", "80:80/UDP", "80:80/Udp", "80:80/", "80/", "3000-3002", "9090-9091:8080-8081", "8-11:8-11",
          "8000-9000:80", "80-80:80", "80-80:80-80", "80-80", "8000-8001:80", "127.0.0.1:8001:8001", "127.0.0.1:5000-5002:5000-5002", "127.0.0.1::5000", "127.0.0.1::5000-5001", ":8080:80", "[::1]:8001:8001",
          "[::]:80:80", "[1.2.3.4]:80:80", "[fe80::1]:80:80/udp", "[2001:db8::1]::80", "0.0.0.0:80:80", "0:80", "080:080", "00080:00080", "65535:65535", "1:1", "6881-6883:6881-6883/udp", "127.0.0.1:8000-9000:80",
          "80:80/tCP", "65534-65535:1-2", "10.0.0.1:53:53/udp", "127.0.0.1:0:80", "1000-1000:2000-2000"):
    port(s)
for s in ("0", "0:0", "0-1", "80:0", "80-81:0-1", "65536:80", "80:65536", "70000", "-1", "-1:80", "8001-8000:80", "8001-8000", "80-:80", "-80:80", "a:80", "80:a", "a", " 80:80", "80:80 ", "80: 80", "80 :80", "0x50:80",
          "1_000:80", "80:", "", ":", "::", "8000:80-81", "8000-8001:80-82", "8000-8002:80-81", "localhost:80:80", "*:80:80", "1.2.3:80:80", "192.168.001.1:80:80", "fe80::1%eth0:80:80", "1.2.3.4:80", "256.1.1.1:80:80",
          "80:80/icmp", "80:80/foo", "80/80", "/udp", "80:80:80", "1.2.3.4:80:80:80", "[::1:80:80", "::1]:80:80", "[]:80:80", "[localhost]:80:80", "80,81:80", "80;80", "8_0:80", "८०:80", "80.0:80", "1e3:80", "80:80-",
          "80:80\\n", "127.0.0.1:80", "127.0.0.1", "tcp/80", "http://x:80", "4294967376:80", "18446744073709551696:80"):
    port(s)
port("+80:80", current=alone(["", "80", "80", "tcp"]))
port("80:+80", current=alone(["", "80", "80", "tcp"]))
port("::1:8001:8001", current=alone(["::1", "8001", "8001", "tcp"]))
port("80:80/tcp/x", current=refused("one protocol only", "invalid proto: tcp/x"))
port("80-90-100", current=refused("a range has two ends", "invalid containerPort: 80-90-100"))
port("1-2-3:80", current=refused("a range has two ends", "invalid hostPort: 1-2-3"))
port("1-2-3:80-90")

for name, items in {
    "one port twice": ["80:80", "80:80"], "with and without its protocol": ["80:80", "80:80/tcp"], "number and text": ["80", "'80'"], "leading zero": ["8080:80", "8080:080"],
    "with and without the address of all": ["80:80", "0.0.0.0:80:80"], "the address of all first": ["0.0.0.0:80:80", "80:80"], "range and one of it": ["80-82:80-82", "81:81"],
    "two host ports of one": ["8080:80", "9090:80"], "two targets of one host port": ["8080:80", "8080:81"], "one address and all": ["8080:80", "127.0.0.1:8080:80"], "two protocols": ["8080:80", "8080:80/udp"],
    "long and short, text": ["{target: 80, published: '8080'}", "8080:80"], "long and short, number": ["{target: 80, published: 8080}", "8080:80"], "short and long, number": ["8080:80", "{target: 80, published: 8080}"],
    "long twice": ["{target: 80, published: 8080}", "{target: 80, published: 8080}"], "protocol in capitals": ["{target: 80, published: '8080', protocol: TCP}", "8080:80"], "all of IPv6 and all": ["[::]:80:80", "80:80"],
    "a choice and one of it": ["8080-8090:80", "8085:80"], "two choices": ["8080-8090:80", "8080-8090:80"], "zero and none": ["0:80", "80"], "zero twice": ["0:80", "0:80"], "zero for two targets": ["0:80", "0:81"],
    "two ranges that overlap": ["80-82:80-82", "81-83:81-83"], "long with mode": ["{target: 80, published: '80', mode: host}", "{target: 80, published: '80', mode: ingress}"],
    "three of a kind around another": ["80:80", "81:81", "80:80"], "host port none, twice": ["80", "80", ":80"], "name differs": ["{target: 80, published: '80', name: w}", "80:80"],
}.items():
    port(*items, name="kept once: " + name)

for name, item in {
    "target alone": "{target: 80}", "number": "{target: 80, published: 8080}", "text": "{target: 80, published: '8080'}", "address": "{target: 80, published: '8080', host_ip: 127.0.0.1}",
    "address of six": "{target: 80, published: '8080', host_ip: '::1'}", "udp": "{target: 53, published: '53', protocol: udp}", "protocol in capitals": "{target: 53, published: '53', protocol: UDP}", "unknown protocol":
    "{target: 53, published: '53', protocol: foo}", "mode host": "{target: 80, published: '80', mode: host}", "unknown mode": "{target: 80, published: '80', mode: foo}", "name": "{target: 80, published: '80', name: web}",
    "app protocol": "{target: 80, published: '80', app_protocol: http}", "extension": "{target: 80, published: '80', x-a: 1}", "choice": "{target: 80, published: '8080-8090'}", "unknown key": "{target: 80, host: 80}",
    "no target": "{published: '80'}", "empty": "{}", "published null": "{target: 80, published: }", "address null": "{target: 80, host_ip: }", "protocol null": "{target: 80, protocol: }", "protocol is a number": "{target: 80, protocol: 6}",
    "target of zero": "{target: 0, published: '80'}", "published beyond": "{target: 80, published: '70000'}", "published is a word": "{target: 80, published: http}", "target beyond": "{target: 70000}",
    "empty published": "{target: 80, published: ''}", "published zero": "{target: 80, published: '0'}", "published zero as a number": "{target: 80, published: 0}", "empty protocol": "{target: 80, published: '80', protocol: ''}",
}.items():
    case("ports", "long form: " + name, {"compose.yaml": ports([item])})
for ip in ("", "[::1]", "localhost", "1.2.3", "127.0.0.1:80", "300.1.1.1", " 127.0.0.1"):
    case("ports", f"long form: address '{ip}'", {"compose.yaml": ports([f"{{target: 80, published: '80', host_ip: '{ip}'}}"])},
         current=refused("host_ip must be an address", f"services.a.ports.0.host_ip: invalid ip address: {ip}"))
case("ports", "expose publishes nothing", {"compose.yaml": "services:\n  a:\n    image: x\n    expose: ['80', 81, '82-83', abc]\n"})
case("ports", "expose and ports", {"compose.yaml": "services:\n  a:\n    image: x\n    expose: ['80']\n    ports: ['80:80']\n"})
case("ports", "two services, one port", {"compose.yaml": "services:\n  a: {image: x, ports: ['80:80']}\n  b: {image: x, ports: ['80:80']}\n"})
case("ports", "many services", {"compose.yaml": "services:\n" + "".join(f"  s{i}: {{image: x, ports: ['{8000 + i}:80', '{9000 + i}:{i + 1}/udp']}}\n" for i in range(30))})
case("ports", "a range of a hundred", {"compose.yaml": ports(["'20000-20099:20000-20099'"])})

# container_name, network_mode, replicas.
A = "services:\n  a:\n    image: x\n"


def service(name, text, current=None, **more):
    case("services", name, {"compose.yaml": text, **{k.replace("__", "."): v for k, v in more.items()}}, current=current)


for n in ("web", "w1", "we b", "we/b", "!ab", " ab ", "a.b", "a-b", "a_b", "AB", "-ab", "_ab", "/ab", "a" * 200, "ab\tcd", "ab,cd", "ab\"cd", "é ab", "99", "a.", "a-", "${UNSET}ab", "w", "_w", "é", "a b", "", "${UNSET}", "-", ".a", "/a", "a é"):
    service(f"container_name '{n if len(n) < 40 else 'long'}'", A + "    container_name: " + "'" + n + "'\n",
            current=refused("an empty name is refused", "services.a.container_name does not match the pattern") if n in ("", "${UNSET}") else None)
service("container_name of two services", "services:\n  a: {image: x, container_name: cc}\n  b: {image: x, container_name: cc}\n")
service("container_name of an enabled and a disabled service", "services:\n  a: {image: x, container_name: cc}\n  b: {image: x, container_name: cc, profiles: [p]}\n")
service("container_names that differ in case", "services:\n  a: {image: x, container_name: cc}\n  b: {image: x, container_name: CC}\n")
service("container_name as another service's default", "services:\n  a: {image: x, container_name: proj-b-1}\n  b: {image: x}\n")
service("container_name and scale 2", A + "    container_name: cc\n    scale: 2\n")
service("container_name and scale 1", A + "    container_name: cc\n    scale: 1\n")
service("container_name and scale 0", A + "    container_name: cc\n    scale: 0\n")
service("container_name and replicas 2", A + "    container_name: cc\n    deploy: {replicas: 2}\n")
service("container_name and replicas 1", A + "    container_name: cc\n    deploy: {replicas: 1}\n")
service("container_name and replicas 2 in a disabled service", A + "  b:\n    image: x\n    profiles: [p]\n    container_name: cc\n    deploy: {replicas: 2}\n")
service("scale and replicas differ", A + "    scale: 2\n    deploy: {replicas: 3}\n")
service("scale and replicas agree", A + "    scale: 3\n    deploy: {replicas: 3}\n")
service("a fixed port and scale", A + "    scale: 2\n    ports: ['80:80']\n")
for mode in ("host", "none", "bridge", "service:b", "container:other"):
    service(f"network_mode {mode}", A + f"    network_mode: '{mode}'\n    ports: ['80:80']\n  b:\n    image: x\n    ports: ['81:81']\n")
service("network_mode from a variable", A + "    network_mode: ${M:-host}\n    ports: ['80:80']\n")
service("network_mode of a service that is not there", A + "    network_mode: 'service:zz'\n")
service("network_mode and networks", A + "    network_mode: host\n    networks: [nn]\nnetworks:\n  nn:\n")

# Profiles.
P = "services:\n  a: {image: x, ports: ['80:80'], profiles: %s}\n  b: {image: x, ports: ['81:81']}\n"
for prof, env in (("[p]", ""), ("[p]", "COMPOSE_PROFILES=p\n"), ("[p, q]", "COMPOSE_PROFILES=q\n"), ("[p]", "COMPOSE_PROFILES=x, p ,y\n"), ("[p]", "COMPOSE_PROFILES=*\n"), ("[p]", "COMPOSE_PROFILES=P\n"), ("[]", ""),
                  ("['']", ""), ("['']", "COMPOSE_PROFILES=p\n"), ("[default]", ""), ("['${Q:-p}']", "COMPOSE_PROFILES=p\n"), ("['${Q:-p}']", "COMPOSE_PROFILES=q\nQ=q\n"), ("[p]", "COMPOSE_PROFILES=\n"), ("[p]", "COMPOSE_PROFILES='p,q'\n"),
                  ("[p]", "COMPOSE_PROFILES=p;q\n"), ("[p]", "X=p\nCOMPOSE_PROFILES=$X\n"), ("[p.q-r_s]", "COMPOSE_PROFILES=p.q-r_s\n")):
    case("services", f"profiles {prof} with {env!r}", {".env": env, "compose.yaml": P % prof})
case("services", "profiles from the environment", {".env": "COMPOSE_PROFILES=q\n", "compose.yaml": P % "[p]"}, env={"COMPOSE_PROFILES": "p"})
case("services", "profiles from an empty environment", {".env": "COMPOSE_PROFILES=p\n", "compose.yaml": P % "[p]"}, env={"COMPOSE_PROFILES": ""})
for p in ("p q", "p,q", "-p", "p!", "[p]"):
    service(f"profile called '{p}'", P % f"['{p}']")
service("profiles is a text", P % "p")
service("a bad port in a disabled service", "services:\n  a: {image: x}\n  b: {image: x, profiles: [p], ports: ['99999:1']}\n")
service("dependency on a disabled service", "services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, profiles: [p]}\n")
service("dependency on a disabled service, not required", "services:\n  a:\n    image: x\n    depends_on: {b: {condition: service_started, required: false}}\n  b: {image: x, profiles: [p]}\n")
service("dependency on nobody", "services:\n  a: {image: x, depends_on: [zz]}\n")

# extends.
B = "services:\n  b:\n    image: x\n    ports: ['80:80']\n    %s\n  a:\n"


HOST = "services:\n  a: {image: x, extra_hosts: ['h:1.1.1.1']}\n"
for key, item in ("extra_hosts: ['h:1.1.1.1']", "in both"), ("build: {context: ., extra_hosts: ['h:1.1.1.1']}", "in both builds"), ("extra_hosts: {h: 1.1.1.1}", "in both, as a mapping"):
    text = "services:\n  a: {image: x, %s}\n" % key
    service("an extra host " + item, text, **{"compose.override.yaml": text})
    service("an extra host %s, of one file" % item, text + "---\n" + text)
service("an extra host twice in one list", HOST.replace("['h:1.1.1.1']", "['h:1.1.1.1', 'h:1.1.1.1']"))
service("an extra host with two addresses in two files", HOST, **{"compose.override.yaml": HOST.replace("1.1.1.1", "2.2.2.2")})

# What stands in two files, each in a form of its own.
for key, forms in {
    "depends_on": ("[b]", "{b: {condition: service_healthy}}", "{c: {condition: service_started}}", "[b, c]", ""),
    "networks": ("[m]", "{m: {aliases: [x]}}", "{n: }", "[m, n]", ""),
    "build": (".", "{context: ., args: {A: 1}}", "{args: [B=2]}", ""),
    "logging": ("{driver: a, options: {x: y}}", "{options: {z: y}}", "{driver: b, options: {x: z}}", "{driver: a}"),
    "ulimits": ("{nofile: 5}", "{nofile: {soft: 1, hard: 2}}", "{nofile: {soft: 3, hard: 3}, nproc: 7}"),
    "env_file": ("e.env", "[e.env, f.env]", "[{path: g.env, required: false}]"),
    "dns": ("1.1.1.1", "[1.1.1.1, 2.2.2.2]"),
    "tmpfs": ("/t", "[/t, /u]"),
    "labels": ("{a: 1}", "[a=2, b]", "{c: , d: 4}"),
    "sysctls": ("{a: 1}", "[a=2, b=3]"),
    "command": ("[x, y]", "x y", ""),
    "healthcheck": ("{test: [CMD, x]}", "{test: x, retries: 3}", "{disable: true}"),
    "cap_add": ("[x]", "[x, y]", ""),
    "x-a": ("[1]", "{b: 1}", "c"),
    "deploy": ("{replicas: 2, labels: {a: 1}}", "{replicas: 3, labels: [b=1]}", "{resources: {limits: {cpus: '1'}}}", ""),
    "extra_hosts": ("['h:1.1.1.1']", "{h: 1.1.1.1, i: 2.2.2.2}", "{h: [1.1.1.1, 3.3.3.3]}"),
    "network_mode": ("host", "none", ""),
}.items():
    for before in forms:
        for after in forms:
            if before != after:
                text = "services:\n  a: {image: x, %s: %s}\n  b: {image: x}\n  c: {image: x}\nnetworks: {m: , n: }\n"
                service(f"{key} of two files: {before or 'nothing'} and {after or 'nothing'}", text % (key, before), **{"compose.override.yaml": "services:\n  a: {%s: %s}\n" % (key, after), "e.env": "A=1\n", "f.env": "B=1\n"})
for section, item in ("networks", "{ipam: {config: [{subnet: 10.0.0.0/24}]}}"), ("volumes", "{driver: local, driver_opts: {o: bind}}"), ("configs", "{content: x}"), ("secrets", "{environment: X}"):
    for other in ("", "{labels: {a: 1}}", "{labels: [b=2]}", "{name: nn}", "{external: true}", "[x]"):
        text = "services:\n  a: {image: x, %s}\n%s: {m: %s}\n"
        uses = {"networks": "networks: [m]", "volumes": "volumes: ['m:/m']", "configs": "configs: [m]", "secrets": "secrets: [m]"}[section]
        service(f"{section} of two files: {item} and {other or 'nothing'}", text % (uses, section, item), **{"compose.override.yaml": f"{section}: {{m: {other}}}\n"})


# Ports through anchors, expansions that give more than a port, and what an override file repeats of them.
HEAD = "x-p: &p '${P:-8080}'\nx-m: &m '8080:80'\nx-e: &e '${M:-127.0.0.1:8080:80}'\nx-i: &i 127.0.0.1\nx-n: &n 8080\nx-l: &l {target: 80, published: '8080'}\nservices:\n"
ITEMS = ("*m", "*e", "*l", "'8080:80'", "'${P:-8080}:80'", "'${M:-8080:80}'", "'${A:-127.0.0.1:}${P:-8080}:80'", "'${A:-127.0.0.1:8080}:80'", "'${A:-127.0.0.1}:${P:-8080}:80'", "{target: 80, published: *p}",
         "{target: 80, published: *n}", "{target: 80, published: '8080', host_ip: *i}", "{target: 80, published: '${P:-8080}', host_ip: '${A:-127.0.0.1}', mode: ingress}", "'${B:-[::1]}:8080:80'", "\"8080:80\"",
         "{<<: *l, protocol: tcp}", "{!!str target: 80, published: !!str 8080}", "!!str 8080:80", "0o20:80", "{target: 80, published: 0x1f90}", "{target: 80.0, published: '8080', name: w, x-a: [1]}")
for k, before in enumerate(ITEMS):
    case("ports", "a form alone: " + before, {"compose.yaml": HEAD + "  a:\n    image: x\n    ports: [%s]\n" % before}, env={} if k % 2 else {"P": "8081"})
    for after in ITEMS[k % 3::3]:
        case("ports", f"forms of two files: {before} and {after}", {"compose.yaml": HEAD + "  a:\n    image: x\n    ports: [%s]\n" % before, "compose.override.yaml": HEAD + "  a: {ports: [%s]}\n" % after, ".env": "P=8080\n"})

def extends(name, files, current=None):
    files = {"compose.yaml": files} if isinstance(files, str) else files
    case("extends", name, files, current=current)


extends("of a service of the same file", B % "expose: ['1']" + "    extends: b\n")
extends("in its map form", B % "expose: ['1']" + "    extends: {service: b}\n")
extends("with ports of its own", B % "expose: ['1']" + "    extends: b\n    ports: ['81:81', '80:80']\n")
extends("with a name to inherit", B % "container_name: bb" + "    extends: b\n")
extends("with a name of its own", B % "container_name: bb" + "    extends: b\n    container_name: aa\n")
extends("with the name reset", B % "container_name: bb" + "    extends: b\n    container_name: !reset null\n")
extends("with ports overridden", B % "expose: ['1']" + "    extends: b\n    ports: !override ['81:81']\n")
extends("with ports reset", B % "expose: ['1']" + "    extends: b\n    ports: !reset []\n")
extends("with profiles to inherit", B % "profiles: [p]" + "    extends: b\n")
extends("with profiles reset", B % "profiles: [p]" + "    extends: b\n    profiles: !reset []\n")
extends("with profiles of its own", B % "profiles: [p]" + "    extends: b\n    profiles: [q]\n")
extends("with network_mode to inherit", B % "network_mode: host" + "    extends: b\n")
extends("of a service that comes later", "services:\n  a:\n    extends: b\n  b:\n    image: x\n    ports: ['80:80']\n")
extends("in a chain", "services:\n  a: {extends: b, ports: ['82:82']}\n  b: {extends: c, ports: ['81:81']}\n  c: {image: x, ports: ['80:80']}\n")
extends("in a circle", "services:\n  a: {extends: b}\n  b: {extends: a}\n")
extends("of itself", "services:\n  a: {extends: a, image: x}\n")
extends("of nobody", "services:\n  a: {extends: zz, image: x}\n")
extends("of null", "services:\n  a: {extends: , image: x}\n")
extends("of a list", "services:\n  a: {extends: [b], image: x}\n  b: {image: x}\n")
extends("through a variable", "services:\n  a: {extends: '${B:-b}'}\n  b: {image: x, ports: ['80:80']}\n")
extends("from an override file, of a service of the base file", {"compose.yaml": "services:\n  b: {image: x, ports: ['80:80']}\n", "compose.override.yaml": "services:\n  a: {extends: b}\n"})
COMMON = "services:\n  b:\n    image: x\n    container_name: ${N:-bb}\n    ports: ['${P:-80}:80']\n  other:\n    image: y\n    ports: ['90:90']\n"
FROM = "services:\n  a:\n    extends: {file: %s, service: b}\n"
extends("of another file", {"common.yaml": COMMON, "compose.yaml": FROM % "common.yaml"})
extends("of another file, with a dot", {"common.yaml": COMMON, "compose.yaml": FROM % "./common.yaml"})
extends("of another file, with the project's .env", {"common.yaml": COMMON, ".env": "P=8080\nN=nn\n", "compose.yaml": FROM % "common.yaml"})
extends("of a file in a folder, whose .env does not count", {"sub/common.yaml": COMMON, "sub/.env": "P=8080\n", "compose.yaml": FROM % "sub/common.yaml"})
extends("of a file above", {"../common.yaml": COMMON, "compose.yaml": FROM % "../common.yaml"})
extends("of a file through a variable", {"common.yaml": COMMON, ".env": "F=common\n", "compose.yaml": FROM % "'${F}.yaml'"})
extends("of a file that is not there", {"compose.yaml": FROM % "none.yaml"})
extends("of a file without that service", {"common.yaml": "services: {c: {image: x}}\n", "compose.yaml": FROM % "common.yaml"})
extends("of a file that is not YAML", {"common.yaml": "services: [\n", "compose.yaml": FROM % "common.yaml"})
extends("of a file where another service lacks a variable", {"common.yaml": COMMON + "    container_name: ${Z:?z}\n", "compose.yaml": FROM % "common.yaml"})
extends("of a file where another service has a bad port", {"common.yaml": COMMON.replace("90:90", "x:90"), "compose.yaml": FROM % "common.yaml"})
extends("of its own file by name", {"compose.yaml": (FROM % "compose.yaml") + "  b: {image: x, ports: ['80:80']}\n"})
extends("in a chain over files", {"one.yaml": "services:\n  b:\n    extends: {file: two.yaml, service: c}\n    ports: ['81:81']\n", "two.yaml": "services:\n  c: {image: x, ports: ['80:80']}\n", "compose.yaml": FROM % "one.yaml"})
extends("in a chain over folders", {"s/one.yaml": "services:\n  b:\n    extends: {file: t/two.yaml, service: c}\n    ports: ['81:81']\n", "s/t/two.yaml": "services:\n  c: {image: x, ports: ['80:80']}\n",
                                   "t/two.yaml": "services:\n  c: {image: x, ports: ['90:90']}\n", "compose.yaml": FROM % "s/one.yaml"})
extends("in a circle over files", {"one.yaml": "services:\n  b:\n    extends: {file: compose.yaml, service: a}\n", "compose.yaml": FROM % "one.yaml"})
extends("of a service of the file it extends from", {"one.yaml": "services:\n  b: {extends: c, ports: ['81:81']}\n  c: {image: x, ports: ['80:80']}\n", "compose.yaml": FROM % "one.yaml"})
extends("and then an override file", {"common.yaml": COMMON, "compose.yaml": FROM % "common.yaml", "compose.override.yaml": "services:\n  a:\n    ports: ['82:82']\n    container_name: oo\n"})
extends("with a reset in the override file", {"common.yaml": COMMON, "compose.yaml": FROM % "common.yaml", "compose.override.yaml": "services:\n  a:\n    ports: !reset []\n"})
extends("twice of one service", {"common.yaml": "services:\n  b: {image: x, ports: ['${P:-80}:80']}\n", "compose.yaml": "services:\n  a: {extends: {file: common.yaml, service: b}}\n  c: {extends: {file: common.yaml, service: b}}\n"})
extends("with a merge key", "x-b: &b {image: x, ports: ['80:80']}\nservices:\n  b:\n    <<: *b\n  a:\n    extends: b\n    ports: ['81:81']\n")
extends("of a file that anchors", {"common.yaml": "x-p: &p ['80:80']\nservices:\n  b: {image: x, ports: *p}\n", "compose.yaml": FROM % "common.yaml"})
extends("of a file with a name of its own", {"common.yaml": "name: other\n" + COMMON, "compose.yaml": FROM % "common.yaml"})
extends("with replicas to inherit", B % "deploy: {replicas: 2}" + "    extends: b\n    container_name: aa\n")
extends("an extra host that both have", {"compose.yaml": "services:\n  b: {image: x, extra_hosts: ['h:1.1.1.1']}\n  a: {extends: b, image: x, extra_hosts: ['h:1.1.1.1']}\n"})
extends("with a long form to inherit", "services:\n  b:\n    image: x\n    ports:\n      - {target: 80, published: '8080'}\n  a:\n    extends: b\n    ports: ['8080:80', '81:81']\n")

for name, text in {"services are a list": "services: [b]\n", "there are none": "x-a: 1\n", "services are null": "services:\n", "the service is null": "services: {b: }\n", "the service is a text": "services: {b: x}\n",
                   "the service is a list": "services: {b: [x]}\n", "two documents": "services: {b: {image: x, ports: ['80:80']}}\n---\nservices: {b: {ports: ['81:81']}}\n", "the service resets": "services: {b: {image: x, ports: !reset []}}\n",
                   "hosts are a mapping": "services: {b: {image: x, extra_hosts: {h: 1.1.1.1}, ports: ['80:80']}}\n", "labels are a list": "services: {b: {image: x, labels: [a=1], ports: ['80:80']}}\n"}.items():
    extends("of a file where " + name, {"common.yaml": text, "compose.yaml": FROM % "common.yaml" + "    extra_hosts: ['h:1.1.1.1', 'i:2.2.2.2']\n    labels: {a: 2}\n"})
for how in ("{file: , service: b}", "{file: [common.yaml], service: b}", "{file: common.yaml, service: [b]}", "{file: common.yaml, service: }", "{file: '', service: b}", "{file: common.yaml, service: ''}", "{file: 5, service: b}",
            "{service: b, file: ./sub/../common.yaml}", "{file: common.yaml}", "{file: common.yaml, service: b, x-a: 1}", "{file: common.yaml, service: b, other: 1}"):
    extends("written " + how, {"common.yaml": COMMON, "compose.yaml": "services:\n  a: {extends: %s, image: y}\n" % how})

# What a service names of the project.
for section, uses in ("networks", ("[m]", "{m: }", "{m: {aliases: [x]}}", "[]", "{}", "", "[zz]", "{zz: }", "m", "[[m]]", "[5]", "[m, m]")), ("volumes", ("['mm:/m']", "['m:/m']", "[{type: volume, source: mm, target: /m}]", "[{type: volume, target: /m}]",
    "['zz:/m']", "[{type: volume, source: zz, target: /m}]", "[{type: bind, source: zz, target: /m}]", "['mm']", "mm", "[5]", "[{source: mm}]")), ("configs", ("[m]", "[{source: m}]", "[{source: m, target: /x}]", "[zz]", "[{source: zz}]", "[{target: m}]", "[5]", "m")), (
    "secrets", ("[m]", "[{source: m}]", "[zz]", "[{source: zz}]", "[{target: m}]")):
    holds = {"networks": "m: {}", "volumes": "mm: {}", "configs": "m: {content: x}", "secrets": "m: {environment: X}"}[section]
    for use in uses:
        service(f"{section} of a service: {use or 'nothing'}", "services:\n  a: {image: x, %s: %s}\n%s: {%s}\n" % (section, use, section, holds))
for section in ("networks", "volumes"):
    for says in ("external: true", "external: false", "external: 'true'", "external: {name: other}", "external: {}", "external: true, name: other", "external: {name: other}, name: third", "external: '${E:-true}'", "name: ''", "name: , driver: x",
                 "driver_opts: {type: none, o: bind, device: /srv}", "driver_opts: {o: 'rbind,ro', device: ~/x}", "driver_opts: {o: [bind], device: /srv}", "driver_opts: {o: bind, device: 5}", "driver_opts: [o=bind]", "labels: [a=1]", "x-a: 1, name: nn",
                 "ipam: {config: [{subnet: 10.1.0.0/24}, {gateway: 10.1.0.1}]}", "ipam: {config: [{subnet: 5}]}", "ipam: {config: }", "ipam: {config: [{subnet: }]}"):
        if section == "volumes" and says.startswith("ipam"):
            continue		# Compose knows no such key; berth asks no more of a key that it does not know
        use = {"networks": "[m]", "volumes": "['mm:/m']"}[section]
        service(f"{section} with {says}", "services:\n  a: {image: x, %s: %s}\n%s: {%s: {%s}}\n" % (section, use, section, "m" if section == "networks" else "mm", says))

# include.
S = "services:\n  s:\n    image: x\n    container_name: ${N:-ss}\n    ports: ['${P:-90}:80']\n"
I = "include: %s\nservices:\n  a: {image: x, ports: ['80:80']}\n"


def include(name, files, current=None):
    case("include", name, files, current=current)


include("a file", {"s.yaml": S, "compose.yaml": I % "[s.yaml]"})
include("a file in a folder", {"s/compose.yaml": S, "compose.yaml": I % "[s/compose.yaml]"})
include("a file above", {"../s.yaml": S, "compose.yaml": I % "[../s.yaml]"})
include("in its map form", {"s.yaml": S, "compose.yaml": I % "[{path: s.yaml}]"})
include("a list of paths", {"s.yaml": S, "t.yaml": "services:\n  s:\n    ports: ['91:81']\n    container_name: tt\n", "compose.yaml": I % "[{path: [s.yaml, t.yaml]}]"})
include("a text", {"s.yaml": S, "compose.yaml": I % "s.yaml"})
include("null", {"s.yaml": S, "compose.yaml": I % ""})
include("nothing", {"compose.yaml": I % "[]"})
include("a file that is not there", {"compose.yaml": I % "[none.yaml]"})
include("a folder", {"s/compose.yaml": S, "compose.yaml": I % "[s]"})
include("a file that is not YAML", {"s.yaml": "services: [\n", "compose.yaml": I % "[s.yaml]"})
include("itself", {"compose.yaml": I % "[compose.yaml]"})
include("in a circle", {"s.yaml": "include: [compose.yaml]\n" + S, "compose.yaml": I % "[s.yaml]"})
include("in a chain", {"s.yaml": "include: [t.yaml]\n" + S, "t.yaml": "services:\n  t: {image: x, ports: ['70:70']}\n", "compose.yaml": I % "[s.yaml]"})
include("one file twice", {"s.yaml": S, "compose.yaml": I % "[s.yaml, s.yaml]"})
include("one file by two ways", {"s.yaml": "services:\n  s: {image: x, ports: ['90:90']}\n", "t.yaml": "include: [s.yaml]\nservices:\n  t: {image: x}\n", "compose.yaml": I % "[t.yaml, s.yaml]"})
include("two files", {"s.yaml": S, "t.yaml": "services:\n  t: {image: x, ports: ['70:70']}\n", "compose.yaml": I % "[s.yaml, t.yaml]"})
include("with the project's .env", {"s.yaml": S, ".env": "P=8080\nN=nn\n", "compose.yaml": I % "[s.yaml]"})
include("with the folder's own .env", {"s/s.yaml": S, "s/.env": "P=8080\nN=nn\n", "compose.yaml": I % "[s/s.yaml]"})
include("with both, the project's wins", {"s/s.yaml": S, "s/.env": "P=8080\nN=nn\n", ".env": "P=7070\n", "compose.yaml": I % "[s/s.yaml]"})
include("whose .env leaks nothing", {"s/s.yaml": S, "s/.env": "Q=8080\n", "compose.yaml": I.replace("80:80", "${Q:-85}:80") % "[s/s.yaml]"})
include("with env_file", {"s/s.yaml": S, "s/.env": "P=8080\n", "e.env": "P=6060\n", "compose.yaml": I % "[{path: s/s.yaml, env_file: e.env}]"})
include("with two env_files", {"s.yaml": S, "e.env": "P=6060\nN=ee\n", "f.env": "P=5050\n", "compose.yaml": I % "[{path: s.yaml, env_file: [e.env, f.env]}]"})
include("with an env_file that is not there", {"s.yaml": S, "compose.yaml": I % "[{path: s.yaml, env_file: none.env}]"})
include("with the null device for env_file", {"s/s.yaml": S, "s/.env": "P=8080\n", "compose.yaml": I % "[{path: s/s.yaml, env_file: /dev/null}]"})
include("with a project folder", {"s/s.yaml": S, "s/.env": "P=8080\n", "d/.env": "P=4040\n", "compose.yaml": I % "[{path: s/s.yaml, project_directory: d}]"})
include("nested, each with its .env", {"s/s.yaml": "include: [t/t.yaml]\n" + S, "s/.env": "P=8080\n", "s/t/t.yaml": "services:\n  t: {image: x, ports: ['${P:-1}:1', '${W:-2}:2']}\n", "s/t/.env": "P=3\nW=4040\n", "compose.yaml": I % "[s/s.yaml]"})
include("a broken .env in the folder", {"s/s.yaml": S, "s/.env": "a b=1\n", "compose.yaml": I % "[s/s.yaml]"})
include("a file with a name", {"s.yaml": "name: other\n" + S, "compose.yaml": I % "[s.yaml]"})
include("a folder whose .env names the project", {"s/s.yaml": S, "s/.env": "COMPOSE_PROJECT_NAME=other\n", "compose.yaml": I % "[s/s.yaml]"})
include("a file that asks for the project's name", {"s.yaml": "services:\n  s: {image: x, container_name: 'c-${COMPOSE_PROJECT_NAME}'}\n", "compose.yaml": I % "[s.yaml]"})
include("with an override file beside, which does not count", {"s/compose.yaml": S, "s/compose.override.yaml": "services:\n  s: {ports: ['91:91']}\n", "compose.yaml": I % "[s/compose.yaml]"})
include("a path from a variable", {"s.yaml": S, ".env": "F=s\n", "compose.yaml": I % "['${F}.yaml']"})
include("volumes and networks", {"s.yaml": S + "    volumes: ['vol1:/x']\n    networks: [net1]\nvolumes:\n  vol1:\nnetworks:\n  net1:\n", "compose.yaml": I % "[s.yaml]"})
include("a service of the same name", {"s.yaml": "services:\n  a: {image: y, ports: ['90:90'], container_name: inc}\n", "compose.yaml": I % "[s.yaml]"},
        current=line("the file that includes is merged over the included one", services={"a": {"container_name": "inc", "ports": [["", "80", "80", "tcp"], ["", "90", "90", "tcp"]]}}, **NET))
include("the same service from two files", {"s.yaml": "services:\n  s: {image: y, ports: ['90:90'], container_name: first}\n", "t.yaml": "services:\n  s: {image: y, ports: ['91:91'], container_name: second}\n", "compose.yaml": I % "[s.yaml, t.yaml]"},
        current=line("the earlier file is merged over the later", **NET,
                     services={"a": {"container_name": None, "ports": [["", "80", "80", "tcp"]]}, "s": {"container_name": "first", "ports": [["", "90", "90", "tcp"], ["", "91", "91", "tcp"]]}}))
include("a service of the same name, with its ports overridden", {"s.yaml": "services:\n  a: {image: y, ports: ['90:90']}\n", "compose.yaml": "include: [s.yaml]\nservices:\n  a:\n    image: x\n    ports: !override ['80:80']\n"},
        current=line("tags reach into what was included", services=one([["", "80", "80", "tcp"]]), **NET))
include("a service that is extended", {"s.yaml": "services:\n  s: {image: x, ports: ['90:90']}\n", "compose.yaml": "include: [s.yaml]\nservices:\n  a:\n    extends: s\n    ports: ['80:80']\n"},
        current=line("extends sees what was included", **NET,
                     services={"a": {"container_name": None, "ports": [["", "80", "80", "tcp"], ["", "90", "90", "tcp"]]}, "s": {"container_name": None, "ports": [["", "90", "90", "tcp"]]}}))
include("profiles in what is included", {"s.yaml": S + "    profiles: [p]\n", "compose.yaml": I % "[s.yaml]"})
include("profiles that the included folder's .env asks for", {"s/s.yaml": S + "    profiles: [p]\n", "s/.env": "COMPOSE_PROFILES=p\n", "compose.yaml": I % "[s/s.yaml]"})
include("and then an override file", {"s.yaml": S, "compose.yaml": I % "[s.yaml]", "compose.override.yaml": "services:\n  s: {ports: ['91:91']}\n  a: {ports: ['81:81']}\n"})
include("from an override file", {"s.yaml": S, "compose.yaml": I % "[]", "compose.override.yaml": "include: [s.yaml]\n"})
include("two names of one container", {"s.yaml": S, "compose.yaml": "include: [s.yaml]\nservices:\n  a: {image: x, container_name: ss}\n"})

# An include that names no path includes nothing; its env files are read all the same.
for text in ("{}", "", "{path: }", "{path: []}", "{project_directory: none}", "{env_file: e.env}", "{env_file: none.env}", "{env_file: bad.env}", "{env_file: /dev/null}", "{nothing: b.yaml}", "{path: 5}", "{path: [5]}", "5", "true", "[b.yaml]",
             "{path: b.yaml, project_directory: [d]}", "{path: b.yaml, project_directory: true}", "{path: b.yaml, env_file: 5}", "{path: b.yaml, x-a: 1, nothing: 2}"):
    case("include", f"no path: {text}", {"compose.yaml": f"include:\n  - {text}\nservices:\n  a:\n    image: x\n    ports: ['${{P:-80}}:80']\n", "b.yaml": "services:\n  b: {image: x, ports: ['9:9']}\n", "e.env": "P=81\n", "bad.env": "no line!\n"})
