#!/usr/bin/env python3
"""Small random fleets against the fewest ports that can move at all, which a search of every choice finds. TAP, a test a fleet.

usage: tests/property/fewest.py [FLEETS [SEED]]
Programs are those of $BERTH_BIN (default bin). Each app is outside the layout, with ports in ranges, on addresses, of both
protocols, written as literals: none is anybody's before another, so the fewest move. What has to move together is one choice.
"""
# SPDX-License-Identifier: MIT
import csv, os, random, subprocess, sys, tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.abspath(os.environ.get("BERTH_BIN", os.path.join(TOP, "bin")))
CHOICES = 16    # of a fleet: all of 2^16 are looked at


class Mapping:
    """One line of `ports`: it stays or moves as a whole."""
    def __init__(self, rng, inside):
        self.low = rng.randrange(8000, 8008)
        self.high = self.low + rng.choice([0, 0, 0, 1, 2])
        self.ip = rng.choice(["", "", "", "127.0.0.1", "10.0.0.1"])
        self.protocol = rng.choice(["tcp", "tcp", "tcp", "udp"])
        self.inside = inside

    def text(self):
        ports = lambda low, n: "%d-%d" % (low, low + n) if n else "%d" % low
        n = self.high - self.low
        return '"%s%s:%s/%s"' % (self.ip + ":" if self.ip else "", ports(self.low, n), ports(self.inside, n), self.protocol)

    def weight(self):
        return self.high - self.low + 1

    def clashes(self, other):
        return (self.protocol == other.protocol and self.low <= other.high and other.low <= self.high
                and (not self.ip or not other.ip or self.ip == other.ip))


def fleet(rng, root):
    """Lays out a fleet; returns its mappings."""
    all_ = []
    for app in "abcdefgh"[:rng.randrange(2, 9)]:
        own = []
        for i in range(rng.randrange(1, 4)):
            m = Mapping(rng, 100 + 10 * i)
            # of one service nothing clashes, and no tcp goes with a udp of its number
            if len(all_) + len(own) < CHOICES and not any(o.low <= m.high and m.low <= o.high for o in own):
                own.append(m)
        os.mkdir(os.path.join(root, app))
        with open(os.path.join(root, app, "compose.yaml"), "w") as f:
            f.write("services:\n  web:\n    image: x\n    ports: [%s]\n" % ", ".join(m.text() for m in own))
        all_ += own
    return all_


def fewest(mappings):
    """How many ports have to move at least, for the others to be able to stay."""
    against = [sum(1 << k for k, o in enumerate(mappings) if o is not m and m.clashes(o)) for m in mappings]
    best = 0
    def look(i, kept, weight):
        nonlocal best
        if i == len(mappings):
            best = max(best, weight)
            return
        if not against[i] & kept:
            look(i + 1, kept | 1 << i, weight + mappings[i].weight())
        look(i + 1, kept, weight)
    look(0, 0, 0)
    return sum(m.weight() for m in mappings) - best


def moved(root, scratch):
    """How many ports the plan moves."""
    found = subprocess.run([BIN + "/scan", "-q", root], capture_output=True, check=True).stdout
    plan = subprocess.run([BIN + "/plan", "-q", "--no-host-check", "--db", os.path.join(scratch, "db")], input=found,
                          capture_output=True)
    if plan.returncode > 1:
        raise SystemExit("plan: " + plan.stderr.decode())
    n = 0
    for row in csv.DictReader(plan.stdout.decode().splitlines()):
        if row["action"] == "problem":
            return "a problem: " + row["new"]
        if row["action"] == "replace" and row["reason"] == "port":
            low, _, high = row["old"].partition("-")
            n += int(high or low) - int(low) + 1
    return n


def main():
    count, seed = int((sys.argv + ["200"])[1]), int((sys.argv + ["", "1"])[2] or 1)
    failed = 0
    for i in range(count):
        rng = random.Random("%d/%d" % (seed, i))
        with tempfile.TemporaryDirectory() as d:
            root = os.path.join(d, "fleet")
            os.mkdir(root)
            mappings = fleet(rng, root)
            want, got = fewest(mappings), moved(root, d)
            if got != want:
                failed += 1
                print("not ok %d - fleet %d/%d: %s ports move, %d are enough" % (i + 1, seed, i, got, want))
                for app in sorted(os.listdir(root)):
                    print("#", app, open(os.path.join(root, app, "compose.yaml")).read().split("ports: ")[1].strip())
            else:
                print("ok %d - fleet %d/%d: %d ports move" % (i + 1, seed, i, want))
    print("1..%d" % count)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
