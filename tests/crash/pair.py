#!/usr/bin/env python3
# pair: two registries on one fleet: apply of the one stopped at each call that changes something, and that of the other meanwhile.
# SPDX-License-Identifier: MIT
#
# usage: pair.py SHIM [--sample N]      TAP, a test for each way to meet
#
# One of the two does its run, whole; the other one is told whose run is open, or finds the files changed, and writes nothing.
import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile

from crash import Bench, copy, same, ENV, BIN

OPEN = "open in another registry"
OTHERWISE = ["--base-backend", "6001", "--base-frontend", "9001"]	# what the two want differs


class Pair(Bench):
    def __init__(self, shim, home):
        super().__init__(shim, home, "six")
        copy(self.first, self.live)
        self.others = self.run("plan", "--no-host-check", "--db", "other.db", *OTHERWISE, given=self.findings)[1]
        copy(self.live, self.first)
        assert self.run("apply", "--db", "other.db", given=self.others)[0] == self.applied_code
        self.others_new = self.now()
        assert same(self.new, self.others_new)

    def start(self, db, plan, at, what):
        """apply with the registry DB; it stands at its call AT, or has ended."""
        env = dict(self.env, BERTH_DB=db, CRASH_AT=str(at), CRASH_DO=what, LD_PRELOAD=self.shim)
        given = open(os.path.join(self.home, db + ".plan"), "wb+")
        given.write(plan)
        given.seek(0)
        p = subprocess.Popen([os.path.join(BIN, "apply")], stdin=given, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=self.live, env=env)
        given.close()
        os.waitid(os.P_PID, p.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        return p


def end(p):
    """Status and words of P, which goes on."""
    p.send_signal(signal.SIGCONT)
    said = p.communicate()[1].decode(errors="replace")
    return p.returncode, said


def check_end(bench, one, other):
    """Of the two one did it all."""
    won, lost = sorted((one, other))
    assert won[0] == 0, "nobody did it: %s, %s" % (one, other)
    assert (lost[0] == 2 and OPEN in lost[1]) or lost[0] == 1, "both did it: %s, %s" % (one, other)
    bad = same(bench.now(), bench.new if won == one else bench.others_new)
    assert not bad, "not the planned tree: %s" % bad
    code, out, err = bench.apply("--undo", "--db", "r.db" if won == one else "other.db")
    assert code == 0 and not same(bench.now(), bench.old), "undo ended with %d: %s" % (code, err)


def meet_whole(bench, at, renames):
    """The second begins and ends while the first stands."""
    one = bench.start("r.db", bench.plan, at, "stop")
    got = bench.run("apply", "--db", "other.db", given=bench.others)
    check_end(bench, end(one), (got[0], got[2]))


def meet_within(bench, at, renames):
    """The first goes on while the second stands before its first file; where that came so far, it is the one."""
    one = bench.start("r.db", bench.plan, at, "stop")
    other = bench.start("other.db", bench.others, renames[1], "stop")
    stands = other.poll() is None
    first = end(one)
    assert not stands or (first[0] == 2 and OPEN in first[1]), "two at once: %s" % (first,)
    check_end(bench, first, end(other))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("shim")
    p.add_argument("--sample", type=int, default=1, help="try every Nth call only")
    opt = p.parse_args()
    base = tempfile.mkdtemp(prefix="berth-pair-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    tried = failures = 0
    try:
        bench = Pair(os.path.abspath(opt.shim), os.path.join(base, "0"))
        copy(bench.first, bench.live)
        calls = [call for call, _ in bench.calls()]
        renames = [n for n, call in enumerate(calls, 1) if call.startswith("rename")]	# the mark's is the first
        for i, (name, meet) in enumerate((("the second begins and ends while the first stands", meet_whole),
                                          ("the first goes on while the second stands", meet_within)), 1):
            wrong = []
            for at in range(1, len(calls) + 1, opt.sample):
                copy(bench.first, bench.live)
                tried += 1
                try:
                    meet(bench, at, renames)
                except AssertionError as e:
                    wrong.append("call %d, %s: %s" % (at, calls[at - 1], e))
            print("%sok %d - %s: %d calls" % ("not " if wrong else "", i, name, len(range(0, len(calls), opt.sample))), flush=True)
            for w in wrong[:20]:
                print("# " + w.replace("\n", " ")[:400])
            failures += len(wrong)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    print("1..2\n# pair: two registries met %d times, %d failures" % (tried, failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
