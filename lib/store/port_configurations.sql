-- The user's own table, as docs/database.md gives it. It is made only in a database that has none.
-- SPDX-License-Identifier: MIT
CREATE TABLE IF NOT EXISTS port_configurations (
    id INTEGER PRIMARY KEY,
    model VARCHAR(200) NOT NULL,
    app_num INTEGER NOT NULL,
    backend_port INTEGER UNIQUE NOT NULL,
    frontend_port INTEGER UNIQUE NOT NULL,
    is_available BOOLEAN DEFAULT TRUE,
    UNIQUE(model, app_num)
);
