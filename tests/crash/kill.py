#!/usr/bin/env python3
# kill: several of berth's programs at once on one fleet, each killed at a random moment, over and over; then what is left.
# SPDX-License-Identifier: MIT
#
# usage: kill.py ROUNDS [SEED]
#
# Every second round has two registries, and each program takes one of them. Beside them apps are laid out by `new`, and rows are made,
# given up, pruned and taken in. After each round: every file is one of the versions that the fleet had or a journal holds, whole; then
# `--resume` and `--undo` of every run that stands, latest first, give the first tree byte for byte; a migration still ends clean; and
# each app laid out by `new` is whole and has ports of its own.
import collections
import csv
import io
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.abspath(os.environ.get("BERTH_BIN", os.path.join(TOP, "bin")))
ENV = {k: v for k, v in os.environ.items() if not k.startswith(("BERTH_", "COMPOSE_", "CRASH_"))}
ENV.update(LC_ALL="C", BERTH_DB="r.db")
TEMPORARY = re.compile(r"(^|/)\.berth-[0-9a-f]{16}-(\d+-\d+|mark)\.tmp$")


def tree(root):
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as f:
                found[os.path.relpath(path, root)] = (f.read(), os.lstat(path).st_mode)
    return found


def run(*args, given=b"", db="r.db"):
    got = subprocess.run([os.path.join(BIN, args[0]), *args[1:]], input=given, capture_output=True, env=dict(ENV, BERTH_DB=db))
    return got.returncode, got.stdout.decode(errors="replace"), got.stderr.decode(errors="replace")


def known(first):
    """By path: every content that the file may have."""
    contents = {path: {value[0]} for path, value in first.items()}
    for name in ("r.db.runs", "s.db.runs"):
        if not os.path.exists(name):
            continue
        db = sqlite3.connect(name)
        begun = db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'files'").fetchone()[0]
        for path, before, after in db.execute("SELECT path, before, after FROM files") if begun else ():
            some = contents.setdefault(os.fsdecode(path), {None})
            some.add(None if before is None else bytes(before))
            some.add(bytes(after))
        db.close()
    return contents


def check_files(first, interrupted):
    now, may = tree("fleet"), known(first)
    for path, value in now.items():
        if TEMPORARY.search(path):
            assert interrupted, "temporary file left: " + path
            continue
        assert value[0] in may.get(path, ()), "no version of it: " + path
    for path in first:
        assert path in now, "gone: " + path


def runs(db="r.db"):
    code, out, err = run("apply", "--runs", db=db)
    if "there is no journal" in err:
        return []
    assert code == 0, "--runs: " + err
    return list(csv.DictReader(io.StringIO(out)))


def migrates(first):
    code, out, err = run("berth", "migrate", "--no-host-check", "fleet")
    assert code == 0, "migrate ended with %d: %s" % (code, err)
    assert tree("fleet") != first
    code, out, err = run("apply", "--undo")
    assert code == 0, "--undo ended with %d: %s %s" % (code, err, out)


def check_new():
    """What is laid out is whole, is registered, and no two have a port in common."""
    ports = collections.Counter()
    laid = [n for n in os.listdir("laid/mm") if not n.startswith(".berth-new-")]
    for name in laid:
        got = {n: open(os.path.join("laid/mm", name, n)).read() for n in sorted(os.listdir(os.path.join("laid/mm", name)))}
        assert list(got) == [".env", ".env.example", "compose.yaml"] and "{{" not in got[".env"], "half an app: %s %s" % (name, got)
        ports.update(re.findall("_PORT=([0-9]+)", got[".env"]))
    assert all(n == 1 for n in ports.values()), "two apps have one port: %s" % ports
    if not os.path.exists("r.db"):
        return
    db = sqlite3.connect("r.db")
    there = db.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('port_configurations', 'berth_ports')").fetchone()[0] == 2
    rows = db.execute("SELECT model || '/app' || app_num, backend_port, frontend_port FROM port_configurations").fetchall() if there else []
    db.close()
    flat = [p for row in rows for p in row[1:]]
    assert len(flat) == len(set(flat)), "two rows have one port: %s" % rows
    known = {port for row in rows for port in row[1:]}
    assert all(int(p) in known for p in ports), "laid out, not registered: %s, %s" % (sorted(ports), rows)


def commands_of(rnd, two):
    """Programs to choose from: arguments, what stdin is, and the registry."""
    db = rnd.choice(("r.db", "s.db")) if two else "r.db"
    number = rnd.randint(1, 6)
    new = ["new", "-q", "--no-host-check", "--template", "template", "mm/app%d" % number, "laid/mm/app%d" % number]
    # given up is only what no folder stands for: its ports may be another's at once
    return rnd.choice([(["apply"], db + ".plan", db), (["apply", "-j3"], db + ".plan", db), (["plan", "--no-host-check", "findings"], None, db),
                       (["berth", "migrate", "--no-host-check", "fleet"], None, db), (["apply", "--resume"], None, db),
                       (["apply", "--undo"], None, db), (["apply", "--undo"], None, db), (["apply", "--forget", "1w"], None, db),
                       (new, None, "r.db"), (new, None, "r.db"), (["plan", "--no-host-check", "--new", "rr/app%d" % number], None, db),
                       (["plan", "--release", "rr/app%d" % number], None, db), (["plan", "--no-host-check", "--prune", "findings"], None, db),
                       (["plan", "--import", "rows.csv"], None, db)])


def play(rnd, longest, two):
    """Programs side by side, each killed somewhere."""
    live = []
    for _ in range(rnd.randint(1, 5)):
        command, given, db = commands_of(rnd, two)
        stdin = open(given or os.devnull, "rb")
        p = subprocess.Popen([os.path.join(BIN, command[0]), *command[1:]], stdin=stdin, stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, env=dict(ENV, BERTH_DB=db), start_new_session=True)
        stdin.close()
        live.append((time.monotonic() + rnd.random() ** 2 * longest, p, command))
    killed = 0
    for at, p, command in sorted(live, key=lambda one: one[0]):
        time.sleep(max(0.0, at - time.monotonic()))
        if rnd.random() < 0.85:
            killed += p.poll() is None
            try:
                os.killpg(p.pid, 9)
            except ProcessLookupError:
                pass
    for at, p, command in live:
        err = p.communicate()[1].decode(errors="replace")
        assert p.returncode in (-9, 0, 1, 2), "%s ended with %d: %s" % (command, p.returncode, err)
        assert p.returncode != 2 or err.strip(), "%s said nothing" % command
    return killed


def finish(first, dbs):
    """Whether a run was open; it is then finished. What another registry has open stands in the way until that has finished it."""
    open_in = [db for db in dbs if any("interrupted" in r["state"] for r in runs(db))]
    said = []
    for db in open_in:
        check_files(first, True)
        code, out, err = run("apply", "--resume", db=db)
        assert code in (0, 1) or (code == 2 and "open in another registry" in err), "--resume ended with %d: %s %s" % (code, err, out)
        said.append(code)
    assert not said or min(said) < 2, "each of the registries sends to the other"
    return bool(open_in)


def take_back(first, dbs):
    """Whether a run was done; each registry's latest is then taken back."""
    any_done = False
    for db in dbs:
        rows = runs(db)
        done = [int(r["run"]) for r in rows if r["state"] == "done" or (len(dbs) > 1 and r["left"] not in ("", "0"))]
        if not done:
            continue
        any_done = True
        check_files(first, False)
        code, out, err = run("apply", "--undo=%d" % max(done), db=db)
        assert code == 0 or (code == 1 and len(dbs) > 1), "--undo ended with %d: %s %s" % (code, err, out)
    return any_done


def settle(first, dbs=("r.db",)):
    for _ in range(50):
        if not finish(first, dbs) and (not take_back(first, dbs) or (len(dbs) > 1 and tree("fleet") == first)):
            break
    now = tree("fleet")
    bad = sorted(k for k in set(now) | set(first) if now.get(k) != first.get(k))
    assert not bad, "not the first tree: %s" % bad


def lay_template():
    for folder in ("template", "laid/mm"):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
    for name, text in (("compose.yaml", "services:\n  backend: {image: x, ports: ['${BACKEND_PORT:-5000}:80']}\n  frontend: {image: x, ports: ['${FRONTEND_PORT:-8000}:80']}\n"),
                       (".env.example", "BACKEND_PORT={{backend_port|5000}}\nFRONTEND_PORT={{frontend_port|8000}}\n")):
        with open(os.path.join("template", name), "w") as f:
            f.write(text)
    with open("rows.csv", "w") as f:
        f.write("model,app_num,backend_port,frontend_port\nimported,1,6501,9501\nimported,2,6503,9503\n")


def main():
    rounds = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 32)
    rnd = random.Random(seed)
    base = tempfile.mkdtemp(prefix="berth-kill-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    os.chdir(base)
    failures = killed = 0
    try:
        subprocess.run(["sh", os.path.join(TOP, "tests", "fleet.sh"), "first", "60"], check=True, capture_output=True)
        for n in range(rounds):
            shutil.rmtree("fleet", ignore_errors=True)
            for name in os.listdir("."):
                if name.startswith(("r.db", "s.db")):
                    os.unlink(name)
            lay_template()
            two = n % 2 == 1
            shutil.copytree("first", "fleet", symlinks=True)
            first = tree("fleet")
            with open("findings", "wb") as f:
                subprocess.run([os.path.join(BIN, "scan"), "fleet"], stdout=f, stderr=subprocess.DEVNULL, env=ENV)
            begun = time.monotonic()
            for db, more in (("r.db", ()), ("s.db", ("--base-backend", "6001", "--base-frontend", "9001")))[:1 + two]:
                with open(db + ".plan", "wb") as f:
                    subprocess.run([os.path.join(BIN, "plan"), "--no-host-check", *more, "findings"], stdout=f,
                                   stderr=subprocess.DEVNULL, env=dict(ENV, BERTH_DB=db))
            longest = 3 * (time.monotonic() - begun)
            try:
                for _ in range(rnd.randint(1, 5)):
                    killed += play(rnd, longest, two)
                    check_files(first, True)
                    check_new()
                settle(first, ("r.db", "s.db")[:1 + two])
                check_new()
                migrates(first)
                settle(first)
                code, out, err = run("new", "-q", "--no-host-check", "--template", "template", "mm/app9", "laid/mm/app9")
                assert code == 0 and not [n for n in os.listdir("laid/mm") if n.startswith(".berth")], "new ended with %d: %s" % (code, err)
                check_new()
            except AssertionError as e:
                failures += 1
                print("kill: round %d of seed %d: %s" % (n, seed, e))
                keep = os.environ.get("CRASH_KEEP")
                if keep:
                    shutil.copytree(base, os.path.join(keep, "kill-%d-%d" % (seed, n)), symlinks=True)
    finally:
        os.chdir("/")
        shutil.rmtree(base, ignore_errors=True)
    print("kill: %d rounds, %d processes killed at work, %d failures (seed %d)" % (rounds, killed, failures, seed))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
