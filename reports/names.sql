-- title: Every container name, explicit or Compose's default
-- needs: either
-- page: 60
-- table: name app service origin variable
-- place: file line column
-- message: name
-- none: No containers
--
-- origin is literal, env or default where a text decides the name, and empty where Compose makes it of the project's name and
-- the service's. A name made of several texts has no place of its own.
-- The services whose containers Compose names stand in one text, by commas. It is cut at a comma near its middle until there
-- is none, as taking one after the other from its front copies the rest as often as there are services. A row's cut is not
-- known (NULL), then a position, or 0: one service, with its replicas behind a colon where it has several.
WITH RECURSIVE unnamed (model, app_num, app, project, planned_project, service, cut) AS (
	SELECT model, app_num, app, project, planned_project, unnamed, NULL FROM projects WHERE unnamed <> ''
	UNION ALL
	SELECT model, app_num, app, project, planned_project,
		CASE WHEN cut IS NULL THEN service WHEN behind THEN substr(service, cut + 1) ELSE substr(service, 1, cut - 1) END,
		iif(cut IS NULL, iif(instr(substr(service, length(service) / 2 + 1), ','),
			length(service) / 2 + instr(substr(service, length(service) / 2 + 1), ','), instr(service, ',')), NULL)
	FROM unnamed, (SELECT 0 AS behind UNION ALL SELECT 1) WHERE iif(cut IS NULL, behind = 0, cut > 0)
),
made (model, app_num, app, project, planned_project, service, number, replicas) AS (
	SELECT model, app_num, app, project, planned_project, iif(instr(service, ':'), substr(service, 1, instr(service, ':') - 1), service), 1,
		iif(instr(service, ':'), min(CAST(substr(service, instr(service, ':') + 1) AS INTEGER), 100), 1)
	FROM unnamed WHERE cut = 0 AND service <> ''
	UNION ALL
	SELECT model, app_num, app, project, planned_project, service, number + 1, replicas FROM made WHERE number < replicas
)
SELECT name, model, app_num, app, service, origin, variable, file, line, column, found_name, planned_name
FROM names
UNION ALL
SELECT project || '-' || service || '-' || number, model, app_num, app, service, '', '', '', NULL, NULL, NULL,
	planned_project || '-' || service || '-' || number
FROM made
ORDER BY name, model, app_num, app;
