/* gather: what the files of the changed apps say now, as Docker Compose reads them.
 * SPDX-License-Identifier: MIT */
#include "cutover/internal.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/path.h"
#include "engine/client.h"
#include "fleet/names.h"
#include "journal/journal.h"
#include "system/compat.h"
#include "system/lock.h"
#include "system/progress.h"

enum { LOCK_SECONDS = 300 }; /* what a cutover that was killed has begun may take */

static const char doing[] = "cannot hold what the files say";

void
gather_add(struct cutover *c, struct cutover_texts *list, struct str text)
{
	ARENA_GROW(&c->arena, list->items, list->count, list->cap);
	list->items[list->count++] = text;
}

int
gather_texts(struct cutover *c, const char *sql, const struct cutover_app *app, struct cutover_texts *ret,
    struct error *err)
{
	AUTO(sql_query) q = sql_prepare(c->sql, sql, doing, err);
	int got;

	sql_bind_int(&q, app->id);
	while ((got = sql_next(&q)) > 0)
		gather_add(c, ret, sql_column_copy(&q, 0, &c->arena));
	return got;
}

int
gather_change(struct cutover *c, const char *sql, const struct cutover_app *app, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(c->sql, sql, doing, err);

	sql_bind_int(&q, app->id);
	return sql_run(&q);
}

/* --- what its project was called --- */

/* The name that a line of TEXT, an .env or a compose file, gives the project; empty: none does. */
static struct str
project_in(struct str text)
{
	static const struct str keys[] = { STR_OF("COMPOSE_PROJECT_NAME="), STR_OF("name:") };
	static const struct str quotes = STR_OF("\"'");
	struct str line, found = STR_INIT;

	for (size_t at = 0; str_next_part(text, '\n', &at, &line); )
		for (size_t k = 0; k < 2; k++) {
			struct str value = str_trim(str_sub(line, keys[k].len, line.len));

			if (!str_starts(line, keys[k]))
				continue;
			if (value.len > 1 && str_has(quotes, value.ptr[0]) &&
			    value.ptr[value.len - 1] == value.ptr[0])
				value = str_sub(value, 1, value.len - 2);
			found = value;
		}
	return found;
}

/* One that is put later was the project's name later, unless it was so by IS_FIRST before all else. */
static int
put_former(struct cutover *c, struct str folder, struct str project, bool is_first, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(c->sql,
	    "INSERT INTO formers SELECT ?1, ?2, iif(?3, 0, 1 + coalesce(max(rank), 0)) FROM formers"
	    " WHERE true ON CONFLICT DO UPDATE SET rank = max(rank, excluded.rank)",
	    doing, err);

	if (!project.len)
		return 0;
	SQL_BIND_STRS(&q, folder, project);
	sql_bind_int(&q, is_first);
	return sql_run(&q);
}

static int
note_former(void *context, struct str folder, struct str before, struct str after, struct error *err)
{
	char *real = compat_real_path(folder.ptr);
	int result = real && (put_former(context, str_from(real), project_in(before), false, err) < 0 ||
		put_former(context, str_from(real), project_in(after), false, err) < 0) ? -1 : 0;

	free(real);
	return result;
}

/* The name that Compose gives a project after its folder, where nothing else is known to have named it. */
static int
add_folder_names(struct cutover *c, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(c->sql, "SELECT folder FROM apps", doing, err);
	int got;

	while ((got = sql_next(&q)) > 0) {
		AUTO(arena) a = ARENA_INIT;
		struct str folder = sql_column_copy(&q, 0, &a);
		struct str name = names_lower(&a, path_name(folder));
		AUTO(buf) kept = BUF_INIT;

		for (size_t i = 0; i < name.len; i++)
			if (str_has(STR("abcdefghijklmnopqrstuvwxyz0123456789_-"), name.ptr[i]) &&
			    (kept.len || !str_has(STR("_-"), name.ptr[i])))
				buf_add_char(&kept, name.ptr[i]);
		if (put_former(c, folder, buf_str(&kept), true, err) < 0)
			return -1;
	}
	return got;
}

/* --- which apps --- */

static bool
is_asked(const struct cutover_options *o, const struct journal_app *app)
{
	AUTO(arena) a = ARENA_INIT;
	const char *name = identity_text(&a, app->id).ptr;

	for (size_t i = 0; i < o->only_count; i++)
		if (fnmatch(o->only[i], name, 0) == 0 || fnmatch(o->only[i], app->folder.ptr, 0) == 0)
			return true;
	return o->only_count == 0;
}

static int
put_app(struct cutover *c, const struct journal_app *app, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	AUTO(sql_query) q = sql_prepare(c->sql,
	    "INSERT OR IGNORE INTO apps (folder, app, model, app_num)"
	    " VALUES (?1, ?2, ?3, ?4)",
	    doing, err);
	char *real = compat_real_path(path_resolve(&a, app->root, app->folder).ptr);
	int result;

	if (!real)
		return 0; /* the folder is gone: nothing says what to bring it over to */
	SQL_BIND_STRS(&q, str_from(real), app->folder, app->id.model);
	sql_bind_int(&q, (int64_t)app->id.app_num);
	result = sql_run(&q);
	free(real);
	return result;
}

static int
put_paths(struct cutover *c, struct journal *journal, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(
	    c->sql, "INSERT OR IGNORE INTO changed_files VALUES (?1)", doing, err);
	struct journal_file *files;
	size_t count;

	if (journal_files(journal, &c->arena, &files, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		sql_bind_str(&q, files[i].path);
		if (sql_run(&q) < 0)
			return -1;
	}
	return 0;
}

int
gather_lock(struct cutover *c, struct error *err)
{
	if (lock_take(&c->lock, c->options->db, LOCK_SECONDS, err) < 0)
		return -1;
	lock_bequeath(&c->lock);
	return 0;
}

static int
put_apps(struct cutover *c, struct error *err)
{
	AUTO_PTR(journal) journal = NULL;
	struct journal_app *apps = NULL;
	size_t count = 0, asked = 0;

	if (journal_open(&journal, c->options->db, false, err) < 0 ||
	    (journal && journal_apps(journal, &c->arena, &apps, &count, err) < 0))
		return -1;
	for (size_t i = 0; i < count; i++) {
		c->run = apps[i].run > c->run ? apps[i].run : c->run;
		if (!is_asked(c->options, &apps[i]))
			continue;
		asked++;
		if (put_app(c, &apps[i], err) < 0)
			return -1;
	}
	if (c->options->only_count && asked == 0)
		return error_set(err, "--only names none of the %zu apps that a run has changed", count);
	if (!journal)
		return 0;
	return put_paths(c, journal, err) < 0 || journal_texts(journal, note_former, c, err) < 0
	    ? -1 : add_folder_names(c, err);
}

/* --- how an app is read --- */

/* Whether Compose finds PATH by itself in FOLDER. */
static bool
is_usual(struct str path, struct str folder)
{
	static const char *const names[] = { "compose.yaml", "compose.yml", "docker-compose.yaml",
		"docker-compose.yml", "compose.override.yaml", "compose.override.yml",
		"docker-compose.override.yaml", "docker-compose.override.yml", ".env", NULL };

	return str_eq(path_folder(path), folder) && str_is_one_of(path_name(path), names);
}

/* Appends OPTION and each path of LIST where Compose would not find them all by itself, and all are there. */
static void
add_files(struct buf *options, const char *option, struct str list, struct str folder)
{
	AUTO(arena) a = ARENA_INIT;
	bool all_usual = true, all_there = true;
	struct str path;

	for (size_t at = 0; str_next_part(list, ',', &at, &path);) {
		all_usual = all_usual && is_usual(path, folder);
		all_there = all_there && access(arena_dup(&a, path).ptr, R_OK) == 0;
	}
	for (size_t at = 0; !all_usual && all_there && str_next_part(list, ',', &at, &path);)
		buf_printf(options, "%s\n%.*s\n", option, STR_ARG(path));
}

/* What Compose was told the last time, as far as it is not what it takes by itself: a line for each word. */
static int
find_options(struct cutover *c, struct cutover_app *app, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(c->sql,
	    "SELECT files, coalesce(env_files, '') FROM owned"
	    " WHERE app = ?1 AND NOT is_oneoff ORDER BY is_running DESC, id LIMIT 1",
	    doing, err);
	AUTO(buf) options = BUF_INIT;
	int got;

	sql_bind_int(&q, app->id);
	got = sql_next(&q);
	if (got > 0) {
		add_files(&options, "-f", sql_column_str(&q, 0), app->folder);
		add_files(&options, "--env-file", sql_column_str(&q, 1), app->folder);
	}
	app->options = arena_dup(&c->arena, buf_str(&options));
	return got < 0 ? -1 : 0;
}

static int
put_hashes(struct cutover *c, int64_t app, struct str text, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(
	    c->sql, "INSERT OR REPLACE INTO hashes VALUES (?1, ?2, ?3)", doing, err);
	struct str line;

	for (size_t at = 0; str_next_part(text, '\n', &at, &line);) {
		size_t blank = str_find(line, 0, ' ');

		sql_bind_int(&q, app);
		SQL_BIND_STRS(&q, str_sub(line, 0, blank), str_trim(str_sub(line, blank, line.len)));
		if (sql_run(&q) < 0)
			return -1;
	}
	return 0;
}

/* Reads the app: with all its profiles, as a service of one may run, or where that makes no project
 * without. */
static int
read_app(struct cutover *c, struct cutover_app *app, struct error *err)
{
	static const char *const all[] = { "{compose}", "--profile", "*", "config", "--format", "json",
		NULL },
				 *const usual[] = { "{compose}", "config", "--format", "json", NULL },
				 *const all_hashes[] = { "{compose}", "--profile", "*", "config", "--hash",
					 "*", NULL },
				 *const hashes[] = { "{compose}", "config", "--hash", "*", NULL };
	AUTO(sql_query) q = sql_prepare(c->sql,
	    "UPDATE apps SET json = ?2, failure = ?3, options = ?4,"
	    " project = json_extract(?2, '$.name') WHERE id = ?1",
	    doing, err);
	AUTO(process_answer) json = PROCESS_ANSWER_INIT;
	AUTO(process_answer) hash = PROCESS_ANSWER_INIT;
	bool has_all = command_ask(c, app, all, NULL, 0, &json);
	bool is_read = has_all || command_ask(c, app, usual, NULL, 0, &json);

	sql_bind_int(&q, app->id);
	if (is_read && command_ask(c, app, has_all ? all_hashes : hashes, NULL, 0, &hash)) {
		SQL_BIND_STRS(&q, buf_str(&json.out), STR(""), app->options);
		return sql_run(&q) < 0 || put_hashes(c, app->id, buf_str(&hash.out), err) < 0 ? -1 : 0;
	}
	SQL_BIND_STRS(&q, STR("{}"), client_reason(is_read ? &hash : &json), app->options);
	return sql_run(&q);
}

/* Reads each app of which the engine holds a container or a memory, or with --all each. */
static int
read_apps(struct cutover *c, struct error *err)
{
	struct cutover_app *apps;
	AUTO(sql_query) q = sql_prepare(c->sql,
	    c->options->all
		? "SELECT id, app, folder FROM apps"
		: "SELECT id, app, folder FROM apps WHERE folder IN (SELECT place FROM containers)"
		      " OR folder IN (SELECT folder FROM records)"
		      " OR folder IN (SELECT f.folder FROM formers f"
		      " JOIN volumes v ON v.project = f.project) ORDER BY id",
	    doing, err);
	size_t count = 0, cap = 0;
	int got;

	apps = NULL;
	while ((got = sql_next(&q)) > 0) {
		ARENA_GROW(&c->arena, apps, count, cap);
		apps[count++] = (struct cutover_app){ .id = sql_column_int(&q, 0),
			.app = sql_column_copy(&q, 1, &c->arena),
			.folder = sql_column_copy(&q, 2, &c->arena) };
	}
	for (size_t i = 0; i < count && got == 0; i++) {
		if (find_options(c, &apps[i], err) < 0 || read_app(c, &apps[i], err) < 0)
			return -1;
		if (c->options->progress)
			progress_tell(c->options->progress, "apps read", i + 1, count);
	}
	return got;
}

static int
put_replacing(struct cutover *c, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(c->sql, "INSERT OR IGNORE INTO replacing VALUES (?1)", doing, err);

	for (size_t i = 0; i < c->options->replace_count; i++) {
		sql_bind_str(&q, str_from(c->options->replace[i]));
		if (sql_run(&q) < 0)
			return -1;
	}
	return 0;
}

/* --- all of it --- */

int
gather_apps(struct cutover *c, struct error *err)
{
	return sql_script(c->sql, cutover_tables_sql, doing, err) < 0 || put_replacing(c, err) < 0 ||
		put_apps(c, err) < 0 || read_apps(c, err) < 0 ||
		sql_script(c->sql, cutover_fill_sql, doing, err) < 0
	    ? -1
	    : 0;
}

/* Of one folder whose containers are several projects that no file names. */
static int
tell_apart(struct cutover *c, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(c->sql, "SELECT a.app, (SELECT group_concat(project, ', ')"
	    " FROM (SELECT DISTINCT project FROM apart WHERE app = a.id ORDER BY project)) FROM apps a"
	    " WHERE id IN (SELECT app FROM apart) ORDER BY a.id", doing, err);
	int got;

	while ((got = sql_next(&q)) > 0) {
		struct cutover_app app = { .app = sql_column_copy(&q, 0, &c->arena) };

		command_tell(c, &app, "down", COMMAND_PROBLEM,
		    "what runs of its folder as the project %.*s, which no file of it names (docker compose "
		    "-p), is left: it runs as before; docker compose -p there with up -d brings it over",
		    STR_ARG(sql_column_str(&q, 1)));
	}
	return got;
}

int
gather_waiting(struct cutover *c, struct cutover_app **ret, size_t *ret_count, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(c->sql, "SELECT id, app, folder, project, options, failure FROM apps"
	    " WHERE id IN (SELECT id FROM waiting) OR (?1 AND json <> '' AND id IN (SELECT app FROM hashes h"
	    "  WHERE NOT EXISTS (SELECT 1 FROM owned o WHERE o.app = h.app AND o.service = h.service"
	    "   AND o.is_running) AND id NOT IN (SELECT app FROM apart))) ORDER BY id", doing, err);
	size_t cap = 0;
	int got;

	*ret = NULL;
	*ret_count = 0;
	if (tell_apart(c, err) < 0)
		return -1;
	sql_bind_int(&q, c->options->all);
	while ((got = sql_next(&q)) > 0) {
		struct str failure = sql_column_copy(&q, 5, &c->arena);
		struct cutover_app *app;

		ARENA_GROW(&c->arena, *ret, *ret_count, cap);
		app = &(*ret)[(*ret_count)++];
		*app = (struct cutover_app){ .id = sql_column_int(&q, 0),
			.app = sql_column_copy(&q, 1, &c->arena),
			.folder = sql_column_copy(&q, 2, &c->arena),
			.project = sql_column_copy(&q, 3, &c->arena),
			.options = sql_column_copy(&q, 4, &c->arena) };
		if (failure.len)
			command_tell(c, app, "read", COMMAND_FAILED, "Docker Compose does not take it: %.*s",
			    STR_ARG(failure));
	}
	return got;
}
