-- title: How many more apps the ports hold
-- needs: either
-- page: 120
-- table: item count detail
--
-- Pairs are counted as plan hands them out, with its usual bases (5001 and 8001, step 2), past what the fleet and the database
-- hold. Ports below 1024, the ephemeral range, and those that browsers refuse are never handed out. Networks are held against the
-- engine's address pools (scan --host), else Docker's own, which hold 31.
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
	UNION ALL
	SELECT 5, 'networks needed', needed, iif(needed > fit, 'more than fit: put "default-address-pools": [{"base": "10.'
		|| iif(needed < 4000, '200.0.0/16', '0.0.0/8') || '", "size": ' || iif(needed BETWEEN 250 AND 3999, 28, 24)
		|| '}] into the engine''s daemon.json and restart it', 'when all apps are up at once') FROM berth_networks
	UNION ALL
	SELECT 6, 'networks that fit', fit, 'into ' || whose || ' beside its bridge' FROM berth_networks
)
ORDER BY place;
