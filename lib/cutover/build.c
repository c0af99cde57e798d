/* build: images whose built-in values have changed are built anew, and those that only get another name are
 * tagged.
 * SPDX-License-Identifier: MIT */
#include "cutover/internal.h"

#include "base/buf.h"
#include "base/error.h"
#include "engine/client.h"

static const char doing[] = "cannot find out what the engine holds";

/* Whether HISTORY, how an image was made, has `KEY=` with another value than VALUE and nowhere with that. */
static bool
has_other_value(struct str history, struct str key, struct str value, struct arena *a)
{
	struct str needle = arena_cat(a, key, STR("="));
	bool has_other = false;

	for (size_t at = 0; (at = str_search(history, at, needle)) < history.len; at += needle.len) {
		struct str rest = str_sub(history, at + needle.len, history.len);

		if (str_starts(rest, value) ||
		    (str_starts(rest, STR("\"")) && str_starts(str_sub(rest, 1, rest.len), value)))
			return false;
		has_other = true;
	}
	return has_other;
}

/* Whether a value that is built into IMAGE is not what the files say: a build argument's, or one of an
 * .env in the build's folder. */
static int
is_baked_otherwise(
    struct cutover *c, const struct cutover_app *app, struct str service, struct str image, struct error *err)
{
	static const char *const history[] = { "history", "--no-trunc", "--format", "{{.CreatedBy}}", NULL };
	AUTO(sql_query) q = sql_prepare(c->sql,
	    "SELECT b.key, b.value FROM services s,"
	    " json_each(s.build, '$.args') b WHERE s.app = ?1 AND s.service = ?2 UNION ALL"
	    " SELECT NULL, f.path FROM services s, changed_files f WHERE s.app = ?1 AND s.service = ?2"
	    " AND f.path LIKE '%/.env%' AND substr(f.path, 1, length(json_extract(s.build, '$.context')) + 1)"
	    " = json_extract(s.build, '$.context') || '/'",
	    doing, err);
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;
	AUTO(arena) a = ARENA_INIT;
	int got;

	if (!command_ask(c, NULL, history, &image, 1, &answer))
		return 1;
	sql_bind_int(&q, app->id);
	sql_bind_str(&q, service);
	while ((got = sql_next(&q)) > 0)
		if (!sql_column_str(&q, 0).len ||
		    has_other_value(buf_str(&answer.out), sql_column_str(&q, 0), sql_column_str(&q, 1), &a)) {
			sql_query_release(&q);
			return 1;
		}
	return got;
}

static void
tell_built(struct cutover *c, struct cutover_app *app, struct str service, bool is_done,
    const struct process_answer *answer, const char *how)
{
	if (is_done)
		command_tell(c, app, "build", COMMAND_DONE, "%.*s %s", STR_ARG(service), how);
	else
		command_tell(c, app, "build", COMMAND_FAILED, "%.*s: %.*s; it runs as before",
		    STR_ARG(service), STR_ARG(client_reason(answer)));
}

static int
build_service(struct cutover *c, struct cutover_app *app, struct str service, struct str image,
    struct str old, struct error *err)
{
	static const char *const look[] = { "image", "inspect", "--format", "{{.Id}}", NULL },
				 *const tag[] = { "tag", NULL },
				 *const build[] = { "{compose}", "build", NULL };
	const struct str names[] = { old, image };
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;
	bool is_there = command_ask(c, app, look, &image, 1, &answer);
	bool has_old = !is_there && old.len && command_ask(c, app, look, &old, 1, &answer);
	int other = is_there || has_old ? is_baked_otherwise(c, app, service, is_there ? image : old, err)
					: 1;

	if (other > 0) {
		bool is_done = command_docker(
		    c, app, "what is built in has changed", build, &service, 1, &answer);

		tell_built(
		    c, app, service, is_done, &answer, "is built anew, as what is built in has changed");
	} else if (other == 0 && !is_there) {
		bool is_done = command_docker(
		    c, app, "nothing that is built in has changed", tag, names, 2, &answer);

		tell_built(c, app, service, is_done, &answer, "has its image under the new name");
	}
	return other < 0 ? -1 : 0;
}

int
build_images(struct cutover *c, struct cutover_app *app, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(c->sql,
	    "SELECT s.service, s.image, coalesce((SELECT image_id FROM olds o"
	    " WHERE o.app = s.app AND o.service = s.service LIMIT 1), '') FROM services s JOIN had h"
	    " ON h.app = s.app AND h.service = s.service WHERE s.app = ?1 AND s.build <> ''"
	    " ORDER BY s.service",
	    doing, err);
	int got;

	sql_bind_int(&q, app->id);
	while ((got = sql_next(&q)) > 0) {
		struct str service = sql_column_copy(&q, 0, &c->arena),
			   image = sql_column_copy(&q, 1, &c->arena), old = sql_column_copy(&q, 2, &c->arena);

		if (!app->has_failed && !c->outcome->heard &&
		    build_service(c, app, service, image, old, err) < 0)
			return -1;
	}
	return got;
}
