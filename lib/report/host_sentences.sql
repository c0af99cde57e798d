-- host_sentences: the summary of the page of many hosts, as sentences.sql is of one fleet's.
-- SPDX-License-Identifier: MIT
SELECT '' AS class, printf('%d apps on %d host%s publish %d host port%s.', coalesce(sum(apps), 0), count(*),
	iif(count(*) = 1, '', 's'), coalesce(sum(ports), 0), iif(sum(ports) = 1, '', 's')) AS sentence FROM hosts
UNION ALL
SELECT 'bad', printf('%d host%s %d conflict%s, most of them on %s (%d).', n, iif(n = 1, ' has', 's have'), clashes,
	iif(clashes = 1, '', 's'), (SELECT host FROM hosts ORDER BY conflicts DESC, position LIMIT 1), most)
FROM (SELECT count(*) AS n, sum(conflicts) AS clashes, max(conflicts) AS most FROM hosts WHERE conflicts > 0) WHERE n > 0
UNION ALL
SELECT 'good', 'On no host do two apps conflict.' WHERE NOT EXISTS (SELECT 1 FROM hosts WHERE conflicts > 0)
UNION ALL
SELECT 'bad', printf('%d problem%s a hand: see problems.', n, iif(n = 1, ' needs', 's need'))
FROM (SELECT sum(problems) AS n FROM hosts) WHERE n > 0
UNION ALL
SELECT '', printf('The oldest scan is of %s, the newest of %s.', min(scanned), max(scanned)) FROM hosts WHERE scanned <> ''
HAVING count(*) > 0;
