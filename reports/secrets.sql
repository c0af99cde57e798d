-- title: Secrets that several apps share
-- needs: findings
-- scan: --secrets
-- table: secret apps key app file line
-- right: secret apps line
-- place: file line column
-- message: message
-- level: warning
-- none: No two apps share a secret, as far as findings of scan --secrets say
-- note: SELECT count(DISTINCT value) || CASE count(DISTINCT value) WHEN 1 THEN ' secret is' ELSE ' secrets are' END || ' shared by ' || count(DISTINCT app) || ' apps' FROM findings f WHERE record = 'secret' AND EXISTS (SELECT 1 FROM findings o WHERE o.record = 'secret' AND o.value = f.value AND o.app <> f.app) HAVING count(*) > 0
--
-- Values whose variable says that they are secret (PASSWORD, TOKEN, KEY, SECRET) and that more than one app has: whoever learns it of
-- one has all of them. secret numbers them, those of the most apps first; no value and nothing made of it alone is told. The findings
-- have to be those of scan --secrets.
WITH shared AS (
	SELECT value, count(DISTINCT app) AS apps, row_number() OVER (ORDER BY count(DISTINCT app) DESC, min(position)) AS secret
	FROM findings WHERE record = 'secret' GROUP BY value HAVING count(DISTINCT app) > 1
)
SELECT s.secret, s.apps, f.variable AS key, f.model, f.app_num, f.app, f.service, f.file, f.line, f.column,
	f.variable || ' has a value that ' || (s.apps - 1) || iif(s.apps = 2, ' other app has', ' other apps have') || ' too' AS message
FROM findings f JOIN shared s ON s.value = f.value AND f.record = 'secret'
ORDER BY s.secret, f.model, f.app_num, f.app, f.position;
