"""rules_env: .env files and interpolation."""
from rules import case, line, one, ports, refused, seen, show

PROJ = {"name": "proj", "networks": ["proj_default"]}


def dotenv(name, text, *keys, env=None, current=None):
    keys = keys or ("A",)
    case("dotenv", name, {".env": text, "compose.yaml": show(*[f"${{{k}-unset}}" for k in keys])}, env, current=current)


# Statements.
dotenv("spaces around the equals sign", "A = one\nB= two\nC =three\n", "A", "B", "C")
dotenv("tabs around the equals sign", "\tA\t=\tone\t\n")
dotenv("indented statements", "   A=1\n\t B=2\n", "A", "B")
dotenv("blank lines and comments between", "\n\n# A=9\n   # more\nA=1\n\n\n#end", "A")
dotenv("export", "export A=1\nexport\tB=2\n  export   C = 3\n", "A", "B", "C")
dotenv("export as a part of a key", "exportA=1\n", "exportA", "A")
dotenv("export as a key", "export=1\n", "export")
dotenv("export of a key called export", "export export=yes\n", "export")
dotenv("export alone", "export\nA=1\n", "A", "export")
dotenv("colon for equals", "A: one\nB:two\nC : three\n", "A", "B", "C")
dotenv("colon and equals, the first counts", "A:=1\nB=:2\nC:d=3\n", "A", "B", "C")
dotenv("a URL as a value", "A=http://u:8003/p?q=1&r=2\nB: https://h:1\n", "A", "B")
dotenv("equals signs in a value", "A=b=c==\n")
dotenv("empty values", "A=\nB=   \nC:\nD=\t\n", "A", "B", "C", "D")
dotenv("an empty value does not take the next line", "A=\n  B=2\n", "A", "B")
dotenv("no final newline", "A=1\nB=2", "A", "B")
dotenv("no final newline after a blank", "A=1 ", "A")
dotenv("an empty file", "", "A")
dotenv("only a comment", "# nothing", "A")
dotenv("a byte order mark", b"\xef\xbb\xbfA=1\nB=2\n", "A", "B")
dotenv("a byte order mark that is not first", b"A=1\n\xef\xbb\xbfB=2\n", "A", "B")
dotenv("a byte order mark and nothing else", b"\xef\xbb\xbf", "A")
dotenv("a byte order mark before a comment", b"\xef\xbb\xbf# c\nA=1\n", "A")
dotenv("CRLF", "A=1\r\nB=two words\r\n\r\n# c\r\nC=3\r\n", "A", "B", "C")
dotenv("CRLF and quotes", "A=\"1\"\r\nB='2'\r\nC=3\r\n", "A", "B", "C")
dotenv("CRLF and comments", "A=1 # c\r\nB=\"2\" # c\r\n", "A", "B")
dotenv("CRLF and empty values", "A=\r\nB=\r\n", "A", "B")
dotenv("CRLF within quotes", "A=\"x\r\ny\"\r\nB=2\r\n", "A", "B")
dotenv("CR alone ends no line", "A=1\rB=2\n", "A", "B")
dotenv("UTF-16", "A=1\n".encode("utf-16"), "A")
dotenv("bytes that are no UTF-8 in a comment", b"# \xff\xfe\nA=1\n", "A")
dotenv("bytes that are no UTF-8 in a key", b"\xffA=1\n", "A")
dotenv("the later of two wins", "A=1\nA=2\n", "A")
dotenv("the later of two wins, even empty", "A=1\nA=\n", "A")
dotenv("keys are told apart by case", "a=1\nA=2\n", "a", "A")
dotenv("form feed and vertical tab around", "\fA\v=\f1\v\n", "A")
dotenv("no-break space around", "\u00a0A\u00a0=\u00a01\u00a0\n", "A")

# Keys.
for key in ("a.b", "a-b", "a[0]", "1A", "é", "_", "A_1", "數", "A٣"):
    dotenv(f"key {key}", f"{key}=1\nZ=2\n", "Z")
dotenv("a key that starts with a digit feeds nothing", "1A=1\nA=2\n", "A")
for key in ("A!", "a/b", '"A"', "'A'", "a@b", "A$", "A,B", "(A)", "A*", "{A}", "a+b", "-%"):
    dotenv(f"refused key {key}", f"Y=1\n{key}=1\n", "Y")
dotenv("a key with a space", "A B=1\n", "A")
dotenv("a key with a tab", "A\tB=1\n", "A", "AB")
dotenv("two words and no sign", "A B\n", "A")
dotenv("export of two words", "export A B=1\n", "A")
dotenv("a shell option", "set -a\nA=1\n", "A")
dotenv("a semicolon comment", "; c\nA=1\n", "A")
dotenv("a slash comment", "// c\nA=1\n", "A")
dotenv("a shell condition", "[ -n x ] && A=1\n", "A")
dotenv("no key", "=1\nA=2\n", "A", current=line("a key of no letters is passed over", **PROJ, services=one(), volumes=seen("2")))
dotenv("no key, with a colon", ": 1\nA=2\n", "A", current=line("a key of no letters is passed over", **PROJ, services=one(), volumes=seen("2")))
dotenv("bare key", "A\nB=1\n", "A", "B")
dotenv("bare key that the environment has", "A\nB=1\n", "A", "B", env={"A": "outer"})
dotenv("bare key after its own value", "A=1\nA\nB=$A\n", "A", "B")
dotenv("exported bare key", "export A\nB=1\n", "A", "B")
dotenv("bare key last, no newline", "B=1\nA", "A", "B",
       current=line("a bare key at the very end is passed over", **PROJ, services=one(), volumes=seen("unset", "1")))

# Comments.
dotenv("comment after a value", "A=1 # c\nB=2 #c\nC=3  #\n", "A", "B", "C")
dotenv("hash without a blank before", "A=1# c\nB=a#b\nC=#\n", "A", "B", "C")
dotenv("tab before the hash", "A=1\t# c\n", "A")
dotenv("hash right after the equals sign", "A=#c\nB= #c\nC=   # c\n", "A", "B", "C")
dotenv("no-break space before the hash", "A=1\u00a0# c\n", "A")
dotenv("two hashes", "A=1 # c # d\nB=x#y # z\n", "A", "B")
dotenv("hash within quotes", "A=\"a # b\"\nB='a # b'\n", "A", "B")
dotenv("comment after quotes", "A=\"1\" # c\nB='2'# c\nC=\"3\"\t#c\n", "A", "B", "C")
dotenv("an apostrophe in a comment", "A=1 # it's\nB=2\n", "A", "B")
dotenv("a quote in a comment line", "# say \"x\nA=1\n", "A")
dotenv("an expansion in a comment", "# ${\nA=1 # ${\n", "A")

# Quotes.
dotenv("double quotes", 'A="one two"\nB=""\nC=" x "\n', "A", "B", "C")
dotenv("single quotes", "A='one two'\nB=''\nC=' x '\n", "A", "B", "C")
dotenv("spaces before quotes", "A=   \"1\"\nB:\t'2'\n", "A", "B")
dotenv("quotes within a plain value", "A=a\"b\"\nB=it's\nC=x'y'z\n", "A", "B", "C")
dotenv("the other quotes within quotes", "A=\"it's\"\nB='say \"x\"'\n", "A", "B")
dotenv("escaped quotes", "A=\"a\\\"b\"\nB='a\\'b'\n", "A", "B")
dotenv("backslashes in double quotes", 'A="a\\\\b"\nB="C:\\new\\table"\nC="\\a\\b\\f\\r\\v."\n', "A", "B", "C")
dotenv("backslashes that mean nothing", 'A="\\x41\\u0041\\q\\e\\\'"\n', "A")
dotenv("octal escapes", 'A="\\0101\\0102"\nB="\\07z"\nC="\\101"\nD="x\\0y"\n', "A", "B", "C", "D")
dotenv("backslashes in single quotes", "A='a\\\\b'\nB='a\\nb'\nC='\\t'\n", "A", "B", "C")
dotenv("backslashes in plain values", "A=C:\\new\nB=a\\nb\nC=\\\nD=1\n", "A", "B", "C", "D")
dotenv("a backslash before the closing single quote", "A='C:\\dir\\'\nB=1\n", "A")
dotenv("a backslash before the closing double quote", "A=\"C:\\dir\\\"\nB=1\n", "A")
dotenv("two backslashes before the closing quote", 'A="C:\\\\"\nB=1\n', "A", "B")
dotenv("several lines in double quotes", "A=\"l1\nl2\n# no comment\nB=no\nl5\"\nC=3\n", "A", "B", "C")
dotenv("several lines in single quotes", "A='l1\n  l2\n$B'\nC=3\n", "A", "C")
dotenv("no closing double quote", "A=\"abc\nB=2\n", "A")
dotenv("no closing single quote", "A='abc\nB=2\n", "A")
dotenv("a lone quote", "A='\n", "A")
dotenv("statement after the closing quote", "A=\"1\"B=2\nC='3' D=4\n", "A", "B", "C", "D")
dotenv("bare word after the closing quote", "A=\"1\" x\nB=2\n", "A", "B")
dotenv("two quoted words", 'A="x" "y"\n', "A")
dotenv("a semicolon after quotes", 'A="x";B=1\n', "A")
dotenv("a closing quote and a comma", "A='x',\n", "A")
dotenv("quoted, no final newline", 'A="1"', "A")
dotenv("quoted key-like text", "A='B=2'\n", "A", "B")
dotenv("typographic quotes are letters", "A=“x y”\n", "A")
dotenv("a backtick is a letter", "A=`date`\n", "A")

# Expansion within .env.
dotenv("expansion of earlier keys", "A=1\nB=$A-${A}\n", "A", "B")
dotenv("expansion of a later key", "B=[$A]\nA=1\n", "A", "B")
dotenv("expansion of itself", "A=1\nA=${A}2\n", "A")
dotenv("expansion sees the value at that point", "A=1\nB=$A\nA=2\n", "A", "B")
dotenv("expansion with a default", "A=${Z:-x}-${Z-y}\nB=${A:+set}${Z:+no}.\n", "A", "B")
dotenv("expansion with an empty variable", "E=\nA=${E:-x}\nB=${E-y}.\nC=${E+z}\n", "A", "B", "C")
dotenv("nested defaults", "A=${X:-${Y:-${Z:-deep}}}\n", "A")
dotenv("expansion in double quotes", 'A=1\nB="$A ${A}"\n', "B")
dotenv("no expansion in single quotes", "A=1\nB='$A ${A}'\n", "B")
dotenv("escaped dollar in double quotes", 'A=1\nB="a\\$A"\nC="\\\\$A"\nD="\\\\\\$A"\n', "B", "C", "D")
dotenv("escaped dollar in a plain value", "A=1\nB=\\$A\n", "B")
dotenv("two dollars", "A=1\nB=$$A\nC=\"$$A\"\nD='$$A'\nE=$$$A\n", "B", "C", "D", "E")
dotenv("dollars that expand nothing", "A=a$\nB=a$ b\nC=p$1w\nD=$(date)\nE=$-$?$!\n", "A", "B", "C", "D", "E")
dotenv("expanded text is not expanded again", "C=1\nB='$C'\nA=$B\n", "A")
dotenv("expansion from the environment", "A=$H\n", "A", env={"H": "outer"})
dotenv("the environment beats an earlier key", "A=file\nB=$A\n", "A", "B", env={"A": "outer"})
dotenv("an empty variable of the environment beats a key", "A=file\nB=${A:-x}\n", "A", "B", env={"A": ""})
dotenv("a required variable that is missing", "A=${Z:?set Z}\n", "A")
dotenv("a required variable that is empty", "Z=\nA=${Z:?set Z}\n", "A")
dotenv("a required variable that is there", "Z=1\nA=${Z:?set Z}\n", "A")
for bad in ("${}", "${X", "${1}", "${X=d}", "${ X}", "${X }", "${X.y}", "${#X}", "${X:d}"):
    dotenv(f"refused expansion {bad}", f"A={bad}\n", "A")
    dotenv(f"refused expansion {bad} in single quotes is text", f"A='{bad}'\n", "A")
dotenv("comment cuts an expansion", "A=${B:-a # b}\n", "A")
dotenv("quotes keep an expansion whole", 'A="${B:-a # b}"\n', "A")
dotenv("quotes within an expansion", 'A=${B:-"x y"}\n', "A")
dotenv("an expansion over two lines", 'A="${B:-a\nb}"\n', "A")
dotenv("a default with an equals sign", "A=${B:-x=y}\n", "A")
dotenv("expansion of keys with dots", "a.b=1\nA=${a.b}\n", "A")
dotenv("name ends at the first other letter", "A=1\nB=$A.x$Ay$A-\n", "B")
dotenv("expansion of the project's name", "COMPOSE_PROJECT_NAME=pn\nA=$COMPOSE_PROJECT_NAME\n", "A")
dotenv("expansion of the project's name before it is set", "A=[$COMPOSE_PROJECT_NAME]\n", "A")
dotenv("values of many sorts", "A=8003\nB=0x10\nC=true\nD=null\nE=~\nF=[1, 2]\nG={x: y}\nH=*star\nI=&amp\n",
       "A", "B", "C", "D", "E", "F", "G", "H", "I")
dotenv("values that look like options", "A=-1\nB=--x\nC=!bang\nD=@at\nE=%p\n", "A", "B", "C", "D", "E")
dotenv("trailing blanks", "A=1   \nB=\"1   \"   \nC=1\t\n", "A", "B", "C")
dotenv("Unicode space at the end", "A=1\u2003\n", "A")
dotenv("DISABLE_ENV_FILE within .env", "A=1\nCOMPOSE_DISABLE_ENV_FILE=1\nCOMPOSE_X=2\n", "A", "COMPOSE_X",
       current=line("only the COMPOSE_ keys of such a file are kept", **PROJ, services=one(), volumes=seen("unset", "2")))
dotenv("DISABLE_ENV_FILE in the environment", "A=1\n", "A", env={"COMPOSE_DISABLE_ENV_FILE": "true"})
dotenv("DISABLE_ENV_FILE false in the environment", "A=1\n", "A", env={"COMPOSE_DISABLE_ENV_FILE": "0"})
dotenv("DISABLE_ENV_FILE with a word", "A=1\n", "A", env={"COMPOSE_DISABLE_ENV_FILE": "yes"})
case("dotenv", "a folder called .env", {".env/": "", "compose.yaml": show("${A-unset}")})
case("dotenv", "service environment feeds nothing", {"compose.yaml": show("${A-unset}").replace("image: x\n", "image: x\n    environment: {A: 1}\n")})
case("dotenv", "env_file of a service feeds nothing", {"x.env": "A=1\n", "compose.yaml": show("${A-unset}").replace("image: x\n", "image: x\n    env_file: [x.env]\n")})
case("dotenv", "no .env at all", {"compose.yaml": show("${A-unset}", "$A")})
case("dotenv", ".env.example is not read", {".env.example": "A=1\n", "compose.yaml": show("${A-unset}")})
case("dotenv", "--env-file by COMPOSE_ENV_FILES", {".env": "A=1\nC=3\n", "one.env": "A=11\nB=12\n", "two.env": "B=$A-22\n", "compose.yaml": show("${A-unset}", "${B-unset}", "${C-unset}")},
     env={"COMPOSE_ENV_FILES": "one.env,two.env"})
case("dotenv", "COMPOSE_ENV_FILES that names no file", {"compose.yaml": show("$A")}, env={"COMPOSE_ENV_FILES": "none.env"})


def expand(name, template, current=None, env=None):
    case("interpolation", name, {".env": "S=set\nE=\nP=8080\n", "compose.yaml": show(template)}, env, current=current)


for op, text in ((":-", "d"), ("-", "d"), (":+", "r"), ("+", "r"), (":?", "m"), ("?", "m")):
    for var, state in (("U", "unset"), ("E", "empty"), ("S", "set")):
        expand(f"{op} with a variable that is {state}", f"${{{var}{op}{text}}}")
        expand(f"{op} and no text, with a variable that is {state}", f"${{{var}{op}}}")
for t in ("$S", "${S}", "$U", "${U}", "$E.", "$S$S", "x$S-y", "$Sx", "${S}x", "$S.x", "$S-x", "$S_", "$S1"):
    expand(f"plain {t}", t)
for t in ("$$S", "$$$S", "$$$$S", "$${S}", "\\$S", "\\\\$S", "a$", "$", "$1", "$-", "$}", "$(S)", "$[S]", "$ S", "$.", "${S}$", "%S%", "{S}", "{{S}}"):
    expand(f"literal dollars {t}", t)
for t in ("${U:-${S}}", "${U:-a${S}b}", "${U:-${V:-${W:-deep}}}", "${S:+${E:-in}}", "${U:-$S}", "${U:-$S$P}", "${U:-${S}-${P}}", "${E:-${U-x}}", "${U-${E}}",
          "${U:-${S:+${P}}}", "${S+${U-${V-w}}}"):
    expand(f"nested {t}", t)
for t in ("${U:-a:-b}", "${U-a?b}", "${U-:-b}", "${U:--b}", "${U:-+b}", "${S+a-b}", "${U-?}", "${U:?a-b}", "${U?a:-b}"):
    expand(f"first operator counts {t}", t)
for t in ("${U:-x}-${S}", "${U:-a} and {b}", "${U:-x}}y", "${U:-{\"k\":\"v\"}}", "${U:-{}}", "${U:-{}}-${S}", "${U:-{a}}-${S}", "${U:-}}", "${S}}", "${U:-{}", "${U:-}{",
          "${U:-a}b}c", "${U:-[}]}", "${U:-{x} y} z", "${U:-{x}{y}}", "${U:-{{x}}}", "${U:-${S}}}", "${U:-x}${", "${U:-${S}", "${U:-x}${S}${U:-y}"):
    expand(f"closing brace {t}", t)
for t in ("${U:-$$x}", "${U:-a$1}", "${U:-\\}}", "${U:-\"q\"}", "${U:-'q'}", "${U:- d }", "${U:-a b}", "${U:-#}", "${U:-é}", "${U:-$}", "${U:-a$}", "${U:-,;|<>}", "${U:-%d}", "${U:-\t}"):
    expand(f"default {t!r}", t)
expand("default with a newline", "${U:-a\nb}")
expand("newline before an expansion", "a\n$S")
expand("newline after an expansion", "${U:-d}\nb}")
for t in ("${}", "${", "${S", "${ S}", "${S }", "${1}", "${S!}", "${S:x}", "${S/x/y}", "${#S}", "${!S}", "${S.x}", "${U=d}", "${U:=d}", "${U :-d}", "${U: -d}", "${S:}", "${-d}",
          "${:-d}", "${S,,}", "${S^}", "${S%t}", "${S@Q}", "${S[0]}", "${é}", "${S:0:1}", "x${", "a ${S b", "${\n}"):
    expand(f"refused {t!r}", t)
expand("required within a default that is not taken", "${S:-${U:?m}}", current=line("a text that is not taken is not expanded", **PROJ, services=one(), volumes=seen("set")))
expand("bad within a default that is not taken", "${S:-${}}", current=line("a text that is not taken is not expanded", **PROJ, services=one(), volumes=seen("set")))
expand("required within an alternative that is not taken", "${U:+${U:?m}}", current=line("a text that is not taken is not expanded", **PROJ, services=one(), volumes=seen("")))
expand("required within a default that is taken", "${U:-${V:?m}}")
expand("bad within a default that is taken", "${U:-${}}")
expand("names are told apart by case", "${s-lower}${S}")
expand("underscores and digits in names", "${_A1-x}${A_-y}${__-z}")
expand("the environment counts", "${H-none}", env={"H": "outer"})
expand("the environment beats .env", "$S$P", env={"S": "os"})
expand("an empty environment beats .env", "${S:-d}${S-d}", env={"S": ""})
expand("expanded text is not expanded again", "$H", env={"H": "$S ${S}"})
expand("the project's name", "${COMPOSE_PROJECT_NAME}_q")

STYLES = {
    "plain": "<${S}>", "single": "'<${S}>'", "double": '"<${S}>"', "escaped dollar": '"<\\x24{S}>"', "escaped brace": '"<$\\u007bS\\x7d>"',
    "literal block": "|-\n      <${S}>", "folded block": ">-\n      <${S}\n      ${P}>", "double over lines": '"<${S}\n      ${P}>"', "plain over lines": "<${S}\n      ${P}>",
    "single with doubled quotes": "'<''${S}''>'", "double with escapes": '"<\\"${S}\\"\\t>"', "default with a space": "<${U:-a b}>", "tagged": "!!str <${S}>",
    "literal block that keeps": "|\n      <${S}>\n", "folded block, blank lines": ">-\n      <${S}\n\n      ${P}>", "anchor": "&n <${S}>", "hash after a blank": "<${U:-a #b}>",
    "quoted, hash after a blank": '"<${U:-a #b}>"', "colon and blank": "<${U:-a: b}>", "quoted, colon and blank": '"<${U:-a: b}>"', "escaped newline": '"<${S}\\\n      ${P}>"',
    "double, dollar doubled": '"<$${S}>"', "literal block, indented more": "|-\n        <${S}>\n      ",
}
for name, text in STYLES.items():
    case("interpolation", f"scalar: {name}", {".env": "S=set\nE=\nP=8080\n", "compose.yaml": f"services:\n  a:\n    image: x\n    volumes: [seen0:/s]\nvolumes:\n  seen0:\n    name: {text}\n"})

WHERE = {
    "service key": "services:\n  ${S}:\n    image: x\n",
    "volume key": "services:\n  a:\n    image: x\n    volumes: ['${S}:/x']\nvolumes:\n  ${S}:\n",
    "volume key in a mount": "services:\n  a:\n    image: x\n    volumes: ['${S}:/x']\nvolumes:\n  set:\n",
    "label list": "services:\n  a:\n    image: x\n    labels: ['${S}=${S}', 'x=${U:?gone}']\n",
    "label map key": "services:\n  a:\n    image: x\n    labels: {'${BAD': 1}\n",
    "comment": "services:\n  a: # ${\n    image: x # ${U:?no}\n",
    "extension at the top": "x-a: '${'\nservices:\n  a:\n    image: x\n",
    "required in an extension": "x-a: ['${U:?no}']\nservices:\n  a:\n    image: x\n",
    "extension in a service": "services:\n  a:\n    image: x\n    x-b: {c: '${U:?no}'}\n",
    "disabled service": "services:\n  a:\n    image: x\n  b:\n    image: '${U:?no}'\n    profiles: [p]\n",
    "number after expansion": "services:\n  a:\n    image: x\n    container_name: n${P}\n    ports: ['${P}:${P}']\n",
    "list from a variable": "services:\n  a:\n    image: x\n    ports: ${P}\n",
    "profile from a variable": "services:\n  a:\n    image: x\n  b:\n    image: x\n    profiles: ['${S}']\n",
    "target from a variable": "services:\n  a:\n    image: x\n    ports:\n      - target: ${P}\n        published: ${P}\n",
    "target that is no number": "services:\n  a:\n    image: x\n    ports:\n      - target: ${S}\n",
    "replicas from a variable": "services:\n  a:\n    image: x\n    deploy: {replicas: \"${R:-2}\"}\n",
    "anchored text": "x-p: &p '${P}:80'\nservices:\n  a:\n    image: x\n    ports: [*p]\n  b:\n    image: x\n    ports: [*p, '81:${P}']\n",
    "external from a variable": "services:\n  a:\n    image: x\n    volumes: ['vv:/x']\nvolumes:\n  vv:\n    external: ${X:-true}\n",
    "flow list without quotes": "services:\n  a:\n    image: x\n    ports: [${P}:80]\n",
    "health check": "services:\n  a:\n    image: x\n    healthcheck:\n      test: ['CMD', 'curl', 'http://localhost:${U:?no}']\n",
    "build argument": "services:\n  a:\n    build:\n      context: .\n      args: {A: '${U?no}'}\n",
    "command": "services:\n  a:\n    image: x\n    command: echo ${U:?no}\n",
    "command with a shell variable": "services:\n  a:\n    image: x\n    command: sh -c 'echo $$HOME $1'\n",
}
for name, text in WHERE.items():
    case("interpolation", f"where: {name}", {".env": "S=set\nE=\nP=8080\n", "compose.yaml": text})

for i, (env, item) in enumerate([
        ("P=9090\n", "'${P:-8080}:80'"), ("P=\n", "'${P:-8080}:80'"), ("P=\n", "'${P-8080}:80'"), ("", "'${P:-8080}:80'"), ("P=8080:80/udp\n", "'${P}'"), ("", "'${P}:80'"),
        ("", "'${P}:8080:80'"), ("", "'${P}'"), ("IP=127.0.0.1\n", "'${IP:-0.0.0.0}:${LO:-8000}-${HI:-8002}:80-82'"), ("P='80'\n", "'${P}80:80'"), ("P=80 # c\n", "'${P}:80'"),
        ("P=80# c\n", "'${P}:80'"), ("P=80\t# c\n", "'${P}:80'"), ("P=\"80 \"\n", "'${P}:80'"), ("P=0080\n", "'${P}:80'"), ("P=99999\n", "'${P}:80'"), ("P=8000-8002\n", "'${P}:${P}'"),
        ("A=80\nB=${A}80\n", "'${B}:80'"), ("A=80\nB=${A}\n", "'${B}${A}:80'"), ("P=x\n", "'${P:+8081}:80'"), ("", "'${P:+8081}:80'"), ("P=tcp\n", "'80:80/${P}'"), ("P=udp\n", "'80:80/${P:-tcp}'"),
        ("", "'80:80/${P}'"), ("P=\"8080\"\n", "\"${P}:80\""), ("P=8080\r\n", "'${P}:80'")]):
    case("interpolation", f"port {i + 1}: {item} with {env!r}", {".env": env, "compose.yaml": ports([item])})
case("interpolation", "long form from variables", {".env": "P=8080\nI=127.0.0.1\nR=udp\n", "compose.yaml": """
    services:
      a:
        image: x
        ports:
          - {target: "${T:-80}", published: "${P}", host_ip: "${I}", protocol: "${R}"}
          - target: 81
            published: "${U:-}"
"""})
case("interpolation", "long form, blank address", {"compose.yaml": "services:\n  a:\n    image: x\n    ports:\n      - {target: 80, published: '1', host_ip: '${U:-}'}\n"},
     current=refused("host_ip must be an address", "services.a.ports.[0].host_ip: invalid ip address"))
assert ports and refused
