"""What Docker Compose answers for each app before and after a migration: the answers differ where a row of the plan says so, and in
nothing else; what names a port or a name that moved follows it; what only looks like it stays."""
# SPDX-License-Identifier: MIT
import collections, json, os, re, subprocess

from texts import STAYS


class Failed(Exception):
    pass


def numbers(text):
    """The ports that TEXT speaks of: single ones and those of ranges."""
    out = set()
    for low, high in re.findall(r"(\d+)(?:-(\d+))?", text):
        out.update(range(int(low), min(int(high or low), int(low) + 200) + 1))
    return out


def is_named(problems, what):
    """Whether a problem speaks of WHAT, a name or PORT/PROTOCOL, as a word of its own."""
    return any(re.search(r"(?<![\w./-])%s(?![\w/-])" % re.escape(what), p) for p in problems)


def ask(compose, root, apps):
    """{app: Compose's whole answer, None where it refuses}."""
    out = {}
    for app in apps:
        r = subprocess.run(compose + ["config", "--format", "json"], cwd=os.path.join(root, app), capture_output=True,
                           env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"})
        out[app] = json.loads(r.stdout) if r.returncode == 0 else None
        if r.returncode:
            out[app, "error"] = r.stderr.decode(errors="replace")[-300:]
    return out


def ports_moved(app, service, old, new, planned, said, copies):
    """The numbers that moved between two lists of mappings: [(old, new)]; everything else about a mapping is as it was. SAID: those
    that the plan's rows tell; the others go by their order. COPIES: the plan copies an example, by which two mappings may have become
    one for Compose; a row may part them again."""
    first = lambda m: int((re.findall(r"\d+", str(m.get("published"))) or ["0"])[0])      # a placeholder may stand there
    rest = lambda m: json.dumps({k: v for k, v in m.items() if k != "published"}, sort_keys=True)
    gone, come = list(old), []
    for m in new:       # one mapping may stand there twice
        if m in gone:
            gone.remove(m)
        else:
            come.append(m)
    moved = []
    for key in {rest(m) for m in gone + come}:
        a = sorted((m for m in gone if rest(m) == key), key=first)
        b = sorted((m for m in come if rest(m) == key), key=first)
        if copies and any(rest(m) == key for m in old):
            parted = [y for y in b if any(str(y.get("published")) == now for _, now in said)][:max(len(b) - len(a), 0)]
            b = [y for y in b if y not in parted]
        if len(a) != len(b):
            raise Failed("compose: mappings of %s %s were %s, are %s" % (app, service, old, new))
        pairs = []
        for x in list(a):
            y = next((y for y in b if (str(x.get("published")), str(y.get("published"))) in said), None)
            if y:
                pairs.append((x, y)), a.remove(x), b.remove(y)
        for x, y in pairs + list(zip(a, b)):
            was, now = (str(m.get("published", "")) for m in (x, y))      # one that has none gets any
            if not numbers(now) <= planned:
                raise Failed("compose: %s %s has %s, which the plan does not name" % (app, service, now))
            moved.append((was, now))
    return moved


def strings(old, new, path=()):
    """The places where two answers differ: (path, old, new)."""
    if old is None and isinstance(new, dict):
        old = {}
    if type(old) is not type(new):
        yield path, old, new
    elif isinstance(old, dict):
        for k in sorted(set(old) | set(new)):
            yield from strings(old.get(k), new.get(k), path + (k,))
    elif isinstance(old, list):
        if len(old) != len(new):
            yield path, old, new
        else:
            for i, (x, y) in enumerate(zip(old, new)):
                yield from strings(x, y, path + (i,))
    elif old != new:
        yield path, old, new


# the host and what parts it from the port, in each way to write it; the port, which in an env file that is read raw may be a default
ADDRESS = re.compile(r"(?<![\w.-])((?:localhost|127\.0\.0\.1|\[::1\]|host\.docker\.internal|nas(?:\.lan)?|box)(?:\.?\\?:|%3A|[ ;](?:[a-z]+=x[ ;])?port=)(?:\$\$\{\w+:?-)?)(\d+)(?!\d)")

# what certainly asks for a port; what is listened on may stand beside it
ASKED = re.compile(r"(?:(?::|%3A)//|\bhost=)(?:localhost|127\.0\.0\.1)(?:\.?\\?:|%3A|[ ;](?:[a-z]+=x[ ;])?port=)(\d+)")


def follows(old, new, moved, names):
    """Whether text NEW is OLD with addresses of moved ports and the app's own names, as words, replaced."""
    if "{{" in old and not re.search(r"\{\{(web|db|cache|shop|b-web)\}\}", old):
        return True
    pattern, at = "", 0
    word = "|".join(re.escape(was) for was, _ in sorted(names, key=lambda n: -len(n[0])) if was)
    unset = r"|(?P<unset>(?:localhost|127\.0\.0\.1):)(?=/|$)"      # its variable is empty, and gets a port
    for m in re.finditer(ADDRESS.pattern + unset + (r"|(?<![\w.-])(%s)(?![A-Za-z0-9])" % word if word else ""), old):
        pattern += re.escape(old[at:m.start()])
        options, end = [m[0]], m.end()
        if m["unset"]:
            options += [m[0] + n for n in sorted(set().union(*moved.values()))]
        elif m[2]:
            options += [m[1] + n for n in sorted(moved.get(m[2], ()))]
            if "$${" in m[1] and old[end:end + 1] == "}":     # what gives way to a number is all of the variable
                options = [o + "}" for o in options] + [m[1].split("$${")[0] + n for n in sorted(moved.get(m[2], ()))]
                end += 1
        else:
            options += [now for was, now in names if was == m[0]]
        pattern += "(?:%s)" % "|".join(map(re.escape, options))
        at = end
    return re.fullmatch(pattern + re.escape(old[at:]), new, re.S) is not None


def is_tagged(old, new, x, y):
    """Whether the tag X becomes Y where OLD becomes NEW, both before the variable that may stand behind their colon."""
    old, new = (re.sub(r":\$.*", "", text) for text in (old, new))
    return x.startswith(old) and y == new + x[len(old):]


def is_handed(app, path, x, y, mine, shown):
    """Whether a container gets Y instead of X as .env has it, where the plan says so, and X is no number that one listens on."""
    if len(path) < 4 or path[0] != "services" or path[-2] not in ("environment", "args"):
        return False
    own = re.search(r"(?:^|/)app\d+$", app) and path[-1] in ("BACKEND_PORT", "FRONTEND_PORT", "WEB_PORT")
    for r in mine:
        takers = re.search(r"what is set here also goes to (\S+) \(", r["detail"])
        if not takers or not {path[1], "…"} & set(takers[1].split(",")):
            continue
        if r["action"] == "insert" and x is None and r["new"] == "%s=%s" % (path[-1], y):
            return True
        # what a raw file has around its values is part of them
        bare = lambda text: re.sub(r"^(['\"])(.*)\1\s*(?:#.*)?$", r"\2", text or "", flags=re.S)
        if r["action"] == "replace" and r["old"] == bare(x) and r["new"] == bare(y):
            if x in shown and not own and r["reason"] == "port":
                raise Failed("compose: %s of %s was %s, which a container listens on, and is %s" % (path, app, x, y))
            return True
    return False


def is_told(problems, key, *ports):
    """Whether a problem speaks of the setting KEY, or of one of the PORTS."""
    return any(re.search(r"(?<![\w.-])(?:%s)(?![\w-])" % "|".join(map(re.escape, (key, *ports))), x) for x in problems)


def is_inside(answer, service, port):
    """Whether SERVICE shares the network of another one of the project, which has PORT inside: its localhost is that one's."""
    kind, _, name = (answer["services"][service].get("network_mode") or "").partition(":")
    owners = [v for s, v in answer["services"].items() if name and name == (s if kind == "service" else v.get("container_name"))]
    return any(str(m.get("target")) == port for v in owners for m in v.get("ports") or [])


def check_answer(app, old, new, plan, services=()):
    """Compose's answers before and after differ in what the plan's rows name, and in nothing else. SERVICES: those of the app, also
    the ones with a profile that is not on."""
    mine = [r for r in plan if r["app"] == app]
    said = lambda *reasons: [r["new"] for r in mine if r["reason"] in reasons and r["action"] in ("replace", "insert")]
    planned = set().union(*[numbers(x.split("=")[-1]) for x in said("port", "env-file", "template")] or [set()])
    # an alias that became its content holds container ports as well; they count for nothing, as Compose's targets are compared
    # what stays as it was before the example was copied, whatever that says, has moved nowhere
    kept = {r["new"] for r in mine if r["reason"] == "port" and "it was " not in r["detail"]}
    told_moves = {(m[1], r["new"].split("=")[-1]) for r in mine if r["reason"] == "port" and (m := re.search(r"it was (\d+) <-", r["detail"]))}
    copies = any(r["action"] == "copy" for r in mine)
    moved = collections.defaultdict(set)
    for s, v in old["services"].items():
        if s not in new["services"]:
            raise Failed("compose: %s lost its service %s" % (app, s))
        for x, y in ports_moved(app, s, v.get("ports") or [], new["services"][s].get("ports") or [], planned, told_moves, copies):
            moved[x].add(y)
            if "-" in x and "-" in y:
                for a, b in zip(sorted(numbers(x)), sorted(numbers(y))):
                    moved[str(a)].add(str(b))
    running = set(moved)
    for r in mine:      # of services that do not run now, which Compose does not tell of
        was = re.search(r"it was (\d+)(?:-(\d+))? <-", r["detail"]) if r["reason"] == "port" else None
        for k in range(int(was[2] or was[1]) - int(was[1]) + 1) if was else ():
            moved[str(int(was[1]) + k)] |= {str(n) for n in numbers(r["new"].split("=")[-1])}
    for r in mine:      # an address that nobody had, and that was this app's
        gone = re.search(r"(\d+)$", r["detail"]) if r["reason"] == "reference" and (r["action"] == "insert" or not r["old"]) else None
        for number in [gone[1]] if gone else [r["old"]] if r["reason"] == "reference" and r["old"].isdigit() else []:
            # below 1024 is nothing that is given out, but it may have been written by hand
            moved[number] |= {str(n) for n in numbers(r["new"].split("=")[-1]) if n >= 1024 or r["new"].isdigit()}
    if old["name"] != new["name"] and new["name"] not in [re.split("[=:] ?", x)[-1].strip('"') for x in said("project-name")]:
        raise Failed("compose: %s is called %s, which the plan does not say" % (app, new["name"]))
    names = [(old["name"], new["name"])]
    names += [(r["old"], r["new"]) for r in mine if r["reason"] == "project-name" and r["old"] and r["action"] == "replace"]
    was = {r["old"] for r in mine if r["reason"] == "project-name"}
    names += [(o, x.split("=")[1]) for x in said("project-name") if "=" in x for o in ("app", "myapp", "shop")]
    names += [(v["container_name"], new["services"][s]["container_name"]) for s, v in old["services"].items()
              if v.get("container_name") and new["services"][s].get("container_name")]
    names += [(r["old"], r["new"]) for r in mine if r["reason"] == "reference" and r["old"] and not r["old"].isdigit()]
    told = [x.split("=", 1)[1].strip("\"'") for x in said("reference") if "=" in x]
    shown = {str(m.get("target")) for v in old["services"].values() for m in v.get("ports") or []}
    for path, x, y in strings(old, new):
        if is_handed(app, path, x, y, mine, shown):
            continue
        if path == ("name",) or (len(path) >= 3 and (path[0] == "services" or path[0].startswith("x-")) and "ports" in path[1:3]):
            continue
        if len(path) == 3 and path[2] == "container_name" and y in [s.split(": ")[-1].strip("\"'") for s in said("container-name")]:
            continue
        if y in told or (path[-1] in ("port_map", "port", "B_AT_PORT") and str(y) in moved.get(str(x), ())):
            continue
        if path[-1] == "image" and any(r["reason"] == "image-tag" and is_tagged(r["old"], r["new"], x, y) for r in mine):
            continue
        if path[0] == "volumes" and path[2:] == ("name",) and not old["volumes"][path[1]].get("external") and not any(" -> %s" % y in r["detail"] for r in mine):
            raise Failed("compose: the volume %s of %s becomes %s, and the plan does not say that it starts empty" % (x, app, y))
        if not isinstance(x, str) or not isinstance(y, str) or not follows(x, y, moved, names):
            raise Failed("compose: %s of %s was %r, is %r; moved %s; named %s" % (path, app, x, y, dict(moved), was))
    problems = [r["new"] for r in mine if r["action"] == "problem"]
    left = any("address" in x or "by hand" in x for x in problems)
    # an address may mean the one that stays
    other = any("is also published by %s " % n in r["detail"] for r in mine for n in (app, "%s/app%s" % (r["model"], r["app_num"])))
    all_ports = collections.Counter(str(m.get("published")) for v in old["services"].values() for m in v.get("ports") or [])
    tcp = {str(m.get("published")) for v in old["services"].values() for m in v.get("ports") or [] if m.get("protocol") == "tcp"}
    for s, v in new["services"].items():
        for k, text in (v.get("environment") or {}).items():
            before = (old["services"][s].get("environment") or {}).get(k)
            for n in ASKED.findall(before or ""):
                if n in tcp & running and not is_inside(old, s, n) and len(moved[n]) == 1 and all_ports[n] == 1 and not other and \
                        not is_told(problems, k, n, *moved[n]) and n in ASKED.findall(text) and min(moved[n]) != n and not moved[n] & kept and n not in set().union(*moved.values()):
                    raise Failed("compose: %s of %s still names %s, which moved to %s" % (k, app, n, min(moved[n])))
    check_peer(app, old, new, {} if left or other else moved, problems, services)
    return len(moved)


def check_peer(app, old, new, moved, problems, services):
    """What the service `peer` says of containers follows them, and what only looks like that, or is listened on, stays."""
    was, now = [(c["services"].get("peer") or {}).get("environment") or {} for c in (old, new)]
    for k in (*STAYS, "G_LISTEN", "KAFKA_LISTENERS"):
        if was.get(k) != now.get(k):
            raise Failed("compose: %s of %s was %r, is %r" % (k, app, was.get(k), now.get(k)))
    for k, number, host in ("P_SITE", "80", "localhost"), ("P_SAFE", "443", "127.0.0.1"):
        holders, stay = [[m for v in c["services"].values() for m in v.get("ports") or [] if str(m.get("published")) == number] for c in (old, new)]
        bare = k in was and ":" not in was[k].split("://", 1)[1].split("/")[0]      # it has a port of its own since an earlier plan
        # where one stays there, what moved is of a service that does not run now
        if bare and len(holders) == 1 and not stay and holders[0].get("protocol") == "tcp" and len(moved.get(number, ())) == 1:
            if now[k].split("://", 1)[1].split("/")[0] != "%s:%s" % (host, min(moved[number])):
                raise Failed("compose: %s of %s is %r, but %s moved to %s" % (k, app, now[k], number, min(moved[number])))
    for s, v in old["services"].items():
        name, after = v.get("container_name"), new["services"][s].get("container_name")
        if not name or name == after or name in old["services"] or name in services or any("by hand" in x or name in x for x in problems):
            continue
        for k in [k for k in was if k in ("P_HOST", "P_URL", "P_CACHE", "P_TOLD", "G_HOST")]:
            if re.search(r"(?<![\w.-])%s(?![\w.-])" % re.escape(name), was[k]) and now[k] != re.sub(
                    r"(?<![\w.-])%s(?![\w.-])" % re.escape(name), after, was[k]):
                raise Failed("compose: %s of %s was %r, is %r, but the container %s is called %s" % (k, app, was[k], now[k], name, after))


def named_by(answer):
    """What the services of an answer name of others' things by their real names: (service, key, kind, name)."""
    for s, v in answer["services"].items():
        mode = v.get("network_mode") or ""
        if mode.startswith("container:"):
            yield s, "network_mode", "container", mode[10:]
        for x in v.get("volumes_from") or []:
            if x.startswith("container:"):
                yield s, "volumes_from", "container", x.split(":")[1]
        for i, x in enumerate(v.get("external_links") or []):
            yield s, "external_links %d" % i, "container", x.split(":")[0]
    for kind in ("network", "volume"):
        for key, v in (answer.get(kind + "s") or {}).items():
            if v.get("external"):
                yield "", key, kind, v["name"]


def owners(scan):
    """{(kind, name): [its place]} of what apps call so, and {place: name}."""
    held, called = collections.defaultdict(list), {}
    for r in scan:
        if r["record"] in ("name", "volume", "network") and r["role"] != "external":
            place = r["app"], r["record"], r["variable"] if r["record"] != "name" else r["service"]
            held["container" if r["record"] == "name" else r["record"], r["value"]].append(place)
            called[place] = r["value"]
    return held, called


def check_named(was, now, before, after, problems):
    """A container, a network or a volume that one app alone calls so is named by what it is called afterwards, or in a problem.
    BEFORE and AFTER: the findings."""
    held, called = owners(before)[0], owners(after)[1]
    for app in [a for a in was if not isinstance(a, tuple) and was[a] and now.get(a)]:
        names = dict((x[:3], x[3]) for x in named_by(now[app]))
        for s, key, kind, name in named_by(was[app]):
            who = held.get((kind, name), [])
            mine = [x for x in who if x[0] == app]
            who = mine if len(mine) == 1 else who
            want = called.get(who[0], name) if len(who) == 1 else name
            if names.get((s, key, kind)) != want and not is_named(problems, name):
                raise Failed("compose: %s of %s %s named the %s %s and names %s; it is %s, of %s" % (
                    key, app, s, kind, name, names.get((s, key, kind)), want, who))


def check_names(answers, problems):
    """Project, container, volume and network names of all apps are their own, or named as problems."""
    held = {}
    for app, c in answers.items():
        if c is None or isinstance(app, tuple):
            continue
        mine = {("project", c["name"])}
        for s, v in c["services"].items():
            if 0 in (v.get("scale"), (v.get("deploy") or {}).get("replicas")):
                continue        # no container is made
            one = v.get("container_name") or "%s-%s-1" % (c["name"], s)
            if ("container", one) in mine and not is_named(problems, one):
                raise Failed("compose: two containers of %s are called %s" % (app, one))
            mine.add(("container", one))
        for kind in ("volumes", "networks"):
            mine |= {(kind, v["name"]) for v in (c.get(kind) or {}).values() if not v.get("external")}
        for thing in mine:
            other, project = held.setdefault(thing, (app, c["name"]))
            if other != app and not is_named(problems, thing[1]) and not (project == c["name"] and is_named(problems, project)):
                raise Failed("compose: %s and %s both have the %s %s" % (other, app, *thing))


def check_scan(findings, answers):
    """The scan sees what Compose sees."""
    want = {}
    for r in findings:
        a = want.setdefault(r["app"], {"project": None, "ports": collections.Counter(), "problem": False})
        if r["record"] == "project":
            a["project"] = r["value"]
        elif r["record"] == "port" and r["host_port"] not in ("", "0"):
            a["ports"][r["service"], r["host_ip"], r["host_port"], r["container_port"], r["protocol"].lower()] += 1
        elif r["record"] == "problem":
            a["problem"] = True
    for app, c in answers.items():
        if isinstance(app, tuple) or app not in want or want[app]["problem"]:
            continue
        if c is None and "unsupported env_file format" in answers[app, "error"]:
            continue            # 2.26 does not know `format: raw`
        if c is None and "invalid control character in URL" in answers[app, "error"]:
            continue            # Compose 2.40 reads nothing in a folder with a line end in its name
        if c is None:
            raise Failed("compose refuses %s, which scan takes: %s" % (app, answers[app, "error"]))
        got = collections.Counter((s, p.get("host_ip", ""), p["published"].replace("$$", "$"), str(p["target"]), p["protocol"].lower())
                                  for s, v in c["services"].items() for p in v.get("ports") or [] if p.get("published") not in (None, "0"))
        seen = collections.Counter({k: n for k, n in want[app]["ports"].items() if k[0] in c["services"]})
        if c["name"] != want[app]["project"] or got != seen:
            raise Failed("compose sees %s as %s %s, scan as %s" % (app, c["name"], sorted((got - seen) + (seen - got)), want[app]["project"]))
