#!/usr/bin/env python3
# hostile: a fleet of good apps beside as many that nobody meant well: the good ones get the answer that they get without them.
# SPDX-License-Identifier: MIT
#
# usage: hostile.py APPS [SIZE] [SHAPE ...]     TAP; APPS good ones, and as many of the shapes, each in turn, as far as SIZE says (1 to 10)
#
# The good ones' findings, plan and migrated files are compared byte for byte with those of the good ones alone. How long
# it takes is held against the good ones' own time: FACTOR times that, and for each app of a shape what a small one of it costs.
import csv
import io
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import shapes
from tap import done, test

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.abspath(os.environ.get("BERTH_BIN", os.path.join(TOP, "bin")))
ENV = {k: v for k, v in os.environ.items() if not k.startswith(("BERTH_", "COMPOSE_"))}
ENV["LC_ALL"] = "C"
MEMORY = 2 << 30
csv.field_size_limit(1 << 30)
PATIENCE = int(os.environ.get("TEST_PATIENCE", "1200"))


def run(tool, *args):
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    said = subprocess.run([os.path.join(BIN, tool), *args], stdin=subprocess.DEVNULL, capture_output=True, env=ENV, timeout=PATIENCE,
                          preexec_fn=None if os.environ.get("BERTH_VARIANT") == "asan" else limit)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    said.cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    said.wall = time.monotonic() - started
    return said


def rows(stream, *without):
    """The rows of good apps, without what tells of the fleet as a whole."""
    table = csv.reader(io.StringIO(stream.decode("utf-8", "surrogateescape"), newline=""))
    header = next(table, [])
    app = header.index("app") if "app" in header else 0
    drop = [header.index(c) for c in without if c in header]
    return [[c for i, c in enumerate(r) if i not in drop] for r in table if r[app:] and r[app].startswith("good/")]


def tree(root):
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as f:
                found[os.path.relpath(path, root)] = f.read()
    return found


class Answer:
    def __init__(self, fleet):
        self.steps = {}
        self.said = {}
        self.do(fleet, "scan", fleet)
        with open("f.csv", "wb") as f:
            f.write(self.said["scan"].stdout)
        self.do(fleet, "plan", "-q", "--no-host-check", "--db", fleet + ".plan.db", "f.csv")
        with open("p.csv", "wb") as f:
            f.write(self.said["plan"].stdout)
        self.do(fleet, "report", "conflicts", "--findings", "f.csv", "--db", "none.db")
        self.do(fleet, "apply", "--dry-run=csv", "--db", fleet + ".plan.db", "p.csv")
        self.do(fleet, "berth", "migrate", "--yes", "--no-host-check", "--db", fleet + ".migrate.db", fleet)

    def do(self, fleet, tool, *args):
        self.said[tool] = run(tool, *args)
        self.steps[tool] = self.said[tool].cpu


def differences(a, b):
    got = [("without", r) for r in a if r not in b][:4] + [("with", r) for r in b if r not in a][:4]
    return got or ([] if a == b else ["another order"])


def main():
    apps, size = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    names = sys.argv[3:] or list(shapes.SHAPES)
    for fleet in ("alone", "beside"):
        for i in range(apps):
            shapes.good(os.path.join(fleet, "good", "m%d" % (i % 7), "app%d" % (i // 7 + 1)) if i % 5 < 2 else os.path.join(fleet, "good", "s%d" % i), i)
    for i in range(apps):
        name = names[i % len(names)]
        # before the good ones and behind them
        folder = os.path.join("beside", "a-hostile" if i % 2 else "z-hostile", "%s-%d" % (name, i))
        os.makedirs(folder)
        shapes.SHAPES[name](folder, size)
    a, b = Answer("alone"), Answer("beside")
    for tool, said in b.said.items():
        test("%s ends with a verdict" % tool, said.returncode in (0, 1), said.returncode, said.stderr[-500:])
    for tool, without in (("scan", ()), ("plan", ("root_id",)), ("report", ()), ("apply", ("run",))):
        x, y = rows(a.said[tool].stdout, *without), rows(b.said[tool].stdout, *without)
        test("%s: %d rows of good apps are the same" % (tool, len(x)), x == y and x, *differences(x, y))
    x, y = tree("alone/good"), tree("beside/good")
    test("what migrate made of the %d files of good apps is the same" % len(x), x == y, *sorted(k for k in set(x) | set(y) if x.get(k) != y.get(k))[:5])
    for tool in a.steps:
        print("# %s: %.2f s of the processor alone, %.2f s beside %d hostile apps" % (tool, a.steps[tool], b.steps[tool], apps))
    alone, beside = sum(a.steps.values()), sum(b.steps.values())
    print("# hostile: %d and %d apps, %.2f s alone, %.2f s beside: %.1f times" % (apps, apps, alone, beside, beside / max(alone, 0.01)))
    if size == 1:
        test("in twice the time", beside <= 2 * alone + float(os.environ.get("HOSTILE_GRACE", "0")), alone, beside)
    done()


FOLDER = tempfile.mkdtemp(prefix="berth-hostile-")
os.chdir(FOLDER)
try:
    main()
finally:
    os.chdir("/")
    subprocess.run(["chmod", "-R", "u+rwX", FOLDER], stderr=subprocess.DEVNULL)
    subprocess.run(["rm", "-rf", FOLDER])
