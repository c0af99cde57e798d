-- title: What the last plan changes, text by text
-- needs: database alone
-- page: 30 edits
-- table: app file line old new reason
-- place: file line column
-- message: detail
-- none: The last plan changes nothing
-- note: SELECT count(*) || ' changes in ' || count(DISTINCT file) || ' files of ' || count(DISTINCT app) || ' apps; ' || CASE sum(applied) WHEN 0 THEN 'none applied' WHEN count(*) THEN 'all applied' ELSE sum(applied) || ' of them applied' END FROM changes WHERE action NOT IN ('fleet', 'end', 'problem', 'note') HAVING count(*) > 0
--
-- The rows of the plan in its order. old and new are the file's own bytes; applied is 1 where the app has its plan now.
SELECT position, action, model, app_num, app, service, file, line, column, old, new, reason, detail, applied
FROM changes
WHERE action NOT IN ('fleet', 'end', 'problem', 'note')
ORDER BY position;
