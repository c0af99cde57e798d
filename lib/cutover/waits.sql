-- waits: which app cannot be brought over before which other one is down.
-- SPDX-License-Identifier: MIT
SELECT w.app, o.app
FROM wants w JOIN published p ON p.host_port = w.port AND p.protocol = w.protocol JOIN olds o ON o.id = p.id
WHERE w.app <> o.app AND (w.host_ip = p.host_ip OR w.host_ip IN ('', '0.0.0.0', '::') OR p.host_ip IN ('', '0.0.0.0', '::'))
UNION
SELECT s.app, o.app FROM services s JOIN olds o ON o.name = s.name WHERE s.app <> o.app
UNION
SELECT a.id, o.app FROM apps a JOIN olds o ON o.project = a.project WHERE a.id <> o.app
UNION
-- What two apps shared is copied while it is at rest, and each waits for the other.
SELECT s.app, o.app
FROM sources s JOIN targets t ON t.app = s.app AND t.service = s.service AND t.destination = s.destination
	JOIN mounts m ON m.volume = s.volume JOIN olds o ON o.id = m.id
WHERE t.volume <> s.volume AND o.app <> s.app
UNION
SELECT o.app, s.app
FROM sources s JOIN targets t ON t.app = s.app AND t.service = s.service AND t.destination = s.destination
	JOIN mounts m ON m.volume = s.volume JOIN olds o ON o.id = m.id
WHERE t.volume <> s.volume AND o.app <> s.app
UNION
-- What is in the way of one is put aside while the other is at rest as well.
SELECT app, of FROM displaced
UNION
SELECT of, app FROM displaced
