#!/usr/bin/env python3
"""Random fleets through the real programs: after a migration only what plan named as a problem still clashes.

usage: tests/property/plan.py [-n FLEETS] [-s SEED] [-k]        -k keeps the folder of the first fleet that fails
Programs are those of $BERTH_BIN (default bin). For each fleet: the plan does not depend on the order of the findings; apply
changes exactly the planned spans (checked by a second applier, below); a fresh scan clashes only where plan said so; planning
again plans nothing; an app that is added later changes no other app; the ports of different apps can be bound at once.
Where Docker Compose is found (../shared/oracle/get-compose, or `docker compose`), it is asked about every tenth fleet.
"""
# SPDX-License-Identifier: MIT
import argparse, csv, json, os, random, shutil, socket, subprocess, sys, tempfile

csv.field_size_limit(1 << 24)
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.abspath(os.environ.get("BERTH_BIN", os.path.join(TOP, "bin")))
PORTS = [80, 443, 3000, 3001, 5000, 5001, 5003, 5432, 5433, 6379, 8000, 8001, 8003, 8080, 8081, 9000, 9001]
IPS = ["", "", "", "", "127.0.0.1:", "0.0.0.0:", "192.168.7.1:", "[::1]:"]


class Fleet:
    """A random fleet below `root`."""

    def __init__(self, rng, root):
        self.rng, self.root = rng, root
        self.has_base = rng.random() < 0.3
        self.apps = []
        models = rng.sample(["alpha_1", "alpha.1", "Beta", "x-y", "x_y"], rng.randint(1, 3))
        for _ in range(rng.randint(1, 6)):
            if rng.random() < 0.6:
                self.generated(os.path.join(rng.choice(["", "gen/", "dev/"]), rng.choice(models), "app%d" % rng.randint(1, 12)))
            else:
                self.stack(rng.choice(["stacks/", "", "b/"]) + rng.choice(["web", "db", "app1", "Shop", "mon.x", "cache"]))
        if self.has_base:
            self.write("base.yml", "services:\n  base:\n    image: x\n    ports:\n      - \"%d:80\"\n" % rng.choice(PORTS))

    def write(self, path, text):
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(text.encode())

    def line_ends(self, text):
        rng = self.rng
        if rng.random() < 0.2:
            text = text.replace("\n", "\r\n")
        if rng.random() < 0.15:
            text = text.rstrip("\r\n")
        if rng.random() < 0.05:
            text = "\ufeff" + text
        return text

    def env(self, keys):
        rng = self.rng
        lines = []
        for k, v in keys:
            form = rng.random()
            if rng.random() < 0.2:
                lines.append("# about %s %s" % (k, v))
            if v is None:
                lines.append(k + "=")
            elif form < 0.6:
                lines.append("%s=%s" % (k, v))
            elif form < 0.75:
                lines.append('%s="%s"' % (k, v))
            elif form < 0.85:
                lines.append("%s='%s' # note" % (k, v))
            elif form < 0.95:
                lines.append("export %s=%s   " % (k, v))
            else:
                lines.append("%s: %s" % (k, v))
        lines.append("SECRET=s3cr3t")
        return self.line_ends("\n".join(lines) + "\n")

    def generated(self, folder):
        rng = self.rng
        if folder in self.apps:
            return
        self.apps.append(folder)
        n = int(folder.rsplit("app", 1)[1])
        back, front = 5001 + 2 * n, 8001 + 2 * n
        literal = rng.random() < 0.1
        b = str(back) if literal else rng.choice(["${BACKEND_PORT:-5000}", "${BACKEND_PORT:-5000}", "$BACKEND_PORT"])
        f = str(front) if literal else rng.choice(["${FRONTEND_PORT:-8000}", "${FRONTEND_PORT-8000}"])
        has_env = rng.random() < 0.7 or b.startswith("$B")
        own = rng.random() < 0.15 and not literal
        text = "services:\n  backend:\n    image: x\n    container_name: ${PROJECT_NAME:-app}_backend\n    ports:\n"
        text += "      - \"%s:${FLASK_RUN_PORT:-5000}\"\n    environment:\n" % b
        text += "      - FLASK_RUN_PORT=${FLASK_RUN_PORT:-5000}\n      - CORS_ORIGINS=${CORS_ORIGINS:-http://localhost:%d,http://127.0.0.1:%d}\n" % (
            rng.choice([front, 8000]), front)
        if own:
            text += "      - PORT=${BACKEND_PORT:-5000}\n"
        text += "    healthcheck:\n      test: curl http://localhost:5000\n"
        text += "  frontend:\n    image: x\n    container_name: %s\n    ports:\n      - %s\n" % (
            rng.choice(["${PROJECT_NAME:-app}_frontend", "${PROJECT_NAME:-app}_frontend", "myapp_frontend"]),
            rng.choice(['"%s:80"', '"%s:80"', '{published: "%s", target: 80}']) % f)
        if not literal:
            text += "    environment:\n      - VITE_BACKEND_URL=http://localhost:${BACKEND_PORT:-5000}\n"
        if rng.random() < 0.3:
            text += "  db:\n    image: x\n    ports: [\"%s5432\"]\n" % rng.choice(["5432:", "127.0.0.1:5432:", "${DB_PORT:-5432}:"])
            text += "    volumes: [data:/d]\nvolumes:\n  data:\n"
        self.write(folder + "/docker-compose.yml", self.line_ends(text))
        keys = [("PROJECT_NAME", "myapp"), ("BACKEND_PORT", back), ("FRONTEND_PORT", front), ("FLASK_RUN_PORT", back),
                ("CORS_ORIGINS", "http://localhost:%d" % front)]
        keys = [k for k in keys if rng.random() < 0.9 or (b.startswith("$B") and k[0] == "BACKEND_PORT")]
        if rng.random() < 0.2:
            keys.append(("COMPOSE_PROJECT_NAME", rng.choice(["shared", "x-%d" % n])))
        if rng.random() < 0.1:
            keys.append(("DB_PORT", None))
        if has_env:
            self.write(folder + "/.env", self.env(keys))
        if rng.random() < 0.8:
            if rng.random() < 0.4:
                keys = [("PROJECT_NAME", "{{project_name|x}}"), ("BACKEND_PORT", "{{backend_port|5000}}"),
                        ("FRONTEND_PORT", "{{FRONTEND_PORT}}"), ("CORS_ORIGINS", "http://localhost:{{frontend_port}}")]
            self.write(folder + "/.env.example", self.env(keys))

    def port(self, i, env):
        rng = self.rng
        p, ip = rng.choice(PORTS), rng.choice(IPS)
        proto = rng.choice(["", "", "", "/udp", "/tcp"])
        form = rng.random()
        if form < 0.35:
            return ['"%s%d:80%s"' % (ip, p, proto)]
        if form < 0.45:
            n = rng.randint(1, 3)
            return ['"%s%d-%d:90-%d%s"' % (ip, p, p + n, 90 + n, proto)]
        if form < 0.55:
            return ['"%d:53/tcp"' % p, '"%d:53/udp"' % p]
        if form < 0.65:
            return ['{target: 80, published: %s, protocol: %s}' % (rng.choice(["%d", '"%d"']) % p, rng.choice(["tcp", "udp"]))]
        if form < 0.7:
            return ['"%d"' % p]
        if form < 0.74:
            return ['"%d-%d:80"' % (p, p + 9)]
        key = rng.choice(["PORT", "WEB_PORT", "P%d" % i])
        if rng.random() < 0.6 and key not in dict(env):
            env.append((key, rng.choice([p, p, None, str(p)])))
        form = rng.random()
        if form < 0.7:
            return ['"%s${%s:-%d}:80%s"' % (ip, key, p, proto)]
        if form < 0.8:
            return ['"%s${%s:-%d}:${%s:-%d}"' % (ip, key, p, key, p)]
        if form < 0.9:
            return ['"80${Q:-%02d}:80"' % rng.randint(0, 99)]
        return ['{published: "${%s:-%d}", target: 80}' % (key, p)]

    def stack(self, folder):
        rng = self.rng
        if folder in self.apps:
            return
        self.apps.append(folder)
        env, text = [], ""
        if rng.random() < 0.3:
            text += "name: %s\n" % rng.choice(["shop", "mon", '"shop"'])
        anchor = rng.random() < 0.1
        text += "services:\n"
        for i in range(rng.randint(1, 4)):
            text += "  s%d:\n    image: x\n" % i
            if rng.random() < 0.3:
                text += "    container_name: %s\n" % rng.choice(["web", "db", "'cache'", "${NAME:-web}", "s%d" % i])
            if rng.random() < 0.15:
                text += "    profiles: [%s]\n" % rng.choice(["gpu", "cpu", "gpu, cpu"])
            if rng.random() < 0.06:
                text += "    network_mode: host\n"
                continue
            if rng.random() < 0.05:
                text += "    scale: 2\n"
            if self.has_base and rng.random() < 0.2:
                text += "    extends: {file: %s, service: base}\n" % os.path.relpath("base.yml", folder)
                continue
            if anchor and i > 0:
                text += "    ports: *p\n"
                continue
            ports = [x for _ in range(rng.randint(0, 2)) for x in self.port(i, env)]
            # Compose drops what it reads as the same mapping twice, and the one that is left is all that scan can tell
            ports = list({x.replace("/tcp", "").replace('0.0.0.0:', ''): x for x in ports}.values())
            if ports:
                text += "    ports:%s\n" % (" &p" if anchor and i == 0 else "") + "".join("      - %s\n" % x for x in ports)
            elif anchor and i == 0:
                text += "    ports: &p []\n"
            if rng.random() < 0.3:
                text += "    environment:\n      URL: http://localhost:%d/x\n" % rng.choice(PORTS)
            if rng.random() < 0.3:
                text += "    volumes: [data:/d]\n"
        text += "volumes:\n  data:%s\n" % rng.choice(["", "", " {name: shared_data}", " {external: true}"])
        self.write(folder + "/" + rng.choice(["compose.yaml", "docker-compose.yml"]), self.line_ends(text))
        if env and rng.random() < 0.8:
            self.write(folder + "/.env", self.env(env))


class Failed(Exception):
    pass


def run(args, ok=(0, 1), **kw):
    r = subprocess.run(args, capture_output=True, **kw)
    if r.returncode not in ok:
        raise Failed("%s: status %d: %s" % (" ".join(args), r.returncode, r.stderr.decode(errors="replace")[:400]))
    return r.stdout


def rows(data):
    return list(csv.DictReader(data.decode(errors="surrogateescape").splitlines(keepends=True)))


def tree(root):
    out = {}
    for d, _, files in os.walk(root):
        for f in files:
            p = os.path.join(d, f)
            out[os.path.relpath(p, root)] = open(p, "rb").read()
    return out


def raw(s):
    return s.encode(errors="surrogateescape")


def applied(before, plan):
    """What the plan's rows make of the files: edits of one file at once, by offset, from the old bytes."""
    after, edits, copies = dict(before), {}, {}
    for r in plan:
        if r["action"] == "copy":
            copies[r["file"]] = before[os.path.join(os.path.dirname(r["file"]), ".env.example")]
        elif r["action"] == "create":
            copies[r["file"]] = b""
        elif r["action"] in ("replace", "insert"):
            edits.setdefault(r["file"], []).append(r)
    for f in copies:
        edits.setdefault(f, [])
    for f, rs in edits.items():
        old = copies.get(f, before.get(f))
        if old is None:
            raise Failed("plan edits %s, which is not there" % f)
        end = b"\r\n" if b"\r\n" in old else b"\n"
        new, at = b"", 0
        for r in sorted(rs, key=lambda r: (int(r["offset"]), r["action"] != "insert")):
            off, n = int(r["offset"]), int(r["length"])
            if off < at:
                raise Failed("spans overlap in %s at %d" % (f, off))
            new += old[at:off]
            if r["action"] == "insert":
                if off == len(old) and new and not new.endswith(b"\n"):
                    new += end + raw(r["new"])
                else:
                    new += raw(r["new"]) + end
            else:
                if old[off:off + n] != raw(r["old"]):
                    raise Failed("%s at %d holds %r, the plan says %r" % (f, off, old[off:off + n], r["old"]))
                new += raw(r["new"])
            at = off + n
        after[f] = new + old[at:]
    return after


def edits_of(plan):
    return [r for r in plan if r["action"] in ("replace", "insert", "copy", "create")]


def conflicts(scan, cwd):
    return rows(run([BIN + "/report", "--findings", "-", "--format", "csv", "conflicts"], input=scan, cwd=cwd))


def check_bind(scan):
    """Every port of every app, bound at once on loopback (each address an address of its own)."""
    held, socks = {}, []
    try:
        for r in rows(scan):
            if r["record"] != "port" or not r["host_port"].isdigit() or r["network_mode"] in ("host", "none"):
                continue
            key = (r["host_port"], r["protocol"].lower(), r["host_ip"])
            place = (r["app"], r["file"], r["offset"])
            first = held.setdefault(key, place)
            if first[0] != r["app"] and first[1:] != place[1:]:     # one span reached by two apps is one thing
                raise Failed("%s is bound by %s and %s" % (key, first, place))
            if r["host_ip"] or int(r["host_port"]) < 1024 or (key[0], key[1]) in [s[0] for s in socks]:
                continue
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if key[1] == "udp" else socket.SOCK_STREAM)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            socks.append(((key[0], key[1]), s))
            s.bind(("127.0.0.1", int(r["host_port"])))
    except OSError as e:
        if e.errno != 98:       # somebody else on this host: not the plan's doing
            raise
    finally:
        for _, s in socks:
            s.close()


def check_compose(compose, root, scan):
    want = {}
    for r in rows(scan):
        a = want.setdefault(r["app"], {"project": None, "ports": set(), "problem": False})
        if r["record"] == "project":
            a["project"] = r["value"]
        elif r["record"] == "port" and not r["profile"] and r["host_port"]:
            a["ports"].add((r["service"], r["host_port"], r["protocol"]))
        elif r["record"] == "problem":
            a["problem"] = True
    for app, a in want.items():
        if not app or a["problem"]:
            continue
        r = subprocess.run(compose + ["config", "--format", "json"], cwd=os.path.join(root, app), capture_output=True,
                           env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"})
        if r.returncode:
            raise Failed("compose refuses %s: %s" % (app, r.stderr.decode()[:300]))
        c = json.loads(r.stdout)
        got = {(s, p["published"], p["protocol"]) for s, v in c["services"].items() for p in v.get("ports", [])
               if p.get("published")}
        if c["name"] != a["project"] or got != a["ports"]:
            raise Failed("compose sees %s as %s %s, scan as %s" % (app, c["name"], sorted(got), a))


def one(rng, work, compose):
    root = os.path.join(work, "fleet")
    fleet = Fleet(rng, root)
    before = tree(root)
    scan = run([BIN + "/scan", root])
    plan_args = [BIN + "/plan", "-q", "--no-host-check"]
    made = run(plan_args + ["--db", "a.db"], input=scan, cwd=work)
    plan = rows(made)
    lines = scan.splitlines(keepends=True)
    if scan.count(b"\n") == len(rows(scan)) + 1:        # no field holds a line end
        middle = lines[2:-1]
        rng.shuffle(middle)
        other = run(plan_args + ["--db", "b.db"], input=b"".join(lines[:2] + middle + lines[-1:]), cwd=work)
        if other != made:
            raise Failed("the plan depends on the order of the findings")
    if run(plan_args + ["--db", "a.db"], input=scan, cwd=work) != made:
        raise Failed("planned again before it is applied, the plan differs")
    want = applied(before, plan)
    run([BIN + "/apply", "--db", "a.db"], input=made, cwd=work)
    got = tree(root)
    if got != want:
        raise Failed("apply did not do what the plan says: %s" % [f for f in set(got) | set(want) if got.get(f) != want.get(f)])
    scan2 = run([BIN + "/scan", root])
    plan2 = rows(run(plan_args + ["--db", "a.db"], input=scan2, cwd=work))
    if edits_of(plan2):
        raise Failed("planned again, it plans: %s" % edits_of(plan2)[:3])
    problems = [r["new"] for r in plan if r["action"] == "problem"]
    for c in conflicts(scan2, work):
        if not any(c["value"].split("/")[0] in p for p in problems):
            raise Failed("not named as a problem: %s" % c)
    said = {(r["app"], r["service"], r["new"]) for r in plan2 if r["action"] == "problem"}
    if not said <= {(r["app"], r["service"], r["new"]) for r in plan if r["action"] == "problem"}:
        raise Failed("new problems after the migration: %s" % said)
    if not problems:
        check_bind(scan2)
    if compose:
        check_compose(compose, root, scan2)
    # an app more
    known = set(fleet.apps)
    fleet.generated("aaa/app1") if rng.random() < 0.5 else fleet.stack("0first")
    scan3 = run([BIN + "/scan", root])
    plan3 = rows(run(plan_args + ["--db", "a.db"], input=scan3, cwd=work))
    for r in edits_of(plan3):
        if r["app"] in known:
            raise Failed("an app was added, and another changes: %s" % r)
    return len(edits_of(plan)), len(problems)


def find_compose():
    get = os.path.join(TOP, "..", "shared", "oracle", "get-compose")
    if os.path.exists(get):
        r = subprocess.run([get], capture_output=True)
        if r.returncode == 0:
            return [r.stdout.decode().strip(), "compose"] if r.stdout.decode().strip().endswith("docker") else [r.stdout.decode().strip()]
    return None


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("-n", type=int, default=60)
    ap.add_argument("-s", type=int, default=1)
    ap.add_argument("-k", action="store_true")
    o = ap.parse_args()
    compose = find_compose()
    edits = problems = failures = 0
    for i in range(o.s, o.s + o.n):
        work = tempfile.mkdtemp()
        try:
            e, p = one(random.Random(i), work, compose if compose and i % 10 == 0 else None)
            edits += e
            problems += p
        except Failed as x:
            failures += 1
            print("# fleet %d: %s" % (i, x))
            if o.k:
                print("# kept: %s" % work)
                sys.exit(1)
        finally:
            if not o.k or sys.exc_info()[0] is None:
                shutil.rmtree(work, ignore_errors=True)
    print("%d fleets, %d edits, %d problems named, %d failed%s" % (o.n, edits, problems, failures,
          "" if compose else " (no Docker Compose to ask)"))
    sys.exit(failures != 0)


if __name__ == "__main__":
    main()
