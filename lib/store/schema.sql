-- The tables that berth keeps beside the user's port_configurations.
-- SPDX-License-Identifier: MIT
--
-- SQLite keeps the text of each CREATE as it stands here, so comments stand before the statements, never
-- within.

-- The version of this schema, as 'schema'; as 'behind' the plan that was applied or taken back although it was
-- not the last one; as 'marked' when a plan was applied or taken back last; as 'host'
-- what the host is called whose fleet this is, as the first plan that was told it. The user_version of the file is left to the user.
CREATE TABLE IF NOT EXISTS berth_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);

-- Every folder (absolute) that plan has seen an app in, and the app's identity. In the layout an identity has
-- one folder.
CREATE TABLE IF NOT EXISTS berth_apps (
    folder TEXT PRIMARY KEY,
    model TEXT NOT NULL,
    app_num INTEGER NOT NULL,
    in_layout INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS berth_apps_identity ON berth_apps (model, app_num) WHERE in_layout;

-- Every allocated port, whatever its role. The primary key gives each port one owner. address is empty where
-- the port is published on all addresses; found is the number that the files had when the port was allocated.
CREATE TABLE IF NOT EXISTS berth_ports (
    port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    protocol TEXT NOT NULL,
    address TEXT NOT NULL,
    folder TEXT NOT NULL REFERENCES berth_apps (folder) ON UPDATE CASCADE ON DELETE CASCADE,
    service TEXT NOT NULL,
    container_port TEXT NOT NULL,
    role TEXT NOT NULL,
    found INTEGER NOT NULL,
    PRIMARY KEY (port, protocol, address)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS berth_ports_folder ON berth_ports (folder);

-- The numbers that an app's port had before the one that it is allocated.
CREATE TABLE IF NOT EXISTS berth_former (
    folder TEXT NOT NULL REFERENCES berth_apps (folder) ON UPDATE CASCADE ON DELETE CASCADE,
    service TEXT NOT NULL,
    protocol TEXT NOT NULL,
    container_port TEXT NOT NULL,
    port INTEGER NOT NULL,
    PRIMARY KEY (folder, service, protocol, container_port, port)
) WITHOUT ROWID;

-- The project names, in lower case, and the container names that plan gave to an app or left to it.
CREATE TABLE IF NOT EXISTS berth_names (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    folder TEXT NOT NULL REFERENCES berth_apps (folder) ON UPDATE CASCADE ON DELETE CASCADE,
    service TEXT NOT NULL,
    PRIMARY KEY (kind, name)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS berth_names_folder ON berth_names (folder);

CREATE TABLE IF NOT EXISTS berth_plans (
    id TEXT PRIMARY KEY,
    root TEXT NOT NULL,
    created TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('planned', 'applied', 'undone'))
);

-- Digests of the rows of the latest plans, eight bytes a row, sorted: a row that is none of them was edited.
CREATE TABLE IF NOT EXISTS berth_seals (
    plan TEXT PRIMARY KEY REFERENCES berth_plans (id) ON DELETE CASCADE,
    digests BLOB NOT NULL
) WITHOUT ROWID;

-- Where else a plan was applied, as its user said.
CREATE TABLE IF NOT EXISTS berth_roots (
    plan TEXT NOT NULL REFERENCES berth_plans (id) ON DELETE CASCADE,
    root TEXT NOT NULL,
    PRIMARY KEY (plan, root)
) WITHOUT ROWID;

-- The apps of the last plan, by their folders below its root. applied is 0, 1, or 2 where rows of the plan
-- were left out for the app.
CREATE TABLE IF NOT EXISTS berth_plan_apps (
    plan TEXT NOT NULL REFERENCES berth_plans (id) ON DELETE CASCADE,
    app TEXT NOT NULL,
    changes INTEGER NOT NULL,
    applied INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (plan, app)
) WITHOUT ROWID;

-- The findings that the last plan was made from. "after" is the port or name that a finding has once the plan
-- is applied.
CREATE TABLE IF NOT EXISTS berth_findings (
    record TEXT NOT NULL, model TEXT NOT NULL, app_num INTEGER NOT NULL, app TEXT NOT NULL, service TEXT, role TEXT,
    host_ip TEXT, host_port TEXT, container_port TEXT, protocol TEXT, value TEXT, variable TEXT, origin TEXT,
    file TEXT, line INTEGER, "column" INTEGER, "offset" INTEGER, length INTEGER, profile TEXT,
    network_mode TEXT, detail TEXT, chain TEXT, replicas TEXT, "after" TEXT, whole TEXT
);

-- The rows of the last plan, in their order.
CREATE TABLE IF NOT EXISTS berth_changes (
    plan TEXT NOT NULL, seq INTEGER PRIMARY KEY, action TEXT NOT NULL, model TEXT, app_num INTEGER, app TEXT,
    service TEXT, file TEXT, line INTEGER, "column" INTEGER, "offset" INTEGER, length INTEGER, "old" TEXT,
    "new" TEXT, reason TEXT, detail TEXT
);

-- What each plan found in the fleet, and who was in which clash. `report difference` compares two of these.
CREATE TABLE IF NOT EXISTS berth_audits (
    audit INTEGER PRIMARY KEY, plan TEXT NOT NULL, root TEXT NOT NULL, created TEXT NOT NULL, apps INTEGER NOT NULL,
    clashes INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS berth_audit_clashes (
    audit INTEGER NOT NULL REFERENCES berth_audits (audit) ON DELETE CASCADE, kind TEXT NOT NULL, value TEXT NOT NULL,
    model TEXT NOT NULL, app_num INTEGER NOT NULL, app TEXT NOT NULL, service TEXT NOT NULL, message TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS berth_audit_clashes_audit ON berth_audit_clashes (audit);

INSERT OR REPLACE INTO berth_meta VALUES ('schema', '5');
