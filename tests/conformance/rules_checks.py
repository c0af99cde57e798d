"""rules_checks: what Compose refuses in a service beside its ports and names, and which of its mounts stand."""
from rules import case, line, one, refused

A = "services:\n  a:\n    image: x\n"
VOLUMES = "volumes:\n  vv:\n  ww:\n  v:\n"


def mounts(name, items, **more):
    items = "".join(f"      - {i}\n" for i in items)
    case("mounts", name, {"compose.yaml": A + "    volumes:\n" + items + VOLUMES, **{k.replace("__", "."): v for k, v in more.items()}})


# Short mounts: what stands beside the colons, and a letter that is a drive.
for s in ("vv", "/x", "vv:/x", "vv:/x:ro", "vv:/x:foo", "vv:/x:ro,foo", "vv:/x:,", "vv:x", "x", "xx", ":", "::", "a:", "v:/x", "c:/x:/y", "c:/x:/y:ro", "c:/x:d:/y:ro", "vv:c:/x", "vv:c:/x:ro", "vv:/x:c:/y", "é:/x", "é:/x:/y",
          "日:/x:/y", "ß:/x:/y:ro", "${U:-vv}:/x", "${U:-vv:/x}", "${U:-./d}:/x:ro", "${U:-c:/x}:/y", "vv:${U:-/x:ro}", "vv:${U:-/x}:${U:-ro}", "\\\\.\\pipe\\x:/y", ".:/x", "~/a:/x", "/vv:/x", "vv:/é", "vv: /x", "vv:/x:RO",
          "", ":/x", "/x:", "vv:", "vv::", "vv:/x:", "vv:/x::", "vv::ro", ":vv:/x", "vv:/x:ro:", "vv:/x:ro:z", "c:/x:d:/y:ro:z", "é:/x:/y:ro:z", "日本:/x:ro:z", ":::", "a:b:", "${U}", "${U}:/x", "${U-}:/x", "/x:${U}", "vv:/x:${U}",
          "vv:${U:-/x:ro:z}", "${U:-a:}b:/x:/y"):
    mounts(f"short form: {s}", [f"'{s}'"])
mounts("short form: a number", ["80"])
mounts("a long form without a target", ["{type: volume, source: vv}"])

# One mount at a target.
for name, items in {"two volumes at one target": ["vv:/x", "ww:/x"], "two options": ["vv:/x", "vv:/x:ro"], "a final slash": ["vv:/x", "ww:/x/"], "a path that is not clean": ["vv:/x/y", "ww:/x/./z/../y"],
                    "long after short": ["vv:/x", "{type: volume, source: ww, target: /x}"], "short after long": ["{type: volume, source: vv, target: /x}", "ww:/x"], "a path after a volume": ["vv:/x", "./d:/x"],
                    "no name after a volume": ["vv:/x", "/x"], "memory after a volume": ["vv:/x", "{type: tmpfs, target: /x}"], "two targets": ["vv:/x", "ww:/y"], "one volume at two targets": ["vv:/x", "vv:/y"],
                    "long forms and a final slash": ["{type: volume, source: vv, target: /x}", "{type: volume, source: ww, target: /x/}"], "targets that begin alike": ["vv:/x", "ww:/xy"],
                    "targets without a slash": ["vv:x", "ww:/x"], "drives": ["vv:c:/x", "ww:d:/x"]}.items():
    mounts("one target: " + name, items)
mounts("one target: in an override file", ["vv:/x"], compose__override__yaml="services:\n  a:\n    volumes: ['ww:/x']\n")
mounts("two targets: in an override file", ["vv:/x"], compose__override__yaml="services:\n  a:\n    volumes: ['ww:/y']\n")
mounts("a bad mount is not mended by an override file", ["'vv:'"], compose__override__yaml="services:\n  a:\n    volumes: !override ['ww:/y']\n")
case("mounts", "one target: through extends", {"compose.yaml": "services:\n  b:\n    image: x\n    profiles: [p]\n    volumes: ['vv:/x']\n  a:\n    extends: b\n    profiles: !override []\n    volumes: ['ww:/x']\n" + VOLUMES})
case("mounts", "one target: through extends of a file", {"compose.yaml": "services:\n  a:\n    extends: {file: b.yaml, service: b}\n    volumes: ['ww:/x']\n" + VOLUMES,
                                                         "b.yaml": "services:\n  b:\n    image: x\n    volumes: ['vv:/x']\n"})
case("mounts", "a bad mount in a disabled service", {"compose.yaml": A + "  b:\n    image: x\n    profiles: [p]\n    volumes: ['vv:']\n"})
case("mounts", "a bad mount in an included file", {"compose.yaml": "include: [b.yaml]\n", "b.yaml": A + "    volumes: ['vv:']\n"})
case("mounts", "a bad mount beside the extended service", {"compose.yaml": "services:\n  a:\n    extends: {file: b.yaml, service: b}\n", "b.yaml": "services:\n  b:\n    image: x\n  c:\n    image: x\n    volumes: ['vv:']\n"})


NET = {"name": "proj", "networks": ["proj_default"], "volumes": []}


def check(text, current=None, more="", name=None, **files):
    case("checks", name or (text + (" / " + more.strip() if "build" in more else "")), {"compose.yaml": A + "    " + text + "\n" + more, **{k.replace("__", "."): v for k, v in files.items()}}, current=current)


def values(key, good, bad, newer=(), stricter=()):
    """KEY has %s for the value. NEWER: values that the release refuses and the current line takes; STRICTER: the other way round."""
    for v in (*good, *bad):
        check(key % v)
    for v in newer:
        check(key % v, line("the release refuses it", services=one(), **NET))
    for v in stricter:
        check(key % v, refused("the release takes it", "out of bounds"))


values("pull_policy: '%s'", ("always", "never", "build", "missing", "if_not_present"),
       ("", "Always", "every_", "every_1", "every_x", "every_1y", "every_1.5h", "every_-1h", "every_ 1h", "every_1D", "every_1us"),
       newer=("refresh", "daily", "weekly", "every_1h", "every_1w2d", "every_90s", "every_1h30m", "every_0s", "xevery_1h", "every_1h every_2h", "every_1h1"))

values("deploy: {replicas: %s}", ("0", "2", "'2'", "1.0", "1e3", "'+2'", "0x10"), ("1.5", "'1.0'", "'9223372036854775808'", "''", "null", "true", "'0x10'", "' 2'"), stricter=("-1", "'-1'"))
values("scale: %s", ("0", "3", "'3'"), ("1.5", "null", "x"), stricter=("-1", "'-1'"))
case("checks", "replicas below 0 in a disabled service", {"compose.yaml": A + "  b:\n    image: x\n    profiles: [p]\n    deploy: {replicas: -1}\n"})
check("deploy: {replicas: -1}", name="replicas below 0 that an override file mends", compose__override__yaml="services:\n  a:\n    deploy: {replicas: 2}\n")

for platform, built in (("linux/amd64", "[linux/amd64]"), ("linux/amd64", "[linux/arm64, linux/amd64]"), ("linux/amd64", "[linux/arm64]"), ("linux/amd64", "[]"), ("linux", "[linux/amd64]"), ("''", "[linux/amd64]"), ("linux/AMD64", "[linux/amd64]"),
                        ("${U}", "[linux/amd64]"), ("linux/amd64", "['${U:-linux/amd64}']"), ("linux/arm64", "[linux/arm64/v8]"), ("'linux/amd64 '", "[linux/amd64]")):
    check(f"platform: {platform}", more=f"    build: {{context: ., platforms: {built}}}\n")
case("checks", "a platform that is not built for, in a disabled service", {"compose.yaml": A + "  b:\n    image: x\n    profiles: [p]\n    platform: a\n    build: {context: ., platforms: [b]}\n"})

# Durations and sizes, as they are decoded when all is merged.
for key in ("stop_grace_period: %s", "healthcheck: {test: a, interval: %s}", "healthcheck: {test: a, timeout: %s}", "deploy: {update_config: {delay: %s}}", "deploy: {restart_policy: {window: %s}}"):
    values(key, ("5s", "'1m30s'", "'0'", "'-5s'", "'1.5h'", "'.5s'", "'+5s'", "1us", "1\u00b5s", "1\u03bcs", "9223372036854775807ns"), ("5", "'5'", "'5 s'", "''", "'s'", "'5S'", "'1h30'", "99999999h", "null", "x"), newer=("1d", "1w"))
for key in ("mem_limit: %s", "shm_size: %s", "mem_reservation: %s", "build: {context: ., shm_size: %s}", "deploy: {resources: {limits: {memory: %s}}}", "volumes: [{type: tmpfs, target: /x, tmpfs: {size: %s}}]"):
    values(key, ("'64'", "1g", "1gb", "1GiB", "1.5g", "'1 g'", "1kb", "1B", "1p"), ("''", "x", "g", "1x", "'-1'", "'0x10'", "' 1g'", "'1g '", "'1,5g'", "50%", "1gbb", "1bb", "1xib"), newer=("1e3m", "'.5g'"))
check("stop_grace_period: x", name="a bad duration that an override file mends", compose__override__yaml="services:\n  a:\n    stop_grace_period: 5s\n")
check("mem_limit: x", name="a bad size that an override file mends", compose__override__yaml="services:\n  a:\n    mem_limit: 5m\n")
case("checks", "a bad duration in a disabled service", {"compose.yaml": A + "  b:\n    image: x\n    profiles: [p]\n    stop_grace_period: x\n"})

# Numbers and their bounds.
values("cpu_count: %s", ("0", "99999999999", "'5'"), ("-1", "'-1'", "1.5", "'1.5'"))
values("cpu_percent: %s", ("0", "100", "'50'"), ("-1", "101", "'101'", "'-1'", "1e3", "'1e3'", "1.5"))
values("oom_score_adj: %s", ("-1000", "1000", "'5'"), ("-1001", "1001", "'1001'", "1e30", "1.5", "'1.5'"))
values("cpus: %s", ("0.5", "'0.5'", "'1_0'", "'1e-1'"), ("''", "x", "'0x10'", "'1_'", "' 1'"))
values("deploy: {resources: {limits: {cpus: %s}}}", ("0.5", "'0.5'"), ("''", "x"))
values("deploy: {resources: {limits: {pids: %s}}}", ("5", "'5'", "-1"), ("''", "x", "'0.5'", "'99999999999999999999'"))
for key in ("healthcheck: {test: a, retries: %s}", "deploy: {restart_policy: {max_attempts: %s}}", "deploy: {update_config: {parallelism: %s}}", "deploy: {placement: {max_replicas_per_node: %s}}"):
    values(key, ("0", "3", "'3'"), ("-1", "'-1'", "x"))
values("volumes: [{type: tmpfs, target: /x, tmpfs: {mode: %s}}]", ("0", "0o1777"), ("-1", "'5'", "x"))
values("expose: [%s]", ("80", "'80'", "'80-81'"), ("1.5", "1e3", "null"))
values("ulimits: {nofile: %s}", ("5", "'5'", "-1"), ("1e3", "1.5", "x"))

# Truths: strings are cast, but where a dependency is required.
for key in ("attach: %s", "init: %s", "build: {context: ., no_cache: %s}", "volumes: [{type: bind, source: ., target: /x, bind: {create_host_path: %s}}]"):
    values(key, ("true", "'true'", "yes", "'NO'", "off"), ("'1'", "''", "x", "1", "null"))
for key, bad in (("required", ("'true'", "yes", "'no'", "'false'", "1", "null")), ("restart", ("'1'", "x", "null"))):
    for v in ("true", "false", *bad, *(("'yes'", "no") if key == "restart" else ())):
        check(f"depends_on: {{b: {{condition: service_started, {key}: {v}}}}}", more="  b:\n    image: x\n")
check("depends_on: {b: {condition: service_started, required: '${U:-false}'}}", more="  b:\n    image: x\n    profiles: [p]\n")
values("env_file: [{path: none.env, required: %s}]", ("false", "'false'", "no", "'No'", "off"), ("true", "'true'", "yes", "'1'", "x", "null"))

# Words.
for v in ("service_started", "service_healthy", "service_completed_successfully", "started", "''", "Service_started"):
    check(f"depends_on: {{b: {{condition: {v}}}}}", more="  b:\n    image: x\n")
values("cgroup: %s", ("host", "private"), ("foo", "''"))
values("deploy: {update_config: {order: %s}}", ("start-first", "stop-first"), ("foo", "''"))
for part, good in (("selinux", ("z", "Z")), ("recursive", ("enabled", "disabled", "writable", "readonly"))):
    values("volumes: [{type: bind, source: ., target: /x, bind: {" + part + ": %s}}]", good, ("foo", "''"))
values("volumes: [{type: %s, source: /y, target: /x}]", ("bind", "npipe"), (), stricter=("foo", "''"))

# What is external.
for given in ("driver: x", "labels: {a: b}", "internal: true", "attachable: true", "driver_opts: {a: b}", "ipam: {}", "name: q", "x-a: b"):
    check(f"networks: [n]   # external, and {given}", more=f"networks:\n  n: {{external: true, {given}}}\n")
for given in ("driver: x", "labels: {a: b}", "driver_opts: {a: b}", "name: q", "x-a: b"):
    check(f"volumes: ['vv:/x']   # external, and {given}", more=f"volumes:\n  vv: {{external: true, {given}}}\n")
