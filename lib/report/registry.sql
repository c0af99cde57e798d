-- registry: what the last plan left in the registry, and what became of it since. The registry keeps the findings of that plan
-- alone; its id stands with its apps.
-- SPDX-License-Identifier: MIT
INSERT INTO fleet (source, root, version, plan, state, created, behind, part)
SELECT 'database', p.root, '', p.id, p.state, p.created,
	CASE WHEN EXISTS (SELECT 1 FROM berth_meta WHERE key = 'behind')
			THEN 'an older plan was applied or taken back since the last one'
		WHEN EXISTS (SELECT 1 FROM berth_plan_apps WHERE applied = 2) THEN 'some apps have only a part of the last plan' END,
	coalesce((SELECT value FROM berth_meta WHERE key = 'part'), '')
FROM berth_plans p
WHERE p.id = coalesce((SELECT plan FROM berth_plan_apps LIMIT 1), (SELECT plan FROM berth_changes LIMIT 1),
	(SELECT id FROM berth_plans ORDER BY created DESC, rowid DESC LIMIT 1))
LIMIT 1;

INSERT INTO fleet (source, root) SELECT 'database', '' WHERE NOT EXISTS (SELECT 1 FROM fleet);

-- What the last plan did not see: a plan for a subfolder, or for a list of apps, leaves what is known of the others as it is.
UPDATE fleet SET beyond = (
	SELECT printf('%d other app%s of the registry, as %s, %s not in it', count(*), iif(count(*) = 1, '', 's'), min(a.folder),
		iif(count(*) = 1, 'is', 'are'))
	FROM berth_apps a
	WHERE (fleet.part <> '' OR NOT (a.folder = fleet.root OR substr(CAST(a.folder AS BLOB), 1, length(CAST(fleet.root AS BLOB)) + 1)
			= CAST(rtrim(fleet.root, '/') || '/' AS BLOB)))
		AND a.folder NOT IN (SELECT iif(app = '.', fleet.root, rtrim(fleet.root, '/') || '/' || app) FROM berth_plan_apps)
	HAVING count(*) > 0
) WHERE plan IS NOT NULL;

-- Its findings (load.c takes those of their columns that the table findings has, too), and whether the app has the plan now.
CREATE TEMP VIEW berth_left AS
SELECT f.*, f.rowid AS place, coalesce(p.applied = 1, 0) AS applied
FROM berth_findings f LEFT JOIN berth_plan_apps p ON p.app = f.app AND p.plan = (SELECT plan FROM fleet);

UPDATE fleet SET host = (SELECT value FROM berth_meta WHERE key = 'host');
