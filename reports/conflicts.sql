-- title: What two apps of the fleet both claim
-- needs: either
-- claims: enough
-- page: 10 before
-- table: kind value app service other_app other_service
-- place: file line column length
-- other: other_file other_line other_column other_length
-- message: message
-- rule: kind
-- help: port Two services publish one host port, so the one that starts later fails to bind it. berth migrate moves one of them.
-- help: container Two services have one container_name, which a host has only once. berth migrate gives one a name of its own.
-- help: project Two folders are one Compose project: what one starts replaces the other's containers. berth migrate renames one.
-- help: volume Two projects name one volume and so share its data. Where that is not meant, change name: in one of them.
-- help: network Two projects name one network and so see each other's services. Where that is not meant, change name: in one of them.
-- help: alias Two projects answer to one name on one network, so who asks for it gets the one or the other. Give one another name there.
-- help: image Two projects build one tag from different folders: who builds last has both run its code. berth migrate gives a copy in the layout a tag of its own; else give one another tag.
-- help: subnet Two networks ask for overlapping addresses, so the second cannot be made, or two services for one address on one network. Give one another, or none.
-- help: replicas A service with replicas publishes one fixed host port, which only its first container gets. Publish a range.
-- help: held Somebody beside the fleet has it on this host already. Stop that, or let berth migrate move the app.
-- help: role The database gives one number to two apps. berth plan gives one of them a new pair.
-- fails: rows
-- none: No conflicts
-- note: SELECT n || CASE n WHEN 1 THEN ' conflict among ' ELSE ' conflicts among ' END || apps || CASE apps WHEN 1 THEN ' app' ELSE ' apps' END FROM (SELECT count(*) AS n FROM conflicts), (SELECT count(*) AS apps FROM (SELECT app FROM conflicts WHERE app <> '' UNION SELECT other_app FROM conflicts WHERE other_app <> '')) WHERE n > 0
--
-- One row for each clash, with both sides: the app that would have to give way (model … column), and the one that was there
-- first (other_…). A group of n that want one thing is n-1 rows. Kinds: port, container, project, volume, network, alias, image, subnet, replicas
-- (one side only), held (one side only, with --host-check: somebody beside the fleet has it), role (the database gives one number to two apps).
SELECT kind, value, model, app_num, app, service, file, line, column,
	other_model, other_app_num, other_app, other_service, other_file, other_line, other_column, message,
	length, other_length
FROM conflicts
ORDER BY position;
