-- title: Rows of the database whose app is gone
-- needs: database
-- page: 110
-- table: value model app_num message
-- fails: rows
-- none: No orphans
--
-- Judged only below the root that was scanned: a row whose app lies elsewhere, or was never seen, is none of this audit's.
SELECT value, model, app_num, message
FROM clashes
WHERE moment = 'now' AND kind = 'orphan'
ORDER BY position;
