-- title: Volumes and networks, and what a new project name leaves behind
-- needs: either
-- page: 80
-- table: kind app name becomes
-- none: No named volumes or networks
-- note: SELECT count(*) || CASE count(*) WHEN 1 THEN ' volume gets' ELSE ' volumes get' END || ' a new name: what is in the old one stays there until berth cutover carries it over:' FROM volumes WHERE kind = 'volume' AND planned_name <> found_name HAVING count(*) > 0
-- note: SELECT command FROM by_hand WHERE step = '2 copy' GROUP BY command ORDER BY min(app), command
--
-- Named volumes and networks that are not external, by their real names on the host. planned_name: after the last plan;
-- becomes: where that is another than now. command carries what the volume holds over, with all that its app needs.
SELECT kind, key, model, app_num, app, name, found_name, planned_name,
	CASE WHEN kind = 'volume' THEN (SELECT command FROM by_hand b WHERE b.step = '2 copy' AND b.app = volumes.app
		AND b.reason IN ('volume ' || found_name || ' becomes ' || planned_name,
			'volume ' || planned_name || ' becomes ' || found_name)) END AS command,
	nullif(planned_name, name) AS becomes
FROM volumes
ORDER BY kind DESC, model, app_num, app, position;
