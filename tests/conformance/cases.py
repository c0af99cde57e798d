"""cases: the project's own conformance cases as data files, one group a file, one case a line.

A case is {"name", "folder", "files": {path: text or {"base64": bytes}}, "env", "expected", "by"}: a project, the process
environment that counts for it (empty: none), what Docker Compose makes of it and who says so: the release of Docker Compose
that was asked, or "current line: WHY" where the current line of Docker Compose is known to differ from that release.
expected is {"ok": false, "error"} or {"ok": true, "name", "services": {service: {"container_name", "ports": [[address,
published, target, protocol], ...]}}, "volumes": [real name, ...], "networks": [real name, ...]}.
"""
import base64
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.normpath(os.path.join(HERE, "..", "..", "fixtures", "cases"))


def groups():
    return sorted(f[:-6] for f in os.listdir(FOLDER) if f.endswith(".jsonl"))


def read(group):
    with open(os.path.join(FOLDER, group + ".jsonl"), encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def write(group, cases):
    with open(os.path.join(FOLDER, group + ".jsonl"), "w", encoding="utf-8") as f:
        for case in cases:
            f.write(json.dumps(case, sort_keys=True) + "\n")


def encode(files):
    """Bytes that are no UTF-8 as base64, all else as text."""
    out = {}
    for path, data in files.items():
        data = data.encode() if isinstance(data, str) else data
        try:
            out[path] = data.decode("utf-8")
        except UnicodeDecodeError:
            out[path] = {"base64": base64.b64encode(data).decode()}
    return out


def lay(root, case, changed=None):
    """Write the files of CASE below ROOT/folder; CHANGED replaces the bytes of some. Returns the project's folder."""
    top = os.path.join(root, case["folder"])
    os.makedirs(top, exist_ok=True)
    for path, text in case["files"].items():
        full = os.path.normpath(os.path.join(top, path))
        if path.endswith("/"):
            os.makedirs(full, exist_ok=True)
            continue
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as f:
            f.write((changed or {}).get(path, content(text)))
    return top


def place(i):
    """Where below the root the I-th case is laid out: with a folder around it that has a name of its own."""
    return f"{i:05d}/around"


def content(text):
    return base64.b64decode(text["base64"]) if isinstance(text, dict) else text.encode()


def compose():
    """The path of a Docker Compose to ask, or None: $BERTH_COMPOSE, the plugin, or what ../shared gives."""
    plugins = ["/usr/libexec/docker/cli-plugins/docker-compose", "/usr/local/lib/docker/cli-plugins/docker-compose",
               "/usr/local/libexec/docker/cli-plugins/docker-compose", "/usr/lib/docker/cli-plugins/docker-compose"]
    for path in [os.environ.get("BERTH_COMPOSE", ""), *plugins]:
        if os.access(path, os.X_OK):
            return path
    getter = os.path.normpath(os.path.join(HERE, "..", "..", "..", "shared", "oracle", "get-compose"))
    if os.environ.get("BERTH_COMPOSE") != "none" and os.access(getter, os.X_OK):
        p = subprocess.run([getter], capture_output=True, text=True)
        if p.returncode == 0:
            return p.stdout.strip()
    return None


def version(binary):
    p = subprocess.run([binary, "version", "--short"], capture_output=True, text=True)
    return "Docker Compose " + p.stdout.strip().split("-")[0].split("+")[0]


def ask(binary, folder, env=None):
    """What Docker Compose says of the project in FOLDER, as an `expected`."""
    p = subprocess.run([binary, "config", "--format", "json", "--no-path-resolution"], cwd=folder, capture_output=True,
                       env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **(env or {})}, timeout=60)
    if p.returncode:
        error = p.stderr.decode("utf-8", "replace").strip().split("\n")
        error = [line for line in error if not line.startswith("time=")] or error
        return {"ok": False, "error": "\n".join(error).replace(os.path.realpath(folder), "FOLDER")[-300:]}
    doc = json.loads(p.stdout)
    plain = lambda s: None if s is None else s.replace("$$", "$")
    services = {}
    for name, s in (doc.get("services") or {}).items():
        ports = [[plain(x.get("host_ip", "")), plain(str(x.get("published", ""))), str(x.get("target", "")), plain(x.get("protocol", "tcp"))]
                 for x in s.get("ports") or []]
        services[name] = {"container_name": plain(s.get("container_name")), "ports": sorted(ports)}
    real = lambda kind: sorted(plain(x.get("name", "")) for x in (doc.get(kind) or {}).values() if not x.get("external"))
    return {"ok": True, "name": doc["name"], "services": services, "volumes": real("volumes"), "networks": real("networks")}


def ask_all(binary, cases, root):
    """Lay CASES out below ROOT and ask about each. [expected, ...]"""
    folders = [lay(os.path.join(root, place(i)), case) for i, case in enumerate(cases)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda i: ask(binary, folders[i], cases[i]["env"]), range(len(cases))))
