-- title: What two apps of the fleet both claim
-- needs: either
-- page: 10 before
-- table: kind value app service other_app other_service
-- place: file line column
-- message: message
-- fails: rows
-- none: No conflicts
-- note: SELECT n || CASE n WHEN 1 THEN ' conflict among ' ELSE ' conflicts among ' END || apps || CASE apps WHEN 1 THEN ' app' ELSE ' apps' END FROM (SELECT count(*) AS n FROM conflicts), (SELECT count(*) AS apps FROM (SELECT app FROM conflicts WHERE app <> '' UNION SELECT other_app FROM conflicts WHERE other_app <> '')) WHERE n > 0
--
-- One row for each clash, with both sides: the app that would have to give way (model … column), and the one that was there
-- first (other_…). A group of n that want one thing is n-1 rows. Kinds: port, container, project, volume, network, replicas
-- (one side only), listener (with --host-check), role (the database gives one number to two apps).
SELECT kind, value, model, app_num, app, service, file, line, column,
	other_model, other_app_num, other_app, other_service, other_file, other_line, other_column, message
FROM conflicts
ORDER BY position;
