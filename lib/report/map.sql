-- map: each port that the fleet publishes at the moment ?1 (now, found, planned), who does, and whether another does too. A
-- range that one mapping may take any port of is drawn whole.
-- SPDX-License-Identifier: MIT
WITH mapping AS (
	SELECT CAST(text AS INTEGER) AS port, iif(instr(text, '-'), CAST(substr(text, instr(text, '-') + 1) AS INTEGER),
		CAST(text AS INTEGER)) AS last, text || '/' || protocol AS what, app || ' ' || service AS who, position
	FROM (SELECT *, CASE ?1 WHEN 'found' THEN found_port WHEN 'planned' THEN planned_port ELSE host_port END AS text FROM ports)
	WHERE text <> ''
)
SELECT max(port, 1), min(max(last, port), 65535), what || ' ' || who AS label,
	what IN (SELECT value FROM clashes WHERE moment = ?1 AND kind IN ('port', 'held')) AS clash
FROM mapping WHERE port <= 65535 ORDER BY position;
