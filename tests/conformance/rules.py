"""rules: the words in which the conformance cases are written down."""
import textwrap

import cases as store

GROUPS = {}


def case(group, name, files, env=None, folder="proj", current=None):
    """One project. FILES are texts or bytes by path; a text's common indentation is dropped."""
    files = {p: textwrap.dedent(t) if isinstance(t, str) and t.startswith("\n    ") else t for p, t in files.items()}
    files = {p: t[1:] if isinstance(t, str) and t.startswith("\n") and p.endswith((".yaml", ".yml")) else t for p, t in files.items()}
    GROUPS.setdefault(group, []).append({"name": name, "folder": folder, "files": store.encode(files), "env": env or {}, "current": current})


def line(why, **change):
    """What the current line of Compose says where it is not what the release says."""
    return why, change


def refused(why, error):
    return why, {"ok": False, "error": error}


def show(*templates):
    """A compose file whose volumes are named after TEMPLATES, each between < and >."""
    names = [f"seen{i}" for i in range(len(templates))]
    text = "services:\n  a:\n    image: x\n    volumes:\n" + "".join(f"      - {n}:/{n}\n" for n in names) + "volumes:\n"
    for n, t in zip(names, templates):
        text += f"  {n}:\n    name: " + quote(f"<{t}>") + "\n"
    return text


def quote(s):
    """S as a double-quoted YAML scalar."""
    out = ""
    for c in s:
        out += {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(c) or (c if ord(c) >= 32 else f"\\x{ord(c):02x}")
    return f'"{out}"'


def seen(*values):
    """The volumes of `show` when its templates came out as VALUES."""
    return sorted(f"<{v}>" for v in values)


def one(ports=(), name=None, **others):
    """services: of a project with the one service a."""
    return {"a": {"container_name": name, "ports": sorted(list(p) for p in ports)}, **others}


def ports(items):
    """A compose file whose service a has the ports ITEMS (YAML, one a line)."""
    return "services:\n  a:\n    image: x\n    ports:\n" + "".join(f"      - {i}\n" for i in items)
