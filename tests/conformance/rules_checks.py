"""rules_checks: what Compose refuses in a service beside its ports and names, and which of its mounts stand."""
from rules import case

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
