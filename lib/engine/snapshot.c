/* snapshot: what an engine holds at one moment, in tables of a database in memory.
 * SPDX-License-Identifier: MIT */
#include "engine/snapshot.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "engine/client.h"
#include "engine/internal.h"
#include "system/compat.h"
#include "system/process.h"
#include "system/sql.h"

enum { BATCH = 500, TRIES = 3 };

static const char doing[] = "cannot hold what the engine holds";

static int
put_answer(struct sql *sql, const char *kind, struct str text, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(sql, "INSERT INTO answers VALUES (?1, ?2)", doing, err);

	SQL_BIND_STRS(&q, str_from(kind), text);
	return sql_run(&q);
}

/* Asks about COUNT things of KIND. 1; 0: not all of them were answered for, and WHY says why; -1. */
static int
inspect(struct sql *sql, const char *kind, const struct str *names, size_t count, struct buf *why,
    struct error *err)
{
	const char *const words[] = { kind, "inspect", NULL };
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;

	if (count == 0)
		return 1;
	if (client_ask_about(words, names, count, &answer, err) < 0 ||
	    put_answer(sql, kind, answer.out.len ? buf_str(&answer.out) : STR("[]"), err) < 0)
		return -1;
	if (answer.end.status != 0)
		buf_add_str(why, client_reason(&answer));
	return answer.end.status == 0;
}

/* Lists what there is of KIND, and asks about each. 1; 0: there is no engine, or, where it *WAS_LISTED, not
 * all of it was answered for; -1. */
static int
take_once(struct sql *sql, const char *kind, const char *const *words, bool *was_listed, struct buf *why,
    struct error *err)
{
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;
	AUTO(error) absent = ERROR_INIT;
	AUTO(arena) a = ARENA_INIT;
	struct str line, names[BATCH];
	size_t count = 0;
	int got = 1;

	*was_listed = false;
	if (client_ask(words, &answer, &absent) < 0) {
		buf_add_str(why, STR("there is no docker client"));
		return 0;
	}
	if (answer.end.status != 0) {
		buf_add_str(why, client_reason(&answer));
		return 0;
	}
	*was_listed = true;
	for (size_t at = 0; got > 0 && str_next_part(buf_str(&answer.out), '\n', &at, &line);) {
		names[count++] = arena_dup(&a, line);
		if (count == BATCH) {
			got = inspect(sql, kind, names, count, why, err);
			count = 0;
		}
	}
	return got > 0 ? inspect(sql, kind, names, count, why, err) : got;
}

/* The same until all were answered for: what went away since it was listed is not listed again. Of an engine
 * that cannot tell of something that it has, nothing is believed. */
static int
take(struct sql *sql, const char *kind, const char *const *words, struct buf *why, struct error *err)
{
	AUTO(sql_query) forget = sql_prepare(sql, "DELETE FROM answers WHERE kind = ?1", doing, err);
	bool was_listed = true;
	int got = 0;

	for (int tries = 0; got == 0 && was_listed && tries < TRIES; tries++) {
		buf_clear(why);
		sql_bind_str(&forget, str_from(kind));
		if (sql_run(&forget) < 0)
			return -1;
		got = take_once(sql, kind, words, &was_listed, why, err);
	}
	return got;
}

/* Finds where the folders that Compose was in lie. */
static int
resolve_folders(struct sql *sql, struct error *err)
{
	AUTO(sql_query) all = sql_prepare(
	    sql, "SELECT DISTINCT folder FROM containers WHERE folder <> ''", doing, err);
	AUTO(sql_query) put = sql_prepare(
	    sql, "UPDATE containers SET place = ?2 WHERE folder = ?1", doing, err);
	AUTO(arena) a = ARENA_INIT;
	int got;

	while ((got = sql_next(&all)) > 0) {
		struct str folder = sql_column_copy(&all, 0, &a);
		char *real = compat_real_path(folder.ptr);

		if (!real)
			continue;
		SQL_BIND_STRS(&put, folder, str_from(real));
		got = sql_run(&put);
		free(real);
		if (got < 0)
			break;
	}
	return got;
}

int
snapshot_open(struct sql **ret, struct buf *why, struct error *err)
{
	static const char *const containers[] = { "ps", "--all", "--quiet", "--no-trunc", NULL },
				 *const networks[] = { "network", "ls", "--quiet", "--no-trunc", NULL },
				 *const volumes[] = { "volume", "ls", "--quiet", NULL },
				 *const images[] = { "image", "ls", "--quiet", "--no-trunc", "--filter",
					 "label=com.docker.compose.project.working_dir", NULL };
	const struct sql_options memory = { .mode = SQL_MEMORY };
	AUTO(buf) ignored = BUF_INIT;
	int got;

	buf_clear(why);
	if (sql_open(ret, &memory, err) < 0 ||
	    sql_script(*ret, "CREATE TABLE answers (kind TEXT, text TEXT)", doing, err) < 0)
		return -1;
	got = take(*ret, "container", containers, why, err);
	if (got > 0)
		got = take(*ret, "network", networks, why, err);
	if (got > 0)
		got = take(*ret, "volume", volumes, why, err);
	/* an engine that cannot be asked that is one all the same */
	if (got > 0 && take(*ret, "image", images, &ignored, err) < 0)
		return -1;
	/* one that went away half way is none */
	if (got < 0 || (got == 0 && sql_script(*ret, "DELETE FROM answers", doing, err) < 0) ||
	    sql_script(*ret, engine_snapshot_sql, "cannot read what the docker client answered", err) < 0)
		return -1;
	return resolve_folders(*ret, err) < 0 ? -1 : got;
}
