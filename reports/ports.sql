-- title: Every published host port and who holds it
-- needs: either
-- page: 50
-- table: host_port protocol host_ip container_port app service variable
-- right: host_port container_port
-- place: file line column
-- message: chain
-- none: No published ports
-- note: SELECT count(*) || ' published, ' || count(DISTINCT host_port || '/' || protocol) || ' different' FROM ports WHERE host_port <> '' HAVING count(*) > 0
--
-- One row for each published mapping, ranges expanded as Compose expands them. host_port is empty where Docker picks the port,
-- and the range as written where one mapping may take any port of it. planned_port: what the last plan gives it; found_port:
-- what it was before that plan. chain: where the number comes from.
SELECT host_port, protocol, host_ip, container_port, model, app_num, app, service, role, origin, variable,
	file, line, column, found_port, planned_port, profile, network_mode, chain
FROM ports
ORDER BY host_port = '', port, last_port, protocol, host_ip, model, app_num, app, position;
