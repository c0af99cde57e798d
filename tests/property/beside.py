"""What lies beside the texts that Compose reads: files that no service reads, places that only the owner can name, names of the
host, scaffolds, examples that cannot be filled in. It is drawn from a generator of its own: but for it a seed's fleet is the same."""
# SPDX-License-Identifier: MIT
import collections, os, random, re

from answers import Failed

KINDS = ["mentions", "places", "host name", "case", "scaffold", "stand-in", "registry", "config", "engine"]
FILES = {
    "Caddyfile": "shop.example.org {\n\treverse_proxy %s\n}\n", "conf/nginx.conf": "server { listen 80; location / { proxy_pass http://%s/; } }\n",
    "frontend/.env": "VITE_API=http://%s\nVITE_MODE=fast\n", "docs/README.md": "Open <http://%s/>, it listens on 0.0.0.0:5000.\n",
    "dynamic.toml": "[[servers]]\nurl = \"http://%s\"\n",
}
STAND_INS = ["<your port here>", "{{ auto_port() }}", "your_port", "8000"]
# Texts of the service that name a port of this host, by what they are called.
setting_of = lambda service, key: (service.get("environment") or {}).get(key) or ""
OF_HOST = {
    "B_NAS": setting_of, "B_SHORT": setting_of, "B_AT_PORT": setting_of,
    "the log's address": lambda service, _: service.get("logging", {}).get("options", {}).get("gelf-address", ""),
    "the command": lambda service, _: " ".join(service.get("command") or []),
}
SILENT = ("host", "none", "service:", "container:")


class Beside:
    """The part of a Fleet that writes it."""

    def begin_beside(self):
        self.more = random.Random(repr(self.rng.getstate()[1][:8]))
        self.kinds = {k for k in KINDS if self.more.random() < 0.2}
        self.saw.update("beside: " + k for k in sorted(self.kinds))
        self.scan_args, self.plan_args = [], []
        self.named = {}         # by file beside an app: (the app, the address, its port)
        self.scaffolds, self.stand_ins = {}, []
        if "mentions" in self.kinds:
            self.scan_args.append("--mentions")
            self.plan_args += ["--rewrite-mentions"] if self.more.random() < 0.5 else []
        if "places" in self.kinds:
            self.scan_args += ["--follow", "x-store.port_map", "--follow", "x-own.port"]
        if "host name" in self.kinds:
            self.scan_args += ["--host-name", "nas", "--host-alias", "nas.lan"]

    def number_beside(self, numbers):
        return self.more.choice(3 * numbers + self.PORTS)

    def other_default(self, number):
        """NUMBER, or another one, of a default that says otherwise than the port's own."""
        if self.more.random() < 0.85:
            return number
        self.saw["another default in an address"] += 1
        return number + 7

    def left_unfilled(self, keys):
        """KEYS of an .env, perhaps with the placeholders that it was copied with."""
        if self.more.random() < 0.9:
            return keys
        self.saw["placeholders left in .env"] += 1
        of = {"BACKEND_PORT": ["{{BACKEND_PORT|5001}}", "{{ backend_port | 5000 }}", "{{BACKEND_PORT}}"],
              "FRONTEND_PORT": ["{{FRONTEND_PORT|8001}}", "{{frontend_port}}"], "DB_PORT": ["{{DB_PORT|5432}}"]}
        return [(k, self.more.choice(of[k]) if k in of and self.more.random() < 0.8 else v) for k, v in keys]

    def left_empty(self, keys):
        """KEYS of an example, perhaps with an address that whoever copies it is to write."""
        if self.more.random() < 0.85:
            return keys
        self.saw["an address left empty in .env.example"] += 1
        return [(k, None if k == "CORS_ORIGINS" else v) for k, v in keys]

    def beside(self, app):
        """The lines of a service of its own, which says it."""
        self.has_config = False
        if not self.kinds & {"places", "host name", "case", "registry", "config", "engine"} or self.more.random() < 0.4:
            return ""
        image = "%s:%d/shop/x" % (self.more.choice(["localhost", "127.0.0.1"]), self.number_beside(app.numbers)) if "registry" in self.kinds else "x"
        text = "  beside:\n    image: " + image + "\n    environment:\n      B_URL: http://localhost:%d/x\n" % self.number_beside(app.numbers)
        if "host name" in self.kinds:
            text += "      B_NAS: http://nas.lan:%d/\n      B_SHORT: 'nas:%d'\n" % (
                self.number_beside(app.numbers), self.number_beside(app.numbers))
        if "engine" in self.kinds:      # an address in two settings, and what the engine reads
            mine = self.more.choice(sorted(set(self.PORTS) - set(app.numbers)) or self.PORTS)
            others = 3 * [mine] + [self.number_beside(app.numbers)]
            text += "      B_AT_HOST: host.docker.internal\n      B_AT_PORT: '%d'\n    ports: ['%d:81']\n" % (self.more.choice(others), mine)
            text += "    logging: {driver: gelf, options: {gelf-address: 'udp://localhost:%d', tag: x}}\n" % self.more.choice(others)
            if "case" not in self.kinds:
                text += "    extra_hosts: ['box:host-gateway']\n    command: fetch http://box:%d/\n" % self.more.choice(others)
        if "config" in self.kinds:
            self.has_config = True
            text += "    configs: [said, given]\n"
        if "places" in self.kinds:
            text += "    x-own: {port: %s}\n" % self.more.choice(["%d", "'%d'"]) % self.number_beside(app.numbers)
        if "case" in self.kinds and self.more.random() < 0.5:
            text += "    container_name: %s\n" % self.more.choice(["Web", "WEB", "Db", "web"])
        elif "case" in self.kinds:
            text += "    extra_hosts: ['h:10.0.0.1']\n  beside2:\n    extends: {service: beside}\n    extra_hosts: ['h:10.0.0.1', 'g=10.0.0.2']\n"
        return text

    def places_beside(self, app):
        """What stands at the end of the file."""
        text = ""
        if self.has_config:     # a file in the container, and a variable as .env has it
            text = "configs:\n  said: {content: \"home http://localhost:%d/\"}\n  given: {environment: %s}\n" % (
                self.number_beside(app.numbers), self.more.choice(["PORT", "WEB_PORT", "P0"]))
        if "places" not in self.kinds or self.more.random() < 0.5:
            return text
        return text + "x-store: {port_map: \"%d\", name: shop}\n" % self.number_beside(app.numbers)

    def files_beside(self, folder, numbers):
        if "mentions" not in self.kinds:
            return
        for name in sorted(FILES):
            if self.more.random() < 0.3:
                port = self.number_beside(numbers)
                address = "%s:%d" % (self.more.choice(["localhost", "127.0.0.1"]), port)
                path = "%s/%s" % (folder, name)
                self.write(path, (FILES[name] % address).encode())
                self.named[path] = folder, address, port

    def folders_beside(self):
        """Apps of other kinds."""
        if "scaffold" in self.kinds:
            folder = self.more.choice(["template", "zz/skeleton", "0/base app"])
            files = {"compose.yaml": "services:\n  web:\n    image: x\n    ports: ['%s:80']\n" % self.more.choice(["{{web_port|8000}}", "8080"]),
                     ".env": "WEB_PORT={{web_port}}\nTOKEN={{ token }}\n", ".env.example": "WEB_PORT={{ web_port | 80 }}\n"}
            if "{{" in files["compose.yaml"]:
                files.pop(self.more.choice([".env", ".env.example"]))
            else:
                files["compose.yaml"] = files["compose.yaml"].replace("8080", "${WEB_PORT}")
            for name, text in files.items():
                self.scaffolds["%s/%s" % (folder, name)] = text.encode()
                self.write("%s/%s" % (folder, name), text.encode())
        for n in (1, 2) if "stand-in" in self.kinds else ():
            folder = "stand/in/app%d" % n
            has_env = self.more.random() < 0.3
            self.write(folder + "/compose.yaml", b"services:\n  backend: {image: x, ports: ['${BACKEND_PORT:-5000}:5000']}\n"
                       b"  frontend: {image: x, ports: ['${FRONTEND_PORT}:80'], environment: {MODE: '${MODE:-x}'}}\n")
            self.write(folder + "/.env.example", ("# ports\nBACKEND_PORT=%s\nFRONTEND_PORT=%s\nMODE=fast\n" % (
                self.more.choice(STAND_INS), self.more.choice(STAND_INS))).encode())
            if has_env:
                self.write(folder + "/.env", b"FRONTEND_PORT=8000\n")
            self.apps.append(folder)
            self.stand_ins.append(folder)


def moves(before, after):
    """Of the ports whose number one mapping alone has: ({number: (app, new)} in all the fleet, {(app, number): new} in an app)."""
    key = lambda r: (r["app"], r["service"], r["container_port"], r["protocol"], r["host_ip"])
    at, now = collections.defaultdict(list), collections.defaultdict(list)
    for r in after:
        if r["record"] == "port":
            now[key(r)].append(r["host_port"])
    for r in before:
        if r["record"] == "setting" and r["role"] == "example" and r["value"].isdigit():
            at[int(r["value"])].append((r["app"], None))    # it may be copied
        if r["record"] != "port" or r["host_port"] in ("", "0"):
            continue
        number = re.fullmatch(r"(\d+)(?:-(\d+))?", r["host_port"])
        if not number:          # a text that Compose takes for none either
            continue
        low, high = number.groups()
        sound = not high and r["protocol"].lower() == "tcp" and not r["network_mode"].startswith(SILENT) and r["replicas"] != "0" and \
            len(now[key(r)]) == 1 and now[key(r)][0].isdigit() and sum(key(r) == key(x) for x in before if x["record"] == "port") == 1
        for n in range(int(low), int(high or low) + 1):
            at[n].append((r["app"], int(now[key(r)][0]) if sound else None))
    fleet = {n: x[0] for n, x in at.items() if len(x) == 1 and x[0][1]}
    own = {}
    for n, held in at.items():
        for app in {a for a, _ in held}:
            mine = [new for a, new in held if a == app]
            if len(mine) == 1 and mine[0]:
                own[app, n] = mine[0]
    return fleet, own, at


def check_beside(fleet, files, plan, before, after, answers):
    """FILES: all of them, afterwards. ANSWERS: Compose's before and after, or None."""
    alone, own, at = moves(before, after)
    mended = {(r["app"], r["old"], r["new"]) for r in plan if "names this app's port" in r["detail"]}    # nobody's, but by the registry
    stuck = {r["app"] for r in plan if r["action"] == "problem"}
    for path, text in fleet.scaffolds.items():
        if path in files and files[path] != text:
            raise Failed("the scaffold's %s was changed" % path)
    for path, (app, address, port) in fleet.named.items():
        if path in files and app in fleet.apps:
            text = files[path].decode()
            if app not in stuck:
                check_mention(fleet, text, plan, path, address, own.get((app, port), port if not any(a == app for a, _ in at[port]) else None))
            now = re.search(r"(?:localhost|127\.0\.0\.1):(\d+)", text)
            fleet.named[path] = app, now[0], int(now[1])
    if not answers:
        return
    was, now = answers
    for app in [a for a in fleet.stand_ins if a in fleet.apps and a not in stuck]:
        if now[app] is None:
            raise Failed("compose refuses %s, whose example had no number: %s" % (app, now[app, "error"]))
    for app in [a for a in fleet.apps if was.get(a) and now.get(a) and a not in stuck]:
        said = [c["services"].get("beside", {}) for c in (was[app], now[app])]
        for x, y in [[str(c.get("x-own", {}).get("port")) for c in said], [str(c.get("x-store", {}).get("port_map")) for c in (was[app], now[app])]]:
            if x.isdigit():
                check_followed("a place of " + app, x, y, own.get((app, int(x))), any(a == app for a, _ in at[int(x)]))
        for k, text_of in OF_HOST.items():
            x, y = (re.search(r"(?:^|:)(\d+)", text_of(c, k)) for c in said)
            if x and y and (app, x[1], y[1]) not in mended:
                new = own.get((app, int(x[1]))) or (alone[int(x[1])][1] if int(x[1]) in alone else None)
                check_followed("%s of %s" % (k, app), x[1], y[1], new, bool(at[int(x[1])]))


def check_followed(what, x, y, new, is_had):
    """X became Y; NEW: what it had to become; None: that is not sure. IS_HAD: whether anyone has X."""
    if y != str(new) and (new or (not is_had and y != x)):
        raise Failed("%s was %s, is %s, and that port is %s now" % (what, x, y, new or "nobody's"))


def check_mention(fleet, text, plan, path, address, new):
    notes = [r["new"] for r in plan if r["file"] == path and r["action"] == "note"]
    host, old = address.rsplit(":", 1)
    if new is None or str(new) == old:
        return
    if "--rewrite-mentions" in fleet.plan_args:
        if "%s:%d" % (host, new) not in text:
            raise Failed("%s still names %s, which is %d now" % (path, address, new))
    elif address not in text or not any(address in n and str(new) in n for n in notes):
        raise Failed("%s names %s, which is %d now, and no note says so" % (path, address, new))
