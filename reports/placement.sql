-- title: Where each app is, and with which ports
-- needs: either
-- page: 45 hosts
-- table: model app_num host ports hosts same
-- none: No apps
-- note: SELECT count(*) || CASE count(*) WHEN 1 THEN ' app is' ELSE ' apps are' END || ' on more than one host' FROM (SELECT 1 FROM placements GROUP BY model, app_num HAVING count(DISTINCT host) > 1) HAVING count(*) > 0
--
-- One row for each app on each host. ports: those that it publishes there, each once. hosts: on how many hosts there is an app of that
-- model and number. same: yes where it has the same ports on each of them, no where not, empty where it is on one alone.
SELECT model, app_num, app, backend_port, frontend_port, ports, hosts, CASE WHEN hosts > 1 THEN iif(first = last, 'yes', 'no') ELSE '' END AS same, host
FROM placements JOIN (
	SELECT model AS of_model, app_num AS of_num, count(DISTINCT host) AS hosts, min(ports) AS first, max(ports) AS last
	FROM placements GROUP BY model, app_num
) ON of_model = model AND of_num = app_num
ORDER BY model, app_num, position;
