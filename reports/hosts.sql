-- title: Each host: its apps, ports, conflicts and problems
-- needs: either
-- page: 1 hosts
-- table: host root scanned apps ports conflicts problems
-- none: No hosts
-- fails: SELECT EXISTS (SELECT 1 FROM hosts WHERE conflicts > 0)
-- note: SELECT count(*) || ' hosts, ' || sum(apps) || ' apps, ' || sum(conflicts) || ' conflicts' FROM hosts HAVING count(*) > 1
--
-- One row for each host whose findings were read, in their order. host is empty where scan was not told it (--host-name); scanned is
-- when, which findings without a host do not say. What two hosts both have is no conflict.
SELECT host, root, scanned, apps, ports, conflicts, problems
FROM hosts
ORDER BY position;
