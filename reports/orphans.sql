-- title: Rows of the database whose app is gone
-- needs: database
-- page: 110
-- table: value model app_num message
-- fails: rows
-- none: No orphans
--
-- Judged only below the root that was scanned: a row whose app lies elsewhere, or was never seen, is none of this audit's.
--
-- command: takes down the containers that Docker Compose made in the folder that is gone, which go on holding its ports; safe to
-- run twice, and where there are none.
SELECT value, model, app_num, message, (SELECT 'docker ps --all --quiet --filter '
		|| shell_word('label=com.docker.compose.project.working_dir=' || a.folder) || ' | xargs -r docker rm --force'
	FROM berth_apps a WHERE a.model = clashes.model AND a.app_num = clashes.app_num AND a.in_layout) AS command
FROM clashes
WHERE moment = 'now' AND kind = 'orphan'
ORDER BY position;
