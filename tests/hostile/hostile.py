#!/usr/bin/env python3
# hostile: a fleet of good apps beside as many that nobody meant well: the good ones get the answer that they get without them.
# SPDX-License-Identifier: MIT
#
# usage: hostile.py APPS [SIZE] [SHAPE ...]     TAP; APPS good ones, and as many of the shapes, each in turn, as far as SIZE says (1 to 10)
#
# The good ones' findings, plan and migrated files are compared byte for byte with those of the good ones alone. How long it takes is held
# against a fleet of the same good ones beside as many harmless apps of the same bytes as the hostile ones: at most twice that, or of the
# largest shapes ten times, as what is harmless and that large is comments for the most part. Against the good ones alone it cannot be: a hostile app is a hundred times as large as a good one, and has to be read.
import csv
import io
import os
import resource
import shutil
import stat
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import shapes
from files import tree
from tap import done, test

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.abspath(os.environ.get("BERTH_BIN", os.path.join(TOP, "bin")))
ENV = {k: v for k, v in os.environ.items() if not k.startswith(("BERTH_", "COMPOSE_"))}
ENV["LC_ALL"] = "C"
MEMORY = 2 << 30
SERVICES = 400
csv.field_size_limit(1 << 30)
PATIENCE = int(os.environ.get("TEST_PATIENCE", "1200"))


def run(tool, *args):
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    said = subprocess.run([os.path.join(BIN, tool), *args], stdin=subprocess.DEVNULL, capture_output=True, env=ENV, timeout=PATIENCE,
                          preexec_fn=None if os.environ.get("BERTH_VARIANT") in ("asan", "tsan") else limit)
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


def size_of(folder):
    """The bytes of the files in FOLDER that are read; of a sparse one those that there are."""
    total = 0
    for here, folders, names in os.walk(folder):
        for name in names:
            st = os.lstat(os.path.join(here, name))
            total += min(st.st_size, st.st_blocks * 512) if stat.S_ISREG(st.st_mode) else 0
    return total


def harmless(folder, n, size):
    """An app that means well, of about SIZE bytes: services as people write them, each with a port, a setting and an address."""
    os.makedirs(folder)
    lines, k = ["services:"], 0
    while k == 0 or sum(map(len, lines)) + len(lines) < size:
        lines += ["  service%d:" % k, "    image: registry.example.com/team/service%d:1.%d" % (k, n), "    restart: unless-stopped", "    ports:",
                  '      - "%d:80"' % (30000 + (n * 7 + k) % 9000), "    environment:", "      LOG_LEVEL: info",
                  "      URL: http://service%d:80/" % (k + 1), "    # what stands here is for people to read"] + ["    # and so is this"] * 4
        k += 1
        if k == SERVICES:
            lines.append("# " + "as large as the other one " * ((size - sum(map(len, lines))) // 26))
            break
    with open(os.path.join(folder, "compose.yaml"), "w") as f:
        f.write("\n".join(lines) + "\n")


def main():
    apps, size = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    names = sys.argv[3:] or list(shapes.SHAPES)
    for fleet in ("alone", "beside", "harmless"):
        for i in range(apps):
            shapes.good(os.path.join(fleet, "good", "m%d" % (i % 7), "app%d" % (i // 7 + 1)) if i % 5 < 2 else os.path.join(fleet, "good", "s%d" % i), i)
    bytes_of = []
    for i in range(apps):
        name = names[i % len(names)]
        # before the good ones and behind them
        folder = os.path.join("beside", "a-hostile" if i % 2 else "z-hostile", "%s-%d" % (name, i))
        os.makedirs(folder)
        shapes.SHAPES[name](folder, size)
        bytes_of.append(size_of(folder))
        harmless(folder.replace("beside", "harmless", 1), i, bytes_of[-1])
    a, b, c = Answer("alone"), Answer("beside"), Answer("harmless")
    for tool, said in b.said.items():
        test("%s ends with a verdict" % tool, said.returncode in (0, 1), said.returncode, said.stderr[-500:])
    for tool, without in (("scan", ()), ("plan", ("root_id",)), ("report", ()), ("apply", ("run",))):
        x, y = rows(a.said[tool].stdout, *without), rows(b.said[tool].stdout, *without)
        test("%s: %d rows of good apps are the same" % (tool, len(x)), x == y and x, *differences(x, y))
    x, y = tree("alone/good"), tree("beside/good")
    test("what migrate made of the %d files of good apps is the same" % len(x), x == y, *sorted(k for k in set(x) | set(y) if x.get(k) != y.get(k))[:5])
    for tool in a.steps:
        print("# %s: %.2f s of the processor alone, %.2f s beside %d hostile apps, %.2f s beside harmless ones" %
              (tool, a.steps[tool], b.steps[tool], apps, c.steps[tool]))
    alone, beside, others = (sum(x.steps.values()) for x in (a, b, c))
    print("# hostile: %d and %d apps, %.2f s alone, %.2f s beside %.1f MB of hostile apps, %.2f s beside as many harmless ones of that size: %.1f times" %
          (apps, apps, alone, beside, sum(bytes_of) / 1e6, others, beside / max(others, 0.01)))
    factor = 2 if size == 1 else 10
    test("in %d times the time of a fleet of the same size" % factor, beside <= factor * others + float(os.environ.get("HOSTILE_GRACE", "0")), others, beside)
    done()


FOLDER = tempfile.mkdtemp(prefix="berth-hostile-")
os.chdir(FOLDER)
try:
    main()
finally:
    os.chdir("/")
    subprocess.run(["chmod", "-R", "u+rwX", FOLDER], stderr=subprocess.DEVNULL)
    subprocess.run(["rm", "-rf", FOLDER])
