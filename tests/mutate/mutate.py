#!/usr/bin/env python3
# mutate: changes one place of the sources at a time, as a slip of the hand would, and looks whether a test says so.
# SPDX-License-Identifier: MIT
#
# usage: mutate.py [-n SAMPLE] [-s SEED] [-j JOBS] [--seconds N] [FILE[:LINE] ...]     FILE: lib/plan/keep.c; none: plan, fleet/clash, apply, journal
#
# Copies of the tree are changed, never the tree itself. A mutant is killed where the unit programs of its room or a test of what the room
# does fails or hangs, or at last some of them under the sanitizers; the first word against it is enough, and who kills soonest is
# asked first. One that does not compile, or whose object is the same bytes, is none. What `without-effect` explains is not tried. An assert
# and a release are no places: nothing is decided there, and what is not released is for `make memcheck` to see, what is not locked for
# `make tsan`.
import argparse
import collections
import glob
import itertools
import multiprocessing
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# By room: the rooms whose unit programs judge it, the tests, and those that are asked under the sanitizers too.
PLAN = ["plan-fleets", "plan-cases", "plan", "plan-rows", "plan-registry", "plan-options", "plan-overrides", "plan-alias", "plan-follow", "plan-example", "plan-bind",
        "plan-fewest", "moved", "situations", "plan-property", "stumbles", "migrate", "template", "host", "homelab", "report-plan", "clone", "hosts", "shell-words"]
APPLY = ["apply", "plan-rows", "trust", "apply-process", "apply-hostile", "migrate", "secrets", "apply-tampered", "../crash/flush", "moved", "stumbles", "situations",
         "../crash/crash"]
WATCHED = ["plan-rows", "plan-fleets"]
JUDGES = {"plan": (["plan"], PLAN, WATCHED), "fleet": (["fleet", "report", "plan"], ["report", "hazards", *PLAN], WATCHED),
          "apply": (["apply", "journal"], APPLY, []), "journal": (["journal", "apply"], APPLY, [])}
MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None	# the tests wait for disks more than for processors
BUILT = "build/mutate/"
SANITIZED = "build/asan/"
EXPLAINED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "without-effect")
SWAPS = [(r"<=", "<"), (r">=", ">"), (r"(?<![<>=!-])<(?![<=])", "<="), (r"(?<![<>=!-])>(?![>=])", ">="), (r"==", "!="), (r"!=", "=="),
         (r"&&", "||"), (r"\|\|", "&&"), (r"\btrue\b", "false"), (r"\bfalse\b", "true"), (r"\+ 1\b", "+ 2"), (r"- 1\b", "- 0"),
         (r"\breturn 0;", "return -1;"), (r"\breturn -1;", "return 0;"), (r"(?<=[ (])0(?=[;,)])", "1"), (r"(?<=[ (])1(?=[;,)])", "0"),
         (r"\+\+", "--"), (r"(?<=[(&|] )!(?=\w)|(?<=\()!(?=\w)", ""), (r" \+= ", " -= ")]
STATEMENT = re.compile(r"^\t+(?:\(void\))?[a-z_][\w>.\[\]-]*(?:\(.*\)| (?:[|&+-]?=) .*);$|^\t+(?:break|continue);$")
UNDECIDED = re.compile(r"^\t+(?:assert|(?:mem_)?free|(?:\(void\))?(?:pthread_mutex_\w+|[a-z_]+_(?:release|close|free|finalize)))\(")
ALLOCATION = re.compile(r"\b(?:mem|arena)_(?:zero|alloc)\(")	# nobody sees that there is more room than is needed
FAILING = re.compile(r"(?ms)^(?:static )?int\n(\w+)\([^{]*struct error \*[^{]*\)\n{\n(.*?)^}")	# 0 or -1: nobody tells 1 from 0
DECLARED = re.compile(r"^\t+(?:const |struct |enum |static |size_t |int |bool |char |uint|AUTO|unsigned |return\b)")


def plain(line):
    """LINE with what stands in quotes and in comments blanked, of the same length."""
    return re.sub(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|/\*.*?(?:\*/|$)', lambda m: " " * len(m.group()), line)


def places(path):
    """Each place of PATH that can be changed: line number, function, what is done, the old line and the new one."""
    inside, function = False, ""
    text = open(os.path.join(TOP, path)).read()
    failing = {name for name, body in FAILING.findall(text) if all(x in ("0", "-1") or "err" in x for x in re.findall(r"return ([^;]*);", body))}
    for number, line in enumerate(text.split("\n"), 1):
        bare = plain(line)
        if inside or line.lstrip().startswith(("/*", "*", "#")):
            inside = "*/" not in line and (inside or line.lstrip().startswith("/*"))
            continue
        if not bare.startswith("\t"):
            function = (re.findall(r"^(\w+)\(", bare) or [function])[0]
            continue
        if UNDECIDED.match(bare):
            continue
        if STATEMENT.match(bare) and not DECLARED.match(bare):
            yield number, function, "removed", line, re.match(r"\t+", line).group() + ";"
        if re.match(r"\t+if \(.*\)$", bare):
            yield number, function, "negated", line, re.sub(r"if \((.*)\)$", r"if (!(\1))", line)
        for pattern, new in SWAPS:
            if (new == "+ 2" and ALLOCATION.search(bare)) or (new == "1" and function in failing and bare.strip() == "return 0;"):
                continue
            for m in re.finditer(pattern, bare):
                yield number, function, "%s -> %s" % (m.group().strip() or m.group(), new.strip() or "nothing"), line, line[:m.start()] + new + line[m.end():]


def explained():
    """Why a mutant has no effect, by path, function, what is done, the old line and the new one."""
    known = {}
    for entry in re.split(r"\n{2,}", re.sub(r"(?m)^#.*\n", "", open(EXPLAINED).read()).strip()):
        if not entry:
            continue
        head, old, new, why = re.fullmatch(r"(.+)\n\t- (.*)\n\t\+ (.*)\n((?:.+\n?)+)", entry).groups()
        known[(*head.split(": ", 2), old, new)] = why
    return known


def key(path, number, function, what, old, new):
    return path, function, what, old.strip(), new.strip()


def run(args, tree, seconds, built=BUILT):
    """What is to be said against the tree by a test program, from its first word against it on; empty: nothing."""
    env = dict(os.environ, BERTH_BIN=os.path.join(tree, built, "bin"), CMOCKA_MESSAGE_OUTPUT="TAP", LC_ALL="C", TMPDIR=tree + ".tmp")
    env.pop("BERTH_DB", None)
    p = subprocess.Popen(args, cwd=tree, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    hung = threading.Event()

    def end():
        try:
            os.killpg(p.pid, 9)		# of its own session alone
        except ProcessLookupError:
            pass

    clock = threading.Timer(seconds, lambda: (hung.set(), end()))
    clock.start()
    failed = any(line.startswith(b"not ok") for line in p.stdout)	# whoever said so is not heard to the end
    if failed:
        end()
    status = p.wait()
    clock.cancel()
    p.stdout.close()
    return "hangs" if hung.is_set() else "fails" if failed or status else ""


def build(tree, *targets):
    variant = targets[0].split("/")[1] if "/" in targets[0] else "mutate"
    return subprocess.run(["make", "-s", "VARIANT=" + variant, *targets], cwd=tree, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def read(path):
    with open(path, "rb") as f:
        return f.read()


def units_of(tree, path, built=BUILT):
    """The unit programs that judge PATH, its own first."""
    rooms = JUDGES[path.split("/")[1]][0]
    found = [u[:-2].replace("tests/unit/", built + "unit/") for r in rooms for u in sorted(glob.glob("tests/unit/%s/*.c" % r, root_dir=tree))]
    return sorted(found, key=lambda u: (not u.endswith(path[3:-2]), path.split("/")[1] not in u))


class Judge:
    """A copy of the tree in which one mutant at a time stands."""

    def __init__(self, tree):
        self.tree, self.kills, self.took = tree, collections.Counter(), collections.Counter()
        os.mkdir(tree + ".tmp")
        os.chmod(tree + ".tmp", 0o1777)
        copied = subprocess.run("git ls-files -z | xargs -0 cp -a --parents -t '%s'" % tree, shell=True, cwd=TOP).returncode
        if copied or not build(tree, "all"):
            sys.exit("mutate: the tree does not build")

    def time(self, t):
        began = time.monotonic()
        said = run(["sh", "tests/cli/%s.t" % t], self.tree, 30 + 5 * self.took[t] if t in self.took else 600)
        self.took[t] = max(self.took[t], time.monotonic() - began)
        return said

    def check(self, path):
        """Whether whoever judges PATH has nothing against it as it is; else nobody would be believed."""
        units = units_of(self.tree, path) + units_of(self.tree, path, SANITIZED)
        wrong = [u for u in units if not build(self.tree, u) or run([u], self.tree, 120)] + ["sanitized " + t for t in self.watched(path)]
        return wrong + [t for t in JUDGES[path.split("/")[1]][1] if t not in self.took and self.time(t)]

    def watched(self, path):
        """The tests that have something against it under the sanitizers."""
        if JUDGES[path.split("/")[1]][2] and build(self.tree, *(SANITIZED + "bin/" + p for p in ("scan", "plan", "apply"))):
            for t in JUDGES[path.split("/")[1]][2]:
                if run(["sh", "tests/cli/%s.t" % t], self.tree, 600, SANITIZED):
                    yield t

    def ask(self, path):
        """Who kills the mutant; empty: nobody; None: it is none."""
        room, made = path.split("/")[1], os.path.join(self.tree, BUILT, path[:-2] + ".o")
        old = read(made)
        if not build(self.tree, BUILT + path[:-2] + ".o") or read(made) == old:
            return None
        units = units_of(self.tree, path)
        for some in (units[:1], units[1:]):
            if not build(self.tree, *some):
                return None
            for u in some:
                if run([u], self.tree, 60):
                    return u.split("unit/")[1]
        if not build(self.tree, "all"):
            return None
        for t in sorted(JUDGES[room][1], key=lambda t: -(self.kills[t] + 0.5) / (self.took[t] + 0.1)):
            if self.time(t):
                self.kills[t] += 1
                return t
        for u in units_of(self.tree, path, SANITIZED):
            if build(self.tree, u) and run([u], self.tree, 120):
                return "sanitized " + u.split("unit/")[1]
        return "".join("sanitized " + t for t in itertools.islice(self.watched(path), 1))

    def judge(self, path, number, new):
        full = os.path.join(self.tree, path)
        old = read(full)
        lines = old.decode().split("\n")
        lines[number - 1] = new
        with open(full, "w") as f:
            f.write("\n".join(lines))
        killer = self.ask(path)
        with open(full, "wb") as f:
            f.write(old)
        build(self.tree, BUILT + path[:-2] + ".o")
        return killer


def work(judge, share, until, said):
    try:
        for place in share:
            if time.monotonic() > until:
                break
            said.put((*place, judge.judge(place[0], place[1], place[-1])))
    finally:
        said.put(None)


def results(share, jobs, until):
    """Each mutant's verdict as it comes, of JOBS copies of the tree."""
    base, said = tempfile.mkdtemp(prefix="berth-mutate-", dir=MEMORY), multiprocessing.Queue()
    os.chmod(base, 0o755)
    try:
        trees = [os.path.join(base, str(k)) for k in range(jobs)]
        for tree in trees:
            os.mkdir(tree)
        judges = [Judge(tree) for tree in trees]
        wrong = {w for path in {p[0].split("/")[1]: p[0] for p in share}.values() for w in judges[0].check(path)}
        if wrong:
            sys.exit("mutate: these fail where nothing is changed: " + ", ".join(sorted(wrong)))
        for k, judge in enumerate(judges):
            judge.took = judges[0].took
            multiprocessing.Process(target=work, args=(judge, share[k::jobs], until, said)).start()
        while jobs:
            one = said.get()
            jobs -= one is None
            if one:
                yield one
    finally:
        shutil.rmtree(base, ignore_errors=True)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("-n", type=int, default=300, help="how many places")
    p.add_argument("-s", type=int, default=1, help="seed")
    p.add_argument("-j", type=int, default=2, help="how many at a time")
    p.add_argument("--seconds", type=int, default=3600, help="begin none after that")
    p.add_argument("files", nargs="*")
    opt = p.parse_args()
    lines = {tuple(f.split(":")) for f in opt.files if ":" in f}
    files = sorted({f.split(":")[0] for f in opt.files}) or sorted(glob.glob("lib/plan/*.c", root_dir=TOP) + ["lib/fleet/clash.c"] + glob.glob("lib/apply/*.c", root_dir=TOP) + glob.glob("lib/journal/*.c", root_dir=TOP))
    every, known = [(f, *place) for f in files for place in places(f)], explained()
    every = [p for p in every if p[0] in opt.files or (p[0], str(p[1])) in lines or not opt.files]
    lost = set(known) - {key(*place) for place in every} if not opt.files else ()
    if lost:
        sys.exit("mutate: no source has these lines of without-effect any more:\n" + "\n".join(map(": ".join, sorted(lost))))
    random.Random(opt.s).shuffle(every)
    sample = every[:opt.n]
    began, counts, rooms = time.monotonic(), collections.Counter(), collections.defaultdict(collections.Counter)
    idle = [p for p in sample if key(*p) in known]
    for place in idle:
        rooms[place[0].split("/")[1]]["idle"] += 1
    for path, number, function, what, old, new, killer in results([p for p in sample if key(*p) not in known], opt.j, began + opt.seconds):
        verdict = "none" if killer is None else "killed" if killer else "survived"
        counts[verdict] += 1
        rooms[path.split("/")[1]][verdict] += 1
        print("%-8s %s:%d: %s: %s%s" % (verdict, path, number, function, what, " (%s)" % killer if killer else ""), flush=True)
        if verdict == "survived":
            print("\t- %s\n\t+ %s" % (old.strip(), new.strip()), flush=True)
    for room, some in sorted(rooms.items()):
        print("mutate: %-8s %d killed, %d survived, %d without effect, %d are none" % (room + ":", some["killed"], some["survived"], some["idle"], some["none"]))
    print("mutate: seed %d, %d of %d places in %d s: %d killed, %d survived, %d without effect, %d are none: %.0f %% of those with an effect killed" %
          (opt.s, counts.total() + len(idle), len(every), time.monotonic() - began, counts["killed"], counts["survived"], len(idle), counts["none"],
           100 * counts["killed"] / max(counts["killed"] + counts["survived"], 1)))


if __name__ == "__main__":
    main()
