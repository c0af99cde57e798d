/* provenance: whether the rows of a plan are those that the registry wrote it with.
 * SPDX-License-Identifier: MIT */
#include "apply/provenance.h"

#include "apply/changeset.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/store.h"

static int
stranger(const struct changeset *set, size_t row, struct error *err)
{
	error_set(err,
	    "is no row of this plan as it was registered: rows may be deleted from a plan (--partial), "
	    "but not edited");
	return error_at_line(err, set->name, row);
}

static bool
has(const struct store_seal *seal, struct buf *b, const struct store_row *row)
{
	return store_seal_has(seal, store_row_digest(b, row));
}

static int
check_file(const struct changeset *set, const struct changeset_file *f, const struct store_seal *seal,
    struct buf *b, struct error *err)
{
	struct str made = f->start == CHANGESET_COPY ? STR("copy") : STR("create");
	struct store_row row = { .action = made, .file = f->path };

	if (f->start != CHANGESET_EDIT && !has(seal, b, &row))
		return stranger(set, f->row, err);
	for (size_t i = 0; i < f->count; i++) {
		const struct edit *e = &f->edits[i];

		row = (struct store_row){ e->is_line ? STR("insert") : STR("replace"), f->path, e->old,
			e->new, e->span.off };
		if (!has(seal, b, &row))
			return stranger(set, e->row, err);
	}
	return 0;
}

static int
unknown(struct store *s, const struct changeset *set, struct error *err)
{
	error_set(err,
	    "the registry %s knows no plan '%.*s' (--db FILE names the one that plan used; scan and plan "
	    "again)",
	    store_path(s), STR_ARG(set->plan));
	return error_at_line(err, set->name, 2);
}

static int
too_old(const struct changeset *set, struct error *err)
{
	error_set(err, "the registry knows this plan, but not its rows any more: scan and plan again");
	return error_at_line(err, set->name, 2);
}

int
provenance_check(struct store *s, const struct changeset *set, struct error *err)
{
	AUTO(buf) b = BUF_INIT;
	AUTO(arena) a = ARENA_INIT;
	struct store_seal seal;
	bool known;
	int got, result = 0;

	if (store_plan_known(s, set->plan, &known, err) < 0)
		return -1;
	if (!known)
		return unknown(s, set, err);
	got = store_plan_seal(s, set->plan, &a, &seal, err);
	if (got <= 0)
		return got < 0 ? -1 : too_old(set, err);
	for (size_t i = 0; result == 0 && i < set->count; i++)
		for (size_t j = 0; result == 0 && j < set->apps[i].count; j++)
			result = check_file(set, &set->apps[i].files[j], &seal, &b, err);
	return result;
}
