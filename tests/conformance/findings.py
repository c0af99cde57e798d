"""findings: what scan says of the projects below a folder, and whether that is what Docker Compose says."""
import csv
import io
import os
import re
import subprocess
from collections import defaultdict

csv.field_size_limit(1 << 30)
SCAN = os.path.join(os.environ.get("BERTH_BIN") or "bin", "scan")

# What Compose refuses for keys that berth does not read: accepting is as good there.
ELSEWHERE = re.compile(r"[Aa]dditional property (portz|foo|host) is not allowed")


def scan(root, *options, env=None):
    """{app: [row of the findings stream, ...]} of scan over ROOT."""
    p = subprocess.run([SCAN, *options, root], capture_output=True, timeout=300, env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **(env or {})})
    if p.returncode > 1 or p.returncode < 0:
        raise SystemExit(f"scan ended with {p.returncode}: {p.stderr.decode('utf-8', 'replace')[-2000:]}")
    apps = defaultdict(list)
    text = p.stdout.decode("utf-8", "surrogateescape")
    row = None
    for row in csv.DictReader(io.StringIO(text, newline="")):
        apps[row["app"]].append(row)
    if not row or row["record"] != "end":
        raise SystemExit(f"scan ended with {p.returncode} and without an end record: {p.stderr.decode('utf-8', 'replace')[-2000:]}")
    return apps


def port(number):
    """A host port as far as it is fixed: Docker picks one for none and for 0."""
    return "" if number == "0" else number


def understood(rows, services=None):
    """The findings ROWS of one app in the terms of a case's `expected`. SERVICES: those that Compose shows (enabled ones)."""
    seen = {"ok": True, "name": None, "services": defaultdict(lambda: {"container_name": None, "ports": []}), "volumes": [], "networks": []}
    problems = [r["value"] or r["detail"] for r in rows if r["record"] == "problem"]
    if problems:
        return {"ok": False, "error": problems[0]}
    for r in rows:
        disabled = r["profile"] and services is not None and r["service"] not in services
        if r["record"] == "port" and not disabled:
            target = "" if r["container_port"] == "0" else r["container_port"]
            seen["services"][r["service"]]["ports"].append([r["host_ip"], port(r["host_port"]), target, r["protocol"]])
        elif r["record"] == "name" and not disabled:
            seen["services"][r["service"]]["container_name"] = r["value"]
        elif r["record"] == "project":
            seen["name"] = r["value"]
        elif r["record"] in ("volume", "network"):
            seen[r["record"] + "s"].append(r["value"])
    return seen


def disagreement(rows, expected):
    """None where the findings ROWS of an app agree with what Compose says, else why not, in a line."""
    if not rows:
        return "scan did not find the app"
    got = understood(rows, expected.get("services"))
    if not expected["ok"]:
        return None if not got["ok"] or ELSEWHERE.search(expected["error"]) else "accepted; Compose: " + expected["error"].replace("\n", " ")
    if not got["ok"]:
        return "refused: " + got["error"]
    if got["name"] != expected["name"]:
        return f"project {got['name']!r}, Compose {expected['name']!r}"
    empty = {"container_name": None, "ports": []}
    for name in sorted(set(got["services"]) | set(expected["services"])):
        ours, theirs = got["services"].get(name, empty), expected["services"].get(name, empty)
        if (ours["container_name"] or None) != (theirs["container_name"] or None):
            return f"{name}: container_name {ours['container_name']!r}, Compose {theirs['container_name']!r}"
        a, b = sorted(ours["ports"]), sorted([ip, port(host), target, protocol] for ip, host, target, protocol in theirs["ports"])
        if a != b:
            return f"{name}: ports {[p for p in a if p not in b][:3]}, Compose {[p for p in b if p not in a][:3]}" + ("" if [p for p in a if p not in b] or [p for p in b if p not in a] else " (other counts)")
    for kind in ("volumes", "networks"):
        # Compose shows only those that an enabled service uses. One without a name is nobody's: no other app can mean it.
        missing = [v for v in expected[kind] if v and v not in got[kind]]
        if missing:
            return f"{kind}: {sorted(got[kind])}, Compose {expected[kind]}"
    return None
