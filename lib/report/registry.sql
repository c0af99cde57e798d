-- registry: fleet and findings as the last plan left them in the registry, and what became of them since. The registry keeps
-- the findings of that plan alone; its id stands with its apps.
-- SPDX-License-Identifier: MIT
INSERT INTO fleet (source, root, version, plan, state, created, behind)
SELECT 'database', p.root, '', p.id, p.state, p.created,
	CASE WHEN EXISTS (SELECT 1 FROM berth_meta WHERE key = 'behind')
			THEN 'an older plan was applied or taken back since the last one'
		WHEN EXISTS (SELECT 1 FROM berth_plan_apps WHERE applied = 2) THEN 'some apps have only a part of the last plan' END
FROM berth_plans p
WHERE p.id = coalesce((SELECT plan FROM berth_plan_apps LIMIT 1), (SELECT plan FROM berth_changes LIMIT 1),
	(SELECT id FROM berth_plans ORDER BY created DESC, rowid DESC LIMIT 1))
LIMIT 1;

INSERT INTO fleet (source, root) SELECT 'database', '' WHERE NOT EXISTS (SELECT 1 FROM fleet);

INSERT INTO findings (record, model, app_num, app, service, role, host_ip, host_port, container_port, protocol, value,
	variable, origin, file, line, column, offset, length, profile, network_mode, detail, chain, replicas, after, applied)
SELECT f.record, f.model, f.app_num, f.app, f.service, f.role, f.host_ip, f.host_port, f.container_port, f.protocol, f.value,
	f.variable, f.origin, f.file, f.line, f.column, f.offset, f.length, f.profile, f.network_mode, f.detail, f.chain,
	f.replicas, f.after, coalesce(p.applied = 1, 0)
FROM berth_findings f LEFT JOIN berth_plan_apps p ON p.app = f.app AND p.plan = (SELECT plan FROM fleet)
ORDER BY f.rowid;
