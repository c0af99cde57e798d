-- sides: who is in which clash at the moment ?1, or in the audit of that number. What the database says against the files, or
-- against itself, is known of one of its moments alone.
-- SPDX-License-Identifier: MIT
SELECT kind, value, model, app_num, app, service, min(message)
FROM (
	SELECT kind, value, model, app_num, app, service, message FROM clashes WHERE moment = ?1
	UNION ALL
	SELECT kind, value, other_model, other_app_num, other_app, other_service, message
	FROM clashes WHERE moment = ?1 AND coalesce(other_model, '') <> ''
	UNION ALL
	SELECT kind, value, model, app_num, app, service, message
	FROM berth_audit_clashes WHERE audit = CASE WHEN ?1 GLOB '[0-9]*' THEN CAST(?1 AS INTEGER) END
)
WHERE kind NOT IN ('drift', 'orphan', 'role')
GROUP BY kind, value, model, app_num, app, service;
