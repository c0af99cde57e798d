-- pairs: the pairs of the database, each with whether its app's folder is known and lies below the root of
-- which all apps were scanned.
-- SPDX-License-Identifier: MIT
SELECT p.model, p.app_num, p.backend_port, p.frontend_port,
	f.root <> '' AND f.part = '' AND (a.folder = f.root OR substr(CAST(a.folder AS BLOB), 1, length(CAST(f.root AS BLOB)) + 1) =
		CAST(CASE f.root WHEN '/' THEN '/' ELSE f.root || '/' END AS BLOB))
FROM port_configurations p CROSS JOIN (SELECT coalesce((SELECT root FROM fleet), '') AS root,
	coalesce((SELECT part FROM fleet), '') AS part) f
LEFT JOIN berth_apps a ON a.in_layout AND a.model = p.model AND a.app_num = p.app_num
ORDER BY p.model, p.app_num;
