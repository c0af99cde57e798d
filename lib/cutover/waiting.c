/* waiting: how many apps still run as they were before their files changed.
 * SPDX-License-Identifier: MIT
 *
 * Told at once, without Docker Compose: a container that is older than a file of its app which a run has
 * written cannot be what that file says. */
#include "cutover/cutover.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/error.h"
#include "engine/snapshot.h"
#include "journal/journal.h"
#include "system/compat.h"
#include "system/sql.h"

static const char doing[] = "cannot find out what runs";

static int
put_files(struct sql *sql, struct journal *journal, struct arena *a, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(sql, "INSERT INTO written VALUES (?1, ?2)", doing, err);
	struct journal_file *files;
	size_t count;

	if (journal_files(journal, a, &files, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		char *folder = compat_real_path(files[i].folder.ptr);
		struct stat st;
		int result = 0;

		/* of one that undo took away again the folder bears the time */
		if (folder && (stat(files[i].path.ptr, &st) == 0 || stat(folder, &st) == 0)) {
			sql_bind_str(&q, str_from(folder));
			sql_bind_int(&q, st.st_ctim.tv_sec);
			result = sql_run(&q);
		}
		free(folder);
		if (result < 0)
			return -1;
	}
	return 0;
}

size_t
cutover_waiting(const char *db)
{
	AUTO_PTR(journal) journal = NULL;
	AUTO_PTR(sql) sql = NULL;
	AUTO(arena) a = ARENA_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) why = BUF_INIT;
	int64_t count = 0;

	if (journal_open(&journal, db, false, &err) < 0 || !journal || snapshot_open(&sql, &why, &err) <= 0 ||
	    sql_script(sql, "CREATE TABLE written (folder TEXT, at INTEGER)", doing, &err) < 0 ||
	    put_files(sql, journal, &a, &err) < 0 ||
	    sql_number(sql, "SELECT count(DISTINCT place) FROM containers JOIN (SELECT folder AS place,"
	    " max(at) AS at FROM written GROUP BY folder) USING (place) WHERE is_running AND created <= at",
	    doing, &count, &err) < 0)
		return 0;
	return (size_t)count;
}
