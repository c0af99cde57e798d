"""tap: what a test in Python says, in TAP.
SPDX-License-Identifier: MIT"""
LONGEST = 2000
count = 0


def test(name, ok, *said):
    """One test; what was SAID is shown where it is not well."""
    global count
    count += 1
    print(f"{'ok' if ok else 'not ok'} {count} - {name}", flush=True)
    for line in "" if ok else "\n".join(repr(s) for s in said).splitlines():
        print("# " + line[:LONGEST])


def done():
    print(f"1..{count}")
