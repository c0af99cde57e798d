#!/bin/sh
# duckdb: docs/duckdb.sql over the findings of two hosts, and every question of docs/duckdb.md; passed over where there is no DuckDB:
# neither its program nor, for node, its package @duckdb/node-api (NODE_PATH says where that is).
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

cat >run.cjs <<'END'
const { DuckDBInstance } = require('@duckdb/node-api');
(async () => {
	const c = await (await DuckDBInstance.create('fleet.duckdb')).connect();
	const text = require('fs').readFileSync(0, 'utf8').replace(/^--.*$/mg, '');
	for (const q of text.split(/;[ \t]*\n/)) {
		if (!q.trim()) continue;
		const r = await c.runAndReadAll(q);
		if (/^\s*SELECT/.test(q)) for (const row of r.getRows()) console.log(row.map(String).join(','));
	}
})().catch((e) => { console.error(String(e)); process.exit(1); });
END
duck() {
	if command -v duckdb >/dev/null; then duckdb -csv -noheader fleet.duckdb; else node run.cjs; fi
}
command -v duckdb >/dev/null || node -e "require('@duckdb/node-api')" 2>/dev/null || { echo '1..0 # SKIP there is no DuckDB here'; exit 0; }

"$TOP/tests/fleet.sh" one 6 >/dev/null
"$TOP/tests/fleet.sh" two 4 >/dev/null
mkdir findings
berth scan -q --host-name h1 one >findings/h1.csv
berth scan -q --host-name h2 two >findings/h2.csv
cat findings/*.csv | berth report -q conflicts >conflicts.csv
load() { duck <"$TOP/docs/duckdb.sql" && [ -s findings.parquet ] && [ -s conflicts.parquet ]; }
check "the findings and conflicts of two hosts are loaded" load
ask() { echo "$1;" | duck; }
counts() {
	[ "$(ask "SELECT host, ends FROM hosts ORDER BY host" | tr '\n' ' ')" = 'h1,true h2,true ' ] &&
	    [ "$(ask "SELECT count(*) FROM findings")" = $(($(cat findings/*.csv | grep -c .) - 6)) ] &&
	    [ "$(ask "SELECT count(*) FROM conflicts WHERE host = 'h2'")" = "$(grep -c ',h2$' conflicts.csv)" ] &&
	    [ "$(ask "SELECT count(*) FROM ports WHERE host = 'h1'")" = "$(berth report -q ports <findings/h1.csv | sed 1d | grep -vc '^,')" ] &&
	    [ "$(ask "SELECT count(*) FROM 'findings.parquet'")" = "$(ask "SELECT count(*) FROM findings")" ]
}
check "they are as many as scan and report say" counts
sed -n '/^## Questions/,$s/^    //p' "$TOP/docs/duckdb.md" >questions.sql
questions() { [ "$(grep -c ';$' questions.sql)" -ge 6 ] && duck <questions.sql >answers && grep -q '^h1,port,' answers; }
check "every question of the page is answered" questions
done_testing
