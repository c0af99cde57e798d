/* result: what became of a file or an app, as apply tells it on its stream.
 * SPDX-License-Identifier: MIT */
#include "apply/result.h"

#include "apply/changeset.h"
#include "base/error.h"
#include "base/text.h"

const char *const result_columns[RESULT_COLUMNS] = {
	"status", "model", "app_num", "app", "file", "edits", "digest_before", "digest_after", "detail",
};

static void
digest_field(struct stream_writer *w, bool is_file, struct str content)
{
	char digest[TEXT_DIGEST_SIZE];

	if (is_file)
		text_digest_format(text_digest(content), digest);
	stream_field(w, is_file ? str_from(digest) : (struct str)STR_INIT);
}

static void
begin(struct stream_writer *w, const char *status, struct str model, uint64_t app_num, struct str folder)
{
	stream_field(w, str_from(status));
	stream_field(w, model);
	stream_field_uint(w, app_num);
	stream_field(w, folder);
}

static const char *
file_detail(const struct run_file *f, enum run_direction d)
{
	if (f->is_made)
		return d == RUN_FORWARD ? "made" : "removed";
	return f->meta.links > 1 ? "had further hard links: their names keep the other content" : "";
}

static void
file_row(struct stream_writer *w, const char *status, const struct run_app *a, const struct run_file *f,
    enum run_direction d, bool is_changed)
{
	struct str from, to;
	bool has_from = run_file_from(f, d, &from), has_to = run_file_to(f, d, &to);

	begin(w, status, a->model, a->app_num, a->folder);
	stream_field(w, f->path);
	stream_field_uint(w, f->edits);
	digest_field(w, is_changed ? has_from : has_to, is_changed ? from : to);
	digest_field(w, has_to, to);
	stream_field(w, str_from(is_changed ? file_detail(f, d) : ""));
	stream_end_row(w);
}

static void
files_rows(struct stream_writer *w, const struct run_app *a, enum run_direction d, struct result_counts *n)
{
	for (size_t i = 0; i < a->count; i++) {
		const struct run_file *f = &a->files[i];
		struct str from, to;
		bool differs = run_file_from(f, d, &from) != run_file_to(f, d, &to) || !str_eq(from, to);
		bool changed = a->state == RUN_DONE && differs;
		const char *status = d == RUN_BACK ? "restored" : changed ? "changed" : "unchanged";

		if (a->state == RUN_UNCHANGED && !f->after.ptr) {
			/* found as this plan left it: what it was before is not known here */
			begin(w, status, a->model, a->app_num, a->folder);
			stream_field(w, f->path);
			stream_end_row(w);
		} else {
			file_row(w, status, a, f, d, changed || d == RUN_BACK);
		}
		n->rows++;
		if (d == RUN_BACK)
			n->restored++;
		else if (changed)
			n->changed++;
		else
			n->unchanged++;
	}
}

static void
left_row(struct stream_writer *w, const struct run_app *a, struct result_counts *n)
{
	bool stale = a->state == RUN_STALE;

	begin(w, stale ? "stale" : "failed", a->model, a->app_num, a->folder);
	stream_field(w, a->blame);
	stream_field_uint(w, 0);
	stream_field_empty(w);
	stream_field_empty(w);
	stream_field(w, a->detail);
	stream_end_row(w);
	n->rows++;
	if (stale)
		n->stale++;
	else
		n->failed++;
}

void
result_run(struct stream_writer *w, const struct run *r, enum run_direction d, struct result_counts *n)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct run_app *a = &r->apps[i];

		if (a->state == RUN_DONE || a->state == RUN_UNCHANGED)
			files_rows(w, a, d, n);
		else if (a->state != RUN_WAITING)
			left_row(w, a, n);
	}
}

void
result_problems(struct stream_writer *w, const struct changeset *s, struct result_counts *n)
{
	for (size_t i = 0; i < s->count; i++)
		for (size_t j = 0; j < s->apps[i].problem_count; j++) {
			begin(w, "problem", s->apps[i].model, s->apps[i].app_num, s->apps[i].folder);
			for (int empty = 0; empty < 4; empty++)
				stream_field_empty(w);
			stream_field(w, s->apps[i].problems[j]);
			stream_end_row(w);
			n->rows++;
			n->problems++;
		}
}

void
result_end(struct stream_writer *w, const struct result_counts *n)
{
	stream_field(w, STR("end"));
	for (int empty = 0; empty < 4; empty++)
		stream_field_empty(w);
	stream_field_uint(w, n->rows);
	stream_end_row(w);
}

int
result_write(FILE *out, const struct changeset *s, const struct run *r, enum run_direction d, bool is_whole,
    struct result_counts *ret, struct error *err)
{
	AUTO_PTR(stream_writer) w = stream_writer_open(out, result_columns, RESULT_COLUMNS);

	*ret = (struct result_counts){ .rows = 0 };
	stream_header(w);
	result_problems(w, s, ret);
	result_run(w, r, d, ret);
	if (is_whole)
		result_end(w, ret);
	return stream_flush(w, err);
}

bool
result_remains(const struct result_counts *n)
{
	return n->stale + n->failed + n->problems > 0;
}
