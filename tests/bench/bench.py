#!/usr/bin/env python3
"""bench: berth beside the tools that its users would compare it with, in one run.
SPDX-License-Identifier: MIT

usage: bench.py [--apps N] [--big N] [--runs N] [--write PAGE]      programs: $BERTH_BIN (default bin); nothing is asserted
Each pair is measured in turns, so that what else the machine does falls on both: medians of wall time and of processor time
(user and system). A turn during which others had more than 5 % of the machine says nothing of wall time; where all turns are
such, none is printed. The kernel's own threads are no others: what they do in a turn that writes is to flush for it. Their time
is in the wall time, and not in the turn's processor time. All copies are laid out beforehand, and nothing is deleted before a turn, as file systems do some of the
work of a deletion later. --write puts the tables into PAGE, between its lines `<!-- bench -->` and `<!-- /bench -->`.
A row whose counterpart (rg, sqlite3, valgrind, Docker Compose: $BERTH_COMPOSE or docker's) is not there says so.
"""
import argparse
import csv
import datetime
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BIN = os.path.abspath(os.environ.get("BERTH_BIN", "bin"))
HERE = os.path.dirname(os.path.abspath(__file__))
PAIRS_MAX = 14000      # some beyond these, a host has no ports left that may be handed out
FOREIGN_MAX = 0.05
PF_KTHREAD = 0x200000  # of the flags in /proc/PID/stat
LINES = []


def say(line=""):
    print(line, flush=True)
    LINES.append(line)


def machine_ticks():
    """Ticks that all processors were busy, and ticks altogether."""
    with open("/proc/stat", encoding="ascii") as stat:
        user, nice, system, idle, waiting, *rest = map(int, stat.readline().split()[1:])
    return user + nice + system + sum(rest[:3]), user + nice + system + idle + waiting + sum(rest[:3])


def kernel_ticks():
    """Ticks that the kernel's threads have had."""
    ticks = 0
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as stat:
                fields = stat.read().rpartition(") ")[2].split()
        except OSError:     # no process, or one that has ended
            continue
        if len(fields) > 12 and int(fields[6]) & PF_KTHREAD:
            ticks += int(fields[11]) + int(fields[12])
    return ticks


class Turn:
    """One run of a shell command: wall and processor seconds, memory in bytes, and whether the machine was its own."""

    def __init__(self, command, statuses=(0, 1)):
        kernel = kernel_ticks()
        busy, all_ticks = machine_ticks()
        start = time.monotonic()
        with tempfile.TemporaryFile() as errors:
            child = subprocess.Popen(command, shell=True, stdout=subprocess.DEVNULL, stderr=errors)
            _, status, used = os.wait4(child.pid, 0)
            self.wall = time.monotonic() - start
            if os.waitstatus_to_exitcode(status) not in statuses:
                errors.seek(0)
                sys.exit(f"{command}: status {os.waitstatus_to_exitcode(status)}: {errors.read()[-500:].decode(errors='replace')}")
        self.processor = used.ru_utime + used.ru_stime
        self.memory = used.ru_maxrss * 1024
        busy_after, all_after = machine_ticks()
        busy, all_ticks = busy_after - busy, all_after - all_ticks
        foreign = busy - self.processor * os.sysconf("SC_CLK_TCK") - (kernel_ticks() - kernel)
        # a tick or two of each processor may be of the time before
        self.is_quiet = foreign - 2 * os.cpu_count() <= FOREIGN_MAX * max(all_ticks, 1)


class Turns:
    """The medians of several turns; wall is None where none was quiet."""

    def __init__(self, turns):
        quiet = [turn.wall for turn in turns if turn.is_quiet]
        self.wall = statistics.median(quiet) if quiet else None
        self.processor = statistics.median(turn.processor for turn in turns)
        self.memory = max(turn.memory for turn in turns)


def seconds(value):
    return "–" if value is None else f"{value:.3f} s"


def ratio(ours, theirs):
    return "–" if ours is None or not theirs else f"{ours / theirs:.2f}"


def pair(what, ours, theirs, runs, of_wall=True, target="", prepare=None):
    """A row of the table. OURS and THEIRS are commands, or functions of the turn's number that give one; PREPARE is called with a
    command before it is timed."""
    first = theirs(0) if callable(theirs) else theirs
    if not (shutil.which(first.split()[0]) or os.path.exists(first.split()[0])):
        say(f"| {what} | `{first.split()[0]}` is not here | | | | | {target} |")
        return
    a, b = [], []
    for turn in range(runs):
        for command, turns in ((ours, a), (theirs, b)):
            if prepare:
                prepare()
            turns.append(Turn(command(turn) if callable(command) else command))
    a, b = Turns(a), Turns(b)
    result = ratio(a.wall, b.wall) if of_wall else ratio(a.processor, b.processor)
    say(f"| {what} | {seconds(a.wall)} | {seconds(a.processor)} | {seconds(b.wall)} | {seconds(b.processor)} "
        f"| {result}{' wall' if of_wall else ' processor'} | {target} |")


def table(title):
    say()
    say(title)
    say()
    say("| berth : the other | berth, wall | processor | other, wall | processor | ratio | to reach |")
    say("|---|---|---|---|---|---|---|")


def shell(command):
    subprocess.run(command, shell=True, check=False, stdout=subprocess.DEVNULL)


def generate(folder, apps, *options):
    subprocess.run([f"{HERE}/generate.py", folder, str(apps), *options], check=True)


def without_databases(work):
    for name in os.listdir(work):
        if name.startswith("db"):
            os.remove(f"{work}/{name}")


def read_pairs(work, fleet, runs):
    findings = f"{work}/findings.csv"
    shell(f"{BIN}/scan -q {fleet} >{findings}")
    files = sum(len(names) for _, _, names in os.walk(fleet))
    each = os.path.getsize(findings) // files
    pair("`scan` : `rg -uu -j2 -c PORT`", f"{BIN}/scan -q -j2 {fleet}", f"rg -uu -j2 -c PORT {fleet}", runs, target="2.0")
    pair("`scan -j1` : `rg -uu -j1 -c PORT`", f"{BIN}/scan -q -j1 {fleet}", f"rg -uu -j1 -c PORT {fleet}", runs)
    for how, words in (("read", "walk and read"), ("lines", "the same, lines, digests and as many bytes of CSV"),
                       ("yaml", "the same, and libyaml on each compose file")):
        pair(f"`scan -j1` : {words}", f"{BIN}/scan -q -j1 {fleet}",
             f"{work}/floor {how} {fleet}" + (f" {each}" if how != "read" else ""), runs, of_wall=False,
             target="2.0" if how == "yaml" else "")
    pair("`plan` : `sqlite3 .import`", f"{BIN}/plan -q --no-host-check --db {work}/db.plan <{findings}",
         f"sqlite3 {work}/db.import '.import --csv {findings} f'", runs, of_wall=False, target="0.7",
         prepare=lambda: without_databases(work))
    pair("`report conflicts` : `sqlite3` import and query", f"{BIN}/report -q conflicts <{findings}",
         f"sqlite3 :memory: '.import --csv {findings} f' 'SELECT host_port, protocol, count(*) FROM f "
         "WHERE record = \"port\" GROUP BY 1, 2 HAVING count(*) > 1'", runs, of_wall=False, target="0.7")


class Copies:
    """Copies of a fleet, each planned with a registry of its own, laid out before anything is timed."""

    def __init__(self, work, fleet, count):
        self.work, self.next = work, 0
        for i in range(count):
            copy = f"{work}/copy{i}"
            shutil.copytree(fleet, copy)
            os.makedirs(f"{work}/reg{i}")
            shell(f"{BIN}/scan -q {copy} | {BIN}/plan -q --no-host-check --db {work}/reg{i}/db >{work}/plan{i}")
            with open(f"{work}/plan{i}", encoding="utf-8", newline="") as rows:
                named = sorted({f"{copy}/{row['file']}" for row in csv.DictReader(rows) if row["file"]})
            for name, listed in (("old", filter(os.path.exists, named)), ("all", named)):
                with open(f"{work}/{name}{i}", "w", encoding="utf-8") as files:
                    files.write("".join(f"{path}\0" for path in listed))
        os.sync()

    def command(self, text):
        """TEXT with the number of a copy that no turn had before in place of #."""
        i = self.next
        self.next += 1
        return text.replace("#", f"{i}").replace("%", self.work)


def write_pairs(work, fleet, runs):
    copies = Copies(work, fleet, 4 * (2 * runs + 1))
    ours = lambda _, jobs="": copies.command(f"{BIN}/apply -q {jobs} --db %/reg#/db <%/plan#")
    for threads in (1, 2, 4):
        pair(f"`apply -j{threads}` : stage, flush, rename, flush with {threads} thread{'s' if threads > 1 else ''}",
             lambda turn, n=threads: ours(turn, f"-j{n}"), lambda _, n=threads: copies.command(f"%/floor write %/all# {n}"), runs,
             target="1.15", prepare=os.sync)
    pair("`apply` : `sed -i` over the same files, and `sync`", ours,
         lambda _: copies.command("xargs -0 -a %/old# sed -i 's/_PORT=[58]/_PORT=6/' && sync"), runs, prepare=os.sync)
    shell(f"rm -rf {work}/reg?* {work}/copy?*")
    os.sync()
    copies = Copies(work, fleet, 2 * runs + 1)
    pair("`migrate` : `scan`, `plan` and `apply` in a pipe",
         lambda _: copies.command(f"{BIN}/berth migrate -q --yes --no-host-check --db %/reg#/other %/copy#"),
         lambda _: copies.command(f"{BIN}/scan -q %/copy# | {BIN}/plan -q --no-host-check --db %/reg#/other | "
                                  f"{BIN}/apply -q --db %/reg#/other"), runs, target="1.0", prepare=os.sync)


def compose_of():
    """The command that reads a compose file as Docker Compose does: $BERTH_COMPOSE, else docker's; None: neither."""
    for command in (os.environ.get("BERTH_COMPOSE"), "docker compose"):
        if command and shutil.which(command.split()[0]) and subprocess.run(
                f"{command} version", shell=True, capture_output=True, check=False).returncode == 0:
            return command
    return None


def compose_pair(fleet, apps):
    compose = compose_of()
    if not compose:
        say("\nNo Docker Compose is here.")
        return
    asked = [f"{fleet}/{model}/{app}" for model in sorted(os.listdir(fleet)) for app in os.listdir(f"{fleet}/{model}")][:100]
    each = sum(Turn(f"cd {app} && {compose} config").processor for app in asked) / len(asked)
    ours = Turn(f"{BIN}/scan -q {fleet}").processor / apps
    say(f"\nDocker Compose takes {each * 1000:.1f} ms of processor time for the `config` of an app, `scan` {ours * 1e6:.0f} µs: "
        f"1 : {each / ours:.0f}.")


def instructions(work):
    """What an app costs each program, in instructions: it does not depend on what else the machine does."""
    if not shutil.which("valgrind"):
        say("\nvalgrind is not here: no instructions were counted.")
        return
    generate(f"{work}/thousand", 1000)
    run = f"valgrind --tool=callgrind --callgrind-out-file={work}/callgrind"
    findings, plan = f"{work}/thousand.csv", f"{work}/thousand.plan"
    counts = []
    for name, command in (
            ("scan", f"{BIN}/scan -q -j1 {work}/thousand >{findings}"),
            ("plan", f"{BIN}/plan -q --no-host-check --db {work}/db.counted <{findings} >{plan}"),
            ("report conflicts", f"{BIN}/report -q conflicts <{findings} >/dev/null"),
            ("apply", f"{BIN}/apply -q --db {work}/db.counted <{plan} >/dev/null")):
        said = subprocess.run(f"{run} {command}", shell=True, capture_output=True, text=True, check=False).stderr
        counted = re.search(r"refs:\s+([0-9,]+)", said)
        if not counted:
            sys.exit(f"{command}: {said[-500:]}")
        counts.append(f"`{name}` {int(counted[1].replace(',', '')) // 1000:,}")
    say(f"\nInstructions an app, of 1,000 (callgrind): {', '.join(counts)}.")


def memory(work, apps):
    generate(f"{work}/big", apps)
    used = Turn(f"{BIN}/scan -q {work}/big >{work}/big.csv").memory
    shell(f"rm -rf {work}/big")
    # where there are more pairs than ports it says so at its end
    plan = Turn(f"{BIN}/plan -q --no-host-check --db {work}/db.big <{work}/big.csv", (0, 1, 2)).memory
    report = Turn(f"{BIN}/report -q conflicts <{work}/big.csv").memory
    say(f"\nMemory, {apps:,} apps: `scan` {used / 1e6:.0f} MB, `plan` {plan / 1e6:.0f} MB, `report conflicts` {report / 1e6:.0f} MB.")


def put_into(page):
    """Replaces what stands between the marks of PAGE."""
    with open(page, encoding="utf-8") as file:
        text = file.read()
    before, rest = text.split("<!-- bench -->\n")
    _, after = rest.split("<!-- /bench -->\n")
    with open(page, "w", encoding="utf-8") as file:
        file.write(before + "<!-- bench -->\n" + "\n".join(LINES).strip() + "\n<!-- /bench -->\n" + after)


def measure(work, opt):
    commit = subprocess.run("git describe --always --dirty", shell=True, cwd=HERE, capture_output=True, text=True, check=False).stdout
    subprocess.run(f"{os.environ.get('CC', 'cc')} -O2 -pthread -o {work}/floor {HERE}/floor.c -lyaml -lxxhash", shell=True, check=True)
    say(f"{datetime.date.today()}, commit {commit.strip() or 'unknown'}: {opt.apps:,} apps, {os.cpu_count()} processors, medians of "
        f"{opt.runs} turns each. `–`: others had more than {FOREIGN_MAX:.0%} of the machine in every turn.")
    for words, options in (("Files that differ in digits, most of them:", ()), ("Files that all differ in words as well:", ("--different",))):
        fleet = f"{work}/fleet{len(options)}"
        generate(fleet, opt.apps, *options)
        os.sync()
        table(words)
        read_pairs(work, fleet, opt.runs)
    generate(f"{work}/source", opt.apps // 10, "--source")
    pair("`scan --mentions`, source beside : `rg -uu -j2`", f"{BIN}/scan -q -j2 --mentions {work}/source",
         f"rg -uu -j2 -c 'localhost:[0-9]' {work}/source", opt.runs)
    if opt.apps <= PAIRS_MAX:
        table("Writing, each turn on a copy of its own:")
        write_pairs(work, f"{work}/fleet0", max(opt.runs // 2, 1))
    compose_pair(f"{work}/fleet0", opt.apps)
    instructions(work)
    if opt.big:
        memory(work, opt.big)


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("--apps", type=int, default=10000)
    options.add_argument("--big", type=int, default=100000, help="apps for memory alone; 0: left out")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--write", metavar="PAGE", help="docs/performance.md")
    opt = options.parse_args()
    work = tempfile.mkdtemp(prefix="bench-")
    try:
        measure(work, opt)
    finally:
        shutil.rmtree(work)
    if opt.write:
        put_into(opt.write)


if __name__ == "__main__":
    main()
