-- title: The Compose project that each app is
-- needs: either
-- page: 70
-- table: project app origin becomes
-- place: file line column
-- message: project
-- none: No projects
-- note: SELECT count(*) || CASE count(*) WHEN 1 THEN ' project name is' ELSE ' project names are' END || ' shared: what one app starts replaces the other''s containers' FROM (SELECT project FROM projects GROUP BY project HAVING count(*) > 1) HAVING count(*) > 0
--
-- Two folders with one project name are one project to Compose: the second docker compose up replaces the first one's containers and shares
-- its volumes. origin is empty where the folder's name gave it. becomes: what the last plan makes of it, until it is
-- applied.
SELECT project, model, app_num, app, origin, variable, file, line, column, found_project, planned_project,
	nullif(planned_project, project) AS becomes
FROM projects
ORDER BY project, model, app_num, app;
