/* cutover: brings an engine over to what the files of a fleet say now: the steps, in their order.
 * SPDX-License-Identifier: MIT */
#include "cutover/cutover.h"

#include "base/buf.h"
#include "base/error.h"
#include "cutover/internal.h"
#include "engine/snapshot.h"
#include "stream/csv.h"
#include "system/lock.h"
#include "system/progress.h"

/* Does STEP for each of the apps that is well. */
static int
each(struct cutover *c, struct cutover_app *apps, size_t count,
    int (*step)(struct cutover *, struct cutover_app *, struct error *), struct error *err)
{
	for (size_t i = 0; i < count; i++)
		if (!apps[i].has_failed && !c->outcome->heard && step(c, &apps[i], err) < 0)
			return -1;
	return 0;
}

static int
bring_over(struct cutover *c, struct cutover_app *apps, size_t count, struct error *err)
{
	int got = down_may_go(c, apps, count, err);

	if (got <= 0)
		return got;
	if (each(c, apps, count, build_images, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (apps[i].has_failed || c->outcome->heard)
			return 0; /* nothing is down yet */
	if (down_stop(c, apps, count, err) < 0 || each(c, apps, count, down_remove, err) < 0 ||
	    each(c, apps, count, volumes_put_aside, err) < 0)
		return -1;
	(void)down_wait_for_failed(c, apps, count, "volumes", "it is down"); /* each step knows who has */
	return each(c, apps, count, volumes_carry, err) < 0 || each(c, apps, count, up_create, err) < 0 ||
		each(c, apps, count, up_start, err) < 0 ||
		(!c->options->dry_run && each(c, apps, count, up_verify, err) < 0)
	    ? -1
	    : 0;
}

static int
bring_all_over(struct cutover *c, struct error *err)
{
	struct cutover_app *apps;
	size_t count, end;

	if (gather_apps(c, err) < 0 || gather_waiting(c, &apps, &count, err) < 0 ||
	    order_apps(c, apps, count, err) < 0)
		return -1;
	c->outcome->apps = count;
	for (size_t i = 0; i < count && !c->outcome->heard; i = end) {
		for (end = i + 1; end < count && apps[end].group == apps[i].group; end++)
			;
		if (bring_over(c, apps + i, end - i, err) < 0)
			return -1;
		if (!c->options->dry_run && stream_flush(c->rows, err) < 0)
			return -1;
		if (c->options->progress)
			progress_tell(c->options->progress, "apps brought over", end, count);
	}
	return 0;
}

static int
look_at_engine(struct cutover *c, struct sql **ret, struct error *err)
{
	AUTO(buf) why = BUF_INIT;
	int got = snapshot_open(ret, &why, err);

	c->sql = *ret;
	if (got <= 0)
		return got < 0 ? -1 : error_set(err, "no engine answers: %s", why.ptr);
	return sql_script(c->sql,
	    "CREATE TABLE going (id TEXT PRIMARY KEY); CREATE TABLE forgotten (id TEXT PRIMARY KEY)",
	    "cannot find out what the engine holds", err);
}

int
cutover_run(const struct cutover_options *o, FILE *out, struct cutover_outcome *ret, struct error *err)
{
	static const char *const columns[] = { "app", "step", "status", "detail" };
	AUTO_PTR(stream_writer) rows = stream_writer_open(out, columns, sizeof columns / sizeof *columns);
	AUTO_PTR(sql) sql = NULL;
	struct cutover c = { .options = o, .out = out, .rows = rows, .lock = LOCK_INIT, .outcome = ret };
	int result = 0;

	*ret = (struct cutover_outcome){ .apps = 0 };
	if (!o->dry_run) {
		stream_header(rows);
		result = gather_lock(&c, err);
	}
	/* only now: what a cutover that was killed has begun is done */
	if (result == 0)
		result = look_at_engine(&c, &sql, err);
	if (result == 0)
		result = bring_all_over(&c, err);
	if (!o->dry_run && result == 0) {
		AUTO(buf) count = BUF_INIT;

		buf_add_uint(&count, c.row_count);
		stream_field_empty(rows);
		stream_field_empty(rows);
		stream_field(rows, STR("end"));
		stream_field(rows, buf_str(&count));
		stream_end_row(rows);
	}
	if (!o->dry_run && stream_flush(rows, err) < 0)
		result = -1;
	lock_release(&c.lock);
	arena_release(&c.arena);
	return result;
}
