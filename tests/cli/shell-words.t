#!/bin/sh
# shell-words: every command that a tool prints, in any report, message or page, run in a shell over a fleet whose names are made
# to run something: none does, and what docker is given are the names as they are.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"
umask 022

mkdir stub && for tool in docker berth; do
	printf '#!/bin/sh\nfor a; do printf "[%%s]" "$a"; done >>"%s/called"\necho >>"%s/called"\n' "$WORK" "$WORK" >"stub/$tool" && chmod 755 "stub/$tool"
done
evil="; touch $WORK/pwned #"
for n in 1 2 3; do
	case $n in 1) x='data; touch pwned #' ;; 2) x='$(touch pwned)`touch pwned`' ;; 3) x="it's; touch pwned #" ;; esac
	d="top/a\$(touch pwned)b/it's ; touch pwned/app$n"
	mkdir -p "$d" && python3 - "$x" >"$d/compose.yaml" <<'X'
import json, sys
x = sys.argv[1]
print(json.dumps({"services": {
    "backend": {"image": "x", "ports": ["5003:80"], "volumes": [x + ":/x", "plain:/y"]},
    "frontend": {"image": "y", "build": {"context": ".", "args": {"VITE_API": "http://localhost:5003"}}, "ports": ["8003:80"], "container_name": "web"}},
    "volumes": {x: {}, "plain": {}, "given": {"name": x}}}))
X
done
scan top >findings.csv 2>err1
plan -v --db "r'; touch pwned.db" --no-host-check findings.csv >plan.csv 2>err2
for name in $(report --list 2>/dev/null | awk -F'[ ,]' 'NR > 1 || !/^name/ { print $1 }'); do
	report --db "r'; touch pwned.db" "$name" </dev/null
	report --db "r'; touch pwned.db" --format table --width 0 "$name" </dev/null
done >reports 2>err3
report --db "r'; touch pwned.db" --format html </dev/null >page.html 2>err4
apply --db "r'; touch pwned.db" -v plan.csv >results.csv 2>err5
sqlite3 "r'; touch pwned.db.runs" 'UPDATE runs SET state = 0'
plan --db "r'; touch pwned.db" findings.csv >out 2>err6
apply --db "r'; touch pwned.db" plan.csv >out 2>err7
chmod 666 "r'; touch pwned.db"
apply --db "r'; touch pwned.db" plan.csv >out 2>err8

# What a person would paste: from `docker` or `berth` or `(cd` or `chmod` on, up to where the command ends in its line.
cat >extract.py <<'X'
import csv, html, io, re, sys
found = set()
def look(text):
    for line in text.splitlines():
        found.update(re.findall(r"`((?:berth|chmod|ls) [^`]*(?:'[^']*'[^`]*)*)`", line))
        found.update(re.findall(r"(?:^|[ >:])((?:docker (?:volume|compose) |\(cd |berth apply --undo|berth cutover --only).*)$", line))
for name in sys.argv[1:]:
    text = open(name, encoding="utf-8", errors="replace", newline="").read()
    if name == "reports":
        for row in csv.reader(io.StringIO(text)):
            for cell in row:
                look(cell)
    elif name.endswith(".html"):
        for cell in re.findall(r">([^<]*)<", text):
            look(html.unescape(cell))
    look(text if not name.endswith(".html") else "")
print("\0".join(sorted(found)), end="")
X
python3 extract.py reports page.html err1 err2 err3 err4 err5 err6 err7 err8 >commands
tr '\0' '\n' <commands | grep -c . >count

runs() {
	mkdir -p run && (cd run && PATH="$WORK/stub:$PATH" xargs -0 -n 1 sh -c <../commands) >said 2>&1
	[ ! -e pwned ] && [ -z "$(find . -name pwned)" ] || { echo 'code ran'; find . -name pwned; tr '\0' '\n' <commands; return 1; }
	cat said
}
check 'no command that is printed runs what stands in a name' runs
check 'there are such commands, of each kind' sh -c '[ "$(cat count)" -ge 12 ] && for w in "berth cutover --only" "docker compose build" "berth apply --undo" "berth apply --resume" "chmod go-w"; do tr "\0" "\n" <commands | grep -q "$w" || { echo "none: $w"; exit 1; }; done'
check 'berth is given the folders as they are, each as one word' grep -qF '[cutover][--only][a$(touch pwned)b/it'"'"'s ; touch pwned/app1]' called
done_testing
