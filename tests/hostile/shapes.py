"""shapes: apps that nobody meant well, and good ones to stand beside them.
SPDX-License-Identifier: MIT

A shape lays itself out in the folder that it is given; SIZE says how far it goes: 1 is what the fast tests take, 10 in full. None
asks for a port below 20000 or for a name that a good app has, unless its docstring says so: what a good app loses to
it then is lost to its shape and not to a fair claim."""
import os

SHAPES = {}


def shape(function):
    SHAPES[function.__name__] = function
    return function


def put(path, text):
    with open(path, "wb") as f:
        f.write(text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape"))


def compose(d, text):
    put(os.path.join(d, "compose.yaml"), text)


def env(d, text):
    put(os.path.join(d, ".env"), text)


PLAIN = 'services: {w: {image: x, ports: ["20000:80"]}}\n'


def good(d, n):
    """One of several kinds of apps as they are, which clash with one another."""
    os.makedirs(d)
    kind = n % 5
    if kind < 2:
        compose(d, 'services:\n  backend:\n    image: x\n    ports: ["${BACKEND_PORT:-5000}:5000"]\n    environment:\n'
                   '      CORS: http://localhost:${FRONTEND_PORT:-8000}\n  frontend:\n    image: y\n    ports:\n      - "${FRONTEND_PORT:-8000}:80"\n')
        if kind:
            env(d, "BACKEND_PORT=5003\nFRONTEND_PORT=8003\nPASSWORD=hunter2hunter2\nURL=http://localhost:5003/\n")
    elif kind == 2:
        compose(d, 'services:\n  db:\n    image: postgres:16\n    container_name: db\n    ports: ["127.0.0.1:5432:5432"]\n    volumes: [data:/x]\nvolumes: {data: {}}\n')
    elif kind == 3:
        compose(d, "x-base: &base\n  image: x\n  restart: always\nservices:\n  web:\n    <<: *base\n    ports:\n      - target: 80\n        published: ${PORT}\n")
        env(d, "PORT=%d\n" % (8080 + n % 3))
    else:
        compose(d, "services:\n  web:\n    extends: {file: base.yml, service: web}\n    env_file: .env\n")
        put(os.path.join(d, "base.yml"), 'services:\n  web:\n    image: x\n    ports: ["9000-9001:9000-9001"]\n')
        env(d, "DEBUG=1\n")


# Nesting, aliases, anchors, documents.

@shape
def deep_flow(d, size):
    compose(d, "x: " + "[" * 20000 * size + "\n" + PLAIN)


@shape
def deep_closed(d, size):
    compose(d, "x: " + "{a: " * 900 + "1" + "}" * 900 + "\n" + PLAIN)


@shape
def deep_block(d, size):
    compose(d, PLAIN + "x-a:\n" + "".join(" " * (i + 1) + "a:\n" for i in range(300 * size)))


@shape
def alias_bomb(d, size):
    """A billion laughs."""
    lines = ["x-0: &a0 [l, l, l, l, l, l, l, l, l, l]"] + ["x-%d: &a%d [%s]" % (i, i, ", ".join(["*a%d" % (i - 1)] * 10)) for i in range(1, 10)]
    compose(d, "\n".join(lines) + '\nservices:\n  w:\n    image: x\n    command: *a9\n    ports: ["20000:80"]\n')


@shape
def alias_maps(d, size):
    lines = ["x-0: &a0 {k: v}"] + ["x-%d: &a%d {%s}" % (i, i, ", ".join("k%d: *a%d" % (k, i - 1) for k in range(10))) for i in range(1, 10)]
    compose(d, "\n".join(lines) + '\nservices:\n  w:\n    image: x\n    labels: *a9\n    deploy: *a9\n')


@shape
def alias_ports(d, size):
    """One list of ports that every service has by an alias."""
    compose(d, "x-p: &p [%s]\nservices:\n" % ", ".join('"%d:80"' % (20000 + i) for i in range(50 * size)) +
            "".join("  s%d: {image: x, ports: *p}\n" % i for i in range(20 * size)))


@shape
def alias_self(d, size):
    compose(d, "services: &s\n  w: {image: x, x-a: *s}\n")


@shape
def merge_chain(d, size):
    compose(d, "x-0: &m0 {image: x}\n" + "".join("x-%d: &m%d {<<: *m%d, k%d: 1}\n" % (i, i, i - 1, i) for i in range(1, 150 * size)) +
            "services:\n  w: {<<: *m%d}\n" % (150 * size - 1))


@shape
def merge_wide(d, size):
    compose(d, "x-0: &m {%s}\nservices:\n" % ", ".join("x-k%d: 1" % i for i in range(100 * size)) +
            "".join("  s%d: {image: x, <<: [%s]}\n" % (i, ", ".join(["*m"] * 20)) for i in range(10 * size)))


@shape
def many_anchors(d, size):
    compose(d, PLAIN + "".join("x-%d: &a%d 1\n" % (i, i) for i in range(2000 * size)) + "".join("x-b%d: *a%d\n" % (i, i) for i in range(2000 * size)))


@shape
def many_documents(d, size):
    compose(d, "---\nservices: {}\n" * (1000 * size) + "---\n" + PLAIN)


@shape
def many_tags(d, size):
    compose(d, PLAIN + "".join("x-%d: !%s%d 1\n" % (i, "t" * 50, i) for i in range(1000 * size)))


@shape
def resets(d, size):
    compose(d, "services:\n" + "".join("  s%d: {image: x, ports: !reset []}\n" % i for i in range(300 * size)))
    put(os.path.join(d, "compose.override.yaml"), "services:\n" + "".join("  s%d: {ports: !override ['20000:80']}\n" % i for i in range(300 * size)))


# Files that lead to files.

@shape
def include_circle(d, size):
    compose(d, "include: [b.yaml]\n" + PLAIN)
    put(os.path.join(d, "b.yaml"), "include: [compose.yaml]\n")


@shape
def include_twos(d, size):
    n = 16 + size
    compose(d, "include: [f1.yaml, g1.yaml]\n" + PLAIN)
    for i in range(1, n):
        for c in "fg":
            put(os.path.join(d, "%s%d.yaml" % (c, i)), "include: [f%d.yaml, g%d.yaml]\n" % (i + 1, i + 1))
    for c in "fg":
        put(os.path.join(d, "%s%d.yaml" % (c, n)), "services: {%s: {image: x}}\n" % c)


@shape
def include_long(d, size):
    compose(d, "include: [f1.yaml]\n" + PLAIN)
    for i in range(1, 100 * size):
        put(os.path.join(d, "f%d.yaml" % i), "include: [f%d.yaml]\n" % (i + 1))


@shape
def include_dirs(d, size):
    compose(d, "include:\n" + "".join("  - path: ./compose.yaml\n    project_directory: ../%d\n" % i for i in range(100 * size)) + PLAIN)


@shape
def include_root(d, size):
    compose(d, "include: [/etc/passwd, /dev/zero, /proc/self/mem, ../../../../../../etc/shadow, '', '.', '..', '/']\n" + PLAIN)


@shape
def extends_circle(d, size):
    compose(d, "services:\n  a: {extends: b}\n  b: {extends: c}\n  c: {extends: {file: compose.yaml, service: a}}\n")


@shape
def extends_chain(d, size):
    n = 100 * size
    compose(d, "services:\n  s0: {image: x, ports: ['20000:80']}\n" + "".join("  s%d: {extends: s%d}\n" % (i, i - 1) for i in range(1, n)))


@shape
def extends_files(d, size):
    n = 50 * size
    compose(d, "services:\n" + "".join("  s%d: {extends: {file: b.yml, service: t%d}}\n" % (i, i) for i in range(n)))
    put(os.path.join(d, "b.yml"), "services:\n" + "".join("  t%d: {image: x, ports: ['%d:80']}\n" % (i, 20000 + i) for i in range(n)))


@shape
def compose_files(d, size):
    compose(d, PLAIN)
    env(d, "COMPOSE_FILE=" + ":".join(["compose.yaml"] * 2000 * size) + "\n")


@shape
def env_files(d, size):
    compose(d, "services:\n  w:\n    image: x\n    env_file: [" + "e, " * 200 * size + "]\n")
    put(os.path.join(d, "e"), "".join("K%d=1\n" % i for i in range(200 * size)))


@shape
def env_files_many(d, size):
    n = 60 * size
    compose(d, "services:\n" + "".join("  s%d: {image: x, env_file: [%s]}\n" % (i, ", ".join("e%d" % k for k in range(10))) for i in range(n)))
    for k in range(10):
        put(os.path.join(d, "e%d" % k), "".join("V%d_%d=http://localhost:%d\n" % (k, i, 20000 + i) for i in range(60)))


@shape
def env_self(d, size):
    compose(d, 'services: {w: {image: x, ports: ["${A}:80"], env_file: .env}}\n')
    env(d, "A=$A\nB=${C}\nC=${B}\nD=${D:-${D:-$D}}\nCOMPOSE_FILE=$COMPOSE_FILE\nCOMPOSE_PROJECT_NAME=${COMPOSE_PROJECT_NAME}x\n")


@shape
def env_doubling(d, size):
    """Each variable is the one before twice."""
    compose(d, 'services: {w: {image: "${A39}", ports: ["${A39}:80"]}}\n')
    env(d, "A0=20000\n" + "".join("A%d=$A%d$A%d\n" % (i, i - 1, i - 1) for i in range(1, 40)))


@shape
def env_doubling_default(d, size):
    compose(d, 'services: {w: {image: x, ports: ["${B:-$A39}:80"], environment: {V: "${A39}${A39}"}}}\n')
    env(d, "".join("A%d=${A%d:-x}${A%d:-y}\n" % (i, i - 1, i - 1) for i in range(1, 40)))


@shape
def env_huge(d, size):
    compose(d, 'services: {w: {image: x, ports: ["${A}:80"], env_file: .env}}\n')
    env(d, "".join("VARIABLE_%d=some value %d\n" % (i, i) for i in range(3000 * size)) + "A=20000\n")


@shape
def env_over(d, size):
    """More than a file may have: sparse, four gigabytes."""
    compose(d, PLAIN)
    env(d, "A=1\n")
    os.truncate(os.path.join(d, ".env"), 4 << 30)


@shape
def compose_over(d, size):
    compose(d, PLAIN)
    os.truncate(os.path.join(d, "compose.yaml"), 4 << 30)


@shape
def env_same_key(d, size):
    compose(d, 'services: {w: {image: x, ports: ["${A}:80"]}}\n')
    env(d, "".join("A=%d\n" % (20000 + i % 5000) for i in range(5000 * size)))


@shape
def env_unclosed(d, size):
    compose(d, PLAIN)
    env(d, 'A="' + "x\n" * 20000 * size)


@shape
def env_quotes(d, size):
    compose(d, PLAIN)
    env(d, "".join("A%d='\n" % i for i in range(5000 * size)))


# Long lines and long values.

@shape
def long_line(d, size):
    compose(d, PLAIN + "x-a: " + "b" * 100000 * size + "\n")
    env(d, "A=" + "x" * 100000 * size + "\n")


@shape
def long_blank(d, size):
    compose(d, PLAIN + " " * 100000 * size + "\n" + "\n" * 100000 * size + "#" * 100000 * size)


@shape
def long_port(d, size):
    compose(d, 'services: {w: {image: x, ports: ["%s:80", "%s", "%s"]}}\n' % ("9" * 50000 * size, "1-" * 20000 * size, ":" * 20000 * size))


@shape
def long_names(d, size):
    n = "n" * 20000 * size
    compose(d, "name: %s\nservices: {%s: {image: %s, container_name: %s, ports: ['20000:80']}}\nvolumes: {%s: {name: %s}}\n" % (n, n, n, n, n, n))


@shape
def interpolation_deep(d, size):
    compose(d, 'services: {w: {image: x, ports: ["%s20000%s:80"]}}\n' % ("${A:-" * 1000 * size, "}" * 1000 * size))


@shape
def interpolation_open(d, size):
    compose(d, 'services: {w: {image: "%s", environment: {A: "%s", B: "%s"}}}\n' % ("${A:-" * 2000 * size, "${" * 5000 * size, "$" * 5001 * size))


@shape
def interpolation_wide(d, size):
    compose(d, 'services: {w: {image: x, environment: {A: "%s"}, ports: ["20000:80"]}}\n' % ("${A}${B:-x}$C" * 2000 * size))


@shape
def interpolation_big_default(d, size):
    compose(d, 'services: {w: {image: x, environment: [%s]}}\n' % ", ".join('"V%d=$BIG"' % i for i in range(50 * size)))
    env(d, "BIG=" + "b" * 20000 * size + "\n")


@shape
def slow_patterns(d, size):
    """Texts that a pattern which goes back would take for ever with."""
    bad = ["a" * 3000 * size + "!", "http://" * 800 * size, "localhost:" * 800 * size, "1." * 2000 * size, "http://localhost:20000" * 300 * size,
           "{{" * 2000 * size, "[" * 3000 * size, "a@" * 2000 * size, "::" * 2000 * size, "x:y@" * 1000 * size, "0" * 5000 * size, "a-" * 3000 * size]
    compose(d, "services:\n  w:\n    image: x\n    ports: ['20000:80']\n    environment:\n" + "".join("      V%d: '%s'\n" % (i, b) for i, b in enumerate(bad)) +
            "    command: ['%s']\n    labels: ['%s']\n    image: '%s'\n".replace("    image: '%s'\n", "") % (bad[4], bad[1]))
    env(d, "".join("E%d=%s\n" % (i, b) for i, b in enumerate(bad)))


@shape
def placeholders(d, size):
    compose(d, PLAIN)
    put(os.path.join(d, ".env.example"), "".join("A%d={{a|{{b|%d}}}}\n" % (i, 20000 + i) for i in range(500 * size)) + "X=" + "{{a|" * 1000 * size + "\n")


# Many of what there are few of.

@shape
def services(d, size):
    compose(d, "services:\n" + "".join("  s%d: {image: x}\n" % i for i in range(500 * size)))


@shape
def one_port(d, size):
    compose(d, "services:\n" + "".join("  s%d: {image: x, ports: ['20000:80']}\n" % i for i in range(100 * size)))


@shape
def profiles(d, size):
    n = 30 * size
    compose(d, "services:\n" + "".join("  s%d: {image: x, profiles: [%s], ports: ['20000:80']}\n" % (i, ",".join("p%d" % (i * 7 + k) for k in range(n))) for i in range(n)))


@shape
def ports_many(d, size):
    compose(d, "services:\n  w:\n    image: x\n    ports:\n" + "".join("      - '%d:80'\n" % (20000 + i) for i in range(500 * size)))


@shape
def ports_range(d, size):
    compose(d, "services:\n  w: {image: x, ports: ['20000-%d:1000-%d']}\n" % (20000 + 900 * size, 1000 + 900 * size))


@shape
def ports_ranges(d, size):
    compose(d, "services:\n  w:\n    image: x\n    ports:\n" + "".join("      - '%d-%d:%d-%d'\n" % (20000 + i, 25000 + i, 20000 + i, 25000 + i) for i in range(20 * size)))


@shape
def ports_any(d, size):
    compose(d, "services:\n  w:\n    image: x\n    deploy: {replicas: 100000}\n    ports:\n" + "".join("      - '20000-29000:%d'\n" % (80 + i) for i in range(20 * size)))


@shape
def ports_odd(d, size):
    compose(d, "services:\n  w:\n    image: x\n    deploy: {replicas: 99999999999999999999}\n    ports: ['65536:80', '-1:80', '99999999999999999999:1', '1e9:1', '0x10:1', ':', '0:0', "
               "'65535-1:80', '1-99999999999:1', {target: 1, published: 1-}, '[::1]:1', '%s:1:1', 20000.5, null, true, [], {}]\n" % ("1" * 300))


@shape
def names_many(d, size):
    n = 150 * size
    compose(d, "services:\n" + "".join("  s%d: {image: 'i%d', container_name: hostile-c%d, networks: {n: {aliases: [%s]}}}\n" %
            (i, i, i % 7, ", ".join("al%d" % (i * k) for k in range(10))) for i in range(n)) + "networks: {n: {name: hostile-n, external: true}}\n")


@shape
def resources(d, size):
    n = 300 * size
    compose(d, PLAIN + "volumes:\n" + "".join("  v%d: {name: hostile-v%d}\n" % (i, i % 9) for i in range(n)) + "networks:\n" +
            "".join("  n%d: {ipam: {config: [{subnet: 10.%d.%d.0/16}]}}\n" % (i, 100 + i % 100, i % 250) for i in range(n)))


@shape
def images(d, size):
    compose(d, "services:\n" + "".join("  s%d: {image: hostile/one, build: ./b%d}\n" % (i, i) for i in range(200 * size)))


@shape
def references(d, size):
    """Every variable names a port, and every service has every one."""
    n = 60 * size
    compose(d, "services:\n" + "".join("  s%d:\n    image: x\n    ports: ['${P%d}:80']\n    environment: [%s]\n" %
            (i, i, ", ".join('"U%d=http://localhost:$P%d"' % (k, k) for k in range(n))) for i in range(n)))
    env(d, "".join("P%d=%d\n" % (i, 20000 + i) for i in range(n)))


@shape
def addresses(d, size):
    compose(d, 'services: {w: {image: x, ports: ["20000:80"], environment: {A: "%s"}}}\n' % ("http://localhost:20000," * 1000 * size))
    env(d, "B=" + "http://localhost:20000 " * 1000 * size + "\n")


@shape
def secrets(d, size):
    """Thousands of secrets, each held against thousands of texts."""
    n = 100 * size
    env(d, "".join("PASSWORD_%d=secretvalue%d\n" % (i, i) for i in range(n)))
    compose(d, "services:\n" + "".join("  s%d: {image: 'img%d', container_name: 'h%d', environment: {A: 'x secretvalue%d y', B: '$PASSWORD_%d'}}\n" % (i, i, i, i, i) for i in range(n)))


@shape
def secrets_short(d, size):
    env(d, "".join("TOKEN_%d=%s\n" % (i, "ab"[i % 2] * (8 + i % 50)) for i in range(200 * size)))
    compose(d, "services: {w: {image: x, ports: ['20000:80'], command: '%s'}}\n" % ("ab" * 10000 * size))


@shape
def depends(d, size):
    n = 100 * size
    compose(d, "services:\n" + "".join("  s%d: {image: x, depends_on: [%s], links: [s%d], network_mode: 'service:s%d'}\n" %
            (i, ", ".join("s%d" % ((i + k) % n) for k in range(1, 30)), (i + 1) % n, (i + 1) % n) for i in range(n)))


@shape
def mounts(d, size):
    compose(d, "services:\n  w:\n    image: x\n    volumes:\n" + "".join("      - ./%s:/x%d\n" % ("../" * (i % 50), i) for i in range(300 * size)))


@shape
def overrides(d, size):
    compose(d, "services:\n" + "".join("  s%d: {image: x, environment: {A%d: b}}\n" % (i, i) for i in range(300 * size)))
    for name in ("compose.override.yaml", "compose.override.yml", "docker-compose.yml", "docker-compose.override.yml"):
        put(os.path.join(d, name), "services:\n" + "".join("  s%d: {environment: {B%d: b}, ports: ['20000:80']}\n" % (i, i) for i in range(300 * size)))


# What is no text, and what is no file.

@shape
def nul(d, size):
    compose(d, b"services:\0 {w: {image: x}}\n")
    env(d, b"A=\0\nPORT=20000\0\n")


@shape
def noise(d, size):
    compose(d, bytes((i * 7919 + i // 251) % 256 for i in range(20000 * size)))
    env(d, bytes((i * 104729 + i // 13) % 256 for i in range(20000 * size)))


@shape
def utf16(d, size):
    compose(d, ("\ufeff" + PLAIN).encode("utf-16-le"))
    env(d, "A=1\n".encode("utf-16"))


@shape
def utf32(d, size):
    compose(d, ("\ufeff" + PLAIN).encode("utf-32-le"))


@shape
def controls(d, size):
    compose(d, 'services: {w: {image: "\\e[31m\\a\\0", ports: ["20000:80"], container_name: "a\\nb\\u202e"}}\n')
    env(d, b"A=\x1b[2J\r\nB=\xff\xfe\n\x07=1\n")


@shape
def fifo_env(d, size):
    compose(d, "services: {w: {image: x, ports: ['20000:80'], env_file: e}}\n")
    os.mkfifo(os.path.join(d, ".env"))
    os.mkfifo(os.path.join(d, "e"))


@shape
def fifo_compose(d, size):
    os.mkfifo(os.path.join(d, "compose.yaml"))


@shape
def fifo_include(d, size):
    compose(d, "include: [f.yaml]\n" + PLAIN)
    os.mkfifo(os.path.join(d, "f.yaml"))


@shape
def device(d, size):
    os.symlink("/dev/zero", os.path.join(d, "compose.yaml"))
    os.symlink("/dev/urandom", os.path.join(d, ".env"))


@shape
def device_env(d, size):
    compose(d, "include: [z.yaml]\nservices: {w: {image: x, env_file: [z, /dev/zero], extends: {file: z, service: w}}}\n")
    for name in (".env", "z", "z.yaml", ".env.example"):
        os.symlink("/dev/zero", os.path.join(d, name))


@shape
def proc(d, size):
    compose(d, "services: {w: {image: x, env_file: [/proc/self/environ, /proc/self/maps, /sys/kernel/debug, /dev/tty]}}\n")
    os.symlink("/proc/self/environ", os.path.join(d, ".env"))


@shape
def loops(d, size):
    compose(d, PLAIN)
    os.symlink("loop", os.path.join(d, "loop"))
    os.symlink(".", os.path.join(d, "here"))
    os.symlink("..", os.path.join(d, "up"))
    os.symlink("/", os.path.join(d, "top"))
    os.symlink(".env", os.path.join(d, ".env"))
    for i in range(45):
        os.symlink("l%d" % (i + 1), os.path.join(d, "l%d" % i))
    os.symlink("l0", os.path.join(d, ".env.example"))


@shape
def folders_for_files(d, size):
    for name in ("compose.yaml", ".env", ".env.example", "docker-compose.yml"):
        os.mkdir(os.path.join(d, name))


@shape
def hard_links(d, size):
    """One .env under many names, in several apps of one folder."""
    for i in range(10):
        os.mkdir(os.path.join(d, "l%d" % i))
        compose(os.path.join(d, "l%d" % i), 'services: {w: {image: x, ports: ["${HARD}:80"]}}\n')
        if i:
            os.link(os.path.join(d, "l0", ".env"), os.path.join(d, "l%d" % i, ".env"))
        else:
            env(os.path.join(d, "l0"), "HARD=20000\n")


@shape
def unreadable(d, size):
    compose(d, PLAIN)
    env(d, "A=1\n")
    for name in ("compose.yaml", ".env"):
        os.chmod(os.path.join(d, name), 0)
    os.makedirs(os.path.join(d, "shut", "in"))
    compose(os.path.join(d, "shut", "in"), PLAIN)
    os.chmod(os.path.join(d, "shut"), 0)


@shape
def deep_folders(d, size):
    here = os.open(d, os.O_RDONLY)
    for i in range(150 * size):
        os.mkdir("d" * 20, dir_fd=here)
        below = os.open("d" * 20, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    f = os.open("compose.yaml", os.O_WRONLY | os.O_CREAT, 0o644, dir_fd=here)
    os.write(f, PLAIN.encode())
    os.close(f)
    os.close(here)
    compose(d, PLAIN)


@shape
def wide_folder(d, size):
    compose(d, PLAIN)
    for i in range(300 * size):
        put(os.path.join(d, "compose.%d.yaml" % i), "")
        os.mkdir(os.path.join(d, "d%d" % i))


@shape
def odd_names(d, size):
    for name in (b"a\nb", b"$(touch pwned)", b"`touch pwned`", b"'; touch pwned #", b"-rf", b"--", b"a,b\"c", b"\xff\xfe", b"\x1b[31m", b"a\rb", b" ", b"x" * 255, b"..."):
        p = os.path.join(os.fsencode(d), name)
        os.mkdir(p)
        put(os.path.join(p, b"compose.yaml"), 'services: {"w;id": {image: "$$(id)", container_name: "a b", ports: ["20000:80"]}}\n')


@shape
def own_names(d, size):
    """What berth itself leaves."""
    for name in (".berth", ".berth-new-1-0", ".berth-0000000000000000-0-0.tmp"):
        os.mkdir(os.path.join(d, name))
        compose(os.path.join(d, name), PLAIN)
    compose(d, PLAIN)


@shape
def layout_names(d, size):
    """Folders that fold into one project's name."""
    for model in ("h_m", "h.m", "h m", "H-M", "h-m"):
        for n in ("app9001", "app9002", "app99999999999999999999", "app-9", "app09001", "app0"):
            p = os.path.join(d, model, n)
            os.makedirs(p)
            compose(p, PLAIN)


@shape
def project_names(d, size):
    compose(d, "name: '%s'\n" % ("${N:-" * 100 + "x" + "}" * 100) + PLAIN)
    env(d, "COMPOSE_PROJECT_NAME=../../etc\nCOMPOSE_PROFILES=*\nCOMPOSE_ENV_FILES=.env,.env\nCOMPOSE_PATH_SEPARATOR=e\nPWD=/\nHOME=/\n")


@shape
def scaffold(d, size):
    compose(d, 'services: {w: {image: x, ports: ["{{port|20000}}:80", "{{a}}{{b}}:80"]}}\n')
    p = os.path.join(d, "{{name}}")
    os.mkdir(p)
    compose(p, PLAIN)


# One long text that each of many rows would bear.

@shape
def borne_list(d, size):
    """A list of ports by an alias: what could stand in the alias's place is the whole list, for each port of it."""
    compose(d, "x-p: &p [%s]\nservices: {w: {image: x, ports: *p}}\n" % ", ".join('"%d:80"' % (20000 + i) for i in range(400 * size)))


@shape
def borne_default(d, size):
    compose(d, 'services: {w: {image: x, environment: {A: "${A:-%s}"}, ports: ["20000:80"]}}\n' % ("http://localhost:20000 " * 400 * size))


@shape
def borne_profile(d, size):
    compose(d, "services: {w: {image: x, profiles: [%s], ports: [%s]}}\n" % ("s" * 4000 * size, ", ".join('"%d:80"' % (20000 + i) for i in range(400 * size))))


@shape
def borne_network(d, size):
    compose(d, "services: {w: {image: x, networks: {n: {aliases: [%s]}}}}\nnetworks: {n: {name: %s}}\n" % (", ".join("a%d" % i for i in range(400 * size)), "n" * 4000 * size))


@shape
def borne_context(d, size):
    compose(d, "services:\n" + "".join("  s%d: {image: hostile/i, build: {context: %s}}\n" % (i, "*c" if i else "&c " + "b" * 4000 * size) for i in range(200 * size)))
