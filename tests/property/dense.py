"""Random fleets of few short apps that want the same ports and names, so that much has to be decided in each; and what is asked of
plan over them. recorded.py keeps some of them. Each is a list of (path, bytes or the target of a link) and one of steps."""
# SPDX-License-Identifier: MIT
import os, re, shlex, tempfile

from fleet import Fleet

STACKS = ["a", "b", "c", "x/a", "x/b", "Shop", "shop", "a/in"]
LAYOUT = ["m/app1", "m/app2", "m/app7", "m.x/app1", "n_1/app1", "dev/m/app1", "M/app2"]
NUMBERS = [8080, 8080, 8080, 8081, 8082, 8090, 80, 443, 53, 5001, 5003, 8001, 8003, 6000]
IPS = [""] * 7 + ["127.0.0.1:", "127.0.0.1:", "10.0.0.1:", "0.0.0.0:", "[::1]:", "[::]:"]
NAMES = ["web", "web", "db", "a-web-1", "shop", "${NAME:-web}", "$COMPOSE_PROJECT_NAME-x", "${PROJECT_NAME:-app}_web", "web-${PORT:-8080}"]
IMAGES = ["x"] * 8 + ["traefik:3", "pihole/pihole", "shop/api:${TAG:-1}", "x:${PORT:-8080}"]
OPTIONS = ["--pairs all", "--renumber", "--keep", "--adopt", "--keep-project-names", "--overrides", "--overrides", "--make-env", "--leave-examples",
           "--container-port follow", "--bind 127.0.0.1", "--bind 10.0.0.1", "--reserve 8080-8081", "--reserve 5001", "--range 8000-9000",
           "--priority ../priority", "--priority ../priority", "--accept ../accept", "--accept ../accept", "--rewrite-mentions", "--only 'm/*'", "--only a",
           "--step 1", "--base-backend 8080", "--allow-bad-ports", "--range 5000-8082"]


class Dense:
    def __init__(self, rng):
        self.rng, self.files, self.apps, self.options = rng, [], [], []

    def one(self, items):
        return items[int(self.rng.random() * len(items))]

    def chance(self, p):
        return self.rng.random() < p

    def number(self):
        return self.one(NUMBERS)

    def write(self, path, text):
        self.files.append((path, text.encode()))

    # --- one service ---

    def host(self, p):
        """What a port P is made of."""
        key = self.one(["PORT", "PORT", "WEB_PORT", "OTHER"])
        if self.chance(0.4):
            self.env.setdefault(key, self.one([str(p), str(p), "", "${BASE}", str(self.number())]))
        form = self.one(["${%s:-%d}"] * 5 + ["${%s-%d}", "$%s", "${%s:?no}", "${%s:+%d}", "${%s:-${OTHER:-%d}}"])
        if form in ("$%s", "${%s:?no}", "${%s:+%d}"):
            self.env[key] = self.env.get(key) or str(p)
        if "${BASE}" in self.env.get(key, ""):
            self.env.setdefault("BASE", str(p))
        return form % ((key, p)[:form.count("%")])

    def mapping(self):
        p, ip = self.number(), self.one(IPS)
        inside = self.one([80, 80, 80, 443, p])
        kind = self.rng.random()
        if kind < 0.3:
            return '"%s%d:%d%s"' % (ip, p, inside, self.one(["", "", "", "/udp"]))
        if kind < 0.6:
            return '"%s%s:%d%s"' % (ip, self.host(p), inside, self.one(["", "", "", "/udp"]))
        if kind < 0.7:
            n = self.one([1, 1, 2, 4])
            return '"%s%d-%d:90-%d"' % (ip, p, p + n, 90 + n)
        if kind < 0.74:
            return '"%s%d-%d:90"' % (ip, p, p + self.one([1, 2, 5]))
        if kind < 0.84:
            return '{target: %d, published: "%s"%s}' % (inside, self.one([str(p), self.host(p)]), self.one(["", "", ", protocol: udp", ", host_ip: 127.0.0.1"]))
        if kind < 0.88:
            return '"%d:53/tcp", "%d:53/udp"' % (p, p)
        if kind < 0.91:
            return '"${MAP:-%d:80}"' % p
        if kind < 0.94:
            return '"${AT:-127.0.0.1}:%d:80"' % p
        if kind < 0.96:
            return '"${PORT:-%d}:${PORT:-%d}"' % (p, p)
        if kind < 0.98:
            return '"${RANGE:-%d-%d}:90-91"' % (p, p + 1)
        return '"0.0.0.0:%d:80", "[::]:%d:80"' % (p, p)

    def address(self):
        host = self.one(["localhost", "localhost", "127.0.0.1", "web", "db", "shop", "host.docker.internal", "10.0.0.1"])
        p = str(self.number()) if self.chance(0.7) else self.host(self.number())
        return self.one(["http://%s:%s", "http://%s:%s/x", "%s:%s", "redis://u:p@%s:%s/0", "${URL:-http://%s:%s}", "%s:%s,localhost:8080"]) % (host, p)

    def anchored(self, name):
        """A service of which a claim is a text that means something else as well."""
        p, host = self.number(), self.host(self.number())
        return self.one([
            "  {name}:\n    image: x\n    container_name: &k {called}\n    hostname: *k\n    ports: ['{p}:80']\n",
            "  {name}:\n    image: x\n    environment: {{PORT: &k \"{p}\"}}\n    ports: [{{target: 80, published: *k}}]\n",
            "  {name}:\n    image: x\n    ports: [{{target: &k {p}, published: *k}}]\n",
            "  {name}:\n    image: x\n    ports: [&k '{p}:80']\n    labels: {{mapping: *k, also: *k}}\n",
            "  {name}:\n    image: x\n    ports: &k ['{p}:80']\n    command: *k\n",
            "  {name}:\n    image: x\n    ports: [{{target: 80, published: &k \"{host}\"}}]\n    environment: {{AT: *k}}\n",
            "  {name}:\n    image: x\n    ports: [{{target: 80, published: &k \"{host}\"}}]\n  more:\n    image: x\n    ports: [{{target: 81, published: *k}}]\n",
        ]).format(name=name, p=p, host=host, called=self.one(["web", "db", "shop"]))

    def documents(self, name):
        return self.one(["", "\n---\nservices:\n  %s:\n    ports: !reset []\n" % name, "\n---\nservices:\n  %s:\n    ports: [%s]\n" % (name, self.mapping())])

    def service(self, app, name, more):
        if self.chance(0.1):
            return self.anchored(name)
        text = "  %s:\n    image: %s\n" % (name, self.one(IMAGES))
        if "shop/api" in text:
            text += "    build: %s\n" % self.one([".", "./api"])
        if self.chance(0.3):
            text += "    container_name: %s\n" % self.one(NAMES)
        if self.chance(0.1):
            text += "    profiles: [%s]\n" % self.one(["one", "two", "one, two"])
        if self.chance(0.06):
            text += self.one(["    scale: 2\n", "    deploy: {replicas: 0}\n", "    network_mode: host\n"])
        if more and self.chance(0.15):
            text += "    extends: {service: %s}\n" % more
        if self.shared and self.chance(0.25):
            text += "    extends: {file: %s, service: base}\n" % self.up(app, "base.yml")
        if self.anchor and more and self.chance(0.7):
            text += "    ports: *p\n"
        else:
            ports = [self.mapping() for _ in range(self.one([0, 1, 1, 1, 2, 3]))]
            if ports and self.anchor and not more:
                text += "    ports: &p [%s]\n" % ", ".join(ports)
            elif ports:
                text += "    ports: [%s]\n" % ", ".join(ports) if self.chance(0.3) else "    ports:\n%s" % "".join(
                    "      - %s\n" % x.replace('", "', '"\n      - "') for x in ports)
            self.anchor = self.anchor and bool(ports or more)
        if self.chance(0.15):
            text += self.one(["    env_file: .env\n", "    env_file: [{path: .env, required: false}]\n"])
            self.env.setdefault("MODE", "fast")
        if self.chance(0.4):
            text += "    environment:\n" + "".join(self.one(["      %s: '%s'\n"]) % (k, self.address()) for k in ["API", "WS"][:self.one([1, 2])])
            text += self.one(["", "", "      PORT:\n", "      NUMBER: ${PORT:-8080}\n", "      PROJECT: ${COMPOSE_PROJECT_NAME}\n"])
        if self.chance(0.08):
            text += "    command: serve --to %s\n" % self.address()
        if self.chance(0.08):
            text += "    labels: {url: '%s'}\n" % self.address()
        if self.chance(0.1):
            text += "    external_links: [%s]\n" % self.one(["web", "db:other"])
        if self.chance(0.2):
            text += "    volumes: [data:/d]\n"
        if self.net and self.chance(0.5):
            text += self.one(["    networks: [default, front]\n", "    networks: {front: {ipv4_address: 10.9.0.%d}}\n" % self.one([2, 3]), "    networks: {front: {aliases: [api]}}\n"])
        return text

    def up(self, app, name):
        return "../" * (app.count("/") + 1) + name

    # --- one app ---

    def tail(self):
        text = "volumes:\n  data:%s\n" % self.one(["", "", " {name: shop_data}", " {name: '${NAME:-a}_data'}", " {external: true, name: a_data}"])
        if self.net:
            text += "networks:\n  front:%s\n" % self.one([" {name: front}", " {external: true}", " {name: front, ipam: {config: [{subnet: 10.9.0.0/24}]}}", ""])
        return text

    def dotenv(self, keys):
        return "".join(self.one(["%s=%s\n"] * 6 + ["%s='%s'\n", 'export %s="%s" # set\n', "%s=%s\nZ=1\n"]) % k for k in keys.items())

    def stack(self, app):
        self.env, self.anchor, self.net = {}, self.chance(0.12), self.chance(0.2)
        text = "name: %s\n" % self.one(["shop", "a", "${STACK:-shop}"]) if self.chance(0.2) else "\n"
        if self.shared and self.chance(0.25):
            text += "include: [%s]\n" % self.up(app, "inc.yml")
        names = self.one([["web"], ["web"], ["web", "db"], ["web", "db"], ["web", "db", "api"], ["frontend", "backend"]])
        text += "services:\n" + "".join(self.service(app, x, names[0] if i else "") for i, x in enumerate(names))
        self.lay_out(app, text + self.tail(), names)

    def generated(self, app):
        self.env, self.anchor, self.net = {}, False, False
        back, front = self.one([5001, 5003, 5001, 5005, 8001, 8080]), self.one([8001, 8003, 8001, 8080, 5003])
        if self.chance(0.9):
            self.env = dict([x for x in [("PROJECT_NAME", "app"), ("BACKEND_PORT", str(back)), ("FRONTEND_PORT", str(front)),
                                         ("CORS", "http://localhost:%d" % front)] if self.chance(0.85)])
        text = "services:\n  backend:\n    image: %s\n%s    ports: [%s]\n" % (
            self.one(IMAGES[:8] + ["shop/api:${TAG:-1}\n    build: ."]), self.one(["", "    container_name: ${PROJECT_NAME:-app}_backend\n"]),
            self.one(['"${BACKEND_PORT:-5000}:${BACKEND_PORT:-5000}"', '"${BACKEND_PORT:-%d}:5000"' % back, '"127.0.0.1:${BACKEND_PORT:-5001}:5000"', '"%d:5000"' % back]))
        text += "    environment: {CORS: '${CORS:-%s}'%s}\n" % (self.address().replace("${", "$${"), self.one(["", ", PORT: '${BACKEND_PORT:-5000}'"]))
        names = ["backend", "frontend"][:self.one([1, 2, 2, 2])]
        if len(names) > 1:
            text += "  frontend:\n    image: x\n    ports: [%s]\n    environment: {API: 'http://localhost:${BACKEND_PORT:-5000}'}\n" % self.one(
                ['"${FRONTEND_PORT:-8000}:80"', '{target: 80, published: "${FRONTEND_PORT-8000}"}', '"%d:80"' % front])
        if self.chance(0.4):
            text += self.service(app, "db", names[0])
        self.lay_out(app, text + self.tail(), names)

    def lay_out(self, app, text, names):
        if self.chance(0.06):
            self.env["COMPOSE_PROJECT_NAME"] = self.one(["shop", "own"])
        text += self.documents(names[0]) if self.chance(0.15) else ""
        if self.chance(0.1):
            text = text.replace("\nservices:", "\nx-base: &base {image: x, ports: [%s]}\nservices:" % self.mapping(), 1).replace("    image: x\n", "    <<: *base\n", 1) if "\nservices:" in text else text
        if self.chance(0.06):
            self.env["COMPOSE_FILE"] = "compose.yaml:more.yaml"
            self.write(app + "/more.yaml", "services:\n  %s:\n    ports: [%s]\n" % (self.one(names), self.mapping()))
        self.write(app + "/compose.yaml", text)
        if self.chance(0.15):
            self.write(app + "/compose.override.yaml", "services:\n  %s:\n    ports:%s [%s]\n" % (self.one(names), self.one(["", " !override"]), self.mapping()))
        if self.env and self.chance(0.06):
            self.files.append((app + "/.env", self.one(["site.conf", "nowhere", self.up(app, "common.conf")])))
            if "nowhere" not in self.files[-1]:
                path = "common.conf" if "common" in self.files[-1][1] else app + "/site.conf"
                self.files = [f for f in self.files if f[0] != path]
                self.write(path, self.dotenv(self.env))
        elif self.env and self.chance(0.8):
            self.write(app + "/.env", self.dotenv(self.env))
        if self.chance(0.3):
            keys = dict(self.env or {"PORT": "8080"}) if self.chance(0.6) else {"BACKEND_PORT": "{{backend_port}}", "FRONTEND_PORT": "{{frontend_port|8000}}", "PORT": ""}
            self.write(app + "/" + self.one([".env.example", ".env.example", ".env.sample"]), self.dotenv(keys))
        if self.chance(0.15):
            self.write(app + "/README.md", "Open http://localhost:%d/ here.\n" % self.number())
        self.apps.append(app)

    # --- all of them ---

    def fleet(self):
        self.shared = self.chance(0.25)
        if self.shared:
            self.env, self.anchor, self.net = {}, False, False
            for path, name in ("base.yml", "base"), ("inc.yml", "inc"):
                self.write(path, "services:\n  %s:\n    image: x\n%s    ports: [%s]\n" % (
                    name, self.one(["", "    container_name: %s\n" % self.one(NAMES)]), self.mapping()))
        for _ in range(self.one([2, 3, 3, 4, 5])):
            app = self.one(LAYOUT if self.chance(0.45) else STACKS)
            if app not in self.apps:
                self.generated(app) if app in LAYOUT else self.stack(app)

    def asked(self, most):
        mine = [x for x in (self.one(OPTIONS) for _ in range(self.one(range(most + 1))))]
        unlike = {x.split()[0]: x for x in mine}
        if "--renumber" in unlike:
            unlike.pop("--keep", None)
        return " ".join(unlike.values())

    def steps(self):
        steps = [("scan " + self.one(["--mentions --addresses", "--addresses", "--mentions --addresses --host-name web", "--addresses --template"]))]
        for app in self.apps:
            if re.search(r"[^/]/app\d+$", app) and self.chance(0.25):
                n = self.one([5001, 5003, 5007, 8080])
                steps.append("row %s %s %d %d" % (app.split("/")[-2].replace(" ", "_"), app.rsplit("app", 1)[1], n, n + self.one([3000, 3000, 3000, 2])))
        used, unused = set(), []
        for s in steps:
            if s.startswith("row") and (used & set(s.split()[3:]) or s.rsplit(" ", 2)[0] in used):
                unused.append(s)
            used |= {*s.split()[3:], s.rsplit(" ", 2)[0]} if s.startswith("row") else set()
        steps = [s for s in steps if s not in unused]
        first = self.asked(2)
        steps += ["plan " + first, "ask " + (self.asked(2) or "--renumber"), "ask " + (self.asked(3) or "--pairs all"), "apply"]
        for _ in range(self.one([0, 1, 1, 2])):
            app = self.one(self.apps)
            said = shlex.quote(app)
            steps += [self.one(["remove %s", "move %%s %s" % self.one(["y/z", "k/app1", "x/moved"])]) % said]
            self.apps = [x for x in self.apps if x != app and not x.startswith(app + "/")]
            if not self.apps:
                break
        there = [x for x, text in self.files for app in self.apps if x.startswith(app + "/") and isinstance(text, bytes)]
        if there and self.chance(0.6):
            steps.append("set %s %d %d" % (shlex.quote(self.one(there)), self.number(), self.number()))
        steps += ["plan " + self.one([first, first, self.asked(2)]), "ask " + self.one(["--prune", "--release m/app1", "--new m/app3", "--new z/app1 --format env", "--adopt", "--moved fleet/a=fleet/y/z"])]
        return [(s.strip(), "") for s in steps]


def wide(d, rng):
    """A fleet of fleet.py, where it is a short one."""
    with tempfile.TemporaryDirectory() as root:
        made = Fleet(rng, root, small=True)
        for folder, _, names in os.walk(root):
            for name in names:
                path = os.path.join(folder, name)
                if os.path.islink(path):
                    d.files.append((os.path.relpath(path, root), os.readlink(path)))
                    continue
                with open(path, "rb") as f:
                    d.files.append((os.path.relpath(path, root), f.read()))
    d.files.sort(key=lambda f: f[0])
    d.apps = made.apps
    return sum(len(f[1]) for f in d.files) < 4000 and not any("\n" in f[0] or "'" in f[0] for f in d.files) and made.scan_args + ["--addresses"]


def fleet(rng):
    d, scanned = Dense(rng), None
    while rng.random() < 0.3 and not scanned:
        d = Dense(rng)
        scanned = wide(d, rng)
    if not scanned:
        d = Dense(rng)
        d.fleet()
    d.write("../priority", "%s\n" % d.one(d.apps))
    d.write("../accept", "%s %s%s\n" % (shlex.quote(d.one(d.apps)), shlex.quote(d.one(d.apps)), d.one(["", "", " 8080/tcp"])))
    files, steps = d.files, d.steps()
    if scanned:
        steps = [("scan " + shlex.join(scanned), ""), *steps[1:]]
    used = " ".join(s for s, _ in steps)
    return [f for f in files if not f[0].startswith("../") or f[0] in used], steps
