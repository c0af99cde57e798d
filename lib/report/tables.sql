-- tables: what an audit is laid out in. docs/reports.md is the reference of what a report may query.
-- SPDX-License-Identifier: MIT
CREATE TABLE fleet (
	source TEXT, root TEXT, version TEXT, plan TEXT, state TEXT, created TEXT, behind TEXT, host TEXT, scanned TEXT,
	part TEXT, beyond TEXT
);
CREATE TABLE findings (
	position INTEGER PRIMARY KEY, record TEXT, model TEXT, app_num INTEGER, app TEXT, service TEXT, role TEXT,
	host_ip TEXT, host_port TEXT, container_port TEXT, protocol TEXT, value TEXT, variable TEXT, origin TEXT,
	file TEXT, line INTEGER, column INTEGER, offset INTEGER, length INTEGER, digest TEXT,
	profile TEXT, network_mode TEXT, detail TEXT, raw TEXT, chain TEXT,
	site_file TEXT, site_line INTEGER, site_column INTEGER, site_offset INTEGER, site_length INTEGER, site_raw TEXT,
	whole TEXT, replicas TEXT, unnamed TEXT, key TEXT, after TEXT, applied INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE clashes (
	position INTEGER PRIMARY KEY, moment TEXT NOT NULL, kind TEXT, value TEXT,
	model TEXT, app_num INTEGER, app TEXT, service TEXT, file TEXT, line INTEGER, column INTEGER,
	other_model TEXT, other_app_num INTEGER, other_app TEXT, other_service TEXT,
	other_file TEXT, other_line INTEGER, other_column INTEGER, message TEXT,
	length INTEGER, other_length INTEGER, reason TEXT
);
CREATE TABLE listeners (port INTEGER PRIMARY KEY);
CREATE TABLE special_ports (port INTEGER, last_port INTEGER, kind TEXT, PRIMARY KEY (kind, port)) WITHOUT ROWID;
CREATE TABLE free_ports (port INTEGER PRIMARY KEY, last_port INTEGER);
CREATE TABLE free_pairs (position INTEGER PRIMARY KEY, backend_port INTEGER, frontend_port INTEGER);

-- Each host that was asked of, and where each app is (audit_carry): of one fleet itself, of many hosts all of them.
CREATE TABLE hosts (
	position INTEGER PRIMARY KEY, host TEXT, root TEXT, scanned TEXT, apps INTEGER, ports INTEGER, conflicts INTEGER, problems INTEGER
);
CREATE TABLE placements (
	position INTEGER PRIMARY KEY, host TEXT, model TEXT, app_num INTEGER, app TEXT, backend_port INTEGER, frontend_port INTEGER,
	ports TEXT
);

-- The apps of other hosts that `report fit` holds against the fleet.
CREATE TABLE guests (app TEXT);

-- Who is in which clash of the two audits that `report difference` compares.
CREATE TABLE compared (
	side TEXT NOT NULL, kind TEXT, value TEXT, model TEXT, app_num INTEGER, app TEXT, service TEXT, message TEXT
);
CREATE INDEX compared_by_value ON compared (side, kind, value, app, service);
