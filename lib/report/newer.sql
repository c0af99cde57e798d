-- newer: the files that the last plan was made from, and when the registry last heard of them, in seconds since 1970: when the plan
-- was made, applied, or taken back.
-- SPDX-License-Identifier: MIT
SELECT DISTINCT file, strftime('%s', max(
	(SELECT created FROM fleet), coalesce((SELECT value FROM berth_meta WHERE key = 'marked'), '')))
FROM berth_findings WHERE file <> '' AND (SELECT plan FROM fleet) IS NOT NULL
