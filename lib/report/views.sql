-- views: what reports query, over findings and the registry's tables. docs/reports.md is their reference.
-- SPDX-License-Identifier: MIT

-- The findings that the other views are made of; the rest is for reports that name the table findings. Whether one is here
-- depends on its record and its role alone (load.c holds back what is not, where no report asks for it).
-- The registry has neither unnamed nor key, which are NULL then: of its findings the detail says the same.
CREATE TEMP VIEW berth_shown AS
SELECT * FROM findings WHERE record <> 'setting' AND (record <> 'use' OR role = 'address');

-- Each with the text that a plan may change of it (of a port its number, else its value): as it was found, as it
-- will be, and as the files have it now. A name that several texts make has no place of its own: shown_… is where it is written.
CREATE TEMP VIEW berth_held AS
SELECT *, coalesce(nullif(after, ''), found) AS planned, iif(applied AND coalesce(after, '') <> '', after, found) AS present,
	iif(coalesce(file, '') <> '', file, coalesce(site_file, '')) AS shown_file, coalesce(line, site_line) AS shown_line,
	coalesce(column, site_column) AS shown_column
FROM (SELECT *, iif(record = 'port', host_port, value) AS found FROM berth_shown);

CREATE TEMP VIEW apps AS
SELECT model, app_num, app, detail, applied FROM berth_shown WHERE record = 'app';

-- Where a mapping may take any port of a range, port and last_port differ. A port that Docker picks has neither.
CREATE TEMP VIEW ports AS
SELECT *, CAST(host_port AS INTEGER) AS port,
	CASE instr(host_port, '-') WHEN 0 THEN CAST(host_port AS INTEGER)
		ELSE CAST(substr(host_port, instr(host_port, '-') + 1) AS INTEGER) END AS last_port
FROM (
	SELECT position, model, app_num, app, service, role, host_ip, present AS host_port, found AS found_port,
		planned AS planned_port, container_port, coalesce(nullif(protocol, ''), 'tcp') AS protocol, origin, variable,
		shown_file AS file, shown_line AS line, shown_column AS column, profile, network_mode, chain, detail, replicas
	FROM berth_held WHERE record = 'port'
);

CREATE TEMP VIEW names AS
SELECT position, model, app_num, app, service, present AS name, found AS found_name, planned AS planned_name, origin, variable,
	shown_file AS file, shown_line AS line, shown_column AS column, detail
FROM berth_held WHERE record = 'name';

CREATE TEMP VIEW projects AS
SELECT position, model, app_num, app, present AS project, found AS found_project, planned AS planned_project, origin, variable,
	shown_file AS file, shown_line AS line, shown_column AS column, detail, coalesce(unnamed, detail) AS unnamed
FROM berth_held WHERE record = 'project';

-- A volume's name follows the project's where the compose file does not say one.
CREATE TEMP VIEW volumes AS
SELECT position, record AS kind, variable AS key, model, app_num, app, iif(applied, planned, value) AS name,
	value AS found_name, planned AS planned_name, origin, coalesce(file, '') AS file, line, column, detail
FROM (
	SELECT f.*, coalesce(nullif(f.after, ''),
		CASE WHEN f.role = 'derived' AND f.value = p.found_project || '_' || f.variable THEN p.planned_project || '_' || f.variable END,
		f.value) AS planned
	FROM berth_shown f LEFT JOIN projects p ON p.app = f.app
	WHERE f.record IN ('volume', 'network') AND f.role <> 'external'
);

-- What is published on every address of the host.
CREATE TEMP VIEW open_ports AS
SELECT * FROM ports
WHERE host_port <> '' AND host_ip IN ('', '0.0.0.0', '::') AND coalesce(replicas, '') <> '0'
	AND coalesce(network_mode, '') NOT IN ('host', 'none') AND coalesce(network_mode, '') NOT LIKE 'service:%'
	AND coalesce(network_mode, '') NOT LIKE 'container:%';

-- Ports that browsers refuse, of services that a browser is likely to ask for.
CREATE TEMP VIEW refused AS
SELECT p.* FROM ports p JOIN special_ports s ON s.kind = 'refused' AND s.port = p.port
WHERE p.protocol = 'tcp' AND (p.role IN ('backend', 'frontend') OR p.container_port IN
	('80', '443', '3000', '4200', '5000', '5173', '8000', '8008', '8080', '8081', '8443', '8888', '9000'));

-- What projects share that is often meant: a row for each thing, with the first that has it, all others counted and three named.
CREATE TEMP VIEW berth_sharing AS
SELECT kind, value, min(position) AS position, other_model AS model, other_app_num AS app_num, other_app AS app,
	other_service AS service, other_file AS file, other_line AS line, other_column AS column, max(nth) + 1 AS apps,
	other_app || ', ' || group_concat(app, ', ') FILTER (WHERE nth <= 3 AND first) || iif(max(nth) > 3,
		printf(' and %d more', max(nth) - 3), '') AS list
FROM (
	SELECT *, dense_rank() OVER (PARTITION BY kind, value ORDER BY model, app_num, app) AS nth,
		row_number() OVER (PARTITION BY kind, value, app ORDER BY position) = 1 AS first
	FROM clashes WHERE moment = 'now' AND kind IN ('router', 'folder') ORDER BY position
)
GROUP BY kind, value;

-- What makes trouble although nothing clashes.
CREATE TEMP VIEW hazards AS
SELECT kind, host_port, protocol, model, app_num, app, service, file, line, column, message, host_port AS value, 1 AS apps, port,
	position
FROM (
	SELECT 'refused' AS kind, *, 'browsers refuse port ' || host_port AS message FROM refused
	UNION ALL
	SELECT s.kind, p.*, CASE s.kind
		WHEN 'privileged' THEN 'port ' || p.host_port || ' is below 1024: a rootless engine cannot bind it'
		ELSE 'port ' || p.host_port || ' lies in the range that outgoing connections take their ports from' END
	FROM ports p JOIN special_ports s ON s.kind <> 'refused' AND p.port > 0 AND p.port <= s.last_port AND p.last_port >= s.port
)
UNION ALL
SELECT kind, '', '', model, app_num, app, service, file, line, column, CASE kind
		WHEN 'folder' THEN printf('%s is mounted for writing by %d projects: %s', value, apps, list)
		ELSE printf('the %s of Traefik is defined by %d projects: %s', value, apps, list) END,
	value, apps, 0, position
FROM berth_sharing;

-- Left out are gaps that the plan has filled, and warnings of a variable without a value, which a gap tells already.
CREATE TEMP VIEW problems AS
SELECT position, record AS severity, model, app_num, app, service, variable,
	iif(record = 'gap' AND role = 'placeholder', 'the placeholder ' || value || ' is left in', value) AS message,
	shown_file AS file, shown_line AS line, shown_column AS column, detail
FROM berth_held
WHERE record IN ('problem', 'gap', 'warning')
	AND NOT coalesce(applied AND record = 'gap' AND (
		role = 'env' AND app IN (SELECT app FROM berth_changes WHERE reason = 'env-file')
		OR role = 'placeholder' AND (app, offset) IN (SELECT app, offset FROM berth_changes)), 0)
	AND NOT coalesce(record = 'warning' AND (app, file, line, column) IN (
		SELECT app, file, line, column FROM berth_shown WHERE record = 'gap' AND role = 'variable'), 0)
UNION ALL
SELECT seq + (1 << 40), iif(action = 'note', 'warning', action), model, app_num, app, service, '', new, file, line, column,
	detail
FROM berth_changes WHERE action IN ('problem', 'note') AND (SELECT source FROM fleet) = 'database'
	AND (app, new) NOT IN (SELECT app, value FROM berth_held WHERE record = 'problem')	-- scan's own, said again
UNION ALL
SELECT position, 'warning', model, app_num, app, service, variable,
	printf('%s%s names port %s of this host, which no app has', iif(variable <> '', variable || ' ', ''), value, host_port),
	shown_file, shown_line, shown_column, ''
FROM berth_held
WHERE record = 'reference' AND role NOT IN ('example', 'mention') AND coalesce(host_port, '') <> ''
	AND CAST(host_port AS INTEGER) NOT IN (
		WITH RECURSIVE taken (port, last) AS (
			SELECT port, last_port FROM ports WHERE port > 0
			UNION SELECT CAST(found_port AS INTEGER), 0 FROM ports WHERE found_port <> ''
			UNION SELECT port + 1, last FROM taken WHERE port < last
		) SELECT port FROM taken
		UNION SELECT CAST(value AS INTEGER) FROM findings WHERE record = 'held' AND role IN ('port', 'listener', 'socket'))
	AND (app, host_port) NOT IN (SELECT app, container_port FROM ports);

CREATE TEMP VIEW changes AS
SELECT seq AS position, c.plan, c.action, c.model, c.app_num, c.app, c.service, c.file, c.line, c.column, c.old, c.new,
	c.reason, c.detail, coalesce(p.applied = 1, 0) AS applied
FROM berth_changes c LEFT JOIN berth_plan_apps p ON p.plan = c.plan AND p.app = c.app;

-- Addresses that are baked in when an image or a bundle is built, with the port of the app's own that each names.
CREATE TEMP VIEW baked AS
SELECT DISTINCT f.model, f.app_num, f.app, f.service, held_by AS key, p.found_port, p.planned_port
FROM (
	SELECT *, iif(record = 'use', coalesce(key, detail), variable) AS held_by, record = 'use' AS by_variable,
		role = 'args' OR value LIKE 'services.%.build.args%' AS is_arg
	FROM berth_shown WHERE (record = 'reference' AND role <> 'example') OR record = 'use'
) f JOIN ports p ON p.app = f.app AND iif(f.by_variable, p.variable = f.variable, p.found_port = f.host_port)
WHERE f.is_arg OR held_by GLOB 'VITE_*' OR held_by GLOB 'NEXT_PUBLIC_*' OR held_by GLOB 'REACT_APP_*';

-- By app: the pattern that berth cutover --only takes for it and for no other, and whether the way is back, after an undo.
CREATE TEMP VIEW berth_way AS
SELECT app, replace(replace(replace(replace(app, '\', '\\'), '*', '\*'), '?', '\?'), '[', '\[') AS as_pattern,
	coalesce((SELECT state FROM fleet) = 'undone', 0) AS is_back
FROM (SELECT DISTINCT app FROM berth_shown WHERE record = 'app');

-- The networks that all apps need at once, with those of strangers, and how many the engine has addresses for beside its bridge.
CREATE TEMP VIEW berth_networks AS
SELECT (SELECT count(DISTINCT planned_name) FROM volumes WHERE kind = 'network') + (SELECT count(*) FROM berth_shown
		WHERE record = 'held' AND role = 'network' AND whole <> '' AND value <> 'bridge') AS needed,
	coalesce((SELECT CAST(value AS INTEGER) FROM berth_shown WHERE record = 'held' AND role = 'pool'), 31) - 1 AS fit,
	iif(EXISTS (SELECT 1 FROM berth_shown WHERE record = 'held' AND role = 'pool'), 'the engine''s address pools',
		'Docker''s own address pools') AS whose;

-- Steps beside the migration, as commands: what stands in them is quoted for a shell where anything in it means something. What
-- Docker would take for a folder or an option (a name with a slash or a colon, or one that begins with a hyphen) gets no command.
CREATE TEMP VIEW by_hand AS
SELECT step, model, app_num, app, service, reason, printf(command, quoted, quoted_other) AS command
FROM (
	SELECT *,
		shell_word(word) AS quoted, shell_word(other) AS quoted_other
	FROM (
		SELECT '1 down' AS step, model, app_num, app, '' AS service,
			'the project ' || iif(is_back, planned_project || ' becomes ' || found_project,
				found_project || ' becomes ' || planned_project) AS reason,
			'berth cutover --only %s' AS command, as_pattern AS word, '' AS other
		FROM projects JOIN berth_way USING (app) WHERE found_project <> '' AND planned_project <> found_project
		UNION ALL
		SELECT '2 copy', model, app_num, app, '', 'volume ' || iif(is_back, planned_name || ' becomes ' || found_name,
				found_name || ' becomes ' || planned_name),
			'berth cutover --only %s', as_pattern, ''
		FROM volumes JOIN berth_way USING (app) WHERE kind = 'volume' AND found_name <> '' AND planned_name <> found_name
		UNION ALL
		SELECT '3 build', model, app_num, app, service,
			'port ' || iif(is_back, planned_port, found_port) || ' in ' || key || ' becomes '
				|| iif(is_back, found_port, planned_port),
			CASE WHEN service = '' THEN '(cd %s && docker compose build)'
				WHEN service GLOB '-*' THEN '(cd %s && docker compose build -- %s)'
				ELSE '(cd %s && docker compose build %s)' END,
			(SELECT root FROM fleet) || '/' || app, service
		FROM baked JOIN berth_way USING (app) WHERE found_port <> planned_port
		UNION ALL
		-- a file that a container mounts by itself is the old one for it until it is made anew, and Compose sees no reason to
		SELECT '4 up', model, app_num, app, '', count(*) || iif(count(*) = 1, ' change', ' changes'),
			iif(max((app, file) IN (SELECT app, file FROM berth_shown WHERE record = 'reference' AND role = 'mention')),
				'(cd %s && docker compose up -d --force-recreate)', '(cd %s && docker compose up -d)'),
			(SELECT root FROM fleet) || '/' || app, ''
		FROM changes WHERE action NOT IN ('fleet', 'end', 'problem', 'note') AND (SELECT source FROM fleet) = 'database'
		GROUP BY model, app_num, app
	)
);

-- What `report conflicts` tells. What the database says against the files has reports of its own; what it says against itself
-- belongs to a database that was asked, so that an audit of a stream says the same wherever it runs.
CREATE TEMP VIEW conflicts AS
SELECT * FROM clashes
WHERE moment = 'now' AND kind NOT IN ('drift', 'orphan', 'router', 'folder') AND (kind <> 'role' OR (SELECT source FROM fleet) = 'database');

-- An app's pair: the database's row; of a stream the first port of each role, which is all that the files say.
CREATE TEMP VIEW allocations AS
SELECT model, app_num, backend_port, frontend_port FROM port_configurations WHERE (SELECT source FROM fleet) = 'database'
UNION ALL
SELECT model, app_num, backend_port, frontend_port
FROM (
	SELECT model, app_num,
		(SELECT port FROM ports p WHERE p.app = a.app AND p.role = 'backend' AND p.port > 0 ORDER BY position LIMIT 1)
			AS backend_port,
		(SELECT port FROM ports p WHERE p.app = a.app AND p.role = 'frontend' AND p.port > 0 ORDER BY position LIMIT 1)
			AS frontend_port
	FROM apps a WHERE (SELECT source FROM fleet) = 'findings'
)
WHERE backend_port IS NOT NULL AND frontend_port IS NOT NULL;

-- What the database has for apps that are gone: judged only where the fleet is all there, below its root. What runs under the name of
-- an app that is there is that one's.
CREATE TEMP VIEW orphans AS
WITH place AS (
	SELECT root, rtrim(root, '/') || '/' AS below FROM fleet WHERE root <> '' AND coalesce(part, '') = ''
), gone AS (
	SELECT a.*, p.root FROM berth_apps a JOIN place p
		ON a.folder = p.root OR substr(CAST(a.folder AS BLOB), 1, length(CAST(p.below AS BLOB))) = CAST(p.below AS BLOB)
	WHERE a.folder NOT IN (SELECT iif(app = '.', p.root, p.below || app) FROM apps JOIN place p)
		AND NOT EXISTS (SELECT 1 FROM apps WHERE a.in_layout AND apps.model = a.model AND apps.app_num = a.app_num)
), held (step, kind, value, service, folder, place, other) AS (
	SELECT '1 down', 'project', n.name, '', g.folder, 1, (SELECT min(p.app) FROM projects p WHERE lower(p.project) = n.name)
	FROM gone g JOIN berth_names n ON n.folder = g.folder AND n.kind = 'project'
	UNION ALL
	SELECT '2 prune', 'pair', p.backend_port || '+' || p.frontend_port, '', g.folder, 2, NULL
	FROM gone g JOIN port_configurations p ON p.model = g.model AND p.app_num = g.app_num
		AND (g.in_layout OR EXISTS (SELECT 1 FROM berth_ports b
			WHERE b.folder = g.folder AND b.role = 'backend' AND b.port = p.backend_port))
	UNION ALL
	SELECT '2 prune', 'port', iif(b.address = '', '', iif(instr(b.address, ':'), '[' || b.address || ']', b.address) || ':')
		|| b.port || '/' || b.protocol, b.service, g.folder, 3, (
			SELECT min(p.app) FROM ports p WHERE p.port = b.port AND lower(p.protocol) = b.protocol)
	FROM gone g JOIN berth_ports b ON b.folder = g.folder
	UNION ALL
	SELECT '2 prune', n.kind, n.name, n.service, g.folder, 4,
		(SELECT min(c.app) FROM names c WHERE n.kind = 'container' AND lower(c.name) = n.name)
	FROM gone g JOIN berth_names n ON n.folder = g.folder AND n.kind IN ('container', 'image')
	UNION ALL
	SELECT '2 prune', 'app', '', '', g.folder, 5, NULL FROM gone g
	WHERE NOT EXISTS (SELECT 1 FROM berth_names n WHERE n.folder = g.folder)
		AND NOT EXISTS (SELECT 1 FROM berth_ports b WHERE b.folder = g.folder)
		AND NOT (g.in_layout AND EXISTS (SELECT 1 FROM port_configurations p WHERE p.model = g.model AND p.app_num = g.app_num))
)
SELECT value, g.model, g.app_num,
	iif(step = '1 down', iif(other IS NULL, 'what may still run of it goes on holding its ports',
			'nothing to take down: ' || other || ' goes on under its name'),
		printf('%s is gone and the database has this for it%s', h.folder, iif(other IS NULL, '', '; ' || other || ' has it now')))
		AS message,
	CASE WHEN step = '2 prune' THEN 'berth scan ' || shell_word(g.root) || ' | berth plan --prune'
		WHEN other IS NULL THEN 'docker compose -p ' || shell_word(value) || ' down' ELSE '' END AS command,
	step, kind, service, h.folder, place
FROM held h JOIN gone g ON g.folder = h.folder;
