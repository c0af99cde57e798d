-- fill: the ports and volumes of the apps that Docker Compose has read.
-- SPDX-License-Identifier: MIT
INSERT INTO wants
SELECT a.id, s.key, coalesce(json_extract(p.value, '$.host_ip'), ''), CAST(json_extract(p.value, '$.published') AS INTEGER),
	json_extract(p.value, '$.protocol')
FROM apps a, json_each(a.json, '$.services') s, json_each(s.value, '$.ports') p
WHERE json_extract(p.value, '$.published') NOT GLOB '*[^0-9]*' AND CAST(json_extract(p.value, '$.published') AS INTEGER) > 0;

INSERT INTO targets
SELECT a.id, s.key, json_extract(m.value, '$.target'), json_extract(v.value, '$.name'), v.key,
	coalesce(json_extract(v.value, '$.external'), 0),
	json_extract(v.value, '$.driver_opts') IS NOT NULL OR coalesce(json_extract(v.value, '$.driver'), 'local') <> 'local'
FROM apps a, json_each(a.json, '$.services') s, json_each(s.value, '$.volumes') m
	LEFT JOIN json_each(a.json, '$.volumes') v ON v.key = json_extract(m.value, '$.source')
WHERE json_extract(m.value, '$.type') = 'volume';

INSERT INTO apart
SELECT a.id AS app, c.id, c.project FROM containers c JOIN apps a ON a.folder = c.place
WHERE NOT c.is_oneoff AND c.project <> a.project
	AND NOT EXISTS (SELECT 1 FROM formers f WHERE f.folder = a.folder AND f.project = c.project)
	AND EXISTS (SELECT 1 FROM containers d WHERE d.place = c.place AND d.service = c.service AND d.project <> c.project
		AND NOT d.is_oneoff);
