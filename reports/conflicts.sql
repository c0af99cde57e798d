-- title: What two apps of the fleet both claim
-- needs: either
-- table: kind value app service other_app other_service
-- right: value
-- place: file line column
-- message: message
-- fails: rows
-- none: No conflicts
-- note: SELECT count(*) || CASE count(*) WHEN 1 THEN ' conflict' ELSE ' conflicts' END || ' in ' || count(DISTINCT app) || CASE count(DISTINCT app) WHEN 1 THEN ' app' ELSE ' apps' END FROM conflicts HAVING count(*) > 0
--
-- One row for each clash, with both sides: the app that would have to give way (model … column), and the one that was there
-- first (other_…). A group of n that want one thing is n-1 rows. Kinds: port, container, project, volume, network, replicas
-- (one side only), listener (with --host-check), role (the database gives one number to two apps).
SELECT kind, value, model, app_num, app, service, file, line, column,
	other_model, other_app_num, other_app, other_service, other_file, other_line, other_column, message
FROM conflicts
ORDER BY position;
