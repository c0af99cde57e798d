-- tables: what the files say, beside a snapshot of the engine (engine/snapshot.sql), and what follows from the two.
-- SPDX-License-Identifier: MIT
CREATE TABLE apps (
	id INTEGER PRIMARY KEY, folder TEXT UNIQUE, app TEXT, model TEXT, app_num INTEGER, project TEXT, failure TEXT, json TEXT,
	options TEXT
);
CREATE TABLE changed_files (path TEXT PRIMARY KEY);
CREATE TABLE hashes (app INTEGER, service TEXT, hash TEXT, PRIMARY KEY (app, service));

-- What a cutover that did not end left in the engine: a volume whose labels are its memory. One that Compose made is none, whatever
-- the app's file gives it for labels.
CREATE TABLE records AS
SELECT name, json_extract(labels, '$."org.berth.folder"') AS folder, json_extract(labels, '$."org.berth.ran"') AS ran,
	json_extract(labels, '$."org.berth.mounts"') AS mounts
FROM volumes WHERE json_extract(labels, '$."org.berth.folder"') <> '' AND project IS NULL;

CREATE TEMP VIEW services AS
SELECT a.id AS app, s.key AS service, h.hash, coalesce(json_extract(s.value, '$.image'), a.project || '-' || s.key) AS image,
	json_extract(s.value, '$.build') AS build, json_extract(s.value, '$.container_name') AS name,
	coalesce(json_extract(s.value, '$.scale'), json_extract(s.value, '$.deploy.replicas'), 1) AS scale
FROM apps a, json_each(a.json, '$.services') s LEFT JOIN hashes h ON h.app = a.id AND h.service = s.key;

-- Ports of a fixed number. A range of which one is picked waits for nobody.
CREATE TABLE wants (app INTEGER, service TEXT, host_ip TEXT, port INTEGER, protocol TEXT);

-- Where a service mounts a volume. volume: its real name; NULL: an anonymous one.
CREATE TABLE targets (
	app INTEGER, service TEXT, destination TEXT, volume TEXT, key TEXT, is_external INTEGER, is_elsewhere INTEGER
);

-- Names that the project of a folder had, before a run or after one, as far as its files said them; else the folder's own. The one
-- that it had last has the highest rank.
CREATE TABLE formers (folder TEXT, project TEXT, rank INTEGER, PRIMARY KEY (folder, project));

-- Of several that run of one folder, each with a project name that no file of it is known to have had (docker compose -p): which
-- of them the files are about nobody can know, so none is an app's.
CREATE TABLE apart (app INTEGER, id TEXT, project TEXT);

-- Containers of the apps, and whether they are what the files say.
CREATE TEMP VIEW owned AS
SELECT a.id AS app, c.*, coalesce(c.project = a.project AND c.hash = (
	SELECT hash FROM hashes h WHERE h.app = a.id AND h.service = c.service), 0) AS is_current
FROM containers c JOIN apps a ON a.folder = c.place WHERE c.id NOT IN (SELECT id FROM apart);
-- Also what has to go so that the content of a volume can give way (table replacing).
CREATE TABLE replacing (volume TEXT PRIMARY KEY);
CREATE TEMP VIEW olds AS
SELECT * FROM owned o
WHERE NOT is_oneoff AND (NOT is_current OR place IN (SELECT folder FROM records)
	AND id IN (SELECT id FROM mounts WHERE volume IN (SELECT volume FROM replacing)));

-- What ran of each service, or was there and did not: how many.
CREATE TEMP VIEW had AS
SELECT app, service, max(count) AS count FROM (
	SELECT app, service, sum(is_running) AS count FROM owned WHERE NOT is_oneoff AND (NOT is_current OR is_running)
	GROUP BY app, service
	UNION ALL
	SELECT a.id, r.key, r.value FROM records JOIN apps a USING (folder), json_each(records.ran) r
) x WHERE EXISTS (SELECT 1 FROM hashes h WHERE h.app = x.app AND h.service = x.service)
GROUP BY app, service;

-- What an app without containers left under a former name of its project, the last one that it had a volume in, where the volume of
-- now is not there yet. What a container has that is of none of those that had the name is somebody else's.
CREATE TEMP VIEW left_behind AS
SELECT t.app, t.service, t.destination, v.name AS volume, s.image, max(f.rank) AS rank
FROM targets t JOIN apps a ON a.id = t.app JOIN services s ON s.app = t.app AND s.service = t.service
	JOIN formers f ON f.folder = a.folder AND f.project <> a.project
	JOIN volumes v ON v.project = f.project AND v.key = t.key
WHERE t.volume <> '' AND t.volume <> v.name AND NOT t.is_external AND t.volume NOT IN (SELECT name FROM volumes)
	AND NOT EXISTS (SELECT 1 FROM containers c WHERE c.place = a.folder)
	AND NOT EXISTS (SELECT 1 FROM mounts m JOIN containers c USING (id) WHERE m.volume = v.name AND NOT EXISTS (
		SELECT 1 FROM formers g WHERE g.folder = c.place AND g.project = f.project))
GROUP BY t.app, t.service, t.destination;

-- Which volume each place of a service had before: as a container that is no longer what the files say has it and has run, else
-- as it was noted. number: which of several containers of the service.
CREATE TEMP VIEW was AS
SELECT app, service, number, destination, volume, image_id, min(rank) FROM (
	SELECT o.app, o.service, o.number, m.destination, m.volume, o.image_id, iif(o.is_running, 0, 1) AS rank
	FROM olds o JOIN mounts m USING (id) WHERE m.type = 'volume' AND o.has_run AND NOT (o.is_current AND EXISTS (
		SELECT 1 FROM targets t WHERE t.app = o.app AND t.service = o.service AND t.destination = m.destination
			AND t.volume <> ''))
	UNION ALL
	SELECT a.id, json_extract(m.value, '$.s'), json_extract(m.value, '$.n'), json_extract(m.value, '$.d'),
		json_extract(m.value, '$.v'), json_extract(m.value, '$.i'), 2
	FROM records JOIN apps a USING (folder), json_each(records.mounts) m
	UNION ALL
	SELECT app, service, '1', destination, volume, image, 3 FROM left_behind
) GROUP BY app, service, number, destination;

-- Volumes that an app is to get and that hold what another one had and takes elsewhere, as where two swap their names: that is put
-- aside first. kept: where, for as long as one of the two is not over.
CREATE TEMP VIEW displaced AS
SELECT t.app, t.volume, s.image_id, o.app AS of
FROM targets t JOIN was s ON s.app = t.app AND s.service = t.service AND s.destination = t.destination AND s.volume <> t.volume
	JOIN was o ON o.volume = t.volume AND o.app <> t.app
	JOIN targets u ON u.app = o.app AND u.service = o.service AND u.destination = o.destination AND u.volume <> o.volume
WHERE t.volume <> '' AND NOT t.is_external AND NOT t.is_elsewhere
GROUP BY t.app, t.volume, o.app;
CREATE TEMP VIEW kept AS
SELECT name, json_extract(labels, '$."org.berth.kept"') AS volume FROM volumes
WHERE json_extract(labels, '$."org.berth.note"') IN (SELECT name FROM records);

-- The same with what was put aside where it is now, as far as it is there.
CREATE TEMP VIEW sources AS
SELECT * FROM (
	SELECT app, service, number, destination, coalesce((SELECT k.name FROM kept k WHERE k.volume = w.volume), w.volume) AS volume,
		image_id
	FROM was w
) WHERE volume IN (SELECT name FROM volumes);

-- What is to be carried: each volume that the files name, with the one that was in its place. Of several that were, the first.
CREATE TEMP VIEW carried AS
SELECT t.app, t.volume, min(s.volume) AS source, s.image_id, max(t.is_elsewhere) AS is_elsewhere, min(t.service) AS service
FROM targets t JOIN sources s ON s.app = t.app AND s.service = t.service AND s.destination = t.destination
WHERE t.volume <> '' AND NOT t.is_external GROUP BY t.app, t.volume;

-- The apps to bring over.
CREATE TEMP VIEW waiting AS
SELECT id FROM apps
WHERE id IN (SELECT app FROM olds) OR folder IN (SELECT folder FROM records) OR id IN (SELECT app FROM left_behind);
