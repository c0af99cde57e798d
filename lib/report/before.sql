-- before: of a plan that is applied, the conflicts that it ended: as report conflicts, of another moment.
-- SPDX-License-Identifier: MIT
SELECT kind, value, model, app_num, app, service, file, line, column,
	other_model, other_app_num, other_app, other_service, other_file, other_line, other_column, message
FROM clashes
WHERE moment = 'found' AND kind NOT IN ('drift', 'orphan') AND EXISTS (SELECT 1 FROM apps WHERE applied)
ORDER BY position;
