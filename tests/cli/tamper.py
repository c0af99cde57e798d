#!/usr/bin/env python3
# tamper: plans with one field changed: each is refused whole with its row named, or does to every app what the true plan does, or
# leaves it. Run in a scratch folder.
# SPDX-License-Identifier: MIT
#
# usage: tamper.py FLEET COUNT [SEED]      TAP, a test a column
import csv
import io
import os
import random
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from files import tree

fleet, count = sys.argv[1], int(sys.argv[2])
rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
ENV = dict(os.environ, BERTH_DB="r.db", LC_ALL="C")
NASTY = [b"", b"0", b"1", b"-1", b"18446744073709551615", b"99999999999999999999", b"9223372036854775807", b"..", b"../..",
         b"/etc/passwd", b"a//b", b"./.env", b"a/../b", b"x" * 300, b"5001\n", b"5001\r\nEVIL=1", b"$(id)", b"'", b'"', b"\xff\xfe",
         b"xxh3:0000000000000000", b"port", b"create", b"copy", b"insert", b"replace", b"0x10", b" 5001", b"65536", b"5001-"]


def run(tool, *args, given=b""):
    got = subprocess.run([tool, *args], input=given, capture_output=True, env=ENV, timeout=60)
    return got.returncode, got.stdout, got.stderr


def reset():
    os.makedirs("fleet", exist_ok=True)  # the root stays the folder that was scanned
    for name in os.listdir("fleet"):
        path = os.path.join("fleet", name)
        shutil.rmtree(path) if os.path.isdir(path) and not os.path.islink(path) else os.unlink(path)
    shutil.copytree(fleet, "fleet", symlinks=True, dirs_exist_ok=True)
    for name in ("r.db.runs", "r.db.runs-journal"):
        if os.path.exists(name):
            os.unlink(name)


def text(rows):
    out = io.StringIO(newline="")
    w = csv.writer(out, lineterminator="\n")
    w.writerows(rows)
    return out.getvalue().encode("utf-8", "surrogateescape")


def mutate(field, column, rows):
    kind = rng.randrange(5)
    if kind == 0:
        return rng.choice(rows)[column]
    if kind == 1:
        return rng.choice(NASTY).decode("utf-8", "surrogateescape")
    if kind == 2 and field.isdigit():
        return str(max(0, int(field) + rng.choice([-100, -5, -1, 1, 2, 7, 1000])))
    if kind == 3 and field:
        i = rng.randrange(len(field))
        return field[:i] + rng.choice("059azA._-/:=\"'{}$\n, #") + field[i + 1:]
    i = rng.randrange(len(field) + 1)
    return field[:i] + rng.choice("059azA._-/:=\"'{}$\n, #") + field[i:]


reset()
for name in os.listdir("."):
    if name.startswith("r.db"):
        os.unlink(name)
plan = run("plan", "--no-host-check", given=run("scan", "fleet")[1])[1]
rows = list(csv.reader(io.StringIO(plan.decode("utf-8", "surrogateescape"), newline="")))
header = rows[0]
old = tree("fleet")
code, out, err = run("apply", given=plan)
assert code == 0, err
new = tree("fleet")
apps = sorted({r[header.index("app")] for r in rows[2:-1]}, key=len, reverse=True)
reset()
# what says nothing of where and what, apply does not hold against a plan
loose = [header.index(c) for c in ("service", "line", "column", "detail", "reason")]
bad, refused, taken = [[] for _ in header], [0] * len(header), [0] * len(header)
for i in range(count):
    r = rng.randrange(2, len(rows) - 1)
    c = rng.randrange(len(header))
    changed = [list(x) for x in rows]
    changed[r][c] = mutate(changed[r][c], c, rows[2:-1])
    if changed[r][c] == rows[r][c]:
        continue
    what = "row %d, %s: %r -> %r" % (r, header[c], rows[r][c], changed[r][c])
    code, out, err = run("apply", *(["--partial"] if rng.random() < 0.3 else []), given=text(changed))
    now = tree("fleet")
    if code == 2:
        refused[c] += 1
        if now != old:
            bad[c].append("refused and not left alone: " + what)
        elif not re.search(rb"^apply: standard input:\d+: ", err) and b"end record" not in err:
            bad[c].append("no row named: %s: %r" % (what, err))
    elif code in (0, 1):
        taken[c] += 1
        touched = {p for p in set(now) | set(old) if now.get(p) != old.get(p)}
        for path in touched:
            if now.get(path) != new.get(path):
                bad[c].append("neither old nor new: %s: %s" % (path, what))
        list(csv.reader(io.StringIO(out.decode("utf-8", "surrogateescape"), newline="")))
        if c in loose and code == 0 and now != new:
            bad[c].append("not the planned tree: " + what)
    else:
        bad[c].append("ended with %d: %s: %r" % (code, what, err))
    if now != old or code != 2:
        reset()
for c, column in enumerate(header):
    print("%sok %d - %s: %d tampered plans refused, %d harmless ones taken" % ("not " if bad[c] else "", c + 1, column, refused[c], taken[c]))
    for b in bad[c][:20]:
        print("# " + b)
print("1..%d" % len(header))
