-- blockers: who has what the app ?1 wants and is none of those that go down with it (table going).
-- SPDX-License-Identifier: MIT
SELECT w.port || '/' || w.protocol || ' is held by container ' || c.name || iif(c.folder <> '', ' of ' || c.folder, '')
FROM wants w
	JOIN had h ON h.app = w.app AND h.service = w.service AND h.count > 0
	JOIN published p ON p.host_port = w.port AND p.protocol = w.protocol
	JOIN containers c ON c.id = p.id
WHERE w.app = ?1 AND c.is_running
	AND (w.host_ip = p.host_ip OR w.host_ip IN ('', '0.0.0.0', '::') OR p.host_ip IN ('', '0.0.0.0', '::'))
	AND c.id NOT IN (SELECT id FROM going) AND c.id NOT IN (SELECT id FROM owned WHERE app = ?1 AND NOT is_oneoff)
UNION ALL
SELECT 'the name ' || c.name || ' is held by a container' || iif(c.folder <> '', ' of ' || c.folder, '')
FROM services s JOIN had h ON h.app = s.app AND h.service = s.service JOIN containers c ON c.name = s.name
WHERE s.app = ?1 AND c.id NOT IN (SELECT id FROM going) AND c.id NOT IN (SELECT id FROM owned WHERE app = ?1)
UNION ALL
SELECT 'container ' || c.name || iif(c.folder <> '', ' of ' || c.folder, '') || ' is service ' || c.service || ' of the project '
	|| c.project || ' as well'
FROM apps a JOIN containers c ON c.project = a.project JOIN had h ON h.app = a.id AND h.service = c.service
WHERE a.id = ?1 AND c.id NOT IN (SELECT id FROM going) AND coalesce(c.place, '') <> a.folder
UNION ALL
SELECT 'container ' || name || ' was started by itself (docker compose run) and has not ended'
FROM owned WHERE app = ?1 AND is_oneoff AND is_running
LIMIT 1
