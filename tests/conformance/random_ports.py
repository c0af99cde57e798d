#!/usr/bin/env python3
"""random_ports: random port mappings, right and wrong, parsed by berth's library and by Docker Compose.

usage: tests/conformance/random_ports.py --words PROGRAM [--count N] [--seed N]

Each mapping must be refused by both, or give the same published ports. Exit 1 on a disagreement. Left out, and counted, is what the
release asked is known to take or refuse otherwise than the current line of Compose: a plus sign or -0, an IPv6 address without
brackets, empty brackets, a second slash, a second dash.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile

import cases as store

BATCH = 40
IPS = ["", "127.0.0.1", "0.0.0.0", "1.2.3.4", "[::1]", "[::]", "[1.2.3.4]", "[fe80::1]", "::1", "[2001:db8::1:2]", "[::ffff:1.2.3.4]"]
BAD_IPS = ["localhost", "*", "1.2.3", "01.2.3.4", "1.2.3.256", "fe80::1%eth0", "[::1", "::1]", "[[::1]]", "[::1]x", "[]", " ", "[1::2::3]",
           "[1:2:3:4:5:6:7:8:9]", "[12345::]", "1.2.3.4.5", "0x7f.0.0.1"]
BAD_PORTS = ["", "-", "a", " 80", "80 ", "0x50", "1_000", "65536", "99999999999999999999", "80-", "-80", "-1", "90-80", "80-90-100", "+80",
             "80.5", "1e3", "८०", "\t80", "0", "0-1", "0--0", "80/tcp", "$$"]


def port(rng):
    n = rng.choice([1, 9, 10, 79, 80, 99, 443, 998, 8000, 9998, 65533, 65535, rng.randint(1, 65535)])
    return ("0" * rng.randint(1, 3) if rng.random() < 0.05 else "") + str(n)


def ports(rng, length):
    if rng.random() < 0.1:
        return rng.choice(BAD_PORTS)
    first = port(rng)
    if not length:
        return first
    return f"{first}-{int(first) + length}"


def mapping(rng):
    length = rng.choice([0, 0, 0, 1, 2, 12])
    parts = [ports(rng, length)]
    if rng.random() < 0.8:
        other = length if rng.random() < 0.9 else rng.choice([0, 1, 2])
        parts.insert(0, "" if rng.random() < 0.1 else ports(rng, other))
        if rng.random() < 0.4:
            parts.insert(0, rng.choice(BAD_IPS) if rng.random() < 0.2 else rng.choice(IPS))
    text = ":".join(parts) + rng.choice([""] * 6 + ["/tcp", "/udp", "/SCTP", "/", "/Udp", "/icmp", "/tcp/x", "/ tcp", "//"])
    if rng.random() < 0.05:
        at = rng.randint(0, len(text))
        text = text[:at] + rng.choice(":-/[]. 0\n#+%") + text[at + rng.randint(0, 1):]
    return text


def otherwise(text):
    """Whether the release asked is known to judge TEXT otherwise."""
    parts = text.rsplit(":", 2)
    ip = parts[0] if len(parts) == 3 else ""
    return "+" in text or "-0" in text or text.count("/") > 1 or (":" in ip and not ip.startswith("[")) or "[]" in text or \
        any(p.split("/")[0].count("-") > 1 for p in parts[-2:])


def ask_berth(words, folder, texts):
    path = os.path.join(folder, "mappings")
    with open(path, "wb") as f:
        f.write(b"".join(t.encode() + b"\0" for t in texts))
    p = subprocess.run([words, "-p", path], capture_output=True, timeout=60, check=True)
    out = []
    for part in p.stdout.decode("utf-8", "replace").split("\0")[:-1]:
        out.append(None if part.startswith("!") else sorted(tuple(m.split(" ")) for m in part.split(",")))
    return out


def ask_compose(binary, folder, texts):
    services = {f"s{i}": {"image": "x", "ports": [t.replace("$", "$$")]} for i, t in enumerate(texts)}
    with open(os.path.join(folder, "compose.yaml"), "w") as f:
        json.dump({"services": services}, f)
    p = subprocess.run([binary, "-f", os.path.join(folder, "compose.yaml"), "config", "--format", "json"], capture_output=True,
                       env={"PATH": os.environ["PATH"], "HOME": folder}, cwd=folder, timeout=60)
    if p.returncode:
        return None, p.stderr.decode("utf-8", "replace").strip()
    got = json.loads(p.stdout)["services"]
    return [sorted((m.get("host_ip", ""), m.get("published", ""), str(m["target"]), m["protocol"]) for m in got[f"s{i}"]["ports"])
            for i in range(len(texts))], ""


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--words", required=True)
    args.add_argument("--count", type=int, default=2000)
    args.add_argument("--seed", default="1")
    args = args.parse_args()
    binary = store.compose()
    if not binary:
        print("random_ports: no Docker Compose here to ask")
        return 0
    rng = random.Random(args.seed)
    every = [mapping(rng) for _ in range(args.count)]
    texts = [t for t in every if not otherwise(t)]
    bad = 0
    with tempfile.TemporaryDirectory(prefix="random-ports") as folder:
        ours = ask_berth(args.words, folder, texts)
        taken = [(t, o) for t, o in zip(texts, ours) if o is not None]
        refused = sorted({t for t, o in zip(texts, ours) if o is None})
        # One that is refused takes its whole file with it: those stand alone, the others together until one surprises.
        batches = [taken[i:i + BATCH] for i in range(0, len(taken), BATCH)]
        while batches:
            batch = batches.pop()
            theirs, why = ask_compose(binary, folder, [t for t, _ in batch])
            if theirs is None and len(batch) > 1:
                batches += [batch[:len(batch) // 2], batch[len(batch) // 2:]]
                continue
            for i, (text, mine) in enumerate(batch):
                if theirs is None or theirs[i] != mine:
                    bad += 1
                    print(f"{text!r}\n  berth:   {mine}\n  Compose: {why if theirs is None else theirs[i]}", flush=True)
        for text in refused:
            theirs, _ = ask_compose(binary, folder, [text])
            if theirs is not None:
                bad += 1
                print(f"{text!r}\n  berth:   refused\n  Compose: {theirs[0]}", flush=True)
    print(f"{store.version(binary)}: {len(taken)} taken, {len(refused)} different ones refused, {bad} disagreements; "
          f"{len(every) - len(texts)} left out")
    return 1 if bad else 0


sys.exit(main())
