#!/usr/bin/env python3
"""formats: what report says to editors, CI and code scanning, read by the patterns and rules of those who take it. TAP. The programs
are those of $BERTH_BIN (default: bin)."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import xml.etree.ElementTree as ET

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from tap import done, test

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BERTH = os.path.join(os.path.abspath(os.environ.get("BERTH_BIN") or os.path.join(TOP, "bin")), "berth")
os.environ.pop("BERTH_DB", None)


def report(*words, stdin):
    return subprocess.run([BERTH, "report", *words], input=stdin, capture_output=True, text=True)


# What SARIF 2.1.0 knows of the objects that we write: the keys, and those that it demands.
SARIF = {
    "log": ({"$schema", "version", "runs"}, {"version", "runs"}),
    "run": ({"tool", "originalUriBaseIds", "automationDetails", "results", "columnKind"}, {"tool"}),
    "driver": ({"name", "version", "rules"}, {"name"}),
    "rule": ({"id", "shortDescription", "fullDescription", "help", "defaultConfiguration"}, {"id"}),
    "result": ({"ruleId", "level", "message", "locations", "relatedLocations"}, {"message"}),
    "location": ({"physicalLocation", "message"}, set()),
    "physicalLocation": ({"artifactLocation", "region"}, set()),
    "artifactLocation": ({"uri", "uriBaseId"}, set()),
    "region": ({"startLine", "startColumn", "endColumn"}, set()),
    "message": ({"text"}, {"text"}),
}


def sarif_faults(log):
    """Where LOG is not as SARIF has it."""
    faults = []

    def has(kind, o, where):
        keys, needed = SARIF[kind]
        if set(o) - keys or needed - set(o):
            faults.append((where, sorted(o)))

    def location(l, where):
        has("location", l, where)
        p = l["physicalLocation"]
        has("physicalLocation", p, where)
        has("artifactLocation", p["artifactLocation"], where)
        has("region", p["region"], where)
        if any(not isinstance(n, int) or n < 1 for n in p["region"].values()) or re.search(r"[^!-~]|[<>\"{}|\\^`]", p["artifactLocation"]["uri"]):
            faults.append((where, p))
        if "message" in l:
            has("message", l["message"], where)
    has("log", log, "log")
    for run in log["runs"]:
        has("run", run, "run")
        has("driver", run["tool"]["driver"], "driver")
        for rule in run["tool"]["driver"]["rules"]:
            has("rule", rule, rule)
            if rule["defaultConfiguration"]["level"] not in ("none", "note", "warning", "error"):
                faults.append(rule)
            for key in ("shortDescription", "help"):
                has("message", rule[key], rule)
        for r in run["results"]:
            has("result", r, r)
            has("message", r["message"], r)
            for l in r["locations"] + r.get("relatedLocations", []):
                location(l, r)
        for base in run.get("originalUriBaseIds", {}).values():
            if not base["uri"].startswith("file:///") or not base["uri"].endswith("/"):
                faults.append(base)
    return faults if log["version"] == "2.1.0" else ["version"]


def schema():
    """The standard's own schema, where npm has it (@microsoft/jest-sarif) or $SARIF_SCHEMA names it, with what validates by it."""
    places = [os.environ.get("SARIF_SCHEMA", "")]
    if shutil.which("npm"):
        root = subprocess.run(["npm", "root", "-g"], capture_output=True, text=True).stdout.strip()
        places.append(root + "/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json")
    path = next((p for p in places if p and os.path.isfile(p)), None)
    try:
        import jsonschema
    except ImportError:
        return None
    if not path:
        return None
    with open(path, encoding="utf-8") as f:
        text = json.load(f)
    return jsonschema.validators.validator_for(text)(text)


def editors(findings, rows):
    said = report("conflicts", "-f", "gcc", stdin=findings).stdout.splitlines()
    test("gcc: a line for each conflict", len(said) == len(rows) > 10, said[:3], len(rows))
    # the matcher $gcc of VS Code's C++ extension
    code = re.compile(r"^(.*?):(\d+):(\d*):?\s+(?:fatal\s+)?(warning|error):\s+(.*)$")
    matched = [code.match(line) for line in said]
    test("VS Code's matcher takes each, with file, line, severity and message", all(matched)
         and [(m[2], m[4], m[5]) for m in matched] == [(r.get("line", "1"), "error", r["message"]) for r in rows], said[:3])
    test("and the file is there, from here", all(os.path.exists(m[1]) for m in matched), said[:3])
    problems = report("problems", "-f", "gcc", stdin=findings).stdout.splitlines()
    test("gaps and warnings are warnings", problems and all(code.match(line)[4] == "warning" for line in problems), problems)
    ports = report("ports", "-f", "gcc", stdin=findings).stdout.splitlines()
    test("what is only told is a note", ports and all(re.match(r".*:\d+(:\d+)?: note: ", line) for line in ports), ports[:3])
    if not shutil.which("vim"):
        test("Vim takes each # SKIP no vim", True)
        return
    with open("errors", "w") as f:
        f.write("\n".join(said) + "\n")
    subprocess.run(["vim", "-u", "NONE", "-es", "--not-a-term", "-c", "compiler gcc", "-c", "cfile errors",
                    "-c", "call writefile(map(getqflist(), 'bufname(v:val.bufnr).\"|\".v:val.lnum.\"|\".v:val.type.\"|\".v:val.text'), 'vim')", "-c", "qa!"],
                   stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    got = [line.split("|", 3) for line in open("vim").read().splitlines()] if os.path.exists("vim") else []
    test("Vim's compiler gcc takes each", [(g[1], g[2].lower(), g[3].strip()) for g in got] == [(r.get("line", "1"), "e", r["message"]) for r in rows], got[:3], said[:3])


def scanners(findings, rows):
    p = report("conflicts", "-f", "sarif", stdin=findings)
    log = json.loads(p.stdout)
    results = log["runs"][0]["results"]
    test("sarif: its objects are those of the standard", not sarif_faults(log), sarif_faults(log)[:3])
    test("a result for each, and the status is the report's", len(results) == len(rows) and p.returncode == 1, len(results))
    rules = {r["id"]: r for r in log["runs"][0]["tool"]["driver"]["rules"]}
    test("each is of a rule that has a help", all(r["ruleId"] in rules and len(rules[r["ruleId"]]["help"]["text"]) > 40 for r in results), list(rules))
    places = [r["locations"][0]["physicalLocation"] for r in results]
    test("its file is there, from the base", all(os.path.exists(urllib.parse.unquote(p["artifactLocation"]["uri"])) for p in places), places[:2])

    def at(place):
        text = open(urllib.parse.unquote(place["artifactLocation"]["uri"]), newline="").read().split("\n")[place["region"]["startLine"] - 1]
        return text[place["region"]["startColumn"] - 1:place["region"].get("endColumn", 10**6) - 1]
    ports = [(at(p), r["value"].split("/")[0]) for p, r in zip(places, rows) if r["kind"] == "port"]
    test("the region of a port is its number", ports and all(a == b for a, b in ports), ports[:5])
    none = json.loads(report("conflicts", "-f", "sarif", stdin=none_of(findings)).stdout)
    test("without a conflict it is a run with no results", not sarif_faults(none) and none["runs"][0]["results"] == [], none)


def validated(findings):
    """Each report that has the format is valid by the standard's schema, of a stream and of a registry."""
    valid = schema()
    if not valid:
        test("sarif: valid by its schema # SKIP no schema (npm install -g @microsoft/jest-sarif) or no jsonschema", True)
        return
    for name in ("conflicts", "problems", "exposed", "hazards", "ports", "names", "projects"):
        logs = [json.loads(report(name, "-f", "sarif", stdin=text).stdout) for text in (findings, none_of(findings))]
        faults = [f.message[:200] for log in logs for f in valid.iter_errors(log)]
        test(f"sarif: {name} is valid by its schema", not faults, faults[:3])


def placeless():
    """What has no place in a file is said of its app's folder: editors and code scanning take nothing without one."""
    for app in ("one", "two"):
        os.makedirs(f"bare/{app}/web")
        with open(f"bare/{app}/web/compose.yaml", "w") as f:
            f.write("services: {a: {image: x}}\n")
    subprocess.run([BERTH, "plan", "-q", "--no-host-check", "--keep-project-names", "--db", "bare.db", "bare"], capture_output=True)
    for name in ("names", "projects"):
        lines = report(name, "--db", "bare.db", "-f", "gcc", stdin=None).stdout.splitlines()
        test(f"{name}: each line has a file or a folder", len(lines) == 2 and all(os.path.exists(line.split(":")[0]) for line in lines), lines)
    results = json.loads(report("names", "--db", "bare.db", "-f", "sarif", stdin=None).stdout)["runs"][0]["results"]
    test("and each result a location", all(r["locations"] for r in results), results)


def none_of(findings):
    """The findings of a fleet without an app."""
    head, fleet = findings.split("\n")[:2]
    return f"{head}\n{fleet}\nend,,,,,,,,,,1" + "," * (head.count(",") - 10) + "\n"


def servers(findings, rows):
    said = report("conflicts", "-f", "github", stdin=findings).stdout.splitlines()
    lines = [re.match(r"::(error|warning|notice) ([^:]*)::(.*)$", line) for line in said]
    test("github: a command for each", len(lines) == len(rows) and all(lines), said[:3])
    fields = [dict(f.split("=", 1) for f in m[2].split(",")) for m in lines if m]
    test("with file, line and column", all(os.path.exists(f["file"]) for f in fields)
         and [(f.get("line"), f.get("col")) for f in fields] == [(r.get("line"), r.get("column")) for r in rows], fields[:3])
    suite = ET.fromstring(report("conflicts", "-f", "junit", stdin=findings).stdout)[0]
    test("junit: a case that failed for each", suite.get("tests") == suite.get("failures") == str(len(rows)) == str(len(suite.findall("testcase/failure"))), suite.attrib)
    suite = ET.fromstring(report("conflicts", "-f", "junit", stdin=none_of(findings)).stdout)[0]
    test("and one that passed where there is none", suite.get("tests") == "1" and suite.get("failures") == "0" and len(suite) == 1, suite.attrib)
    p = report("summary", "-f", "sarif", stdin=findings)
    test("a report without places has none of these", p.returncode == 2 and "names no places" in p.stderr, p)


def explained(findings, rows):
    p = report("conflicts", "--explain", stdin=findings)
    test("--explain: each as gcc says it", p.returncode == 1 and sum(": error: " in line for line in p.stdout.splitlines()) == len(rows), p.stdout[:500])
    first = next(r for r in rows if r["kind"] == "port")
    at = p.stdout.splitlines()
    head = next(i for i, line in enumerate(at) if line.endswith(first["message"]))
    want = first["value"].split("/")[0]
    column = at[head + 1].index(want)
    test("with the line, and the port in it underlined", re.match(r" *\d+ \| ", at[head + 1]) and at[head + 2].rstrip()[column:] == "^" + "~" * (len(want) - 1), at[head:head + 3])
    test("and the other side's", ": note: the other one is here" in at[head + 3], at[head:head + 6])
    test("what the kinds mean comes once, at the end", p.stdout.count("\nport: Two services") == 1, p.stdout[-600:])
    test("no colours in a pipe", "\x1b" not in p.stdout)
    p = report("conflicts", "--explain", "-f", "csv", stdin=findings)
    test("it is a format of its own", p.returncode == 2 and "leave --format out" in p.stderr, p)


def main():
    folder = tempfile.mkdtemp(prefix="formats")
    os.chdir(folder)
    try:
        shutil.copytree(os.path.join(TOP, "fixtures/fleets/six/fleet"), "a fleet")
        findings = subprocess.run([BERTH, "scan", "a fleet"], capture_output=True, text=True).stdout
        rows = json.loads(report("conflicts", "-f", "json", stdin=findings).stdout)
        rows = [{k: str(v) for k, v in r.items() if v is not None} for r in rows]
        editors(findings, rows)
        scanners(findings, rows)
        validated(findings)
        placeless()
        servers(findings, rows)
        explained(findings, rows)
    finally:
        os.chdir("/")
        shutil.rmtree(folder)
    done()


main()
