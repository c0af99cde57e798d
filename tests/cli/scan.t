#!/bin/sh
# scan: what it finds, in which order, what it leaves out, and how it fails.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

# q RECORD COLUMN…: these columns of the rows of that record of the CSV on stdin, by a reader that is not ours.
cat >q.py <<'PY'
import csv, io, os, sys
csv.field_size_limit(1 << 30)
text = sys.stdin.buffer.read().decode('utf-8', 'surrogateescape')
for row in csv.DictReader(io.StringIO(text, newline='')):
    assert None not in row and None not in row.values(), row
    if row['record'] == sys.argv[1]:
        line = '|'.join(row[c] for c in sys.argv[2:]).replace('\n', '\\n') + '\n'
        sys.stdout.buffer.write(line.encode('utf-8', 'surrogateescape'))
PY
q() { python3 q.py "$@"; }
# finds RECORD COLUMNS TEXT SCAN-ARGUMENTS…: scan's rows of that record are TEXT.
finds() {
	record=$1 columns=$2 text=$3
	shift 3
	scan "$@" >found.csv || [ $? -eq 1 ] || return 1
	# shellcheck disable=SC2086 # columns are words
	q "$record" $columns <found.csv >found
	printf '%s' "${text:+$text
}" >wanted
	diff wanted found
}
# app FOLDER [YAML]: lays out an app.
app() {
	mkdir -p "$1"
	printf '%s\n' "${2:-services: {a: {image: x}}}" >"$1/compose.yaml"
}

### the stream
app fleet/m/app1
check "opens with the fleet, closes with the count" finds fleet "value detail" "$WORK/fleet|berth $(scan --version | sed 's/.* //') stream 1" fleet
check "the end counts all records before it" sh -c 'scan fleet >o && n=$(wc -l <o) && [ "$(tail -n 1 o | cut -d, -f 11)" = $((n - 2)) ]'
check "clean fleet: status 0, nothing on stderr" sh -c 'scan fleet 2>e >/dev/null && [ ! -s e ]'
check "-v says how much it was" says 0 '^scan: 1 app, [0-9]* records; each could be read$' scan -v fleet
series() {
	for n in 1 2 3 12; do
		mkdir -p "runs/gpt+x/run_$n" && printf 'services: {w: {image: x}}\n' >"runs/gpt+x/run_$n/compose.yaml"
	done
	mkdir -p runs/one9 && cp runs/gpt+x/run_1/compose.yaml runs/one9
	scan -v runs 2>said >found || return 1
	grep -q "4 apps are numbered as gpt+x/run_1 is, .*: --layout '/(?<model>\[^/\]+)/run_(?<app_num>\[0-9\]+)..'" said || { cat said; return 1; }
	scan -v --layout "$(sed -n "s/.*--layout '\(.*\)'$/\1/p" said)" runs 2>said >found && grep -q '^app,gpt+x,12,' found && ! grep numbered said
}
check 'folders that are numbered otherwise: the layout that takes them is said, and takes them' series
two() { rm -r runs/gpt+x/run_3 runs/gpt+x/run_12 && scan -v runs 2>said >found && ! grep numbered said; }
check 'two may be numbered by chance' two
check "the root is a real path" sh -c 'ln -s fleet link && [ "$(scan link | python3 q.py fleet value)" = "$PWD/fleet" ]'
check "default root is the working folder" sh -c 'cd fleet && scan >../o && cd .. && scan fleet | cmp - o'
check "-C works there" sh -c 'scan -C fleet | cmp - o && scan -C . fleet | cmp - o'

### discovery
for f in compose.yaml compose.yml docker-compose.yml docker-compose.yaml Compose.yaml fig.yml compose.override.yml; do
	mkdir -p "names/of-$f" && echo 'services: {a: {image: x}}' >"names/of-$f/$f"
done
check "the four names of a compose file, and no other" finds app app "of-compose.yaml
of-compose.yml
of-docker-compose.yaml
of-docker-compose.yml" names
app skips/a; app skips/a/deep/er; app skips/.git/x; app skips/node_modules/x; app skips/.venv/x; app outside/x; ln -s ../outside skips/link
app skips/a/.hidden
check "any depth, apps within apps; VCS, node_modules, .venv and links are not entered" finds app app "a
a/.hidden
a/deep/er" skips
check "each skip can be turned off" finds app app ".git/x
.venv/x
a
a/.hidden
a/deep/er
link/x
node_modules/x" --vcs --node-modules --venv --links skips
ln -s .. skips/a/up; ln -s . skips/a/self; ln -s ../../skips/a skips/a/deep/again
check "followed links that go in circles end" finds app app "a
a/.hidden
a/deep/er
link/x" --links skips
check "links give each folder one path, whatever the jobs" sh -c 'scan --links -j1 skips >o; scan --links -j8 skips | cmp - o'
mkdir dangling && ln -s nowhere dangling/compose.yaml
check "a dangling compose file is none" finds app app "" --allow-empty dangling
missing() {
	mkdir -p unseen/a unseen/b unseen/c && ln -s nowhere unseen/a/compose.yml && echo COMPOSE_FILE=none.yml >unseen/b/.env &&
	    echo COMPOSE_FILE= >unseen/c/.env &&
	    scan --allow-empty unseen | report -q --format csv problems >unseen.csv && [ $(wc -l <unseen.csv) = 3 ] &&
	    grep -q '^gap,a,1,a,,.a symlink to nowhere, where nothing is.*,a/compose.yml,' unseen.csv &&
	    grep -q '^gap,b,1,b,,.COMPOSE_FILE in it names.*,b/.env,' unseen.csv
}
check "but it is told, and so is a COMPOSE_FILE that names none that is there" missing
ln -s ../fleet/m/app1/compose.yaml dangling/docker-compose.yml
check "a linked compose file is one" finds app app . dangling
mkdir -p folder/x/compose.yaml
check "a folder called compose.yaml is an app that Compose refuses" finds problem "app file" "x|x/compose.yaml" folder
check "and status is 1" ends 1 scan folder

### identity and order
for a in m/app2 m/app10 m/app9 B/app1 m2/app1 m other/app; do app "order/$a"; done
check "model by bytes, app_num as a number; outside the layout: the path, and 1" finds app "model app_num app role" "B|1|B/app1|layout
m|1|m|
m|2|m/app2|layout
m|9|m/app9|layout
m|10|m/app10|layout
m2|1|m2/app1|layout
other/app|1|other/app|" order
app twins/prod/m/app1; app twins/dev/m/app1; app twins/prod/m/app2; app twins/m/app01
check "of one identity twice, the first by path keeps it" finds app "model app_num app role detail" "m|1|dev/m/app1|layout|
m|2|prod/m/app2|layout|
m/app01|1|m/app01||same identity as dev/m/app1
prod/m/app1|1|prod/m/app1||same identity as dev/m/app1" twins
app same/m; app same/m/app1
check "no two apps bear one identity" finds app "model app_num app role" "m|1|m/app1|layout
m/|1|m|" same
check "one app as the root has the identity it has in the fleet" finds app "model app_num app role" "m|10|.|layout" order/m/app10
check "--layout asks for other paths" finds app "model app_num app role" "B|1|B/app1|layout
m|1|m|
m|2|m/app2|layout
m|9|m/app9|layout
m|10|m/app10|layout
m2|1|m2/app1|layout
other/app|1|other/app|" --layout '/(?<model>[^/]+)/app(?<app_num>\d+)$' order
check "a layout without its groups is refused" says 2 'lacks the group (?<app_num>' scan --layout '(?<model>.)' order
check "a layout that does not compile is refused" says 2 'is wrong at byte' scan --layout '(' order

### --files-from
printf 'm/app9\nm/app2/compose.yaml\nm/app9/\n./m/../m/app9\n' >list
check "--files-from takes folders and files, each once" finds app app "m/app2
m/app9" --files-from list order
printf '%s\n' "order/m/app9" "$WORK/order/B/app1" >list
check "relative to the working folder too, and absolute" finds app app "B/app1
m/app9" --files-from list order
check "- is standard input, -0 ends entries with NUL" sh -c 'printf "m/app9\0m/app2\0" | scan -0 --files-from - order | python3 q.py app app >o; printf "m/app2\nm/app9\n" | cmp - o'
printf '%s\n' nowhere ../fleet/m/app1 other m/app9 >list
check "what is not there, outside, or no app is a problem" finds problem "app value" "../fleet/m/app1|listed, but outside the root $WORK/order
nowhere|cannot open the folder: No such file or directory
other|listed, but holds no compose file" --files-from list order
check "with status 1" ends 1 scan --files-from list order
printf '\357\273\277m/app9\r\nm/app2\r\n' >list
check "one that was saved on Windows is read" finds app app "m/app2
m/app9" --files-from list order
check "of NULs each byte counts" ends 1 sh -c 'printf "m/app9\r\0" | scan -0 --files-from - order'
check "no such list" says 2 '^scan: nolist: cannot open the list' scan --files-from nolist order

### one writer or many
if [ -d "$TOP/fixtures/fleets" ]; then
	scan -j1 "$TOP/fixtures/fleets" >one.csv
	check "the same bytes with 1, 2 and 8 workers" sh -c 'for j in 2 8 8 8; do scan -j$j "$0" | cmp - one.csv || exit 1; done' "$TOP/fixtures/fleets"
fi

### hostile names
python3 - <<'PY'
import os
for i, n in enumerate([b'new\nline', b'quo"te', b'com,ma', b'\xff\xfe', b'tab\t', b'cr\r', b' blank ', b'-j', b'$HOME', b'a' * 255, b'=cmd', b'\x1b[31m', 'ü'.encode()]):
    d = os.path.join(b'hostile', n); os.makedirs(d)
    open(os.path.join(d, b'compose.yaml'), 'wb').write(b'services: {a: {image: x, ports: ["%d:80"]}}\n' % (5000 + i))
deep = b'hostile/deep'; os.makedirs(deep); fd = os.open(deep, os.O_RDONLY)
for i in range(400):
    os.mkdir(b'd' * 40, dir_fd=fd); n = os.open(b'd' * 40, os.O_RDONLY, dir_fd=fd); os.close(fd); fd = n
open(os.open(b'compose.yaml', os.O_CREAT | os.O_WRONLY, dir_fd=fd), 'w').write('services: {}\n')
PY
scan hostile >hostile.csv 2>/dev/null
check "hostile names come out as CSV that another reader takes" sh -c 'python3 q.py port host_port <hostile.csv | sort | tr "\n" " " | grep -qx "5000 5001 5002 5003 5004 5005 5006 5007 5008 5009 5010 5011 5012 "'
check "each name byte for byte" sh -c 'python3 q.py app app <hostile.csv | grep -cxe "new\\\\nline" -e "quo\"te" -e "com,ma" -e " blank " | grep -qx 4'
check "a tree deeper than any path is a problem, not a hang" sh -c 'python3 q.py problem value <hostile.csv | grep -q "File name too long"'
rm -rf hostile/deep 2>/dev/null

### what stands where a file should
mkdir -p odd/fifo odd/huge odd/dir
for d in fifo huge dir; do echo 'services: {a: {image: x, ports: ["${P:-8000}:80"]}}' >odd/$d/compose.yaml; done
mkfifo odd/fifo/.env; truncate -s 5G odd/huge/.env; mkdir odd/dir/.env
check "a .env that is a FIFO or 5 GB long is a problem in no time" sh -c 'timeout ${TEST_PATIENCE:-60} scan odd >o; python3 q.py problem file <o | sort -u | tr "\n" " " | grep -qx "fifo/.env huge/.env "'
check "what else such an app says is still told" sh -c 'python3 q.py port "app" host_port <o | sort | tr "\n" " " | grep -qx "dir|8000 fifo|8000 huge|8000 "'
if [ "$(id -u)" != 0 ]; then
	app locked/a; app locked/b/c; chmod 0 locked/b
	check "an unreadable folder is a problem; the rest is read" finds problem "app value" "b|cannot open the folder: Permission denied" locked
	chmod 755 locked/b
fi

### --mentions, --template
mkdir -p talk/app/src talk/app/node_modules/x talk/app/inner talk/app/.git
printf 'services: {web: {image: x, ports: ["8003:80"]}}\n' | tee talk/app/compose.yaml >talk/app/inner/compose.yaml
cat >talk/app/src/api.js <<'JS'
const a = 'http://localhost:8003/api', b = "http://LOCALHOST:8003", c = 'http://127.0.0.1%3A8003/';
const not = ['http://localhost:80031', 'http://web:8003', 'http://localhost:8004', 'xlocalhost:8003', 'localhost:8003@web'];
JS
printf 'see http://localhost:8003\r\n\r\nor http://[::1]:8003.\r\n' >talk/app/README.md
printf 'localhost:8003\0' >talk/app/binary
for f in node_modules/x/a.js inner/b.js .git/c app.min.js yarn.lock; do echo localhost:8003 >"talk/app/$f"; done
ln -s ../../outside.txt talk/app/link.txt; echo localhost:8003 >outside.txt
{ head -c 1100000 /dev/zero | tr '\0' x; echo localhost:8003; } >talk/app/huge.txt
mkfifo talk/app/pipe
check "--mentions finds addresses of own ports in the app's own text files" finds reference "app role host_port value file line column length raw" "app|mention|8003|localhost:8003|app/README.md|1|22|4|8003
app|mention|8003|[::1]:8003|app/README.md|3|17|4|8003
app|mention|8003|localhost:8003|app/src/api.js|1|29|4|8003
app|mention|8003|LOCALHOST:8003|app/src/api.js|1|62|4|8003
app|mention|8003|127.0.0.1:8003|app/src/api.js|1|93|4|8003
app|mention|8004|localhost:8004|app/src/api.js|2|77|4|8004
app/inner|mention|8003|localhost:8003|app/inner/b.js|1|11|4|8003" --mentions talk
check "without it, none" finds reference app "" talk
check "each span is the digits" sh -c 'scan --mentions talk >o; python3 -c "
import csv
n = 0
for r in csv.DictReader(open(\"o\")):
    if r[\"record\"] == \"reference\":
        o = int(r[\"offset\"]); n += 1
        assert open(\"talk/\" + r[\"file\"], \"rb\").read()[o:o + int(r[\"length\"])] == r[\"raw\"].encode(), r
assert n == 7, n"'
check "--template says that the root is a scaffold" finds app "app role" ".|template" --template fleet/m/app1

### secrets
mkdir secret
cat >secret/compose.yaml <<'YAML'
services:
  a:
    image: x
    ports: ["${PORT:-8003}:80"]
    environment:
      - "DB=postgres://joe:hunter2@localhost:8003/x?key=hunter2"
      - "URL=${URL:-http://joe:hunter2@localhost:8003/}"
      - "TWO=${TWO:-hunter2 http://localhost:8003}"
      - "OK=${OK:-http://localhost:8003,http://localhost:3000}"
    labels: {l: "${HUNTER:-hunter2}"}
YAML
cat >secret/.env.example <<'ENV'
PORT={{port|hunter2}}
BACKEND_PORT=hunter2!
PASSWORD={{PASSWORD|hunter2}}
API=http://joe:hunter2@localhost:8003/?token=hunter2
ENV
cp secret/.env.example secret/.env; sed -i '/^PORT/d' secret/.env
check "no value but ports, names and addresses is in the stream" sh -c 'scan secret >o; grep -q localhost:8003 o && ! grep -i hunter2 o'
check "a default that is all addresses is given whole" sh -c 'python3 q.py reference variable whole <o | grep "^OK|http://localhost:8003,http://localhost:3000$"'

### what every shell sets
mkdir -p shell/a shell/b
cat >shell/a/compose.yaml <<'YAML'
services:
  web:
    image: x
    volumes: ["${HOME}:/h", "${PWD}/x:/p", "${DATA}:/d", "/run/${USER}:/u"]
    command: serve --as ${UID-1000}
YAML
echo 'DATA=${HOME}/data' >shell/a/.env
printf 'services:\n  web: {image: x, container_name: "web-${USER}", volumes: ["${HOME:-/h}:/h"]}\n' >shell/b/compose.yaml
check "HOME, USER and PWD are set" finds gap "app value" "b|no .env, and the compose file uses variables that nothing sets
b|USER has no value and no default" shell
check "and nothing is refused for the want of them" finds problem "app value" "" shell
check "but one that decides a name is not known" finds name "app value" "b|web-" shell
check "with --env it is" env USER=me sh -c 'scan --env shell >o && python3 q.py name value <o | grep -qx web-me'

### failure
check "no such folder" says 2 '^scan: nowhere: cannot open the fleet' scan nowhere
check "no such folder: a header and no end, which stops who reads it" sh -c 'scan nowhere 2>/dev/null | wc -l | grep -qx " *1"'
ends_audits() {
	app clean/a && scan clean | report -q conflicts >/dev/null && mkdir -p audit && scan clean | plan -q --no-host-check --db audit/berth.db >/dev/null &&
	    for wrong in --only=x --jobs=0 --layout=x 'clean clean'; do
		# shellcheck disable=SC2086
		scan $wrong 2>/dev/null | ends 2 report -q --db audit/berth.db conflicts >/dev/null 2>&1 || return 1
	    done
}
check "nor does a wrong option leave an audit to the database" ends_audits
mkdir bare
check "a folder without an app is no fleet" says 2 '^scan: no app below bare' scan -q bare
check "and stops who reads the stream" sh -c 'scan -q bare 2>/dev/null | report conflicts 2>/dev/null; [ $? = 2 ]'
check "with --allow-empty it is an empty one" sh -c 'scan -q --allow-empty bare >o && grep -qx "end,.*,1,*" o && report conflicts <o'
check "a list may be empty" sh -c ': | scan -q --files-from - bare | report conflicts'
check "a file is no fleet" says 2 'this is no folder: give the folder' scan list
check "two roots" says 2 'one root at a time' scan fleet order
check "a mistyped option is answered" says 2 'did you mean --layout' scan --layot x
check "a full disk is told" sh -c '[ ! -e /dev/full ] || { scan fleet >/dev/full 2>e; [ $? = 2 ] && grep -q "No space left" e; }'
check "--help is one screen" sh -c '[ "$(scan --help | wc -l)" -le 40 ]'

### --claims
claims() {		# of whatever there is: rows of the whole findings, in their order, which give the same conflicts
	set -- "$TOP"/fixtures/fleets/*/fleet "$TOP"/fixtures/situations/[a-e]*/fleet
	for fleet; do
		scan -q "$fleet" >whole.csv || [ $? -eq 1 ] || return 1
		scan -q --claims --mentions "$fleet" >claims.csv || [ $? -eq 1 ] || return 1
		grep -Ev '^(fleet|end),' claims.csv >rows && grep -Fxf rows whole.csv | cmp rows - || return 1
		for f in whole claims; do report -q conflicts --findings $f.csv >$f.found || [ $? -eq 1 ] || return 1; done
		cmp whole.found claims.found || return 1
	done
	[ $# -gt 20 ] && [ "$(wc -l <rows)" -lt "$(wc -l <whole.csv)" ]
}
check "--claims: what can clash, and all of it" claims
claims_alone() {
	scan -q --claims "$TOP/fixtures/fleets/six/fleet" >claims.csv || [ $? -eq 1 ] || return 1
	says 2 'plan: .* are of scan --claims, which says only what can clash' plan --db c.db --no-host-check claims.csv &&
		says 2 'report: .* are of scan --claims' report problems --findings claims.csv &&
		says 2 'report: .* are of scan --claims' report difference claims.csv claims.csv &&
		says 2 'report: .* are of scan --claims' report --format html --findings claims.csv
}
check "--claims: who needs more says so" claims_alone
claims_of_folder() {
	report conflicts "$TOP/fixtures/fleets/six/fleet" >of-folder || [ $? -eq 1 ] || return 1
	scan -q "$TOP/fixtures/fleets/six/fleet" | report conflicts | cmp - of-folder
}
check "--claims: report conflicts FOLDER says the same" claims_of_folder

mkdir -p refused
cat >refused/compose.yaml <<'END'
services:
  a:
    image: x
    platform: "$P"
    pull_policy: "$P"
    mem_limit: "$P"
    ports: ["$P:80", {target: "$P"}]
    volumes: ["$P:$P:a:b"]
    deploy: {replicas: "$P"}
    build: {platforms: [x]}
END
echo P=hunter:2 >refused/.env
refused() {
	ends 1 scan refused >refused.csv && [ "$(grep -c ^problem refused.csv)" -ge 6 ] && ! grep ^problem refused.csv | grep hunter
}
check "what is refused is shown as it is written, not with what variables hold" refused

done_testing
