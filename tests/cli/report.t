#!/bin/sh
# report: every report over a stream of findings and over a database, its formats, its messages, its exit status.
# SPDX-License-Identifier: MIT
LC_ALL=C
export LC_ALL
unset BERTH_DB BERTH_REPORTS NO_COLOR COLUMNS
top=$(cd "$(dirname "$0")/../.." && pwd)
bin=$(cd "${BERTH_BIN:-bin}" && pwd) || exit 1
report=$bin/report
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
n=0

ok() {			# ok TEXT: of the status of the command before
	status=$?
	n=$((n + 1))
	if [ $status -eq 0 ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		sed 's/^/# out: /' out
		sed 's/^/# err: /' err
	fi
}

run() {			# run STATUS COMMAND...: standard input is the caller's
	want=$1
	shift
	"$@" > out 2> err
	got=$?
	[ $got -eq "$want" ] || { echo "# status $got, not $want: $*"; return 1; }
}

says() {		# says TEXT...: the lines of standard output
	printf '%s\n' "$@" | cmp -s - out
}

errs() {		# errs TEXT: one line on standard error that holds it
	[ "$(wc -l < err)" -eq 1 ] && grep -qF -- "$1" err
}

# A stream of findings of the rows on standard input, with few of the columns.
stream() {
	echo record,model,app_num,app,service,role,host_port,container_port,protocol,value,origin,variable,file,line,column,offset,length,detail
	echo "fleet,,,,,,,,,$dir/fleet,,,,,,,,berth 0.1.0 stream 1"
	sed 's/$/,/' > rows
	awk -F, '{ s = $0; while (n = 17 - gsub(/,/, ",", s)) { s = s ","; $0 = s } print s }' rows
	echo "end,,,,,,,,,$(($(wc -l < rows) + 1)),,,,,,,,"
}

app() {			# app MODEL BACKEND FRONTEND NAME
	cat <<-EOF
	app,$1,1,$1/app1,,,,,,$1/app1
	port,$1,1,$1/app1,backend,backend,$2,5000,tcp,$2:5000,env,BACKEND_PORT,$1/app1/.env,4,14,40,4
	port,$1,1,$1/app1,frontend,frontend,$3,80,tcp,$3:80,env,FRONTEND_PORT,$1/app1/.env,5,15,60,4
	name,$1,1,$1/app1,backend,,,,,$4_backend,literal,,$1/app1/compose.yaml,3,9,20,9
	project,$1,1,$1/app1,,,,,,$4
	EOF
}

{ app b_m 5003 8003 myapp; app a_m 5003 8003 myapp; } | stream > before.csv
{ app b_m 5003 8003 b; app a_m 5001 8001 a; } | stream > after.csv
{ app a_m 5001 8001 a; echo 'problem,a_m,1,a_m/app1,,,,,,bad: very,,,a_m/app1/compose.yaml,7,3'; } | stream > problem.csv

run 0 "$report" allocations < after.csv && says model,app_num,backend_port,frontend_port a_m,1,5001,8001 b_m,1,5003,8003
ok 'allocations of a stream, as CSV, in order'
cat after.csv | run 0 "$report" allocations && says model,app_num,backend_port,frontend_port a_m,1,5001,8001 b_m,1,5003,8003
ok 'the same of a pipe'
run 0 "$report" allocations --findings after.csv < /dev/null && grep -q a_m,1,5001 out
ok 'the same of a file'
run 0 "$report" allocations -f table < after.csv && says \
    'model  app_num  backend_port  frontend_port' \
    '-----  -------  ------------  -------------' \
    'a_m          1          5001           8001' \
    'b_m          1          5003           8003' \
    'Total allocations: 2' 'No port conflicts detected'
ok 'a table with the total and no conflict'
run 0 "$report" allocations -f table < before.csv && tail -n 2 out > last && mv last out && says \
    'Total allocations: 2' '2 port conflicts: berth report conflicts'
ok 'a table counts the port conflicts'
run 0 "$report" allocations -q -f table < after.csv && [ "$(wc -l < out)" -eq 4 ]
ok '-q leaves the notes out'

run 1 "$report" conflicts < before.csv && [ "$(wc -l < out)" -eq 5 ] &&
    grep -q '^port,5003/tcp,b_m,1,b_m/app1,backend,b_m/app1/.env,4,14,a_m,1,a_m/app1,backend,a_m/app1/.env,4,14,' out &&
    grep -q '^port,8003/tcp,' out && grep -q '^container,myapp_backend,' out && grep -q '^project,myapp,' out
ok 'conflicts: each clash with both sides, exit 1'
run 0 "$report" conflicts < after.csv && [ "$(wc -l < out)" -eq 1 ]
ok 'conflicts: none, exit 0'
run 0 "$report" conflicts -f table < after.csv && says 'No conflicts'
ok 'conflicts: none, in words'
run 1 "$report" conflicts < problem.csv && errs '1 problem in the findings'
ok 'a problem in the findings: exit 1, said on standard error'
run 1 "$report" problems < problem.csv && grep -q '^problem,a_m,1,a_m/app1,,bad: very,a_m/app1/compose.yaml,7,3$' out
ok 'problems: the message and its place'
run 1 "$report" problems -f gcc < problem.csv && says 'fleet/a_m/app1/compose.yaml:7:3: error: bad: very'
ok 'gcc: places from the current folder'
mkdir -p fleet
run 1 "$report" problems -f gcc -C fleet < problem.csv && says 'a_m/app1/compose.yaml:7:3: error: bad: very'
ok '-C: go there first'
run 2 "$report" problems --findings problem.csv --findings problem.csv && grep -q 'stream 2 is left out: a second stream of problem' err
ok 'one stream of findings twice: the second is left out, and said'
run 1 "$report" conflicts -f json < before.csv && python3 -c '
import json, sys
rows = json.load(open("out"))
assert len(rows) == 4 and rows[0]["app_num"] == 1 and rows[0]["other_app"] == "a_m/app1", rows
' 2> err
ok 'json: an array of objects'

head -n 6 before.csv | run 2 "$report" conflicts && errs 'no end record' && [ ! -s out ]
ok 'a stream cut short: exit 2, nothing written'
echo 'not,findings' | run 2 "$report" conflicts && errs "no column 'record'"
ok 'another stream: exit 2'
run 2 "$report" conflicts < /dev/null && errs 'berth.db: no such database' && [ ! -e berth.db ]
ok 'no findings and no database: exit 2, none is made'
: | run 2 "$report" conflicts && errs 'pipe findings in'
ok 'an empty pipe counts as no findings'
: > nothing.csv
run 2 "$report" conflicts < nothing.csv && errs 'the input is empty'
ok 'nor is an empty file'
run 2 "$report" conflicts before.csv < /dev/null && errs 'report --findings before.csv conflicts'
ok 'findings as an operand: told what to type'
echo 'no database' > other.db
run 2 "$report" allocations --db other.db < /dev/null && errs 'other.db: is not a SQLite database'
ok 'a file that is no database: exit 2'
run 2 "$report" drift < after.csv && errs 'which report drift needs'
ok 'a report of the database, without one: exit 2'

run 2 "$report" alocations < after.csv && errs 'did you mean allocations?'
ok 'the nearest report is named'
run 2 "$report" ports --format tabel < after.csv && errs 'did you mean table?'
ok 'the nearest format is named'
run 2 "$report" --formt csv ports < after.csv && errs 'did you mean --format?'
ok 'the nearest option is named'
run 2 "$report" summary -f gcc < after.csv && errs 'names no places'
ok 'gcc of a report without places: exit 2'
run 2 "$report" < /dev/null && errs '--list'
ok 'no report named: exit 2'
run 0 "$report" --list && for r in allocations conflicts names projects volumes changes drift orphans problems ports summary; do
	grep -q "^$r,." out || echo "# not listed: $r"
done > missing && [ ! -s missing ]
ok '--list names the set'

# A database of the user's own, with a column more, and no table of ours.
python3 - <<'EOF'
import sqlite3
db = sqlite3.connect("own.db")
db.execute("""CREATE TABLE port_configurations (id INTEGER PRIMARY KEY, model VARCHAR(200) NOT NULL, app_num INTEGER NOT NULL,
    backend_port INTEGER UNIQUE NOT NULL, frontend_port INTEGER UNIQUE NOT NULL, is_available BOOLEAN DEFAULT TRUE,
    owner TEXT, UNIQUE(model, app_num))""")
db.executemany("INSERT INTO port_configurations (model, app_num, backend_port, frontend_port, owner) VALUES (?, ?, ?, ?, 'me')",
    [("m", 10, 5003, 8003), ("m", 9, 5001, 8001), ("M", 1, 8001, 9001)])
db.commit()
EOF
"$bin/scan" nowhere 2> scanned | run 2 "$report" conflicts --db own.db && errs 'did scan fail' && [ ! -s out ]
ok 'a scan that found no folder is not answered from the database'
cksum own.db > sum
run 0 "$report" allocations --db own.db < /dev/null && says model,app_num,backend_port,frontend_port M,1,8001,9001 \
    m,9,5001,8001 m,10,5003,8003
ok "the user's own table is read: models by bytes, numbers as numbers"
run 1 "$report" conflicts --db own.db < /dev/null && grep -q '^role,8001/tcp,' out && [ "$(wc -l < out)" -eq 2 ]
ok 'one number in two roles is a conflict'
run 0 "$report" conflicts --db own.db < after.csv
ok 'but not of a stream that says nothing of it'
echo "-- title: Mine
SELECT owner, count(*) AS n FROM port_configurations GROUP BY owner" > mine.sql
run 0 "$report" ./mine.sql --db own.db < /dev/null && says owner,n me,3
ok "a user's own report"
mkdir mine && mv mine.sql mine/
run 0 "$report" mine --reports mine --db own.db < /dev/null && says owner,n me,3
ok 'a folder of reports of one'"'"'s own'
BERTH_REPORTS=mine BERTH_DB=own.db run 0 "$report" mine < /dev/null && says owner,n me,3
ok 'both by the environment'

"$bin/scan" "$top/fixtures/fleets/six/fleet" > six.csv
echo 'SELECT count(*) AS n FROM FINDINGS WHERE record = '"'setting'"' OR role = '"'image'" > settings.sql
run 0 "$report" ./settings.sql < six.csv && [ "$(sed -n 2p out)" -gt 10 ]
ok "a report of one's own sees each finding"
echo '-- fails: rows
WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 1500) SELECT n FROM r' > many.sql
run 1 "$report" ./many.sql < six.csv && { echo n && seq 1500; } | cmp - out
ok 'as many rows as there are, below one header'
sed 's/1500/0/' many.sql > none.sql && echo 'LIMIT 0' >> none.sql
run 0 "$report" ./none.sql < six.csv && says n
ok 'and the header alone where there is none'
mkdir whole
same=0
for sql in "$top"/reports/*.sql; do
	name=$(basename "$sql" .sql)
	{ cat "$sql"; echo '-- findings'; } > "whole/$name.sql"
	"$report" "$name" --reports "$top/reports" < six.csv > views.out 2>&1
	"$report" "$name" --reports whole < six.csv > whole.out 2>&1
	cmp -s views.out whole.out || { echo "# $name"; same=1; }
done
[ $same = 0 ]
ok 'the others, which read views alone, say the same where only what those show is held'

python3 - <<'EOF'
import sqlite3
db = sqlite3.connect("wal.db")
db.execute("PRAGMA journal_mode = WAL")
db.execute("CREATE TABLE port_configurations (id INTEGER PRIMARY KEY, model, app_num INTEGER, backend_port, frontend_port)")
db.execute("INSERT INTO port_configurations VALUES (1, 'm', 1, 5001, 8001)")
db.commit()
db.close()
EOF
run 0 "$report" allocations --db wal.db < /dev/null && grep -q '^m,1,5001,8001$' out && [ "$(echo wal.db*)" = wal.db ]
ok 'a database in WAL mode is read, and nothing is left beside it'
mkdir folder.db
run 2 "$report" allocations --db folder.db < /dev/null && errs 'folder.db: cannot read the database'
ok 'a folder is no database'

refuses() {		# refuses SQL WHY
	printf '%s\n' "$1" > bad.sql
	run 2 "$report" ./bad.sql --db own.db < /dev/null && errs "$2" && cksum own.db | cmp -s - sum
}
refuses 'DELETE FROM port_configurations' 'a report only reads'
ok 'a report cannot delete'
refuses "UPDATE registry.port_configurations SET owner = 'you' RETURNING id" 'a report only reads'
ok 'or update'
refuses "ATTACH 'new.db' AS new" 'a report only reads' && [ ! -e new.db ]
ok 'or attach'
refuses 'PRAGMA journal_mode = DELETE' 'a report only reads'
ok 'or set a pragma'
refuses "SELECT load_extension('x')" 'not authorized'
ok 'or load code'
refuses 'CREATE TABLE mine AS SELECT 1' 'a report only reads'
ok 'or make a table'
refuses "VACUUM INTO 'copy.db'" 'bad.sql' && [ ! -e copy.db ]
ok 'or copy the database'
refuses 'SELECT 1; SELECT 2' 'more than one statement'
ok 'or be two statements'
refuses '-- nothing' 'holds no SELECT'
ok 'or none'
refuses 'SELECT 1,
  nowhere FROM port_configurations' 'bad.sql:2: no such column: nowhere'
ok 'a mistake in it is named with its line'

# What a fleet is called is hostile.
printf '%s\n' 'app,=cmd|x,1,a,,,,,,a' | stream > hostile.csv
echo 'SELECT model, -5 AS n FROM apps' > model.sql
run 0 "$report" ./model.sql < hostile.csv && says model,n '=cmd|x,-5'
ok 'CSV holds what is there'
run 0 "$report" ./model.sql --spreadsheet-safe < hostile.csv && says model,n "'=cmd|x,-5"
ok '--spreadsheet-safe: no formula; numbers stay'
printf 'app,\033[31mred\a,1,a,,,,,,a\n' | stream > hostile.csv
run 0 "$report" ./model.sql -f table < hostile.csv && grep -qF '\x1b[31mred\x07  -5' out
ok 'a table shows control characters'

run 0 "$report" ports -f table --width 40 < after.csv && awk 'length($0) > 40 { exit 1 }' out && grep -q '^host_port *5001$' out
ok 'a narrow table is a block each'
run 0 "$report" conflicts -f table --width 72 --color always < after.csv && ! grep -q "$(printf '\033')" out
ok 'no header, no colour'
run 0 "$report" ports -f table --color always < after.csv && head -n 1 out | grep -q "^$(printf '\033')\[1mhost_port"
ok '--color always'
run 2 "$report" ports --color sometimes < after.csv && errs 'always, never or auto'
ok '--color takes three words'
if script -qec true /dev/null < /dev/null > out 2> err; then	# a terminal can be made here
	script -qec "stty cols 60; $report allocations --findings after.csv" /dev/null < /dev/null > out 2> err
	grep -q 'Total allocations: 2' out && grep -q "$(printf '\033')\[1m" out
	ok 'on a terminal: a table, in colour'
	script -qec "NO_COLOR=1 $report allocations --findings after.csv" /dev/null < /dev/null > out 2> err
	grep -q 'Total allocations: 2' out && ! grep -q "$(printf '\033')" out
	ok 'NO_COLOR is respected'
fi
[ -e /dev/full ] && { "$report" ports < after.csv > /dev/full 2> err; [ $? -eq 2 ] && errs 'cannot write the output'; }
ok 'a full disk: exit 2'
[ -e /dev/full ] && { "$report" --format html < after.csv > /dev/full 2> err; [ $? -eq 2 ] && errs 'cannot write the output: '; }
ok 'a full disk: why, for a page larger than a buffer too'
run 0 "$report" --help < /dev/null && grep -q '^usage: berth report' out && [ "$(wc -l < out)" -le 40 ]
ok '--help fits a screen'
echo "1..$n"
