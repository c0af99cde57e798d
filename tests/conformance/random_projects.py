#!/usr/bin/env python3
"""Hold scan against Docker Compose on random projects, biased to what is hard to read.

usage: random_projects.py --compose COMPOSE [--seed N] [--count N] [--keep FOLDER] [-v]
Every disagreement is printed with its number, so that --seed S --only N makes that project alone again. Ends with
`N of M random projects agree`; exit 0 when all do. COMPOSE is a docker-compose 2.26 (`config` needs no daemon); the points
in which the current line differs from it are left out of the projects or known below.
"""
import argparse, json, os, random, re, shutil, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import findings

ENV = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}

# What the current line takes and 2.26 refuses, and the other way round; each by the message of the one that refuses.
NEWER_TAKES = re.compile(r"conflicts with imported resource|setenv: invalid argument|hostPort: \+|containerPort: \+|"
                         r"cannot extend service .* not found$|invalid jsonType time.Time|invalid IP address: .*:.*:|Invalid (host|container)Port: \+")
NEWER_REFUSES = re.compile(r"container_name '|container name|invalid ip address|protocol|range|what a container may be called")
ELSEWHERE = re.compile(r"[Aa]dditional propert")


class Raw(str):
    """A scalar as it is to stand in the file."""


class Tagged:
    def __init__(self, tag, value):
        self.tag, self.value = tag, value


def block_lines(r, text):
    return text if text.endswith("\n") else text + "\n"


def folded(r, s, quote, indent):
    """S in quotes over two lines, or None where no blank in it can be a line break."""
    at = [i for i in range(1, len(s) - 1) if s[i] == " " and s[i - 1] not in " \\" and s[i + 1] != " "]
    if not at:
        return None
    i = r.choice(at)
    return quote + s[:i] + r.choice(["", " ", "\t"]) + "\n" + indent + s[i + 1:] + quote


def quoted(r, s):
    """The string S in some style that decodes to it."""
    styles = ["double", "single"]
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_./-]*(?:[:=][A-Za-z0-9_./-]+)*", s) and s.lower() not in \
            ("true", "false", "null", "yes", "no", "on", "off", "y", "n"):
        styles += ["plain"] * 4
    elif re.fullmatch(r"[$A-Za-z][A-Za-z0-9_./${}:=+?-]*", s) and not s.endswith(":") and "{" not in s.replace("${", ""):
        styles += ["plainblock"] * 2
    elif re.fullmatch(r"[0-9]+:[0-9]+", s):
        styles += ["plain"]
    style = r.choice(styles)
    if style.startswith("plain"):
        return s, style == "plainblock"
    if style == "single":
        return "'" + s.replace("'", "''") + "'", False
    out = ""
    for c in s:
        if c in '"\\':
            out += "\\" + c
        elif c == "\n":
            out += "\\n"
        elif c == "\t":
            out += "\\t"
        elif r.random() < 0.02:
            out += "\\x%02x" % ord(c) if ord(c) < 256 else c
        else:
            out += c
    return '"' + out + '"', False


def flow(r, v):
    if isinstance(v, Tagged):
        return v.tag + " " + flow(r, v.value)
    if isinstance(v, Raw):
        return str(v) if str(v) else "null"
    if isinstance(v, dict):
        return "{" + ", ".join(f"{key(r, k)}: {flow(r, x)}" for k, x in v.items()) + r.choice(["", "", " "]) + "}"
    if isinstance(v, list):
        return "[" + r.choice(["", " "]) + ", ".join(flow(r, x) for x in v) + r.choice(["", "", ","] if v else [""]) + "]"
    if isinstance(v, (int, float)):
        return str(v)
    text, only_block = quoted(r, v)
    return "'" + v.replace("'", "''") + "'" if only_block else text


def key(r, k):
    if k == "<<" or r.random() < 0.95:
        return k
    return r.choice(['"%s"', "'%s'"]) % k


def comment(r):
    return r.choice(["", "", "", "", "  # note: ${X", " #c"])


def block(r, v, indent, out, lead=""):
    """Appends V as block lines to OUT; LEAD is what stands before it on its first line (`key:` or `-`)."""
    pad = "  " * indent
    tag = ""
    if isinstance(v, Tagged):
        tag, v = " " + v.tag, v.value
    if isinstance(v, dict) and v and (r.random() < 0.85 or any(isinstance(x, Tagged) and "&" in x.tag for x in v.values())):
        out.append(lead + tag + comment(r) if lead else "")
        for k, x in v.items():
            block(r, x, indent + 1, out, pad + key(r, k) + ":")
        return
    if isinstance(v, list) and v and r.random() < 0.75:
        out.append(lead + tag + comment(r))
        same = "" if r.random() < 0.3 and not lead.rstrip().endswith("-") and indent else "  "
        pad = pad[:-2] + same if indent else pad
        for x in v:
            item(r, x, pad, indent + 1, out)
        return
    if isinstance(v, str) and not isinstance(v, Raw) and "\n" not in v and v.strip() == v and v and r.random() < 0.06:
        out.append(f"{lead}{tag} {r.choice(['|-', '>-', '|2-' if False else '|-', '>- # c'])}")
        out.append(pad + "  " + v)
        if r.random() < 0.3:
            out.append("")
        return
    if isinstance(v, str) and not isinstance(v, Raw):
        text, _ = quoted(r, v)
        if r.random() < 0.3 and " " in v and "'" not in v and '"' not in v and "\\" not in v:
            text = folded(r, v, r.choice("'\""), pad + "  ") or text
    else:
        text = flow(r, v)
    out.append((lead + tag + " " + text).rstrip() + comment(r))


def item(r, x, pad, indent, out):
    if isinstance(x, dict) and x and r.random() < 0.6:
        first = True
        for k, y in x.items():
            out.append(pad + ("- " if first else "  ") + f"{key(r, k)}: {flow(r, y)}")
            first = False
        return
    block(r, x, indent, out, pad + "-") if not isinstance(x, (dict, list)) else out.append(pad + "- " + flow(r, x))


def document(r, model):
    out = []
    for k, v in model.items():
        if r.random() < 0.08:
            out.append("# " + r.choice(["ports: [\"1:1\"]", "${UNSET:?no}", "é ü 日本"]))
        block(r, v, 1, out, key(r, k) + ":")
        if r.random() < 0.1:
            out.append("")
    return "\n".join(out) + "\n"


# --- what the projects are made of ---------------------------------------------------------------------------------

def port_number(r):
    return r.choice([80, 443, 3000, 5000, 8000, 8080, 9090, r.randint(1, 65535), r.randint(1, 65535), 65535, 1])


def bad(r, p):
    """True with probability P where this project may be one that Compose refuses."""
    return r.random() < p and r.nasty


def variable(r, value, names=("P1", "P2", "U1", "U2", "E")):
    """An expression that may stand for VALUE."""
    n = r.choice(names)
    form = r.random() if r.nasty else r.random() * 0.93
    if form < 0.45:
        return "${%s:-%s}" % (n, value)
    if form < 0.55:
        return "${%s-%s}" % (n, value)
    if form < 0.63:
        return "${U1:-${%s:-%s}}" % (n, value)
    if form < 0.70:
        return "${P1:+%s}" % value
    if form < 0.76:
        return "${P1+%s}" % value
    if form < 0.86:
        return "${%s}" % r.choice(["P1", "P2"])
    if form < 0.92:
        return "$%s" % r.choice(["P1", "P2"])
    if form < 0.94:
        return "${IP:?must}" if r.nasty else "$P1"
    if form < 0.95:
        return "${U1:?must}"
    if form < 0.97:
        return "${%s}" % r.choice(["U1", "E"])
    return r.choice(["$$P1", "${", "${U1", "$1", "${U1=x}", "${P1}x", "${U1:-a}}", "${ P1}"])


def number(r):
    n = str(port_number(r))
    return variable(r, n) if r.random() < 0.25 else n


def short_port(r):
    form = r.random() if bad(r, 0.5) else r.random() * 0.94
    if form < 0.40:
        s = number(r) + ":" + number(r)
    elif form < 0.50:
        s = number(r)
    elif form < 0.62:
        a, c, n = r.randint(1000, 60000), r.randint(1000, 60000), r.choice([0, 1, 2, 3, 12])
        s = f"{a}-{a + n}:{c}-{c + n + bad(r, 0.1)}"
    elif form < 0.68:
        a = r.randint(1000, 60000)
        s = f"{a}-{a + r.randint(0, 20)}:80"
    elif form < 0.72:
        a = r.randint(5, 3000)
        s = f"{a}-{a + r.randint(0, 8)}"
    elif form < 0.84:
        s = r.choice(["127.0.0.1", "0.0.0.0", "10.0.0.7", "[::1]", "[::]", "${IP}", "${IP:-127.0.0.1}", "${U1:-0.0.0.0}"]) + ":" + \
            (lambda h: h + ":" + ("8000-8001" if h == "8000-8001" else number(r)))(r.choice([number(r), "", "8000-8001"]))
    elif form < 0.94:
        s = r.choice(["${R}:80", "${R:-5-7}:8000-8002" if bad(r, 0.5) else "${U1:-5-7}:8000-8002", "${M:-1:1}", "${U1}:80", "0:80", ":80", "080:080", "22:22", "3:30", "80:80", "80:80",
                      "8080:80", "${P1}:80", "${P2}:${P2}", "53:53", "$P1:80"])
    else:
        s = r.choice(["", "80:", "a:80", "65536:80", "8001-8000:80", "80 :80", "1_0:80", "0x50:80", "80-:80", "-1:80", "0:0", "x",
                      "80:70000", "1.2.3.4:80", "1:2:3", "localhost:80:80", "80:80:", "::80", "80/tcp", "80:80/"])
    if r.random() < 0.25 and s and "/" not in s:
        s += r.choice(["/tcp", "/udp", "/tcp", "/UDP", "/sctp", "/${PROTO:-udp}", "/Tcp"] + (["/icmp"] if bad(r, 0.1) else []))
    return s


def long_port(r):
    p = {"target": r.choice([port_number(r), str(port_number(r)), "${P1:-1}", "${U1:-81}"])}
    if r.random() < 0.85:
        p["published"] = r.choice([port_number(r), str(port_number(r)), number(r), "8080-8090", "", "${R}", Raw("010"), Raw("0x1F90"), "abc",
                                   "080", 0] if r.random() < 0.6 else [number(r)])
    if r.random() < 0.3:
        p["protocol"] = r.choice(["tcp", "udp", "udp", "UDP", "${PROTO:-udp}"])
    if r.random() < 0.25:
        p["host_ip"] = r.choice(["127.0.0.1", "0.0.0.0", "::1", "${IP}"])
    if r.random() < 0.15:
        p["mode"] = r.choice(["host", "ingress"])
    if bad(r, 0.06):
        p[r.choice(["target", "published", "protocol", "host_ip"])] = r.choice([Raw("~"), Raw("8080.5"), Raw("true"), [80], {"a": 1}])
    if bad(r, 0.03):
        del p["target"]
    items = list(p.items())
    r.shuffle(items)
    return dict(items)


def port(r):
    form = r.random()
    if form < 0.72:
        return short_port(r)
    if form < 0.80:
        return r.choice([port_number(r), port_number(r), Raw("010"), Raw("0x1F90"), Raw("8_080"), Raw("+81"), Raw("0o17"), Raw("0b11")])
    if form < 0.97 or not r.nasty:
        return long_port(r)
    return r.choice([Raw("08"), Raw("80.5"), Raw("1e3"), Raw("true"), Raw("~"), [80], Raw("-1"), Raw("0"), Raw("70000"), Raw("2024-01-01")])


def ports(r):
    items = [port(r) for _ in range(r.choice([1, 1, 1, 2, 2, 3, 4]))]
    if r.random() < 0.2:
        items.append(r.choice(items))
    if bad(r, 0.04):
        return r.choice([[], Raw(""), "80:80", {"80": 80}])
    return items


def name(r, service):
    base = r.choice([service + "-c", "web1", "db_1", "App.%s" % service, "c-%s" % service])
    form = r.random()
    if form < 0.45:
        return base
    if form < 0.85 or not r.nasty:
        return r.choice(["${N}_%s", "${N:-app}-%s", "%s.${U1:-dev}", "${COMPOSE_PROJECT_NAME}-%s", "x${E}%s", "$N-%s", "%s-${P1}"]) % service
    return r.choice([Raw("1234"), Raw("1.5"), Raw("true"), Raw("yes"), Raw("010x"), Raw("0x1F"), Raw("12:30"), Raw("~"), Raw("1e3"),
                     "bad name1", "ab${U1}", "q'q1", 'd"d1', "été1", Raw("!!str 123"), Raw("2024-01-01"), Raw("no"), Raw("!foo bar"), Raw(".inf")])


def environment(r):
    pairs = [(k, r.choice(["1", "${P1}", "http://localhost:${P1:-80}/", "a=b", "", "x y", "$$5", "${U1:-d:e}"]))
             for k in r.sample(["A", "B", "C", "PORT", "URL"], r.randint(1, 3))]
    if r.random() < 0.5:
        return {k: (v if r.random() < 0.85 else r.choice([Raw(""), Raw("5"), Raw("true"), Raw("1.5"), Raw("~")])) for k, v in pairs}
    return [f"{k}={v}" if r.random() < 0.9 else k for k, v in pairs]


def service(r, name_, others):
    s = {"image": r.choice(["x", "nginx:1.25", "img:${TAG:-latest}", "a/b:${N}"])}
    if r.random() < 0.75:
        s["ports"] = ports(r)
    if r.random() < 0.4:
        s["container_name"] = name(r, name_)
    if r.random() < 0.4:
        s["environment"] = environment(r)
    if r.random() < 0.15:
        s["profiles"] = r.choice([["p"], ["q"], ["p", "q"], ["${PROF:-p}"], [], ["*"], [""], [r.choice(["p", "dev"])]])
    if r.random() < 0.1:
        s["network_mode"] = r.choice(["host", "none", "bridge", "host"])
    elif r.random() < 0.2:
        s["networks"] = r.choice([["n1"], {"n1": Raw("")}, {"n1": {"aliases": ["al"]}}, ["default", "n1"]])
    if r.random() < 0.2:
        s["volumes"] = [r.choice(["v1:/data", "${VOL:-v1}:/data", "v:/one", "/x", "~/h:/h", "../up:/u", "v1:/d:ro", "./x:/x", "/abs:/abs", {"type": "volume", "source": "v1", "target": "/t"}])]
    if r.random() < 0.1:
        s["expose"] = r.choice([["80", 81], ["${P1}"], [Raw("80")]])
    if r.random() < 0.08:
        s["scale"] = r.choice([1, 2, "${U1:-1}", "2", 0])
    if r.random() < 0.08:
        s["deploy"] = {"replicas": r.choice([1, 2, "${U1:-3}"] + (["x", Raw("1.5"), Raw("true")] if r.nasty else []))}
    if r.random() < 0.1:
        s["labels"] = r.choice([{"l": "${P1}"}, ["l=${N}"], {"l": Raw("1")}, {"l": Raw("${N}")}])
    if r.random() < 0.1:
        s["command"] = r.choice(["run --port ${P1:-80}", ["a", "b"], Raw("~"), "echo $$HOME"])
    if r.random() < 0.07:
        s["restart"] = r.choice(["always", Raw("no"), "unless-stopped", Raw("on")])
    if r.random() < 0.05:
        s["x-" + r.choice("ab")] = r.choice(["v", ["${U1}"], {"k": Raw("1")}])
    if others and r.random() < 0.15:
        s["depends_on"] = r.choice([[r.choice(others)], {r.choice(others): {"condition": "service_started"}}])
    if bad(r, 0.06):
        s.update(r.choice([{"tty": Raw("yes")}, {"init": "${T:-true}"}, {"privileged": "nope"}, {"hostname": Raw("5")}, {"healthcheck": {"retries": "x"}},
                           {"user": Raw("1000")}, {"mem_limit": Raw("1.5")}, {"cpus": "0.5"}, {"dns": "1.1.1.1"}, {"build": Raw("5")},
                           {"security_opt": ["a", "a"]}, {"logging": {"driver": Raw("5")}}, {"ulimits": {"nofile": "x"}}, {"env_file": "none.env"},
                           {"oom_score_adj": 2000}, {"read_only": "${RO:-false}"}, {"stop_grace_period": Raw("5")}, {"tmpfs": [Raw("1")]}]))
    if bad(r, 0.02):
        return r.choice([Raw(""), Raw("~"), [], "x"])
    items = list(s.items())
    r.shuffle(items)
    return dict(items)


def anchored(r, model, extra):
    """Adds x- fields with anchors, and merges or aliases of them."""
    model_x = {}
    services = [s for s in model["services"].values() if isinstance(s, dict)]
    if not services:
        return model
    if r.random() < 0.5:
        common = r.choice([{"restart": "always"}, {"ports": ["7000:70"]}, {"environment": {"Z": "1"}}, {"profiles": ["p"]}, {"ports": [short_port(r)]}])
        model_x["x-c"] = Tagged("&c", common)
        if r.random() < 0.3:
            model_x["x-d"] = Tagged("&d", r.choice([{"ports": ["7100:71"]}, {"<<": Raw("*c"), "labels": {"m": "1"}}, {"restart": Raw("no")}]))
        for s in r.sample(services, r.randint(1, len(services))):
            s["<<"] = r.choice([Raw("*c")] * 4 + [Raw("[*c, *d]") if "x-d" in model_x else Raw("[*c]"), Raw("{ports: ['7200:72']}")] +
                               ([Raw("~"), Raw("5"), Raw("*nope")] if bad(r, 0.2) else []))
    elif r.random() < 0.6:
        model_x["x-ports"] = Tagged("&p", [short_port(r), short_port(r)])
        for s in r.sample(services, r.randint(1, len(services))):
            s["ports"] = Raw("*p")
    else:
        model_x["x-n"] = Tagged("&n", r.choice(["8088:80", "${P1:-8088}:80"]))
        for s in services:
            if isinstance(s.get("ports"), list):
                s["ports"].append(Raw("*n"))
    model_x.update(model)
    return model_x


def extended(r, model, files):
    names = [k for k, s in model["services"].items() if isinstance(s, dict)]
    if len(names) < 1:
        return
    child = r.choice(names)
    if r.random() < 0.5 and len(names) > 1:
        base = r.choice([n for n in names if n != child] + ([child, "zz"] if bad(r, 0.2) else []))
        model["services"][child]["extends"] = r.choice([base, {"service": base}])
        if bad(r, 0.15) and base in model["services"]:
            model["services"][base]["extends"] = r.choice([child, {"service": child}])
    else:
        path = r.choice(["base.yaml", "sub/base.yaml"])
        inner = {"services": {"base": service(r, "base", []), child: service(r, child, [])}}
        for s in inner["services"].values():
            if isinstance(s, dict):
                for k in ("depends_on", "networks", "volumes"):
                    s.pop(k, None)
        if r.random() < 0.2 and isinstance(inner["services"]["base"], dict):
            inner["services"]["base"]["extends"] = r.choice([{"service": child}, child, {"file": "deep.yaml", "service": "d"}])
            files[os.path.join(os.path.dirname(path), "deep.yaml")] = document(r, {"services": {"d": {"image": "d", "ports": [short_port(r)]}}})
        files[path] = document(r, inner)
        files.setdefault("sub/.env", "P1=1111\nN=sub\n")
        model["services"][child]["extends"] = {"file": "nope.yaml" if bad(r, 0.05) else path, "service": r.choice(["base", "base", child])}
    if r.random() < 0.2:
        model["services"][child]["ports"] = Tagged(r.choice(["!override", "!reset"]), ["6100:61"])


def override(r, model):
    over = {"services": {}}
    for n, s in model["services"].items():
        if r.random() < 0.6 and isinstance(s, dict):
            fresh = service(r, n, [])
            o = {k: v for k, v in (fresh.items() if isinstance(fresh, dict) else ()) if r.random() < 0.5 and k not in ("depends_on", "networks", "volumes", "network_mode", "scale", "deploy")}
            for k in list(o):
                if r.random() < 0.15 and k in ("ports", "container_name", "environment", "profiles", "labels"):
                    o[k] = Tagged(r.choice(["!reset", "!override"]), o[k]) if not isinstance(o[k], Raw) else Raw(("!reset " if r.random() < 0.5 else "!override ") + o[k].lstrip("!fostr "))
                elif r.random() < 0.05:
                    o[k] = Raw("")
            over["services"][n] = o if o else r.choice([{}, Raw("")])
    if r.random() < 0.3:
        over["services"]["extra"] = {"image": "e", "ports": ports(r)}
    if r.random() < 0.1:
        over["name"] = r.choice(["Over", "over_2", ""])
    return over


def dot_env(r):
    lines = []
    for k, vs in (("P1", ["8081", "'8081'", '"8081"', "8081 # c", " 8081", "${P2:-1}"]), ("P2", ["9091", "9091", "", "0"]), ("N", ["web", "'my web'", "My_Web", '"we$$b"']),
                  ("E", [""]), ("R", ["8000-8002"]), ("M", ["8082:82", "8082:82/udp"]), ("IP", ["127.0.0.1", "10.1.2.3"])):
        if r.random() < 0.85:
            lines.append(r.choice(["", "", "", "export "]) + k + "=" + r.choice(vs))
    if r.random() < 0.08:
        lines.append("COMPOSE_PROJECT_NAME=" + r.choice(["proj9", "a_b", "", "proj-1"] + (["Bad", "x.y", "${N:-nn}"] if r.nasty else [])))
    if r.random() < 0.1:
        lines.append("COMPOSE_PROFILES=" + r.choice(["p", "p,q", " q ", "*", "", "none"]))
    if r.random() < 0.03:
        lines.append("COMPOSE_FILE=" + r.choice(["compose.yaml", "compose.yaml:compose.override.yaml"]))
    r.shuffle(lines)
    return r.choice(["\n", "\n", "\n", "\r\n"]).join(lines) + "\n"


def included(r, model, files):
    path = r.choice(["inc.yaml", "sub/inc.yaml"])
    inner = {"services": {"inc": service(r, "inc", [])}}
    if isinstance(inner["services"]["inc"], dict):
        for k in ("depends_on", "networks", "volumes"):
            inner["services"]["inc"].pop(k, None)
    if r.random() < 0.2:
        inner["name"] = "inner"
    if r.random() < 0.2:
        inner["volumes"] = {"iv": Raw("")}
        if isinstance(inner["services"]["inc"], dict):
            inner["services"]["inc"]["volumes"] = ["iv:/iv"]
    files[path] = document(r, inner)
    if r.random() < 0.5:
        files.setdefault("sub/.env", "P1=1111\nP2=2222\nN=sub\nU1=7777\n")
    if r.random() < 0.25:
        deep = r.choice(["deep/in.yaml", "in2.yaml"])
        inner["include"] = [deep]
        dir_ = "" if False else os.path.dirname(path)
        files[os.path.join(dir_, deep)] = document(r, {"services": {"deep": {"image": "x", "ports": [short_port(r)], "container_name": "deep-${N:-none}-${U1:-u}"}}})
        files[os.path.join(dir_, "deep/.env")] = "U1=fromdeep\nN=dd\n"
        files[path] = document(r, inner)
    entry = r.choice([path, {"path": path}, {"path": [path]}, {"path": path, "project_directory": "."} if "include" not in inner else path, {"path": path, "env_file": "inc.env"}])
    if isinstance(entry, dict) and "env_file" in entry and not bad(r, 0.2):
        files["inc.env"] = "U1=6666\nP1=5555\n"
    model["include"] = [entry] if not bad(r, 0.2) else r.choice([path, Raw(""), [path, path]])


def project(r):
    """{path: text} of one project."""
    r.nasty = r.random() < 0.3
    files = {}
    names = r.sample(["a", "b", "web", "db-1", "Api"], r.choice([1, 1, 2, 2, 3]))
    model = {}
    if r.random() < 0.2:
        model["name"] = r.choice(["proj", "My Proj", "a.b", "${N:-nm}", "n_${P1:-1}", Raw("yes"), "_x", ""] + (["${U1}", Raw("123")] if r.nasty else []))
    if r.random() < 0.1:
        model["version"] = r.choice(["3.8", "2"] + ([Raw("3")] if r.nasty else []))
    model["services"] = {}
    for i, n in enumerate(names):
        model["services"][n] = service(r, n, names[:i])
    used = json.dumps(model, default=lambda x: x.value)
    if "v1" in used:
        model["volumes"] = {"v1": r.choice([Raw(""), {}, {"name": "vol_${N:-x}"}, {"name": "${COMPOSE_PROJECT_NAME}-data"}, {"labels": {"a": "b"}}, {"driver": "local", "external": Raw("false")}, {"external": {"name": "old"}}, {"external": Raw("true")}, {"external": "${T:-true}", "name": "ext"}, {"name": "fixed"}])}
    if "n1" in used:
        model["networks"] = {"n1": r.choice([Raw(""), {"name": "net_${N:-x}"}, {"external": Raw("true")}, {"driver": "bridge"}])}
    if r.random() < 0.1:
        model.setdefault("networks", {})["default"] = r.choice([{"name": "net_d"}, {"name": "${N:-d}_net"}, {}, {"external": Raw("true"), "name": "outer"}])
    if r.random() < 0.1:
        model.setdefault("volumes", {})["Unused.v"] = Raw("")
    if r.random() < 0.25:
        model = anchored(r, model, files)
    if r.random() < 0.2:
        extended(r, model, files)
    if r.random() < 0.12:
        included(r, model, files)
    base = r.choice(["compose.yaml", "compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"])
    text = document(r, model)
    if r.random() < 0.08:
        text += "---\n" + document(r, override(r, model))
    if r.random() < 0.03:
        text = r.choice(["\ufeff", "---\n", "%YAML 1.1\n---\n", "# c\n"]) + text
    files[base] = text
    if r.random() < 0.2:
        files[r.choice(["compose.override.yaml", "compose.override.yml", "docker-compose.override.yml"])] = document(r, override(r, model))
    if r.random() < 0.75:
        files[".env"] = dot_env(r)
    if r.random() < 0.06:
        files[base] = files[base].replace("\n", "\r\n")
    elif r.random() < 0.03:
        files[base] = files[base].rstrip("\n")
    return files


# --- asking and comparing ------------------------------------------------------------------------------------------

def lay(root, files):
    for path, text in files.items():
        p = os.path.join(root, path)
        os.makedirs(os.path.dirname(p), exist_ok=True)
        with open(p, "wb") as f:
            f.write(text.encode())


def ask(compose, folder):
    p = subprocess.run([compose, "config", "--format", "json", "--no-path-resolution"], cwd=folder, env=ENV, capture_output=True, timeout=60)
    if p.returncode:
        return {"ok": False, "error": p.stderr.decode("utf-8", "replace").strip()[-400:]}
    doc = json.loads(p.stdout)
    services = {}
    for n, v in (doc.get("services") or {}).items():
        services[n] = {"container_name": v.get("container_name"),
                       "ports": [[x.get("host_ip", ""), str(x.get("published", "")), x.get("target"), x.get("protocol", "tcp")] for x in v.get("ports") or []]}
    real = lambda kind: sorted(unescape(v.get("name", k)) for k, v in (doc.get(kind) or {}).items())
    return {"ok": True, "name": doc.get("name"), "services": services, "volumes": real("volumes"), "networks": real("networks")}


def unescape(s):
    return s.replace("$$", "$") if isinstance(s, str) else s


def disagreement(rows, answer):
    if not rows:
        return "scan did not find the app"
    problems = [r["value"] or r["detail"] for r in rows if r["record"] == "problem"]
    if not answer["ok"]:
        if problems or NEWER_TAKES.search(answer["error"]) or ELSEWHERE.search(answer["error"]):
            return None
        return "accepted; Compose: " + answer["error"].replace("\n", " ")
    if problems:
        if all(NEWER_REFUSES.search(p) for p in problems):
            return None
        return "refused: " + next(p for p in problems if not NEWER_REFUSES.search(p))
    services = answer["services"]
    fixed = lambda p: "" if p in ("", "0") else p
    want = sorted((n, unescape(ip), fixed(unescape(pub)), str(t or ""), unescape(pr)) for n, v in services.items() for ip, pub, t, pr in v["ports"])
    off = lambda r: r["profile"] and r["service"] not in services
    got = sorted((r["service"], r["host_ip"], fixed(r["host_port"]), "" if r["container_port"] == "0" else r["container_port"], r["protocol"])
                 for r in rows if r["record"] == "port" and not off(r))
    if want != got:
        return f"ports: Compose {[x for x in want if x not in got] or want}, scan {[x for x in got if x not in want] or got}"
    want = sorted((n, unescape(v["container_name"])) for n, v in services.items() if v["container_name"])
    got = sorted((r["service"], r["value"]) for r in rows if r["record"] == "name" and not off(r))
    if want != got:
        return f"names: Compose {want}, scan {got}"
    project_name = [r["value"] for r in rows if r["record"] == "project"]
    if project_name != [answer["name"]]:
        return f"project: Compose {answer['name']!r}, scan {project_name}"
    for kind in ("volume", "network"):
        got = sorted({r["value"] for r in rows if r["record"] == kind})
        if got != sorted(set(answer[kind + "s"])):
            return f"{kind}s: Compose {answer[kind + 's']}, scan {got}"
    return None


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--compose", required=True)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--count", type=int, default=1000)
    p.add_argument("--only", type=int)
    p.add_argument("--keep")
    p.add_argument("-v", action="store_true")
    o = p.parse_args()
    root = o.keep or tempfile.mkdtemp(prefix="random_projects")
    numbers = [o.only] if o.only is not None else range(o.count)
    made = {}
    try:
        for i in numbers:
            made[f"{i:06d}/proj"] = files = project(random.Random(f"{o.seed}.{i}"))
            lay(os.path.join(root, f"{i:06d}/proj"), files)
        rows = findings.scan(root)
        with ThreadPoolExecutor(2) as pool:
            answers = pool.map(lambda app: ask(o.compose, os.path.join(root, app)), made)
            good = refused = 0
            for app, answer in zip(made, answers):
                refused += not answer["ok"]
                why = disagreement(rows.get(app, []), answer)
                good += why is None
                if why:
                    print(f"{app.split('/')[0]}: {why}")
                    if o.v:
                        for path, text in made[app].items():
                            print(f"--- {path}\n{text}")
    finally:
        if not o.keep:
            shutil.rmtree(root)
    print(f"{refused} refused by Compose")
    print(f"{good} of {len(made)} random projects agree (seed {o.seed})")
    return good != len(made)


if __name__ == "__main__":
    sys.exit(main())
