#!/usr/bin/env python3
# mutate: changes one place of the sources at a time, as a slip of the hand would, and looks whether a test says so.
# SPDX-License-Identifier: MIT
#
# usage: mutate.py [-n SAMPLE] [-s SEED] [--seconds N] [--keep FOLDER] [FILE ...]     FILE: lib/plan/keep.c; none: plan, fleet/clash, apply, journal
#
# A copy of the tree is changed, never the tree itself. A mutant is killed where the unit programs of its room or a command-line test of
# what the room does fails or hangs; one that does not compile, or whose object is the same bytes, is none.
import argparse
import glob
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# By room: the rooms whose unit programs judge it, and the command-line tests.
JUDGES = {
    "plan": (["plan"], ["plan-cases", "plan", "plan-registry", "plan-options", "plan-alias", "plan-follow", "plan-example", "plan-property", "situations", "budgets"]),
    "fleet": (["fleet", "report", "plan"], ["report", "plan-cases", "hazards", "plan", "situations", "plan-property"]),
    "apply": (["apply", "journal"], ["apply", "apply-hostile", "trust", "apply-process", "migrate", "secrets"]),
    "journal": (["journal", "apply"], ["apply", "trust", "apply-process", "migrate"]),
}
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
    env = dict(os.environ, BERTH_BIN=os.path.join(tree, "bin"), CMOCKA_MESSAGE_OUTPUT="TAP", LC_ALL="C")
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


def build(tree, units):
    return subprocess.run(["make", "-s", "-j2", "all", *units], cwd=tree, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def judge(tree, path):
    """Who kills the mutant that stands in TREE; empty: nobody."""
    rooms, tests = JUDGES[path.split("/")[1]]
    units = [u[:-2].replace("tests/unit", "build/release/unit") for r in rooms for u in sorted(glob.glob("tests/unit/%s/*.c" % r, root_dir=TOP))]
    units.sort(key=lambda u: not u.endswith("/" + os.path.basename(path)[:-2]))
    if not build(tree, units):
        return None
    for u in units:
        if run([u], tree, 60):
            return "unit/" + u.split("unit/")[1]
    for t in tests:
        if os.path.exists(os.path.join(tree, "tests/cli", t + ".t")) and run(["sh", "tests/cli/%s.t" % t], tree, 300):
            return "cli/" + t
    return ""


def main():
    p = argparse.ArgumentParser()
    p.add_argument("-n", type=int, default=300, help="how many places")
    p.add_argument("-s", type=int, default=1, help="seed")
    p.add_argument("--seconds", type=int, default=3600, help="begin none after that")
    p.add_argument("files", nargs="*")
    opt = p.parse_args()
    files = opt.files or sorted(glob.glob("lib/plan/*.c", root_dir=TOP) + ["lib/fleet/clash.c"] + glob.glob("lib/apply/*.c", root_dir=TOP) + glob.glob("lib/journal/*.c", root_dir=TOP))
    every = [(f, *place) for f in files for place in places(f)]
    random.Random(opt.s).shuffle(every)
    tree = tempfile.mkdtemp(prefix="berth-mutate-")
    counts, began, survivors = {"killed": 0, "survived": 0, "none": 0}, time.monotonic(), []
    try:
        subprocess.run(["cp", "-a", TOP + "/.", tree], check=True)
        if not build(tree, []):
            sys.exit("mutate: the tree does not build")
        for path, number, what, new in every[:opt.n]:
            if time.monotonic() - began > opt.seconds:
                break
            full = os.path.join(tree, path)
            old = open(full).read()
            lines = old.split("\n")
            was, lines[number - 1] = lines[number - 1], new
            with open(full, "w") as f:
                f.write("\n".join(lines))
            killer = judge(tree, path)
            with open(full, "w") as f:
                f.write(old)
            verdict = "none" if killer is None else "killed" if killer else "survived"
            counts[verdict] += 1
            print("%-8s %s:%d: %s%s" % (verdict, path, number, what, " (%s)" % killer if killer else ""), flush=True)
            if verdict == "survived":
                print("         - %s\n         + %s" % (was.strip(), new.strip()), flush=True)
    finally:
        shutil.rmtree(tree, ignore_errors=True)
    tried = counts["killed"] + counts["survived"]
    print("mutate: %d of %d places tried in %d s: %d killed, %d survived, %d are none: %.0f %% killed" %
          (tried + counts["none"], len(every), time.monotonic() - began, counts["killed"], counts["survived"], counts["none"], 100 * counts["killed"] / max(tried, 1)))


if __name__ == "__main__":
    main()
