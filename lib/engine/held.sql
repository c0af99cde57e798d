-- held: what the host holds beside a fleet, out of a snapshot of its engine, the fleet's folders (table fleet: folder, and tail, the
-- way to it from the root) and what listens on the host (table listening).
-- SPDX-License-Identifier: MIT
WITH
-- A container is the fleet's own where Compose made it in the folder of an app. Where that folder is not here, as the client saw
-- the fleet under another path (it runs in a container itself), the end of the path has to do.
strangers AS (
	SELECT *, 'container ' || name || iif(is_running, '', ' (' || state || ')')
		|| iif(folder <> '', ' of ' || folder, '') AS whose
	FROM containers c
	WHERE place IS NULL AND NOT EXISTS (SELECT 1 FROM fleet f WHERE f.tail <> '.' AND c.folder LIKE '%/%'
			AND substr(c.folder, -length(f.tail) - 1) = '/' || f.tail)
		OR place IS NOT NULL AND place NOT IN (SELECT folder FROM fleet)
),
own AS (SELECT * FROM containers WHERE id NOT IN (SELECT id FROM strangers)),
-- What keeps the ports of containers open for an engine; where the engine did not say which, a socket of theirs may be the fleet's.
proxies (name) AS (VALUES ('docker-proxy'), ('rootlesskit'), ('rootlessport'), ('conmon'), ('pasta'), ('slirp4netns'), (''))
SELECT 'container' AS role, '' AS host_ip, 0 AS port, '' AS protocol, name AS value, '' AS whole, whose AS detail
FROM strangers
UNION ALL
SELECT iif((SELECT count(*) FROM asked) OR process NOT IN proxies, 'listener', 'socket'), address, port, protocol,
	CAST(port AS TEXT), '', iif(process = '', 'something that listens on this host', 'the process ' || process || ' on this host')
FROM listening l
WHERE NOT EXISTS (SELECT 1 FROM published p JOIN containers c USING (id)
	WHERE is_running AND p.host_port = l.port AND p.protocol = l.protocol)
GROUP BY address, port, protocol
UNION ALL
SELECT 'network', '', 0, '', n.name, n.subnets, min(s.whose)
FROM joined j JOIN strangers s USING (id) JOIN networks n ON n.name = j.network
WHERE n.name NOT IN ('host', 'none') AND j.network NOT IN (SELECT o.network FROM joined o JOIN own USING (id))
	AND coalesce(n.project, '') NOT IN (SELECT project FROM own WHERE project <> '')
GROUP BY n.id
UNION ALL
-- The engine's own bridge, and what somebody made by hand: they have their subnets whether anybody joins them or not.
SELECT 'network', '', 0, '', n.name, n.subnets, iif(n.name = 'bridge', 'the engine itself', 'no container, and was made by hand')
FROM networks n
WHERE n.project IS NULL AND n.subnets <> '' AND n.name NOT IN (SELECT network FROM joined)
UNION ALL
SELECT 'pool', '', 0, '', CAST(sum(1 << (json_extract(p.value, '$.Size') - CAST(substr(json_extract(p.value, '$.Base'),
	instr(json_extract(p.value, '$.Base'), '/') + 1) AS INTEGER))) AS TEXT), '', 'the engine''s address pools'
FROM answers a, json_each(a.text) p WHERE a.kind = 'pools' AND json_extract(p.value, '$.Base') LIKE '%.%' HAVING count(*) > 0
UNION ALL
SELECT 'port', p.host_ip, p.host_port, p.protocol, CAST(p.host_port AS TEXT), '', s.whose
FROM published p JOIN strangers s USING (id)
UNION ALL
SELECT 'project', '', 0, '', project, '', min(whose) FROM strangers WHERE project <> '' GROUP BY project
UNION ALL
SELECT 'volume', '', 0, '', m.volume, '', min(s.whose)
FROM mounts m JOIN strangers s USING (id) LEFT JOIN volumes v ON v.name = m.volume
WHERE m.type = 'volume' AND (length(m.volume) <> 64 OR m.volume GLOB '*[^0-9a-f]*')
	AND m.volume NOT IN (SELECT o.volume FROM mounts o JOIN own USING (id) WHERE o.volume <> '')
	AND coalesce(v.project, '') NOT IN (SELECT project FROM own WHERE project <> '')
GROUP BY m.volume
ORDER BY 1, 3, 5, 4, 2, 7
