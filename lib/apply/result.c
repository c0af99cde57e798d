/* result: what became of a file or an app, as apply tells it on its stream.
 * SPDX-License-Identifier: MIT */
#include "apply/result.h"

#include "apply/operation.h"
#include "base/error.h"
#include "base/text.h"
#include "stream/csv.h"

enum { COLUMNS = 9 };

static const char *const columns[COLUMNS] = {
	"status", "model", "app_num", "app", "file", "edits", "digest_before", "digest_after", "detail",
};

static void
begin_row(struct stream_writer *w, const char *status, struct identity id, struct str folder)
{
	stream_field(w, str_from(status));
	stream_field(w, id.model);
	stream_field_uint(w, id.app_num);
	stream_field(w, folder);
}

static void
skip_fields(struct stream_writer *w, size_t count)
{
	while (count--)
		stream_field_empty(w);
}

static void
end_row(struct stream_writer *w, struct result_counts *n, size_t *ret_of_status)
{
	stream_end_row(w);
	n->rows++;
	++*ret_of_status;
}

static void
digest_field(struct stream_writer *w, bool is_file, struct str content)
{
	char digest[TEXT_DIGEST_SIZE] = "";

	if (is_file)
		text_digest_format(text_digest(content), digest);
	stream_field(w, str_from(digest));
}

static const char *
file_detail(const struct run_file *f, enum run_direction d)
{
	if (f->is_made)
		return d == RUN_FORWARD ? "made" : "removed";
	return f->meta.links > 1 ? "had further hard links: their names keep the other content" : "";
}

static void
file_row(struct stream_writer *w, const struct run_app *a, const struct run_file *f, enum run_direction d,
    struct result_counts *n)
{
	struct str from, to;
	bool has_from = run_file_from(f, d, &from), has_to = run_file_to(f, d, &to), is_back = d == RUN_BACK;
	bool is_changed = a->state == RUN_DONE && (has_from != has_to || !str_eq(from, to));
	bool is_known = a->state != RUN_UNCHANGED || f->after.ptr;	/* else found as this plan left it */

	begin_row(w, is_back ? "restored" : is_changed ? "changed" : "unchanged", a->id,
	    a->folder);
	stream_field(w, f->path);
	if (is_known) {
		stream_field_uint(w, f->edits);
		if (is_changed || is_back)
			digest_field(w, has_from, from);
		else
			digest_field(w, has_to, to);
		digest_field(w, has_to, to);
		stream_field(w, str_from(is_changed || is_back ? file_detail(f, d) : ""));
	}
	end_row(w, n, is_back ? &n->restored : is_changed ? &n->changed : &n->unchanged);
}

/* An app that was left as it is, with the file that is to blame. */
static void
left_row(struct stream_writer *w, const struct run_app *a, struct result_counts *n)
{
	bool is_stale = a->state == RUN_STALE;

	begin_row(w, is_stale ? "stale" : "failed", a->id, a->folder);
	stream_field(w, a->blame);
	stream_field_uint(w, 0);
	skip_fields(w, 2);
	stream_field(w, a->detail);
	end_row(w, n, is_stale ? &n->stale : &n->failed);
}

/* The problems that plan handed down. */
static void
problem_rows(struct stream_writer *w, const struct changeset_app *a, struct result_counts *n)
{
	for (size_t i = 0; i < a->problem_count; i++) {
		begin_row(w, "problem", a->id, a->folder);
		skip_fields(w, 4);
		stream_field(w, a->problems[i]);
		end_row(w, n, &n->problems);
	}
}

static void
app_rows(struct stream_writer *w, const struct run_app *a, enum run_direction d, struct result_counts *n)
{
	if (run_app_is_done(a))
		for (size_t i = 0; i < a->count; i++)
			file_row(w, a, &a->files[i], d, n);
	else if (a->state != RUN_WAITING)
		left_row(w, a, n);
}

int
result_write(
    FILE *out, const struct operation *o, bool is_whole, struct result_counts *ret, struct error *err)
{
	AUTO_PTR(stream_writer) w = stream_writer_open(out, columns, COLUMNS);

	*ret = (struct result_counts){ .rows = 0 };
	stream_header(w);
	for (size_t i = 0; i < o->set.count; i++)
		problem_rows(w, &o->set.apps[i], ret);
	for (size_t i = 0; i < o->run.count; i++)
		app_rows(w, &o->run.apps[i], o->direction, ret);
	if (is_whole) {
		stream_field(w, STR("end"));
		skip_fields(w, 4);
		stream_field_uint(w, ret->rows);
		stream_end_row(w);
	}
	return stream_flush(w, err);
}

bool
result_remains(const struct result_counts *n)
{
	return n->stale + n->failed + n->problems > 0;
}
