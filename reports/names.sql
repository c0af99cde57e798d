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
WITH RECURSIVE unnamed (model, app_num, app, project, planned_project, service, rest) AS (
	SELECT model, app_num, app, project, planned_project, '', unnamed || ',' FROM projects WHERE unnamed <> ''
	UNION ALL
	SELECT model, app_num, app, project, planned_project, substr(rest, 1, instr(rest, ',') - 1),
		substr(rest, instr(rest, ',') + 1)
	FROM unnamed WHERE rest <> ''
)
SELECT name, model, app_num, app, service, origin, variable, file, line, column, found_name, planned_name
FROM names
UNION ALL
SELECT project || '-' || service || '-1', model, app_num, app, service, '', '', '', NULL, NULL, NULL,
	planned_project || '-' || service || '-1'
FROM unnamed WHERE service <> ''
ORDER BY name, model, app_num, app;
