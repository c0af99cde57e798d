-- title: Which conflicts of two audits are new, and which are gone
-- needs: two
-- table: change kind value app service
-- message: message
-- fails: SELECT EXISTS (SELECT kind, value, model, app_num, app, service FROM compared WHERE side = 'later' EXCEPT SELECT kind, value, model, app_num, app, service FROM compared WHERE side = 'earlier')
-- none: The same conflicts
-- note: SELECT group_concat(n || ' ' || change, ', ') FROM (SELECT 'new' AS change, count(*) AS n FROM (SELECT kind, value, app, service FROM compared WHERE side = 'later' EXCEPT SELECT kind, value, app, service FROM compared WHERE side = 'earlier') UNION ALL SELECT 'gone', count(*) FROM (SELECT kind, value, app, service FROM compared WHERE side = 'earlier' EXCEPT SELECT kind, value, app, service FROM compared WHERE side = 'later'))
--
-- berth report difference A B: A and B are files of findings, or of the database found, planned and now (before the last plan,
-- after it, and as things stand) or the number of an audit (report audits). A row is one app that is in a conflict (kind and value)
-- on one side only. Exit 1 where any is new.
WITH told AS (SELECT kind, value, model, app_num, app, service, side, message FROM compared)
SELECT 'new' AS change, kind, value, model, app_num, app, service, message
FROM told l WHERE side = 'later' AND NOT EXISTS (SELECT 1 FROM told e WHERE e.side = 'earlier' AND e.kind = l.kind
	AND e.value = l.value AND e.model = l.model AND e.app_num = l.app_num AND e.app = l.app AND e.service = l.service)
UNION ALL
SELECT 'gone', kind, value, model, app_num, app, service, message
FROM told e WHERE side = 'earlier' AND NOT EXISTS (SELECT 1 FROM told l WHERE l.side = 'later' AND e.kind = l.kind
	AND e.value = l.value AND e.model = l.model AND e.app_num = l.app_num AND e.app = l.app AND e.service = l.service)
ORDER BY 1 DESC, kind, value, model, app_num;
