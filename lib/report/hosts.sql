-- hosts: one fleet, as a row of the table hosts; ?1: what its host is called.
-- SPDX-License-Identifier: MIT
SELECT ?1, root, coalesce(nullif(scanned, ''), created, ''), (SELECT count(*) FROM apps),
	(SELECT count(*) FROM ports WHERE host_port <> ''), (SELECT count(*) FROM conflicts),
	(SELECT count(*) FROM problems WHERE severity = 'problem')
FROM fleet;
