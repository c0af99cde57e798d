-- title: What an app would clash with on another host
-- needs: two
-- table: kind value app service other_app other_service
-- message: message
-- fails: rows
-- none: It would clash with nothing there
--
-- berth report fit APP HOST.csv: APP (MODEL/appN, a folder, or a pattern for either) is one of the findings on standard input, of
-- --findings or of a folder behind; HOST.csv are the findings of the host that it may move to. A row is a clash that there would be,
-- with the app first, called after its host. What the registry there has given out beside what is published is not known here.
WITH fitting AS (SELECT * FROM conflicts WHERE app IN (SELECT app FROM guests) OR other_app IN (SELECT app FROM guests))
SELECT kind, value, app, service, other_app, other_service, file, line, column, message
FROM (
	SELECT position, kind, value, app, service, other_app, other_service, file, line, column, message
	FROM fitting WHERE app IN (SELECT app FROM guests)
	UNION ALL
	SELECT position, kind, value, other_app, other_service, app, service, other_file, other_line, other_column, message
	FROM fitting WHERE app NOT IN (SELECT app FROM guests)
)
ORDER BY position;
