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
-- known (NULL), then a position, or 0: one service.
WITH RECURSIVE unnamed (model, app_num, app, project, planned_project, service, cut) AS (
	SELECT model, app_num, app, project, planned_project, unnamed, NULL FROM projects WHERE unnamed <> ''
	UNION ALL
	SELECT model, app_num, app, project, planned_project,
		CASE WHEN cut IS NULL THEN service WHEN behind THEN substr(service, cut + 1) ELSE substr(service, 1, cut - 1) END,
		iif(cut IS NULL, iif(instr(substr(service, length(service) / 2 + 1), ','),
			length(service) / 2 + instr(substr(service, length(service) / 2 + 1), ','), instr(service, ',')), NULL)
	FROM unnamed, (SELECT 0 AS behind UNION ALL SELECT 1) WHERE iif(cut IS NULL, behind = 0, cut > 0)
)
SELECT name, model, app_num, app, service, origin, variable, file, line, column, found_name, planned_name
FROM names
UNION ALL
SELECT project || '-' || service || '-1', model, app_num, app, service, '', '', '', NULL, NULL, NULL,
	planned_project || '-' || service || '-1'
FROM unnamed WHERE cut = 0 AND service <> ''
ORDER BY name, model, app_num, app;
