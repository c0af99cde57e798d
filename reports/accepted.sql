-- title: What two apps share on purpose
-- needs: either
-- page: 15
-- table: kind value app other_app reason
-- place: file line column length
-- other: other_file other_line other_column other_length
-- message: message
-- rule: kind
-- level: note
-- none: Nothing is accepted
--
-- What report conflicts would tell if the list of --accept did not say that it is meant, and the reason that the list gives (behind #
-- on its line). One row for each two apps that share something.
SELECT kind, value, model, app_num, app, service, file, line, column,
	other_model, other_app_num, other_app, other_service, other_file, other_line, other_column, message,
	length, other_length, reason
FROM clashes
WHERE moment = 'accepted'
ORDER BY position;
