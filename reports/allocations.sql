-- title: The pair of host ports that each app holds
-- needs: either
-- page: 40
-- table: model app_num backend_port frontend_port
-- none: No allocations
-- note: SELECT 'Total allocations: ' || count(*) FROM allocations
-- note: SELECT CASE count(*) WHEN 0 THEN 'No port conflicts detected' WHEN 1 THEN '1 port conflict: berth report conflicts' ELSE count(*) || ' port conflicts: berth report conflicts' END FROM conflicts WHERE kind IN ('port', 'role', 'held')
--
-- From the database: the rows of port_configurations. From findings: each app's first backend port and its first frontend
-- port, as the files have them now.
SELECT model, app_num, backend_port, frontend_port
FROM allocations
ORDER BY model COLLATE BINARY, app_num;
