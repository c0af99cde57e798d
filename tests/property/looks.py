#!/usr/bin/env python3
"""What looks at Compose's answers (answers.py) sees an address that stays, or goes elsewhere, in each spelling. TAP."""
# SPDX-License-Identifier: MIT
import os, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from answers import Failed, check_answer
from texts import OTHERWISE

MOVE = {"app": "a", "model": "a", "app_num": "1", "action": "replace", "reason": "port", "service": "w", "file": "a/compose.yml",
        "old": "5003", "new": "5008", "detail": "it was 5003 <- compose.yaml:4"}


def answer(port, text):
    """Compose's answer for an app on PORT that says TEXT."""
    return {"name": "a", "services": {"w": {"ports": [{"published": port, "target": 80, "protocol": "tcp", "mode": "ingress"}]},
                                      "peer": {"environment": {"P_OTHERWISE": text}}}}


def said(text, number):
    """What is said where TEXT, of port 5003, has NUMBER after that became 5008; empty: nothing is wrong."""
    try:
        check_answer("a", answer("5003", text % 5003), answer("5008", text % number), [MOVE])
    except Failed as x:
        return str(x)
    return ""


def main():
    spellings = ["http://localhost:%d/", *OTHERWISE]
    print("1..%d" % len(spellings))
    failures = 0
    for i, text in enumerate(spellings):
        seen = "still names 5003" in said(text, 5003), "P_OTHERWISE" in said(text, 5009), said(text, 5008) == ""
        failures += not all(seen)
        print("%sok %d - %s that stays, goes elsewhere, follows" % ("" if all(seen) else "not ", i + 1, (text % 5003).replace("#", "")))
    sys.exit(failures != 0)


if __name__ == "__main__":
    main()
