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

# What an enabled service names is there, though what begins with x- is no network for it.
for text, section in (("networks: [n]", "networks: {%s: }"), ("networks: {n: {aliases: [b]}}", "networks: {%s: }"), ("volumes: ['nn:/x']", "volumes: {%s: }"), ("volumes: [{type: volume, source: nn, target: /x}]", "volumes: {%s: }"),
                      ("volumes: ['${V:-nn}/sub:/x']", "volumes: {%s: }"), ("configs: [n]", "configs: {%s: {file: f}}"), ("configs: [{source: n, target: /x}]", "configs: {%s: {file: f}}"), ("secrets: [n]", "secrets: {%s: {file: f}}"),
                      ("build: {context: ., secrets: [n]}", "secrets: {%s: {file: f}}")):
    key = "nn" if "nn" in text else "n"
    check(text, more=section % "other" + "\n", name=f"undefined: {text}")
    check(text, more=section % key + "\n", name=f"defined: {text}")
    check(text, name=f"undefined till an override file: {text}", compose__override__yaml=section % key + "\n")
    check(text.replace("nn" if "nn" in text else "[n" if "[n" in text else "{n", "x-n" if "nn" in text else "[x-n" if "[n" in text else "{x-n"), more=section % "x-n" + "\n", name=f"an extension: {text}")
    case("checks", f"undefined, in a disabled service: {text}", {"compose.yaml": A + f"  b:\n    image: x\n    profiles: [p]\n    {text}\n"})
check("networks: [default]", name="the default network needs no definition")
check("networks: [host]", name="no network of Docker's is defined")
check("volumes: [{type: tmpfs, source: n, target: /x}, {type: volume, target: /y}, '/z', './d:/w', '~/d:/v']", name="mounts that name no volume")

# An image, or a build.
case("checks", "neither an image nor a build", {"compose.yaml": "services:\n  a:\n    ports: ['80:80']\n"})
case("checks", "an empty image and no build", {"compose.yaml": "services:\n  a:\n    image: '${U}'\n"})
case("checks", "an empty build", {"compose.yaml": "services:\n  a:\n    build: {}\n"})
case("checks", "neither an image nor a build, in a disabled service", {"compose.yaml": A + "  b:\n    profiles: [p]\n"})
case("checks", "an image of an override file", {"compose.yaml": "services:\n  a:\n    ports: ['80:80']\n", "compose.override.yaml": "services:\n  a:\n    image: x\n"})
check("build: {context: ., dockerfile: f, dockerfile_inline: FROM x}")
for target in ("service:zz", "service:b", "service:c", "service:d", "docker-image://x"):
    for text in (f"{{k: '{target}'}}", f"['k={target}']"):
        check(f"build: {{context: ., additional_contexts: {text}}}", more="  b:\n    image: x\n  c:\n    build: .\n  d:\n    build: .\n    profiles: [p]\n", name=f"additional_contexts: {text}")

# Commands are taken apart as a shell does it.
for text in ("it''s", "a ''b c''", 'a "b', "a (b)", "a b)", "a; (b", "a $$(b)", "a $$(b) $$(c", "a $$(b (c))", "a `b (c)`", "a `b", "a \\(", "a \\", "a ''(''", "--rule=Host(`x`)", "a $$\"\"(b)", "a $$ (b)", "2>(x", "", "${U:-it''s}"):
    for key in ("command: '%s'", "entrypoint: '%s'", "healthcheck: {test: '%s'}", "command: ['%s']"):
        check(key % text)
check("command: \"it's\"", name="an open quote that an override file mends", compose__override__yaml="services:\n  a:\n    command: its\n")
case("checks", "an open quote in a disabled service", {"compose.yaml": A + "  b:\n    image: x\n    profiles: [p]\n    command: \"it's\"\n"})

# Healthchecks, hosts, settings.
values("healthcheck: {test: %s}", ("[CMD, a]", "[CMD-SHELL, a]", "[NONE]", "[]", "a"), ("[curl, a]", "['']", "[cmd, a]"))
case("checks", "a healthcheck of a list, in a disabled service", {"compose.yaml": A + "  b:\n    image: x\n    profiles: [p]\n    healthcheck: {test: [curl, a]}\n"})
for key in ("extra_hosts: %s", "build: {context: ., extra_hosts: %s}"):
    values(key, ("['h:1.2.3.4']", "['h=1.2.3.4']", "['h:']", "['h=::1']", "['h:::1']", "{h: ''}"), ("[h]", "['']", "[':1']", "['=1']", "['h:1=2']", "['${U}']"))
for key in ("environment: [%s]", "build: {context: ., args: [%s]}"):
    values(key, ("'A=1'", "' A=1'", "'=1'", "A", "''"), (), stricter=("'A =1'", '"A\\t=1"', "'A '", "'A\u00a0=1'", "' =1'"))
for text in ("labels: ['A =1']", "environment: {'A ': 1}"):
    check(text)
check("env_file: [{path: e.env, format: x}]", e__env="A=1\n")
check("env_file: [{path: e.env, format: '${U}'}]", e__env="A=1\n")
check("env_file: [{path: none.env, format: x, required: false}]")

# Configs and secrets say what they are made of; what is external has one name.
for section in ("configs", "secrets"):
    for given in ("{}", "{name: a}", "{file: f}", "{environment: E}", "{file: f, environment: E}", "{external: true}", "{external: true, file: f}", "{external: {name: a}, name: a}", "{external: {name: a}, name: b}") + (("{content: c}", "{content: c, file: f}") if section == "configs" else ()):
        check("tty: true", more=f"{section}: {{n: {given}}}\n", name=f"{section}: {given}")
    check("tty: true", more=f"{section}: {{n: {{name: a}}}}\n", name=f"{section}: a file by an override file", compose__override__yaml=f"{section}: {{n: {{file: f}}}}\n")
    check("tty: true", more=f"{section}: {{'a b': {{file: f}}}}\n", name=f"{section}: no name")
    check("tty: true", more=f"{section}: {{x-n: []}}\n", name=f"{section}: an extension that is a list")
    case("checks", f"{section}: of nothing, in an included file", {"compose.yaml": "include: [b.yaml]\n", "b.yaml": A + f"{section}: {{n: {{}}}}\n"})
for section in ("networks", "volumes"):
    for given in ("{external: {name: a}, name: a}", "{external: {name: a}, name: b}", "{external: {}, name: b}", "[]"):
        check("tty: true", more=f"{section}: {{n: {given}}}\n", name=f"{section}: {given}")
    check("tty: true", more=f"{section}: {{x-n: []}}\n", name=f"{section}: an extension that is a list")
check("networks: {'a b': }", name="a network of a service that is no name")
check("tty: true", more="networks: {'a b': }\n", name="a network of any name that nothing uses")

# A number without a fraction is a whole one, however it is written.
for text in ("scale: 2.0", "scale: 1e1", "scale: 1.0", "deploy: {replicas: 2.0}", "deploy: {replicas: 1e1}", "deploy: {replicas: 1.0}"):
    check("container_name: aa\n    " + text)
for text in ("scale: 2.0\n    deploy: {replicas: 2}", "scale: 2.0\n    deploy: {replicas: 1e1}"):
    check(text)

# A date that is in no quotes is a text where any value is made one, and no value elsewhere. (Some releases between, as 2.40, refuse it there too.)
for text in ("labels: {d: 2024-01-01}", "environment: {D: 2024-01-01}", "command: 2024-01-01", "logging: {options: {d: 2024-01-01}}", "build: {context: ., args: {d: 2024-01-01}}", "sysctls: {d: 2024-01-01 10:00:00}", "deploy: {labels: {d: 2024-01-01}}"):
    check(text)
for text in ("hostname: 2024-01-01", "dns: 2024-01-01", "expose: [2024-01-01]", "healthcheck: {interval: 2024-01-01}"):
    check(text)
check("hostname: 2024-01-01", more="---\nservices: {a: {hostname: b}}\n", name="a date that a later document replaces")
check("hostname: b", more="---\nservices: {a: {hostname: 2024-01-01}}\n", name="a date that a later document brings")
for text in ("x-d: 2024-01-01", "user: 2024-01-01", "labels: [2024-01-01]", "environment: [2024-01-01]", "cap_add: [2024-01-01]", "volumes: [2024-01-01]", "labels: {d: '2024-01-01'}", "labels: {d: 2024-13-01}"):
    check(text)

# What is watched.
for text in ("{action: sync, path: p, target: /x}", "{action: sync, path: p}", "{action: rebuild, path: p}", "{action: sync+restart, path: p, target: ''}"):
    check(f"develop: {{watch: [{text}]}}")

# Keys that few services have: the kinds of values that they take.
for key, good, bad in (("blkio_config: {weight: %s}", ("5",), ("-1", "'5'", "x", "1.5", "[]")), ("blkio_config: {device_read_bps: %s}", ("[{path: /dev/x, rate: 1mb}]", "[]"), ("5", "[a]", "[{path: 5, rate: 1}]")),
                       ("blkio_config: {weight_device: %s}", ("[{path: /dev/x, weight: 5}]",), ("{}", "[{path: /dev/x, weight: 1.5}]")), ("credential_spec: {file: %s}", ("f",), ("5", "[]", "null")),
                       ("deploy: {placement: {preferences: %s}}", ("[{spread: node.labels.a}]", "[]"), ("a", "[a]", "[{spread: 5}]")), ("deploy: {resources: {reservations: {generic_resources: %s}}}", ("[{discrete_resource_spec: {kind: a, value: 2}}]",), ("a", "[a]")),
                       ("deploy: {resources: {reservations: {devices: [{capabilities: [gpu], count: %s}]}}}", ("1", "all", "'2'", "-1"), ("x", "''", "2.0", "true")),
                       ("deploy: {resources: {reservations: {devices: %s}}}", ("[{capabilities: [gpu]}]", "[{capabilities: [gpu], driver: nvidia, device_ids: ['0'], options: {a: b}}]"), ("a", "[a]", "[{count: 1}]", "[{capabilities: gpu}]", "[{capabilities: [a, a]}]", "[{capabilities: [gpu], device_ids: [0]}]")),
                       ("gpus: %s", ("all", "[{driver: a}]", "[{count: all}]", "[]"), ("a", "5", "{}", "[a]", "[{count: x}]", "[{capabilities: gpu}]", "null")), ("develop: %s", ("{}", "null", "{watch: []}"), ("a", "[]", "{watch: {}}", "{watch: [{path: p}]}", "{watch: [{action: rebuild}]}", "{watch: [{action: move, path: p}]}")),
                       ("post_start: %s", ("[]", "[{command: a}]", "[{command: [a], user: root, privileged: true, working_dir: /, environment: [A=1]}]"), ("a", "{}", "[{command: 5}]", "[{command: \"it's\"}]", "[{command: a, privileged: x}]", "[{command: a, user: 5}]")),
                       ("pre_stop: %s", ("[{command: a}]",), ("[a]",)), ("storage_opt: %s", ("{size: 1G}", "{size: 1}", "{size: null}"), ("a", "{size: []}", "{size: true}")), ("devices: %s", ("['/dev/a']", "[{source: /dev/a, target: /dev/b}]"), ("[{source: /dev/a}]", "[{target: /dev/b}]")),
                       ("group_add: %s", ("[a, 5]",), ("[1.5]", "[a, a]"))):
    values(key, good, bad)
for text in ("post_start: [{}]", "pre_stop: [{user: a}]"):
    check(text, refused("it needs a command", "missing property 'command'"))
for text, current in (("provider: {type: a, options: {b: c}}", line("the release knows no providers", **{**NET, "networks": []}, services=one())), ("provider: {}", None), ("provider: {type: 5}", None), ("models: [m]", line("the release knows no models", **NET, services=one())),
                      ("models: {m: {endpoint_var: A}}", line("the release knows no models", **NET, services=one())), ("models: {m: {endpoint_var: 5}}", None), ("models: [n]", None)):
    check(text, current, more="models: {m: {model: ai/x}}\n" if text.startswith("models") else "", name=text)
check("tty: true", more="models: {m: {}}\n", name="a model without a model")
for given in ("{driver: d}", "{external: false}", "{file: ''}", "{environment: '${U}'}"):
    check("tty: true", more=f"secrets: {{n: {given}}}\n", name=f"secrets: {given}")
