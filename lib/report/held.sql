-- held: each port, or range of them, that the fleet or the database holds or is to get.
-- SPDX-License-Identifier: MIT
SELECT port, last_port FROM ports WHERE port > 0
UNION SELECT CAST(planned_port AS INTEGER), CAST(planned_port AS INTEGER) FROM ports WHERE planned_port <> ''
UNION SELECT backend_port, backend_port FROM port_configurations
UNION SELECT frontend_port, frontend_port FROM port_configurations
UNION SELECT port, port FROM berth_ports
UNION SELECT port, port FROM listeners;
