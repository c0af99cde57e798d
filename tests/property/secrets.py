#!/usr/bin/env python3
# secrets: random fleets with values planted in every kind of place that may hold a secret; no output of any tool bears one, while
# what a reader needs stays. TAP.
# SPDX-License-Identifier: MIT
#
# usage: secrets.py FLEETS [SEED]      of eight apps each
import os
import random
import shutil
import subprocess
import sys
import tempfile

BIN = os.environ.get("BERTH_BIN") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "bin")
# What Compose takes: apps of these alone are edited, and shown by a dry run.
CALM = ("environment", "build args", "image tag", "command", "labels", "comment", "own keys")
# Of each place a way to write it; %s is the value. Lines of a service, of a .env, of a .env.example, of the file's top.
SERVICE = {
    "environment": ["environment: {A_PASSWORD: %s}", "environment: [A_PASSWORD=%s]", "environment:\n      A_PASSWORD: \"%s\"", "environment:\n      - 'A_TOKEN=%s'",
                    "environment:\n      - DB=postgres://me:%s@db:5003/x"],
    "build args": ["build: {context: ., args: {NPM_TOKEN: %s}}", "build: {context: ., args: [NPM_TOKEN=%s]}", "build:\n      context: .\n      args:\n        NPM_TOKEN: %s",
                   "build:\n      context: .\n      args:\n        - NPM_TOKEN=%s", "build:\n      context: .\n      args: {NPM_TOKEN: %s}",
                   "build: https://me:%s@example.org/x.git", "build: {context: 'https://%s@example.org/x.git'}"],
    "image tag": ["image: registry.example.org/x:%s", "image: \"x:%s\"", "image: x:${TAG:-%s}", "build: .\n    image: x:%s", "build: .\n    image: h:5000/x:3-%s", "build: .\n    image: me:%s@h/x",
                  "build: .\n    image: me:%s@x", "image: ${IMAGE:-x:%s}", "image: me:%s@registry.example.org/x"],
    "required": ["hostname: ${MISSING:?%s}", "image: x:${MISSING?say %s}", "ports: [\"${MISSING:?the password is %s}:80\"]"],
    "container name": ["container_name: ${A_PASSWORD}", "container_name: \"x ${A_PASSWORD}\"", "container_name: -${A_PASSWORD}"],
    "replicas": ["scale: ${A_PASSWORD}", "deploy: {replicas: \"${A_PASSWORD}\"}"],
    "numbers": ["ports: [\"${A_PASSWORD}:80\"]", "ports: [{target: \"${A_PASSWORD}\", published: 5003}]", "mem_limit: ${A_PASSWORD}", "restart: ${A_PASSWORD}",
                "privileged: ${A_PASSWORD}", "network_mode: ${A_PASSWORD}", "ports: [\"${A_PASSWORD}\"]", "expose: [\"${A_PASSWORD}\"]"],
    "command": ["command: run --token %s", "command: [run, --token, %s]", "entrypoint: sh -c 'x %s'", "healthcheck: {test: [CMD, curl, 'http://me:%s@localhost:5003']}"],
    "labels": ["labels: {a.b: %s}", "labels: [a.b=%s]", "labels:\n      traefik.auth: me:%s"],
    "files": ["env_file: [${A_PASSWORD}]", "extends: {file: \"${A_PASSWORD}.yml\", service: x}", "volumes: [\"${A_PASSWORD}:/x\"]", "networks: [\"${A_PASSWORD}\"]"],
    "comment": ["restart: always  # %s", "# %s", "# password: %s"],
    "own keys": ["x-note: {token: %s}", "x-note: %s"],
    "broken": ["environment: [A=%s", "labels: {a: 'x %s}", "nonsense: %s", "container_name: [%s]", "environment: %s", "build: [%s]"],
}
ENV = {
    "setting": ["A_PASSWORD=%s", "export A_TOKEN=%s", "A_TOKEN='%s'", "A_TOKEN=\"%s\"  # it", "A_KEY=\"one\n%s\nthree\"", "A_PASSWORD= %s", "A_TOKEN: %s"],
    "address": ["DB=postgres://me:%s@localhost:5003/x", "DB=http://%s@localhost:8003", "URL=http://localhost:5003/?token=%s", "URL=http://localhost:8003/hook/%s",
                "URLS=http://localhost:5003,http://me:%s@localhost:8003"],
    "comment": ["# %s", "# A_PASSWORD=%s", "X=1 # %s"],
    "project": ["PROJECT_NAME=${A_PASSWORD}", "COMPOSE_PROJECT_NAME=${A_PASSWORD}", "PROJECT_NAME=my %s", "PROJECT_NAME=\"%s!\""],
    "port": ["BACKEND_PORT=%s", "FRONTEND_PORT=${A_PASSWORD}", "BACKEND_PORT=5003%s"],
    "broken": ["A=\"%s", "%s", "A B=%s", "=%s", "A=${%s", "A=${X:?%s}", "COMPOSE_PROFILES=%s"],
}
EXAMPLE = {
    "placeholder": ["A_TOKEN={{TOKEN|%s}}", "A_TOKEN={{project_name}}-{{token|%s}}", "A_TOKEN={{token|%s}}{{more|x}}", "A_TOKEN=x-{{ token | %s }}", "A_TOKEN='{{token|%s}}'",
                    "URL=http://me:{{token|%s}}@localhost:{{backend_port|5003}}", "PROJECT_NAME={{name|my %s}}"],
    "setting": ["A_PASSWORD=%s", "# A_PASSWORD=%s"],
}
TOP = {
    "secrets": ["secrets: {s: {environment: %s}}", "secrets:\n  s:\n    file: %s", "configs: {c: {content: %s}}"],
    "include": ["include: [\"${A_PASSWORD}/x.yml\"]", "name: ${A_PASSWORD}!", "volumes: {v: {name: \"${A_PASSWORD}\"}}", "networks: {n: {name: 'x ${A_PASSWORD}'}}"],
}


def value(rng, planted):
    kind = rng.randrange(4)
    v = ("hunter%06d" % rng.randrange(10**6), "S3cr3t%06dXyz" % rng.randrange(10**6), "9%09d" % rng.randrange(10**9), "tok_%06d_q" % rng.randrange(10**6))[kind]
    planted[v] = "a setting"
    return v


def lay_out(rng, folder, planted):
    """One app. Says of each value where it was planted."""
    is_calm = rng.random() < 0.6

    def write(table, lines):
        place = rng.choice(CALM if is_calm and table is SERVICE else sorted(table))
        how = rng.choice(table[place])
        v = value(rng, planted)
        if "%s" in how:
            lines.append(how.replace("%s", v))
            planted[v] = "%s: %s" % (place, how)
        else:  # by a variable of .env
            lines.append(how)
            env.append("A_PASSWORD=" + v)
            planted[v] = "%s: %s" % (place, how)
    env, example, top, services = [], [], [], []
    for name, port in (("backend", "${BACKEND_PORT:-5003}:80"), ("frontend", "${FRONTEND_PORT:-8003}:80")):
        lines = []
        write(SERVICE, lines)
        if rng.random() < 0.5:
            write(SERVICE, lines)
            if lines[0].split(":")[0] == lines[1].split(":")[0]:
                lines.pop()
        if not any(w.startswith("ports:") for w in lines):
            if rng.random() < 0.6:  # a literal, so that the compose file is edited
                port = port.split("-")[1].replace("}", "")
            lines.append("ports: [\"%s\"]" % port if rng.random() < 0.5 else "ports:\n      - \"%s\"" % port)
        if not any(w.startswith(("image:", "build:")) for w in lines):
            lines.insert(rng.randrange(len(lines) + 1), "image: x")
        rng.shuffle(lines)
        services.append("  %s:\n" % name + "".join("    %s\n" % w for w in lines))
    if rng.random() < 0.7:
        if is_calm:
            env.append(rng.choice(ENV["setting"][:4] + ENV["address"] + ENV["comment"]).replace("%s", value(rng, planted)))
        else:
            write(ENV, env)
            write(ENV, env)
        if rng.random() < 0.5:
            env.append("BACKEND_PORT=5003")
    if rng.random() < 0.4 and not is_calm:
        write(TOP, top)
    if rng.random() < 0.5:
        write(EXAMPLE, example)
        example.append("BACKEND_PORT={{backend_port|5003}}")
    os.makedirs(folder)
    with open(os.path.join(folder, "compose.yaml"), "w") as f:
        f.write("".join("%s\n" % w for w in top) + "services:\n" + "".join(services))
    if env and rng.random() < 0.85 or any("A_PASSWORD" in w for w in env):
        with open(os.path.join(folder, ".env"), "w") as f:
            f.write("\n".join(env) + "\n")
    if example:
        with open(os.path.join(folder, ".env.example"), "w") as f:
            f.write("\n".join(example) + "\n")


def outputs(work):
    """Every output of every tool: name and bytes."""
    env = dict(os.environ, BERTH_DB="r.db", LC_ALL="C.UTF-8")

    def run(name, *command, given=b""):
        got = subprocess.run([os.path.join(BIN, command[0]), *command[1:]], input=given, capture_output=True, cwd=work, env=env, timeout=60)
        if got.returncode not in (0, 1, 2):
            found.append((name, b"ended with %d: " % got.returncode + got.stderr))
        found.extend([(name, got.stdout), (name + " (stderr)", got.stderr)])
        return got.stdout
    found = []
    findings = run("scan", "scan", "--mentions", "fleet")
    for report in ("conflicts", "problems", "ports", "names", "projects", "volumes", "exposed", "hazards", "summary"):
        run("report " + report, "report", report, given=findings)
    run("report html", "report", "--format", "html", given=findings)
    plan = run("plan", "plan", "-v", "--no-host-check", given=findings)
    run("dry run", "apply", "--dry-run", given=plan)
    run("migrate --dry-run", "berth", "migrate", "--dry-run", "--no-host-check", "fleet")
    for report in ("changes", "rebuild", "drift", "allocations"):
        run("report " + report, "report", report)
    run("report html of the database", "report", "--format", "html", given=b"")
    run("apply", "apply", given=plan)
    run("apply --undo", "apply", "--undo")
    found.append(("r.db", open(os.path.join(work, "r.db"), "rb").read()) if os.path.exists(os.path.join(work, "r.db")) else ("r.db", b""))
    return found


def main():
    count = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 30)
    failures, values, seen = 0, 0, set()
    for n in range(count):
        rng = random.Random(seed + n)
        work = tempfile.mkdtemp(prefix="berth-secrets-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
        planted, bad = {}, []
        for app in range(8):
            lay_out(rng, os.path.join(work, "fleet", "m", "app%d" % (app + 1)), planted)
        values += len(planted)
        for name, out in outputs(work):
            bad += [(planted[v], name, line) for v in planted for line in out.split(b"\n") if v.lower().encode() in line.lower()]
            if out.startswith(b"ended with"):
                bad.append(("", name, out))
        shutil.rmtree(work)
        print("%sok %d - fleet %d" % ("not " if bad else "", n + 1, seed + n))
        for where, name, line in bad:
            if (where, name) not in seen:
                seen.add((where, name))
                print("# %s shows %s\n#     %s" % (name, where, line[:300].decode(errors="replace")))
        failures += bool(bad)
    print("1..%d" % count)
    print("# secrets: %d values planted in %d fleets, %d fleets where one is shown" % (values, count, failures))
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
