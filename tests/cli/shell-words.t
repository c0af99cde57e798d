#!/bin/sh
# shell-words: every command that a tool prints, in any report, message or page, run in a shell over a fleet whose names are made
# to run something: none does, and what docker is given are the names as they are.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"
umask 022

mkdir stub && for tool in docker berth; do
	# One write a call: the two sides of a pipe run at once, and their lines may not mix.
	printf '#!/bin/sh\ncall=$(for a; do printf "[%%s]" "$a"; done)\nprintf "%%s\\n" "$call" >>"%s/called"\n' "$WORK" >"stub/$tool" && chmod 755 "stub/$tool"
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

# cutover --dry-run: a script over what an engine holds, which is a docker of the test's own, and what Compose makes of the files.
mkdir engine held && cat >engine/docker <<'X'
#!/bin/sh
case "$*" in
"ps --all"*) cat "$HELD/ids" ;;
"volume ls"*) cat "$HELD/names" ;;
"network ls"*|"image ls"*) ;;
"context inspect"*) echo unix:///nowhere ;;
"info --format"*) echo null ;;
"container inspect"*) cat "$HELD/containers.json" ;;
"volume inspect --format"*) exit 1 ;;
"volume inspect"*) cat "$HELD/volumes.json" ;;
"compose "*"--hash"*) echo backend 11; echo frontend 12 ;;
"compose "*"config"*) cat "$HELD/$(basename "$PWD").json" ;;
*) exit 1 ;;
esac
X
chmod 755 engine/docker && export HELD="$WORK/held"
cat >lay.py <<'X'
import json, os
here, held = os.getcwd(), os.environ["HELD"]
containers, volumes = [], []
for n, (folder, x) in enumerate([("a$(touch pwned)b/it's ; touch pwned", "data; touch pwned #"), ("a$(touch pwned)b/it's ; touch pwned", "$(touch pwned)`touch pwned`"),
                                 ("a$(touch pwned)b/it's ; touch pwned", "it's; touch pwned #"), ("c\ntouch pwned\nd", "data\ntouch pwned\n#")], 1):
    d = "%s/engines/%s/app%d" % (here, folder, n)
    os.makedirs(d)
    with open(d + "/compose.yaml", "w") as f:
        f.write('services: {backend: {image: x, ports: ["6003:80"]}, frontend: {image: y, ports: ["9003:80"]}}\n')
    for s in "backend", "frontend":
        containers.append({"Id": "c%d%s" % (n, s), "Name": "/%s%d" % (s, n), "Image": "sha256:1", "State": {"Status": "running", "Running": True,
            "StartedAt": "2026-01-01T00:00:00Z"}, "Config": {"Labels": {"com.docker.compose.project": "app%d" % n, "com.docker.compose.service": s,
            "com.docker.compose.config-hash": "old", "com.docker.compose.container-number": "1", "com.docker.compose.oneoff": "False",
            "com.docker.compose.project.working_dir": d, "com.docker.compose.project.config_files": d + "/compose.yaml"}},
            "HostConfig": {"PortBindings": {}}, "NetworkSettings": {"Ports": {}, "Networks": {}}, "Mounts": [{"Type": "volume", "Name": x, "Destination": "/x"}]})
    volumes.append({"Name": x, "Driver": "local", "Labels": {"com.docker.compose.project": "app%d" % n, "com.docker.compose.volume": "v"}, "Options": None})
    port = lambda k: [{"mode": "ingress", "target": 80, "published": str(k + n), "protocol": "tcp"}]
    model = {"name": "new%d" % n, "services": {"backend": {"image": "x", "ports": port(6002), "volumes": [{"type": "volume", "source": "v", "target": "/x"}]},
             "frontend": {"image": x, "build": {"context": "/x"}, "container_name": x, "ports": port(9002)}},
             "volumes": {"v": {"name": x + "new"}}, "networks": {"default": {"name": "new%d_default" % n}}}
    json.dump(model, open("%s/app%d.json" % (held, n), "w"))
# What any app can have Compose make: a volume that looks like the memory of a cutover of somebody else's.
volumes.append({"Name": "forged", "Driver": "local", "Labels": {"com.docker.compose.project": "evil", "com.docker.compose.volume": "f",
    "org.berth.folder": containers[0]["Config"]["Labels"]["com.docker.compose.project.working_dir"], "org.berth.ran": '{"backend": 0}',
    "org.berth.mounts": '[{"s": "backend", "n": "1", "d": "/x", "v": "forged", "i": "evil"}]'}, "Options": None})
json.dump(containers, open(held + "/containers.json", "w"))
json.dump(volumes, open(held + "/volumes.json", "w"))
open(held + "/ids", "w").write("".join(c["Id"] + "\n" for c in containers))
open(held + "/names", "w").write("".join(v["Name"].replace("\n", "") + "\n" for v in volumes))
X
python3 lay.py
berth migrate --yes -q --no-host-check --db e.db engines >out 2>err
PATH="$WORK/engine:$PATH" cutover --db e.db --dry-run >dry.sh 2>dry.err
cuts_over() {
	: >called
	(cd run && PATH="$WORK/stub:$PATH" sh ../dry.sh) >said 2>&1
	[ -z "$(find . -name pwned)" ] || { echo 'code ran'; find . -name pwned; cat dry.sh; return 1; }
	grep -qF '[stop][c4backend][c4frontend]' called && grep -qF '[compose][build][frontend]' called && grep -qF '[volume][inspect][--format][{{.Mountpoint}}]['"it's; touch pwned #new]" called ||
		{ cat dry.sh dry.err called; return 1; }
}
check 'the script of cutover --dry-run runs nothing of a name, and docker is given the names as they are' cuts_over
check 'a volume that Compose made for an app is no memory of a cutover' sh -c '[ -s dry.sh ] && ! grep -n forged dry.sh dry.err'

# What is left of apps that are gone.
rm -r engines/a*/*/app2 engines/c*
scan engines 2>/dev/null | report --db e.db orphans 2>err | python3 -c 'import csv, sys
print("\0".join(sorted({r["command"] for r in csv.DictReader(sys.stdin) if r["command"]})), end="")' >commands
forgets() {
	: >called
	(cd run && PATH="$WORK/stub:$PATH" xargs -0 -n 1 sh -c <../commands) >said 2>&1
	[ -z "$(find . -name pwned)" ] || { echo 'code ran'; tr '\0' '\n' <commands; return 1; }
	grep -q '^\[compose\]\[-p\].*\[down\]' called && grep -q '^\[scan\]' called && grep -q '^\[plan\].*\[--prune\]' called || { cat err called; tr '\0' '\n' <commands; return 1; }
}
check 'nor do the commands for orphans' forgets
done_testing
