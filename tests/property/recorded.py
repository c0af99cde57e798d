#!/usr/bin/env python3
"""What plan says of random fleets, each recorded in a file of its own, against what it says today. TAP, a test a fleet.

usage: tests/property/recorded.py [FILE…]           fixtures/recorded/*; REMAKE=1: they are what it says today; then look at `git diff`
       tests/property/recorded.py --new SEED FILE   a new one
A file is the fleet, then what is done, line by line, each with what came of it:
    === PATH                  a file, from the next line on; `=== PATH -> TARGET` is a symlink. `../` lies beside the fleet
    \\ no newline              the file before ends without one
    >>> row MODEL N B F       the user's own table has the row before berth comes
    >>> plan OPTION…          scan | plan: its rows, its words, and what of the registry became another (+) or went (-)
    >>> ask OPTION…           likewise, with --dry-run: the lines that differ from those of the plan before
    >>> apply                 that plan is carried out; what apply says
    >>> remove, move, set     apps go, move, and get another text by hand
Programs are those of $BERTH_BIN (default bin). `>>> scan OPTION…` says how all that follow are scanned.
"""
# SPDX-License-Identifier: MIT
import difflib, os, random, re, shlex, shutil, sqlite3, subprocess, sys, tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.abspath(os.environ.get("BERTH_BIN", os.path.join(TOP, "bin")))
TABLES = ["model, app_num, backend_port, frontend_port FROM port_configurations", "* FROM berth_apps", "* FROM berth_ports",
          "* FROM berth_former", "* FROM berth_names", "DISTINCT message FROM berth_audit_clashes"]
USERS = ("CREATE TABLE IF NOT EXISTS port_configurations (id INTEGER PRIMARY KEY, model TEXT NOT NULL, app_num INTEGER NOT NULL, "
         "backend_port INTEGER UNIQUE NOT NULL, frontend_port INTEGER UNIQUE NOT NULL, is_available BOOLEAN DEFAULT TRUE, "
         "UNIQUE(model, app_num))")
UNSAID = re.compile(r"^(?:action|status|fleet|end),|^plan: .* registry|^$")     # of the stream itself, of today


def read(path):
    """The fleet's files, as (path, bytes or the target of a link), and the steps, as (line, said)."""
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as f:
        text = f.read()
    head, *steps = re.split(r"(?m)^>>> ", text)
    files = []
    for one in re.split(r"(?m)^=== ", head)[1:]:
        name, body = one.split("\n", 1)
        link = name.split(" -> ")
        body = body[:-len("\n\\ no newline\n")] if body.endswith("\n\\ no newline\n") else body
        files.append((link[0], link[1] if len(link) > 1 else body.encode(errors="surrogateescape")))
    return files, [tuple(s.split("\n", 1)) for s in steps]


def write(path, files, steps):
    with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as f:
        for name, body in files:
            if isinstance(body, str):
                f.write("=== %s -> %s\n" % (name, body))
                continue
            text = body.decode(errors="surrogateescape")
            f.write("=== %s\n%s%s" % (name, text, "" if text.endswith("\n") or not text else "\n\\ no newline\n"))
        for line, said in steps:
            f.write(">>> %s\n%s" % (line, said))


class Fleet:
    """One fleet in WORK/fleet, with its registry in WORK/reg.db."""

    def __init__(self, work, files):
        self.work, self.root, self.scanned, self.rows = work, os.path.join(work, "fleet"), [], []
        self.found = self.made = None
        for name, body in files:
            path = os.path.join(self.root, name)
            os.makedirs(os.path.dirname(os.path.normpath(path)), exist_ok=True)
            if isinstance(body, str):
                os.symlink(body, path)
                continue
            with open(path, "wb") as f:
                f.write(body)

    def run(self, *args, **kw):
        env = {k: v for k, v in os.environ.items() if not k.startswith(("BERTH_", "COMPOSE_"))}
        r = subprocess.run(args, capture_output=True, cwd=self.work, env=dict(env, LC_ALL="C", BERTH_CONFIG=""), **kw)
        if r.returncode not in (0, 1):
            return r.stdout, r.stderr + b"status %d\n" % r.returncode
        return r.stdout, r.stderr

    def plain(self, data):
        """The lines of DATA without what is of this machine and without what tells nothing."""
        text = data.decode(errors="surrogateescape").replace(self.work + "/", "")
        return [re.sub(r"xxh3:[0-9a-f]{16}", "", x).rstrip(",") for x in text.split("\n") if not UNSAID.match(x)]

    def registry(self):
        out, db = [], sqlite3.connect(os.path.join(self.work, "reg.db"))
        db.text_factory = lambda b: b.decode(errors="surrogateescape")
        for columns in TABLES:
            try:
                found = db.execute("SELECT %s ORDER BY %s" % (columns, "1" if "DISTINCT" in columns else "1, 2, 3, 4")).fetchall()
            except sqlite3.OperationalError:    # a table that is not there yet
                continue
            out += ["|".join([columns.split()[-1].replace("berth_", ""), *("" if x is None else str(x) for x in row)]) for row in found]
        db.close()
        return [x.replace(self.work + "/", "") for x in out]

    def asked(self, options, *more):
        if not self.found:
            self.found = self.run(BIN + "/scan", "-q", *self.scanned, self.root)
        made, words = self.run(BIN + "/plan", "-v", "--no-host-check", "--db", "reg.db", *more, *shlex.split(options), input=self.found[0])
        return made, self.plain(made) + self.plain(self.found[1]) + self.plain(words)

    def do(self, line):
        """Carries out LINE; the lines that are to be recorded."""
        what, _, rest = line.partition(" ")
        if what not in ("plan", "ask"):
            self.found = None
        return getattr(self, "do_" + what)(rest) or []

    def do_scan(self, rest):
        self.scanned = shlex.split(rest)

    def do_row(self, rest):
        db = sqlite3.connect(os.path.join(self.work, "reg.db"))
        db.execute(USERS)
        db.execute("INSERT INTO port_configurations (model, app_num, backend_port, frontend_port) VALUES (?, ?, ?, ?)", rest.split())
        db.commit()
        db.close()

    def do_plan(self, rest):
        was = self.registry()
        self.made, self.rows = self.asked(rest)
        return self.rows + differing(was, self.registry())

    def do_ask(self, rest):
        return differing(self.rows, self.asked(rest, "--dry-run")[1])

    def do_apply(self, rest):
        results, words = self.run(BIN + "/apply", "--db", "reg.db", input=self.made)
        return [x for x in self.plain(results) if not x.startswith("changed,")] + self.plain(words)

    def do_remove(self, rest):
        shutil.rmtree(os.path.join(self.root, *shlex.split(rest)))

    def do_move(self, rest):
        old, new = (os.path.join(self.root, x) for x in shlex.split(rest))
        os.makedirs(os.path.dirname(new), exist_ok=True)
        os.rename(old, new)

    def do_set(self, rest):
        path, old, new = shlex.split(rest)
        with open(os.path.join(self.root, path), "rb+") as f:
            data = f.read().replace(old.encode(), new.encode())
            f.seek(0), f.truncate()
            f.write(data)


def differing(was, now):
    return [x[0] + " " + x[2:] for x in difflib.ndiff(was, now) if x[0] in "+-"] if was else ["+ " + x for x in now]


def carried_out(files, steps):
    """The steps with what is said today."""
    work = os.path.realpath(tempfile.mkdtemp())
    try:
        fleet = Fleet(work, files)
        return [(line, "".join(x + "\n" for x in fleet.do(line))) for line, *_ in steps]
    finally:
        shutil.rmtree(work, ignore_errors=True)


def main():
    if sys.argv[1:2] == ["--new"]:
        from dense import fleet
        files, steps = fleet(random.Random(int(sys.argv[2])))
        write(sys.argv[3], files, carried_out(files, steps))
        return
    here = os.path.join(TOP, "fixtures", "recorded")
    paths = sys.argv[1:] or [os.path.join(here, x) for x in sorted(os.listdir(here))]
    failed = 0
    for number, path in enumerate(paths, 1):
        files, steps = read(path)
        now = carried_out(files, steps)
        said = [] if now == steps else list(difflib.unified_diff(*("".join(">>> %s\n%s" % s for s in x).split("\n") for x in (steps, now)), "recorded", "now", lineterm=""))
        if os.environ.get("REMAKE"):
            write(path, files, now)
        failed += bool(said)
        print("%sok %d - %s" % ("not " if said else "", number, os.path.basename(path)), flush=True)
        for line in said[:40]:
            print("# " + line)
    print("1..%d" % len(paths))
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
