/* migration: the whole of a migration by berth's own programs.
 * SPDX-License-Identifier: MIT */
#include "front/migration.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "format/rows.h"
#include "front/proof.h"
#include "stream/change.h"
#include "stream/csv.h"
#include "system/file.h"
#include "system/process.h"

void
migration_release(struct migration *m)
{
	int *fds[] = { &m->findings, &m->changes, &m->results };

	option_list_release(&m->scan);
	option_list_release(&m->plan);
	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++) {
		if (*fds[i] >= 0)
			(void)close(*fds[i]);	/* a nameless scratch file */
		*fds[i] = -1;
	}
	lists_release(&m->lists);
	arena_release(&m->arena);
}

static void
add_line(struct migration *m, struct str line)
{
	ARENA_GROW(&m->arena, m->troubles, m->trouble_count, m->trouble_cap);
	m->troubles[m->trouble_count++] = line;
}

static void
add_trouble(struct migration *m, struct str where, struct str what)
{
	add_line(m, arena_printf(&m->arena, "%.*s%s%.*s", STR_ARG(where), where.len ? ": " : "",
	    STR_ARG(what)));
}

/* Lets a scratch file be read from its start. */
static int
rewind_scratch(int fd, struct error *err)
{
	return lseek(fd, 0, SEEK_SET) < 0 ? error_errno(err, errno, "cannot read a scratch file again") : 0;
}

/* Runs TOOL with ARGS from IN (read from its start) to OUT; its end goes to m->end. A status of 2 or more is
 * an error. */
static int
run(struct migration *m, const char *tool, const struct process_args *args, int in, int out,
    struct error *err)
{
	AUTO(buf) path = BUF_INIT;
	int status;

	if ((in >= 0 && rewind_scratch(in, err) < 0) || lists_rewind(&m->lists, err) < 0 ||
	    process_tool_path(tool, &path, err) < 0 ||
	    process_run(path.ptr, args, in, out, &m->end, err) < 0)
		return -1;
	status = m->end.status;
	if (status == 128 + SIGPIPE && out < 0)
		m->end.status = 0;	/* who read our output has enough */
	else if (status > 128)
		return error_set(err, "%s was ended by signal %d", tool, status - 128);
	else if (status > 1)
		return error_set(err, "%s could not do its work, and said why above", tool);
	return 0;
}

bool
migration_is_stopped(const struct migration *m)
{
	return m->end.heard && m->end.status == 128 + m->end.heard;
}

/* Begins a command with TOOL itself and the options that it was given (NULL: none). */
static void
begin(struct process_args *to, const struct migration *m, const char *tool, const struct option_list *words)
{
	process_args_add(to, tool);
	if (m->quiet)
		process_args_add(to, "--quiet");
	for (size_t i = 0; words && i < words->count; i++)
		process_args_add(to, words->items[i]);
}

static void
add_db(struct process_args *to, const struct migration *m)
{
	if (m->db) {
		process_args_add(to, "--db");
		process_args_add(to, m->db);
	}
}

/* Scans the fleet into OUT: to plan for it, or AGAIN, for what can clash alone, to prove what was done. What
 * the host holds beside it is nothing that was done, and what scan has to say was heard. */
static int
scan(struct migration *m, bool again, int out, struct error *err)
{
	AUTO(process_args) args = { NULL, 0, 0 };

	begin(&args, m, "scan", &m->scan);
	if (again) {
		process_args_add(&args, "--quiet");
		process_args_add(&args, "--claims");
	} else {
		process_args_add(&args, m->mentions || m->rewrites ? "--mentions" : "--no-mentions");
		if (m->bind)
			process_args_add(&args, "--addresses");
		if (!m->no_host_check)
			process_args_add(&args, "--host");
	}
	process_args_add(&args, "--");
	process_args_add(&args, m->root);
	return run(m, "scan", &args, -1, out, err);
}

/* The plan has to be the one that was agreed to. */
static int
check_id(struct migration *m, struct str id, struct error *err)
{
	if (m->plan_id.len && !str_eq(m->plan_id, id))
		return error_set(err, "somebody else has planned meanwhile, so this is no longer what was "
		    "shown: run berth migrate again");
	m->plan_id = arena_dup(&m->arena, id);
	return 0;
}

/* Counts a change, and keeps what a person would ask about: a line for each of the first ports and names that
 * change. */
static void
count_edit(struct migration *m, const struct change *c)
{
	struct migration_summary *s = &m->summary;
	bool is_port = c->reason == REASON_PORT;
	bool is_name = c->reason == REASON_CONTAINER_NAME || c->reason == REASON_PROJECT_NAME ||
	    c->reason == REASON_IMAGE;

	s->edits++;
	s->ports += is_port;
	s->names += is_name;
	s->addresses += c->reason == REASON_ADDRESS;
	if (c->action == CHANGE_REPLACE && c->old.len && (is_port || is_name) &&
	    m->sample_count < MIGRATION_SAMPLES)
		m->samples[m->sample_count++] = arena_printf(&m->arena, "%.*s:%zu: %.*s becomes %.*s",
		    STR_ARG(c->file), c->line, STR_ARG(c->old), STR_ARG(c->new));
}

static struct str
place_of(struct migration *m, const struct change *c)
{
	if (!c->file.len || !c->line)
		return c->file.len ? c->file : c->app;
	return arena_printf(&m->arena, "%.*s:%zu", STR_ARG(c->file), c->line);
}

/* Notes of a plan, which are told behind its problems. */
struct notes {
	struct str *items;
	size_t count, cap;
};

/* Adds C, a problem or a note, to what is told. */
static void
add_told(struct migration *m, struct notes *notes, const struct change *c)
{
	struct str where = place_of(m, c);

	m->summary.problems += c->action == CHANGE_PROBLEM;
	if (c->action == CHANGE_PROBLEM) {
		add_trouble(m, where, c->new);
	} else if (!m->quiet) {
		ARENA_GROW(&m->arena, notes->items, notes->count, notes->cap);
		notes->items[notes->count++] = arena_printf(&m->arena, "note: %.*s%s%.*s", STR_ARG(where),
		    where.len ? ": " : "", STR_ARG(c->new));
	}
}

static int
summarise(struct migration *m, struct error *err)
{
	AUTO_PTR(change_reader) reader = NULL;
	AUTO(buf) last = BUF_INIT;
	struct migration_summary *s = &m->summary;
	struct notes notes = { NULL, 0, 0 };
	struct change c;
	int got;

	*s = (struct migration_summary){ .apps = 0 };
	m->trouble_count = m->sample_count = 0;
	if (rewind_scratch(m->changes, err) < 0 ||
	    change_reader_open(&reader, m->changes, "plan's output", false, err) < 0 ||
	    check_id(m, change_reader_plan(reader), err) < 0)
		return -1;
	while ((got = change_next(reader, &c, err)) > 0) {
		if (change_is_told(c.action)) {
			add_told(m, &notes, &c);
			continue;
		}
		/* what an override file needs around its lines is no change that anyone asks for */
		if ((c.action == CHANGE_REPLACE || c.action == CHANGE_INSERT) && c.reason != REASON_OVERRIDE)
			count_edit(m, &c);
		s->env_files += c.reason == REASON_ENV_FILE;
		if (s->apps && str_eq(c.app, buf_str(&last)))
			continue;
		s->apps++;
		buf_clear(&last);
		buf_add_str(&last, c.app);
	}
	for (size_t i = 0; i < notes.count; i++)
		add_line(m, notes.items[i]);
	return got;
}

/* Of WORDS the values of options that name a list. */
static int
keep_lists(struct migration *m, struct option_list *words, struct error *err)
{
	static const char *const options[] = { "--projects-from", "--priority", "--reserve-from" };

	for (size_t i = 0; i + 1 < words->count; i++)
		for (size_t k = 0; k < sizeof options / sizeof *options; k++)
			if (strcmp(words->items[i], options[k]) == 0 &&
			    lists_keep(&m->lists, &words->items[i + 1], err) < 0)
				return -1;
	return 0;
}

int
migration_keep_lists(struct migration *m, struct error *err)
{
	if ((m->accept && lists_keep(&m->lists, &m->accept, err) < 0) || keep_lists(m, &m->scan, err) < 0)
		return -1;
	return keep_lists(m, &m->plan, err);
}

int
migration_scan(struct migration *m, struct error *err)
{
	return (m->findings = process_scratch(err)) < 0 ? -1 : scan(m, false, m->findings, err);
}

static void
add_accept(struct process_args *to, const struct migration *m)
{
	process_args_add(to, m->accept ? "--accept" : "--no-accept");
	if (m->accept)
		process_args_add(to, m->accept);
}

int
migration_plan(struct migration *m, bool dry, struct error *err)
{
	AUTO(process_args) args = { NULL, 0, 0 };
	bool again = m->changes >= 0;

	if (again)
		(void)close(m->changes);	/* a nameless scratch file */
	if ((m->changes = process_scratch(err)) < 0)
		return -1;
	begin(&args, m, "plan", &m->plan);
	add_db(&args, m);
	process_args_add(&args, m->rewrites ? "--rewrite-mentions" : "--no-rewrite-mentions");
	process_args_add(&args, m->bind ? "--bind" : "--no-bind");
	if (m->bind)
		process_args_add(&args, m->bind);
	add_accept(&args, m);
	process_args_add(&args, m->no_host_check ? "--no-host-check" : "--host-check");
	if (dry)
		process_args_add(&args, "--dry-run");
	if (again)
		process_args_add(&args, "--progress");	/* what it says was heard */
	if (run(m, "plan", &args, m->findings, m->changes, err) < 0)
		return -1;
	m->plan_status = m->end.status;
	return summarise(m, err);
}

/* Counts an app or file of the results by its STATUS. Whether a person has to hear of it: of problems they
 * have heard from the plan. */
static bool
count_result(struct migration_outcome *o, struct str status)
{
	bool is_stale = str_eq(status, STR("stale")), is_failed = str_eq(status, STR("failed"));

	o->changed += str_eq(status, STR("changed"));
	o->problems += str_eq(status, STR("problem"));
	o->stale += is_stale;
	o->failed += is_failed;
	return is_stale || is_failed;
}

static int
count_results(struct migration *m, struct error *err)
{
	enum { STATUS, APP, FILE_NAME, DETAIL, COLUMNS };
	static const char *const names[COLUMNS] = { "status", "app", "file", "detail" };
	AUTO_PTR(stream) s = NULL;
	const struct str *row;
	int at[COLUMNS], got;

	if (rewind_scratch(m->results, err) < 0 || stream_open(&s, m->results, "apply's output", err) < 0)
		return -1;
	for (int i = 0; i < COLUMNS; i++)
		if ((at[i] = stream_column(s, names[i])) < 0)
			return error_set(err,
			    "apply's output has no column '%s': is it of another version than berth?",
			    names[i]);
	while ((got = stream_next(s, &row, err)) > 0)
		if (count_result(&m->outcome, row[at[STATUS]]))
			add_trouble(m, row[at[row[at[FILE_NAME]].len ? FILE_NAME : APP]], row[at[DETAIL]]);
	return got;
}

/* The apply of a plan; of the host that scan was told. */
static void
begin_apply(struct process_args *to, const struct migration *m)
{
	begin(to, m, "apply", NULL);
	for (size_t i = 0; i + 1 < m->scan.count; i++)
		if (strcmp(m->scan.items[i], "--host-name") == 0) {
			process_args_add(to, m->scan.items[i]);
			process_args_add(to, m->scan.items[i + 1]);
			break;
		}
}

int
migration_apply(struct migration *m, struct error *err)
{
	AUTO(process_args) args = { NULL, 0, 0 };

	begin_apply(&args, m);
	process_args_add(&args, "--progress");	/* what it did is the caller's to tell */
	process_args_add(&args, "--format");
	process_args_add(&args, "csv");
	add_db(&args, m);
	if ((m->results = process_scratch(err)) < 0 ||
	    run(m, "apply", &args, m->changes, m->results, err) < 0)
		return -1;
	return count_results(m, err);
}

int
migration_show(struct migration *m, struct error *err)
{
	AUTO(process_args) args = { NULL, 0, 0 };

	begin_apply(&args, m);
	process_args_add(&args, "--progress");	/* that it is not registered is not said */
	add_db(&args, m);
	process_args_add(&args, "--dry-run");
	return run(m, "apply", &args, m->changes, -1, err);
}

/* How many clashes the answer of `report conflicts` in the scratch file FD names. What cannot be read is
 * taken for one: it is shown then. */
static size_t
clashes_in(int fd)
{
	AUTO_PTR(stream) s = NULL;
	AUTO(error) ignored = ERROR_INIT;
	const struct str *row;
	size_t n = 0;
	int got = -1;

	if (rewind_scratch(fd, &ignored) == 0 && stream_open(&s, fd, "report's output", &ignored) == 0)
		while ((got = stream_next(s, &row, &ignored)) > 0)
			n++;
	return n + (got < 0);
}

/* The apps that were chosen to plan for: they alone are judged. True where some were. */
static bool
add_chosen(struct process_args *to, const struct migration *m)
{
	bool any = false;

	for (size_t i = 0; i + 1 < m->plan.count; i++)
		if (strcmp(m->plan.items[i], "--only") == 0) {
			process_args_add(to, m->plan.items[i++]);
			process_args_add(to, m->plan.items[i]);
			any = true;
		}
	return any;
}

/* Runs `report conflicts` over the findings in the scratch file FD, to OUT: of the apps that were CHOSEN, or
 * of all. *ret_any: some were chosen. */
static int
ask(struct migration *m, int fd, bool chosen, int out, bool *ret_any, struct error *err)
{
	AUTO(process_args) args = { NULL, 0, 0 };

	process_args_add(&args, "report");
	process_args_add(&args, "--quiet");
	process_args_add(&args, "--no-host-check");	/* the findings say what counts */
	process_args_add(&args, "--findings");
	process_args_add(&args, "-");
	add_accept(&args, m);
	*ret_any = chosen && add_chosen(&args, m);
	process_args_add(&args, "conflicts");
	return run(m, "report", &args, fd, out, err);
}

/* How many clashes there are beside the COUNT of those that were chosen. */
static int
count_others(struct migration *m, int fd, size_t count, struct error *err)
{
	int all = process_scratch(err), result = -1;
	size_t n;
	bool ignored;

	if (all >= 0 && (result = ask(m, fd, false, all, &ignored, err)) == 0) {
		n = clashes_in(all);
		m->others = n > count ? n - count : 0;
	}
	if (all >= 0)
		(void)close(all);
	return result;
}

/* What a plan found wrong with the registry is the report's to say as well. */
static bool
is_plainly_clean(struct migration *m, int fd)
{
	AUTO(error) ignored = ERROR_INIT;	/* the report meets it too */

	return !m->summary.problems && rewind_scratch(fd, &ignored) == 0 &&
	    lists_rewind(&m->lists, &ignored) == 0 && proof_holds(fd, m->accept);
}

/* Judges the findings in the scratch file FD; where they are not plainly clean `report conflicts` does. */
static int
judge(struct migration *m, int fd, bool *ret_clean, struct error *err)
{
	int unseen, result = -1;
	bool is_part = false;
	size_t count;

	m->is_proved = m->is_clean = *ret_clean = is_plainly_clean(m, fd);
	if (*ret_clean)
		return 0;
	unseen = process_scratch(err);
	if (unseen >= 0)
		result = ask(m, fd, true, unseen, &is_part, err);
	*ret_clean = m->is_clean = result == 0 && m->end.status == 0;
	m->is_proved = result == 0;
	count = result == 0 ? clashes_in(unseen) : 0;
	m->has_clashes = !*ret_clean && count > 0;
	if (result == 0 && is_part)
		result = count_others(m, fd, count, err);
	/* Asked once more, so that the answer has the form that suits the terminal or pipe which reads it. */
	if (result == 0 && m->has_clashes && !m->counts_only)
		result = ask(m, fd, true, -1, &is_part, err);
	if (unseen >= 0)
		(void)close(unseen);
	return result;
}

int
migration_verify(struct migration *m, bool *ret_clean, struct error *err)
{
	int again = process_scratch(err);
	int result = again >= 0 && scan(m, true, again, err) == 0 ? judge(m, again, ret_clean, err) : -1;

	if (again >= 0)
		(void)close(again);
	return result;
}

int
migration_confirm(struct migration *m, bool *ret_clean, struct error *err)
{
	return judge(m, m->findings, ret_clean, err);
}

size_t
migration_waiting(struct migration *m)
{
	AUTO(process_args) args = { NULL, 0, 0 };
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) text = BUF_INIT;
	int out = process_scratch(&err);
	uint64_t count = 0;

	process_args_add(&args, "cutover");
	process_args_add(&args, "--count");
	add_db(&args, m);
	if (out >= 0 && run(m, "cutover", &args, -1, out, &err) == 0 && rewind_scratch(out, &err) == 0 &&
	    file_read_fd(out, 64, &text, &err) == 0)
		(void)str_to_uint(str_trim(buf_str(&text)), UINT32_MAX, &count);
	if (out >= 0)
		(void)close(out);
	return (size_t)count;
}

void
migration_totals(const struct migration *m, struct rows *ret)
{
	const struct migration_summary *s = &m->summary;
	const struct migration_outcome *o = &m->outcome;
	const struct {
		struct str name;
		size_t n;
	} totals[] = {
		{ STR_OF("changes"), s->edits + s->env_files }, { STR_OF("apps"), s->apps },
		{ STR_OF("ports"), s->ports }, { STR_OF("names"), s->names },
		{ STR_OF("follow"), s->edits - s->ports - s->names - s->addresses },
		{ STR_OF("env_files"), s->env_files },
		{ STR_OF("problems"), s->problems }, { STR_OF("changed"), o->changed },
		{ STR_OF("stale"), o->stale }, { STR_OF("failed"), o->failed },
		{ STR_OF("clean"), m->is_clean }, { STR_OF("addresses"), s->addresses },
	};
	enum { COUNT = sizeof totals / sizeof *totals };
	struct str names[COUNT];
	struct cell *row;

	for (size_t i = 0; i < COUNT; i++)
		names[i] = totals[i].name;
	rows_columns(ret, names, COUNT);
	row = rows_add(ret);
	for (size_t i = 0; i < COUNT; i++) {
		struct str_digits room;

		row[i].text = arena_dup(&ret->arena, str_from_uint(&room, totals[i].n));
		row[i].is_null = false;
		row[i].is_number = true;
	}
	if (!m->is_proved)
		row[COUNT - 2] = (struct cell){ STR(""), true, false };
}
