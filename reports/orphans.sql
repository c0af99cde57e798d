-- title: What the database has for apps that are gone
-- needs: database
-- page: 110
-- table: step kind value model app_num message
-- fails: rows
-- none: No orphans
-- note: SELECT command FROM orphans WHERE command <> '' GROUP BY command ORDER BY min(step), command
--
-- Judged only below the root that was scanned, and where all of it was: a row whose app lies elsewhere, or was never seen, is none
-- of this audit's. command: first takes down what still runs of the app, which goes on holding its ports, then frees its rows; safe
-- to run twice. What runs under the name of an app that is there is that one's: it is not taken down.
SELECT value, model, app_num, message, command, step, kind, service, folder FROM orphans
ORDER BY step, CAST(folder AS BLOB), place, value;
