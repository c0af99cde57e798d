"""A random fleet of every kind of app that people have: generated ones in the layout, stacks of a dozen services, checkouts of
one repository, apps inside apps, shared base files. What each fleet has is counted, so that a run says what it has seen."""
# SPDX-License-Identifier: MIT
import collections, os, re

from beside import Beside
from texts import EXAMPLES, Texts

PORTS = [22, 53, 80, 443, 1883, 3000, 3001, 5000, 5001, 5003, 5060, 5432, 5433, 6000, 6379, 8000, 8001, 8003, 8080, 8081, 9000, 9001]
IPS = [""] * 8 + ["127.0.0.1:", "127.0.0.1:", "0.0.0.0:", "192.168.7.1:", "192.168.7.2:", "[::1]:", "[::]:", "[fd00::7]:"]
FOLDERS = ["web", "db", "app1", "Shop", "shop", "shop_", "shop.", "mon.x", "cache", "My App", "été", "a'b", "x,y", "-dash", '"q"', "#h", "a$b",
           "UPPER", "_low", "a b  c", "new\nline", "web/inner", "web/inner/deep", "Shop/sub"]
MODELS = ["alpha_1", "alpha.1", "Beta", "beta", "x-y", "x_y", "openai_gpt-5-mini-2025-08-07", "M 1"]
COMPOSE = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"]
OVERRIDE = ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"]


class Fleet(Texts, Beside):
    """A random fleet below `root`. `apps` are the folders, `saw` counts features."""

    PORTS = PORTS

    def __init__(self, rng, root, small=False):
        self.rng, self.root, self.apps, self.saw = rng, root, [], collections.Counter()
        os.makedirs(root, exist_ok=True)
        self.begin_beside()
        self.has_base = rng.random() < 0.3
        if self.has_base:
            number = rng.choice(PORTS)
            for path, service in ("base.yml", "base"), ("inc.yml", "shared"):
                name = "    container_name: %s_one\n" % service if self.chance(0.5, "container_name in a shared file") else ""
                port = rng.choice(['"%d:80"', '"%d:80"', '"127.0.0.1:%d:80/udp"', '"${BASE_PORT:-%d}:80"', '"${BASE_PORT:-%d}:80"',
                                   '{target: 80, published: %d, mode: host, name: page}']) % number
                more = rng.choice(["", "", '\n      - "%d-%d:90-91"' % (number + 10, number + 11), '\n      - "8000-8400:70"', '\n      - "70"'])
                self.write(path, self.bytes_of("services:\n  %s:\n    image: x\n%s    ports:\n      - %s%s\n" % (service, name, port, more)))
        models = rng.sample(MODELS, rng.randint(1, 4))
        for _ in range(rng.randint(1, 4 if small else 8)):
            kind = rng.random()
            if kind < 0.45:
                self.generated(os.path.join(rng.choice(["", "gen/", "dev/"]), rng.choice(models), "app%d" % rng.choice([1, 1, 2, 3, 7, 12])))
            elif kind < 0.9:
                self.stack(rng.choice(["stacks/", "", "b/"]) + rng.choice(FOLDERS))
            else:
                self.checkouts(rng.choice(["repo", "Site"]))
        self.folders_beside()

    # --- writing ---

    def write(self, path, data):
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(data)

    def chance(self, p, feature):
        """True in P of all cases, which is then noted as FEATURE."""
        if self.rng.random() >= p:
            return False
        self.saw[feature] += 1
        return True

    def bytes_of(self, text):
        if self.chance(0.15, "CRLF"):
            text = text.replace("\n", "\r\n")
        if self.chance(0.15, "no final newline"):
            text = text.rstrip("\r\n")
        if self.chance(0.05, "BOM"):
            text = "\ufeff" + text
        return text.encode()

    def env(self, path, keys):
        """Writes an .env of KEYS; a value None is an empty one."""
        rng, lines = self.rng, []
        for k, v in keys:
            form = rng.random()
            if rng.random() < 0.15:
                lines.append("# about %s %s" % (k, v))
            if v is None:
                self.saw["empty KEY="] += 1
                lines.append(k + "=")
            elif form < 0.55:
                lines.append("%s=%s" % (k, v))
            elif form < 0.7:
                lines.append('%s="%s"' % (k, v))
            elif form < 0.78:
                lines.append("%s='%s' # note" % (k, v))
            elif form < 0.86:
                lines.append("export %s=%s   " % (k, v))
            elif form < 0.92:
                lines.append("%s: %s" % (k, v))
            else:
                self.saw["key set twice"] += 1
                lines.append("%s=%s" % (k, v))
                lines.insert(rng.randint(0, len(lines) - 1), "%s=%s" % (k, rng.choice(["", "1", v])))
        lines.append("SECRET=s3cr3t")
        if self.chance(0.1, "multi-line value"):
            lines.append('PEM="a\nPORT=1\nb"')
        self.write(path, self.bytes_of("\n".join(lines) + "\n"))

    # --- an app in the layout ---

    def generated(self, folder):
        rng = self.rng
        if folder in self.apps:
            return
        self.apps.append(folder)
        self.saw["app in the layout"] += 1
        n = int(folder.rsplit("app", 1)[1])
        back, front = 5001 + 2 * n, 8001 + 2 * n
        literal = self.chance(0.1, "pair of literals")
        b = str(back) if literal else rng.choice(["${BACKEND_PORT:-5000}", "${BACKEND_PORT:-5000}", "$BACKEND_PORT", "${BACKEND_PORT:?set it}"])
        f = str(front) if literal else rng.choice(["${FRONTEND_PORT:-8000}", "${FRONTEND_PORT-8000}"])
        needs = b.startswith("$B") or ":?" in b
        has_env = rng.random() < 0.7 or needs
        text = "services:\n  backend:\n    image: x\n    container_name: ${PROJECT_NAME:-app}_backend\n    ports:\n"
        text += "      - \"%s:${FLASK_RUN_PORT:-5000}\"\n    environment:\n" % b
        text += "      - FLASK_RUN_PORT=${FLASK_RUN_PORT:-5000}\n      - CORS_ORIGINS=${CORS_ORIGINS:-http://localhost:%d,http://127.0.0.1:%d}\n" % (
            rng.choice([front, 8000]), front)
        if not literal and self.chance(0.15, "variable used in the environment"):
            text += "      - PORT=${BACKEND_PORT:-5000}\n"
        if has_env and self.chance(0.15, "env_file in the layout"):
            text += "    env_file: .env\n"
        text += "    healthcheck:\n      test: curl http://localhost:5000\n"
        text += "  frontend:\n    image: x\n    container_name: %s\n    ports:\n      - %s\n" % (
            rng.choice(["${PROJECT_NAME:-app}_frontend", "${PROJECT_NAME:-app}_frontend", "myapp_frontend"]),
            rng.choice(['"%s:80"', '"%s:80"', '{published: "%s", target: 80}']) % f)
        odd = []        # keys of the example alone
        if not literal:
            text += "    environment:\n      - VITE_BACKEND_URL=http://localhost:${BACKEND_PORT:-%d}\n" % self.other_default(5000)
        if self.chance(0.3, "a third service"):
            text += "  db:\n    image: x\n    ports: [\"%s5432\"]\n" % rng.choice(["5432:", "127.0.0.1:5432:", "${DB_PORT:-5432}:"])
            if self.chance(0.2, "what a value of an example cannot be"):
                place, *values = rng.choice([
                    ("    deploy: {replicas: '${WORKERS:-1}'}\n", "1", "<how many>", "many"), ("    mem_limit: ${WORKERS:-64m}\n", "1g", "a lot"),
                    ("    command: ${WORKERS:-serve}\n", "run", "run 'it"), ("    environment: ['W=${WORKERS:-1}']\n", "<how many>")])
                text += place
                odd.append(("WORKERS", rng.choice(values)))
            text += "    volumes: [data:/d]\nvolumes:\n  data:%s\n" % rng.choice(
                ["", " {name: '${PROJECT_NAME:-app}-data'}", " {name: '${COMPOSE_PROJECT_NAME}.data'}", " {name: '${STACK:-app1}_data'}"])
        self.write(folder + "/" + rng.choice(COMPOSE), self.bytes_of(text))
        keys = [("PROJECT_NAME", "myapp"), ("BACKEND_PORT", back), ("FRONTEND_PORT", front), ("FLASK_RUN_PORT", back),
                ("CORS_ORIGINS", "http://localhost:%d" % front)]
        keys = [k for k in keys if rng.random() < 0.9 or (needs and k[0] == "BACKEND_PORT")]
        if self.chance(0.2, "COMPOSE_PROJECT_NAME"):
            keys.append(("COMPOSE_PROJECT_NAME", rng.choice(["shared", "x-%d" % n])))
        if rng.random() < 0.1:
            keys.append(("DB_PORT", None))
        if has_env:
            self.env(folder + "/.env", self.left_unfilled(keys))
        if rng.random() < 0.8:
            self.saw[".env.example"] += 1
            if self.chance(0.4, "placeholders in .env.example"):
                keys = [("PROJECT_NAME", "{{project_name|x}}"), ("BACKEND_PORT", "{{backend_port|5000}}"),
                        ("FRONTEND_PORT", "{{FRONTEND_PORT}}"), ("CORS_ORIGINS", "http://localhost:{{frontend_port}}")]
            self.env(folder + "/.env.example", self.left_empty(keys) + odd)
        self.files_beside(folder, [back, front])

    # --- one repository, checked out a few times ---

    def checkouts(self, repo):
        rng = self.rng
        names = rng.sample(["main", "fix-1", "Feature X", "v2.0", "app1"], rng.randint(2, 3))
        state = rng.getstate()
        for branch in names:
            rng.setstate(state)             # the same files in each
            self.saw["checkout of one repository"] += 1
            self.stack("%s/%s/%s" % ("src", repo, branch))

    # --- any other app ---

    def setting(self, app, key, value):
        if key not in dict(app.env):
            app.env.append((key, value))

    def host(self, app, i, p):
        """The host part of a mapping, P or what makes it."""
        rng = self.rng
        key = rng.choice(["PORT", "WEB_PORT", "P%d" % i])
        if self.chance(0.5, "variable set in .env"):
            self.setting(app, key, rng.choice([p, p, None, str(p)]))
        form = rng.random()
        if form < 0.5:
            self.saw["${VAR:-default}"] += 1
            app.said = key, p
            return "${%s:-%d}" % (key, p), key
        if form < 0.58:
            self.saw["${VAR-default}"] += 1
            return "${%s-%d}" % (key, p), key
        if form < 0.68:
            self.saw["$VAR"] += 1
            self.setting(app, key, p)
            return "$" + key, key
        if form < 0.74:
            self.saw["${VAR:?message}"] += 1
            self.setting(app, key, p)
            return "${%s:?set %s}" % (key, key), key
        if form < 0.8:
            self.saw["${VAR:+other}"] += 1
            self.setting(app, key, "on")
            app.switches.add(key)
            return "${%s:+%d}" % (key, p), None
        if form < 0.88:
            self.saw["a default in a default"] += 1
            return "${%s:-${OUTER:-%d}}" % (key, p), key
        if form < 0.94:
            self.saw["port of two parts"] += 1
            return "80${Q:-%02d}" % rng.randint(0, 99), None
        self.saw["value of another variable"] += 1
        self.setting(app, "BASE", p)
        self.setting(app, key + "_X", "${BASE}")
        return "${%s_X:-1}" % key, None

    def port(self, app, i):
        """A mapping, or two, as elements of a list in YAML."""
        rng = self.rng
        p, ip, form = rng.choice(PORTS), rng.choice(IPS), rng.random()
        app.numbers.append(p)
        proto = rng.choice(["", "", "", "/udp", "/tcp", "/UDP"])
        self.saw["address " + ("none" if not ip else "IPv6" if "[" in ip else "IPv4")] += 1
        if "udp" in proto.lower():
            self.saw["udp"] += 1
        if self.chance(0.04, "any port of a range"):
            return ['"%s%d-%d:80%s"' % (ip, p, p + rng.randrange(1, 4), proto)]
        if form < 0.25:
            quote = rng.choice(['"', "'", ""]) if "[" not in ip else '"'
            return ["%s%s%d:80%s%s" % (quote, ip, p, proto, quote)]
        if form < 0.37:
            n = rng.randint(1, 3)
            self.saw["range"] += 1
            return ['"%s%d-%d:90-%d%s"' % (ip, p, p + n, 90 + n, proto)]
        if form < 0.45:
            self.saw["tcp and udp on one number"] += 1
            return ['"%d:53/tcp"' % p, '"%d:53/udp"' % p]
        if form < 0.57:
            self.saw["long syntax"] += 1
            more = rng.choice(["", "", ", mode: host", ', host_ip: "%s"' % (ip.strip("[]:") or "0.0.0.0"), ", app_protocol: http"])
            return ['{target: 80, published: %s, protocol: %s%s}' % (rng.choice(["%d", '"%d"']) % p, rng.choice(["tcp", "udp"]), more)]
        if form < 0.6:
            self.saw["long syntax, a range"] += 1
            return ['{target: 80, published: "%d-%d"}' % (p, p + 4)]
        if form < 0.63:
            self.saw["Docker picks the port"] += 1
            return [rng.choice(['"%d"' % p, '"127.0.0.1::80"', str(p)])]
        if form < 0.67:
            self.saw["any port of a range"] += 1
            return ['"%d-%d:80"' % (p, p + 9)]
        if form < 0.7:
            self.saw["whole mapping in a variable"] += 1
            return ['"${MAP%d:-%d:80}"' % (i, p)]
        if form < 0.73:
            self.saw["address in a variable"] += 1
            return ['"${BIND:-127.0.0.1}:%d:80"' % p, '"${AT%d:-127.0.0.1:%d}:80"' % (i, p)][self.rng.random() < 0.5:][:1]
        host, key = self.host(app, i, p)
        if key and self.chance(0.15, "${PORT}:${PORT}"):
            return ['"%s%s:%s"' % (ip, host, host)]
        if key and self.chance(0.1, "variable in an image tag"):
            app.image = "x:$" + key if key in dict(app.env) else "x:${%s:-%d}" % (key, p)
        if self.chance(0.15, "long syntax, a variable"):
            return ['{published: "%s", target: 80}' % host]
        return ['"%s%s:80%s"' % (ip, host, proto)]

    def ports(self, app, i, count):
        found = [x for _ in range(count) for x in self.port(app, i)]
        # Compose drops what it reads as the same mapping twice, and the one that is left is all that scan can tell
        return list({x.lower().strip("\"'").replace("/tcp", "").replace("0.0.0.0:", ""): x for x in found}.values())

    def list_of(self, ports, indent, anchor=""):
        if not ports:
            return anchor + " []\n"
        if self.chance(0.2, "flow list"):
            return anchor + " [" + ", ".join(ports) + "]\n"
        return anchor + "\n" + "".join("%s- %s\n" % (indent, x) for x in ports)

    def service(self, app, i, names):
        """The lines of service I."""
        rng, name = self.rng, names[i]
        text = "  %s:\n" % name
        if self.chance(0.08, "text that is a claim and more, by an anchor"):
            return self.anchored(i, name)
        if app.merge and self.chance(0.5, "<<: *base"):
            text += "    <<: %s\n" % rng.choice(["*base", "[*base]"])
        image = "    image: x\n"
        if self.chance(0.2, "container_name"):
            called = rng.choice(["web", "db", "'cache'", "${NAME:-web}", "%s" % name, "$COMPOSE_PROJECT_NAME-x%d" % i])
            text += "    container_name: %s\n" % called
            app.called += [called.strip("'")] if "$" not in called else []
        if self.chance(0.15, "profiles"):
            text += "    profiles: [%s]\n" % rng.choice(["gpu", "cpu", "gpu, cpu", '"a b"'])
        if self.chance(0.04, "network_mode: host"):
            text += "    network_mode: host\n"
            return text + image
        if i and self.chance(0.03, "network_mode: service:"):
            return text + image + "    network_mode: service:%s\n" % names[0]
        if self.chance(0.04, "replicas"):
            text += rng.choice(["    scale: 2\n", "    deploy: {replicas: 2}\n", "    deploy:\n      replicas: ${N:-3}\n"])
        elif self.chance(0.03, "no replicas"):
            text += rng.choice(["    scale: 0\n", "    deploy: {replicas: 0}\n"])
        if self.has_base and self.chance(0.12, "extends a shared file"):
            path = os.path.relpath("base.yml", app.folder)
            text += "    extends: {file: %s, service: base}\n" % path
        elif app.common and self.chance(0.3, "extends a file of its own"):
            text += "    extends:\n      file: common.yml\n      service: common\n"
        elif i and not app.merge and self.chance(0.08, "extends a service"):
            text += "    extends: {service: %s}\n" % names[rng.randrange(i)]
        if app.anchor and i:
            if self.chance(0.5, "alias of a list"):
                text += "    ports: *p\n"
                return text + image
            if self.chance(0.3, "alias of a mapping"):
                text += "    ports:\n      - *one\n"
                return text + image
        ports = self.ports(app, i, rng.choice([0, 1, 1, 1, 2, 3]))
        if app.anchor and i == 0:
            ports = (ports or ['"8080:80"'])
            ports[0] = "&one " + ports[0]
        if ports or (app.anchor and i == 0):
            text += "    ports:" + self.list_of(ports, "      ", " &p" if app.anchor and i == 0 else "")
        if app.image != "x":
            image, app.image = "    image: %s\n" % app.image, "x"
        gets = self.gets(app)
        if "build" not in gets and self.chance(0.05, "tag that is built"):
            image = "    image: %s\n    build: %s\n" % (rng.choice(["shop/api", "shop/api:latest", "docker.io/shop/web"]),
                                                      rng.choice(["./api", "{context: api, target: web}"]))
        text += image + gets
        says = self.says(app, *app.said) if app.said and not gets and "build" not in image else ""
        app.said = None
        if says or (app.env_text and not gets and self.chance(0.5, "<<: *env")):
            text += says or app.env_text
        elif not gets and self.chance(0.3, "address in the environment"):
            url = rng.choice(["http://localhost:%d/x", "ws://127.0.0.1:%d", "http://user:pw@localhost:%d", "localhost:%d"]) % rng.choice(PORTS)
            text += rng.choice(["    environment:\n      URL: %s\n", "    environment:\n      - URL=%s\n", "    environment: {URL: '%s'}\n"]) % url
        if "build" not in gets + image and "labels" not in says and self.chance(0.08, "address in a label or an argument"):
            text += rng.choice(["    labels:\n      - url=http://localhost:%d\n", "    build: {context: ., args: {U: 'http://localhost:%d'}}\n",
                                "    labels: {url: 'http://localhost:%d/%%'}\n".replace("%%", "p")]) % rng.choice(PORTS)
        elif "labels" not in says + gets and self.chance(0.08, "a router of Traefik"):
            kind, name = rng.choice(["routers", "routers", "services"]), rng.choice(["web", "api"])
            text += "    labels:\n      traefik.http.%s.%s.%s\n" % (kind, name, "rule: Host(`x`)" if kind == "routers" else 'loadbalancer.server.port: "80"')
        if "command" not in says and self.chance(0.1, "address inside the container"):
            text += "    healthcheck: {test: 'curl http://localhost:%d'}\n    command: serve --url http://localhost:%d\n" % (rng.choice(PORTS), rng.choice(PORTS))
        if app.front and self.chance(0.4, "a service on a network with others"):
            text += rng.choice(["    networks: [default, front]\n"] * 2 + ["    networks: {default: {}, front: {ipv4_address: 10.77.0.%d}}\n" % rng.randrange(2, 5)])
            self.saw["fixed address"] += "ipv4_address" in text
        if self.chance(0.25, "named volume"):
            text += "    volumes: [data:/d]\n"
        elif self.chance(0.1, "a folder of the host"):
            text += "    volumes: ['%s:/d%s']\n" % (rng.choice(["/srv/common", "/srv/common/sub", os.path.relpath("common", app.folder)]), rng.choice(["", "", ":ro"]))
        elif app.env and self.chance(0.1, "mount of the app's folder"):
            text += rng.choice(["    volumes: ['.:/srv']\n", "    volumes: [{type: bind, source: ./.env, target: /e}]\n"])
        return text

    def stack(self, folder):
        rng = self.rng
        if folder in self.apps:
            return
        self.apps.append(folder)
        app = App(folder)
        if folder.rsplit("/", 1)[-1].strip("abcdefghijklmnopqrstuvwxyz0123456789-_"):
            self.saw["odd folder name"] += 1
        if any(folder.startswith(a + "/") or a.startswith(folder + "/") for a in self.apps if a != folder):
            self.saw["app inside an app"] += 1
        app.anchor = self.chance(0.12, "anchor")
        app.merge = not app.anchor and self.chance(0.08, "anchor that is merged")
        app.common = self.chance(0.08, "common.yml")
        text = ""
        if self.chance(0.25, "name:"):
            text += "name: %s\n" % rng.choice(["shop", "mon", '"shop"', "${STACK:-shop}"])
        if self.chance(0.05, "comments"):
            text += "# ports: 80:80\n\n"
        if app.merge:
            text += "x-base: &base\n  image: x\n  ports: %s\n" % rng.choice(['["8080:80"]', '["${MP:-8081}:80"]'])
        if self.chance(0.06, "include"):
            text += self.include(app)
        shared, app.env_text = self.shared_environment()
        text += shared
        app.front = self.chance(0.15, "a network that others join")
        count = rng.choice([1, 1, 2, 2, 3, 4, 6, 12])
        if count == 12:
            self.saw["a dozen services"] += 1
        names = ["s%d" % i for i in range(count)]
        if rng.random() < 0.3:
            names[0] = rng.choice(["web", "db", "backend", "frontend"])
        services = [self.service(app, i, names) for i in range(count)]
        text += "services:\n" + "".join(services)
        if self.chance(0.3, "a peer that names containers"):
            text += self.peer(app)
        text += self.beside(app)
        text += self.tail(app) + self.places_beside(app)
        text += self.documents(app, names[0])
        main = rng.choice(COMPOSE)
        if self.chance(0.07, "COMPOSE_FILE"):
            main = "conf/main.yml" if rng.random() < 0.5 and not app.needs_env else "stack.yml"
            other = "extra.yml"
            self.write("%s/%s" % (folder, other), self.bytes_of("services:\n  %s:\n    ports:%s" % (names[0], self.list_of(self.ports(app, 98, 1), "      "))))
            self.write(folder + "/compose.yaml", b"services:\n  unread:\n    image: x\n    ports: ['80:80']\n")
            app.env.append(("COMPOSE_FILE", "%s:%s" % (main, other)))
        elif self.chance(0.05, "two compose files"):
            self.write("%s/docker-compose.yaml" % folder, b"services:\n  unread:\n    image: x\n    ports: ['80:80']\n")
            main = rng.choice(COMPOSE[:3])
        self.write("%s/%s" % (folder, main), self.bytes_of(text))
        if "COMPOSE_FILE" not in dict(app.env) and self.chance(0.12, "override file"):
            tag = " !override" if self.chance(0.2, "!override") else ""
            ports = self.ports(app, 99, rng.choice([1, 1, 2]))
            again = re.findall(r"(?m)^ *- ([\"']?\d+(?:-\d+)?:\d+(?:-\d+)?[\"']?)$", services[-1])
            if again and self.chance(0.5, "a mapping of the file once more"):
                ports = rng.sample([*ports[1:], rng.choice(again)], len(ports))
            over = "services:\n  %s:\n    ports:%s%s" % (names[-1], tag, self.list_of(ports, "      "))
            self.write("%s/%s" % (folder, rng.choice(OVERRIDE)), self.bytes_of(over))
        if app.common:
            self.write(folder + "/common.yml", self.bytes_of("services:\n  common:\n    image: x\n    ports:%s" % self.list_of(self.ports(app, 97, 1), "      ")))
        if self.chance(0.05, "COMPOSE_PROFILES"):
            app.env.append(("COMPOSE_PROFILES", rng.choice(["gpu", "cpu", "gpu,cpu", "*"])))
        if self.chance(0.05, "COMPOSE_PROJECT_NAME"):
            app.env.append(("COMPOSE_PROJECT_NAME", rng.choice(["shop", "own"])))
        if app.needs_env:
            self.setting(app, "MODE", "fast")
        if app.env and (app.needs_env or "COMPOSE_FILE" in dict(app.env) or rng.random() < 0.85):
            self.env(folder + "/.env", app.env)
        elif app.env and self.chance(0.5, ".env.example without .env"):
            # an empty value would undo `${VAR-default}`, and Compose then refuses what the example makes; a switch would bring
            # the port of `${VAR:+port}` into being, which is seen after the copy only
            name = rng.choice(EXAMPLES) if self.chance(0.5, "example of another name") else ".env.example"
            self.env("%s/%s" % (folder, name), [k for k in app.env if k[1] is not None and k[0] not in app.switches])
        self.links(app, main)
        self.files_beside(folder, app.numbers)

    def include(self, app):
        rng = self.rng
        if self.has_base and self.chance(0.4, "include of a shared file"):
            return "include:\n  - %s\n" % os.path.relpath("inc.yml", app.folder)
        self.write(app.folder + "/sub/inc.yaml", self.bytes_of("services:\n  inner:\n    image: x\n    ports:%s" % self.list_of(self.ports(app, 96, 1), "      ")))
        if self.chance(0.4, "include with an .env"):
            self.env(app.folder + "/sub/.env", [("PORT", rng.choice(PORTS))])
        return rng.choice(["include:\n  - sub/inc.yaml\n", "include:\n  - path: sub/inc.yaml\n", "include: [{path: [sub/inc.yaml], project_directory: sub}]\n"])

    def tail(self, app):
        """Volumes and networks."""
        rng = self.rng
        form = rng.random()
        if form < 0.5:
            volume = ""
        elif form < 0.75:
            self.saw["volume name of its own"] += 1
            volume = rng.choice([" {name: shared_data}", " {name: '${VOL:-shared_data}'}", " {name: '${COMPOSE_PROJECT_NAME}-d'}",
                                 " {name: '${STACK:-shop}_data'}", " {name: 'data-${PORT:-80}'}"])
        else:
            self.saw["external volume"] += 1
            volume = rng.choice([" {external: true}", " {external: true, name: shared_data}", " {external: true, name: shop_data}",
                                 " {external: true, name: app1_data}"])
        text = "volumes:\n  data:%s\n" % volume
        if app.front:
            self.saw["network of another app"] += 1
            text += "networks:\n  front: {external: true%s}\n" % rng.choice(["", ", name: shop_default", ", name: app1_default", ", name: web_default"])
        elif self.chance(0.2, "networks"):
            text += "networks:\n  " + rng.choice(["default: {name: front}\n", "front:\n", "front: {external: true}\n", "default:\n    name: ${NET:-front}\n",
                                                  "default: {name: front, external: true}\n", "default: {ipam: {config: [{subnet: 10.%d.0.0/15}]}}\n" % rng.randrange(4)])
        return text


class App:
    def __init__(self, folder):
        self.folder, self.env, self.image = folder, [], "x"
        self.switches = set()           # variables of `${VAR:+other}`
        self.anchor = self.merge = self.common = self.needs_env = self.front = False
        self.numbers, self.called = [], []      # ports and container names of it
        self.said = None                # what the last port with a default is made of
        self.env_text = ""
