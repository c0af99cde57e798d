-- title: What each plan found, to compare two of them
-- needs: database alone
-- table: audit created apps clashes root
-- none: No plan was made yet
-- note: SELECT 'berth report difference ' || min(audit) || ' ' || max(audit) || ' tells what is new' FROM berth_audits HAVING count(*) > 1
--
-- A row for each plan that was made, the latest hundred: the fleet as it was before that plan. A plan that came out as the one
-- before it found nothing new and takes its place.
SELECT audit, created, plan, root, apps, clashes
FROM berth_audits
ORDER BY audit;
