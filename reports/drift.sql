-- title: Where the files say another port than the database
-- needs: database
-- page: 100
-- table: value app service message
-- place: file line column
-- message: message
-- fails: rows
-- none: No drift
--
-- With findings on standard input: the files as they are now, against port_configurations. From the database alone: what the
-- last scan saw, with what was applied since.
SELECT value, model, app_num, app, service, file, line, column, message
FROM clashes
WHERE moment = 'now' AND kind = 'drift'
ORDER BY position;
