/* down: an app's old containers stop and go, and what the engine alone would forget of them is noted in it.
 * SPDX-License-Identifier: MIT */
#include "cutover/internal.h"

#include <xxhash.h>

#include "base/buf.h"
#include "base/error.h"
#include "engine/client.h"

static const char doing[] = "cannot find out what the engine holds";

/* --- before anything is touched --- */

bool
down_wait_for_failed(
    struct cutover *c, struct cutover_app *apps, size_t count, const char *step, const char *so_far)
{
	const struct cutover_app *cause = NULL;

	for (size_t i = 0; i < count; i++)
		if (apps[i].has_failed)
			cause = &apps[i];
	for (size_t i = 0; i < count && cause; i++)
		if (!apps[i].has_failed) {
			command_tell(c, &apps[i], step, COMMAND_PROBLEM, "it waits for %.*s: %s",
			    STR_ARG(cause->app), so_far);
			apps[i].has_failed = true;
		}
	return cause != NULL;
}

/* Whether nothing stands in the way of the COUNT apps of a group; where something does for one, all are
 * left. */
int
down_may_go(struct cutover *c, struct cutover_app *apps, size_t count, struct error *err)
{
	if (sql_script(c->sql, "DELETE FROM going", doing, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (gather_change(c, "INSERT OR IGNORE INTO going SELECT id FROM olds WHERE app = ?1",
			&apps[i], err) < 0)
			return -1;
	for (size_t i = 0; i < count; i++) {
		struct cutover_texts why = { NULL, 0, 0 };

		if (gather_texts(c, cutover_blockers_sql, &apps[i], &why, err) < 0)
			return -1;
		if (why.count) {
			command_tell(c, &apps[i], "down", COMMAND_PROBLEM, "%.*s: it runs as before",
			    STR_ARG(why.items[0]));
			apps[i].has_failed = true;
		}
	}
	return down_wait_for_failed(c, apps, count, "down", "it runs as before") ? 0 : 1;
}

/* --- down --- */

/* Notes in the engine what ran and what was mounted where, before that is gone. */
static int
note(struct cutover *c, struct cutover_app *app, struct error *err)
{
	static const char *const words[] = { "volume", "create", NULL };
	AUTO(sql_query) q = sql_prepare(c->sql,
	    "SELECT"
	    " (SELECT json_group_object(service, count) FROM had WHERE app = ?1),"
	    " (SELECT json_group_array(json_object('s', service, 'n', number, 'd', destination,"
	    "  'v', volume, 'i', image_id))"
	    "  FROM was WHERE app = ?1), EXISTS (SELECT 1 FROM olds WHERE app = ?1)"
	    " OR EXISTS (SELECT 1 FROM left_behind WHERE app = ?1)",
	    doing, err);
	AUTO(sql_query) keep = sql_prepare(c->sql, "INSERT INTO records VALUES (?1, ?2, ?3, ?4)", doing, err);
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;
	struct arena *a = &c->arena;
	struct str ran, mounts, name;

	sql_bind_int(&q, app->id);
	if (sql_next(&q) <= 0)
		return -1;
	if (!sql_column_int(&q, 2))
		return 0;
	ran = sql_column_copy(&q, 0, a);
	mounts = sql_column_copy(&q, 1, a);
	name = arena_printf(a, "berth-cutover-%016llx-%llx",
	    (unsigned long long)XXH3_64bits(app->folder.ptr, app->folder.len),
	    (unsigned long long)sql_random());
	if (!c->options->dry_run && !command_docker(c, NULL, "", words, (struct str[]){
	    STR("--label"), arena_cat(a, STR("org.berth.folder="), app->folder),
	    STR("--label"), arena_cat(a, STR("org.berth.ran="), ran),
	    STR("--label"), arena_cat(a, STR("org.berth.mounts="), mounts), name }, 7, &answer)) {
		command_tell(c, app, "down", COMMAND_FAILED, "what runs cannot be noted in the engine: %.*s",
		    STR_ARG(client_reason(&answer)));
		return 0;
	}
	SQL_BIND_STRS(&keep, name, app->folder, ran, mounts);
	return sql_run(&keep);
}

/* Whether PATH, which a container has beside its image's files, was put there by the engine, for a mount
 * or for itself. */
static bool
is_made_by_engine(struct str path, const struct cutover_texts *mounts)
{
	static const char *const made[] = { "/sbin", "/sbin/docker-init", "/dev", "/dev/console", "/etc",
		"/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/etc/mtab", "/.dockerenv", NULL };
	AUTO(arena) a = ARENA_INIT;
	struct str below = arena_cat(&a, path, STR("/"));

	for (size_t i = 0; i < mounts->count; i++)
		if (str_eq(path, mounts->items[i]) || str_starts(mounts->items[i], below))
			return true;
	return str_is_one_of(path, made);
}

/* Adds what container ID wrote outside its volumes. */
static void
add_layer(struct cutover *c, struct str id, const struct cutover_texts *mounts, struct cutover_texts *ret)
{
	static const char *const words[] = { "diff", NULL };
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;
	struct str line;

	if (!command_ask(c, NULL, words, &id, 1, &answer))
		return;
	for (size_t at = 0; str_next_part(buf_str(&answer.out), '\n', &at, &line);) {
		struct str path = str_sub(line, 2, line.len);

		if (!str_starts(line, STR("A ")) || is_made_by_engine(path, mounts))
			continue;
		gather_add(c, ret, arena_dup(&c->arena, path));
	}
}

/* `; what it wrote outside its volumes goes with its containers: /a, /b`; empty: it wrote nothing. */
static int
own_layers(struct cutover *c, struct cutover_app *app, const struct cutover_texts *ids, struct str *ret,
    struct error *err)
{
	struct cutover_texts mounts = { NULL, 0, 0 }, files = { NULL, 0, 0 };

	*ret = (struct str)STR_INIT;
	if (gather_texts(c, "SELECT DISTINCT destination FROM mounts JOIN olds USING (id) WHERE app = ?1",
		app, &mounts, err) < 0)
		return -1;
	for (size_t i = 0; i < ids->count; i++)
		add_layer(c, ids->items[i], &mounts, &files);
	for (size_t i = 0; i < files.count && i < 3; i++)
		*ret = arena_printf(&c->arena, "%.*s%s%.*s", STR_ARG(*ret),
		    i ? ", " : "; what it wrote outside its volumes goes with its containers: ",
		    STR_ARG(files.items[i]));
	if (files.count > 3)
		*ret = arena_printf(&c->arena, "%.*s and %zu more", STR_ARG(*ret), files.count - 3);
	return 0;
}

static int
drop_networks(struct cutover *c, const struct cutover_texts *projects, struct error *err)
{
	static const char *const words[] = { "network", "rm", NULL };

	for (size_t i = 0; i < projects->count; i++) {
		AUTO(process_answer) answer = PROCESS_ANSWER_INIT;
		AUTO(sql_query) q = sql_prepare(c->sql,
		    "SELECT id FROM networks WHERE project = ?1"
		    " AND name NOT IN (SELECT network FROM joined) AND project NOT IN"
		    " (SELECT project FROM apps WHERE project <> '')",
		    doing, err);
		int got;

		sql_bind_str(&q, projects->items[i]);
		while ((got = sql_next(&q)) > 0) {
			struct str id = sql_column_copy(&q, 0, &c->arena);

			/* somebody may have joined it meanwhile: the engine then keeps it */
			(void)command_docker(c, NULL, "a network that is empty now", words, &id, 1, &answer);
		}
		if (got < 0)
			return -1;
	}
	return 0;
}

int
down_remove(struct cutover *c, struct cutover_app *app, struct error *err)
{
	static const char *const words[] = { "rm", "--force", NULL };
	struct cutover_texts ids = { NULL, 0, 0 }, projects = { NULL, 0, 0 }, paused = { NULL, 0, 0 };
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;
	struct str layers;

	if (gather_texts(c, "SELECT id FROM olds WHERE app = ?1 ORDER BY id", app, &ids, err) < 0 ||
	    gather_texts(c, "SELECT DISTINCT project FROM olds WHERE app = ?1", app, &projects, err) < 0 ||
	    gather_texts(c, "SELECT coalesce('; ' || group_concat(DISTINCT service) || ' was paused', '')"
	    " FROM olds WHERE app = ?1 AND state = 'paused'", app, &paused, err) < 0)
		return -1;
	if (!ids.count || app->has_failed)
		return 0;
	if (own_layers(c, app, &ids, &layers, err) < 0)
		return -1;
	if (!command_docker(c, NULL, "and away", words, ids.items, ids.count, &answer)) {
		command_tell(c, app, "down", COMMAND_FAILED, "%.*s", STR_ARG(client_reason(&answer)));
		return 0;
	}
	app->was_down = true;
	command_tell(c, app, "down", COMMAND_DONE, "%zu container%s of the project %.*s%.*s%.*s", ids.count,
	    ids.count == 1 ? "" : "s", STR_ARG(projects.items[0]), STR_ARG(paused.items[0]), STR_ARG(layers));
	return sql_script(c->sql, "DELETE FROM forgotten", doing, err) < 0 ||
		gather_change(c, "INSERT INTO forgotten SELECT id FROM olds WHERE app = ?1", app, err) < 0 ||
		sql_script(c->sql,
		    "DELETE FROM containers WHERE id IN (SELECT id FROM forgotten);"
		    "DELETE FROM published WHERE id IN (SELECT id FROM forgotten);"
		    "DELETE FROM mounts WHERE id IN (SELECT id FROM forgotten);"
		    "DELETE FROM joined WHERE id IN (SELECT id FROM forgotten)",
		    doing, err) < 0 ||
		drop_networks(c, &projects, err) < 0
	    ? -1
	    : 0;
}

int
down_stop(struct cutover *c, struct cutover_app *apps, size_t count, struct error *err)
{
	static const char *const words[] = { "stop", NULL };
	struct cutover_texts ids = { NULL, 0, 0 };
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;

	for (size_t i = 0; i < count; i++) {
		if (note(c, &apps[i], err) < 0)
			return -1;
		if (!apps[i].has_failed &&
		    gather_texts(c, "SELECT id FROM olds WHERE app = ?1 AND is_running ORDER BY id", &apps[i],
			&ids, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < count; i++)
		apps[i].started = command_clock();
	/* what cannot be stopped is still there when it is to go, and that is told then */
	if (ids.count)
		(void)command_docker(c, NULL,
		    count > 1 ? "apps that wait for each other stop together" : "the app stops", words,
		    ids.items, ids.count, &answer);
	return 0;
}
