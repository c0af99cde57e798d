#!/usr/bin/env python3
"""growth: what one step costs for n things of a kind and for four times as many, in counted instructions. TAP, a test a step.
SPDX-License-Identifier: MIT

usage: growth.py [SHAPE ...]      programs: $BERTH_BIN (default bin); GROWTH_SIZE: n (default 500)
A cost in proportion grows 4 times, a squared one up to 16; more than 6 fails. valgrind counts, so nothing here is timed, and
what else the machine does makes no difference. Skipped where valgrind is missing.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

BIN = os.path.abspath(os.environ.get("BERTH_BIN", "bin"))
SIZE = int(os.environ.get("GROWTH_SIZE", "500"))
LIMIT = 6.0
STEPS = ("scan", "plan", "plan again", "apply", "report all")


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def services(n, body):
    """A compose file of n services; BODY makes the i-th one's lines."""
    return "services:\n" + "".join(f"  s{i}:\n    image: x\n{body(i)}" for i in range(n))


def ports(*mappings):
    return "    ports:\n" + "".join(f'      - "{m}"\n' for m in mappings)


def one_variable(top, n):
    """One app, whose services all publish the number of one variable."""
    write(f"{top}/a/compose.yml", services(n, lambda i: ports("${PORT:-8000}:80")))
    write(f"{top}/a/.env", "PORT=8001\n")
    write(f"{top}/b/compose.yml", services(1, lambda i: ports("8001:80")))


def extends_here(top, n):
    """One app, whose services all extend its first one."""
    write(f"{top}/a/compose.yml", "services:\n  base:\n    image: x\n" + "".join(f"  s{i}:\n    extends: base\n" for i in range(n * 4)))
    write(f"{top}/b/compose.yml", services(1, lambda i: ports("8001:80")))


def repeated_range(top, n):
    """One app, whose override says its range once more."""
    for file in ("compose.yml", "compose.override.yml"):
        write(f"{top}/a/{file}", services(1, lambda i: ports(f"10000-{10000 + n}:20000-{20000 + n}")))
    write(f"{top}/b/compose.yml", services(1, lambda i: ports("8001:80")))


def many_variables(top, n):
    """Two apps with a variable a service and a line of .env for each."""
    for app in "ab":
        write(f"{top}/{app}/compose.yml", services(n, lambda i: ports(f"${{PORT_{i}:-{7000 + i}}}:80")))
        write(f"{top}/{app}/.env", "".join(f"PORT_{i}={9000 + i}\n" for i in range(n)))


def example_only(top, n):
    """The same in the layout, before .env is copied from .env.example."""
    for app in (1, 2):
        write(f"{top}/m/app{app}/docker-compose.yml", services(n, lambda i: ports(f"${{PORT_{i}:-{7000 + i}}}:80")))
        write(f"{top}/m/app{app}/.env.example", "".join(f"PORT_{i}={9000 + i}\n" for i in range(n)))


def inserts(top, n):
    """Two apps that have no .env yet: a line for each variable is added."""
    for app in "ab":
        write(f"{top}/{app}/compose.yml", services(n, lambda i: ports(f"${{PORT_{i}:-{9000 + i}}}:80")))


def literals(top, n):
    """Two apps with the same many numbers."""
    for app in "ab":
        write(f"{top}/{app}/compose.yml", services(n, lambda i: ports(f"{9000 + i}:80")))


def ranges(top, n):
    """One app with ranges that overlap, each of ten numbers."""
    write(f"{top}/a/compose.yml", services(n // 10, lambda i: ports(f"{9000 + i % 7}-{9009 + i % 7}:80-89")))


def any_of_range(top, n):
    """One app with mappings that take any port of a range."""
    write(f"{top}/a/compose.yml", services(n, lambda i: ports(f"{9000 + i % 7}-{9900 + i % 7}:80")))


def one_port(top, n):
    """Many apps on one number."""
    for i in range(n):
        write(f"{top}/app-{i}/compose.yml", services(1, lambda i: ports("5432:5432")))


def addresses(top, n):
    """Many apps that publish one port, each on an address of its own: none clash."""
    for i in range(n):
        write(f"{top}/a{i}/compose.yml", services(1, lambda _: ports(f"127.0.{i // 250}.{i % 250 + 1}:8080:80")))


def shared_file(top, n):
    """Many apps that extend one service of a file that they share."""
    write(f"{top}/shared/base.yml", services(1, lambda i: ports("8080:80")))
    for i in range(n):
        write(f"{top}/app-{i}/compose.yml",
              "services:\n  web:\n    extends: {file: ../shared/base.yml, service: s0}\n" + ports(f"{9000 + i % 9}:81"))


def extends(top, n):
    """One app, whose services extend one another's file, with a port each."""
    write(f"{top}/a/base.yml", services(n, lambda i: ports(f"{9000 + i}:80")))
    write(f"{top}/a/compose.yml", "services:\n" + "".join(
        f"  t{i}:\n    extends: {{file: base.yml, service: s{i}}}\n" for i in range(n)))
    write(f"{top}/b/compose.yml", services(n, lambda i: ports(f"{9000 + i}:80")))


def outside(top, n):
    """Apps with a port of their own, and one with a port that is decided outside the root."""
    write(f"{top}/../outside/base.yml", services(1, lambda i: ports("9000:80")))
    write(f"{top}/a/compose.yml", "services:\n  web:\n    extends: {file: ../../outside/base.yml, service: s0}\n" +
          services(n, lambda i: ports(f"{9000 + i}:80"))[len("services:\n"):])
    write(f"{top}/b/compose.yml", services(n, lambda i: ports(f"{9000 + i}:80")))


def aliases(top, n):
    """One app, whose services take their ports from one anchor."""
    write(f"{top}/a/compose.yml", "x-ports: &p\n  - \"9000:80\"\n" + services(n, lambda i: "    ports: *p\n"))


def aliased_list(top, n):
    """One service that has a list of many ports by an alias."""
    write(f"{top}/a/compose.yml", "x-ports: &p\n" + "".join(f'  - "{9000 + i}:80"\n' for i in range(n)) + "services:\n  s:\n    image: x\n    ports: *p\n")


def one_default(top, n):
    """One variable whose default is many addresses."""
    write(f"{top}/a/compose.yml", services(1, lambda i: "    environment:\n      - U=${U:-" + "http://localhost:8000 " * n + "}\n" + ports("8000:80")))


def references(top, n):
    """Many addresses of one port, in .env and in environments."""
    for app in "ab":
        write(f"{top}/{app}/compose.yml", services(n, lambda i: "    environment:\n      - U=http://localhost:${PORT}/\n" +
                                                   (ports("${PORT}:80") if i == 0 else "")))
        write(f"{top}/{app}/.env", "PORT=9000\n" + "".join(f"URL_{i}=http://localhost:9000/{i}\n" for i in range(n)))


def hosts(top, n):
    """Two pairs of apps with the same names of containers, each service on a network of its own, where one asks for the other's."""
    for app, name in (("a", "c"), ("b", "c"), ("c", "d"), ("d", "d")):
        joins = app in "bd"
        write(f"{top}/{app}/compose.yml", services(n, lambda i: f"    container_name: {name}{i}\n    networks: [n{i if joins else ''}]\n" +
                                                   f"    environment: ['C=http://c{i}:80', 'D=http://d{i}:80']\n") +
              "networks:\n" + ("".join(f"  n{i}: {{external: true, name: {app}x{i}}}\n" for i in range(n)) if joins else "  n: {}\n"))


def beside(top, n):
    """One app, whose services share the networks of others and ask for ports there."""
    write(f"{top}/a/compose.yml", services(n, lambda i: ports(f"{9000 + i}:80")) + "".join(
        f"  t{i}:\n    image: x\n    network_mode: service:s{i}\n    environment: ['U=http://localhost:80', 'V=http://localhost:{9000 + i}']\n"
        for i in range(n)))
    write(f"{top}/b/compose.yml", services(1, lambda i: ports("9000:80")))


def elsewhere(top, n):
    """One app with udp ports and fixed addresses, and a service that has their numbers in many settings: alone, beside a host, and in
    addresses of hosts that may be this one."""
    write(f"{top}/a/compose.yml", services(n, lambda i: ports(f"{9000 + i}:80/udp") + f"    networks: {{n: {{ipv4_address: 10.{i // 250}.0.{i % 250}}}}}\n") +
          "  asks:\n    image: x\n    environment:\n" + "".join(
              f"      A{i}_PORT: {9000 + i}\n      B{i}_HOST: host.docker.internal\n      B{i}_PORT: {9000 + i}\n"
              f"      C{i}: https://cloud.example.com:{9000 + i}/\n      D{i}: '192.168.1.10:{9000 + i}'\n      E{i}: 'http://localhost:{20000 + i}'\n"
              for i in range(n)) + "networks: {n: {ipam: {config: [{subnet: 10.0.0.0/8}]}}}\n")
    write(f"{top}/b/compose.yml", services(1, lambda i: ports("9000:80/udp")))


def names(top, n):
    """Many apps with one container name and one project name, and a volume each."""
    for i in range(n):
        write(f"{top}/app-{i}/compose.yml", "name: same\n" + services(1, lambda i: "    container_name: web\n") +
              "volumes:\n  data: {name: data}\n")


def volumes(top, n):
    """Two apps of one project name, with many volumes that are all mounted."""
    for app in "ab":
        write(f"{top}/{app}/compose.yml", "name: same\nservices:\n  web:\n    image: x\n    volumes:\n" +
              "".join(f"      - v{i}:/v{i}\n" for i in range(n)) + "volumes:\n" + "".join(f"  v{i}:\n" for i in range(n)))


def included(top, n):
    """Many apps that include one file, which publishes a port."""
    write(f"{top}/shared/db.yml", services(1, lambda i: ports("5432:5432")))
    for i in range(n):
        write(f"{top}/app-{i}/compose.yml", "include: [../shared/db.yml]\nservices:\n  web: {image: x}\n")


def profiles(top, n):
    """One app with many alternatives on one port, by a literal and by a variable, whose containers Compose names."""
    write(f"{top}/a/compose.yml", services(n, lambda i: f"    profiles: [p{i}]\n" + ports("8080:80", "${PORT:-8081}:81")))


def container_names(top, n):
    """One app with many containers that are named."""
    write(f"{top}/a/compose.yml", services(n, lambda i: f"    container_name: c{i}\n"))


def whole_ranges(top, n):
    """One app with mappings that take any port there is."""
    write(f"{top}/a/compose.yml", services(n, lambda i: ports("1-65535:80")))


def layout(top, n):
    """The generated fleet: a pair each, in models of a hundred."""
    subprocess.run([os.path.join(os.path.dirname(os.path.abspath(__file__)), "generate.py"), top, str(n)], check=True)


SHAPES = (one_variable, many_variables, example_only, inserts, literals, ranges, any_of_range, one_port, addresses, shared_file,
          extends, extends_here, repeated_range, outside, aliases, aliased_list, one_default, references, hosts, beside, elsewhere,
          names,
          volumes, included, profiles, container_names, whole_ranges, layout)


def count(command, stdin, stdout):
    """The instructions that COMMAND takes."""
    with open(stdin, "rb") as source, open(stdout, "wb") as sink:
        done = subprocess.run(["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", *command],
                              stdin=source, stdout=sink, stderr=subprocess.PIPE, check=False)
    said = done.stderr.decode(errors="replace")
    counted = re.search(r"I\s+refs:\s+([0-9,]+)", said)
    if done.returncode not in (0, 1) or not counted:
        raise RuntimeError(f"{' '.join(command)}: status {done.returncode}: {said[-500:]}")
    return int(counted.group(1).replace(",", ""))


def measure(shape, n, work):
    """The cost of each step over n things of that shape."""
    top = f"{work}/{shape.__name__}-{n}"
    fleet, findings, plan = f"{top}/fleet", f"{top}/findings.csv", f"{top}/plan.csv"
    os.mkdir(top)
    shape(fleet, n)
    return (count([f"{BIN}/scan", "-j1", fleet], os.devnull, findings),
            count([f"{BIN}/plan", "--no-host-check", "--db", f"{top}/db"], findings, plan),
            count([f"{BIN}/plan", "--no-host-check", "--db", f"{top}/db"], findings, f"{top}/again.csv"),
            count([f"{BIN}/apply", "--db", f"{top}/db"], plan, f"{top}/results.csv"),
            count([f"{BIN}/report", "all", "--out", f"{top}/report"], findings, f"{top}/said"))


def test(shape, work):
    """A line of TAP for each step, without its number."""
    try:
        few, many = measure(shape, SIZE, work), measure(shape, SIZE * 4, work)
    except RuntimeError as error:
        return [(False, f"{shape.__name__}: {error}".replace("\n", " "))]
    return [(b <= a * LIMIT, f"{shape.__name__}, {step}: {a / 1e6:.1f} to {b / 1e6:.1f} million instructions: {b / a:.1f}")
            for step, a, b in zip(STEPS, few, many)]


def main():
    wanted = [s for s in SHAPES if s.__name__ in sys.argv[1:] or len(sys.argv) == 1]
    if not shutil.which("valgrind"):
        print("1..0 # SKIP valgrind is not here")
        return
    work = os.path.realpath(tempfile.mkdtemp(prefix="growth-"))
    number = 0
    try:
        with ThreadPoolExecutor(2) as pool:
            for results in pool.map(lambda shape: test(shape, work), wanted):
                for good, what in results:
                    number += 1
                    print(f"{'ok' if good else 'not ok'} {number} - {what}", flush=True)
    finally:
        shutil.rmtree(work)
    print(f"1..{number}")


if __name__ == "__main__":
    main()
