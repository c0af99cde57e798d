/* result: what became of a file or an app, as apply tells it on its stream.
 * SPDX-License-Identifier: MIT */
#include "apply/result.h"

#include "apply/operation.h"
#include "base/error.h"
#include "base/text.h"
#include "stream/column.h"
#include "stream/csv.h"
#include "stream/record.h"

enum result_status {
	RESULT_CHANGED,
	RESULT_UNCHANGED,
	RESULT_RESTORED,
	RESULT_STALE,
	RESULT_FAILED,
	RESULT_PROBLEM,
	RESULT_WOULD_CHANGE,
	RESULT_WOULD_RESTORE,
	RESULT_END
};

struct result {
	enum result_status status;
	struct identity id;
	struct str app, file;
	bool has_edits;
	uint64_t edits;			/* of the end: how many rows there are before it */
	bool has_before, has_after;
	uint64_t before, after;		/* digests */
	struct str detail;
};

static const struct str status_texts[] = {
	[RESULT_CHANGED] = COLUMN_WORD_INIT("changed"),
	[RESULT_UNCHANGED] = COLUMN_WORD_INIT("unchanged"),
	[RESULT_RESTORED] = COLUMN_WORD_INIT("restored"),
	[RESULT_STALE] = COLUMN_WORD_INIT("stale"),
	[RESULT_FAILED] = COLUMN_WORD_INIT("failed"),
	[RESULT_PROBLEM] = COLUMN_WORD_INIT("problem"),
	[RESULT_WOULD_CHANGE] = COLUMN_WORD_INIT("would-change"),
	[RESULT_WOULD_RESTORE] = COLUMN_WORD_INIT("would-restore"),
	[RESULT_END] = COLUMN_WORD_INIT("end"),
};

static const struct column_words status_words = { status_texts, RESULT_END + 1, .is_open = false };

#define ALL (~UINT32_C(0))
#define OF_APPS (ALL & ~(UINT32_C(1) << RESULT_END))

#define OFFSET(name) offsetof(struct result, name)
#define AT(name) .member = OFFSET(name)

static const struct column columns[] = {
	{ "status", COLUMN_WORD, AT(status), .records = ALL, .words = &status_words },
	{ "model", COLUMN_TEXT, AT(id.model), .records = OF_APPS },
	{ "app_num", COLUMN_NUMBER, AT(id.app_num), .records = OF_APPS },
	{ "app", COLUMN_TEXT, AT(app), .records = OF_APPS },
	{ "file", COLUMN_TEXT, AT(file), .records = OF_APPS },
	{ "edits", COLUMN_NUMBER, AT(edits), .records = ALL, .flag = OFFSET(has_edits) },
	{ "digest_before", COLUMN_DIGEST, AT(before), .records = OF_APPS, .flag = OFFSET(has_before) },
	{ "digest_after", COLUMN_DIGEST, AT(after), .records = OF_APPS, .flag = OFFSET(has_after) },
	{ "detail", COLUMN_TEXT, AT(detail), .records = OF_APPS },
};

static const struct column_table table = { columns, sizeof columns / sizeof *columns };

static void
write_row(struct stream_writer *w, const struct result *r, struct result_counts *n, size_t *of_status)
{
	record_write(&table, w, r);
	n->rows++;
	++*of_status;
}

static struct str
file_detail(const struct run_file *f, enum run_direction d)
{
	if (f->is_made)
		return d == RUN_FORWARD ? STR("made") : STR("removed");
	return f->meta.links > 1 ? STR("had further hard links: their names keep the other content")
				 : (struct str)STR_INIT;
}

/* What the direction does to the file, or (of an app that still waits) would do. */
static void
file_row(struct stream_writer *w, const struct run_app *a, const struct run_file *f, enum run_direction d,
    struct result_counts *n)
{
	struct str from, to;
	bool has_from = run_file_from(f, d, &from), has_to = run_file_to(f, d, &to), is_back = d == RUN_BACK;
	bool waits = a->state == RUN_WAITING, is_same = has_from == has_to && str_eq(from, to);
	bool is_changed = is_back || ((waits || a->state == RUN_DONE) && !is_same);
	enum result_status done = is_back ? RESULT_RESTORED : is_changed ? RESULT_CHANGED : RESULT_UNCHANGED;
	enum result_status to_do = is_back ? RESULT_WOULD_RESTORE : RESULT_WOULD_CHANGE;
	struct result r = { waits && is_changed ? to_do : done, a->id, .app = a->folder, .file = f->path };

	if (a->state != RUN_UNCHANGED || f->after.ptr) {	/* else found as this plan left it */
		r.has_edits = true;
		r.edits = f->edits;
		r.has_after = has_to;
		r.after = has_to ? text_digest(to) : 0;
		r.has_before = is_changed ? has_from : has_to;
		r.before = is_changed && has_from ? text_digest(from) : r.after;
		if (is_changed)
			r.detail = file_detail(f, d);
	}
	write_row(w, &r, n, is_back ? &n->restored : is_changed ? &n->changed : &n->unchanged);
}

static void
app_rows(struct stream_writer *w, const struct run_app *a, const struct operation *o, struct result_counts *n)
{
	enum run_direction d = o->direction;
	bool is_stale = a->state == RUN_STALE;
	/* of an app that was left as it is: the file that is to blame */
	struct result left = { is_stale ? RESULT_STALE : RESULT_FAILED, a->id, .app = a->folder,
		.file = a->blame, .has_edits = true, .detail = a->detail };

	if (run_app_is_done(a) || (o->is_preview && a->state == RUN_WAITING))
		for (size_t i = 0; i < a->count; i++)
			file_row(w, a, &a->files[i], d, n);
	else if (a->state == RUN_KEPT)
		write_row(w, &(struct result){ RESULT_UNCHANGED, a->id, .app = a->folder,
		    .detail = STR("kept as it is") }, n, &n->unchanged);
	else if (a->state != RUN_WAITING)
		write_row(w, &left, n, is_stale ? &n->stale : &n->failed);
}

/* The problems that plan handed down. */
static void
problem_rows(struct stream_writer *w, const struct changeset_app *a, struct result_counts *n)
{
	struct result r = { .status = RESULT_PROBLEM, .id = a->id, .app = a->folder };

	for (size_t i = 0; i < a->problem_count; i++) {
		r.detail = a->problems[i];
		write_row(w, &r, n, &n->problems);
	}
}

int
result_write(
    FILE *out, const struct operation *o, bool is_whole, struct result_counts *ret, struct error *err)
{
	AUTO_PTR(stream_writer) w = record_writer_open(&table, out);

	*ret = (struct result_counts){ .rows = 0 };
	record_write_header(&table, w);
	for (size_t i = 0; i < o->set.count; i++)
		problem_rows(w, &o->set.apps[i], ret);
	for (size_t i = 0; i < o->run.count; i++)
		app_rows(w, &o->run.apps[i], o, ret);
	if (is_whole)
		record_write(&table, w,
		    &(struct result){ .status = RESULT_END, .has_edits = true, .edits = ret->rows });
	return stream_flush(w, err);
}

bool
result_remains(const struct result_counts *n)
{
	return n->stale + n->failed + n->problems > 0;
}
