"""rules_project: which files make a project, what it is called, and the real names of its volumes and networks."""
from rules import case

ONE = "services:\n  a: {image: x, ports: ['1:1']}\n"
TWO = "services:\n  a: {image: x, ports: ['2:2']}\n"
BASES = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"]
OVERRIDES = ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"]


def project(name, files, env=None, folder="proj", current=None):
    case("project", name, files, env, folder, current)


for base in BASES:
    project(f"found: {base}", {base: ONE})
for i, one in enumerate(BASES):
    for other in BASES[i + 1:]:
        project(f"found first: {one} of {other}", {other: TWO, one: ONE})
for over in OVERRIDES:
    project(f"override: {over}", {"compose.yaml": ONE, over: TWO})
    project(f"override: {over} of docker-compose.yml", {"docker-compose.yml": ONE, over: TWO})
for i, one in enumerate(OVERRIDES):
    for other in OVERRIDES[i + 1:]:
        project(f"override first: {one} of {other}", {"compose.yaml": ONE, other: TWO, one: "services:\n  a: {ports: ['3:3']}\n"})
project("other files do not count", {"compose.yaml": ONE, "compose.dev.yaml": TWO, "docker-compose.prod.yml": TWO, "Compose.yml": TWO, "fig.yml": TWO})
project("a folder called compose.yaml", {"compose.yaml/": "", "compose.yml": ONE})
project("a folder called compose.override.yml", {"compose.yaml": ONE, "compose.override.yml/": ""})

# COMPOSE_FILE.
for name, env, more in (
        ("one file", "COMPOSE_FILE=two.yaml\n", {}),
        ("two files", "COMPOSE_FILE=compose.yaml:two.yaml\n", {}),
        ("the order counts", "COMPOSE_FILE=two.yaml:compose.yaml\n", {"two.yaml": "name: two\nservices:\n  a: {image: y, container_name: two, ports: ['2:2']}\n", "compose.yaml": "name: one\nservices:\n  a: {image: x, container_name: one, ports: ['1:1']}\n"}),
        ("no override file of its own accord", "COMPOSE_FILE=compose.yaml\n", {"compose.override.yaml": TWO}),
        ("a separator", "COMPOSE_PATH_SEPARATOR=,\nCOMPOSE_FILE=compose.yaml,two.yaml\n", {}),
        ("a longer separator", "COMPOSE_PATH_SEPARATOR=::\nCOMPOSE_FILE=compose.yaml::two.yaml\n", {}),
        ("an empty separator", "COMPOSE_PATH_SEPARATOR=\nCOMPOSE_FILE=compose.yaml:two.yaml\n", {}),
        ("quoted", "COMPOSE_FILE=\"compose.yaml:two.yaml\"\n", {}),
        ("a file that is not there", "COMPOSE_FILE=none.yaml\n", {}),
        ("a file in a folder", "COMPOSE_FILE=s/two.yaml\n", {"s/two.yaml": TWO}),
        ("a file in a folder with a .env", "P=5\nCOMPOSE_FILE=s/two.yaml\n", {"s/two.yaml": "services:\n  a: {image: x, ports: ['${P}:1', '${Q:-7}:2']}\n", "s/.env": "P=6\nQ=8\n"}),
        ("a file in a folder whose .env names the project", "COMPOSE_FILE=s/two.yaml\n", {"s/two.yaml": TWO, "s/.env": "COMPOSE_PROJECT_NAME=inner\n"}),
        ("a file above", "COMPOSE_FILE=../two.yaml\n", {"../two.yaml": TWO}),
        ("empty", "COMPOSE_FILE=\n", {}),
        ("a separator at the end", "COMPOSE_FILE=compose.yaml:\n", {}),
        ("blanks around the separator", "COMPOSE_FILE=compose.yaml : two.yaml\n", {}),
        ("one file twice", "COMPOSE_FILE=compose.yaml:compose.yaml\n", {}),
        ("through a variable", "F=two\nCOMPOSE_FILE=$F.yaml\n", {}),
        ("paths of a file in a folder", "COMPOSE_FILE=s/two.yaml:three.yaml\n", {"s/two.yaml": "include: [inc.yaml]\n" + TWO, "s/inc.yaml": "services:\n  i: {image: x, ports: ['9:9']}\n", "three.yaml": "services:\n  a: {ports: ['3:3']}\n"}),
        ("extends of the second file", "COMPOSE_FILE=compose.yaml:s/two.yaml\n", {"s/two.yaml": "services:\n  b: {extends: {file: base.yaml, service: c}}\n", "base.yaml": "services:\n  c: {image: x, ports: ['4:4']}\n",
                                                                                   "s/base.yaml": "services:\n  c: {image: x, ports: ['5:5']}\n"}),
        ("reset in the second file", "COMPOSE_FILE=compose.yaml:two.yaml\n", {"two.yaml": "services:\n  a: {ports: !reset []}\n"}),
        ("the name of the last file", "COMPOSE_FILE=compose.yaml:two.yaml\n", {"compose.yaml": "name: one\n" + ONE, "two.yaml": "name: two\n" + TWO}),
        ("an empty second file", "COMPOSE_FILE=compose.yaml:two.yaml\n", {"two.yaml": ""})):
    project("COMPOSE_FILE: " + name, {"compose.yaml": ONE, "two.yaml": TWO, ".env": env, **more})
project("COMPOSE_FILE: the environment's", {"compose.yaml": ONE, "two.yaml": TWO, ".env": "COMPOSE_FILE=compose.yaml\n"}, env={"COMPOSE_FILE": "two.yaml"})
project("COMPOSE_FILE: an empty one in the environment", {"compose.yaml": ONE, "two.yaml": TWO, ".env": "COMPOSE_FILE=two.yaml\n"}, env={"COMPOSE_FILE": ""})

# The project's name.
for folder in ("app1", "My Proj", "my.proj", "-proj-", "_p", "My_App-2.0", "pröj", "p--q__r", "UPPER", "9lives", "a+b", "v1.2.3", "x_", "p,q", "it's", "p\"q", "p#q", "p$q", "p%q", "äpp", "...p", "--", "...", "__", "日本", "a" * 100):
    project(f"name of the folder {folder if len(folder) < 50 else 'of a hundred letters'}", {"compose.yaml": ONE}, folder=folder)
for name in ("foo", "Foo", "foo.bar", "foo bar", "_foo", "-foo", "foo-", "'123'", "'...'", "''", "${N}", "${N:-nn}", "F$N", "$${N}", "föö", "1a", "'a:b'", "~x", "${COMPOSE_PROJECT_NAME}", "a/b", "${COMPOSE_PROJECT_NAME:-dd}"):
    project(f"name: {name}", {"compose.yaml": f"name: {name}\n" + ONE})
for value in ("foo", "Foo", "foo.bar", "foo-bar_1", "_foo", "-foo", "'foo bar'", "föö", "", "9", "f", "foo/bar", "' foo'", "foo # c", "\"foo\""):
    project(f"COMPOSE_PROJECT_NAME={value}", {"compose.yaml": "name: yam\n" + ONE, ".env": f"COMPOSE_PROJECT_NAME={value}\n"})
project("COMPOSE_PROJECT_NAME with no name:", {"compose.yaml": ONE, ".env": "COMPOSE_PROJECT_NAME=env-name\n"})
project("COMPOSE_PROJECT_NAME through a variable", {"compose.yaml": ONE, ".env": "N=nn\nCOMPOSE_PROJECT_NAME=${N}-1\n"})
project("COMPOSE_PROJECT_NAME of the environment", {"compose.yaml": "name: yam\n" + ONE, ".env": "COMPOSE_PROJECT_NAME=dot\n"}, env={"COMPOSE_PROJECT_NAME": "outer"})
project("COMPOSE_PROJECT_NAME empty in the environment", {"compose.yaml": "name: yam\n" + ONE, ".env": "COMPOSE_PROJECT_NAME=dot\n"}, env={"COMPOSE_PROJECT_NAME": ""})
project("COMPOSE_PROJECT_NAME empty, and no name:", {"compose.yaml": ONE, ".env": "COMPOSE_PROJECT_NAME=\n"})
project("COMPOSE_PROJECT_NAME twice", {"compose.yaml": ONE, ".env": "COMPOSE_PROJECT_NAME=one\nCOMPOSE_PROJECT_NAME=two\n"})
project("COMPOSE_PROJECT_NAME exported and quoted", {"compose.yaml": ONE, ".env": "export COMPOSE_PROJECT_NAME='one'\n"})
project("the name in a container's name", {"compose.yaml": "name: nn\nservices:\n  a: {image: x, container_name: '${COMPOSE_PROJECT_NAME}-a'}\n"})
project("the folder's name in a container's name", {"compose.yaml": "services:\n  a: {image: x, container_name: '${COMPOSE_PROJECT_NAME}-a'}\n"}, folder="My.App")
project("name: of the override file", {"compose.yaml": "name: one\n" + ONE, "compose.override.yaml": "name: two\n"})
project("empty name: of the override file", {"compose.yaml": "name: one\n" + ONE, "compose.override.yaml": "name: ''\n"})
project("name: and a folder that has none", {"compose.yaml": "name: ok\n" + ONE}, folder="日本")
project("PWD in a file", {"compose.yaml": "services:\n  a: {image: x, container_name: 'n${NOPE}n'}\n"})

# Volumes and networks.
USE = "services:\n  a:\n    image: x\n    volumes: ['vol1:/x']\n    networks: [net1]\n"
for name, text in {
    "plain": "volumes:\n  vol1:\nnetworks:\n  net1:\n",
    "empty maps": "volumes:\n  vol1: {}\nnetworks:\n  net1: {}\n",
    "named": "volumes:\n  vol1: {name: vv}\nnetworks:\n  net1: {name: nn}\n",
    "named through a variable": "volumes:\n  vol1: {name: '${COMPOSE_PROJECT_NAME}_q'}\nnetworks:\n  net1: {name: 'n-${X:-1}'}\n",
    "named blank": "volumes:\n  vol1: {name: ''}\nnetworks:\n  net1: {name: '${NOPE}'}\n",
    "external": "volumes:\n  vol1: {external: true}\nnetworks:\n  net1: {external: true}\n",
    "external with a name": "volumes:\n  vol1: {external: true, name: vv}\nnetworks:\n  net1: {external: true, name: nn}\n",
    "external in the old way": "volumes:\n  vol1: {external: {name: vv}}\nnetworks:\n  net1: {external: {name: nn}}\n",
    "external as a text": "volumes:\n  vol1: {external: 'true'}\nnetworks:\n  net1: {external: '${E:-true}'}\n",
    "external false": "volumes:\n  vol1: {external: false}\nnetworks:\n  net1: {external: false}\n",
    "external and a driver": "volumes:\n  vol1: {external: true, driver: d}\nnetworks:\n  net1:\n",
    "the default network named": "volumes:\n  vol1:\nnetworks:\n  net1:\n  default: {name: dd}\n",
    "not declared": "networks:\n  net1:\n",
    "network not declared": "volumes:\n  vol1:\n",
}.items():
    project("volumes and networks: " + name, {"compose.yaml": USE + text})
for name, mount, keys in (
        ("short form", "'vol1:/x'", "  vol1:\n"), ("short form, read only", "'vol1:/x:ro'", "  vol1:\n"), ("long form", "{type: volume, source: vol1, target: /x}", "  vol1:\n"),
        ("path", "'./vol1:/x'", "  vol1:\n"), ("absolute path", "'/vol1:/x'", "  vol1:\n"), ("home", "'~/vol1:/x'", "  vol1:\n"), ("no source", "'/x'", "  vol1:\n"),
        ("one letter", "'v:/x'", "  v:\n"), ("capitals and dots", "'Vol.1:/x'", "  Vol.1:\n"), ("through a variable", "'${V:-vol1}:/x'", "  vol1:\n"), ("bind in long form", "{type: bind, source: ./vol1, target: /x}", "  vol1:\n")):
    project("mount: " + name, {"compose.yaml": f"services:\n  a:\n    image: x\n    volumes:\n      - {mount}\nvolumes:\n{keys}"})
project("default network of a named project", {"compose.yaml": "name: Foo.Bar\n" + ONE})
project("default network named", {"compose.yaml": ONE + "networks:\n  default: {name: shared}\n"})
project("default network external", {"compose.yaml": ONE + "networks:\n  default: {external: true, name: shared}\n"})
project("no default network where the host's is used", {"compose.yaml": "services:\n  a: {image: x, network_mode: host}\n"})
project("volumes of a disabled service", {"compose.yaml": ONE + "  b: {image: x, profiles: [p], volumes: ['vol1:/x']}\nvolumes:\n  vol1:\n"})
project("resources of the override file", {"compose.yaml": USE + "volumes:\n  vol1:\nnetworks:\n  net1:\n", "compose.override.yaml": "volumes:\n  vol1: {name: over}\nnetworks:\n  net1: {name: nover}\n"})

# Variables are replaced in values alone: a key is what it says.
for section, service, top in (
    ("a volume that is used", "volumes: ['lit:/l']", 'volumes: {lit: {}, "${X}": {}}'),
    ("a volume", "volumes: ['$${X}:/l']", 'volumes: {"${X}": {}}'),
    ("a network", 'networks: ["$${N}"]', 'networks: {"${N}": {}}'),
    ("a network by its key", 'networks: {"${N}": {aliases: [x]}}', 'networks: {"${N}": {name: n}}'),
    ("another network", 'networks: ["${N:-front}"]', 'networks: {"${N:-front}": {}, front: {}}'),
    ("environment and labels", 'environment: {"${P}": "${P:-1}"}\n    labels: {"x.${P:-2}": "3"}\n    ports: ["${P:-80}:1"]', ""),
):
    project(f"no variable in a key: {section}", {"compose.yaml": f"services:\n  a:\n    image: x\n    {service}\n{top}\n", ".env": "X=lit\n"})
project("no variable in a key: a service", {"compose.yaml": 'services:\n  "${S}": {image: x}\n', ".env": "S=web\n"})
