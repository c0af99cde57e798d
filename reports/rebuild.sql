-- title: What to do by hand beside the migration, in its order, as commands
-- needs: database alone
-- page: 90
-- table: step app service reason
-- none: Nothing to do by hand
-- note: SELECT command FROM by_hand GROUP BY step, command ORDER BY step, command
--
-- down: a project that gets a new name must be taken down under its old one first, or its containers go on holding the ports.
-- copy: what a volume holds stays under its old name; copied while the containers are down. build: a frontend whose build
-- arguments or VITE_, NEXT_PUBLIC_ and REACT_APP_ variables name a port that moved has the old address in its bundle. up: start
-- what changed. Each is told whether or not the plan is applied yet; down and copy come before `berth apply` or after it alike.
SELECT step, model, app_num, app, service, reason, command
FROM by_hand
ORDER BY step, model, app_num, app, service, command;
