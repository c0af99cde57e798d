#!/usr/bin/env python3
# power: the power is cut while plan, apply and undo write: what a disk may hold then is mounted, looked at, and gone on with.
# SPDX-License-Identifier: MIT
#
# usage: power.py [--cuts N] [--seed S] [ext4|xfs|btrfs ...]      as root, with FUSE and loop devices; else it says what is missing
#
# The fleet, its registry and its journal lie on a disk that remembers each write and each flush (disk.py). A cut leaves all that was
# written before the last flush, and of the rest any part: nothing, all, or each sector by chance. After each cut the file system
# has to mount, each file is its old or its new self, whole; what a program had ended with stands; `--resume` or `--undo` end well.
import argparse
import csv
import io
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time

from crash import tree, same, ENV, BIN, TOP

MIB = 1 << 20
KINDS = {"ext4": (64, ["mkfs.ext4", "-q"]), "xfs": (320, ["mkfs.xfs", "-q"]), "btrfs": (128, ["mkfs.btrfs", "-q"])}
SECTOR = 512


def call(*args):
    """Where the kernel still holds what was there before, once more."""
    for _ in range(50):
        got = subprocess.run(args, capture_output=True, text=True)
        if got.returncode == 0:
            return
        time.sleep(0.1)
    raise OSError("%s: %s" % (" ".join(args), got.stderr))


class Cut(Exception):
    """What does not stand after a cut."""


class Recorder:
    """The disk while it is written: afterwards the log of it, and where in the log which program had ended."""

    def __init__(self, home, kind):
        self.kind, self.size = kind, KINDS[kind][0] * MIB
        self.front, self.mount, self.log = (os.path.join(home, name) for name in ("front", "mnt", "log"))
        os.mkdir(self.front)
        os.mkdir(self.mount)
        self.marks = {}

    def __enter__(self):
        self.server = subprocess.Popen([sys.executable, os.path.join(TOP, "tests/crash/disk.py"), self.front, str(self.size), self.log],
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if self.server.stdout.readline() != b"ready\n":
            raise OSError(self.server.stderr.read().decode())
        self.loop = subprocess.run(["losetup", "-f", "--show", os.path.join(self.front, "disk")], check=True, capture_output=True, text=True).stdout.strip()
        call(*KINDS[self.kind][1], self.loop)
        call("mount", self.loop, self.mount)
        return self

    def mark(self, name):
        self.marks[name] = os.path.getsize(self.log)

    def __exit__(self, *_):
        for args in (["umount", self.mount], ["losetup", "-d", self.loop], ["umount", self.front]):
            call(*args)
        self.server.wait()


def berth(where, tool, *args, given=b""):
    got = subprocess.run([os.path.join(BIN, tool), *args], input=given, capture_output=True, cwd=where, env=dict(ENV, BERTH_DB="r.db"))
    return got.returncode, got.stdout, got.stderr.decode(errors="replace")


def record(disk):
    """Plans, applies and takes back on the disk. The trees before and after, and the plan."""
    shutil.copytree(os.path.join(TOP, "fixtures/fleets/six/fleet"), os.path.join(disk.mount, "fleet"), symlinks=True)
    os.sync()
    disk.mark("laid out")
    fleet = os.path.join(disk.mount, "fleet")
    old = tree(fleet)
    _, findings, _ = berth(disk.mount, "scan", "fleet")
    plan = berth(disk.mount, "plan", "--no-host-check", given=findings)[1]
    disk.mark("planned")
    for what, args in (("applied", ()), ("undone", ("--undo",)), ("applied again", ()), ("forgotten", ("--forget", "0"))):
        code, _, err = berth(disk.mount, "apply", *args, given=b"" if args else plan)
        if code > 1:
            raise OSError("%s: status %d: %s" % (what, code, err))
        disk.mark(what)
        if what == "applied":
            new = tree(fleet)
    return old, new, plan


def records(log):
    """(place in the log, offset, bytes; no bytes: a flush)."""
    at, head = 0, struct.Struct("<IQ")
    while at < len(log):
        length, offset = head.unpack_from(log, at)
        data = log[at + head.size:at + head.size + length]
        at += head.size + length
        yield at, offset, data


class Rest:
    """What was written since the last flush, and what a cut may leave of it."""

    def __init__(self):
        self.writes = []

    def some(self, rnd, how):
        for offset, data in self.writes:
            if how == "all":
                yield offset, data
            elif how == "some" and rnd.random() < 0.5:
                yield offset, data
            elif how == "sectors":
                for i in range(0, len(data), SECTOR):
                    if rnd.random() < 0.5:
                        yield offset + i, data[i:i + SECTOR]


def files(fleet):
    """All but what a run may leave until it is settled."""
    return {path: value for path, value in tree(fleet).items() if not re.search(r"(^|/)\.berth-[0-9a-f]{16}-(\d+-\d+|mark)\.tmp$", path)}


def check_state(where, disk, old, new, plan, at, back):
    """The file system as it was found after the cut."""
    fleet = os.path.join(where, "fleet")
    done = {name for name, end in disk.marks.items() if end <= at}
    now = files(fleet)
    for path, value in now.items():
        if value not in (old.get(path), new.get(path)):
            raise Cut("neither old nor new: %s, %d bytes" % (path, len(value[0])))
    for path in old:
        if path not in now:
            raise Cut("gone: " + path)
    begun = [name for name in ("applied", "undone", "applied again") if name in done]
    code, out, err = berth(where, "apply", "--runs")
    rows = list(csv.DictReader(io.StringIO(out.decode()))) if code == 0 else []
    if code != 0 and (begun or "there is no journal" not in err):
        raise Cut("--runs ended with %d: %s" % (code, err))
    still_open = [r for r in rows if "interrupted" in r["state"]]
    if not still_open and same(now, old) and same(now, new):
        raise Cut("half a run, and none is open: %s" % same(now, new))
    # btrfs has another device number each time, and then apply wants to be told
    which = ["--root", "fleet"] if disk.kind == "btrfs" else []
    if still_open:
        code, _, err = berth(where, "apply", "--undo" if back else "--resume", *which)
        if code > 1:
            raise Cut("%s ended with %d: %s" % ("--undo" if back else "--resume", code, err))
        now = files(fleet)
        if same(now, old) and same(now, new):
            raise Cut("a mixture after it: %s" % same(now, new))
        # btrfs may bring back a name whose removal was flushed with its folder: of an earlier run, and in nobody's way
        if disk.kind != "btrfs" and now != tree(fleet):
            raise Cut("a temporary file stays")
    next_begun = at > disk.marks[begun[-1]] if begun else False
    if begun and not next_begun and same(now, new if begun[-1].startswith("applied") else old):
        raise Cut("%s was said, and does not stand" % begun[-1])
    code, _, err = berth(where, "apply", *which, given=plan)
    if "planned" in done and code > 1:
        raise Cut("the plan ended with %d: %s" % (code, err))
    if "planned" in done and same(files(fleet), new):
        raise Cut("the plan again: %s" % same(files(fleet), new))
    findings = berth(where, "scan", "fleet")[1]
    code, _, err = berth(where, "plan", "--no-host-check", given=findings)
    if code > 1:
        raise Cut("planning ended with %d: %s" % (code, err))


def try_cut(disk, image, left, expected, at, back):
    copy = image + ".cut"
    call("cp", "--sparse=always", image, copy)
    with open(copy, "r+b") as f:
        for offset, data in left:
            f.seek(offset)
            f.write(data)
    kept = os.environ.get("CRASH_KEEP") and os.path.join(os.environ["CRASH_KEEP"], "cut-%s-%d" % (disk.kind, at))
    if kept:
        call("cp", "--sparse=always", copy, kept)
    call("losetup", disk.loop, copy)
    try:
        got = subprocess.run(["mount", disk.loop, disk.mount], capture_output=True, text=True)
        if got.returncode != 0 and disk.kind == "ext4":
            # its superblock is two sectors, of which one may be left: a boot has it checked first
            subprocess.run(["e2fsck", "-fy", disk.loop], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            got = subprocess.run(["mount", disk.loop, disk.mount], capture_output=True, text=True)
        if got.returncode != 0:
            raise Cut("does not mount: " + got.stderr)
        try:
            check_state(disk.mount, disk, *expected, at, back)
        finally:
            call("umount", disk.mount)
        if kept:
            os.unlink(kept)
    finally:
        call("losetup", "-d", disk.loop)
        os.unlink(copy)


def cut(home, kind, cuts, rnd):
    """Tries some cuts of one file system; their number and what failed."""
    with Recorder(home, kind) as disk:
        expected = record(disk)
    with open(disk.log, "rb") as f:
        log = f.read()
    image = os.path.join(home, "image")
    with open(image, "wb") as f:
        f.truncate(disk.size)
    every = list(records(log))
    late = [i for i, (at, _, _) in enumerate(every) if at > disk.marks["laid out"]]
    wanted = set(rnd.sample(late, min(cuts, len(late))))
    rest, wrong = Rest(), []
    with open(image, "r+b") as f:
        for i, (at, offset, data) in enumerate(every):
            if data:
                rest.writes.append((offset, data))
            else:
                for place, some in rest.writes:
                    f.seek(place)
                    f.write(some)
                rest.writes = []
            if i not in wanted:
                continue
            f.flush()
            how = rnd.choice(("all", "some", "some", "sectors", "none"))
            try:
                try_cut(disk, image, rest.some(rnd, how), expected, at, rnd.random() < 0.5)
            except Cut as e:
                wrong.append("record %d of %d (at %d), %s of %d writes left: %s" % (i, len(every), at, how, len(rest.writes), e))
    return len(wanted), len(late), wrong


def missing(kind):
    """Why it cannot be tried here; empty: it can."""
    if os.geteuid() != 0:
        return "only root can mount"
    if not os.path.exists("/dev/fuse") or not os.path.exists("/dev/loop-control"):
        return "no FUSE or no loop device"
    tools = [t for t in ("losetup", "mount", KINDS[kind][1][0]) if not shutil.which(t)]
    if tools:
        return "no " + tools[0]
    with open("/proc/filesystems") as f:
        return "" if kind in f.read().split() else "the kernel has no " + kind


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--cuts", type=int, default=200, help="how many cuts for each file system")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("kinds", nargs="*", default=[], metavar="KIND", help="ext4, xfs, btrfs; none: all")
    opt = p.parse_args()
    failures = tried = 0
    for kind in opt.kinds or KINDS:
        why = missing(kind)
        if why:
            print("power: %s: skipped: %s" % (kind, why))
            continue
        home = tempfile.mkdtemp(prefix="berth-power-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
        try:
            done, of, wrong = cut(home, kind, opt.cuts, random.Random(opt.seed))
        finally:
            shutil.rmtree(home, ignore_errors=True)
        for w in wrong[:20]:
            print("power: %s: %s" % (kind, w.replace("\n", " ")[:400]))
        print("power: %s: %d of %d places, %d failures" % (kind, done, of, len(wrong)), flush=True)
        tried, failures = tried + done, failures + len(wrong)
    print("power: %d cuts, %d failures (seed %d)" % (tried, failures, opt.seed))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
