-- title: Volumes and networks, and what a new project name leaves behind
-- needs: either
-- table: kind app name planned_name command
-- none: No named volumes or networks
-- note: SELECT count(*) || CASE count(*) WHEN 1 THEN ' volume gets' ELSE ' volumes get' END || ' a new name: what is in the old one stays there until it is copied (command)' FROM volumes WHERE kind = 'volume' AND planned_name <> found_name HAVING count(*) > 0
--
-- Named volumes and networks that are not external, by their real names on the host. planned_name: after the last plan;
-- command copies what the volume holds, with the containers down (it is given only for names that are safe in a shell).
SELECT kind, key, model, app_num, app, name, found_name, planned_name,
	CASE WHEN kind = 'volume' AND planned_name <> found_name AND planned_name <> '' AND found_name <> ''
		AND found_name NOT GLOB '*[^a-zA-Z0-9_.-]*' AND planned_name NOT GLOB '*[^a-zA-Z0-9_.-]*'
	THEN 'docker run --rm -v ' || found_name || ':/from:ro -v ' || planned_name || ':/to alpine cp -a /from/. /to/' END AS command
FROM volumes
ORDER BY kind DESC, model, app_num, app, position;
