"""rules_file: what YAML makes of a compose file."""
from rules import case, line, refused

NET = {"name": "proj", "networks": ["proj_default"]}
HEAD = "services:\n  a:\n    image: x\n"


def yaml(name, text, env=None, current=None, **more):
    case("yaml", name, {"compose.yaml": text, **{k.replace("__", "."): v for k, v in more.items()}}, env, current=current)


def named(name, scalar, current=None):
    """A container name written as SCALAR."""
    yaml(f"typing of a name: {name}", HEAD + f"    container_name: {scalar}\n", current=current)


# Merge keys, anchors, aliases.
yaml("merge key", "x-b: &b\n  ports: ['80:80']\n  container_name: base\nservices:\n  a:\n    <<: *b\n    image: x\n")
yaml("own keys beat a merge key, written before", "x-b: &b\n  ports: ['80:80']\nservices:\n  a:\n    image: x\n    ports: ['81:81']\n    <<: *b\n")
yaml("own keys beat a merge key, written after", "x-b: &b\n  ports: ['80:80']\nservices:\n  a:\n    <<: *b\n    image: x\n    ports: ['81:81']\n")
yaml("merge of two, the earlier wins", "x-b: &b {container_name: bb, image: x}\nx-c: &c {container_name: cc, ports: ['80:80']}\nservices:\n  a:\n    <<: [*b, *c]\n")
yaml("merge of a flow map", "services:\n  a:\n    <<: {image: x, ports: ['80:80']}\n")
yaml("merge of an alias to a list", "x-l: &l [{image: x}, {image: y, container_name: nn}]\nservices:\n  a:\n    <<: *l\n")
yaml("merge within a merged map", "x-a: &a {container_name: deep}\nx-b: &b\n  <<: *a\n  image: x\nservices:\n  a:\n    <<: *b\n")
yaml("merge of maps within is shallow", "x-b: &b\n  deploy: {replicas: 2}\n  image: x\nservices:\n  a:\n    <<: *b\n    deploy: {mode: replicated}\n    container_name: nn\n")
yaml("two merge keys", "x-b: &b {image: x}\nx-c: &c {ports: ['80:80']}\nservices:\n  a:\n    <<: *b\n    <<: *c\n")
yaml("merge of nothing", "services:\n  a:\n    image: x\n    <<:\n")
yaml("merge of a text", "services:\n  a:\n    image: x\n    <<: text\n")
yaml("merge of a list of texts", "services:\n  a:\n    image: x\n    <<: [a, b]\n")
yaml("merge key in services", "x-s: &s\n  b: {image: y, ports: ['81:81']}\nservices:\n  <<: *s\n  a:\n    image: x\n")
yaml("merge key at the top", "x-t: &t\n  name: merged\n<<: *t\nservices:\n  a:\n    image: x\n")
yaml("alias of a list", "x-p: &p ['80:80', '81:81/udp']\nservices:\n  a:\n    image: x\n    ports: *p\n")
yaml("alias of an item", "x-p: &p '80:80'\nservices:\n  a:\n    image: x\n    ports: [*p, '81:81']\n")
yaml("alias of a number", "x-p: &p 8080\nservices:\n  a:\n    image: x\n    ports:\n      - {target: *p, published: *p}\n")
yaml("alias of a service", "services:\n  a: &a\n    image: x\n    ports: ['80']\n  b: *a\n")
yaml("an anchor defined again", "x-a: &n one\nx-b: &n two\nservices:\n  a:\n    image: x\n    container_name: *n\n")
yaml("an anchor defined again after use", "x-a: &n one\nservices:\n  a:\n    image: x\n    container_name: *n\nx-b: &n two\n")
yaml("unknown alias", HEAD + "    container_name: *nobody\n")
yaml("alias before its anchor", HEAD + "    container_name: *n\nx-n: &n late\n")
yaml("alias to its own parent", "services: &s\n  a:\n    image: x\n    x-loop: *s\n")
yaml("anchor on a key", "services:\n  &k a:\n    image: x\n    container_name: *k\n")
yaml("alias as a key", "x-k: &k a\nservices:\n  *k :\n    image: x\n")
yaml("anchor on an empty value", "x-n: &n\nservices:\n  a:\n    image: x\n    ports: *n\n")
yaml("item keeps its expansion through an alias", "x-p: &p '${P:-80}:80'\nservices:\n  a: {image: x, ports: [*p]}\n  b: {image: x, ports: [*p]}\n", __env="P=9000\n")

# Keys.
yaml("duplicate key", HEAD + "    image: y\n")
yaml("duplicate service", HEAD + "  a:\n    image: y\n")
yaml("duplicate key, quoted once", HEAD + "    \"image\": y\n")
yaml("duplicate key in an extension", "x-a: {b: 1, b: 2}\n" + HEAD)
yaml("duplicate key at the top", HEAD + "services: {}\n")
yaml("number as a service", "services:\n  1:\n    image: x\n")
yaml("boolean as a service", "services:\n  true:\n    image: x\n")
yaml("null as a service", "services:\n  null:\n    image: x\n")
yaml("tilde as a service", "services:\n  ~:\n    image: x\n")
yaml("float as a service", "services:\n  1.5:\n    image: x\n")
yaml("yes, no, on and off as services", "services:\n  yes: {image: x}\n  no: {image: x}\n  on: {image: x, ports: ['1:1']}\n  off: {image: x}\n")
yaml("quoted number as a service", "services:\n  '1':\n    image: x\n    ports: ['1:1']\n")
yaml("date as a service", "services:\n  2024-01-01:\n    image: x\n")
yaml("quoted keys", "'services':\n  \"a\":\n    \"image\": x\n    'ports': ['80:80']\n")
yaml("escaped key", "\"serv\\x69ces\":\n  a:\n    image: x\n    ports: ['80:80']\n")
yaml("explicit key", "? services\n: ? a\n  : image: x\n    ports: ['80:80']\n")
yaml("non-string key in an extension", "x-a: {1: b}\n" + HEAD)
yaml("non-string key in labels", HEAD + "    labels: {1: b}\n")
yaml("list as a key", "x-a:\n  ? [a]\n  : b\n" + HEAD)
for name in ("a_b", "a.b", "A-b", "-a", "_a", "9", "a9", ".a"):
    yaml(f"service name {name}", f"services:\n  '{name}':\n    image: x\n    ports: ['80:80']\n")
for name in ("a b", "a/b", "é", "", "a:b", "$a", "a@b"):
    yaml(f"refused service name '{name}'", f"services:\n  '{name}':\n    image: x\n")
yaml("extension key below services is a service", "services:\n  x-a:\n    image: x\n    ports: ['80:80']\n")
yaml("extension keys", "x-top: {a: [b]}\n" + HEAD + "    x-own: 1\n")
yaml("unknown key in services' a", HEAD + "    portz: ['80:80']\n")
yaml("unknown key at the top", "foo: 1\n" + HEAD)

# Documents.
yaml("start marker", "---\n" + HEAD)
yaml("end marker", HEAD + "...\n")
yaml("comment before the start marker", "# c\n---\n" + HEAD)
yaml("two documents", HEAD + "    ports: ['80:80']\n---\nservices:\n  a:\n    ports: ['81:81']\n    container_name: nn\n")
yaml("two documents, a service each", HEAD + "---\nservices:\n  b:\n    image: y\n    ports: ['81:81']\n")
yaml("three documents, the last name wins", "name: one\n" + HEAD + "---\nname: two\n---\nname: three\n")
yaml("anchor of an earlier document", "x-p: &p ['80:80']\n" + HEAD + "---\nservices:\n  a:\n    ports: *p\n")
yaml("empty second document", HEAD + "---\n")
yaml("comment as a second document", HEAD + "---\n# c\n")
yaml("null second document", HEAD + "---\nnull\n")
yaml("list second document", HEAD + "---\n- a\n")
yaml("reset in a second document", HEAD + "    ports: ['80:80']\n---\nservices:\n  a:\n    ports: !reset []\n")
yaml("override in a second document", HEAD + "    ports: ['80:80']\n---\nservices:\n  a:\n    ports: !override ['81:81']\n")
yaml("YAML directive", "%YAML 1.1\n---\n" + HEAD)
yaml("YAML directive of 1.2", "%YAML 1.2\n---\n" + HEAD)

# Nothing there.
yaml("empty file", "")
yaml("only a comment", "# nothing\n")
yaml("only blanks", "\n  \n")
yaml("empty map", "{}\n")
yaml("null", "null\n")
yaml("a text", "text\n")
yaml("a list", "- a\n- b\n")
yaml("services is null", "services:\n")
yaml("services is a list", "services: []\n")
yaml("services is a text", "services: a\n")
yaml("services is empty", "services: {}\n")
yaml("a name and no services", "name: alone\n")
yaml("volumes and no services", "volumes:\n  vv:\n")
yaml("service is null", "services:\n  a:\n")
yaml("service is a list", "services:\n  a: [b]\n")
yaml("service is a text", "services:\n  a: b\n")
yaml("ports is null", HEAD + "    ports:\n")
yaml("ports is empty", HEAD + "    ports: []\n")
yaml("ports is a text", HEAD + "    ports: '80:80'\n")
yaml("ports is a map", HEAD + "    ports: {80: 80}\n")
yaml("ports is a map of texts", HEAD + "    ports: {a: b}\n")
yaml("port is null", HEAD + "    ports: [null]\n")
yaml("port is a list", HEAD + "    ports: [['80:80']]\n")
yaml("port is a boolean", HEAD + "    ports: [true]\n")
yaml("port with a blank after the colon", HEAD + "    ports:\n      - 80: 80\n")
yaml("port that ends in a colon", HEAD + "    ports:\n      - 8080:\n")
yaml("container_name is null", HEAD + "    container_name:\n")
yaml("container_name is a list", HEAD + "    container_name: [a]\n")
yaml("container_name is empty", HEAD + "    container_name: ''\n", current=refused("an empty name is refused", "services.a.container_name does not match the pattern"))
yaml("version is a text", "version: '3.8'\n" + HEAD)
yaml("version is a float", "version: 3.8\n" + HEAD)
yaml("version is a number", "version: 3\n" + HEAD)
yaml("name is a number", "name: 123\n" + HEAD)
yaml("name is a boolean", "name: true\n" + HEAD)
yaml("name is null", "name:\n" + HEAD)
yaml("name is quoted digits", "name: '123'\n" + HEAD)
yaml("volumes is a list", HEAD + "volumes: [a]\n")
yaml("networks is null", HEAD + "networks:\n")
yaml("volume is null", HEAD + "    volumes: ['vv:/x']\nvolumes:\n  vv:\n")
yaml("profiles is a text", HEAD + "    profiles: p\n")
yaml("scale is a text of digits", HEAD + "    scale: '2'\n")

# Bytes.
yaml("byte order mark", b"\xef\xbb\xbf" + HEAD.encode() + b"    ports: ['80:80']\n")
yaml("byte order mark and letters beyond ASCII", b"\xef\xbb\xbf# \xc3\xa9\xc3\xa9\n" + HEAD.encode() + "    labels: {é: ü}\n    ports: ['80:80']\n".encode())
yaml("UTF-16, little end first", b"\xff\xfe" + (HEAD + "    ports: ['80:80']\n").encode("utf-16-le"))
yaml("UTF-16, big end first", b"\xfe\xff" + (HEAD + "    ports: ['80:80']\n").encode("utf-16-be"))
yaml("CRLF", (HEAD + "    ports:\n      - '80:80'\n      - \"81:81\" # c\n    container_name: nn\n").replace("\n", "\r\n"))
yaml("CR alone", (HEAD + "    ports: ['80:80']\n").replace("\n", "\r"))
yaml("no final newline", HEAD + "    container_name: nn")
yaml("JSON", '{"services": {"a": {"image": "x", "ports": ["80:80", {"target": 81, "published": "8081"}], "container_name": "nn"}}}\n')
yaml("JSON over lines with tabs", '{\n\t"services": {\n\t\t"a": {"image": "x"}\n\t}\n}\n')
yaml("tab as indentation", "services:\n\ta:\n\t\timage: x\n")
yaml("tab after a colon", "services:\n  a:\n    image:\tx\n    container_name:\tnn\n")
yaml("bytes that are no UTF-8", HEAD.encode() + b"    container_name: n\xff\n")
yaml("bytes that are no UTF-8 in a comment", b"# \xe9\n" + HEAD.encode())
yaml("control character", HEAD + "    container_name: \"n\x01n\"\n")
yaml("NUL byte", HEAD.encode() + b"# \x00\n")
yaml("next line character as a line break", "services:\u0085  a:\u0085    image: x\u0085    ports: ['80:80']\n")
yaml("line separator as a line break", "services:\u2028  a:\u2028    image: x\u2028    ports: ['80:80']\n")
yaml("letters beyond the first plane", HEAD + "    labels: {'😀': '😀 ${P:-80}'}\n    ports: ['${P:-80}:80']\n")

# Syntax.
yaml("flow style", "{services: {a: {image: x, ports: [80:80, '81:81', 8082], container_name: nn}}}\n")
yaml("flow style over lines", "services: {\n  a: {\n    image: x,\n    ports: [\n      '80:80', # c\n      '81:81',\n    ],\n  },\n}\n")
yaml("flow pair", HEAD + "    ports: [80: 80]\n")
yaml("list at its key's own indentation", HEAD + "    ports:\n    - '80:80'\n    - 81:81\n")
yaml("list with a gap", HEAD + "    ports:\n\n      - '80:80'\n      # c\n\n      - '81:81'\n")
yaml("port in a literal block", HEAD + "    ports:\n      - |-\n        80:80\n")
yaml("port in a literal block that keeps its newline", HEAD + "    ports:\n      - |\n        80:80\n")
yaml("port in a folded block", HEAD + "    ports:\n      - >-\n        80:80\n")
yaml("port in a double-quoted scalar with escapes", HEAD + "    ports: [\"\\x38\\u0030:80\"]\n")
yaml("port with a tag", HEAD + "    ports: [!!str 80]\n")
yaml("port with an unknown tag", HEAD + "    ports: [!foo '80:80']\n")
yaml("port with a comment", HEAD + "    ports:\n      - 8080:80 # c\n      - \"81:80\" #c\n")
yaml("port and a hash", HEAD + "    ports:\n      - 8080:80# c\n")
yaml("map item on the line of its dash", HEAD + "    ports:\n      - target: 80\n        published: 8080\n      - published: \"81\"\n        target: 81\n")
yaml("number tagged as text", HEAD + "    container_name: !!str 123\n")
yaml("text tagged as number", HEAD + "    ports: [!!int '80']\n")
yaml("unknown tag on a name", HEAD + "    container_name: !foo bar\n")
yaml("tag on a map", "services:\n  a: !!map\n    image: x\n")
yaml("bad indentation", "services:\n  a:\n    image: x\n   ports: ['80:80']\n")
yaml("flow list that does not end", HEAD + "    ports: ['80:80'\n")
yaml("quote that does not end", HEAD + "    container_name: 'nn\n")
yaml("colon in a plain scalar", HEAD + "    container_name: a: b\n")
yaml("at sign first", HEAD + "    container_name: @a\n")
yaml("backtick first", HEAD + "    container_name: `a`\n")
yaml("percent sign first", HEAD + "    container_name: %a\n")
yaml("bad escape", HEAD + "    container_name: \"a\\z\"\n")
yaml("escaped slash", HEAD + "    labels: [\"a\\/b\"]\n")
for text in ("it\\'s", "a\\\\/b", "\\'a\\'", "\\'\\tb", "a\\\\\\'x", "'\\\\\\\\\\'"):
    yaml("escaped quote: " + text, HEAD + "    volumes: ['vv:/v']\nvolumes: {vv: {name: \"" + text + "\"}}\n")
yaml("plain scalar over lines", HEAD + "    container_name: aa\n      bb\n")
yaml("comment ends a plain scalar", HEAD + "    container_name: aa#b # c\n")

# What a plain scalar is.
for s in ("web", "yes", "no", "on", "off", "y", "22:22", "1:30", "12:30:45", "_1", "0.1.2", "0xZZ", "1e400x", "1_2_x", "0b2", "0o8", "2024-13-45x", "nullx", "Yes", "1.2.3.4"):
    named(s, s)
for s in ("123", "true", "True", "TRUE", "false", "null", "Null", "NULL", "~", "1.5", ".5", "1.", "1e3", "0x1F", "0b11", "0o17", "017", "1_000", "+1", "-1", "08", ".inf", ".nan", "2024-01-01",
          "2001-12-14t21:59:43.10-05:00"):
    named(s, s)
    named(f"{s}, quoted", f"'{s}'")
for s in ("8080", "0o17", "017", "010", "0x1F90", "8_080", "0b1010000", "08", "80.5", "1e3", "80.0", "+80", "-80", "0_7", "80_", "0", "65535", "65536", "99999999999999999999", "8e1", "0x1F_90", "1:30", "22:22", "56:56", "3:30",
          "59:59", "3000-3002", "80/udp", "80/tcp", "~", "yes", "true", ".5", "2024-01-01"):
    yaml(f"typing of a port: {s}", HEAD + f"    ports:\n      - {s}\n")
for s in ("80", "'80'", "0x50", "080", "0o120", "8e1", "80.0", "'0x50'", "'080'", "true", "null", "'80-81'", "-1", "0", "70000", "8_0", "'8_0'", "' 80'", "''", "'+80'"):
    yaml(f"typing of a target: {s}", HEAD + f"    ports:\n      - target: {s}\n")
for s in ("8080", "'8080'", "010", "0x50", "'010'", "8080.5", "1e3", "true", "null", "''", "'8080-8090'", "abc", "-5", "70000", "8_080", "'+80'", "[80]", "' 80 '", "0", "'0'"):
    yaml(f"typing of published: {s}", HEAD + f"    ports:\n      - target: 80\n        published: {s}\n")

# Reset and override.
BASE = "services:\n  a:\n    image: x\n    container_name: base\n    ports: ['80:80', '81:81/udp']\n  b:\n    image: y\n"
for name, over in {
    "reset null": "  a:\n    ports: !reset null\n",
    "reset of nothing": "  a:\n    ports: !reset\n",
    "reset of an empty list": "  a:\n    ports: !reset []\n",
    "reset of a list": "  a:\n    ports: !reset ['82:82']\n",
    "override of a list": "  a:\n    ports: !override ['82:82']\n",
    "override of an empty list": "  a:\n    ports: !override []\n",
    "reset of an item": "  a:\n    ports: [!reset '80:80']\n",
    "override of an item": "  a:\n    ports: [!override '9:9']\n",
    "reset of a service": "  a: !reset null\n",
    "override of a service": "  a: !override\n    image: z\n    ports: ['99:99']\n",
    "reset of a name": "  a:\n    container_name: !reset null\n",
    "reset of a name, with a text": "  a:\n    container_name: !reset other\n",
    "override of a name": "  a:\n    container_name: !override other\n",
    "null changes no ports": "  a:\n    ports:\n",
    "null changes no name": "  a:\n    container_name:\n",
    "null changes no service": "  a:\n",
    "an empty list changes no ports": "  a:\n    ports: []\n",
    "ports are appended": "  a:\n    ports: ['82:82']\n",
    "ports that are there are not appended": "  a:\n    ports: ['80:80/tcp', '83:83']\n",
    "another host port for one target": "  a:\n    ports: ['90:80']\n",
    "name is replaced": "  a:\n    container_name: other\n",
    "service is added": "  c:\n    image: z\n    ports: ['82:82']\n",
    "anchor on a tag": "  a:\n    ports: &r !reset []\n  b:\n    ports: *r\n",
    "override of deploy": "  a:\n    deploy: !override {replicas: 1}\n",
    "a bad port": "  a:\n    ports: ['x:80']\n",
    "reset of what is not there": "  b:\n    ports: !reset []\n    container_name: !reset null\n",
}.items():
    yaml("override file: " + name, BASE, compose__override__yaml="services:\n" + over)
yaml("reset in the base file", HEAD + "    ports: !reset ['80:80']\n    container_name: !reset nn\n")
yaml("override in the base file", HEAD + "    ports: !override ['80:80']\n")
yaml("reset beside a merge key", "x-b: &b {ports: ['80:80']}\nservices:\n  a:\n    <<: *b\n    image: x\n    ports: !reset []\n")
yaml("reset through a merge key", BASE, compose__override__yaml="x-r: &r\n  ports: !reset []\nservices:\n  a:\n    <<: *r\n",
     current=line("a tag counts through a merge key", services={"a": {"container_name": "base", "ports": []}, "b": {"container_name": None, "ports": []}}, **NET))
yaml("empty override file", BASE, compose__override__yaml="")
yaml("comment as override file", BASE, compose__override__yaml="# nothing yet\n")
yaml("override file of an empty map", BASE, compose__override__yaml="{}\n")
yaml("override file with null services", BASE, compose__override__yaml="services:\n")
yaml("override file supplies the image", "services:\n  a:\n    ports: ['80:80']\n", compose__override__yaml="services:\n  a:\n    image: x\n")
yaml("override file cannot mend a name", HEAD + "    container_name: 5\n", compose__override__yaml="services:\n  a:\n    container_name: five\n")
yaml("override file is not YAML", BASE, compose__override__yaml="services: [\n")
yaml("override file with two documents", BASE, compose__override__yaml="services:\n  a:\n    ports: ['82:82']\n---\nservices:\n  a:\n    ports: ['83:83']\n")

# In brackets a question mark begins a key.
for text in ("command: [a?b]", "command: [what?]", "command: [http://x/?a=b]", "command: [?a]", "command: ['a?b', \"c?\"]", "labels: {a: what? no}", "labels: {a?b: c}", "labels: {? a : b}", "command: a?b", "command: [a: b?c]",
             "command: [a,\n      b\n      c?d]", "labels: {a: b}\n    command: what?"):
    yaml(f"a question mark: {text}", HEAD + f"    {text}\n")

# In brackets a colon may end a scalar, if only one comes behind it that ends the scalar as well.
for text in ("command: [a:,b]", "command: [a:]", "labels: {a:}", "labels: {a:,b: c}", "labels: {a: b:}", "labels: {a:[b]}", "command: [a:{b}]", "command: [::]", "command: [:a]", "command: [a::b]", "labels: {a: :b}",
             "labels: {a:, b:, \"c\": d^e, f: 'g:'}\n    command: [p:, \"q:,\", 'r:', s]", "ports: [80:, 81:81]", "command: [a:\n      b, c:, d\n      e:]", "container_name: a{:}", "command: [a:?b]"):
    yaml(f"a colon in brackets: {text}", HEAD + f"    {text}\n")
yaml("a colon in brackets: it is in a container's name", "services: {a: {image: x, container_name: web1:}}\n")
yaml("a colon in brackets: a volume is called so", HEAD + "    volumes: ['db:/x']\nvolumes: {db:}\n")

# Ways to write one scalar, with expansions in it, which have to be found in the file again.
for k, scalar in enumerate((
    '"${P:-80}:8\\x30"', '"\\x38\\u0030:80"', '"80:\\U00000038\\x30"', '"80\\:80"', '"\\t80:80"', '"80:80\\\n        "', '"80:\\\n      80"', "'80:80\n\n      '", "'8''0:80'", '"${P:-80}\\\n      :80"', '"$P\\\n       :80"',
    '"\n      80:80"', '"80:80\n      "', "80\n        :80", "80:\n        80", "|-\n        ${P:-80}:80", ">-\n        ${P:-80}:80", "|2-\n        80:80", "|+\n        80:80\n\n", ">\n\n        80:80", "|-\n\n        80:80", ">-\n        80:80  ",
    "|- # why\n        80:80", "'${P:-80}:80' # why", "!!str '${P:-80}:80'", "&p '${P:-80}:80'", '"\\\n      80:80"', '"${P:-\\x38\\x30}:80"', '"\\x24{P:-80}:80"', "'${P:-80\n      }:80'")):
    yaml(f"ways to write a port: {scalar!r}", HEAD + "    ports:\n      - " + scalar + "\n", __env="P=8080\n" if k % 2 else "")
for k, scalar in enumerate((
    '"a\\\n      b"', '"a\\x2db"', '"${N:-a}\\u002d${M:-b}"', '"a\n      b"', "'a\n      b'", "a\n      b", "'it''s'", '"a\\_b"', '"\\N\\L\\P"', '"a\\0b"', '"\\a\\b\\e\\f\\v"', '"q\\"q"', '"b\\\\b"', "|\n      ${N:-a}\n      b\n", ">\n      ${N:-a}\n      b\n",
    ">\n      a\n\n      b\n", ">\n      a\n       b\n      c\n", "|+\n      a\n\n", ">+\n      a\n\n\n", "|-\n        a\n       b\n", "|1\n      a\n", '"é${N:-ü}ö"', "é${N:-ü}", '"a \\\n      \\ b"', '"a\n\n      b"', "'a\n\n\n      b'", '"$$x${N:-$$y}"', '" a "', "' ${N:-a} '",
    '"tab\\\tb"', '"\\x"', '"\\q"', '"\\u12"', '"\\ud800"', '"a', "'a", "|x\n      a\n", ">-9\n      a\n")):
    text = "services:\n  a: {image: x, volumes: ['vol:/v']}\nvolumes:\n  # ü\n  vol:\n    name: " + scalar + "\n"
    yaml(f"ways to write a name: {scalar!r}", text)
    if k % 3 == 0:
        yaml(f"ways to write a name, lines that end in CR LF: {scalar!r}", text.replace("\n", "\r\n").encode())
