/* findings: the whole stream of the findings of a fleet, made by several threads.
 * SPDX-License-Identifier: MIT */
#include "scan/findings.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/dict.h"
#include "base/error.h"
#include "base/path.h"
#include "base/quote.h"
#include "engine/held.h"
#include "scan/apps.h"
#include "scan/crossing.h"
#include "scan/outside.h"
#include "scan/workers.h"
#include "stream/csv.h"
#include "stream/column.h"
#include "stream/finding.h"
#include "system/folder.h"
#include "system/progress.h"
#include "system/threads.h"

struct watched {
	const struct progress *progress;
	size_t total;
};

static void
read_one(void *state, size_t index, struct stream_writer *rows)
{
	survey_app(state, index, rows);
}

static void
tell(void *context, size_t done)
{
	const struct watched *w = context;

	progress_tell(w->progress, "apps read", done, w->total);
}

/* When a fleet was scanned is told where its host is: such findings travel and are kept. */
static struct str
moment(const char *host, char room[static 21])
{
	time_t now = time(NULL);
	struct tm tm;

	return *host && gmtime_r(&now, &tm) && strftime(room, 21, "%Y-%m-%dT%H:%M:%SZ", &tm)
	    ? str_from(room)
	    : (struct str)STR_INIT;
}

/* Which of the options that add records, or leave some out, are given. */
static struct str
asked(const struct findings_options *opt, struct buf *b)
{
	const struct survey_options *s = &opt->survey;
	const struct {
		const char *option;
		bool is_given;
	} all[] = {
		{ "--addresses", s->addresses }, { "--claims", s->claims },
		{ "--host", opt->host != NULL },
		{ "--mentions", s->mentions },
		{ "--secrets", s->secrets != NULL },
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].is_given)
			buf_printf(b, "%s%s", b->len ? " " : "", all[i].option);
	return buf_str(b);
}

/* The record that opens the stream, and one for each folder that could not be read. */
static int
write_start(const struct apps *apps, const struct findings_options *opt, struct stream_writer *out,
    struct findings_count *n, struct error *err)
{
	struct folder_id id;
	struct stat st;
	const char *host = opt->host_name ? opt->host_name : "";
	AUTO(buf) options = BUF_INIT;
	AUTO(arena) a = ARENA_INIT;
	char room[21];

	if (fstat(apps->fd, &st) < 0) {
		error_errno(err, errno, "cannot examine the fleet's root folder");
		return error_file(err, str_from(apps->root));
	}
	id = folder_id(&st);
	finding_write(out, &(struct finding){ .record = FINDING_FLEET, .value = str_from(apps->root),
		.detail = str_from(opt->tool), .root_id = str_from(id.text),
		.host = str_from(host), .scanned = moment(host, room), .asked = asked(opt, &options),
		.part = apps->is_listed ? STR("listed") : apps->walk.fault_count ? STR("unread") : STR("") });
	for (size_t i = 0; i < apps->walk.fault_count; i++) {
		const struct walk_fault *fault = &apps->walk.faults[i];
		struct finding p = { .record = FINDING_PROBLEM,
			.id = apps_beside(apps, &a, fault->folder), .app = fault->folder,
			.value = fault->what };

		p.place.file = fault->folder;
		finding_write(out, &p);
	}
	n->problems = apps->walk.fault_count;
	n->records = 1 + n->problems;
	n->none = n->followed = 0;
	return stream_flush(out, err);
}

struct held_rows {
	struct stream_writer *out;
	struct findings_count *n;
};

static int
write_held(void *context, const struct finding *f, struct error *err)
{
	struct held_rows *rows = context;

	(void)err; /* of the stream, which is asked at its end */
	finding_write(rows->out, f);
	rows->n->records++;
	return 0;
}

/* What the host holds beside the apps. */
static int
look_at_host(const struct apps *apps, const struct findings_options *opt, struct stream_writer *out,
    struct findings_count *n, struct error *err)
{
	struct str *folders = mem_zero(apps->count + 1, sizeof *folders);
	struct held_fleet fleet = { str_from(apps->root), folders, apps->count };
	struct held_rows rows = { out, n };
	int result;

	for (size_t i = 0; i < apps->count; i++)
		folders[i] = apps->items[i].folder;
	result = held_look(opt->host, &fleet, write_held, &rows, opt->no_engine, err);
	free(folders);
	return result;
}

/* The record that closes the stream, with the number of all before it. */
static void
write_end(uint64_t records, struct stream_writer *out)
{
	AUTO(buf) count = BUF_INIT;
	struct finding f = { .record = FINDING_END };

	buf_add_uint(&count, records);
	f.value = buf_str(&count);
	finding_write(out, &f);
}

/* A survey, and what is looked at once all apps were read: those that were put off, or folders of no app. */
struct later {
	struct survey *survey;
	const size_t *apps;
	struct outside_folder *folders;
};

static void
read_put_off(void *state, size_t index, struct stream_writer *rows)
{
	const struct later *l = state;

	survey_app(l->survey, l->apps[index], rows);
}

static void
read_outside(void *state, size_t index, struct stream_writer *rows)
{
	const struct later *l = state;

	survey_outside(l->survey, &l->folders[index], rows);
}

/* Does TASK with each of COUNT surveys, as ALL says of what. */
static void
run_later(struct workers_task task, struct later all, void *const *surveys, size_t count,
    struct stream_writer *out)
{
	struct later each[THREADS_MAX];
	void *states[THREADS_MAX];

	task.columns = finding_table.count;
	for (size_t i = 0; i < count; i++) {
		each[i] = all;
		each[i].survey = surveys[i];
		states[i] = &each[i];
	}
	if (task.count)
		workers_run(&task, states, count, out);
}

/* Adds the apps that had to wait until all others were read. */
static void
write_put_off(struct crossing *crossing, void *const *surveys, size_t count, struct stream_writer *out)
{
	struct later all = { .apps = NULL };
	struct workers_task task = { .count = crossing_complete(crossing, &all.apps), .one = read_put_off };

	run_later(task, all, surveys, count, out);
}

/* Adds what the files beside the apps say. */
static void
write_outside(const struct apps *apps, const struct crossing *crossing, void *const *surveys, size_t count,
    struct stream_writer *out)
{
	AUTO(outside) outside = OUTSIDE_INIT;

	outside_find(&outside, apps, crossing);
	run_later((struct workers_task){ .count = outside.count, .one = read_outside },
	    (struct later){ .folders = outside.folders }, surveys, count, out);
}

/* Whether an app, of which FOLDERS has them all, stands in a folder above that of PATH. */
static bool
is_below_app(const struct dict *folders, struct arena *a, struct str path)
{
	struct str folder = arena_dup(a, path_folder(path));

	while (!str_eq(folder, STR("."))) {
		folder = arena_dup(a, path_folder(folder));
		if (dict_find(folders, folder) != DICT_NONE)
			return true;
	}
	return false;
}

/* What is to be said of the file at PATH, by which its folder would be an app if that were there; empty: that
 * is not so. */
static struct str
say_missing(const struct apps *apps, struct arena *a, struct str path)
{
	struct stat st;
	char target[4096];
	ssize_t len;

	if (str_eq(path_name(path), STR(".env")))
		return STR("COMPOSE_FILE in it names a compose file that is not there, so this folder is not "
		    "seen: put the file there, or take the line out");
	if (fstatat(apps->fd, path.ptr, &st, 0) == 0 ||
	    (len = readlinkat(apps->fd, path.ptr, target, sizeof target)) <= 0)
		return (struct str)STR_INIT;
	return arena_printf(a,
	    "a symlink to %.*s, where nothing is, so this folder is not seen: mend or remove it", (int)len,
	    target);
}

/* What is to be said of the compose file at PATH, in FOLDER, that no app reads: somebody may run it with
 * -f. */
static struct str
say_unread(struct arena *a, struct str folder, struct str path)
{
	struct str name = path_name(path), way = arena_printf(a, "%.*s -f %.*s",
	    STR_ARG(quote_in(a, folder.ptr)), STR_ARG(quote_in(a, name.ptr)));

	return arena_printf(a,
	    "nothing that is known reads %.*s, so what it publishes is not seen: scan --project %.*s reads "
	    "it, and COMPOSE_FILE in .env says for good that it is run",
	    STR_ARG(name), STR_ARG(quote_in(a, way.ptr)));
}

/* A gap for each compose file that no app reads. */
static void
write_loose(const struct apps *apps, const struct crossing *crossing, struct stream_writer *out,
    struct findings_count *n)
{
	AUTO(dict) folders = DICT_INIT;
	AUTO(arena) a = ARENA_INIT;

	for (size_t i = 0; i < apps->count && apps->walk.loose_count; i++)
		(void)dict_add(&folders, apps->items[i].folder, (uint32_t)i);
	for (size_t i = 0; i < apps->walk.loose_count; i++) {
		struct str path = apps->walk.loose[i], folder = arena_dup(&a, path_folder(path));
		uint32_t app = dict_find(&folders, folder);
		struct finding f = { .record = FINDING_GAP, .role = ROLE_FILE, .app = folder,
			.id = apps_beside(apps, &a, folder) };

		if ((i > 0 && str_eq(path, apps->walk.loose[i - 1])) ||	/* listed twice */
		    crossing_reader(crossing, path, false).len ||
		    /* a copy of an app's own in its folder of sources */
		    (str_eq(path_name(path), STR(".env")) && is_below_app(&folders, &a, path)))
			continue;
		if (app != DICT_NONE)
			f.id = apps->items[app].id;
		f.place.file = path;
		f.value = say_missing(apps, &a, path);
		if (!f.value.len)
			f.value = say_unread(&a, folder, path);
		finding_write(out, &f);
		n->records++;
	}
}

/* Adds the records of the apps, written by one survey for each worker. */
static int
write_apps(const struct apps *apps, const struct findings_options *opt, struct stream_writer *out,
    struct findings_count *n, struct error *err)
{
	void *states[THREADS_MAX];
	AUTO_PTR(survey_rules) rules = NULL;
	struct watched watched = { opt->progress, apps->count };
	const struct workers_task task = { .count = apps->count,
		.columns = finding_table.count,
		.one = read_one,
		.progress = tell,
		.context = &watched };
	size_t open = 0;
	int result = survey_rules_open(&rules, &opt->survey, err);

	while (result == 0 && open < opt->jobs) {
		struct survey *survey;

		result = survey_open(&survey, apps, rules, err);
		if (result == 0)
			states[open++] = survey;
	}
	if (result == 0) {
		workers_run(&task, states, open, out);
		write_put_off(survey_crossing(rules), states, open, out);
		if (opt->survey.mentions && !apps->is_listed)
			write_outside(apps, survey_crossing(rules), states, open, out);
		write_loose(apps, survey_crossing(rules), out, n);
	}
	for (size_t i = 0; i < open; i++) {
		uint64_t followed;

		n->records += survey_records(states[i]);
		n->problems += survey_problems(states[i]);
		n->none += survey_none(states[i], &followed);
		n->followed += followed;
		survey_close(states[i]);
	}
	return result;
}

int
findings_write(const struct apps *apps, const struct findings_options *opt, struct stream_writer *out,
    struct findings_count *ret, struct error *err)
{
	if (write_start(apps, opt, out, ret, err) < 0 ||
	    (opt->host && look_at_host(apps, opt, out, ret, err) < 0) ||
	    write_apps(apps, opt, out, ret, err) < 0)
		return -1;
	write_end(ret->records, out);
	return stream_flush(out, err);
}
