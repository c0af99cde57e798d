-- applied: where the texts stand now that decide what the last plan has changed, as far as the plan itself tells. An edit in place
-- leaves a text where it was, lower by the lines that were put in above it. What decides from another place since (a line of .env
-- instead of a default) has its file, and no line until the next scan. The chain says what the other columns say.
-- SPDX-License-Identifier: MIT
CREATE TEMP TABLE berth_edits AS
SELECT c.app, c.service, c.file, c.offset, c.action, c.old, c.new, c.reason
FROM berth_changes c JOIN berth_plan_apps p ON p.plan = c.plan AND p.app = c.app AND p.applied = 1
WHERE c.plan = (SELECT plan FROM fleet) AND c.action IN ('replace', 'insert', 'copy');
CREATE INDEX temp.berth_edits_by_place ON berth_edits (file, offset);
CREATE INDEX temp.berth_edits_by_app ON berth_edits (app, reason);

CREATE TEMP TABLE berth_moved AS
SELECT f.position, f.line AS before,
	(SELECT count(*) FROM berth_edits e WHERE e.file = f.file AND e.action = 'insert' AND e.offset <= f.offset) AS lower,
	f.record = 'port' AND coalesce(f.after, '') NOT IN ('', f.host_port) AS changed,
	EXISTS (SELECT 1 FROM berth_edits e WHERE e.file = f.file AND e.offset = f.offset AND e.action = 'replace') AS in_place,
	coalesce(
		(SELECT rowid FROM berth_edits e WHERE e.app = f.app AND e.reason = 'port'
			AND (e.new = f.after OR e.new LIKE '%=' || f.after OR (e.new LIKE '%!override%' AND e.service = f.service))
			LIMIT 1),
		(SELECT rowid FROM berth_edits e WHERE e.app = f.app AND e.action = 'copy')) AS edit
FROM findings f WHERE f.applied AND f.file <> '';

UPDATE findings SET line = line + m.lower,
	chain = iif(instr(chain, ':' || before),
		substr(chain, 1, instr(chain, ':' || before)) || (before + m.lower) ||
			substr(chain, instr(chain, ':' || before) + 1 + length(before)), chain)
FROM berth_moved m WHERE m.position = findings.position AND m.lower > 0;

UPDATE findings SET chain = after || substr(chain, instr(chain, ' <- '))
FROM berth_moved m
WHERE m.position = findings.position AND m.changed AND m.in_place AND instr(coalesce(chain, ''), ' <- ');

UPDATE findings SET
	line = NULL, column = NULL, file = e.file,
	origin = iif(e.file LIKE '%.env', 'env', 'literal'),
	chain = after || ' <- ' || iif(findings.app = '.', e.file, substr(e.file, length(findings.app) + 2)) || iif(e.file LIKE '%.env',
		' ' || variable || ' <- ' || substr(chain, instr(chain, ' <- ') + 4,
			instr(substr(chain, instr(chain, ' <- ') + 4) || ' ', ' ') - 1), '')
FROM berth_moved m JOIN berth_edits e ON e.rowid = m.edit
WHERE m.position = findings.position AND m.changed AND NOT m.in_place AND coalesce(chain, '') <> '';
DROP TABLE berth_moved;
DROP TABLE berth_edits;

-- What was bound to an address (plan --bind) listens on that alone.
CREATE TEMP TABLE berth_bound AS
SELECT app, service, value, after FROM berth_findings WHERE record = 'open' AND coalesce(after, '') <> '';
CREATE INDEX temp.berth_bound_by_mapping ON berth_bound (app, service, value);
UPDATE findings SET host_ip = b.after
FROM berth_bound b
WHERE findings.record = 'port' AND findings.applied AND b.app = findings.app AND b.service = findings.service
	AND b.value = findings.value AND findings.host_ip IN ('', '0.0.0.0', '::');
DROP TABLE berth_bound;
