/* provenance: whether the rows of a plan are those that the registry wrote it with.
 * SPDX-License-Identifier: MIT */
#include "apply/provenance.h"

#include <stdlib.h>

#include "base/buf.h"
#include "apply/changeset.h"
#include "base/error.h"
#include "store/store.h"
#include "base/text.h"

/* The rows of a plan as digests, sorted. No two rows have one digest by chance, and whoever could make two on
 * purpose can write the registry anyway. */
struct digests {
	uint64_t *digests;
	size_t count, cap;
};

static uint64_t
digest(struct buf *b, struct str action, struct str file, int64_t offset, struct str old, struct str new)
{
	buf_clear(b);
	buf_printf(b, "%.*s %zu %lld %zu ", STR_ARG(action), file.len, (long long)offset, old.len);
	buf_add_str(b, file);
	buf_add_str(b, old);
	buf_add_str(b, new);
	return text_digest(buf_str(b));
}

static int
compare(const void *pa, const void *pb)
{
	uint64_t a = *(const uint64_t *)pa, b = *(const uint64_t *)pb;

	return (a > b) - (a < b);
}

static int
load(struct store *s, struct str plan, struct digests *rows, struct buf *b, struct error *err)
{
	struct sql_query q = store_changes(s, plan, err);
	struct store_change c;
	int got;

	while ((got = store_next_change(&q, &c)) > 0) {
		MEM_GROW(rows->digests, rows->count, rows->cap);
		rows->digests[rows->count++] = digest(b, c.action, c.file, c.offset, c.old, c.new);
	}
	if (rows->count)
		qsort(rows->digests, rows->count, sizeof *rows->digests, compare);
	return got;
}

static bool
has(const struct digests *rows, uint64_t d)
{
	return bsearch(&d, rows->digests, rows->count, sizeof *rows->digests, compare) != NULL;
}

static int
stranger(const struct changeset *set, size_t row, struct error *err)
{
	error_set(err,
	    "is no row of this plan as it was registered: rows may be deleted from a plan (--partial), "
	    "but not edited");
	return error_place(err, set->name, row, 0);
}

static int
check_file(const struct changeset *set, const struct changeset_file *f, const struct digests *rows,
    struct buf *b, struct error *err)
{
	const struct str none = STR_INIT;

	if ((f->start == CHANGESET_COPY && !has(rows, digest(b, STR("copy"), f->path, 0, none, none))) ||
	    (f->start == CHANGESET_CREATE && !has(rows, digest(b, STR("create"), f->path, 0, none, none))))
		return stranger(set, f->row, err);
	for (size_t i = 0; i < f->count; i++) {
		const struct edit *e = &f->edits[i];

		if (!has(rows,
			digest(b, e->is_line ? STR("insert") : STR("replace"), f->path, (int64_t)e->span.off,
			    e->old, e->new)))
			return stranger(set, e->row, err);
	}
	return 0;
}

int
provenance_check(struct store *s, const struct changeset *set, struct error *err)
{
	AUTO(buf) b = BUF_INIT;
	struct digests rows = { NULL, 0, 0 };
	bool known;
	int result;

	if (store_plan_known(s, set->plan, &known, err) < 0)
		return -1;
	if (!known) {
		error_set(err,
		    "the registry %s knows no plan '%.*s' (--db FILE names the one that plan used; scan "
		    "and plan again)",
		    store_path(s), STR_ARG(set->plan));
		return error_place(err, set->name, 2, 0);
	}
	result = load(s, set->plan, &rows, &b, err);
	for (size_t i = 0; result == 0 && rows.count && i < set->count; i++)
		for (size_t j = 0; result == 0 && j < set->apps[i].count; j++)
			result = check_file(set, &set->apps[i].files[j], &rows, &b, err);
	free(rows.digests);
	return result;
}
