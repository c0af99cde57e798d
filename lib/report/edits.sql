-- edits: the changes of the last plan, each with its file as the app sees it, whose folder is in the heading.
-- SPDX-License-Identifier: MIT
SELECT app, action, iif(substr(file, 1, length(app) + 1) = app || '/', substr(file, length(app) + 2), file) AS file,
	line, old, new, reason, detail, applied
FROM changes
WHERE action NOT IN ('fleet', 'end', 'problem', 'note')
ORDER BY position;
