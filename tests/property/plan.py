#!/usr/bin/env python3
"""Random fleets through the real programs: after a migration only what plan named as a problem still clashes. TAP, a test a fleet.

usage: tests/property/plan.py [-n FLEETS] [-s SEED] [-e EVERY] [-k]
    -e EVERY    ask Docker Compose about every so manieth fleet (10)        -k  keep the folder of the first fleet that fails
Programs are those of $BERTH_BIN (default bin). For each fleet (see fleet.py and texts.py), with and without rows in the database:
the plan does not depend on the order of the findings, and made again is the same; apply changes exactly the planned spans
(checked by a second applier, below); a fresh scan clashes only where plan said so; planning again plans nothing; undo gives
every byte back; the ports of all apps are bound at once, each on its own address, on a network of its own where the system
gives one. Then files are edited by hand, an app goes and one comes, and all of it is asked again; an app that only comes changes no
other. Docker Compose ($BERTH_COMPOSE, ../shared/oracle/get-compose, or the machine's) is asked before and after: what it
accepted it accepts, and its whole answer is the same but for the ports, names and addresses that the plan names (answers.py):
values of environment, args, labels and commands included.
"""
# SPDX-License-Identifier: MIT
import argparse, collections, csv, json, os, random, re, shutil, socket, sqlite3, subprocess, sys, tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from answers import Failed, ask, check_answer, check_names, check_named, check_scan, is_named, numbers
from beside import check_beside
from fleet import Fleet, PORTS

csv.field_size_limit(1 << 24)
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.abspath(os.environ.get("BERTH_BIN", os.path.join(TOP, "bin")))
SILENT = ("host", "none", "service:", "container:")     # network modes that publish nothing


def run(args, ok=(0, 1), **kw):
    r = subprocess.run(args, capture_output=True, **kw)
    if r.returncode not in ok:
        raise Failed("%s: status %d: %s" % (" ".join(args), r.returncode, r.stderr.decode(errors="replace")[:400]))
    return r.stdout


def rows(data):
    """The records; a line ends with LF alone, whatever stands in a field."""
    return list(csv.DictReader(x + "\n" for x in data.decode(errors="surrogateescape").split("\n")[:-1]))


def tree(root):
    out = {}
    for d, _, files in os.walk(root):
        for f in files:
            p = os.path.join(d, f)
            if os.path.islink(p):       # nothing is written through one
                out[os.path.relpath(p, root)] = b"-> " + os.fsencode(os.readlink(p))
                continue
            with open(p, "rb") as h:
                out[os.path.relpath(p, root)] = h.read()
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


def told(made):
    """What a plan says, but for its id and for why: a row of the database that was made anew is then one that is there."""
    kept = [{k: v for k, v in r.items() if k != "detail" and (k != "old" or r["action"] != "fleet")} for r in rows(made)]
    for r in kept:      # whom a service makes way for is why
        r["new"] = re.sub(r" makes way for .*?, though ", " makes way, though ", r["new"]) if r["action"] == "note" else r["new"]
    return kept


def differing(a, b):
    return ["%s %s %s %s:%s %s -> %s" % (w, r["action"], r["service"], r["file"], r["line"], r["old"], r["new"])
            for w, x, y in (("-", a, b), ("+", b, a)) for r in x if r not in y][:6]


# --- all ports at once -------------------------------------------------------------------------------------------------

def published(scan, profile_of):
    """(port, protocol, address) of what runs where each app has the profile that PROFILE_OF gives it: {key: its mapping}."""
    out = collections.defaultdict(set)
    for r in rows(scan):
        if r["record"] != "port" or not r["host_port"].isdigit() or r["host_port"] == "0" or r["network_mode"].startswith(SILENT) or r["replicas"] == "0":
            continue
        if r["profile"] and profile_of(r["app"]) not in r["profile"].split(","):
            continue
        span = (r["app"], r["file"], r["offset"], r["length"]) if r["offset"] else (r["app"], r["service"], r["value"])
        out[int(r["host_port"]), r["protocol"].lower(), r["host_ip"]].add((span, r["app"], r["service"]))
    return out


def bind(port, protocol, address):
    """A socket that holds what Docker would hold there."""
    kind = socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
    held = []
    for family, any_address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        if address and (":" in address) != (family == socket.AF_INET6):
            continue
        s = socket.socket(family, kind)
        held.append(s)
        if family == socket.AF_INET6:
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        s.setsockopt(socket.IPPROTO_IP if family == socket.AF_INET else socket.IPPROTO_IPV6, 15 if family == socket.AF_INET else 78, 1)  # FREEBIND
        s.bind((address or any_address, port))
        if kind == socket.SOCK_STREAM:
            s.listen(1)
    return held


def check_bind(scan, problems, unread, rng, alone):
    """Every port of every app, bound at once, each on its own address; those that a problem names are left out."""
    profiles = [p for r in rows(scan) for p in r["profile"].split(",")] or [""]
    chosen = {}
    count = 0
    for profile_of in (lambda app: "", lambda app: chosen.setdefault(app, rng.choice(profiles))):
        held = []
        try:
            for (port, protocol, address), who in sorted(published(scan, profile_of).items()):
                if is_named(problems, "%d/%s" % (port, protocol)) or {w[1] for w in who} & unread:
                    continue
                if len({w[0] for w in who}) > 1:
                    raise Failed("%d/%s of %s has two owners: %s" % (port, protocol, address, who))
                if not alone and (port < 1024 or address):
                    continue
                try:
                    held += bind(port, protocol, address)
                except OSError as e:
                    if alone:       # on a host with others it may be theirs
                        raise Failed("%d/%s on %r cannot be bound beside the others: %s; %s" % (port, protocol, address, e, who))
                count += 1
        finally:
            for s in held:
                s.close()
    return count


# --- one fleet ---------------------------------------------------------------------------------------------------------

class Trial:
    """One fleet in WORK/fleet with its database WORK/a.db."""

    def __init__(self, rng, work, o, count):
        self.rng, self.work, self.o, self.count = rng, work, o, count
        self.told = {}          # Compose's answers: what it was asked once of an app's files it need not be asked again
        self.root = os.path.join(work, "fleet")
        self.fleet = Fleet(rng, self.root)
        self.count.update(self.fleet.saw)
        self.count["apps"] += len(self.fleet.apps)
        if self.fleet.chance(0.4, "plan --overrides"):
            self.fleet.plan_args = [*self.fleet.plan_args, "--overrides"]
        if self.fleet.chance(0.3, "rows in the database"):
            self.rows()

    def see(self, feature, n=1):
        self.count[feature] += n

    def plan(self, scan, db="a.db", more=()):
        return run([BIN + "/plan", "-q", "--no-host-check", "--db", db, *self.fleet.plan_args, *more], input=scan, cwd=self.work)

    def scan(self):
        return run([BIN + "/scan", *self.fleet.scan_args, self.root])

    def apply(self, *args, **kw):
        return run([BIN + "/apply", "-q", "--db", "a.db", *args], cwd=self.work, **kw)

    def rows(self):
        """The user's own table, with a column more, rows of apps that are there and of one that is gone."""
        db = sqlite3.connect(os.path.join(self.work, "a.db"))
        db.execute("CREATE TABLE port_configurations (id INTEGER PRIMARY KEY, model VARCHAR(200) NOT NULL, app_num INTEGER NOT NULL, "
                   "backend_port INTEGER UNIQUE NOT NULL, frontend_port INTEGER UNIQUE NOT NULL, is_available BOOLEAN DEFAULT TRUE, note TEXT, "
                   "UNIQUE(model, app_num))")
        known = [a.split("/")[-2:] for a in self.fleet.apps if re.search(r"[^/]/app\d+$", a)]
        for model, app in [k for k in known if self.rng.random() < 0.6] + [("gone", "app1")]:
            base = self.rng.choice([5001, 5003, 5011, 6001, 8001])
            try:
                db.execute("INSERT INTO port_configurations (model, app_num, backend_port, frontend_port) VALUES (?, ?, ?, ?)",
                           (model, int(app[3:]), base, base + self.rng.choice([3000, 3000, 2, -1])))
            except sqlite3.IntegrityError:
                pass
        db.commit()
        db.close()

    def migrate(self, first):
        """Plans, applies and holds the outcome against everything that was promised. The plan's rows, and the apps that scan
        could not read to the end, whose rest may come to light by the plan's own edits."""
        before = tree(self.root)
        scan = self.scan()
        made = self.plan(scan)
        plan = rows(made)
        if first:
            self.check_order(scan, made)
        again = told(self.plan(scan))
        if again != told(made):
            raise Failed("planned again before it is applied, the plan differs: %s" % differing(told(made), again))
        was = self.asked_before(before, plan)
        want = applied(before, plan)
        made_new = [r["file"] for r in plan if r["action"] == "copy" and not re.search(r"(?:^|/)app\d+$", r["app"])]
        if made_new:
            raise Failed("an example is copied outside the layout: %s" % made_new)
        if first and self.fleet.chance(0.1, "berth migrate"):
            self.check_migrate(want)
        self.apply(input=made)
        got = tree(self.root)
        if got != want:
            raise Failed("apply did not do what the plan says: %s" % [f for f in set(got) | set(want) if got.get(f) != want.get(f)])
        if first and edits_of(plan) and self.fleet.chance(0.5, "undo"):
            self.check_undo(before, made, want)
        unread = {r["app"] for r in rows(scan) if r["record"] == "problem" and r["role"] != "placeholder"}
        # a port of which a person was told that its variable means something else may be free of that by the plan's own edits
        unread |= {r["app"] for r in plan if r["action"] == "problem" and "its variable means something else as well" in r["new"]}
        self.check_after(plan, was, unread, rows(scan))
        self.see("edits", len(edits_of(plan)))
        for r in plan:
            if r["action"] in ("replace", "insert", "copy", "create", "problem"):
                self.see("plan: " + (r["action"] if r["action"] in ("problem", "copy", "create") else r["reason"]))
        return plan, unread

    def check_order(self, scan, made):
        lines = scan.splitlines(keepends=True)
        if scan.count(b"\n") != len(rows(scan)) + 1:        # a field holds a line end
            return
        middle = lines[2:-1]
        self.rng.shuffle(middle)
        copy = os.path.join(self.work, "b.db")
        if os.path.exists(copy):
            os.unlink(copy)
        base = os.path.join(self.work, "start.db")
        if os.path.exists(base):
            shutil.copy(base, copy)
        if self.plan(b"".join(lines[:2] + middle + lines[-1:]), "b.db") != made:
            raise Failed("the plan depends on the order of the findings")
        self.see("findings in another order")

    def check_migrate(self, want):
        """`berth migrate` on a copy of the same name, which is the model of an app right below, does the same as the pipe."""
        start, copy = os.path.join(self.work, "start.db"), os.path.join(self.work, "copy", "fleet")
        if os.path.exists(start):
            shutil.copy(start, os.path.join(self.work, "m.db"))
        shutil.copytree(self.root, copy, symlinks=True)
        run([BIN + "/migrate", "-q", "-y", "--no-host-check", "--db", "m.db", *self.fleet.scan_args, *self.fleet.plan_args, copy], cwd=self.work)
        if tree(copy) != want:
            raise Failed("berth migrate differs from the pipe")
        shutil.rmtree(copy)

    def check_undo(self, before, made, want):
        self.apply("--undo")
        if tree(self.root) != before:
            raise Failed("undo did not give every byte back: %s" % [f for f, t in tree(self.root).items() if before.get(f) != t])
        again = self.plan(self.scan())
        if edits_of(told(again)) != edits_of(told(made)):
            raise Failed("planned again after the undo, the edits differ: %s" % differing(edits_of(told(made)), edits_of(told(again))))
        self.apply(input=again)
        if tree(self.root) != want:
            raise Failed("applied again after the undo, the files differ")

    def asked(self):
        """What Compose says of each app now. An app reads what is in its folder and what lies right below the root."""
        out, files = {}, sorted(tree(self.root).items())
        for app in self.fleet.apps:
            mine = app, tuple(x for x in files if "/" not in x[0] or x[0].startswith(app + "/"))
            if mine not in self.told:
                self.told[mine] = ask(self.o.ask, self.root, [app])
            out.update(self.told[mine])
        return out

    def asked_before(self, before, plan):
        """Compose's answers where each .env that the plan makes of an example is there already."""
        if not self.o.ask:
            return None
        copies = [r["file"] for r in plan if r["action"] == "copy"]
        for f in copies:
            with open(os.path.join(self.root, f), "wb") as h:
                h.write(before[os.path.join(os.path.dirname(f), ".env.example")])
        was = self.asked()
        for f in copies:
            os.unlink(os.path.join(self.root, f))
        return was

    def check_after(self, plan, was, unread, before):
        """UNREAD: apps that scan could not read to the end, of which more may be seen now."""
        scan = self.scan()
        again = rows(self.plan(scan))
        more = [r for r in edits_of(again) if r["app"] not in unread]
        if more:
            raise Failed("planned again, it plans: %s" % more[:3])
        problems = [r["new"] for r in plan if r["action"] == "problem"]
        for c in rows(run([BIN + "/report", "--findings", "-", "--format", "csv", "conflicts"], input=scan, cwd=self.work)):
            what = c["value"].split(" on ")[0] + " on" if " on " in c["value"] else c["value"]    # networks get other names
            if c["kind"] == "alias" and is_named([p for p in problems if p.startswith("network ")], what[:-3]):
                continue    # told with its network, which two apps make
            if not is_named(problems, what) and not {c["app"], c["other_app"]} & unread:
                raise Failed("not named as a problem: %s" % c)
        self.check_hazards(scan)
        # why one could not be ended may be another reason by now: a list that was shared became two
        about = lambda made: {(r["app"],) + what_about(r) for r in made if r["action"] == "problem"}
        said = {x for x in about(again) - about(plan) if x[0] not in unread}
        if said:
            raise Failed("new problems after the migration: %s" % said)
        self.see("problems", len(problems))
        self.see("ports bound", check_bind(scan, problems, unread, self.rng, self.o.alone))
        now = self.asked() if was else None
        if not unread:
            check_beside(self.fleet, tree(self.root), plan, before, rows(scan), was and (was, now))
        if was is None:
            return
        for app in self.fleet.apps:
            if was[app] is None:
                self.see("projects that Compose refused before")
                continue
            if now[app] is None:
                raise Failed("compose accepted %s before, now: %s" % (app, now[app, "error"]))
            self.see("projects that Compose answered for")
            self.see("ports that Compose saw move", check_answer(app, was[app], now[app], plan, self.services(before, app)))
        check_names(now, problems)
        check_named(was, now, before, rows(scan), problems)
        check_scan(rows(scan), now)

    def check_hazards(self, scan):
        """What several projects share is a hazard, and no conflict: a name of Traefik's, a folder that they write to."""
        shared = collections.defaultdict(set)
        for r in rows(scan):
            if r["record"] in ("route", "mount") and r["replicas"] != "0":
                shared[r["record"], r["value"]].add((r["app"], r["role"], r["protocol"]))
        told = rows(run([BIN + "/report", "-q", "--findings", "-", "--format", "csv", "hazards"], input=scan, cwd=self.work))
        for (record, value), who in shared.items():
            if len({w[0] for w in who}) > 1 and len({w[1:] for w in who}) == 1:
                if not any(h["kind"] in ("router", "folder") and value in h["value"] for h in told):
                    raise Failed("no hazard: %s %s of %s" % (record, value, who))
                self.see("hazards: " + record)

    def services(self, findings, app):
        """The services of APP, in whatever profile."""
        mine = [r for r in findings if r["app"] == app]
        return {r["service"] for r in mine} | {s for r in mine for s in re.sub(r":\d+", "", r["unnamed"]).split(",")}

    def edit_by_hand(self):
        """Another number in the place of some port."""
        scan = [r for r in rows(self.scan()) if r["record"] == "port" and r["length"] not in ("", "0") and r["host_port"].isdigit()]
        if not scan:
            return
        r = self.rng.choice(scan)
        path = os.path.join(self.root, r["file"])
        if os.path.islink(path):
            return
        with open(path, "rb") as f:
            old = f.read()
        off, n = int(r["offset"]), int(r["length"])
        if old[off:off + n] == r["host_port"].encode():
            with open(path, "wb") as f:
                f.write(old[:off] + b"%d" % self.rng.choice(PORTS) + old[off + n:])
            self.see("edited by hand")

    def change(self):
        """Time goes by. The apps that must not change."""
        rng, known = self.rng, set(self.fleet.apps)
        calm = rng.random() < 0.5
        if not calm:
            for _ in range(rng.randint(1, 2)):
                self.edit_by_hand()
            plain = [a for a in self.fleet.apps if not any(b != a and b.startswith(a + "/") for b in self.fleet.apps)]
            if len(plain) > 1 and self.fleet.chance(0.4, "an app goes"):
                gone = rng.choice(plain)
                shutil.rmtree(os.path.join(self.root, gone))
                self.fleet.apps.remove(gone)
        self.fleet.saw.clear()
        if rng.random() < 0.5:
            self.fleet.generated(rng.choice(["aaa/app1", "zzz/app2"]))
        else:
            self.fleet.stack(rng.choice(["0first", "zzz/last"]))
        self.see("an app comes")
        self.count.update(self.fleet.saw)
        return known if calm else set()

    def carry_out(self):
        if os.path.exists(os.path.join(self.work, "a.db")):
            shutil.copy(os.path.join(self.work, "a.db"), os.path.join(self.work, "start.db"))
        _, unread = self.migrate(True)
        calm = self.change() - unread
        for r in edits_of(self.migrate(False)[0]):
            if r["app"] in calm and not is_of_another(r):
                raise Failed("an app was added, and another changes: %s" % r)


def what_about(row):
    """What a problem is about: where none is left for a range that several services have by one text, any of them is told."""
    anyone = re.search(r"may take any port of \S+|(?:alias|address) \S+ on ", row["new"])     # and networks get other names
    return ("", anyone[0]) if anyone else (row["service"], row["new"].split("; ")[0])


def is_of_another(row):
    """Whether the row follows a name of another app, which may be the one that came."""
    return row["reason"] == "reference" and "names this app's" not in row["detail"]


def find_compose():
    """The program and its arguments; None where there is none."""
    get = os.path.join(TOP, "..", "shared", "oracle", "get-compose")
    if os.environ.get("BERTH_COMPOSE"):
        return [os.environ["BERTH_COMPOSE"]]
    if os.path.exists(get):
        r = subprocess.run([get], capture_output=True)
        if r.returncode == 0:
            return [r.stdout.decode().strip()]
    if shutil.which("docker") and subprocess.run(["docker", "compose", "version"], capture_output=True).returncode == 0:
        return ["docker", "compose"]
    return None


def alone(compose):
    """Starts again on a network of its own, where every port is free. True where that worked."""
    if os.environ.get("BERTH_ALONE"):
        return os.environ["BERTH_ALONE"] == "yes"
    works = shutil.which("unshare") and subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode == 0
    environ = dict(os.environ, BERTH_ALONE="yes" if works else "no")
    if compose and len(compose) == 1:
        environ["BERTH_COMPOSE"] = compose[0]
    os.execvpe(*(("unshare", ["unshare", "-rn", sys.executable] + sys.argv) if works else (sys.executable, [sys.executable] + sys.argv)), environ)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("-n", type=int, default=60)
    ap.add_argument("-s", type=int, default=1)
    ap.add_argument("-e", type=int, default=10)
    ap.add_argument("-k", action="store_true")
    o = ap.parse_args()
    compose = find_compose()
    o.alone = alone(compose)
    count, failures = collections.Counter(), 0
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    print("1..%d" % o.n)
    for i in range(o.s, o.s + o.n):
        said = None
        work = tempfile.mkdtemp(dir=memory)
        o.ask = compose if compose and i % o.e == 0 else None
        try:
            Trial(random.Random(i), work, o, count).carry_out()
        except Failed as x:
            failures += 1
            said = str(x)
        print("%sok %d - fleet %d" % ("not " if said else "", i - o.s + 1, i), flush=True)
        if said:
            print("# " + said.replace("\n", "\n# "), flush=True)
            if o.k:
                print("# kept: %s" % work)
                sys.exit(1)
        shutil.rmtree(work, ignore_errors=True)
    for k, n in sorted(count.items()):
        print("# %7d %s" % (n, k))
    print("# %d fleets, %d apps, %d edits, %d problems named, %d ports bound, %d projects asked of Docker Compose, %d failed" % (
        o.n, count["apps"], count["edits"], count["problems"], count["ports bound"], count["projects that Compose answered for"], failures))
    sys.exit(failures != 0)


if __name__ == "__main__":
    main()
