-- snapshot: what an engine holds at one moment, as tables, out of the JSON that the client answered with (table answers).
-- SPDX-License-Identifier: MIT

-- Images that were made from a container of Compose's have its labels, and give them to whatever is run of them; so do images that
-- somebody gave such labels.
CREATE TABLE copies AS
SELECT json_extract(value, '$.Id') AS image_id, json_extract(value, '$.Config.Labels."com.docker.compose.config-hash"') AS hash,
	json_extract(value, '$.Config.Labels."com.docker.compose.project.working_dir"') AS folder
FROM (SELECT e.value FROM answers, json_each(text) e WHERE kind = 'image');

-- folder: the working directory that Compose was in, as it was told; NULL where Compose did not make the container, whatever one of
-- its labels says. place, which the program fills: the same with its symlinks resolved, as far as it is there; NULL where it is not.
-- files: the compose files, joined by commas.
CREATE TABLE containers AS
SELECT json_extract(value, '$.Id') AS id, ltrim(json_extract(value, '$.Name'), '/') AS name,
	json_extract(value, '$.Image') AS image_id, json_extract(value, '$.State.Status') AS state,
	json_extract(value, '$.State.Running') AS is_running,
	json_extract(value, '$.State.StartedAt') NOT LIKE '0001-%' AS has_run,
	json_extract(value, '$.Config.Labels."com.docker.compose.project"') AS project,
	json_extract(value, '$.Config.Labels."com.docker.compose.service"') AS service,
	json_extract(value, '$.Config.Labels."com.docker.compose.config-hash"') AS hash,
	json_extract(value, '$.Config.Labels."com.docker.compose.project.working_dir"') AS folder,
	json_extract(value, '$.Config.Labels."com.docker.compose.project.config_files"') AS files,
	json_extract(value, '$.Config.Labels."com.docker.compose.project.environment_file"') AS env_files,
	coalesce(json_extract(value, '$.Config.Labels."com.docker.compose.oneoff"') = 'True', 0) AS is_oneoff,
	coalesce(json_extract(value, '$.Config.Labels."com.docker.compose.container-number"'), '1') AS number,
	CAST(strftime('%s', substr(json_extract(value, '$.Created'), 1, 19)) AS INTEGER) AS created,
	NULL AS place
FROM (SELECT e.value FROM answers, json_each(text) e WHERE kind = 'container');
CREATE UNIQUE INDEX containers_by_id ON containers (id);
UPDATE containers SET folder = NULL WHERE project IS NULL OR service IS NULL
	OR EXISTS (SELECT 1 FROM copies i WHERE i.image_id = containers.image_id AND i.folder = containers.folder
		AND i.hash IS containers.hash);

-- What each publishes: what it was made to publish by a fixed number, whether it runs or not, and what the engine picked.
CREATE TABLE published AS
SELECT DISTINCT id, coalesce(host_ip, '') AS host_ip, CAST(host_port AS INTEGER) AS host_port,
	CAST(key AS INTEGER) AS container_port, substr(key, instr(key, '/') + 1) AS protocol
FROM (
	SELECT json_extract(c.value, '$.Id') AS id, p.key, json_extract(b.value, '$.HostIp') AS host_ip,
		json_extract(b.value, '$.HostPort') AS host_port
	FROM answers, json_each(text) c, json_each(c.value, '$.HostConfig.PortBindings') p, json_each(p.value) b
	WHERE kind = 'container' AND p.type = 'array' AND json_extract(b.value, '$.HostPort') NOT GLOB '*[^0-9]*'
		AND json_extract(b.value, '$.HostPort') > '0'
	UNION ALL
	SELECT json_extract(c.value, '$.Id'), p.key, nullif(nullif(json_extract(b.value, '$.HostIp'), '::'), '0.0.0.0'),
		json_extract(b.value, '$.HostPort')
	FROM answers, json_each(text) c, json_each(c.value, '$.NetworkSettings.Ports') p, json_each(p.value) b
	WHERE kind = 'container' AND p.type = 'array' AND NOT EXISTS (
		SELECT 1 FROM json_each(c.value, '$.HostConfig.PortBindings') q, json_each(q.value) d
		WHERE q.key = p.key AND q.type = 'array' AND json_extract(d.value, '$.HostPort') NOT GLOB '*[^0-9]*'
			AND json_extract(d.value, '$.HostPort') > '0')
);
CREATE INDEX published_by_id ON published (id);

CREATE TABLE mounts AS
SELECT json_extract(c.value, '$.Id') AS id, json_extract(m.value, '$.Type') AS type, json_extract(m.value, '$.Name') AS volume,
	json_extract(m.value, '$.Destination') AS destination
FROM answers, json_each(text) c, json_each(c.value, '$.Mounts') m WHERE kind = 'container';
CREATE INDEX mounts_by_id ON mounts (id);

CREATE TABLE joined AS
SELECT json_extract(c.value, '$.Id') AS id, n.key AS network
FROM answers, json_each(text) c, json_each(c.value, '$.NetworkSettings.Networks') n WHERE kind = 'container';

CREATE TABLE networks AS
SELECT json_extract(value, '$.Id') AS id, json_extract(value, '$.Name') AS name,
	json_extract(value, '$.Labels."com.docker.compose.project"') AS project,
	coalesce((SELECT group_concat(json_extract(c.value, '$.Subnet')) FROM json_each(n.value, '$.IPAM.Config') c), '') AS subnets
FROM (SELECT e.value FROM answers, json_each(text) e WHERE kind = 'network') n;

-- labels: as JSON.
CREATE TABLE volumes AS
SELECT json_extract(value, '$.Name') AS name,
	json_extract(value, '$.Labels."com.docker.compose.project"') AS project,
	json_extract(value, '$.Labels."com.docker.compose.volume"') AS key,
	json_extract(value, '$.Labels') AS labels
FROM (SELECT e.value FROM answers, json_each(text) e WHERE kind = 'volume');
CREATE UNIQUE INDEX volumes_by_name ON volumes (name);

DELETE FROM answers;
