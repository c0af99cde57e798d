#!/usr/bin/env python3
# hostile: random fleets that nobody meant well, through the whole pipe and back.
# SPDX-License-Identifier: MIT
#
# usage: hostile.py COUNT [SEED]      TAP, a test a fleet
#
# Names of any bytes, deep trees, symlinks (loops, out of the fleet), FIFOs, unreadable and read-only folders, broken files. Nothing
# may crash or hang, streams stay CSV, nothing outside the fleet changes, and undo brings the fleet back. Run as root, every second
# fleet is handled as nobody.
import csv
import io
import os
import random
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.abspath(os.environ.get("BERTH_BIN", os.path.join(TOP, "bin")))
COLUMNS = {"scan": 20, "plan": 15, "apply": 9}
TEXTS = [b"services:\n  web:\n    image: x\n    ports: [\"${PORT:-5000}:80\"]\n",
         b"services:\r\n  web:\r\n    image: x\r\n    ports:\r\n      - 5003:80\r\n",
         b"\xef\xbb\xbfservices:\n  web:\n    image: x\n    ports:\n      - \"5003:80\"", b"services: [", b"", b"\0\1\2", b"\xff\xfe",
         b"a: &a [*a]\n", b"services:\n  web: &w\n    image: x\n    ports: &p [\"5003:80\"]\n  b:\n    image: x\n    ports: *p\n",
         b"services:\n  web:\n    image: x\n    container_name: c\n    ports: [{target: 80, published: 5003}]\n"]
ENVS = [b"PORT=5003\n", b"PORT=5003", b"PORT=\"5003\"\r\nPASSWORD=hunter2\r\n", b"export PORT=5003 # c\n", b"=\n", b"\"\n", b"PORT={{port|5000}}\n",
        b"A='x\nPORT=1\n'\nPORT=5003\n", b"\xef\xbb\xbfPORT=5003\n", b"PORT=\n", b"\0"]


def name(rng):
    kind = rng.randrange(8)
    if kind == 0:
        return b"x" * 255
    if kind < 4:
        return rng.choice([b"a\nb", b"q\"q", b"c,d", b" ", b"-rf", b"$(id)", b"'", b"\xff\xfe", b"\x1b[31m", b"a'b\"c,\r\n", b"app1", b"...",
                           b"\\", b"%s%n", b"~", b"*"])
    if kind < 6:
        return bytes(rng.choice([c for c in range(1, 256) if c != 47]) for _ in range(rng.randrange(1, 20))).replace(b".", b"x") or b"y"
    return b"app%d" % rng.randrange(1, 4)


def put(path, data):
    try:
        with open(path, "xb") as f:
            f.write(data)
    except OSError:
        pass


def lay_out(rng, root):
    folders = [root]
    for _ in range(rng.randrange(2, 14)):
        path = os.path.join(rng.choice(folders), name(rng))
        if len(path) > 3500:
            continue
        try:
            os.mkdir(path)
        except OSError:
            continue
        folders.append(path)
        if rng.random() < 0.8:
            put(os.path.join(path, rng.choice([b"compose.yaml", b"docker-compose.yml"])), rng.choice(TEXTS))
        for env in (b".env", b".env.example"):
            place, kind = os.path.join(path, env), rng.random()
            try:
                if kind < 0.6:
                    put(place, rng.choice(ENVS))
                elif kind < 0.65:
                    os.mkfifo(place)
                elif kind < 0.7:
                    os.mkdir(place)
                elif kind < 0.75:
                    os.symlink(rng.choice([b"/etc/passwd", b"../../outside", b".env", b"compose.yaml", b"/dev/zero"]), place)
            except OSError:
                pass
        if rng.random() < 0.2:
            try:
                os.symlink(rng.choice([b".", b"..", b"/", b"../../outside"]), os.path.join(path, b"link"))
            except OSError:
                pass
    if rng.random() < 0.4 and len(folders) > 1:
        os.chmod(rng.choice(folders[1:]), rng.choice([0o000, 0o555, 0o111, 0o444]))


def look(path):
    """What is at PATH; None where we may not know: then berth, run by the same user, may not either."""
    try:
        st = os.lstat(path)
        data = b""
        if os.path.islink(path):
            data = os.readlink(path)
        elif os.path.isfile(path):
            with open(path, "rb") as f:
                data = f.read()
    except PermissionError:
        return None
    return st.st_mode, st.st_uid, data


def tree(root):
    return {os.path.join(folder, n): look(os.path.join(folder, n)) for folder, dirs, names in os.walk(root) for n in dirs + names}


def attempt(seed):
    rng = random.Random(seed)
    home = os.fsencode(tempfile.mkdtemp(prefix="berth-hostile-"))
    as_nobody = os.geteuid() == 0 and seed % 2
    problems = []
    root = os.path.join(home, b"fleet")
    os.mkdir(root)
    put(os.path.join(home, b"outside"), b"PORT=5003\n")
    lay_out(rng, root)
    work = os.path.join(home, b"work")
    os.mkdir(work)
    if as_nobody:
        os.chmod(home, 0o755)
        for path in [root, work] + list(tree(root)):
            os.chown(path, 65534, 65534, follow_symlinks=False)
    before = tree(root)

    def run(tool, *args, given=b""):
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if as_nobody else []
        try:
            got = subprocess.run(command + [os.path.join(BIN, tool), *args], input=given, capture_output=True, cwd=work, timeout=60,
                                 env=dict(os.environ, BERTH_DB="r.db", LC_ALL="C"))
        except subprocess.TimeoutExpired:
            problems.append(tool + " hangs")
            return b""
        if got.returncode not in (0, 1, 2):
            problems.append("%s ended with %d: %r" % (tool, got.returncode, got.stderr[-300:]))
        if got.stdout:
            rows = list(csv.reader(io.StringIO(got.stdout.decode("utf-8", "surrogateescape"), newline=""), strict=True))
            if any(len(r) != len(rows[0]) for r in rows) or len(rows[0]) < COLUMNS[tool]:
                problems.append(tool + " writes rows of another length")
        if got.returncode == 2 and not got.stderr:
            problems.append(tool + " fails and says nothing")
        return got.stdout

    plan = run("plan", "--no-host-check", given=run("scan", os.fsdecode(root)))
    run("apply", given=plan)
    after = tree(root)
    changed = {p for p in set(before) | set(after) if before.get(p) != after.get(p)}
    if any(b".berth-" in p for p in after):
        problems.append("a temporary file stays")
    if changed:
        run("apply", "--undo")
        if tree(root) != before:
            problems.append("undo does not bring it back")
    if tree(home).get(os.path.join(home, b"outside"), (0, 0, b""))[2] != b"PORT=5003\n":
        problems.append("a file outside changed")
    for path in [root] + list(before):
        if os.path.isdir(path) and not os.path.islink(path):
            os.chmod(path, 0o755)
    shutil.rmtree(home, ignore_errors=True)
    return bool(changed), problems


def main():
    count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    changed = failures = 0
    for i in range(seed, seed + count):
        did, problems = attempt(i)
        changed += did
        failures += bool(problems)
        print("%sok %d - fleet %d, %s" % ("not " if problems else "", i - seed + 1, i, "changed and brought back" if did else "left as it was"), flush=True)
        for p in problems:
            print("# " + p)
    print("1..%d" % count)
    print("# hostile: %d fleets tried, %d of them changed and brought back, %d failures" % (count, changed, failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
