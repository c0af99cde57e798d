-- title: What needs a hand: problems, gaps and warnings
-- needs: either
-- page: 20
-- table: severity app message file line
-- place: file line column
-- message: message
-- level: severity
-- rule: severity
-- help: problem Compose refuses it, a file cannot be read, or berth plan leaves it to a person. The message says what to do.
-- help: gap Something is missing: a .env that is needed, the value of a variable, a placeholder that was left in.
-- help: warning Odd, but Compose takes it.
-- fails: SELECT EXISTS (SELECT 1 FROM problems WHERE severity = 'problem')
-- none: No problems
-- note: SELECT group_concat(n || ' ' || severity || CASE n WHEN 1 THEN '' ELSE 's' END, ', ') FROM (SELECT severity, count(*) AS n FROM problems GROUP BY severity ORDER BY severity = 'warning', severity = 'gap') HAVING count(*) > 0
--
-- problem: what Compose itself would refuse, a file that cannot be read, or what plan leaves to a person. gap: something
-- missing. warning: odd, but Compose takes it.
SELECT severity, model, app_num, app, service, message, file, line, column
FROM problems
ORDER BY severity = 'warning', severity = 'gap', model, app_num, app, position;
