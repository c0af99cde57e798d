-- sentences: the summary of a page, a sentence a row; class says what it is to the eye.
-- SPDX-License-Identifier: MIT
WITH clashing AS (
	SELECT app FROM conflicts WHERE app <> '' UNION SELECT other_app FROM conflicts WHERE other_app <> ''
), kinds AS (
	SELECT kind, count(*) AS n, min(position) AS place FROM conflicts GROUP BY kind
), edits AS (
	SELECT * FROM changes WHERE action NOT IN ('fleet', 'end', 'problem', 'note') AND (SELECT source FROM fleet) = 'database'
)
SELECT '' AS class, 'As of the plan of ' || created || '.' AS sentence FROM fleet WHERE created <> ''
UNION ALL
SELECT '', printf('%d app%s publish%s %d host port%s.', a, iif(a = 1, '', 's'), iif(a = 1, 'es', ''), p,
	iif(p = 1, '', 's'))
FROM (SELECT (SELECT count(*) FROM apps) AS a, (SELECT count(*) FROM ports WHERE host_port <> '') AS p)
UNION ALL
SELECT 'bad', printf('%d of them conflict%s: %s.', n, iif(n = 1, 's', ''), (
	SELECT group_concat(printf('%d time%s over %s', n, iif(n = 1, '', 's'), CASE kind WHEN 'port' THEN 'a host port'
		WHEN 'container' THEN 'a container name' WHEN 'project' THEN 'a project name' WHEN 'replicas' THEN 'replicas'
		WHEN 'held' THEN 'what this host holds' WHEN 'role' THEN 'a number given out twice'
		ELSE 'a ' || kind END), ', ')
	FROM (SELECT * FROM kinds ORDER BY place)))
FROM (SELECT count(*) AS n FROM clashing) WHERE n > 0
UNION ALL
SELECT 'good', 'No two of them conflict: each can run beside every other.' WHERE NOT EXISTS (SELECT 1 FROM conflicts)
UNION ALL
SELECT '', printf('%d hazard%s, which may be meant: see hazards.', n, iif(n = 1, '', 's'))
FROM (SELECT count(*) AS n FROM hazards) WHERE n > 0
UNION ALL
SELECT '', printf('The last plan%s changes %d text%s in %d file%s of %d app%s; %s.', coalesce(' (' || created || ')', ''),
	n, iif(n = 1, '', 's'), files, iif(files = 1, '', 's'), apps, iif(apps = 1, '', 's'),
	CASE done WHEN 0 THEN 'none of it is applied yet' WHEN n THEN 'all of it is applied'
		ELSE done || ' of them are applied' END)
FROM fleet, (
	SELECT count(*) AS n, count(DISTINCT file) AS files, count(DISTINCT app) AS apps, coalesce(sum(applied), 0) AS done
	FROM edits) WHERE n > 0
UNION ALL
SELECT '', printf('Before it there %s %d conflict%s; after it there %s %d.', iif(b = 1, 'was', 'were'), b,
	iif(b = 1, '', 's'), iif(a = 0, 'are', iif(a = 1, 'is still', 'are still')), a)
FROM (
	SELECT (SELECT count(*) FROM clashes WHERE moment = 'found') AS b,
		(SELECT count(*) FROM clashes WHERE moment = 'planned') AS a
) WHERE EXISTS (SELECT 1 FROM clashes WHERE moment <> 'now')
UNION ALL
SELECT 'bad', 'This is not what the files say now: ' || behind || '.' FROM fleet WHERE behind <> ''
UNION ALL
SELECT 'bad', printf('Only of what the last plan saw, which is %s: %s.', root, beyond) FROM fleet WHERE beyond <> ''
UNION ALL
SELECT 'bad', printf('%d problem%s a hand: see problems.', n, iif(n = 1, ' needs', 's need'))
FROM (SELECT count(*) AS n FROM problems WHERE severity = 'problem') WHERE n > 0;
