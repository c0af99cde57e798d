"""files: what a folder holds, for tests in Python.
SPDX-License-Identifier: MIT"""
import os


def tree(root):
    """The bytes of each file below ROOT, by its path from there."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as f:
                found[os.path.relpath(path, root)] = f.read()
    return found
