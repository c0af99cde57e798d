-- title: What will make trouble although nothing clashes
-- needs: either
-- page: 25
-- table: kind host_port protocol app service message
-- right: host_port
-- place: file line column
-- message: message
-- level: warning
-- rule: kind
-- help: refused Browsers refuse these ports (the Fetch standard lists them), so a web page there cannot be opened. Take another port.
-- help: router Traefik drops every router whose name several containers define in different ways, and gives the requests for one service to all that have its name. Give one of them another name, or accept it where it is meant.
-- help: folder Several projects write into one folder of the host. Libraries are often shared on purpose; of two databases in one folder neither survives. Give one of them another folder, or accept it where it is meant.
-- help: privileged Only root binds a port below 1024: a rootless engine does not, unless net.ipv4.ip_unprivileged_port_start says so.
-- help: ephemeral The kernel gives these ports to outgoing connections, so now and then one is taken when the container starts.
-- none: No hazards
--
-- refused: a tcp port that browsers refuse, of a service that a browser is likely to ask for: one with a role, or whose container
-- port is a usual one of the web. router, folder: what two projects share that is often meant and often a disaster, in one row
-- for all of them, with the first. privileged and ephemeral: by the host's usual bounds (--host-check: by its own).
SELECT kind, host_port, protocol, model, app_num, app, service, file, line, column, message, value, apps
FROM hazards
ORDER BY kind = 'ephemeral', kind = 'privileged', kind = 'folder', kind = 'router', port, value, model, app_num, app, position;
