"""tap: what a test in Python says, in TAP.
SPDX-License-Identifier: MIT"""
import sys

LONGEST = 2000
count = failed = 0


def test(name, ok, *said):
    """One test; what was SAID is shown where it is not well."""
    global count, failed
    count += 1
    failed += not ok
    print(f"{'ok' if ok else 'not ok'} {count} - {name}", flush=True)
    for line in "" if ok else "\n".join(repr(s) for s in said).splitlines():
        print("# " + line[:LONGEST])


def done():
    """Ends the process, with 1 where a test failed: make hears nothing else."""
    print(f"1..{count}", flush=True)
    sys.exit(failed > 0)
