#!/usr/bin/env python3
"""docs: what README, docs/ and the man pages say is so: transcripts come out as they stand, every command runs, options and
columns are those that the programs have, links lead somewhere. TAP. The programs are those of $BERTH_BIN (default: bin)."""
import glob
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BIN = os.path.abspath(os.environ.get("BERTH_BIN") or os.path.join(TOP, "bin"))
TOOLS = ["scan", "plan", "apply", "report", "migrate", "cutover", "new"]
count = 0


def test(name, wrong, skip=None):
    global count
    count += 1
    print(f"{'not ok' if wrong else 'ok'} {count} - " + name.replace("\\", "\\\\").replace("#", "\\#") + (f" # SKIP {skip}" if skip else ""))
    for line in str(wrong).splitlines()[:40] if wrong else []:
        print("# " + line)


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as f:
        return f.read()


# What a command may need of the world outside: hosts are folders, each with a fleet of its own.
STAND_INS = {
    "docker": "case $1$2 in ps--all | *ls) ;; *) echo '0.0.0.0:5000->5000/tcp, [::]:5000->5000/tcp, 0.0.0.0:9000-9001->9000-9001/tcp, 6379/tcp' ;; esac",
    "mail": "cat >/dev/null",
    "ssh": 'mkdir -p "$root/$1" && cd "$root/$1" && { [ -d apps ] || "$root/tests/fleet.sh" apps 3 >/dev/null; } && shift && exec sh -c "$*"',
    "scp": 'exec cp "$1" "$root/${2%%:*}/${2#*:}"',
}


class Place:
    """A folder to type commands in, with a fleet `apps`, where `berth` is on the PATH and this host's listeners do not count."""

    def __init__(self, fleet):
        self.root = tempfile.mkdtemp(prefix="docs")
        self.env = {"PATH": f"{self.root}/.bin:/usr/local/bin:/usr/bin:/bin", "HOME": self.root, "LC_ALL": "C.UTF-8"}
        os.mkdir(f"{self.root}/.bin")
        with open(f"{self.root}/.bin/berth", "w") as f:
            f.write(f'#!/bin/sh\ntool=$1\ncase $tool in plan | migrate | new) shift; exec {shlex.quote(BIN)}/berth "$tool" --no-host-check "$@" ;; esac\n'
                    f'exec {shlex.quote(BIN)}/berth "$@"\n')
        os.chmod(f"{self.root}/.bin/berth", 0o755)
        os.symlink(os.path.join(TOP, "tests"), f"{self.root}/tests")
        os.symlink(os.path.join(TOP, "fixtures"), f"{self.root}/fixtures")
        for name, script in STAND_INS.items():
            with open(f"{self.root}/.bin/{name}", "w") as f:
                f.write(f"#!/bin/sh\nroot={shlex.quote(self.root)}\n{script}\n")
            os.chmod(f"{self.root}/.bin/{name}", 0o755)
        if fleet:
            self.run(f"tests/fleet.sh apps {fleet}; berth scan apps > findings.csv; berth plan < findings.csv > plan.csv; "
                     "echo 'SELECT model, app_num FROM allocations' > mine.sql; printf 'web1\nweb2\n' > hosts; touch stamp; "
                     "cp -RL fixtures/templates/flask scaffold")

    def run(self, command):
        p = subprocess.run(["sh", "-c", command], cwd=self.root, env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        return p.returncode, p.stdout + p.stderr

    def close(self):
        shutil.rmtree(self.root)


def transcript(path):
    """Lines `$ command` and what follows each, up to the next: must come out as they stand, `...` being any lines."""
    block = [line[4:] for line in ("    $ " + read(path).split("\n    $ ", 1)[1]).split("\n\n")[0].splitlines()]
    steps = []
    for line in block:
        if line.startswith("$ "):
            steps.append((line[2:], []))
        elif steps:
            steps[-1][1].append(line)
    place = Place(None)
    wrong = ""
    for command, want in steps:
        _, said = place.run(command)
        said = re.sub(r"[ \t]+$", "", said, flags=re.M).replace(place.root + "/", "").strip("\n")
        pattern = "\n".join(re.escape(w.rstrip()) for w in want).strip("\n")
        pattern = pattern.replace(re.escape("..."), r"(?:.*\n)*?.*")
        if not re.fullmatch(pattern, said):
            wrong += f"$ {command}\n{said}\n-- but {path} says\n" + "\n".join(want) + "\n"
    place.close()
    return wrong if steps else "no transcript"


def commands(text):
    """What a reader may type: indented lines that start with a command of ours, without the words of explanation behind."""
    for line in text.splitlines():
        m = re.match(r"(?:    )?((?:berth |find apps|awk |cp |diff -r|rm -r|docker ps|ssh |parallel |\(head|tests/fleet).*)", line)
        if m and (line.startswith("    ") or not text.startswith("#")):
            yield re.sub(r"\s{3,}\S.*$", "", m[1])


def literal(page):
    """The literal displays of a man page."""
    signs = {"\\&": "", "\\-": "-", "\\(aq": "'", "\\(ga": "`", "\\(ha": "^", "\\(ti": "~", "\\[u2026]": "\u2026", "\\e": "\\"}
    for block in re.findall(r"^\.Bd -literal[^\n]*\n(.*?)^\.Ed", page, flags=re.M | re.S):
        yield re.sub(r"\\(?:[-&e]|\(..|\[u\w+\])", lambda m: signs[m[0]], block)


def blocks(guide):
    """The indented blocks of a guide, as far as they are no part of a paragraph."""
    for block in re.findall(r"\n\n((?:    [^\n]*\n|\n(?=    ))+)", "\n\n" + guide):
        yield re.sub(r"^    ", "", block, flags=re.M)


REFUSED = ("refused:",)     # a line that says of itself that it ends with 2


def typed(name, text, fleet=12):
    """A test for each command that TEXT gives to type."""
    place = Place(fleet)
    for line in re.sub(r"\|\n\s+", "| ", text).splitlines():
        for command in commands("    " + line.strip() if line.startswith("    ") else ""):
            if command.startswith("tests/fleet"):
                place.run("rm -rf apps .berth")
            if command.startswith("cp -R"):
                place.run("rm -rf " + command.split()[-1])
            missing = [tool for tool in ("parallel", "ss", "zstd") if re.search(rf"\b{tool} ", command) and not shutil.which(tool)]
            if missing:
                test(f"{name}: {command}", "", skip=f"there is no {missing[0]} here")
                continue
            status, said = place.run(command)
            limit = 2 if "parallel" in command and "report" in command else 1   # parallel counts the hosts that had a clash
            limit = 0 if re.match("cp|diff|rm", command) else limit
            failed = (status > limit or "not found" in said) and not any(r in line for r in REFUSED)
            test(f"{name}: {command}", f"{said}status {status}" if failed else "")
    place.close()


def options_of(tool):
    p = subprocess.run([os.path.join(BIN, tool), "--help"], capture_output=True, text=True)
    text = p.stdout.split("\nExamples:")[0]
    return set(re.findall(r"^ +(?:-\w, )?--([\w-]+)", text, flags=re.M))


def main():
    pages = sorted(glob.glob(os.path.join(TOP, "docs", "man", "*.[157]")) + glob.glob(os.path.join(TOP, "build", "man", "*.[157]")))
    guides = ["README.md"] + sorted(os.path.relpath(p, TOP) for p in glob.glob(os.path.join(TOP, "docs", "*.md")))
    for path in guides:
        if "\n    $ " in read(path):
            test(f"{path}: the transcript comes out as it stands", transcript(path))
    for path in guides:
        if any(True for line in read(path).splitlines() for _ in commands(line if line.startswith("    ") else "")):
            typed(path, read(path))
        links = [l for l in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", read(path)) if not os.path.exists(os.path.join(TOP, os.path.dirname(path), l))]
        test(f"{path}: every link leads somewhere", "\n".join(links))
    for path in pages:
        page, name = read(path), os.path.basename(path)
        text = "\n".join("    " + line for block in literal(page) for line in block.splitlines())
        if text and path.endswith(".1"):
            typed(name, text)
    for path in guides:
        name = re.match(r"<!-- (berth[a-z-]*) ([57]), ", read(path))
        if name:
            name = ".".join(name.groups())
            page = os.path.join(TOP, "build", "man", name)
            there = list(literal(read(page))) if os.path.exists(page) else []
            test(f"{name} shows every block of {path} as it stands", "\n".join(b for b in blocks(read(path)) if b not in there) if os.path.exists(page) else "there is no such page: make")
    for tool in TOOLS:
        path = os.path.join(TOP, "docs", "man", f"berth-{tool}.1")
        there = set(re.findall(r"^\.It (?:Fl \w , )?Fl Fl ([\w-]+)", read(path), flags=re.M)) if os.path.exists(path) else set()
        have = options_of(tool)
        test(f"berth-{tool}.1 has the options of berth {tool} --help", "\n".join([f"missing: --{o}" for o in sorted(have - there)] + [f"no such option: --{o}" for o in sorted(there - have)]))
    place = Place(3)
    squeezed = re.sub(r"\s+", "", read("docs/streams.md"))
    for what, command in (("findings", "berth scan apps"), ("changes", "berth plan --dry-run < findings.csv"), ("results", "berth plan < findings.csv | berth apply")):
        said = place.run(command + " | head -n 1")[1].splitlines()
        head = [l for l in said if "," in l]
        test(f"docs/streams.md gives the columns of {what}", "" if head and head[0] in squeezed else "\n".join(said))
    place.close()
    if shutil.which("mandoc"):
        root = tempfile.mkdtemp(prefix="man")
        for path in pages:
            os.makedirs(f"{root}/man{path[-1]}", exist_ok=True)
            shutil.copy(path, f"{root}/man{path[-1]}/")
        p = subprocess.run(["mandoc", "-T", "lint", *pages], capture_output=True, text=True, env={**os.environ, "MANPATH": root})
        test("mandoc finds nothing in the man pages", "\n".join(l for l in p.stdout.splitlines() if "referenced manual not found" not in l))
        shutil.rmtree(root)
    names = [os.path.basename(path) for path in pages]
    missing = [x for path in pages for x in re.findall(r"^\.Xr (berth\S*) (\d)", read(path), flags=re.M) if ".".join(x) not in names]
    test("man pages refer to pages that there are", "\n".join(map(".".join, missing)))
    print(f"1..{count}")


sys.exit(main())
