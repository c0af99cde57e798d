#!/usr/bin/env python3
"""bench: berth beside the tools that its users would compare it with, in one run; medians and the ratio of each pair.
SPDX-License-Identifier: MIT

usage: bench.py [--apps N] [--big N] [--runs N]        programs: $BERTH_BIN (default bin); nothing is asserted
Each pair is measured in turns, so that what else the machine does falls on both. A row whose counterpart (rg, sqlite3) is not
there says so.
"""
import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BIN = os.path.abspath(os.environ.get("BERTH_BIN", "bin"))
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


def pair_of_writers(work, fleet, runs):
    """apply, durable and journalled, beside sed -i over the files that it changes; each on a fresh copy."""
    copy, plan = f"{work}/copy", f"{work}/plan.csv"

    def fresh():
        shutil.rmtree(copy, ignore_errors=True)
        for name in os.listdir(work):
            if name.startswith("db"):
                os.remove(f"{work}/{name}")
        shutil.copytree(fleet, copy)
        subprocess.run(f"{BIN}/scan {copy} | {BIN}/plan -q --no-host-check --db {work}/db > {plan}", shell=True, check=False)
        os.sync()

    pair("`apply` : `sed -i` over all .env and .env.example", f"{BIN}/apply --db {work}/db < {plan}",
         f"find {copy} -name '.env*' -print0 | xargs -0 sed -i 's/_PORT=5/_PORT=6/'", "2.0", runs, fresh)
    shutil.rmtree(copy)


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

    def fresh():
        for name in os.listdir(work):
            if name.startswith("db"):
                os.remove(f"{work}/{name}")

    # Past some 14,000 pairs no host has ports left.
    if opt.apps <= 14000:
        pair("`plan` : `sqlite3 .import`", f"{BIN}/plan --no-host-check --db {work}/db.plan < {work}/findings.csv",
             f"sqlite3 {work}/db.import '.import --csv {work}/findings.csv f'", "2.5", opt.runs, fresh)
    pair("`report conflicts` : `sqlite3` import and query", f"{BIN}/report conflicts < {work}/findings.csv",
         f"sqlite3 :memory: '.import --csv {work}/findings.csv f' 'SELECT host_port, protocol, count(*) FROM f "
         "WHERE record = \"port\" GROUP BY 1, 2 HAVING count(*) > 1'", "1.5", opt.runs)
    if opt.apps <= 14000:
        pair_of_writers(work, fleet, opt.runs)
    compose = compose_of()
    if compose:
        asked = [f"{fleet}/{model}/{app}" for model in sorted(os.listdir(fleet)) for app in os.listdir(f"{fleet}/{model}")][:100]
        each = sum(timed(f"{compose} -f {app}/docker-compose.yml config") for app in asked) / len(asked)
        ours = timed(f"{BIN}/scan -j2 {fleet}") / opt.apps
        print(f"| `scan` : `docker compose config`, an app | {ours:.6f} s | {each:.4f} s | 1 : {each / ours:.0f} | 1 : 500 |")
    else:
        print("| `scan` : `docker compose config`, an app | no Docker Compose is here | | | 1 : 500 |")
    if opt.big:
        print(f"\nmemory of `scan`, {opt.big} apps: {used:.1f} MB (target: 64)")


if __name__ == "__main__":
    main()
