#!/usr/bin/env python3
"""spans: the span of every finding of every case decides it. Each is replaced by a new port or name in a copy of the case; read
again, exactly the findings of that span have the new value and nothing else has changed. TAP, a test a case that has any.

usage: tests/conformance/spans.py [GROUP ...]      the program under test is $BERTH_BIN/scan
"""
import os
import re
import shutil
import sys
import tempfile

import cases as store
from findings import scan

VALUE = {"port": "host_port", "name": "value", "project": "value", "reference": "value"}
# also_…: a second text of a port, which stands for it in one mapping with the first: both change
KEPT = ("port", "name", "project", "volume", "network", "reference")


def span(row):
    """Where the text stands that decides ROW: (file, offset, length); None: no single place does."""
    if row["record"] not in VALUE or not row["offset"] or not row["length"] or row["record"] == "port" and not row["host_port"]:
        return None
    return row["file"], int(row["offset"]), int(row["length"])


def replacement(row):
    """Another value of the same kind and shape."""
    if row["record"] in ("name", "project"):
        return "another-9"
    old = row["value"].rsplit(":", 1)[-1] if row["record"] == "reference" else row["host_port"]
    low = 20000 + int(re.match(r"\d*", old)[0] or 1) % 10000
    return str(low)


def facts(rows):
    return [(r["record"], r["service"], r["host_ip"], r["protocol"], r["profile"], r["container_port"], r[VALUE.get(r["record"], "value")]) for r in rows if r["record"] in KEPT]


def trials(group):
    """[(case, rows of its app, span, new text, rows that share the span)] of all spans of a group's cases."""
    cases = [c for c in store.read(group) if not c["env"] and c["expected"]["ok"]]
    root = os.path.realpath(tempfile.mkdtemp(prefix="spans"))
    try:
        for i, case in enumerate(cases):
            store.lay(os.path.join(root, store.place(i)), case)
        apps = scan(root)
    finally:
        shutil.rmtree(root)
    for i, case in enumerate(cases):
        folder = os.path.join(store.place(i), case["folder"])
        rows = apps.get(folder, [])
        if any(r["record"] == "problem" for r in rows):
            continue
        by_span = {}
        for r in rows:
            if span(r):
                by_span.setdefault(span(r), []).append(r)
        for (file, offset, length), sharers in by_span.items():
            also = {(os.path.relpath(r["also_file"], folder), int(r["also_offset"])) for r in sharers if r["also_length"]}
            yield case, rows, (os.path.relpath(file, folder), offset, length, also), sharers


def split_range(text):
    m = re.fullmatch(r"(\d+)-(\d+)", text)
    return (int(m[1]), int(m[2])) if m else None


def changed(case, where, sharers):
    """The case's file with the span replaced, and what each of SHARERS must read afterwards."""
    path, offset, length, also = where
    texts = {os.path.normpath(p): (p, store.content(t)) for p, t in case["files"].items()}
    data = texts[os.path.normpath(path)][1]
    old = data[offset:offset + length].decode("utf-8", "surrogateescape")
    new = replacement(sharers[0])
    ports = sorted({int(r["host_port"]) for r in sharers if r["record"] == "port" and r["host_port"].isdigit()})
    expect = {id(r): new for r in sharers}
    if sharers[0]["record"] == "port" and (len(ports) > 1 or split_range(sharers[0]["host_port"])):
        low, high = split_range(sharers[0]["host_port"]) or (ports[0], ports[-1])
        base = int(new)
        new = f"{base}-{base + high - low}"
        for r in sharers:
            expect[id(r)] = new if not r["host_port"].isdigit() else str(base + int(r["host_port"]) - low)
    elif sharers[0]["record"] == "reference":
        for r in sharers:
            expect[id(r)] = r["value"].rsplit(":", 1)[0] + ":" + new if ":" in r["value"] else new
    edited = {}
    for file, at in sorted(also | {(path, offset)}, reverse=True):
        name, data = texts[os.path.normpath(file)]
        edited[name] = edited.get(name, data)[:at] + new.encode() + edited.get(name, data)[at + length:]
    return old, new, edited, expect


def verdict(before, after, expect, old, new):
    """None where AFTER is BEFORE with the expected values in place of the old ones, else what differs. A finding without a span
    may be composed of the old text, among others; a reference names a port of the app's own, so it comes and goes with that."""
    problems = [r["value"] or r["detail"] for r in after if r["record"] == "problem"]
    if problems:
        return "refused: " + problems[0]
    renamed = [r for r in before if r["record"] == "project" and id(r) in expect]
    want = []
    for row, fact in zip([r for r in before if r["record"] in KEPT], facts(before)):
        value = expect.get(id(row), fact[-1])
        others = [] if id(row) in expect or span(row) else [value.replace(old, new)] + [value.replace(r["value"], new, 1) for r in renamed]
        want.append([fact[:5] + (v,) for v in [value, *others]])
    got = sorted(f[:5] + f[6:] for f in facts(after) if f[0] != "reference")    # one variable may decide the container's port, too
    want = [w for w in want if w[0][0] != "reference"]
    for either in want:
        there = [w for w in either if w in got]
        if not there:
            return f"missing {either[0]}, extra {got[:2]}"
        got.remove(there[0])
    return f"extra {got[:2]}" if got else None


def main():
    wanted = sys.argv[1:] or store.groups()
    count = 0
    for group in wanted:
        tried, told = [], {}
        root = os.path.realpath(tempfile.mkdtemp(prefix="spans"))
        try:
            for case, rows, where, sharers in trials(group):
                old, new, edited, expect = changed(case, where, sharers)
                store.lay(os.path.join(root, store.place(len(tried))), case, edited)
                tried.append((case, rows, expect, old, new, where))
            apps = scan(root) if tried else {}
        finally:
            shutil.rmtree(root)
        for i, (case, rows, expect, old, new, where) in enumerate(tried):
            if all(r["record"] == "reference" for r in rows if id(r) in expect):
                continue
            why = verdict(rows, apps.get(os.path.join(store.place(i), case["folder"]), []), expect, old, new)
            told.setdefault(id(case), (case["name"], []))[1].append(why and f"{where}: {old!r} -> {new!r}: {why}")
        for name, whys in told.values():
            wrong = [w for w in whys if w]
            count += 1
            name = name.replace("\\", "\\\\").replace("#", "\\#").replace("\n", "\\n")
            print(f"{'not ok' if wrong else 'ok'} {count} - {group}: {name}: {len(whys)} replaced")
            for w in wrong:
                print("# " + w.replace("\n", "\\n").encode("utf-8", "replace").decode())
    if not count:       # a plan of none would count as passed over
        count = 1
        print("not ok 1 - there is a span to replace")
    print(f"1..{count}")


main()
