-- title: How many more apps the ports hold
-- needs: either
-- page: 120
-- table: item count detail
--
-- Pairs are counted as plan hands them out, with its usual bases (5001 and 8001, step 2), past what the fleet and the database
-- hold. Ports below 1024, the ephemeral range, and those that browsers refuse are never handed out.
SELECT item, count, detail FROM (
	SELECT 1 AS place, 'pairs held' AS item, count(*) AS count, '' AS detail FROM allocations
	UNION ALL
	SELECT 2, 'pairs free', count(*), CASE count(*) WHEN 0 THEN 'no app can get a pair' ELSE
		(SELECT 'next ' || backend_port || ' and ' || frontend_port FROM free_pairs ORDER BY position LIMIT 1) ||
		(SELECT ', last ' || backend_port || ' and ' || frontend_port FROM free_pairs ORDER BY position DESC LIMIT 1) END
		FROM free_pairs
	UNION ALL
	SELECT 3, 'ports held', count(DISTINCT port), '' FROM ports WHERE port > 0
	UNION ALL
	SELECT 4, 'ports free', coalesce(sum(last_port - port + 1), 0), 'that may be handed out one by one, pairs included'
		FROM free_ports
)
ORDER BY place;
