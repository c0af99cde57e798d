#!/usr/bin/env python3
# crash: stops or fails berth's writers at every call that changes anything, fails every one that looks, and sees what is left.
# SPDX-License-Identifier: MIT
#
# usage: crash.py SHIM [--sample N] [--ways] [--do WHAT] [--workers N] [--work NAME]      TAP, a test for each fleet, work and way to stop it
#
# For each point: every file is its old self or its new self; an app is wholly old or new unless its run is open; `--resume` (and
# the plan again) gives the planned tree, `--undo` the first one, byte for byte, no temporary file left. The registry is as it was before
# the plan or as it is after it, in every row. `migrate` is stopped in each of its programs, alone and with all of them.
# An app that `new` makes is there whole, with its row, or not at all. What `scan` could not read is told.
import argparse
import collections
import csv
import io
import multiprocessing
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.abspath(os.environ.get("BERTH_BIN", os.path.join(TOP, "bin")))
ERRORS = ["ENOSPC", "EIO", "EACCES", "EINTR"]
ENV = {k: v for k, v in os.environ.items() if not k.startswith(("BERTH_", "COMPOSE_", "CRASH_"))}
ENV["LC_ALL"] = "C"


def tree(root):
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as f:
                found[os.path.relpath(path, root)] = (f.read(), os.lstat(path).st_mode)
    return found


def copy(source, to):
    # Folders that are there stay the same folders: a fleet's root is held by its inode.
    os.makedirs(to, exist_ok=True)
    for name in os.listdir(to):
        path = os.path.join(to, name)
        if os.path.isdir(path) and not os.path.islink(path) and os.path.isdir(os.path.join(source, name)):
            continue
        shutil.rmtree(path) if os.path.isdir(path) and not os.path.islink(path) else os.unlink(path)
    for name in os.listdir(source):
        path = os.path.join(source, name)
        if os.path.isdir(path) and not os.path.islink(path):
            copy(path, os.path.join(to, name))
        else:
            shutil.copy2(path, os.path.join(to, name), follow_symlinks=False)
    shutil.copystat(source, to)


class Bench:
    """One fleet at one path, its plan, and the trees before and after."""

    def __init__(self, shim, home, fixture, extra=None):
        self.shim, self.home = shim, home
        os.makedirs(home)
        self.live = os.path.join(home, "live")
        self.first = os.path.join(home, "first")
        self.state = os.path.join(home, "state")
        os.makedirs(self.live)
        shutil.copytree(os.path.join(TOP, "fixtures", "fleets", fixture), os.path.join(self.live, "fleet"), symlinks=True)
        self.env = dict(ENV, **(extra or {}))
        self.jobs = ["-j" + self.env["CRASH_JOBS"]] if "CRASH_JOBS" in self.env else []
        self.what = {}		# CRASH_SQL, where SQLite's answers are failed instead of the system's
        self.findings = self.run("scan", "fleet")[1]
        self.plan = self.run("plan", "--no-host-check", given=self.findings)[1]
        self.planned = self.registry()
        copy(self.live, self.first)
        self.old = tree(os.path.join(self.live, "fleet"))
        code, out, err = self.apply()
        assert code in (0, 1), (code, out, err)
        self.applied_code = code
        self.new = tree(os.path.join(self.live, "fleet"))
        assert self.old != self.new
        self.apps = collections.defaultdict(set)
        for row in csv.DictReader(io.StringIO(out.decode())):
            if row["status"] == "changed":
                self.apps[row["app"]].add(row["file"])

    def run(self, tool, *args, given=b"", **crash):
        env = dict(self.env, BERTH_DB="r.db")
        if crash:
            env.update({"CRASH_" + k.upper(): str(v) for k, v in crash.items()}, LD_PRELOAD=self.shim, **self.what)
        elif "CRASH_NO" in env:
            env["LD_PRELOAD"] = self.shim
        given = {"input": given} if given else {"stdin": subprocess.DEVNULL}
        got = subprocess.run([os.path.join(BIN, tool), *args], **given, capture_output=True, cwd=self.live, env=env, start_new_session=True)
        return got.returncode, got.stdout, got.stderr.decode(errors="replace")

    def apply(self, *args, **crash):
        return self.run("apply", *self.jobs, *args, given=b"" if args else self.plan, **crash)

    def now(self):
        return tree(os.path.join(self.live, "fleet"))

    def count(self):
        """A file in which the calls of several processes are counted, from none on."""
        path = os.path.join(self.home, "count")
        if os.path.exists(path):
            os.unlink(path)
        return path

    def calls(self, *args, tool="apply", given=None):
        log = os.path.join(self.home, "log")
        if os.path.exists(log):
            os.unlink(log)
        self.run(tool, *(self.jobs if tool == "apply" else []), *args, given=(self.plan if not args else b"") if given is None else given, log=log, count=self.count(), ways=1)
        return [tuple(line.split()[1:]) for line in open(log)] if os.path.exists(log) else []

    def open_run(self):
        code, out, err = self.apply("--runs")
        if code != 0:
            raise AssertionError("--runs: " + err)
        rows = list(csv.DictReader(io.StringIO(out.decode())))
        return rows, [r for r in rows if "interrupted" in r["state"]]


    def registry(self):
        """What the registry says, but for times, ids of plans and what depends on them."""
        path = os.path.join(self.live, "r.db")
        if not os.path.exists(path):
            return None
        db = sqlite3.connect(path)
        try:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)] and not db.execute("PRAGMA foreign_key_check").fetchall(), "the registry is broken"
            names = {name for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            said = {name: sorted(map(repr, db.execute("SELECT %s FROM %s" % (columns, name)))) for name, columns in SAID.items() if name in names}
        finally:
            db.close()
        return said if any(said.values()) else None


SAID = dict.fromkeys(["port_configurations", "berth_apps", "berth_former", "berth_names", "berth_findings"], "*")
SAID.update(berth_ports="port, protocol, address, folder, service, container_port, role", berth_plans="root", berth_plan_apps="app, changes", berth_seals="length(digests)", berth_changes="seq, action, app, file, offset, old, new",
            berth_audits="audit, root, apps, clashes", berth_audit_clashes="audit, kind, value, app, service, message")


def same(a, b):
    return sorted(k for k in set(a) | set(b) if a.get(k) != b.get(k))


def check_left(bench, code, err, killed):
    """What any stop may leave."""
    now = bench.now()
    rows, still_open = bench.open_run()
    for path, value in now.items():
        if re.search(r"(^|/)\.berth-[0-9a-f]{16}-(\d+-\d+|mark)\.tmp$", path):
            assert killed or still_open, "temporary file left: " + path
            continue
        assert value in (bench.old.get(path), bench.new.get(path)), "neither old nor new: " + path
    for path in bench.old:
        assert path in now, "gone: " + path
    if not killed:
        assert code in (0, 1, 2), "ended with %d: %s" % (code, err)
        if code == 2:
            assert re.search(r"^(apply|plan): .*\w", err), "no message: " + err
    if not still_open:
        for app, files in bench.apps.items():
            states = {"old" if now.get(f) == bench.old.get(f) else "new" for f in files}
            assert len(states) == 1, "half an app: " + app
    return rows, still_open


def settle(bench, given_open):
    """--resume, then the plan again: the planned tree."""
    if given_open:
        code, out, err = bench.apply("--resume")
        assert code in (0, 1), "--resume ended with %d: %s" % (code, err)
    bad = same(bench.now(), bench.new)
    if bad:
        code, out, err = bench.apply()
        assert code == bench.applied_code, "the plan again ended with %d: %s %s" % (code, err, out.decode())
    bad = same(bench.now(), bench.new)
    assert not bad, "not the planned tree: %s" % bad


def take_back(bench, rows):
    if any(r["state"] != "undone" for r in rows):
        code, out, err = bench.apply("--undo")
        assert code == 0, "--undo ended with %d: %s %s" % (code, err, out.decode())
    bad = same(bench.now(), bench.old)
    assert not bad, "not the first tree: %s" % bad


def try_apply(bench, at, what):
    copy(bench.first, bench.live)
    code, out, err = bench.apply(at=at, do=what)
    killed = code < 0
    assert killed == (what in ("kill", "after")), "ended with %d: %s" % (code, err)
    if code == 0:
        assert not same(bench.now(), bench.new), "said done, and is not"
    list(csv.reader(io.StringIO(out.decode())))
    rows, still_open = check_left(bench, code, err, killed)
    if still_open:
        got = bench.run("plan", "--no-host-check", given=bench.findings)
        assert got[0] == 2 and "interrupted" in got[2], "plan goes on after an interrupted run: %d %s" % (got[0], got[2])
        got = bench.apply()
        assert got[0] == 2 and "interrupted" in got[2], "apply goes on after an interrupted run: %d %s" % (got[0], got[2])
    copy(bench.live, bench.state)
    settle(bench, still_open)
    copy(bench.state, bench.live)
    take_back(bench, bench.open_run()[0])


def try_again(bench, args, start, at, what):
    """A stop within --resume or --undo, from the state START; then the same again."""
    copy(start, bench.live)
    code, out, err = bench.apply(*args, at=at, do=what)
    rows, still_open = check_left(bench, code, err, code < 0)
    if args == ("--resume",):
        settle(bench, still_open)
        return
    if still_open and at % 2:
        got = bench.apply("--resume")
        assert got[0] == 0, "--resume of an undo ended with %d: %s" % (got[0], got[2])
    elif still_open or same(bench.now(), bench.old):
        got = bench.apply("--undo=" + rows[0]["run"])
        assert got[0] == 0, "--undo again ended with %d: %s" % (got[0], got[2])
    bad = same(bench.now(), bench.old)
    assert not bad, "not the first tree: %s" % bad


def try_plan(bench, at, what):
    """plan registers all or nothing; run again it decides the same."""
    copy(bench.first, bench.live)
    forget_registry(bench)
    code, out, err = bench.run("plan", "--no-host-check", given=bench.findings, at=at, do=what)
    if at % 2:	# whoever only reads comes first
        got = bench.run("report", "names", given=None)
        assert got[0] in (0, 1) or "no plan was made" in got[2] or "no database" in got[2] or "no such database" in got[2] or "cannot be opened" in got[2], "report ended with %d: %s" % (got[0], got[2])
    said = bench.registry()
    assert said in (None, bench.planned), "half a registry: %s" % {k: v for k, v in said.items() if v != bench.planned[k]}
    if code in (0, 1):
        assert not same_plan(out, bench.plan), "said done, and planned otherwise"
        assert said, "said done, and registered nothing"
    else:
        assert code < 0 or (code == 2 and "plan: " in err), "ended with %d: %s" % (code, err)
        ended = out.startswith(b"action") and out.rstrip().split(b"\n")[-1].startswith(b"end")
        assert not ended or code < 0, "an end record after a failure"
    assert not same(bench.now(), bench.old), "plan wrote the fleet"
    code, out, err = bench.run("plan", "--no-host-check", given=bench.findings)
    assert code in (0, 1), "again it ended with %d: %s" % (code, err)
    assert not same_plan(out, bench.plan), "again it planned otherwise"
    assert not again_differs(bench), "again it registered otherwise: %s" % again_differs(bench)


def again_differs(bench):
    """Whether the registry is another one than after an undisturbed plan: how often was planned does not count."""
    said = bench.registry() or {}
    of_a_plan = ("berth_plans", "berth_seals", "berth_audit", "berth_plan_apps", "berth_former")
    return [k for k in bench.planned if not k.startswith(of_a_plan) and said.get(k) != bench.planned[k]]


def journal(bench):
    """The runs that the journal holds, and how many files of each."""
    db = sqlite3.connect(os.path.join(bench.live, "r.db.runs"))
    try:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "the journal is broken"
        return db.execute("SELECT id, (SELECT count(*) FROM files WHERE run = id) FROM runs ORDER BY id").fetchall()
    finally:
        db.close()


def try_forget(bench, start, at, what):
    """All of the runs are dropped, or none; what is left of them can be taken back."""
    copy(start, bench.live)
    was, before = bench.now(), journal(bench)
    code, out, err = bench.apply("--forget", "0", at=at, do=what)
    assert code < 0 or code == 0 or (code == 2 and "apply: " in err), "ended with %d: %s" % (code, err)
    assert not same(bench.now(), was), "forgetting changed the fleet"
    rows, still_open = bench.open_run()
    left = journal(bench)
    assert left in (before, []), "half of the runs: %s of %s" % (left, before)
    assert code != 0 or not left, "said done, and runs are left"
    if left:
        take_back(bench, rows)
    code, out, err = bench.apply("--forget", "0")
    assert code == 0 and not journal(bench), "again it ended with %d: %s" % (code, err)


def try_migrate(bench, at, what):
    """One of the programs that migrate runs is stopped, or all are; then as the messages say."""
    copy(bench.first, bench.live)
    forget_registry(bench)
    code, out, err = bench.run("berth", *MIGRATE, at=at, do=what, count=bench.count())
    killed = code < 0 or "was ended by signal 9" in err
    assert killed or code in (0, 1, 2), "ended with %d: %s" % (code, err)
    assert code != 2 or err.strip(), "said nothing"
    said = bench.registry()
    assert not said or not [k for k in ("port_configurations", "berth_apps", "berth_ports", "berth_names") if said[k] != bench.planned[k]], "half a registry"
    if os.path.exists(os.path.join(bench.live, "r.db.runs")):
        rows, still_open = check_left(bench, 2, err or "apply: x", killed)
    else:
        rows, still_open = [], []
        assert not same(bench.now(), bench.old), "written without a journal"
    if still_open:
        got = bench.run("berth", *MIGRATE)
        assert got[0] == 2 and "interrupted" in got[2], "migrate goes on after an interrupted run: %d %s" % (got[0], got[2])
        back = "--undo" if at % 2 else "--resume"
        got = bench.apply(back)
        assert got[0] in (0, 1), "%s ended with %d: %s" % (back, got[0], got[2])
        assert back == "--resume" or not same(bench.now(), bench.old), "not the first tree"
    got = bench.run("berth", *MIGRATE)
    assert got[0] == bench.applied_code, "migrate again ended with %d: %s" % (got[0], got[2])
    bad = same(bench.now(), bench.new)
    assert not bad, "not the planned tree: %s" % bad
    bad = [k for k in again_differs(bench) if k not in ("berth_findings", "berth_changes")]
    assert not bad, "another registry: %s" % {k: set(bench.registry()[k]) ^ set(bench.planned[k]) for k in bad}


def make_template(folder):
    """A template as apps are made of, with a link, a folder, a mode and ports beyond the pair."""
    os.makedirs(os.path.join(folder, "bin"))
    for name, text in (("compose.yaml", "services:\n  web:\n    image: x\n    ports: ['${P:-{{BACKEND_PORT}}}:80', '{{PORT:db}}:5432']\n"),
                       (".env.example", "P={{BACKEND_PORT}}\nWEB={{FRONTEND_PORT}}\n"), ("bin/run", "#!/bin/sh\n"), ("logo", "\0x")):
        with open(os.path.join(folder, name), "w") as f:
            f.write(text)
    os.chmod(os.path.join(folder, "bin/run"), 0o750)
    os.symlink("../compose.yaml", os.path.join(folder, "bin/up"))


def below(tree, folder):
    return {k: v for k, v in tree.items() if k.startswith(folder + "/")}


def try_new(bench, start, done, at, what):
    """The app is laid out whole and has its row, or there is nothing of it; then it is made, with the same ports."""
    copy(start, bench.live)
    was, rows = bench.now(), bench.registry()
    code, out, err = bench.run("new", *NEW, at=at, do=what)
    killed = code < 0
    now, left = bench.now(), [n for n in os.listdir(os.path.join(bench.live, "fleet", "zz")) if n.startswith(".berth-new-")]
    laid = below(now, "zz/app7")
    assert killed or code == 0 or (code == 2 and "new: " in err), "ended with %d: %s" % (code, err)
    assert laid in ({}, below(done[0], "zz/app7")), "half an app: %s" % sorted(laid)
    assert killed or not left, "a folder is left: %s" % left
    assert not same({k: v for k, v in now.items() if k not in laid and "/.berth-new-" not in k}, was), "another app was changed"
    if code == 0:
        assert laid and bench.registry() == done[1], "said done, and is not"
    elif not laid and not killed:
        assert bench.registry() == rows, "no app, but its row"
    if laid:
        return
    code, out, err = bench.run("new", *NEW)
    assert code == 0 and not same(bench.now(), done[0]), "again it ended with %d: %s" % (code, err)
    assert bench.registry() == done[1], "again it got another row"


def try_scan(bench, whole, at, what):
    """What cannot be read is told; findings that say nothing of it are the whole ones."""
    copy(bench.first, bench.live)
    code, out, err = bench.run("scan", *SCAN, at=at, do=what)
    assert code in (0, 1, 2), "ended with %d: %s" % (code, err)
    assert code != 2 or err.strip(), "said nothing"
    differs = sorted(out.split(b"\n")) != sorted(whole[1].split(b"\n"))	# an app may come later than it did
    assert code == 2 or unread(out) > unread(whole[1]) or (code == whole[0] and not differs), "said nothing of it, and finds otherwise: %d %s" % (
        code, set(out.split(b"\n")) ^ set(whole[1].split(b"\n")))


def unread(findings):
    """How much of a fleet its findings say could not be read."""
    return sum(r["record"] == "problem" or r["is_unreadable"] == "yes" for r in csv.DictReader(io.StringIO(findings.decode())))


NEW = ("-q", "--no-host-check", "--template", "t", "zz/app7", "fleet/zz/app7")
SCAN = ("-q", "fleet")
MIGRATE = ("migrate", "--yes", "--no-host-check", "fleet")


def same_plan(a, b):
    def edits(text):
        return [(r["action"], r["file"], r["offset"], r["old"], r["new"])
                for r in csv.DictReader(io.StringIO(text.decode())) if r["action"] not in ("fleet",)]
    return edits(a) != edits(b)


REPORTS = [("allocations",), ("names",), ("projects",), ("changes",), ("drift",), ("orphans",), ("difference",), ("summary",), ("hazards", "--findings", "-"),
           ("conflicts", "--findings", "-"), ("capacity", "--findings", "-"), ("all", "--out", "page", "--findings", "-")]


def try_report(bench, what, at, do):
    """What could not be read is told; a report that says nothing of it is the whole one."""
    given = bench.findings if "--findings" in what else b""
    whole = bench.run("report", "-q", *what, given=given)[:2]
    code, out, err = bench.run("report", "-q", *what, given=given, at=at, do=do)
    assert code in (0, 1, 2), "ended with %d: %s" % (code, err)
    assert code != 2 or err.strip(), "said nothing"
    assert code == 2 or (code, out) == whole, "said done, and reports otherwise"


SYSTEM, SQLITE, LOOKS = {}, {"CRASH_SQL": "1"}, {"CRASH_READS": "1"}


def actions(kind, mode, call, last):
    if mode is SQLITE:
        return ["EIO"]
    if mode is LOOKS:
        return ["EIO"] + (["EINTR"] if call.startswith(("open", "read", "pread")) else []) + (["EMFILE"] if call.startswith("open") else [])
    # dead after a call is dead before the next one, but for the last
    some = ["kill"] + (["group"] if kind == "migrate" else []) + ERRORS
    if call in ("write", "pwrite", "pwrite64"):
        some.append("short")
    if last:
        some.append("after")
    return some


def points(kind, mode, calls, only):
    seen, tried = collections.Counter(), set()
    for n, (call, way) in enumerate(calls, 1):
        seen[call] += 1
        if mode is SQLITE and seen[call] not in (1, 2, 9):
            continue		# the same statement again fails as it did
        for what in actions(kind, mode, call, n == len(calls)):
            if (not only.do or what in only.do) and not (only.ways and (call, way, what) in tried):
                yield (kind, n, call, what, mode)
            tried.add((call, way, what))


def jobs_of(bench, starts, only):
    """Every point: the work, its call, the call's name, what becomes of it, and of what it is one."""
    for bench.what in (SYSTEM, SQLITE, LOOKS):
        mode = bench.what
        yield from points("apply", mode, bench_calls(bench, None), only)
        for kind in ("resume", "undo"):
            yield from points(kind, mode, bench_calls(bench, ("--" + kind,), starts[kind]), only)
        yield from points("forget", mode, bench_calls(bench, ("--forget", "0"), starts["forget"]), only)
        forget_registry(bench, bench.first)
        yield from points("plan", mode, bench.calls("--no-host-check", tool="plan", given=bench.findings), only)
        copy(starts["new"], bench.live)
        yield from points("new", mode, bench.calls(*NEW, tool="new", given=b""), only)
        forget_registry(bench, bench.first)
        if mode is not LOOKS:		# an app that cannot be read is left out
            yield from points("migrate", mode, bench.calls(*MIGRATE, tool="berth", given=bench.findings), only)
        else:
            yield from points("scan", mode, bench.calls(*SCAN, tool="scan", given=b""), only)
    copy(starts["undo"], bench.live)
    for bench.what in (SQLITE, LOOKS):
        mode = bench.what
        for what in REPORTS:
            yield from points(what, mode, bench.calls("-q", *what, tool="report", given=bench.findings if "--findings" in what else b""), only)


def forget_registry(bench, start=None):
    if start:
        copy(start, bench.live)
    for name in ("r.db", "r.db.runs"):
        if os.path.exists(os.path.join(bench.live, name)):
            os.unlink(os.path.join(bench.live, name))


def bench_calls(bench, args, start=None):
    copy(start or bench.first, bench.live)
    return bench.calls(*(args or ()))


def make_starts(bench):
    """The states that are started from: a run killed half way through its renames, one that is done, and one after another."""
    starts = {name: os.path.join(bench.home, "start-" + name) for name in ("resume", "undo", "forget", "new")}
    calls = bench_calls(bench, None)
    renames = [n for n, (call, _) in enumerate(calls, 1) if call.startswith("rename")]
    copy(bench.first, bench.live)
    code, _, _ = bench.apply(at=renames[len(renames) // 2], do="kill")
    assert code < 0
    copy(bench.live, starts["resume"])
    copy(bench.first, bench.live)
    bench.apply()
    copy(bench.live, starts["undo"])
    bench.apply("--undo")
    bench.apply()
    copy(bench.live, starts["forget"])
    os.makedirs(os.path.join(bench.live, "fleet", "zz"))
    make_template(os.path.join(bench.live, "t"))
    copy(bench.live, starts["new"])
    return starts


def worker(args):
    shim, home, fixture, extra, part, parts, only = args
    bench = Bench(shim, home, fixture, extra)
    starts = make_starts(bench)
    copy(starts["new"], bench.live)
    got = bench.run("new", *NEW)
    assert got[0] == 0, got
    laid = bench.now(), bench.registry()
    copy(bench.first, bench.live)
    found = bench.run("scan", *SCAN)
    failures, tried = collections.defaultdict(list), collections.Counter()
    name = fixture + "".join({"CRASH_NO": " without ", "CRASH_JOBS": " by threads: "}[k] + v for k, v in extra.items())
    for i, (kind, n, call, what, mode) in enumerate(jobs_of(bench, starts, only)):
        if (i // only.sample) % parts != part or i % only.sample != 0 or (only.work and ("report" if isinstance(kind, tuple) else kind) not in only.work):
            continue
        if isinstance(kind, tuple):
            copy(starts["undo"], bench.live)
        bench.what = mode
        point = (name, "report " + kind[0] if isinstance(kind, tuple) else kind,
                 ("SQLite's " if mode is SQLITE else "a look's " if mode is LOOKS else "") + what)
        tried[point] += 1
        try:
            if isinstance(kind, tuple):
                try_report(bench, kind, n, what)
            elif kind == "apply":
                try_apply(bench, n, what)
            elif kind == "plan":
                try_plan(bench, n, what)
            elif kind == "new":
                try_new(bench, starts["new"], laid, n, what)
            elif kind == "scan":
                try_scan(bench, found, n, what)
            elif kind == "forget":
                try_forget(bench, starts["forget"], n, what)
            elif kind == "migrate":
                try_migrate(bench, n, what)
            else:
                try_again(bench, ("--" + kind,), starts[kind], n, what)
        except (AssertionError, UnicodeDecodeError, csv.Error) as e:
            failures[point].append("call %d, %s: %s" % (n, call, e))
            keep = os.environ.get("CRASH_KEEP")
            if keep:
                copy(bench.live, os.path.join(keep, "failure-%d-%d" % (part, sum(map(len, failures.values())))))
    return tried, failures


def main():
    p = argparse.ArgumentParser()
    p.add_argument("shim")
    p.add_argument("--sample", type=int, default=1, help="try every Nth point only")
    p.add_argument("--ways", action="store_true", help="of the calls that the program comes to by the same way try the first only")
    p.add_argument("--do", action="append", help="make this of a call only: kill, group, after, short or an errno's name")
    p.add_argument("--workers", type=int, default=min(os.cpu_count() or 1, 4))
    p.add_argument("--work", action="append", help="try this kind of work only: apply, resume, undo, forget, plan, new, scan, migrate or report")
    opt = p.parse_args()
    base = tempfile.mkdtemp(prefix="berth-crash-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    # few files: each is flushed by itself; many: one flush of the file system, by one thread and by several, of which any may come to the
    # call that is the last; many where the system has no such flush
    benches = [("six", {}), ("messy", {}), ("messy", {"CRASH_JOBS": "3"}), ("messy", {"CRASH_NO": "syncfs"})]
    if opt.sample > 1:
        benches = benches[:3]
    total, failures = collections.Counter(), collections.defaultdict(list)
    try:
        work = [(os.path.abspath(opt.shim), os.path.join(base, "%d-%d" % (i, part)), fixture, extra, part, opt.workers,
                 opt) for i, (fixture, extra) in enumerate(benches) for part in range(opt.workers)]
        with multiprocessing.Pool(opt.workers) as pool:
            for tried, failed in pool.imap_unordered(worker, work):
                total += tried
                for point, said in failed.items():
                    failures[point] += said
    finally:
        shutil.rmtree(base, ignore_errors=True)
    for i, point in enumerate(sorted(total), 1):
        print("%sok %d - %s, %s, %s: %d tried" % ("not " if failures[point] else "", i, *point, total[point]))
        for f in failures[point][:20]:
            print("# " + f.replace("\n", " ")[:400])
    print("1..%d" % len(total))
    failures = [f for said in failures.values() for f in said]
    print("# crash: %d points tried, %d failures" % (sum(total.values()), len(failures)))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
