-- placements: where the apps of one fleet are, as rows of the table placements; ?1: what its host is called. Ports are those that
-- the app publishes, each once, in their order.
-- SPDX-License-Identifier: MIT
SELECT ?1, a.model, a.app_num, a.app, l.backend_port, l.frontend_port, coalesce((
	SELECT group_concat(port, ' ') FROM (
		SELECT DISTINCT host_port || iif(protocol = 'tcp', '', '/' || protocol) AS port
		FROM ports p WHERE p.app = a.app AND host_port <> '' ORDER BY p.port, p.last_port, protocol
	)), '')
FROM apps a LEFT JOIN allocations l ON l.model = a.model AND l.app_num = a.app_num;
