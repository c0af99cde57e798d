/* up: Compose makes and starts what was there before, and it is held against what the files say.
 * SPDX-License-Identifier: MIT */
#include "cutover/internal.h"

#include <time.h>

#include "base/buf.h"
#include "base/error.h"
#include "engine/client.h"

static const char doing[] = "cannot find out what the engine holds";

/* The app's containers in its project now, as the engine says. */
static bool
inspect(struct cutover *c, struct cutover_app *app, struct process_answer *ret)
{
	static const char *const list[] = { "ps", "--all", "--quiet", "--no-trunc", "--filter", NULL },
				 *const look[] = { "container", "inspect", NULL };
	struct str filter = arena_cat(&c->arena, STR("label=com.docker.compose.project="), app->project),
		   line;
	struct cutover_texts ids = { NULL, 0, 0 };

	if (!command_ask(c, NULL, list, &filter, 1, ret))
		return false;
	for (size_t at = 0; str_next_part(buf_str(&ret->out), '\n', &at, &line);) {
		gather_add(c, &ids, arena_dup(&c->arena, line));
	}
	if (ids.count)
		return command_ask(c, NULL, look, ids.items, ids.count, ret);
	buf_clear(&ret->out);
	buf_add_str(&ret->out, STR("[]"));
	return true;
}

/* Adds `--scale SERVICE=N` for what ran N times where the files do not say so, and the services
 * themselves. */
static int
add_services(
    struct cutover *c, struct cutover_app *app, bool all, struct cutover_texts *ret, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(c->sql,
	    "SELECT h.service, h.count, h.count > s.scale FROM had h JOIN services s"
	    " ON s.app = h.app AND s.service = h.service WHERE h.app = ?1 AND (h.count > 0 OR ?2)"
	    " ORDER BY h.service",
	    doing, err);
	struct cutover_texts names = { NULL, 0, 0 };
	int got;

	sql_bind_int(&q, app->id);
	sql_bind_int(&q, all);
	while ((got = sql_next(&q)) > 0) {
		struct str name = sql_column_copy(&q, 0, &c->arena);

		gather_add(c, &names, name);
		if (!sql_column_int(&q, 2))
			continue;
		gather_add(c, ret, STR("--scale"));
		gather_add(c, ret,
		    arena_printf(&c->arena, "%.*s=%lld", STR_ARG(name), (long long)sql_column_int(&q, 1)));
	}
	for (size_t i = 0; i < names.count; i++) {
		gather_add(c, ret, names.items[i]);
	}
	return got;
}

int
up_create(struct cutover *c, struct cutover_app *app, struct error *err)
{
	static const char *const words[] = { "{compose}", "up", "--no-start", "--no-deps", NULL };
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;
	struct cutover_texts services = { NULL, 0, 0 };

	if (add_services(c, app, true, &services, err) < 0)
		return -1;
	if (!services.count)
		return 0;
	if (!command_docker(c, app, "the containers, which do not run yet", words, services.items,
		services.count, &answer)) {
		command_tell(c, app, "up", COMMAND_FAILED, "%.*s", STR_ARG(client_reason(&answer)));
		return 0;
	}
	if (c->options->dry_run)
		return 0;
	if (!inspect(c, app, &answer)) {
		command_tell(c, app, "up", COMMAND_FAILED, "%.*s", STR_ARG(client_reason(&answer)));
		return 0;
	}
	return volumes_carry_unnamed(c, app, buf_str(&answer.out), err);
}

int
up_start(struct cutover *c, struct cutover_app *app, struct error *err)
{
	static const char *const words[] = { "{compose}", "up", "--detach", NULL };
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;
	struct cutover_texts services = { NULL, 0, 0 };

	if (!c->options->all && add_services(c, app, false, &services, err) < 0)
		return -1;
	if (!services.count && !c->options->all)
		return 0;
	if (!command_docker(c, app, c->options->all ? "all of it" : "what ran", words, services.items,
		services.count, &answer))
		command_tell(c, app, "up", COMMAND_FAILED, "%.*s", STR_ARG(client_reason(&answer)));
	else
		command_tell(c, app, "up", COMMAND_DONE, "project %.*s", STR_ARG(app->project));
	return 0;
}

/* --- verify --- */

/* 1: all that ran runs; 0: not yet, and WHY says what; -1. */
static int
is_over(struct cutover *c, struct cutover_app *app, struct str *why, struct error *err)
{
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;
	AUTO(sql_query) q = sql_prepare(c->sql, cutover_missing_sql, doing, err);
	int got;

	if (!inspect(c, app, &answer)) {
		*why = arena_dup(&c->arena, client_reason(&answer));
		return 0;
	}
	sql_bind_int(&q, app->id);
	sql_bind_str(&q, buf_str(&answer.out));
	got = sql_next(&q);
	if (got > 0)
		*why = sql_column_copy(&q, 0, &c->arena);
	return got < 0 ? -1 : got == 0;
}

/* Takes the notes of the app away. */
static int
forget(struct cutover *c, struct cutover_app *app, struct error *err)
{
	static const char *const words[] = { "volume", "rm", NULL };
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;
	struct cutover_texts names = { NULL, 0, 0 };

	if (gather_texts(c, "SELECT name FROM records WHERE folder = (SELECT folder FROM apps WHERE id = ?1)",
		app, &names, err) < 0)
		return -1;
	if (app->is_open)
		return 0;
	if (names.count && !c->options->dry_run &&
	    !command_docker(c, NULL, "", words, names.items, names.count, &answer))
		command_tell(c, app, "verify", COMMAND_PROBLEM, "the notes of it stay in the engine: %.*s",
		    STR_ARG(client_reason(&answer)));
	return gather_change(
	    c, "DELETE FROM records WHERE folder = (SELECT folder FROM apps WHERE id = ?1)", app, err);
}

int
up_verify(struct cutover *c, struct cutover_app *app, struct error *err)
{
	const struct timespec pause = { 0, 500000000 };
	int64_t down = command_clock() - app->started;
	struct str why = STR_INIT;
	int got = 0;

	for (int tries = 0; tries < 20 && (got = is_over(c, app, &why, err)) == 0; tries++) {
		(void)nanosleep(&pause, NULL);
		down = command_clock() - app->started;
	}
	if (got < 0)
		return -1;
	if (got == 0) {
		command_tell(c, app, "verify", COMMAND_FAILED, "%.*s", STR_ARG(why));
		return 0;
	}
	c->outcome->over++;
	if (app->was_down)
		command_tell(c, app, "verify", COMMAND_DONE,
		    "it is what the files say; it was down for %lld.%lld s", (long long)(down / 1000),
		    (long long)(down % 1000 / 100));
	else
		command_tell(c, app, "verify", COMMAND_NOTHING, "it is what the files say");
	return forget(c, app, err);
}
