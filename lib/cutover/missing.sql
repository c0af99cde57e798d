-- missing: what of what ran of the app ?1 does not run now as the files say. ?2: its containers, as the engine says.
-- SPDX-License-Identifier: MIT
WITH now AS (
	SELECT json_extract(x.value, '$.Config.Labels."com.docker.compose.service"') AS service,
		json_extract(x.value, '$.Config.Labels."com.docker.compose.config-hash"') AS hash,
		json_extract(x.value, '$.State.Running') AS is_running, json_extract(x.value, '$.State.Status') AS state,
		json_extract(x.value, '$.State.ExitCode') AS code, x.value AS value
	FROM json_each(?2) x
)
SELECT h.service || coalesce((SELECT ' is ' || state || iif(is_running, '', ' with status ' || code)
	FROM now WHERE service = h.service LIMIT 1), ' is not there')
FROM had h JOIN hashes f ON f.app = h.app AND f.service = h.service
WHERE h.app = ?1 AND h.count > 0 AND NOT EXISTS (SELECT 1 FROM now n
	WHERE n.service = h.service AND n.hash = f.hash AND (is_running OR state = 'exited' AND code = 0))
UNION ALL
SELECT w.service || ' does not publish ' || w.port || '/' || w.protocol
FROM wants w JOIN had h ON h.app = w.app AND h.service = w.service AND h.count > 0
WHERE w.app = ?1 AND EXISTS (SELECT 1 FROM now n WHERE n.service = w.service AND n.is_running)
	AND NOT EXISTS (SELECT 1 FROM now n, json_each(n.value, '$.NetworkSettings.Ports') p, json_each(p.value) b
		WHERE n.service = w.service AND p.type = 'array' AND CAST(json_extract(b.value, '$.HostPort') AS INTEGER) = w.port)
	AND NOT EXISTS (SELECT 1 FROM now n
		WHERE n.service = w.service AND json_extract(n.value, '$.HostConfig.NetworkMode') = 'host')
