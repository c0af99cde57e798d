#!/usr/bin/env python3
"""random_env: random .env files and templates, biased to the nasty parts, read by berth's library and by Docker Compose.

usage: tests/conformance/random_env.py --words PROGRAM [--count N] [--seed N] [--keep FOLDER]

Both must take or refuse the same files and agree on every value. Exit 1 on a disagreement, each printed with its number, which
gives the same case again with --only NUMBER. Left out, and counted, is what the release asked is known to do otherwise than the
current line of Compose: it fails on names that are empty and on NUL bytes (setenv), and it looks at texts of operators that are
not needed.
"""
import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile

import cases as store

NAMES = ["A", "B", "C", "S", "E", "X", "U"]
OUTSIDE = {"X": "out", "Y": "", "Z": "z$A"}
KEYS = NAMES + ["a.b", "a-b", "k[0]", "é", "_", "1A", "exportA"]
BLANKS = ["", "", "", " ", "\t", "  ", "\x0b", "\r", "\u00a0", "\u0085"]
OPERATORS = ["-", ":-", "+", ":+", "?", ":?"]
NASTY = ["$", "$$", "${", "}", "{", "\\", "'", '"', "#", " #", " # ", "\\$", "\\n", "\\\\", "\\'", '\\"', "\\0101", "\\012", "\\0377",
         "\\09", "\\t", "\\q", "\\c", "=", ":", "-", "+", "?", "\u00a0", "\u2003", "\t", "\r", "é", "ſ", "$ſ", "$1", "${1}", "$-",
         "export ", ";", "()", "[]", "\x0b", "\ufeff", "%", "~", "`", "*"]


def variable(rng, depth=0):
    name = rng.choice(NAMES + ["Y", "Z", "E", "S"])
    kind = rng.random()
    if kind < 0.25:
        return "$" + name
    if kind < 0.45:
        return "${" + name + "}"
    operator = rng.choice(OPERATORS if rng.random() < 0.15 else OPERATORS[:4])
    return "${" + name + operator + text(rng, depth + 1) + "}"


def text(rng, depth=0):
    """What stands in a value or behind an operator."""
    out = []
    for _ in range(rng.randint(0, 4 if depth < 2 else 1)):
        kind = rng.random()
        if kind < 0.35:
            out.append(rng.choice(["a", "b c", "8003", "x.y", "http://h:1/", " ", "é"]))
        elif kind < 0.65 and depth < 3:
            out.append(variable(rng, depth))
        elif kind < 0.72:
            out.append(rng.choice(["{}", "{a}", "{b", "c}", "{{", "}}", "{x:{y}}"]))
        elif kind < 0.9 or depth:
            out.append(rng.choice(NASTY) if rng.random() < 0.5 else rng.choice(["a", "1", "-", " "]))
        else:
            out.append(rng.choice(NASTY))
    return "".join(out)


def statement(rng):
    blank = lambda: rng.choice(BLANKS)
    kind = rng.random()
    if kind < 0.05:
        return rng.choice(["", "# " + text(rng), "  # c", "\t", "export", "export ", "\u2003"])
    if kind < 0.1:
        return rng.choice(["", "export "]) + rng.choice(KEYS) + blank()
    head = rng.choice(["", "", "", "", "export ", "export\t", " ", "\u2003"]) + rng.choice(KEYS) + blank() + \
        rng.choice("====:") + blank()
    kind = rng.random()
    if kind < 0.4:
        return head + text(rng) + rng.choice(["", "", " ", " # c", "# c", "\t# c", "\r"])
    quote = rng.choice("\"\"'")
    value = text(rng)
    if rng.random() < 0.8:
        value = value.replace("\\" + quote, "\0").replace(quote, "\\" + quote).replace("\0", "\\" + quote)
    if rng.random() < 0.2:
        value += rng.choice(["\nsecond", "\n# no\n", "\r\nx"])
    return head + quote + value + quote + rng.choice(["", "", "", " # c", "#c", " ", "B=2", " B=3", "\r", "x"])


def env_file(rng):
    if rng.random() < 0.15:
        return "".join(rng.choice(NASTY + NAMES * 3 + ["=", "\n", "=", "\n", "a", "b"]) for _ in range(rng.randint(1, 12)))
    start = "\ufeff" if rng.random() < 0.03 else ""
    end = "" if rng.random() < 0.1 else "\n"
    lines = [statement(rng) for _ in range(rng.choice([1, 1, 1, 2, 3]))]
    if rng.random() < 0.5:
        lines.insert(0, "S=set\nE=\nA=a\nB=1")
    return start + "\n".join(lines) + end


def case_of(seed, number):
    """(.env, templates): the one or the other is random."""
    rng = random.Random(f"{seed}/{number}")
    if number % 2:
        return env_file(rng), []
    count = 1 if rng.random() < 0.6 else 6
    return "S=set\nE=\nA='$S'\nB=b\nC=8003\n", [rng.choice(["", "a\n"]) * (rng.random() < 0.2) + text(rng) for _ in range(count)]


def lay(folder, env, templates):
    with open(os.path.join(folder, ".env"), "wb") as f:
        f.write(env.encode())
    with open(os.path.join(folder, "templates"), "wb") as f:
        f.write(b"".join(t.encode() + b"\0" for t in templates))
    items = NAMES + ["Y", "Z"] + [f"T{i}={t}" for i, t in enumerate(templates)]
    with open(os.path.join(folder, "compose.yaml"), "w") as f:
        json.dump({"services": {"a": {"image": "x", "environment": items}}}, f)


def ask_berth(words, folder, count):
    names = NAMES + ["Y", "Z"]
    p = subprocess.run([words, folder, os.path.join(folder, "templates"), *names], capture_output=True, env=OUTSIDE, timeout=60)
    if p.returncode not in (0, 1):
        raise RuntimeError(f"{words}: status {p.returncode}: {p.stderr.decode()}")
    if p.returncode:
        return None, p.stderr.decode("utf-8", "replace")
    parts = p.stdout.decode("utf-8", "replace").split("\0")
    values = {f"T{i}": parts[i] for i in range(count)}
    for name, part in zip(names, parts[count:]):
        values[name] = part[1:] if part[0] == "=" else None
    return values, ""


def ask_compose(binary, folder):
    env = dict(OUTSIDE, PATH=os.environ["PATH"], HOME=folder)
    p = subprocess.run([binary, "-f", os.path.join(folder, "compose.yaml"), "config", "--format", "json"], capture_output=True,
                       env=env, cwd=folder, timeout=60)
    if p.returncode:
        return None, p.stderr.decode("utf-8", "replace")
    got = json.loads(p.stdout.decode("utf-8", "replace"))["services"]["a"]["environment"]
    return {k: None if v is None else v.replace("$$", "$") for k, v in got.items()}, ""


def excuse(ours, env, templates, why):
    """Why a refusal of the release asked counts for nothing, or None."""
    if "setenv" in why:
        return "setenv"
    nested = any(re.search(r"\$\{[^\n]*\$", t) for t in [env, *templates])
    if ours is not None and nested and re.search(r"template|interpolat|required", why):
        return "eager"
    return None


def main():
    args = argparse.ArgumentParser(usage=__doc__.split("\n")[2])
    args.add_argument("--words", required=True)
    args.add_argument("--count", type=int, default=1000)
    args.add_argument("--seed", default="1")
    args.add_argument("--only", type=int)
    args = args.parse_args()
    binary = store.compose()
    if not binary:
        print("random_env: no Docker Compose here to ask")
        return 0
    taken = refused = bad = 0
    excused = {"setenv": 0, "eager": 0}
    with tempfile.TemporaryDirectory(prefix="random-env") as folder:
        for number in [args.only] if args.only is not None else range(args.count):
            env, templates = case_of(args.seed, number)
            lay(folder, env, templates)
            ours, our_reason = ask_berth(args.words, folder, len(templates))
            theirs, their_reason = ask_compose(binary, folder)
            if ours == theirs:
                taken += ours is not None
                refused += ours is None
                continue
            known = excuse(ours, env, templates, their_reason) if theirs is None else None
            if known:
                excused[known] += 1
                continue
            bad += 1
            print(f"case {number}: .env {env!r} templates {templates!r}")
            print(f"  berth:   {our_reason.strip() if ours is None else ours}")
            print(f"  Compose: {their_reason.strip() if theirs is None else theirs}", flush=True)
    print(f"{store.version(binary)}: {taken} taken and equal, {refused} refused by both, {bad} disagreements; "
          f"{excused['setenv']} and {excused['eager']} left out (setenv, texts not needed)")
    return 1 if bad else 0


sys.exit(main())
