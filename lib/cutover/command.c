/* command: what is done to the engine, and what is said of it.
 * SPDX-License-Identifier: MIT */
#include "cutover/internal.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/display.h"
#include "base/error.h"
#include "base/quote.h"
#include "stream/csv.h"

static const char *const status_names[] = {
	[COMMAND_DONE] = "changed",
	[COMMAND_NOTHING] = "unchanged",
	[COMMAND_FAILED] = "failed",
	[COMMAND_PROBLEM] = "problem",
};

/* A comment of the script: whatever is in a name, it ends with its line. */
__attribute__((format(printf, 2, 3))) static void
write_comment(struct cutover *c, const char *fmt, ...)
{
	AUTO(buf) said = BUF_INIT;
	AUTO(buf) line = BUF_INIT;
	va_list args;

	va_start(args, fmt);
	buf_vprintf(&said, fmt, args);
	va_end(args);
	display_add(&line, buf_str(&said));
	(void)fprintf(c->out, "# %.*s\n", STR_ARG(buf_str(&line)));
}

void
command_tell(struct cutover *c, struct cutover_app *app, const char *step, enum command_status status,
    const char *fmt, ...)
{
	AUTO(buf) detail = BUF_INIT;
	va_list args;

	va_start(args, fmt);
	buf_vprintf(&detail, fmt, args);
	va_end(args);
	app->has_failed = app->has_failed || status == COMMAND_FAILED;
	c->outcome->left += status == COMMAND_FAILED || status == COMMAND_PROBLEM;
	if (c->options->dry_run) {
		if (status != COMMAND_DONE)
			write_comment(c, "%.*s: %s: %s%s%s", STR_ARG(app->app), step,
			    status_names[status], detail.len ? ": " : "", detail.len ? detail.ptr : "");
		return;
	}
	c->row_count++;
	stream_field(c->rows, app->app);
	stream_field(c->rows, str_from(step));
	stream_field(c->rows, str_from(status_names[status]));
	stream_field(c->rows, buf_str(&detail));
	stream_end_row(c->rows);
}

/* --- words --- */

/* The words of a command: `{compose}` becomes `compose` and the app's options. */
static void
add_words(struct process_args *args, struct arena *a, const struct cutover_app *app, const char *const *words,
    const struct str *more, size_t count)
{
	struct str line;

	process_args_add(args, "docker");
	for (; *words; words++) {
		bool is_compose = strcmp(*words, "{compose}") == 0;

		process_args_add(args, is_compose ? "compose" : *words);
		for (size_t at = 0; is_compose && app && str_next_part(app->options, '\n', &at, &line);)
			process_args_add(args, arena_dup(a, line).ptr);
	}
	for (size_t i = 0; i < count; i++)
		process_args_add(args, arena_dup(a, more[i]).ptr);
}

static void
write_words(
    struct cutover *c, const struct cutover_app *app, const char *reason, const struct process_args *args)
{
	AUTO(buf) line = BUF_INIT;

	if (app) {
		buf_add_str(&line, STR("(cd "));
		quote_add(&line, app->folder);
		buf_add_str(&line, STR(" && "));
	}
	for (size_t i = 0; i < args->count; i++) {
		if (i)
			buf_add_char(&line, ' ');
		quote_add(&line, str_from(args->words[i]));
	}
	write_comment(c, "%s", reason);
	(void)fprintf(c->out, "%s%s\n", line.ptr, app ? ")" : "");
}

static bool
run(struct cutover *c, const struct cutover_app *app, const struct process_args *args,
    struct process_answer *ret)
{
	AUTO(error) err = ERROR_INIT;
	bool is_done;

	buf_clear(&ret->out);
	buf_clear(&ret->why);
	if (app && chdir(app->folder.ptr) < 0) {
		buf_printf(&ret->why, "cannot enter %.*s: %s", STR_ARG(app->folder), strerror(errno));
		return false;
	}
	is_done = process_ask(args->words[0], args, ret, &err) == 0 && ret->end.status == 0;
	if (error_is_set(&err))
		error_format(&err, &ret->why);
	if (ret->end.heard)
		c->outcome->heard = ret->end.heard;
	return is_done;
}

bool
command_ask(struct cutover *c, const struct cutover_app *app, const char *const *words,
    const struct str *more, size_t count, struct process_answer *ret)
{
	AUTO(process_args) args = { NULL, 0, 0 };
	AUTO(arena) a = ARENA_INIT;

	add_words(&args, &a, app, words, more, count);
	return run(c, app, &args, ret);
}

bool
command_docker(struct cutover *c, const struct cutover_app *app, const char *reason, const char *const *words,
    const struct str *more, size_t count, struct process_answer *ret)
{
	AUTO(process_args) args = { NULL, 0, 0 };
	AUTO(arena) a = ARENA_INIT;

	add_words(&args, &a, app, words, more, count);
	if (!c->options->dry_run)
		return run(c, app, &args, ret);
	write_words(c, app, reason, &args);
	return true;
}

static void
add_script(struct process_args *args, struct arena *a, const char *script, const struct str *arguments,
    size_t count)
{
	process_args_add(args, "sh");
	process_args_add(args, "-c");
	process_args_add(args, script);
	process_args_add(args, "berth");
	for (size_t i = 0; i < count; i++)
		process_args_add(args, arena_dup(a, arguments[i]).ptr);
}

bool
command_ask_shell(struct cutover *c, const char *script, const struct str *arguments, size_t count,
    struct process_answer *ret)
{
	AUTO(process_args) args = { NULL, 0, 0 };
	AUTO(arena) a = ARENA_INIT;

	add_script(&args, &a, script, arguments, count);
	return run(c, NULL, &args, ret);
}

bool
command_shell(struct cutover *c, const char *reason, const char *script, const struct str *arguments,
    size_t count, struct process_answer *ret)
{
	AUTO(process_args) args = { NULL, 0, 0 };
	AUTO(arena) a = ARENA_INIT;

	add_script(&args, &a, script, arguments, count);
	if (!c->options->dry_run)
		return run(c, NULL, &args, ret);
	write_words(c, NULL, reason, &args);
	return true;
}

int64_t
command_clock(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
