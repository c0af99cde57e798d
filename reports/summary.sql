-- title: What one asks first, in a screenful
-- needs: either
-- table: item count detail
--
-- Counts of what was found, what clashes, what the last plan changes, and what needs a hand.
WITH clashing AS (
	SELECT app FROM conflicts WHERE app <> '' UNION SELECT other_app FROM conflicts WHERE other_app <> ''
), real_changes AS (
	SELECT * FROM changes WHERE action NOT IN ('fleet', 'end', 'problem', 'note') AND (SELECT source FROM fleet) = 'database'
)
SELECT item, count, detail FROM (
	SELECT 1 AS place, 'apps' AS item, apps AS count,
		CASE models WHEN 0 THEN '' WHEN 1 THEN '1 model ' ELSE models || ' models ' END ||
		CASE WHEN models = 0 OR others = 0 THEN '' WHEN others = 1 THEN 'and 1 other app ' ELSE 'and ' || others || ' other apps ' END ||
		coalesce('in ' || (SELECT nullif(root, '') FROM fleet), '') AS detail
		FROM (SELECT count(*) AS apps, count(DISTINCT CASE WHEN role = 'layout' THEN model END) AS models,
			count(*) FILTER (WHERE role IS NOT 'layout') AS others FROM findings WHERE record = 'app')
	UNION ALL
	SELECT 2, 'published ports', count(*), coalesce('from ' || min(port) || ' to ' || max(last_port), '') FROM ports
		WHERE port > 0
	UNION ALL
	SELECT 3, 'allocations', count(*), 'pairs of a backend and a frontend port' FROM allocations
	UNION ALL
	SELECT 4, 'apps in conflict', count(*), CASE count(*) WHEN 0 THEN 'every app can run beside every other'
		ELSE 'berth report conflicts' END FROM clashing
	UNION ALL
	SELECT 5, kind || ' conflicts', count(*), count(DISTINCT value) || ' different, most often ' ||
		(SELECT value FROM conflicts m WHERE m.kind = c.kind GROUP BY value ORDER BY count(*) DESC, value LIMIT 1)
		FROM conflicts c GROUP BY kind
	UNION ALL
	SELECT 6, 'hazards', count(*), 'berth report hazards' FROM hazards HAVING count(*) > 0
	UNION ALL
	SELECT 7, 'planned changes', count(*), CASE count(*) WHEN 0 THEN 'nothing to change' ELSE
		count(DISTINCT file) || ' files of ' || count(DISTINCT app) || ' apps; ' ||
		CASE sum(applied) WHEN 0 THEN 'not applied' WHEN count(*) THEN 'applied' ELSE 'applied in part' END END
		FROM real_changes WHERE (SELECT plan FROM fleet) IS NOT NULL HAVING (SELECT plan FROM fleet) IS NOT NULL
	UNION ALL
	SELECT 8, severity || 's', count(*), CASE severity WHEN 'problem' THEN 'need a hand: ' ELSE '' END || 'berth report problems'
		FROM problems GROUP BY severity
)
ORDER BY place, count DESC, item;
