-- title: What to do by hand beside the migration, in its order, as commands
-- needs: database alone
-- page: 90
-- table: step app service reason
-- none: Nothing to do by hand
-- note: SELECT command FROM by_hand GROUP BY command ORDER BY min(step), command
--
-- down, copy: a project that gets a new name, and what its volumes hold; berth cutover does both, and the rest as well, for apps that
-- run, and is safe to run again. build: a frontend whose build arguments or VITE_, NEXT_PUBLIC_ and REACT_APP_ variables name a port
-- that moved has the old address in its bundle. up: start what changed. Each is told whether or not the plan is applied yet, and
-- after an undo the way back.
SELECT step, model, app_num, app, service, reason, command
FROM by_hand
ORDER BY step, model, app_num, app, service, command;
