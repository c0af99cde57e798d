#!/usr/bin/env python3
"""terminal: what a person sees who sits at one, and what a script meets that has none: progress, the question before a migration,
a silent standard input, colours, signals. TAP. The programs are those of $BERTH_BIN (default: bin)."""
import fcntl
import os
import pty
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import sitting
from sitting import everything

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.abspath(os.environ.get("BERTH_BIN") or os.path.join(TOP, "bin"))
BERTH = os.path.join(BIN, "berth")
for name in ("BERTH_DB", "NO_COLOR", "COLUMNS"):
    os.environ.pop(name, None)
os.environ["TERM"] = "xterm"
count = 0


def test(name, ok, *said):
    global count
    count += 1
    print(f"{'ok' if ok else 'not ok'} {count} - {name}", flush=True)
    for line in "" if ok else "\n".join(repr(s) for s in said).splitlines():
        print("# " + line[:2000])


def terminal(cols=100):
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, cols, 0, 0))
    return master, slave


def sit(argv, answers=(), **env):
    """ARGV at a terminal of its own. The text that was seen, and the status."""
    said, status = sitting.sit(argv, answers, **env)
    return said.decode("utf-8", "replace").replace("\r\n", "\n"), status


def tree(folder):
    """Every file with its bytes."""
    return {p: open(p, "rb").read() for d, _, names in os.walk(folder) for p in (os.path.join(d, n) for n in names)}


def watched(argv, feed=None, slow_reader=False):
    """ARGV with its messages on a terminal; its input trickles in, or its output is taken slowly."""
    master, slave = terminal()
    p = subprocess.Popen(argv, stdin=subprocess.PIPE if feed else subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=slave)
    os.close(slave)
    if feed:
        half = len(feed) // 2
        p.stdin.write(feed[:half])
        p.stdin.flush()
        time.sleep(1.3)
        p.stdin.write(feed[half:])
        p.stdin.close()
    out = b""
    if slow_reader:
        for _ in range(8):
            out += os.read(p.stdout.fileno(), 65536)
            time.sleep(0.25)
    out += p.stdout.read()
    status = p.wait()
    said = everything(master).decode()
    os.close(master)
    return said, out, status


def migrates():
    shutil.copytree(os.path.join(TOP, "fixtures/fleets/six/fleet"), "six")
    was = tree("six")
    argv = [BERTH, "migrate", "--no-host-check", "six"]
    asked = b"[y/N] "
    for what, typed, want in (("n", b"n\n", 1), ("an empty line", b"\n", 1), ("the end of input", b"\x04", 1), ("Ctrl-C", b"\x03", -signal.SIGINT)):
        said, status = sit(argv, [(asked, typed)])
        test(f"migrate asks; {what} leaves all as it was, and nothing registered", status == want and tree("six") == was and os.listdir(".") == ["six"]
             and (want != 1 or said.endswith("\nmigrate: nothing was written\n")), said, status, os.listdir("."))
    test("it says first what it will do", re.search(r"migrate: 60 edits in 6 apps.*\n(migrate: \S*/\.env:\d+: \S+ becomes \S+\n){5}"
                                                   r"migrate: and 55 more: --dry-run shows them all\nApply this\? ", said), said)
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
    said, status = sit([BERTH, "migrate", "-q", "--no-host-check", "six"])
    test("-q says nothing", status == 0 and said == "", said, status)
    p = subprocess.run([BERTH, "migrate", "--no-host-check", "--only", "openai*/app1", "--only", "openai*/app2", "--db", "only.db", "--dry-run", "six"], capture_output=True, text=True)
    test("an option that may be repeated is handed on each time", p.returncode == 0 and "no app" not in p.stderr, p)
    p = subprocess.run([BERTH, "migrate", "--only", "openai*/app1", "--only", "nowhere*", "six"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    test("so that a wrong one is seen", p.returncode == 2 and "nowhere" in p.stderr, p)


def progresses():
    subprocess.run([os.path.join(TOP, "tests/fleet.sh"), "apps", "600"], check=True, capture_output=True)
    said, found, status = watched([BERTH, "scan", "apps"], slow_reader=True)
    line = r"\r%s: %s: \d+ of \d+(, \d+/s)?(, \d+ (s|min \d\d s) left)?\x1b\[K"
    test("scan: how far, how fast, how long yet", re.search(r"\rscan: apps read: \d+ of 6\d\d, \d+/s, \d+ s left\x1b\[K", said), said[-600:])
    test("the line goes at the end, before anything else is said", re.search(r"\x1b\[K\r\x1b\[Kscan: 6\d\d apps, [^\r\x1b]*\r\n$", said), said[-300:])
    said, _, _ = watched([BERTH, "scan", "-q", "apps"], slow_reader=True)
    test("scan -q: nothing", said == "", said)
    said, _, _ = watched([BERTH, "scan", "six"])
    test("nothing of what is quick", "\x1b" not in said and "of" not in said, said)
    said, plan, status = watched([BERTH, "plan", "--no-host-check", "--db", "p.db"], feed=found)
    test("plan", re.search(line % ("plan", "(apps planned|findings registered)"), said) and "\r\x1b[Kplan:" in said, status, said[-600:])
    said, _, status = watched([BERTH, "apply", "--db", "p.db"], feed=plan)
    test("apply", re.search(line % ("apply", "apps (checked|written|put in place)"), said) and re.search(r"\r\x1b\[Kapply: \d+ files changed", said), status, said[-600:])
    test("it ends with how to take it back", said.endswith("; to take it back: berth apply --undo --db p.db\r\n"), said[-600:])
    p = subprocess.Popen([BERTH, "scan", "apps"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(1.5)
    _, err = p.communicate()
    test("nothing where there is no terminal", err == b"", err)
    master, slave = terminal()
    p = subprocess.Popen([BERTH, "scan", "apps"], stdout=subprocess.PIPE, stderr=slave, env={**os.environ, "TERM": "dumb"})
    os.close(slave)
    time.sleep(1.5)
    p.communicate()
    said = everything(master)
    test("nothing on a dumb terminal but the summary", b"\x1b" not in said and re.match(rb"scan: 6\d\d apps", said), said[-300:])


def silences():
    argv = [BERTH, "report", "--db", "p.db"]
    here, there = socket.socketpair()
    began = time.time()
    p = subprocess.run(argv + ["changes"], stdin=here, capture_output=True, text=True)
    test("a silent socket: a report of the database alone is answered at once", p.returncode == 0 and p.stdout.startswith("position,") and time.time() - began < 5, p.stderr)
    began = time.time()
    p = subprocess.run(argv + ["allocations"], stdin=here, capture_output=True, text=True)
    test("any other ends with 2 and says what to give", p.returncode == 2 and p.stdout == "" and "--findings -" in p.stderr and "< /dev/null" in p.stderr
         and 8 < time.time() - began < 30, p.stderr, time.time() - began)
    p = subprocess.run(argv + ["allocations"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    test("/dev/null: from the database", p.returncode == 0 and p.stdout.count("\n") > 10, p)
    p = subprocess.run(f"(sleep 3; {BERTH} scan six) | {BERTH} report conflicts", shell=True, capture_output=True, text=True)
    test("findings that are late are waited for", p.returncode == 0 and p.stdout.count("\n") == 1, p)
    read, write = os.pipe()
    p = subprocess.Popen([BERTH, "scan", "--files-from", "-", "apps"], stdin=read, stdout=subprocess.PIPE)
    test("scan says that findings come before it knows of any", p.stdout.readline().startswith(b"record,model,"), "")
    os.close(write)
    p.communicate()
    for tool in ("plan", "apply"):
        said, status = sit([BERTH, tool, "--db", "none.db"])
        test(f"{tool} does not read from a terminal", status == 2 and "standard input is a terminal" in said and "berth scan ROOT" in said, said, status)
    test("and makes no database for it", not os.path.exists("none.db"))
    said, status = sit(["/bin/sh", "-c", f"sleep 4 | {BERTH} report allocations --db p.db"])
    test("at a terminal it is said what is waited for", "waiting for findings on standard input" in said and status == 0, said[:300], status)


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


def ends():
    for name in ("TERM", "INT", "HUP"):
        read, write = os.pipe()
        p = subprocess.Popen([BERTH, "scan", "apps"], stdout=write, stderr=subprocess.PIPE)
        os.close(write)
        os.read(read, 1000)
        p.send_signal(getattr(signal, "SIG" + name))
        test(f"SIG{name} ends scan, and nothing is said", p.wait() == -getattr(signal, "SIG" + name) and p.stderr.read() == b"", p.returncode)
        os.close(read)
    p = subprocess.run(f"{BERTH} scan apps 2>err | head -n 1 >/dev/null; cat err; {BERTH} report ports --db p.db </dev/null 2>err | head -n 1 >/dev/null; cat err",
                       shell=True, capture_output=True, text=True, preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL))
    test("a reader that has enough is no error", p.stdout == "" and p.stderr == "", p)


def main():
    try:
        pty.openpty()
    except OSError:
        print("1..0 # SKIP no terminal can be made here")
        return
    folder = tempfile.mkdtemp(prefix="terminal")
    os.chdir(folder)
    try:
        migrates()
        progresses()
        silences()
        colours()
        ends()
    finally:
        os.chdir("/")
        shutil.rmtree(folder)
    print(f"1..{count}")


main()
