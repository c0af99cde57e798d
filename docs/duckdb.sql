-- duckdb: the findings of many hosts as tables of DuckDB: duckdb fleet.duckdb < duckdb.sql
-- SPDX-License-Identifier: MIT
--
-- Read are findings/*.csv (or .csv.zst), a file for each host, as scan writes them, and conflicts.csv, which report made of the
-- same files. What clashes is not worked out here: ranges, addresses, profiles and network modes decide that, and report knows them.

-- Every row of every stream, with its file. Streams of several versions of berth go together: columns are found by name.
CREATE OR REPLACE TEMP TABLE streams AS
SELECT * FROM read_csv('findings/*.csv*', header = true, all_varchar = true, union_by_name = true, filename = true,
	delim = ',', quote = '"', escape = '"', null_padding = false);

-- A host each: what it is called (else as its file), its root, and when it was scanned. ends: whether its stream is whole.
CREATE OR REPLACE TABLE hosts AS
SELECT coalesce(nullif(f.host, ''), regexp_extract(f.filename, '([^/]*?)(\.csv)?(\.zst)?$', 1)) AS host, f.filename, f.value AS root,
	TRY_CAST(f.scanned AS TIMESTAMP) AS scanned, f.detail AS version,
	EXISTS (SELECT 1 FROM streams e WHERE e.filename = f.filename AND e.record = 'end') AS ends
FROM streams f WHERE f.record = 'fleet';

-- The findings, as docs/streams.md has them, each with its host; numbers are numbers.
CREATE OR REPLACE TABLE findings AS
SELECT h.host, s.* EXCLUDE (host, filename, app_num, line, "column", "offset", length), TRY_CAST(s.app_num AS BIGINT) AS app_num,
	TRY_CAST(s.line AS BIGINT) AS line, TRY_CAST(s."column" AS BIGINT) AS "column", TRY_CAST(s."offset" AS BIGINT) AS "offset",
	TRY_CAST(s.length AS BIGINT) AS length
FROM streams s JOIN hosts h USING (filename)
WHERE s.record NOT IN ('fleet', 'end');

-- Published ports with a number; where a mapping may take any port of a range, port and last_port differ.
CREATE OR REPLACE VIEW ports AS
SELECT host, model, app_num, app, service, role, host_ip, CAST(split_part(host_port, '-', 1) AS INTEGER) AS port,
	CAST(split_part(host_port, '-', -1) AS INTEGER) AS last_port, container_port, coalesce(protocol, 'tcp') AS protocol, variable,
	file, line
FROM findings WHERE record = 'port' AND host_port <> '';

-- What report says of them.
CREATE OR REPLACE TABLE conflicts AS
SELECT * FROM read_csv('conflicts.csv', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"');

-- Smaller than the CSV and read at once by whatever reads Parquet.
COPY findings TO 'findings.parquet' (FORMAT parquet, COMPRESSION zstd);
COPY conflicts TO 'conflicts.parquet' (FORMAT parquet, COMPRESSION zstd);
