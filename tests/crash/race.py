#!/usr/bin/env python3
# race: while root scans, plans, applies and takes back, the user whom one app's folder belongs to swaps what lies in it, all the time.
# SPDX-License-Identifier: MIT
#
# usage: race.py SECONDS      as root; else it says so and is well
#
# Links to a secret lie where new files will be written before they are. Each name of the folder, and each temporary file that shows up there, is in turn a file, a symlink to a secret or to a system's file, a
# hard link, a folder, a FIFO, or not there. Whatever meets: what is root's stays as it is, no word of the secret is ever where the user
# can read it, the other apps are the planned ones or the first, nothing hangs, and in the end nothing is open and nothing is left over.
import ctypes
import mmap
import os
import random
import shutil
import signal
import stat
import struct
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.abspath(os.environ.get("BERTH_BIN", os.path.join(TOP, "bin")))
ENV = {k: v for k, v in os.environ.items() if not k.startswith(("BERTH_", "COMPOSE_", "SUDO_"))}
ENV.update(LC_ALL="C", BERTH_DB="r.db", BERTH_CONFIG="")
NOBODY, EXCHANGE, HERE = 65534, 2, -100
WORD = b"topsecretvalue"
COMPOSE = b"services:\n  backend: {image: x, ports: ['${BACKEND_PORT:-5000}:80']}\n  frontend: {image: x, ports: ['${FRONTEND_PORT:-8000}:80']}\n"
VARIABLES = b"BACKEND_PORT=5000\nFRONTEND_PORT=8000\n"
NAMES = {"compose.yaml": COMPOSE, ".env": VARIABLES, ".env.example": VARIABLES}


def put(path, data, mode=0o644):
    with open(path, "wb") as f:
        f.write(data)
    os.chmod(path, mode)


def swap(name, rnd, secret, libc):
    """Lets NAME be something else."""
    mine = b".x%d" % os.getpid()
    try:
        os.rmdir(mine) if os.path.isdir(mine) and not os.path.islink(mine) else os.unlink(mine)
    except OSError:
        pass
    kind = rnd.randrange(9)
    if kind < 3:
        os.symlink((os.path.join(secret, "env"), os.path.join(secret, "compose.yaml"), "/etc/passwd")[kind], mine)
    elif kind == 3:
        os.mkdir(mine)
    elif kind == 4:
        os.link(os.path.join(secret, "env"), mine)
    elif kind == 5:
        os.mkfifo(mine)
    elif kind < 8:
        put(mine, NAMES.get(os.fsdecode(name), VARIABLES))
    there = os.path.lexists(name)
    libc.renameat2(HERE, mine, HERE, name, EXCHANGE if there else 0) if kind < 8 else os.unlink(name)


def plant(secret):
    """Lays links where the mark of the fleet tells that new files will be written."""
    try:
        with open("../../.berth-0000000000000000-0-0.tmp") as f:
            token = f.read().split("\n")[1]
        for app in range(3):
            for file in range(3):
                os.symlink(os.path.join(secret, "env"), ".berth-%s-%d-%d.tmp" % (token, app, file))
    except (OSError, IndexError):
        pass


def mallory(folder, secret, swaps, seed):
    """Never comes back."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    os.chdir(folder)
    rnd, libc = random.Random(seed), ctypes.CDLL(None)
    while True:
        plant(secret)
        names = [os.fsencode(n) for n in NAMES] + [n for n in os.listdir(b".") if n.startswith(b".berth-")]
        for name in names:
            try:
                swap(name, rnd, secret, libc)
            except OSError:
                pass
            swaps[seed * 8:seed * 8 + 8] = struct.pack("<Q", struct.unpack("<Q", swaps[seed * 8:seed * 8 + 8])[0] + 1)


def run(wrong, tool, *args, given=None):
    try:
        got = subprocess.run([os.path.join(BIN, tool), *args], stdin=given or subprocess.DEVNULL, capture_output=True, env=ENV, timeout=120)
    except subprocess.TimeoutExpired:
        wrong.append("%s %s hangs" % (tool, args))
        return 2, b""
    if got.returncode not in (0, 1, 2) or (got.returncode == 2 and not got.stderr):
        wrong.append("%s %s ended with %d: %s" % (tool, args, got.returncode, got.stderr[-300:]))
    return got.returncode, got.stdout


def state(folder):
    return [(n, os.lstat(os.path.join(folder, n))[:6], open(os.path.join(folder, n), "rb").read()) for n in sorted(os.listdir(folder))]


def leaks(fleet):
    """What the user can read and the word is in."""
    for at, _, names in os.walk(fleet):
        for path in (os.path.join(at, n) for n in names):
            try:
                fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)	# what stands there may be another file at once
                with os.fdopen(fd, "rb") as f:
                    st = os.fstat(fd)
                    if stat.S_ISREG(st.st_mode) and (st.st_uid == NOBODY or st.st_mode & 0o044) and st.st_ino != os.stat(SECRET).st_ino and WORD in f.read():
                        yield path
            except OSError:
                pass


def one_round(wrong, apps, first):
    with open("findings", "wb") as f:
        f.write(run(wrong, "scan", "fleet")[1])
    with open("plan", "wb") as f:
        f.write(run(wrong, "plan", "-q", "--no-host-check", "findings")[1])
    run(wrong, "apply", "-q", "plan")
    wrong += ["the word of the secret is in " + path for path in leaks("fleet")]
    changed = [state(app) != was for app, was in zip(apps, first)]
    run(wrong, "apply", "-q", "--undo")
    if b",interrupted," in run(wrong, "apply", "--runs")[1]:
        code, _ = run(wrong, "apply", "-q", "--undo", "--force", "m/app2")
        if code == 2:
            run(wrong, "apply", "-q", "--undo", "--keep", "m/app2")
    if b",interrupted," in run(wrong, "apply", "--runs")[1]:
        wrong.append("a run stays open")
    if [[row[::2] for row in state(app)] for app in apps] != [[row[::2] for row in was] for was in first]:
        wrong.append("the other apps are not the first ones after the undo")
    run(wrong, "apply", "-q", "--forget", "0")
    return any(changed)


def main():
    global SECRET
    seconds = int(sys.argv[1])
    if os.geteuid() != 0:
        print("race: skipped: needs root")
        return 0
    base, wrong, rounds, changed = tempfile.mkdtemp(prefix="berth-race-"), [], 0, 0
    os.chmod(base, 0o755)
    os.chdir(base)
    swappers, swaps = [], mmap.mmap(-1, 64)
    try:
        os.mkdir("secret")
        put("secret/env", b"BACKEND_PORT=5000\nK=" + WORD + b"\n", 0o600)
        put("secret/compose.yaml", COMPOSE + b"x-k: " + WORD + b"\n", 0o600)
        SECRET = os.path.join(base, "secret/env")
        for app in ("m/app1", "m/app2", "z"):
            os.makedirs(os.path.join("fleet", app))
            for name, data in NAMES.items():
                put(os.path.join("fleet", app, name), data)
                os.chown(os.path.join("fleet", app, name), *((NOBODY, NOBODY) if app == "m/app2" else (0, 0)))
        os.chown("fleet/m/app2", NOBODY, NOBODY)
        apps = ["fleet/m/app1", "fleet/z"]
        first, secret = [state(app) for app in apps], state("secret")
        for seed in range(4):
            pid = os.fork()
            if pid == 0:
                try:
                    mallory(os.path.join(base, "fleet/m/app2"), os.path.join(base, "secret"), swaps, seed)
                finally:
                    os._exit(1)
            swappers.append(pid)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            changed += one_round(wrong, apps, first)
            rounds += 1
        if [row[::2] for row in state("secret")] != [row[::2] for row in secret]:
            wrong.append("the secret was changed")
    finally:
        for pid in swappers:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        os.chdir("/")
        shutil.rmtree(base, ignore_errors=True)
    for w in wrong[:20]:
        print("race: " + w)
    count = sum(struct.unpack("<8Q", swaps[:]))
    print("race: %d rounds, %d of them changed files, %d swaps by another user, %d failures" % (rounds, changed, count, len(wrong)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
