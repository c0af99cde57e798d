#!/usr/bin/env python3
"""make_cases: writes fixtures/cases from the rules of how Docker Compose reads a project, and asks Compose for the answers.

usage: tests/conformance/make_cases.py [GROUP ...]

Each rule is tried by small projects. A value is seen through what it decides: the real name of a volume shows any text
whole, a port only digits. Where the current line of Compose is known to differ from the release that can be asked,
`current` holds its answer and why.
"""
import re
import sys
import tempfile

import cases as store
import rules_checks
import rules_env
import rules_file
import rules_project
import rules_service
from rules import GROUPS, refused


NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")


def onward(got):
    """Why the current line refuses what the release answered as GOT; None: it does not. Its rules for container names."""
    names = [s["container_name"] for s in got.get("services", {}).values() if s["container_name"] is not None]
    for name in names:
        if not NAME.search(name):
            return refused("a name needs a letter or digit and then one more, or _ . -", f"container name {name!r} does not match the pattern")
        if names.count(name) > 1:
            return refused("two services may not have one name", f"container name {name!r} is already in use")
    return None


def answer(binary, group):
    made = GROUPS[group]
    seen = set()
    for case in made:
        if case["name"] in seen:
            sys.exit(f"make_cases: {group}: two cases are called '{case['name']}'")
        seen.add(case["name"])
    asked = store.version(binary)
    with tempfile.TemporaryDirectory(prefix="cases") as root:
        answers = store.ask_all(binary, made, root)
    for case, got in zip(made, answers):
        current = case.pop("current") or onward(got)
        case["expected"], case["by"] = got, asked
        if current:
            why, change = current
            if change.get("ok") is False:
                case["expected"] = change
            else:
                case["expected"] = {"networks": [], "volumes": [], "services": {}, "name": "", **(got if got["ok"] else {}), **change, "ok": True}
            if case["expected"] == got or not case["expected"]["ok"] and not got["ok"]:
                sys.exit(f"make_cases: {group}: {case['name']}: {asked} says the same as the current line")
            case["by"] = "current line: " + why
    store.write(group, made)
    refused = sum(not case["expected"]["ok"] for case in made)
    by_hand = sum(case["by"].startswith("current") for case in made)
    print(f"{group}: {len(made)} cases, {refused} of them refused, {by_hand} as the current line has it")
    return len(made)


def main():
    binary = store.compose()
    if not binary:
        sys.exit("make_cases: no Docker Compose to ask (BERTH_COMPOSE names one)")
    wanted = sys.argv[1:] or sorted(GROUPS)
    print(sum(answer(binary, group) for group in wanted), "cases")


assert rules_checks and rules_env and rules_file and rules_project and rules_service
main()
