#!/usr/bin/env python3
"""check: scan reads every case of fixtures/cases as Docker Compose does. TAP, a test a case.

usage: tests/conformance/check.py [GROUP ...]      the program under test is $BERTH_BIN/scan
"""
import os
import shutil
import sys
import tempfile
from collections import defaultdict

import cases as store
from findings import disagreement, scan


def main():
    wanted = sys.argv[1:] or store.groups()
    every = [(group, case) for group in wanted for case in store.read(group)]
    print(f"1..{len(every)}")
    root = os.path.realpath(tempfile.mkdtemp(prefix="cases"))
    try:
        by_env = defaultdict(list)
        for i, (_, case) in enumerate(every):
            by_env[tuple(sorted(case["env"].items()))].append(i)
        found = {}
        for n, (env, members) in enumerate(sorted(by_env.items())):
            top = os.path.join(root, str(n))
            for i in members:
                store.lay(os.path.join(top, store.place(i)), every[i][1])
            apps = scan(top, *(["--env"] if env else []), env=dict(env))
            for i in members:
                found[i] = apps.get(os.path.join(store.place(i), every[i][1]["folder"]), [])
        for i, (group, case) in enumerate(every):
            why = disagreement(found[i], case["expected"])
            name = f"{group}: {case['name']}".replace("\\", "\\\\").replace("#", "\\#").replace("\n", "\\n")
            print(f"{'not ok' if why else 'ok'} {i + 1} - {name}")
            if why:
                print("# " + why.replace("\n", " ").encode("utf-8", "replace").decode())
    finally:
        shutil.rmtree(root)


main()
