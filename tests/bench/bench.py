#!/usr/bin/env python3
"""bench: berth beside the tools that its users would compare it with, in one run; medians and the ratio of each pair.
SPDX-License-Identifier: MIT

usage: bench.py [--apps N] [--big N] [--runs N]        programs: $BERTH_BIN (default bin); nothing is asserted
Each pair is measured in turns, so that what else the machine does falls on both. A row whose counterpart (rg, sqlite3,
Docker Compose: $BERTH_COMPOSE or docker's) is not there says so.
"""
import argparse
import csv
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BIN = os.path.abspath(os.environ.get("BERTH_BIN", "bin"))
PAIRS_MAX = 14000      # some beyond these, a host has no ports left that may be handed out
HERE = os.path.dirname(os.path.abspath(__file__))


def timed(command, prepare=None):
    if prepare:
        prepare()
    start = time.monotonic()
    done = subprocess.run(command, shell=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{command}: status {done.returncode}: {done.stderr.decode(errors='replace')[-500:]}")
    return time.monotonic() - start


def pair(what, ours, theirs, target, runs, prepare=None):
    if not shutil.which(theirs.split()[0]):
        print(f"| {what} | `{theirs.split()[0]}` is not here | | | {target} |")
        return
    a, b = [], []
    for _ in range(runs):
        a.append(timed(ours, prepare))
        b.append(timed(theirs, prepare))
    a, b = statistics.median(a), statistics.median(b)
    print(f"| {what} | {a:.3f} s | {b:.3f} s | {a / b:.2f} | {target} |", flush=True)


def peak(command):
    """The largest memory of a child in MB; children before it must have been smaller."""
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def compose_of():
    """The command that reads a compose file as Docker Compose does: $BERTH_COMPOSE, else docker's; None: neither."""
    for command in (os.environ.get("BERTH_COMPOSE"), "docker compose"):
        if command and shutil.which(command.split()[0]) and subprocess.run(
                f"{command} version", shell=True, capture_output=True, check=False).returncode == 0:
            return command
    return None


def spent(command):
    """Processor seconds and the largest memory in bytes of a shell command and what it runs."""
    child = subprocess.Popen(command, shell=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, used = os.wait4(child.pid, 0)
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024


def without_databases(work):
    for name in os.listdir(work):
        if name.startswith("db"):
            os.remove(f"{work}/{name}")


def plan_alone(work, pairs):
    """What a plan of a tenth of PAIRS apps costs beside one of all, which takes about the last free port, and its memory."""
    cost, memory, records = [], [], []
    for n in (1, pairs // 10, pairs):
        subprocess.run([f"{HERE}/generate.py", f"{work}/some", str(n)], check=True)
        subprocess.run(f"{BIN}/scan {work}/some > {work}/some.csv", shell=True, check=False)
        shutil.rmtree(f"{work}/some")
        without_databases(work)
        used = spent(f"{BIN}/plan --no-host-check --db {work}/db < {work}/some.csv")
        cost.append(used[0])
        memory.append(used[1])
        with open(f"{work}/some.csv", encoding="utf-8") as findings:
            records.append(sum(1 for _ in findings) - 3)
    print(f"| `plan`, {pairs} apps : {pairs // 10}, processor time | {cost[2]:.3f} s | {cost[1]:.3f} s | {cost[2] / cost[1]:.1f} | 12 |")
    print(f"| `plan`, bytes a finding above a plan of one app | {(memory[2] - memory[0]) / records[2]:.0f} | | | 300 |", flush=True)


def pair_of_writers(work, fleet, runs):
    """apply, durable and journalled, beside the bare file operations and sed -i over the same files; each on a fresh copy."""
    copy, plan = f"{work}/copy", f"{work}/plan.csv"

    def fresh():
        shutil.rmtree(copy, ignore_errors=True)
        without_databases(work)
        shutil.copytree(fleet, copy)
        subprocess.run(f"{BIN}/scan {copy} | {BIN}/plan -q --no-host-check --db {work}/db > {plan}", shell=True, check=False)
        with open(plan, encoding="utf-8", newline="") as rows:
            named = [f"{copy}/{name}" for name in sorted({r["file"] for r in csv.DictReader(rows) if r["file"]})]
        for name, listed in (("files", filter(os.path.exists, named)), ("all", named)):
            with open(f"{work}/{name}", "w", encoding="utf-8") as files:
                files.write("".join(f"{path}\0" for path in listed))
        os.sync()

    pair("`apply` : the same files written beside, flushed and renamed, and nothing else", f"{BIN}/apply --db {work}/db < {plan}",
         f"{HERE}/floor.py {work}/all", "", runs, fresh)
    pair("`apply` : `sed -i` over the same files", f"{BIN}/apply --db {work}/db < {plan}",
         f"xargs -0 -a {work}/files sed -i 's/_PORT=[58]/_PORT=6/'", "2.0", runs, fresh)
    shutil.rmtree(copy)


def pair_of_readers(work, fleet, apps):
    """scan, and the whole migration, beside Docker Compose asked for a hundred of the apps."""
    compose = compose_of()
    if not compose:
        print("| `scan` : `docker compose config`, an app | no Docker Compose is here | | | 1 : 500 |")
        return
    asked = [f"{fleet}/{model}/{app}" for model in sorted(os.listdir(fleet)) for app in os.listdir(f"{fleet}/{model}")][:100]
    each = sum(timed(f"cd {app} && {compose} config") for app in asked)
    ours = timed(f"{BIN}/scan -j2 {fleet}")
    print(f"| `scan` : `docker compose config`, an app | {ours / apps:.6f} s | {each / len(asked):.4f} s | 1 : "
          f"{each / len(asked) / (ours / apps):.0f} | 1 : 500 |")
    if apps <= PAIRS_MAX:
        without_databases(work)
        shutil.copytree(fleet, f"{work}/copy")
        os.sync()       # else apply's flush would write the copy, too
        ours = timed(f"{BIN}/scan -j2 {work}/copy | {BIN}/plan -q --no-host-check --db {work}/db | {BIN}/apply -q --db {work}/db")
        shutil.rmtree(f"{work}/copy")
        print(f"| `scan`, `plan`, `apply` of {apps} apps : `docker compose config` of {len(asked)} | {ours:.3f} s | {each:.3f} s | "
              f"{ours / each:.2f} | 1.0 |", flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("--apps", type=int, default=10000)
    options.add_argument("--big", type=int, default=100000, help="apps for scan's memory alone; 0: left out")
    options.add_argument("--runs", type=int, default=5)
    opt = options.parse_args()
    work = tempfile.mkdtemp(prefix="bench-")
    try:
        measure(work, opt)
    finally:
        shutil.rmtree(work)


def measure(work, opt):
    fleet, big, source = f"{work}/fleet", f"{work}/big", f"{work}/source"
    generate = [f"{HERE}/generate.py"]
    if opt.big:
        subprocess.run([*generate, big, str(opt.big)], check=True)
        used = peak([f"{BIN}/scan", big])
        shutil.rmtree(big)
    subprocess.run([*generate, fleet, str(opt.apps)], check=True)
    subprocess.run([*generate, source, str(opt.apps // 10), "--source"], check=True)
    print(f"{opt.apps} apps, {os.cpu_count()} processors, median of {opt.runs}\n")
    print("| what | berth | other | ratio | target |\n|---|---|---|---|---|")
    pair("`scan` : `rg -uu -j2 -c PORT`", f"{BIN}/scan -j2 {fleet}", f"rg -uu -j2 -c PORT {fleet}", "3.0", opt.runs)
    pair("`scan --mentions` : `rg -uu -j2`, source beside", f"{BIN}/scan -j2 --mentions {source}",
         f"rg -uu -j2 -c 'localhost:[0-9]' {source}", "3.0", opt.runs)
    subprocess.run(f"{BIN}/scan {fleet} > {work}/findings.csv", shell=True, check=False)

    if opt.apps <= PAIRS_MAX:
        pair("`plan` : `sqlite3 .import`", f"{BIN}/plan --no-host-check --db {work}/db.plan < {work}/findings.csv",
             f"sqlite3 {work}/db.import '.import --csv {work}/findings.csv f'", "2.5", opt.runs, lambda: without_databases(work))
    pair("`report conflicts` : `sqlite3` import and query", f"{BIN}/report conflicts < {work}/findings.csv",
         f"sqlite3 :memory: '.import --csv {work}/findings.csv f' 'SELECT host_port, protocol, count(*) FROM f "
         "WHERE record = \"port\" GROUP BY 1, 2 HAVING count(*) > 1'", "1.5", opt.runs)
    if opt.apps <= PAIRS_MAX:
        pair_of_writers(work, fleet, opt.runs)
    pair_of_readers(work, fleet, opt.apps)
    if opt.apps >= 1000:
        plan_alone(work, PAIRS_MAX)
    if opt.big:
        print(f"\nmemory of `scan`, {opt.big} apps: {used:.1f} MB (target: 64)")


if __name__ == "__main__":
    main()
