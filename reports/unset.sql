-- title: Keys of an example that the .env beside it lacks
-- needs: either
-- page: 27
-- table: key used app file line
-- right: line
-- place: file line column
-- message: message
-- level: warning
-- none: No .env lacks a key of its example
-- note: SELECT count(*) || CASE count(*) WHEN 1 THEN ' key in ' ELSE ' keys in ' END || count(DISTINCT app) || CASE count(DISTINCT app) WHEN 1 THEN ' app' ELSE ' apps' END FROM findings WHERE record = 'missing' HAVING count(*) > 0
--
-- Keys that .env.example (or another example of a .env) sets, and the .env that is there does not: what came with an update, or was
-- taken out. used says whether a compose file of the app names it as a variable; what it holds is not shown. Apps without a .env are
-- not listed: problems tells of what they lack.
SELECT key, used, model, app_num, app, file, line, column,
	'the .env has no ' || key || ', which its example sets; ' || detail AS message
FROM (
	SELECT variable AS key, iif(role = 'variable', 'yes', 'no') AS used, model, app_num, app, file, line, column, detail, position
	FROM findings WHERE record = 'missing'
)
ORDER BY used = 'no', model, app_num, app, position;
