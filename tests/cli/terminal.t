#!/usr/bin/env python3
"""terminal: what a person sees who sits at one, and what a script meets that has none: progress, the question before a migration,
a silent standard input, colours, signals. TAP. The programs are those of $BERTH_BIN (default: bin). None is waited for by the
time: where one looks at a clock, it is given one of ours (clock.c)."""
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = HERE, os.path.dirname(HERE)
import sitting
from files import tree
from sitting import everything
from tap import done, test

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.abspath(os.environ.get("BERTH_BIN") or os.path.join(TOP, "bin"))
BERTH = os.path.join(BIN, "berth")
for name in ("BERTH_DB", "NO_COLOR", "COLUMNS"):
    os.environ.pop(name, None)
os.environ["TERM"] = "xterm"
os.environ["PAGER"] = "cat"


def sit(argv, answers=(), **env):
    """ARGV at a terminal of its own. The text that was seen, and the status."""
    said, status = sitting.sit(argv, answers, **env)
    return said.decode("utf-8", "replace").replace("\r\n", "\n"), status


QUICK, SLOW = 0, 250       # of a clock that stands still, and of one that is a quarter of a second further at each look
stepping = None             # made in main


def watched(argv, feed=None, step=SLOW, **env):
    """ARGV with its messages on a terminal. What was seen there, its output, its status."""
    master, slave = pty.openpty()
    sitting.widen(slave, 100)
    p = subprocess.Popen(argv, stdin=subprocess.PIPE if feed else subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=slave,
                         env={**os.environ, **stepping(step), **env})
    os.close(slave)
    seen = []
    watcher = threading.Thread(target=lambda: seen.append(everything(master)))
    watcher.start()
    out, _ = p.communicate(feed)
    watcher.join()
    os.close(master)
    return seen[0].decode(), out, p.returncode


def waiting(argv, step, stdin, meanwhile=None):
    """ARGV with a silent STDIN. MEANWHILE is called when it has begun to wait. The process when it has ended, and the waits."""
    read, write = os.pipe()
    p = subprocess.Popen(argv, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, pass_fds=[write],
                         env={**os.environ, **stepping(step, CLOCK_LOG=str(write))})
    os.close(write)
    waits = os.read(read, 1000) if meanwhile else b""
    if waits:
        meanwhile()
    out, err = p.communicate()
    waits += os.read(read, 1000)
    os.close(read)
    return subprocess.CompletedProcess(argv, p.returncode, out, err), waits.decode().splitlines()


def migrates():
    shutil.copytree(os.path.join(TOP, "fixtures/fleets/six/fleet"), "six")
    was = tree("six")
    argv = [BERTH, "migrate", "--no-host-check", "six"]
    asked = b"[y/N] "
    for what, typed, want in (("n", b"n\n", 1), ("an empty line", b"\n", 1), ("the end of input", b"\x04", 1), ("Ctrl-C", b"\x03", -signal.SIGINT)):
        said, status = sit(argv, [(asked, typed)])
        test(f"migrate asks; {what} leaves all as it was, and nothing registered", status == want and tree("six") == was and os.listdir(".") == ["six"]
             and (want != 1 or said.endswith("\nmigrate: nothing was written\n")), said, status, os.listdir("."))
    test("it says first what it will do", re.search(r"migrate: 62 changes in 6 apps: 12 ports, 12 names, 36 that follow, 2 .env files to make; nothing for a person to mend\nmigrate: only what Compose reads was searched: .*\n(migrate: \S*/\.env:\d+: \S+ becomes \S+\n){5}"
                                                   r"migrate: and 57 more: --dry-run shows them all\nApply this\? ", said), said)
    said, status = sit(argv + ["--db", "my plan.db"], [(asked, b"y\n")])
    test("y goes on, and it ends with how to take it back", status == 0 and said.endswith("migrate: to take it back: berth apply --undo --db 'my plan.db'\n"), said, status)
    test("and tells that once, as all it did", said.count("apply --undo") == 1 and said.count("12 files changed") == 1, said)
    test("the plan was heard once", said.count("volumes start empty") == 1, said)
    p = subprocess.run(f"{BERTH} apply --undo --db 'my plan.db'", shell=True, capture_output=True)
    test("which it does", p.returncode == 0 and tree("six") == was, p)
    said, status = sit(argv + ["--yes"])
    test("--yes does not ask", status == 0 and "[y/N]" not in said, said, status)
    said, status = sit(argv)
    test("nor where there is nothing to do", status == 0 and said.endswith("migrate: nothing to change\n"), said, status)
    for n in 1, 2:
        os.makedirs(f"edited/{n}")
        with open(f"edited/{n}/compose.yaml", "w") as file:
            file.write("services: {w: {image: x, ports: ['9100:80']}}\n")

    def edits():
        with open("edited/2/compose.yaml", "a") as file:
            file.write("# by hand\n")
        return b"y\n"

    said, status = sit([BERTH, "migrate", "--no-host-check", "--db", "my plan.db", "edited"], [(asked, edits)])
    test("where nothing came of it no earlier run is offered to be taken back", status == 1 and "0 files changed, 1 stale" in said
         and "take it back" not in said, said, status)
    said, status = sit([BERTH, "migrate", "-q", "--no-host-check", "six"])
    test("-q says nothing", status == 0 and said == "", said, status)
    for n in range(1, 6):
        os.makedirs(f"runs/m/run_{n}")
        with open(f"runs/m/run_{n}/compose.yaml", "w") as file:
            file.write("services: {w: {image: x, ports: ['9100:80']}}\n")
    said, status = sit([BERTH, "migrate", "--no-host-check", "--yes", "--db", "runs.db", "runs"])
    test("a hint of scan's is said once", status == 0 and said.count("outside the layout") == 1 and "a second scan of runs finds no clash" in said, said, status)
    p = subprocess.run([BERTH, "migrate", "--no-host-check", "--only", "openai*/app1", "--only", "openai*/app2", "--db", "only.db", "--dry-run", "six"], capture_output=True, text=True)
    test("an option that may be repeated is handed on each time", p.returncode == 0 and "no app" not in p.stderr, p)
    p = subprocess.run([BERTH, "migrate", "--only", "openai*/app1", "--only", "nowhere*", "six"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    test("so that a wrong one is seen", p.returncode == 2 and "nowhere" in p.stderr, p)


def progresses():
    subprocess.run([os.path.join(TOP, "tests/fleet.sh"), "apps", "600"], check=True, capture_output=True)
    said, found, status = watched([BERTH, "scan", "apps"])
    line = r"\r%s: %s: \d+ of \d+(, \d+/s)?(, \d+ (s|min \d\d s) left)?\x1b\[K"
    test("scan: how far, how fast, how long yet", re.search(r"\rscan: apps read: \d+ of 6\d\d, \d+/s, \d+ s left\x1b\[K", said), said[-600:])
    test("the line goes at the end, before anything else is said", re.search(r"\x1b\[K\r\x1b\[Kscan: 6\d\d apps, [^\x1b]*\r\n$", said), said[-300:])
    said, _, _ = watched([BERTH, "scan", "-q", "apps"])
    test("scan -q: nothing", said == "", said)
    said, _, _ = watched([BERTH, "scan", "apps"], step=QUICK)
    test("nothing of what is quick", "\x1b" not in said and "of" not in said, said)
    said, plan, status = watched([BERTH, "plan", "--no-host-check", "--db", "p.db"], feed=found)
    test("plan", re.search(line % ("plan", "(apps planned|findings registered)"), said) and "\r\x1b[Kplan:" in said, status, said[-600:])
    said, _, status = watched([BERTH, "apply", "--db", "p.db"], feed=plan)
    test("apply", re.search(line % ("apply", "apps (checked|written|put in place)"), said) and re.search(r"\r\x1b\[Kapply: \d+ files changed", said), status, said[-600:])
    test("it ends with how to take it back", said.endswith("; to take it back: berth apply --undo --db p.db\r\n"), said[-600:])
    p = subprocess.run([BERTH, "scan", "apps"], capture_output=True, env={**os.environ, **stepping(SLOW)})
    test("nothing where there is no terminal", p.stderr == b"", p.stderr)
    said, _, _ = watched([BERTH, "scan", "apps"], TERM="dumb")
    test("nothing on a dumb terminal but the summary", "\x1b" not in said and re.match(r"scan: 6\d\d apps", said), said[-300:])


def silences():
    argv = [BERTH, "report", "--db", "p.db"]
    here, there = socket.socketpair()
    p, waits = waiting(argv + ["changes"], SLOW, here)
    test("a silent socket: a report of the database alone is answered at once", p.returncode == 0 and p.stdout.startswith("position,") and waits == [], p.stderr, waits)
    p, waits = waiting(argv + ["allocations"], SLOW, here)
    test("any other waits ten seconds, ends with 2 and says what to give", p.returncode == 2 and p.stdout == "" and "--findings -" in p.stderr
         and "< /dev/null" in p.stderr and waits == ["poll 10000"], p.stderr, waits)
    p = subprocess.run(argv + ["allocations"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    test("/dev/null: from the database", p.returncode == 0 and p.stdout.count("\n") > 10, p)
    read, write = os.pipe()

    def at_last():
        subprocess.run([BERTH, "scan", "six"], stdout=write, stderr=subprocess.DEVNULL)
        os.close(write)
    p, waits = waiting([BERTH, "report", "conflicts"], QUICK, read, at_last)
    os.close(read)
    test("findings that are late are waited for", p.returncode == 0 and p.stdout.count("\n") == 1 and waits == ["poll 10000"], p, waits)
    read, write = os.pipe()
    p = subprocess.Popen([BERTH, "scan", "--files-from", "-", "apps"], stdin=read, stdout=subprocess.PIPE)
    test("scan says that findings come before it knows of any", p.stdout.readline().startswith(b"record,model,"), "")
    os.close(write)
    p.communicate()
    for tool in ("plan", "apply"):
        said, status = sit([BERTH, tool, "--db", "none.db"])
        test(f"{tool} does not read from a terminal", status == 2 and "standard input is a terminal" in said and "berth scan ROOT" in said, said, status)
    test("and makes no database for it", not os.path.exists("none.db"))
    read, write = os.pipe()
    os.set_inheritable(read, True)
    said, status = sit(["/bin/sh", "-c", f'exec "$0" report allocations --db p.db <&{read}', BERTH], [(b"waiting for findings", lambda: os.close(write))], **stepping(SLOW))
    os.close(read)
    test("at a terminal it is said what is waited for", "waiting for findings on standard input" in said and "standard input was empty" in said and status == 0, said[:300], status)


def colours():
    bold = "\x1b[1m"
    argv = [BERTH, "report", "allocations", "--db", "p.db"]
    said, status = sit(argv)
    test("a table on a terminal, its head in bold", status == 0 and bold in said and "-------" in said, said[:300])
    said, _ = sit(argv, NO_COLOR="1")
    test("NO_COLOR", "\x1b" not in said, said[:300])
    said, _ = sit(argv, TERM="dumb")
    test("a dumb terminal", "\x1b" not in said, said[:300])
    said, _ = sit(argv + ["--color", "always"], NO_COLOR="1")
    test("--color always goes before NO_COLOR", bold in said, said[:300])
    said, _ = sit(argv + ["--color=never"])
    test("--color never", "\x1b" not in said, said[:300])
    for option in ("--help", "--version"):
        said, status = sit([BERTH, "plan", option])
        test(f"{option} has no colour", status == 0 and "\x1b" not in said, said[:300])


def screens():
    """What a person sees of scan, plan and apply, who does not read CSV."""
    shutil.copytree(os.path.join(TOP, "fixtures/fleets/six/fleet"), "seen")
    argv = {"scan": [BERTH, "scan", "seen"], "plan": [BERTH, "plan", "--no-host-check", "--db", "seen.db", "seen"]}
    for tool, head in (("scan", "record .* app .* value .* file .* line"), ("plan", "action .* app .* file .* old .* new .* reason")):
        said, status = sit(argv[tool])
        lines = said.split("\n")
        at = next((i for i, line in enumerate(lines) if re.search(head, line)), None)
        test(f"{tool} at a terminal: a table of what matters, in its width", status == 0 and at is not None and re.match(r"[- ]+$", lines[at + 1])
             and all(len(re.sub(r"\x1b\[\d*m", "", line)) <= 100 for line in lines[at:-3]) and "xxh3:" not in said, said[:600])
        said, status = sit(argv[tool] + ["--format", "csv"])
        test("--format csv: as in a pipe", status == 0 and "xxh3:" in said, said[:300])
        p = subprocess.run(argv[tool] + ["--format", "table"], capture_output=True, text=True)
        test("--format table: in a pipe, too, whole and without colours", p.returncode == 0 and "xxh3:" not in p.stdout and "\x1b" not in p.stdout
             and "anthropic_claude-4.5-haiku-20251001/app1" in p.stdout, p.stdout[:300])
    with open("seen.csv", "w") as plan:
        subprocess.run(argv["plan"], stdout=plan, stderr=subprocess.DEVNULL)
    said, status = sit([BERTH, "apply", "--dry-run", "--db", "seen.db", "seen.csv"])
    test("a diff in git's colours", status == 0 and re.search(r"\n\x1b\[31m-[A-Z_]+=5003\x1b\[0m\n", said) and re.search(r"\n\x1b\[32m\+[A-Z_]+=5001\x1b\[0m\n", said), said[:600])
    for no in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        said, _ = sit([BERTH, "apply", "--dry-run", "--db", "seen.db", "seen.csv"], **no)
        test(f"none with {no}", "\x1b" not in said and "\n+BACKEND_PORT=5001\n" in said, said[:300])
    said, _ = sit([BERTH, "apply", "--dry-run", "--color", "never", "--db", "seen.db", "seen.csv"])
    test("nor with --color never", "\x1b" not in said, said[:300])
    said, status = sit([BERTH, "apply", "--db", "seen.db", "seen.csv"])
    test("apply: its files, then the summary", status == 0 and re.search(r"\nchanged +\S+/app1 .*\.env ", said) and "12 files changed" in said and "xxh3:" not in said, said[:600])
    said, status = sit([BERTH, "apply", "--runs", "--db", "seen.db"])
    test("its runs", status == 0 and re.search(r"\n +1 +done +20", said), said)
    said, status = sit([BERTH, "apply", "-q", "--undo", "--db", "seen.db"])
    test("apply -q: nothing", status == 0 and said == "", said)
    long = [BERTH, "scan", "apps"]
    said, status = sit(long, PAGER="sed 's/^/paged: /'")
    test("what is longer than the terminal goes through $PAGER", status == 0 and said.count("paged: ") > 100 and "paged: scan:" not in said, said[:300])
    said, _ = sit(argv["scan"], PAGER="sed 's/^/paged: /'")
    test("what is not does not", "paged: " not in sit([BERTH, "apply", "--runs", "--db", "seen.db"], PAGER="sed 's/^/paged: /'")[0], said[:300])
    for pager in ("no-such-pager", "", "cat"):
        said, status = sit(long, PAGER=pager)
        test(f"PAGER={pager}: it is printed", status == 0 and "not found" not in said.split("record")[1] and said.count("\nport ") > 100, said[-300:])
    said, status = sit(long, PAGER="head -n 3")
    test("a pager that has enough is no error", status == 0 and said.count("\nport ") <= 3, said[-300:])


def ends():
    for name in ("TERM", "INT", "HUP"):
        read, write = os.pipe()
        p = subprocess.Popen([BERTH, "scan", "apps"], stdout=write, stderr=subprocess.PIPE)
        os.close(write)
        os.read(read, 1000)
        p.send_signal(getattr(signal, "SIG" + name))
        test(f"SIG{name} ends scan, and nothing is said", p.wait() == -getattr(signal, "SIG" + name) and p.stderr.read() == b"", p.returncode)
        os.close(read)
    p = subprocess.run(f"{BERTH} scan apps 2>err | head -n 1 >/dev/null; cat err; {BERTH} report -q ports --db p.db </dev/null 2>err | head -n 1 >/dev/null; cat err",
                       shell=True, capture_output=True, text=True, preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL))
    test("a reader that has enough is no error", p.stdout == "" and p.stderr == "", p)


def asked_to_end(library):
    """Ctrl-C at each call of apply that changes anything, and again at each that follows: all is old or all is new."""
    shim = sitting.preload(library, "../crash/shim.c")
    shutil.copytree(os.path.join(TOP, "fixtures/fleets/six/fleet"), "asked")
    was = tree("asked")
    run = lambda *words, **more: subprocess.run([BERTH, *words], capture_output=True, text=True, **more)
    with open("asked.csv", "w") as plan:
        subprocess.run(f"{BERTH} scan asked | {BERTH} plan --no-host-check --db asked.db", shell=True, stdout=plan, stderr=subprocess.DEVNULL)
    stopped = late = at = 0
    wrong, said = [], {"stopped": "", "late": "", "undo": ""}
    while late < 3:
        at += 1
        p = run("apply", "--db", "asked.db", "asked.csv", env={**os.environ, **shim, "CRASH_AT": str(at), "CRASH_DO": "ask"})
        now, runs = tree("asked"), run("apply", "--runs", "--db", "asked.db").stdout
        if "committing" in runs or any("berth" in name for name in now):
            wrong.append((at, "something is left", runs, sorted(now)))
        elif now == was:
            stopped += "nothing is in place yet" in p.stderr
            said["stopped"] = p.stderr
            if p.returncode != -signal.SIGINT or "finishes" in p.stderr:
                wrong.append((at, "old", p))
        else:
            late += 1
            said["late"] = p.stderr
            if p.returncode not in (0, -signal.SIGINT) or "this finishes" not in p.stderr or "apply --undo --db asked.db" not in p.stderr or "failed" in p.stdout:
                wrong.append((at, "new", p))
            u = run("apply", "--undo", "--db", "asked.db")
            if u.returncode or tree("asked") != was:
                wrong.append((at, "undo", u))
    test("Ctrl-C before anything is in place: apply says so, takes back what it prepared, and ends by it", stopped > 3 and not wrong, wrong[:3], stopped)
    test("afterwards it finishes, and says how to take it back; a second one is answered as well", said["late"].count("this finishes") > 1, said["late"])
    run("apply", "--db", "asked.db", "asked.csv")
    new = tree("asked")
    for call in range(1, at + 40):
        p = run("apply", "--undo", "--db", "asked.db", env={**os.environ, **shim, "CRASH_AT": str(call), "CRASH_DO": "ask"})
        if tree("asked") != new:
            break
        if p.returncode != -signal.SIGINT or "undoing" in run("apply", "--runs", "--db", "asked.db").stdout:
            wrong.append((call, "undo stopped", p))
    test("undo likewise: stopped it leaves all new, later all is old", not wrong and tree("asked") == was and "this finishes" in p.stderr, wrong[:3], p)
    shutil.copytree(BIN, "bin")
    apply = os.path.realpath("bin/apply")

    def migrate(script):
        """With SCRIPT in the place of apply; $0 and "$@" are its own."""
        if os.path.exists(apply):
            os.remove(apply)
        with open(apply, "w") as f:
            f.write(f"#!/bin/sh\n{script}\n".replace("apply", os.path.join(BIN, "apply")))
        os.chmod(apply, 0o755)
        return subprocess.run(["bin/migrate", "--no-host-check", "--yes", "--db", "migrated.db", "asked"], capture_output=True, text=True)
    p = migrate("kill -INT $PPID; exec sleep 100")
    test("migrate hands on what asks it to end, and ends as apply does", p.returncode == -signal.SIGINT and tree("asked") == was and "ended by signal" not in p.stderr, p)
    p = migrate("trap '' INT; apply \"$@\"; kill -INT $PPID")
    test("where apply finished it tells what was done and how to take it back, and begins no second scan", p.returncode == 1
         and p.stderr.endswith("second scan was not made\nmigrate: to take it back: berth apply --undo --db migrated.db\n"), p)


def main():
    try:
        pty.openpty()
    except OSError:
        print("1..0 # SKIP no terminal can be made here")
        return
    global stepping
    folder = tempfile.mkdtemp(prefix="terminal")
    library = tempfile.mkdtemp(prefix="clock")
    os.chdir(folder)
    try:
        stepping = sitting.clock(library)
        migrates()
        progresses()
        silences()
        colours()
        screens()
        ends()
        asked_to_end(library)
    finally:
        os.chdir("/")
        shutil.rmtree(folder)
        shutil.rmtree(library)
    done()


main()
