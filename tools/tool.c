/* tool: what every program of berth does the same.
 * SPDX-License-Identifier: MIT */
#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/display.h"
#include "format/paint.h"
#include "format/table.h"
#include "front/conf.h"
#include "system/file.h"
#include "system/folder.h"
#include "system/home.h"
#include "system/pager.h"
#include "system/process.h"
#include "system/terminal.h"

/* Where the caller closed stdin, stdout or stderr, no file of the fleet and no database may be opened in its
 * place and get the messages. What is opened there instead can't be read from or written to, so that whoever
 * needs it is told. A limit on the size of files makes a write fail, as a full disk does, and does not end
 * the process. */
static void
prepare_process(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);	/* the lowest free one: FD */
	(void)signal(SIGXFSZ, SIG_IGN);
}

/* Goes where the command line says. */
static int
enter(const struct options *o, struct error *err)
{
	const char *folder = options_folder(o);

	if (!folder || chdir(folder) == 0)
		return 0;
	error_errno(err, errno, "cannot work in this folder");
	return error_file(err, str_from(folder));
}

/* The registry. Where nobody named one, the one that is found is everybody's from here on: also of the
 * programs that are run. FOLDERS are operands: the last that is a folder may be the fleet's root. */
static const char *
find_registry(const struct options *o, char **folders)
{
	const char **given = options_text(o, "db"), *env = getenv("BERTH_DB"), *root = NULL;
	static struct buf found;	/* for the process: commands that are told name it */
	bool is_by_root;

	if ((given && *given) || (env && *env))
		return options_db(given ? *given : NULL);
	for (; *folders; folders++)
		if (folder_is(*folders))
			root = *folders;
	is_by_root = home_find(root, &found);
	if (given && is_by_root)
		*given = found.ptr;
	else if (given)
		(void)setenv("BERTH_DB", found.ptr, 1);
	return found.ptr;
}

/* Says which of the options come from the file C: each with its line where more is to be said, else those
 * that count, where the tool tells them. */
static void
say_config(const struct options *o, const struct conf *c)
{
	AUTO(buf) all = BUF_INIT;

	for (size_t i = 0; i < c->count; i++) {
		const struct conf_line *line = &c->lines[i];
		const char *value = line->value ? line->value : "";

		if (options_said(o, "verbose") && (line->is_used || line->is_overruled))
			tool_say(o->tool, "%s:%zu: %.*s%s%s%s", c->path, line->number, STR_ARG(line->name),
			    *value ? " " : "", value,
			    line->is_used ? "" : " (not so: the command line says otherwise)");
		else if (line->is_used)
			buf_printf(&all, "%s%.*s%s%s", all.len ? ", " : "", STR_ARG(line->name),
			    *value ? " " : "", value);
	}
	if (all.len && o->tells_config && !options_said(o, "quiet"))
		tool_say(o->tool, "options of %s: %s", c->path, all.ptr);
}

/* For the process: options borrow from it. */
static struct conf *
file_of_options(void)
{
	static struct conf c = CONF_INIT;

	return &c;
}

/* Takes the options of a file that are the tool's own. Which file it is holds for the programs that it runs
 * as well. */
static int
configure(const struct options *o, const char *db, struct error *err)
{
	struct conf *c = file_of_options();
	AUTO(buf) path = BUF_INIT;
	bool is_named;

	if (!options_find(o, STR("no-config")))
		return 0;
	if (options_said(o, "no-config") || !conf_find(db, &path, &is_named)) {
		(void)setenv("BERTH_CONFIG", "", 1);
		return 0;
	}
	if (conf_read(c, path.ptr, is_named, err) < 0 || conf_apply(c, o, err) < 0)
		return -1;
	(void)setenv("BERTH_CONFIG", c->count ? path.ptr : "", 1);
	say_config(o, c);
	return 0;
}

int
tool_start(const struct options *given, int argc, char **argv)
{
	AUTO(error) err = ERROR_INIT;
	struct options o = *given;
	enum options_outcome outcome;
	int operands;

	prepare_process();
	o.may_drop = conf_may_set;
	o.said = mem_zero(o.count, sizeof *o.said);
	if (options_parse(&o, argc, argv, &outcome, &operands, &err) < 0 ||
	    (outcome == OPTIONS_RUN && (process_check_descriptors(&err) < 0 || enter(&o, &err) < 0 ||
	    configure(&o, find_registry(&o, argv + operands), &err) < 0))) {
		if (o.at_failure)
			o.at_failure();
		exit(tool_fail(o.tool, &err));	/* the process ends: what err holds goes with it */
	}
	free(o.said);
	if (outcome == OPTIONS_RUN)
		return operands;
	if (outcome == OPTIONS_HELP)
		options_help(&o, stdout);
	else
		(void)printf("berth %s %s\n", o.tool, BERTH_VERSION);
	exit(tool_finish(o.tool, EXIT_CLEAN));
}

int
tool_fail(const char *tool, const struct error *err)
{
	const struct conf *c = file_of_options();
	const struct conf_line *line = conf_find_line(c, err->about);
	AUTO(buf) b = BUF_INIT;

	if (line)
		buf_printf(&b, "%s:%zu: ", c->path, line->number);
	error_format(err, &b);
	(void)fprintf(stderr, "%s: %s\n", tool, b.ptr);
	return EXIT_CANNOT;
}

int
tool_status(const char *tool, int result, bool remains, const struct error *err)
{
	return result < 0 ? tool_fail(tool, err) : remains ? EXIT_REMAINS : EXIT_CLEAN;
}

void
tool_say(const char *tool, const char *fmt, ...)
{
	va_list ap;

	(void)fprintf(stderr, "%s: ", tool);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
}

const char *
tool_plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

void
tool_say_text(const char *tool, struct str text)
{
	AUTO(error) line = ERROR_INIT;

	(void)error_set(&line, "%.*s", STR_ARG(text));
	(void)tool_fail(tool, &line);
}

void
tool_say_about(const char *tool, struct str file, struct str text)
{
	AUTO(error) line = ERROR_INIT;

	(void)error_set(&line, "%.*s", STR_ARG(text));
	(void)error_file(&line, file);
	(void)tool_fail(tool, &line);
}

void
tool_say_waiting(const char *tool, size_t count, const char *db)
{
	AUTO(buf) command = BUF_INIT;

	options_command(&command, "cutover", db);
	if (count)
		tool_say(tool, "%zu app%s as before: %s brings %s over", count,
		    count == 1 ? " still runs" : "s still run", command.ptr, count == 1 ? "it" : "them");
}

static void
show(void *context, const char *doing, size_t done, size_t total)
{
	struct tool_watch *w = context;
	size_t width = terminal_width(STDERR_FILENO), label = strlen(w->tool) + 3;
	AUTO(buf) b = BUF_INIT;

	w->meter.width = width - label;
	if (width > label && progress_line(&w->meter, doing, done, total, progress_now(), &b))
		(void)fprintf(stderr, "\r%s: %s\033[K", w->tool, b.ptr);
}

void
tool_watch(struct tool_watch *w, const char *tool, bool quiet)
{
	const char *term = getenv("TERM");

	*w = (struct tool_watch){ .tool = tool, .meter = { .began = progress_now() } };
	if (!quiet && isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0)
		w->progress = (struct progress){ show, w };
}

void
tool_watched(struct tool_watch *w)
{
	if (w->meter.shown)
		(void)fputs("\r\033[K", stderr);
	w->meter.shown = 0;
}

void
tool_screen_open(struct tool_screen *s, const char *tool, const char *format)
{
	AUTO(error) err = ERROR_INIT;
	int fd;

	*s = (struct tool_screen){ tool, stdout, isatty(STDOUT_FILENO) };
	if (format)
		s->is_shown = strcmp(format, "table") == 0;
	if (!s->is_shown)
		return;
	fd = process_scratch(&err);
	s->out = fd < 0 ? NULL : fdopen(fd, "w+");
	if (s->out)
		return;
	if (fd >= 0)
		(void)error_errno(&err, errno, "cannot make a scratch file");
	exit(tool_fail(tool, &err));
}

/* Everything that was written, from its start on. */
static int
rewind_screen(struct tool_screen *s, struct error *err)
{
	if (fflush(s->out) == 0 && lseek(fileno(s->out), 0, SEEK_SET) == 0)
		return 0;
	return error_errno(err, errno, "cannot read a scratch file again");
}

static int
end_screen(struct tool_screen *s, int result, const struct buf *b, int status, const struct error *err)
{
	int shown = result < 0 ? tool_fail(s->tool, err) : tool_show(s->tool, buf_str(b));

	(void)fclose(s->out);	/* a nameless scratch file */
	return shown ? shown : status;
}

int
tool_screen_table(struct tool_screen *s, const struct screen_view *view, int status)
{
	struct table_options how = { .width = terminal_width(STDOUT_FILENO), .ascii = !terminal_is_utf8() };
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) b = BUF_INIT;
	int result;

	if (!s->is_shown)
		return status;
	(void)terminal_colour(STDOUT_FILENO, NULL, &how.colour, &err);
	result = rewind_screen(s, &err);
	if (result == 0)
		result = screen_add(&b, fileno(s->out), view, &how, &err);
	return end_screen(s, result, &b, status, &err);
}

int
tool_screen_diff(struct tool_screen *s, const char *when, int status)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) raw = BUF_INIT;
	AUTO(buf) safe = BUF_INIT;
	AUTO(buf) b = BUF_INIT;
	bool colour = false;
	int result;

	if (!s->is_shown)
		return status;
	result = terminal_colour(STDOUT_FILENO, when, &colour, &err);
	if (result == 0)
		result = rewind_screen(s, &err);
	if (result == 0)
		result = file_read_fd(fileno(s->out), SIZE_MAX, &raw, &err);
	display_add_lines(&safe, buf_str(&raw));
	if (colour)
		paint_diff(&b, buf_str(&safe));
	return end_screen(s, result, colour ? &b : &safe, status, &err);
}

int
tool_show(const char *tool, struct str text)
{
	AUTO(error) err = ERROR_INIT;
	bool shown = false;

	if (pager_is_needed(text) && pager_show(text, &shown, &err) < 0)
		return tool_fail(tool, &err);
	if (shown || text.len == 0 || fwrite(text.ptr, 1, text.len, stdout) == text.len)
		return 0;
	if (errno == EPIPE)
		return EXIT_CANNOT;	/* the reader has enough */
	(void)error_errno(&err, errno, "cannot write the output");
	return tool_fail(tool, &err);
}

int
tool_finish(const char *tool, int status)
{
	bool failed = ferror(stdout) != 0;

	errno = 0;
	if (fclose(stdout) == 0 && !failed)
		return status;
	/* told already; or the reader has enough, which is no failure to tell */
	if (status == EXIT_CANNOT || errno == EPIPE)
		return EXIT_CANNOT;
	(void)fprintf(stderr, "%s: cannot write the output%s%s\n", tool, errno ? ": " : "",
	    errno ? strerror(errno) : "");
	return EXIT_CANNOT;
}

void
tool_say_idle(const char *tool, const char *file, const struct accept *list)
{
	const struct clash_accepted *x;

	for (size_t at = 0; (x = accept_next_idle(list, &at)); )
		tool_say(tool, "--accept %s:%zu: %.*s and %.*s share nothing that this line accepts", file,
		    x->line, STR_ARG(x->a), STR_ARG(x->b));
}
