-- absent: empty tables for what the registry lacks, or all of them where there is no registry, so that a report finds every
-- name that it may use. SQLite looks for a table in the databases in the order in which they were attached: these are last.
-- SPDX-License-Identifier: MIT
ATTACH ':memory:' AS absent;
CREATE TABLE absent.port_configurations (
	id INTEGER PRIMARY KEY, model TEXT, app_num INTEGER, backend_port INTEGER, frontend_port INTEGER, is_available BOOLEAN
);
CREATE TABLE absent.berth_apps (folder TEXT, model TEXT, app_num INTEGER, in_layout INTEGER);
CREATE TABLE absent.berth_plans (id TEXT, root TEXT, created TEXT, state TEXT);
CREATE TABLE absent.berth_roots (plan TEXT, root TEXT);
CREATE TABLE absent.berth_seals (plan TEXT, digests BLOB);
CREATE TABLE absent.berth_plan_apps (plan TEXT, app TEXT, changes INTEGER, applied INTEGER);
CREATE TABLE absent.berth_findings (
	record TEXT, model TEXT, app_num INTEGER, app TEXT, service TEXT, role TEXT,
	host_ip TEXT, host_port TEXT, container_port TEXT, protocol TEXT, value TEXT, variable TEXT, origin TEXT,
	file TEXT, line INTEGER, column INTEGER, offset INTEGER, length INTEGER, profile TEXT, network_mode TEXT, detail TEXT,
	chain TEXT, replicas TEXT, after TEXT, whole TEXT
);
CREATE TABLE absent.berth_changes (
	plan TEXT, seq INTEGER, action TEXT, model TEXT, app_num INTEGER, app TEXT, service TEXT,
	file TEXT, line INTEGER, column INTEGER, offset INTEGER, length INTEGER, old TEXT, new TEXT, reason TEXT, detail TEXT
);
CREATE TABLE absent.berth_ports (
	port INTEGER, protocol TEXT, address TEXT, folder TEXT, service TEXT, container_port TEXT, role TEXT, found INTEGER
);
CREATE TABLE absent.berth_former (folder TEXT, service TEXT, protocol TEXT, container_port TEXT, port INTEGER);
CREATE TABLE absent.berth_meta (key TEXT, value TEXT);
CREATE TABLE absent.berth_names (kind TEXT, name TEXT, folder TEXT, service TEXT);
CREATE TABLE absent.berth_audits (audit INTEGER, plan TEXT, root TEXT, created TEXT, apps INTEGER, clashes INTEGER);
CREATE TABLE absent.berth_audit_clashes (
	audit INTEGER, kind TEXT, value TEXT, model TEXT, app_num INTEGER, app TEXT, service TEXT, message TEXT
);
