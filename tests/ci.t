#!/usr/bin/env python3
"""ci: what pre-commit and GitHub are told to run is run as they run it. TAP. The programs are those of $BERTH_BIN (default: bin)."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from tap import done, test

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BIN = os.path.abspath(os.environ.get("BERTH_BIN") or os.path.join(TOP, "bin"))


def run(script, **env):
    return subprocess.run(["bash", "-e", "-c", script], capture_output=True, text=True,
                          env={**os.environ, "PATH": BIN + ":" + os.environ["PATH"], "RUNNER_TEMP": os.getcwd(), **env})


def hooks():
    """The fields of .pre-commit-hooks.yaml: flat mappings in a list."""
    found = []
    for line in open(os.path.join(TOP, ".pre-commit-hooks.yaml"), encoding="utf-8"):
        m = re.match(r"(- |  )(\w+): (.*)$", line.rstrip("\n"))
        if m and m[1] == "- ":
            found.append({})
        if m:
            found[-1][m[2]] = m[3].strip("'") if m[3].startswith("'") else m[3]
    return found


def step(number):
    """The script of a step of action.yml."""
    blocks = re.findall(r"^      run: \|\n((?:        .*\n|\n)+)", open(os.path.join(TOP, "action.yml"), encoding="utf-8").read(), flags=re.M)
    return re.sub(r"^        ", "", blocks[number], flags=re.M)


def git(folder, *words):
    subprocess.run(["git", "-C", folder, "-c", "user.name=x", "-c", "user.email=x@y", *words], check=True, capture_output=True)


def repository(folder, source):
    """FOLDER as a repository that holds what SOURCE does, a file or a folder."""
    (shutil.copytree if os.path.isdir(source) else shutil.copy)(source, os.path.join(folder, os.path.basename(source)))
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "x")


def committed():
    """What the pre-commit program itself makes of the hooks: in a fleet that clashes, after a migration, in a repository without apps."""
    for folder in ("hooks", "repo", "bare"):
        os.mkdir(folder)
    repository("hooks", os.path.join(TOP, ".pre-commit-hooks.yaml"))
    repository("repo", os.path.join(TOP, "fixtures/fleets/six/fleet"))
    with open("outside.env", "w", encoding="utf-8") as file:
        file.write("A=1\n")
    repository("bare", "outside.env")
    git("bare", "mv", "outside.env", ".env")
    ask, home = 'cd "$1" && pre-commit try-repo ../hooks --all-files', os.path.join(os.getcwd(), "pre-commit")
    p = run(ask.replace("$1", "repo"), PRE_COMMIT_HOME=home)
    test("pre-commit itself: conflicts fail, with their places, and gaps do not", p.returncode == 1 and re.search(r"^berth conflicts\.+Failed$", p.stdout, flags=re.M)
         and re.search(r"^fleet/\S+:\d+:\d+: error: ", p.stdout, flags=re.M) and re.search(r"^berth problems\.+Passed$", p.stdout, flags=re.M), p)
    run("berth migrate -q -y --no-host-check repo/fleet")
    git("repo", "add", "-A")
    p = run(ask.replace("$1", "repo"), PRE_COMMIT_HOME=home)
    test("after a migration both pass", p.returncode == 0 and p.stdout.count("Passed") == 2, p)
    p = run(ask.replace("$1", "bare"), PRE_COMMIT_HOME=home)
    test("and where a .env is no app's", p.returncode == 0 and p.stdout.count("Passed") == 2, p)


def main():
    folder = tempfile.mkdtemp(prefix="ci")
    os.chdir(folder)
    try:
        shutil.copytree(os.path.join(TOP, "fixtures/fleets/six/fleet"), "apps")
        by = {h["id"]: h for h in hooks()}
        p = run(by["berth-conflicts"]["entry"])
        test("pre-commit: conflicts stop the commit, each with its place", p.returncode == 1 and re.search(r"^apps/\S+:\d+:\d+: error: ", p.stdout, flags=re.M), p)
        p = run(by["berth-problems"]["entry"])
        test("gaps alone do not", p.returncode == 0 and ": warning: " in p.stdout, p)
        files = re.compile(by["berth-conflicts"]["files"])
        test("it looks at compose and env files", all(files.search(f) for f in ("compose.yaml", "a/docker-compose.yml", "a/compose.override.yaml", "a/.env", ".env.example"))
             and not any(files.search(f) for f in ("a/main.py", "composer.json", "a/environment.yml")), by)
        inputs = {"ROOT": "apps", "REPORTS": "conflicts problems conflicts", "SARIF": "berth.sarif"}
        p = run(step(1), **inputs)
        test("GitHub: annotations of both reports, status 1, SARIF", p.returncode == 1 and "::error title=berth conflicts,file=apps/" in p.stdout
             and "::warning title=berth problems,file=apps/" in p.stdout and '"2.1.0"' in open("berth.sarif").read(), p)
        run("berth migrate -q -y --no-host-check apps")
        p = run(step(1), **{**inputs, "SARIF": ""})
        test("after a migration it ends well", p.returncode == 0 and "::error" not in p.stdout, p)
        p = run(step(1), **{**inputs, "ROOT": "nowhere"})
        test("where there is no fleet it fails", p.returncode != 0 and "cannot open" in p.stderr and "::" not in p.stdout, p)
        if shutil.which("pre-commit") and shutil.which("git"):
            committed()
        else:
            test("pre-commit itself # SKIP there is none here", True)
        packages = re.search(r"install [^\n]*?-y (.*?) >", step(0))[1].split()
        listed = open(os.path.join(TOP, "tools/packages.sh"), encoding="utf-8").read()
        test("it installs what the build needs", all(n in packages for n in re.findall(r"^build\|have_library [^|]*\|([^|]*)\|", listed, flags=re.M)), packages)
    finally:
        os.chdir("/")
        shutil.rmtree(folder)
    done()


main()
