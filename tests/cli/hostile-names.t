#!/usr/bin/env python3
"""hostile-names: a fleet whose folders, services and names are what no reader wants: newlines, quotes, commas, tags, escape codes, bytes
that are not UTF-8, formulas. Every report in every format goes through another reader; at a terminal nothing moves the cursor. TAP."""
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from html.parser import HTMLParser

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from sitting import sit

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.abspath(os.environ.get("BERTH_BIN") or os.path.join(TOP, "bin"))
BERTH = os.path.join(BIN, "berth")
for name in ("BERTH_DB", "NO_COLOR", "COLUMNS"):
    os.environ.pop(name, None)
NAMES = [b"new\nline", b'quo"te', b"com,ma", b"<script>alert(1)<", b"esc\x1b[31mred", b"bad\xff\xfe", b"=1+1", b"+cmd", b"@sum", b"-dash", b"'apos", b"tab\there",
         b"cr\rhere", b"rtl\xe2\x80\xaeover", b"amp&lt;", b" lead", b"csi\xc2\x9b1m", b"`tick`$(id)", b"back\\slash", b"\xef\xbc\x9dwide"]
COMPOSE = b"""services:
  web:
    image: x	# \xe2\x80\xae is a comment
    container_name: clash
    build: {context: ., args: {VITE_API: 'http://localhost:5000/<script>'}}
    ports: ['${WEB_PORT:-5000}:80', '5000:81/udp']
    volumes: ['v:/data']
volumes: {v: {name: '<i>v</i>'}}
"""
ODD = [b"ports: ['<script>alert(2)</script>:80']", b"container_name: \"\\e[31m<b>\"", b"container_name: \"=cmd|'x'\"", b"extends: {file: \"../<script>\\n.yml\", service: x}",
       b"image: ${X:?<script>\x1b}", b"ports: ['5000:80']\n    profiles: [\"<b>\\n\"]\n    network_mode: \"=x\""]
MOVES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
FORMULA = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
count = 0


def test(name, wrong):
    global count
    count += 1
    print(f"{'not ok' if wrong else 'ok'} {count} - {name}", flush=True)
    for line in wrong[:20]:
        print("# " + line[:400])


def lay_out():
    for n in NAMES:
        for folder in (b"fleet/apps/" + n + b"/app1", b"fleet/stacks/" + n):
            os.makedirs(folder)
            with open(folder + b"/docker-compose.yml", "wb") as f:
                f.write(COMPOSE)
            with open(folder + b"/.env", "wb") as f:
                f.write(b"WEB_PORT=5000\nSECRET='=cmd'\nURL=http://localhost:5000/\"<img src=x>\n")
    for i, text in enumerate(ODD):
        os.makedirs(f"fleet/odd/{i}\x9b1m")
        with open(f"fleet/odd/{i}\x9b1m/compose.yaml", "wb") as f:
            f.write(b"services:\n  web:\n    image: x\n    " + text + b"\n")


def run(*argv, stdin=None, **env):
    with open(stdin or os.devnull, "rb") as f:
        return subprocess.run([BERTH, *argv], stdin=f, capture_output=True, env={**os.environ, **env})


def moving(said, what):
    """What of it would move a cursor, or is no UTF-8."""
    try:
        found = MOVES.search(said.decode("utf-8"))
    except UnicodeDecodeError as e:
        return [f"{what}: {e}"]
    return [f"{what}: {found.string[max(0, found.start() - 60):found.end() + 20]!r}"] if found else []


def table_of(said):
    return list(csv.reader(io.StringIO(said.decode("utf-8", "surrogateescape"), newline=""), strict=True))


def sheets(argv, stdin):
    """The CSV, the guarded CSV and the JSON of a report hold the same."""
    wrong = []
    said = run(*argv, "--format", "csv", stdin=stdin)
    rows, safe = table_of(said.stdout), table_of(run(*argv, "--spreadsheet-safe", stdin=stdin).stdout)
    objects = json.loads(run(*argv, "--format", "json", stdin=stdin).stdout.decode("utf-8"))
    if not rows or len({len(r) for r in rows}) != 1 or len(objects) != len(rows) - 1 or len(safe) != len(rows):
        return [], [f"{len(rows)} rows, {len(safe)} guarded, {len(objects)} objects"] + moving(said.stderr, "messages")
    for row, guarded, o in zip(rows[1:], safe[1:], objects):
        for key, cell, guard in zip(rows[0], row, guarded):
            text = cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\ufffd", "")
            if str("" if o[key] is None else o[key]).replace("\ufffd", "") != text:
                wrong.append(f"{key}: {o[key]!r} is not {cell!r}")
            if guard not in (cell, "'" + cell) or FORMULA.match(guard) and not re.fullmatch(r"-?[0-9.]+", guard):
                wrong.append(f"{key}: {cell!r} is guarded as {guard!r}")
    return objects, wrong + moving(said.stderr, "messages")


class Page(HTMLParser):
    """Tags and attributes that a page of ours has none of."""
    OURS = set("html head meta title style body main header h1 h2 h3 p nav ul ol li a section details summary div span button input label table caption thead "
               "tbody tr th td code pre del ins footer script svg text desc g rect line path wbr figure figcaption".split())

    def __init__(self, text):
        super().__init__()
        self.wrong, self.scripts, self.rows = [], 0, 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.scripts += tag == "script"
        self.rows += tag == "tr"
        if tag not in self.OURS:
            self.wrong.append(f"<{tag}> {attrs}")
        self.wrong += [f"<{tag} {k}={v!r}>" for k, v in attrs if k.startswith("on") or k in ("href", "src") and not (v or "").startswith("#")]


def reads(name, argv, stdin):
    if run(*argv, stdin=stdin).returncode == 2:
        return False
    objects, wrong = sheets(argv, stdin)
    test(f"{name}: csv and json say the same, cells are guarded", wrong)
    wrong = []
    for width in ("0", "40", "100"):
        for colour, locale in (("never", "C"), ("always", "C.UTF-8")):
            said = run(*argv, "--format", "table", "--width", width, "--color", colour, stdin=stdin, LC_ALL=locale).stdout
            wrong += moving(re.sub(rb"\x1b\[[01]?m", b"", said), f"table of {width} columns") + ([] if said else ["no table"])
    said = run(*argv, "--format", "gcc", stdin=stdin)
    if said.returncode < 2:
        wrong += moving(said.stdout, "gcc") + ([] if said.stdout.count(b"\n") == len(objects) else ["gcc: a line that is none"])
    test(f"{name}: nothing in the table and in the lines moves a cursor", wrong)
    text = run(*argv, "--format", "html", stdin=stdin).stdout.decode("utf-8")
    page = Page(text)
    test(f"{name}: its page has the tags that it should have", page.wrong + moving(text.encode(), "html") + (["a script too many"] if page.scripts > 1 else []) +
         ([] if not page.rows or page.rows > min(len(objects), 1000) else [f"{page.rows} rows of {len(objects)}"]))
    return True


def at_terminal(*argv):
    """What comes on a terminal of ARGV, without the terminal's own line ends and colours."""
    said, _ = sit([BERTH, *argv], TERM="xterm")
    return re.sub(rb"\x1b\[((3[126]|[01])?m|K)", b"", said).replace(b"\r\n", b"\n").replace(b"\r", b"")


def main():
    lay_out()
    found, planned = run("scan", "fleet"), None
    with open("findings.csv", "wb") as f:
        f.write(found.stdout)
    planned = run("plan", "-v", "--no-host-check", "--db", "r.db", stdin="findings.csv")
    with open("plan.csv", "wb") as f:
        f.write(planned.stdout)
    test("scan and plan take it", [] if found.returncode == planned.returncode == 1 else [str(found), str(planned)])
    names = [r[0] for r in table_of(run("report", "--list").stdout)[1:]]
    had = [n for n in names if n != "difference" and reads(f"findings: {n}", ["report", n, "--db", "none.db"], "findings.csv")]
    test("most reports can be had of findings", [] if len(had) >= 9 else had)
    for n in [n for n in names if n not in ("fit", "secrets")]:    # which are asked of findings alone
        what = ["difference", "found", "planned"] if n == "difference" else [n]
        test(f"{n} can be had of a database", [] if reads(f"database: {n}", ["report", *what, "--db", "r.db"], None) else ["no"])
    page = Page(run("report", "--format", "html", "--db", "r.db").stdout.decode("utf-8"))
    test("the page of all has the tags that it should have", page.wrong + (["a script too many"] if page.scripts > 1 else []))
    streams = ["scan fleet", "plan --dry-run --no-host-check --db r.db findings.csv", "apply --dry-run --db r.db plan.csv", "apply --dry-run=patch --db r.db plan.csv",
               "migrate --dry-run --no-host-check --db r.db fleet", "report --format csv conflicts --db r.db", "report --format json conflicts --db r.db",
               "apply -v --db r.db plan.csv", "apply --undo --format csv --db r.db", "migrate --yes --no-host-check --db other.db fleet"]
    for line in streams:
        said = at_terminal(*line.split())
        test(f"at a terminal, {line}: nothing moves the cursor", moving(said, "it says") + ([] if len(said) > 300 else [repr(said)]))
    said = run("apply", "--undo", "--db", "other.db").stdout + run("apply", "--dry-run", "--db", "r.db", "plan.csv").stdout
    test("elsewhere the results have names as they are", [] if b"esc\x1b[31mred" in said and b"bad\xff\xfe" in said else [repr(said[:300])])
    said = run("apply", "--dry-run", "--db", "r.db", "plan.csv").stdout
    test("the diff to read has nothing that moves a cursor, wherever it goes", moving(said, "it says") + ([] if b"x\t# \\u202e is a comment" in said else ["no diff"]))
    said = run("apply", "--dry-run=patch", "--db", "r.db", "plan.csv").stdout
    test("the patch has every byte", [] if b"x\t# \xe2\x80\xae is a comment" in said else [repr(said[:300])])


FOLDER = tempfile.mkdtemp(prefix="hostile")
os.chdir(FOLDER)
try:
    main()
finally:
    os.chdir("/")
    shutil.rmtree(FOLDER)
print(f"1..{count}")
sys.exit(0)
