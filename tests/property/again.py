#!/usr/bin/env python3
"""Random fleets of short apps that want the same ports and names (dense.py), planned again and again: TAP, a test a fleet.

usage: tests/property/again.py [-n FLEETS] [-s SEED]
A plan that is made again before it is applied is the same; once it is applied nothing is left to change; what still clashes was told; and
an app that comes later moves nobody. Programs are those of $BERTH_BIN (default bin).
"""
# SPDX-License-Identifier: MIT
import argparse, collections, csv, io, os, random, re, shutil, sys, tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from dense import NUMBERS, Dense
from recorded import BIN, Fleet

OPTIONS = ["--overrides", "--keep", "--pairs all", "--keep-project-names", "--make-env"]
COMERS = ["0/app1", "zz/app1", "0first", "zzlast"]


class Failed(Exception):
    pass


def rows(data):
    return list(csv.DictReader(io.StringIO(data.decode(errors="surrogateescape"))))


def edits(plan):
    return [r for r in plan if r["action"] in ("replace", "insert", "copy", "create")]


def is_seen_later(files):
    """Whether there is what a second plan ends: an example that is copied brings what scan cannot see yet (another compose file, the
    text of `${KEY:+text}`), or a person has to set half of a pair, a variable that is made of a later one."""
    return any(b":+" in text or b"${BASE}" in text or (path.endswith(".example") and b"COMPOSE_FILE" in text)
               for path, text in files if isinstance(text, bytes))


class Again(Fleet):
    def __init__(self, work, files, options):
        super().__init__(work, files)
        self.options = options

    def run(self, *args, **kw):
        out, words = super().run(*args, **kw)
        if re.search(rb"^status ", words, re.M):
            raise Failed("%s: %s" % (os.path.basename(args[0]), words.decode(errors="replace")))
        return out, words

    def scan(self):
        return self.run(BIN + "/scan", "-q", self.root)[0]

    def plan(self, found):
        """The plan as it was written, and its rows but for the first, which has the moment's id."""
        made = self.run(BIN + "/plan", "-q", "--no-host-check", "--db", "reg.db", *self.options, input=found)[0]
        return made, [r for r in rows(made) if r["action"] != "fleet"]

    def come(self, app, backend, frontend):
        folder = os.path.join(self.root, app)
        os.makedirs(folder)
        with open(os.path.join(folder, "compose.yaml"), "w") as f:
            f.write('services:\n  backend: {image: x, container_name: web, ports: ["%d:80"]}\n'
                    '  frontend: {image: x, ports: ["%d:80"]}\n' % (backend, frontend))

    def unread(self, found):
        """The apps that Compose refuses: what they publish is seen once a person has mended them."""
        return {r["app"] for r in rows(found) if r["record"] == "problem" and r["role"] != "example"}

    def conflicts(self, found):
        return rows(self.run(BIN + "/report", "-q", "--findings", "-", "--format", "csv", "conflicts", input=found)[0])

    def try_all(self, comer):
        found = self.scan()
        unread = self.unread(found)
        made, plan = self.plan(found)
        again = self.plan(found)[1]
        if again != plan:
            raise Failed("planned again, it differs: %s" % [r for r in plan + again if r not in plan or r not in again][:2])
        self.run(BIN + "/apply", "-q", "--db", "reg.db", input=made)
        found = self.scan()
        unread |= self.unread(found)
        rest = self.plan(found)[1]
        more = [r for r in edits(rest) if r["app"] not in unread]
        if more:
            raise Failed("once it is applied, it plans %s" % more[:2])
        told = {r["app"] for r in rest if r["action"] == "problem"}
        for c in self.conflicts(found):
            if not (told | unread) & {c["app"], c["other_app"]}:
                raise Failed("nobody is told of %s" % c["message"])
        self.come(*comer)
        moved = [r for r in edits(self.plan(self.scan())[1]) if r["app"] not in unread | {comer[0]} and r["reason"] not in ("reference", "env-file")]
        if moved:
            raise Failed("%s comes, and %s" % (comer, moved[:2]))


def try_one(seed):
    """What is wrong with the fleet of SEED; None: nothing. False: it is not tried."""
    rng = random.Random(seed)
    dense = Dense(rng)
    dense.fleet()
    options = rng.choice(OPTIONS).split() if rng.random() < 0.4 else []
    comer = rng.choice(COMERS), rng.choice(NUMBERS), rng.choice(NUMBERS)
    if is_seen_later(dense.files):
        return False
    work = os.path.realpath(tempfile.mkdtemp(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))
    try:
        Again(work, dense.files, options).try_all(comer)
    except Failed as e:
        return "%s %s" % (" ".join(options), e)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("-n", type=int, default=60)
    ap.add_argument("-s", type=int, default=1)
    o = ap.parse_args()
    count = collections.Counter()
    print("1..%d" % o.n)
    for number, seed in enumerate(range(o.s, o.s + o.n), 1):
        said = try_one(seed)
        count["failed" if said else "not tried" if said is False else "tried"] += 1
        print("%sok %d - fleet %d%s" % ("not " if said else "", number, seed, " # SKIP its example brings what is seen later" if said is False else ""))
        if said:
            print("# " + said[:600], flush=True)
    print("# %s" % dict(count))
    sys.exit(count["failed"] > 0)


if __name__ == "__main__":
    main()
