-- title: What listens on all addresses of the host
-- needs: either
-- page: 55
-- table: host_port protocol container_port app service
-- right: host_port container_port
-- place: file line column
-- message: message
-- level: note
-- none: Nothing listens on all addresses
-- note: SELECT count(*) || CASE count(*) WHEN 1 THEN ' port of ' ELSE ' ports of ' END || count(DISTINCT app) || CASE count(DISTINCT app) WHEN 1 THEN ' app is' ELSE ' apps are' END || ' open to whoever reaches this host (Docker publishes past a firewall like ufw); berth migrate --bind 127.0.0.1 keeps them to the host' FROM open_ports HAVING count(*) > 0
--
-- A mapping without an address, or with 0.0.0.0 or ::, is published on every address that the host has. What stands behind a
-- reverse proxy, or is used on the host alone, needs no more than 127.0.0.1:8080:80; --bind of plan and migrate writes that. Ports that Docker picks are not listed.
SELECT host_port, protocol, host_ip, container_port, model, app_num, app, service, role, file, line, column,
	'port ' || host_port || '/' || protocol || ' of ' || app || ' ' || service || ' listens on all addresses' AS message
FROM open_ports
ORDER BY port, last_port, protocol, model, app_num, app, position;
