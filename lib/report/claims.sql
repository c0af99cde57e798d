-- claims: the findings that can clash, with the port or the value that the files hold at the moment ?1 (now, found, planned).
-- SPDX-License-Identifier: MIT
SELECT record, model, app_num, app, service, role, host_ip, iif(record = 'port' AND shown, after, host_port) AS host_port,
	container_port,
	protocol, iif(record <> 'port' AND shown, after, value) AS value, variable, origin, file, line, column, offset, length, profile,
	network_mode, detail, replicas, site_file, site_line, site_column
FROM (
	SELECT *, coalesce(after, '') <> '' AND (?1 = 'planned' OR (?1 = 'now' AND applied)) AS shown FROM findings
	WHERE record IN ('app', 'port', 'name', 'project', 'volume', 'network')
)
ORDER BY position;
