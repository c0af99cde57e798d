-- title: Published ports that will make trouble although nothing clashes
-- needs: either
-- page: 25
-- table: kind host_port protocol app service message
-- right: host_port
-- place: file line column
-- message: message
-- level: warning
-- rule: kind
-- help: refused Browsers refuse these ports (the Fetch standard lists them), so a web page there cannot be opened. Take another port.
-- help: privileged Only root binds a port below 1024: a rootless engine does not, unless net.ipv4.ip_unprivileged_port_start says so.
-- help: ephemeral The kernel gives these ports to outgoing connections, so now and then one is taken when the container starts.
-- none: No hazards
--
-- refused: a tcp port that browsers refuse, of a service that a browser is likely to ask for: one with a role, or whose container
-- port is a usual one of the web. privileged and ephemeral: by the host's usual bounds (--host-check: by its own).
SELECT kind, host_port, protocol, model, app_num, app, service, file, line, column, message FROM (
	SELECT 'refused' AS kind, *, 'browsers refuse port ' || host_port AS message FROM refused
	UNION ALL
	SELECT s.kind, p.*, CASE s.kind
		WHEN 'privileged' THEN 'port ' || p.host_port || ' is below 1024: a rootless engine cannot bind it'
		ELSE 'port ' || p.host_port || ' lies in the range that outgoing connections take their ports from' END
	FROM ports p JOIN special_ports s ON s.kind <> 'refused' AND p.port > 0 AND p.port <= s.last_port AND p.last_port >= s.port
)
ORDER BY kind = 'ephemeral', kind = 'privileged', port, model, app_num, app, position;
