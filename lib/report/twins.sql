-- twins: of two folders with one identity scan takes the first by path; the one that the registry knows keeps it, as in plan.
-- CROSS JOIN holds SQLite to this order, whatever it takes the sizes of the tables to be: from the few that are twins to the
-- one that each names.
-- SPDX-License-Identifier: MIT
CREATE TEMP TABLE twins (app TEXT PRIMARY KEY, holder TEXT, model TEXT, app_num INTEGER);
INSERT OR IGNORE INTO twins
SELECT k.app, h.app, h.model, h.app_num
FROM findings k CROSS JOIN findings h CROSS JOIN fleet f CROSS JOIN berth_apps b
WHERE k.record = 'app' AND instr(k.detail, 'same identity as ') = 1
	AND h.record = 'app' AND h.app = substr(k.detail, 1 + length('same identity as ')) AND h.role = 'layout'
	AND b.folder = rtrim(f.root, '/') || '/' || k.app AND b.in_layout AND b.model = h.model AND b.app_num = h.app_num;
UPDATE findings SET model = app, app_num = 1, role = CASE record WHEN 'app' THEN '' ELSE role END
WHERE app IN (SELECT holder FROM twins);
UPDATE findings SET (model, app_num) = (SELECT t.model, t.app_num FROM twins t WHERE t.app = findings.app),
	role = CASE record WHEN 'app' THEN 'layout' ELSE role END
WHERE app IN (SELECT app FROM twins);
DROP TABLE twins;
