#!/usr/bin/env python3
# rooms: holds lib/ to its rooms (tests/rooms), by what the sources include and by what the objects call.
# SPDX-License-Identifier: MIT
#
# The programs must have been built: the objects of build/$BERTH_VARIANT (release) and the programs in $BERTH_BIN (bin) are read
# with nm. What is inlined at this level of optimisation is not seen, which is why the includes are looked at too.
import collections
import glob
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
os.chdir(TOP)
VARIANT = os.environ.get("BERTH_VARIANT", "release")
BIN = os.environ.get("BERTH_BIN", "bin")
COLUMNS = 110
LINES = 600
# What may end or speak for the process in lib/: nothing but running out of memory.
SPEAKS = re.compile(r"(__)?(v?printf|puts|putchar|perror|exit|_Exit|stdout|stderr)(_chk)?$")
# Which rooms a program has no business with, and what it never calls.
FOREIGN = {
    "report": {"rooms": ("plan", "apply", "scan", "new"), "symbols": r"store_put_|store_mark_|journal_|migration_"},
    "migrate": {"rooms": ("store", "plan", "report", "journal"), "symbols": r"sqlite3_"},
    "scan": {"rooms": ("store", "plan", "report", "apply", "journal"), "symbols": r"store_|journal_"},
}

tests = 0


def check(name, wrong):
    """One line of TAP: well where the list WRONG is empty."""
    global tests
    tests += 1
    print(f"{'not ok' if wrong else 'ok'} {tests} - {name}")
    for line in wrong[:40]:
        print(f"# {line}")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def read_rooms():
    """Floor and shown headers of each room, from tests/rooms."""
    floors, shown = {}, {}
    for line in read("tests/rooms").splitlines():
        words = line.split("#")[0].split()
        if words:
            floors[words[1]] = int(words[0])
            shown[words[1]] = words[2:]
    return floors, shown


def room_of(path):
    return path.split("/")[1]


def noun_of(path):
    return os.path.splitext(os.path.basename(path))[0]


def is_shown(shown, room, noun):
    return noun in shown[room] or "*" in shown[room]


def included(path):
    return re.findall(r'^#include "(\w+)/(\w+)\.h"', read(path), re.M)


def wrong_includes(floors, shown, sources):
    wrong = []
    for path in sources:
        room = room_of(path) if path.startswith("lib/") else None
        for other, noun in included(path):
            if other == room or other not in floors:
                continue
            if room and floors[other] >= floors[room]:
                wrong.append(f"{path} includes {other}/{noun}.h, which is not below it")
            elif not is_shown(shown, other, noun):
                wrong.append(f"{path} includes {other}/{noun}.h, which is not shown")
    return wrong


def symbols_of(path):
    """The names that an object defines for others, and those that it takes from them."""
    defined, taken = set(), set()
    for line in subprocess.run(["nm", path], capture_output=True, text=True, check=True).stdout.splitlines():
        words = line.split()
        if words[-2] == "U":
            taken.add(words[-1])
        elif words[-2] in "TDBRV":
            defined.add(words[-1])
    return defined, taken


def object_graph(sources):
    """For each source the sources whose symbols it takes, with one of those symbols; and who defines what."""
    owner, takes = {}, {}
    for source in sources:
        base = f"build/{VARIANT}/{os.path.splitext(source)[0]}"
        objects = [o for o in (f"{base}.o",) if os.path.exists(o)]
        for path in objects:
            defined, taken = symbols_of(path)
            owner.update((name, source) for name in defined)
            takes[source] = taken
    graph = collections.defaultdict(dict)
    for source, names in takes.items():
        for name in sorted(names):
            if owner.get(name, source) != source:
                graph[source].setdefault(owner[name], name)
    return graph, takes, owner


def wrong_calls(floors, graph):
    return [f"{source} calls {name} of {other}, which is not below it" for source, others in graph.items()
            for other, name in others.items()
            if room_of(source) != room_of(other) and floors[room_of(other)] >= floors[room_of(source)]]


def circles(graph):
    """The sets of sources of one room that need each other (Tarjan's strongly connected components)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in graph.get(node, {}):
            if room_of(other) != room_of(node):
                continue
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            circle = stack[stack.index(node):]
            del stack[stack.index(node):]
            if len(circle) > 1:
                found.append(sorted(circle))

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


def wrong_headers(headers):
    """Each header is compiled by itself, twice in one source: it brings what it needs and has a guard."""
    compiler = os.environ.get("CC", "gcc")
    wrong = []
    for header in headers:
        twice = f'#include "{header}"\n' * 2
        done = subprocess.run([compiler, "-std=c11", "-D_POSIX_C_SOURCE=200809L", "-I.", "-Itools", "-Ilib", "-Werror",
                               "-fsyntax-only", "-x", "c", "-"], input=twice, capture_output=True, text=True, check=False)
        if done.returncode:
            wrong.append(f"{header}: {done.stderr.splitlines()[0]}")
    return wrong


def wrong_programs(owner):
    wrong = []
    for program, foreign in FOREIGN.items():
        listing = subprocess.run(["nm", f"{BIN}/{program}"], capture_output=True, text=True, check=True).stdout
        for line in listing.splitlines():
            name = line.split()[-1].split("@")[0]
            source = owner.get(name)
            if source and room_of(source) in foreign["rooms"]:
                wrong.append(f"{program} has {name} of {source}")
            elif re.match(foreign["symbols"], name):
                wrong.append(f"{program} has {name}")
    return wrong


def wide_lines(paths):
    return [f"{path}:{number}: {len(line.expandtabs(8))} columns" for path in paths
            for number, line in enumerate(read(path).splitlines(), 1) if len(line.expandtabs(8)) > COLUMNS]


def main():
    floors, shown = read_rooms()
    sources = sorted(glob.glob("lib/*/*.c"))
    headers = sorted(glob.glob("lib/*/*.h"))
    tools = sorted(glob.glob("tools/*.[ch]"))
    folders = sorted(os.path.basename(d) for d in glob.glob("lib/*") if os.path.isdir(d))
    units = sorted(glob.glob("tests/unit/*/*.c"))
    nouns = {(room_of(p), noun_of(p)) for p in sources + headers}

    check("every folder of lib/ is a room, every room a folder", sorted(set(folders) ^ set(floors)))
    check("lib/ has no file outside its rooms", glob.glob("lib/*.[ch]"))
    check("a room includes what lower ones show, and nothing else", wrong_includes(floors, shown, sources + headers + tools))
    check("every shown header is there", [f"{room}/{noun}.h" for room, words in shown.items() for noun in words
                                          if noun != "*" and (room, noun) not in nouns])
    graph, takes, owner = object_graph(sources)
    check("the objects are there to be looked at", [] if len(takes) > len(sources) // 2 else ["build the programs first"])
    check("no object calls up, or across a floor", wrong_calls(floors, graph))
    check("no sources of a room need each other", [" ".join(circle) for circle in circles(graph)])
    check("a program has nothing of the rooms that it does not use", wrong_programs(owner) if VARIANT == "release" else [])
    check("lib/ neither prints nor exits", [f"{source}: {name}" for source, names in takes.items() for name in sorted(names)
                                            if SPEAKS.match(name) and source != "lib/base/mem.c"])
    check("lib/system/sql*.c alone call SQLite", [f"{source}: {name}" for source, names in takes.items()
                                                  for name in sorted(names)
                                                  if name.startswith("sqlite3_") and not source.startswith("lib/system/sql")])
    check("each header stands alone", wrong_headers(headers + [t for t in tools if t.endswith(".h")]))
    check("a unit test stands where its noun does", [unit for unit in units
                                                     if (unit.split("/")[2], noun_of(unit)) not in nouns])
    check(f"no source is over {LINES} lines", [f"{p}: {n}" for p in sources + headers + tools
                                               for n in [read(p).count("\n")] if n > LINES])
    tests_in_c = sorted(glob.glob("tests/**/*.[ch]", recursive=True))
    check(f"no line of C is over {COLUMNS} columns", wide_lines(sources + headers + tools + tests_in_c))
    check("words of a file's name are joined by _", [p for p in sources + headers + units if "-" in os.path.basename(p)])
    check("every source says what it is and its licence", [
        p for p in sources + headers + tools + units
        if not re.match(r"/\* [a-z0-9_, ]*: ", read(p)) or
        "SPDX-License-Identifier: MIT" not in "\n".join(read(p).splitlines()[:4])])
    print(f"1..{tests}")


main()
