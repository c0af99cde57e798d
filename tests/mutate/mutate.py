#!/usr/bin/env python3
# mutate: changes one place of the sources at a time, as a slip of the hand would, and looks whether a test says so.
# SPDX-License-Identifier: MIT
#
# usage: mutate.py [-n SAMPLE] [-s SEED] [-j JOBS] [--seconds N] [FILE ...]     FILE: lib/plan/keep.c; none: plan, fleet/clash, apply, journal
#
# Copies of the tree are changed, never the tree itself. A mutant is killed where the unit programs of its room or a test of what the room
# does fails or hangs; one that does not compile, or whose object is the same bytes, is none. Tests that kill are asked first.
import argparse
import collections
import glob
import multiprocessing
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# By room: the rooms whose unit programs judge it, and the tests.
PLAN = ["plan-cases", "plan", "plan-registry", "plan-options", "plan-alias", "plan-follow", "plan-example", "plan-bind", "plan-fewest", "moved",
        "situations", "plan-property", "stumbles", "migrate", "template", "hosts", "budgets"]
APPLY = ["apply", "trust", "apply-process", "apply-hostile", "migrate", "secrets", "apply-tampered", "../crash/flush", "moved", "stumbles", "situations",
         "../crash/crash"]
JUDGES = {"plan": (["plan"], PLAN), "fleet": (["fleet", "report", "plan"], ["report", "hazards", "report-plan", *PLAN]),
          "apply": (["apply", "journal"], APPLY), "journal": (["journal", "apply"], APPLY)}
MAKE = ["make", "-s", "VARIANT=mutate"]
BUILT = "build/mutate/"
SWAPS = [(r"<=", "<"), (r">=", ">"), (r"(?<![<>=!-])<(?![<=])", "<="), (r"(?<![<>=!-])>(?![>=])", ">="), (r"==", "!="), (r"!=", "=="),
         (r"&&", "||"), (r"\|\|", "&&"), (r"\btrue\b", "false"), (r"\bfalse\b", "true"), (r"\+ 1\b", "+ 2"), (r"- 1\b", "- 0"),
         (r"\breturn 0;", "return -1;"), (r"\breturn -1;", "return 0;"), (r"(?<=[ (])0(?=[;,)])", "1"), (r"(?<=[ (])1(?=[;,)])", "0"),
         (r"\+\+", "--"), (r"(?<=[(&|] )!(?=\w)|(?<=\()!(?=\w)", ""), (r" \+= ", " -= ")]
STATEMENT = re.compile(r"^\t+(?:\(void\))?[a-z_][\w>.\[\]-]*(?:\(.*\)| (?:[|&+-]?=) .*);$|^\t+(?:break|continue);$")
DECLARED = re.compile(r"^\t+(?:const |struct |enum |static |size_t |int |bool |char |uint|AUTO|unsigned |return\b)")


def plain(line):
    """LINE with what stands in quotes and in comments blanked, of the same length."""
    return re.sub(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|/\*.*?(?:\*/|$)', lambda m: " " * len(m.group()), line)


def places(path):
    """Each place of PATH that can be changed: line number, what is done, and the new line."""
    inside = False
    for number, line in enumerate(open(os.path.join(TOP, path)).read().split("\n"), 1):
        bare = plain(line)
        if inside or line.lstrip().startswith(("/*", "*", "#")):
            inside = "*/" not in line and (inside or line.lstrip().startswith("/*"))
            continue
        if not bare.startswith("\t"):
            continue
        if STATEMENT.match(bare) and not DECLARED.match(bare):
            yield number, "removed", re.match(r"\t+", line).group() + ";"
        if re.match(r"\t+if \(.*\)$", bare):
            yield number, "negated", re.sub(r"if \((.*)\)$", r"if (!(\1))", line)
        for pattern, new in SWAPS:
            for m in re.finditer(pattern, bare):
                yield number, "%s -> %s" % (m.group().strip() or m.group(), new.strip() or "nothing"), line[:m.start()] + new + line[m.end():]


def run(args, tree, seconds):
    env = dict(os.environ, BERTH_BIN=os.path.join(tree, BUILT, "bin"), CMOCKA_MESSAGE_OUTPUT="TAP", LC_ALL="C")
    env.pop("BERTH_DB", None)
    with tempfile.TemporaryFile() as said:
        p = subprocess.Popen(args, cwd=tree, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            p.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(p.pid, 9)		# of its own session alone
            p.wait()
            return "hangs"
        said.seek(0)
        text = said.read()
    return "fails" if p.returncode or b"\nnot ok" in b"\n" + text else ""


def build(tree, *targets):
    return subprocess.run([*MAKE, *targets], cwd=tree, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def read(path):
    with open(path, "rb") as f:
        return f.read()


def units_of(tree, path):
    """The unit programs that judge PATH, its own first."""
    rooms = JUDGES[path.split("/")[1]][0]
    found = [u[:-2].replace("tests/unit/", BUILT + "unit/") for r in rooms for u in sorted(glob.glob("tests/unit/%s/*.c" % r, root_dir=tree))]
    return sorted(found, key=lambda u: (not u.endswith(path[3:-2]), path.split("/")[1] not in u))


class Judge:
    """A copy of the tree in which one mutant at a time stands."""

    def __init__(self, tree):
        self.tree, self.kills = tree, collections.Counter()
        copied = subprocess.run("git ls-files -z | xargs -0 cp -a --parents -t '%s'" % tree, shell=True, cwd=TOP).returncode
        if copied or not build(tree, "all"):
            sys.exit("mutate: the tree does not build")

    def check(self, path):
        """Whether whoever judges PATH has nothing against it as it is; else nobody would be believed."""
        units = units_of(self.tree, path)
        wrong = [u for u in units if not build(self.tree, u) or run([u], self.tree, 120)]
        return wrong + [t for t in JUDGES[path.split("/")[1]][1] if run(["sh", "tests/cli/%s.t" % t], self.tree, 600)]

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
                if run([u], self.tree, 120):
                    return u.split("unit/")[1]
        if not build(self.tree, "all"):
            return None
        for t in sorted(JUDGES[room][1], key=lambda t: -self.kills[room, t]):
            if run(["sh", "tests/cli/%s.t" % t], self.tree, 600):
                self.kills[room, t] += 1
                return t
        return ""

    def judge(self, path, number, new):
        full = os.path.join(self.tree, path)
        old = read(full)
        lines = old.decode().split("\n")
        was, lines[number - 1] = lines[number - 1], new
        with open(full, "w") as f:
            f.write("\n".join(lines))
        killer = self.ask(path)
        with open(full, "wb") as f:
            f.write(old)
        build(self.tree, BUILT + path[:-2] + ".o")
        return killer, was


def work(tree, share, until, said):
    try:
        judge = Judge(tree)
        for path, number, what, new in share:
            if time.monotonic() > until:
                break
            said.put((path, number, what, new, *judge.judge(path, number, new)))
    finally:
        said.put(None)


def results(share, jobs, until):
    """Each mutant's verdict as it comes, of JOBS copies of the tree."""
    base, said = tempfile.mkdtemp(prefix="berth-mutate-"), multiprocessing.Queue()
    try:
        trees = [os.path.join(base, str(k)) for k in range(jobs)]
        for tree in trees:
            os.mkdir(tree)
        first = Judge(trees[0])
        wrong = {w for room in ("plan/keep", "fleet/clash", "apply/batch", "journal/run") for w in first.check("lib/%s.c" % room)}
        if wrong:
            sys.exit("mutate: these fail where nothing is changed: " + ", ".join(sorted(wrong)))
        for k, tree in enumerate(trees):
            multiprocessing.Process(target=work, args=(tree, share[k::jobs], until, said)).start()
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
    files = opt.files or sorted(glob.glob("lib/plan/*.c", root_dir=TOP) + ["lib/fleet/clash.c"] + glob.glob("lib/apply/*.c", root_dir=TOP) + glob.glob("lib/journal/*.c", root_dir=TOP))
    every = [(f, *place) for f in files for place in places(f)]
    random.Random(opt.s).shuffle(every)
    began, counts, rooms = time.monotonic(), collections.Counter(), collections.defaultdict(collections.Counter)
    for path, number, what, new, killer, was in results(every[:opt.n], opt.j, began + opt.seconds):
        verdict = "none" if killer is None else "killed" if killer else "survived"
        counts[verdict] += 1
        rooms[path.split("/")[1]][verdict] += 1
        print("%-8s %s:%d: %s%s" % (verdict, path, number, what, " (%s)" % killer if killer else ""), flush=True)
        if verdict == "survived":
            print("         - %s\n         + %s" % (was.strip(), new.strip()), flush=True)
    for room, some in sorted(rooms.items()):
        print("mutate: %-8s %d killed, %d survived, %d are none" % (room + ":", some["killed"], some["survived"], some["none"]))
    print("mutate: %d of %d places tried in %d s: %d killed, %d survived, %d are none: %.0f %% killed" %
          (counts.total(), len(every), time.monotonic() - began, counts["killed"], counts["survived"], counts["none"],
           100 * counts["killed"] / max(counts["killed"] + counts["survived"], 1)))


if __name__ == "__main__":
    main()
