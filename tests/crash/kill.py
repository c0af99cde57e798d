#!/usr/bin/env python3
# kill: several of berth's programs at once on one fleet, each killed at a random moment, over and over; then what is left.
# SPDX-License-Identifier: MIT
#
# usage: kill.py ROUNDS [SEED]
#
# After each round: every file is one of the versions that the fleet had or the journal holds, whole; then `--resume` and
# `--undo` of every run that stands, latest first, give the first tree byte for byte; and a migration still ends clean.
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


def run(*args, given=b""):
    got = subprocess.run([os.path.join(BIN, args[0]), *args[1:]], input=given, capture_output=True, env=ENV)
    return got.returncode, got.stdout.decode(errors="replace"), got.stderr.decode(errors="replace")


def known(first):
    """By path: every content that the file may have."""
    contents = {path: {value[0]} for path, value in first.items()}
    if os.path.exists("r.db.runs"):
        db = sqlite3.connect("r.db.runs")
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


def runs():
    code, out, err = run("apply", "--runs")
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


def play(rnd, plan, longest):
    """Programs side by side, each killed somewhere."""
    commands = [(["apply"], plan), (["apply"], plan), (["plan", "--no-host-check", "findings"], None),
                (["berth", "migrate", "--no-host-check", "fleet"], None), (["apply", "--resume"], None),
                (["apply", "--undo"], None), (["apply", "--undo"], None)]
    live = []
    for _ in range(rnd.randint(1, 4)):
        command, given = rnd.choice(commands)
        stdin = open("plan" if given else os.devnull, "rb")
        p = subprocess.Popen([os.path.join(BIN, command[0]), *command[1:]], stdin=stdin, stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, env=ENV, start_new_session=True)
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


def settle(first):
    for _ in range(50):
        rows = runs()
        if any("interrupted" in r["state"] for r in rows):
            check_files(first, True)
            code, out, err = run("apply", "--resume")
            assert code in (0, 1), "--resume ended with %d: %s %s" % (code, err, out)
        elif any(r["state"] == "done" for r in rows):
            check_files(first, False)
            last = max(int(r["run"]) for r in rows if r["state"] == "done")
            code, out, err = run("apply", "--undo=%d" % last)
            assert code == 0, "--undo ended with %d: %s %s" % (code, err, out)
        else:
            break
    now = tree("fleet")
    bad = sorted(k for k in set(now) | set(first) if now.get(k) != first.get(k))
    assert not bad, "not the first tree: %s" % bad


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
                if name.startswith("r.db"):
                    os.unlink(name)
            shutil.copytree("first", "fleet", symlinks=True)
            first = tree("fleet")
            with open("findings", "wb") as f:
                subprocess.run([os.path.join(BIN, "scan"), "fleet"], stdout=f, stderr=subprocess.DEVNULL, env=ENV)
            begun = time.monotonic()
            with open("plan", "wb") as f:
                subprocess.run([os.path.join(BIN, "plan"), "--no-host-check", "findings"], stdout=f,
                               stderr=subprocess.DEVNULL, env=ENV)
            longest = 3 * (time.monotonic() - begun)
            try:
                for _ in range(rnd.randint(1, 5)):
                    killed += play(rnd, b"plan", longest)
                    check_files(first, True)
                settle(first)
                migrates(first)
                settle(first)
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
