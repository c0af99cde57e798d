/* register: whichever statement of a plan fails, or of what is done to the registry by hand, it is said, and
 * the registry is as it was before.
 * SPDX-License-Identifier: MIT */
#include "unit/plan/lab.h"

#include <limits.h>
#include <sqlite3.h>

#include "plan/registry.h"

/* Of a statement that is asked for each app the first ones fail, and each that takes many rows. */
enum { OFTEN = 3, TEXTS = 1 << 12 };

static struct {
	sqlite3 *handle;		/* of the store that was opened last */
	unsigned times[TEXTS];	/* by what the text comes to: how often it was asked */
	unsigned count, failing;	/* of those that are to fail */
	bool is_failing;
} asked;

static void
fail_at(unsigned failing)
{
	memset(asked.times, 0, sizeof asked.times);
	asked.count = 0;
	asked.failing = failing;
	asked.is_failing = false;
}

static int
begin(unsigned event, void *context, void *statement, void *text)
{
	unsigned sum = 0;

	(void)event;
	(void)context;
	(void)statement;
	for (const char *c = text; *c; c++)
		sum = sum * 31 + (unsigned char)*c;
	asked.is_failing = (strstr(text, "berth_rows") || asked.times[sum % TEXTS]++ < OFTEN) &&
	    ++asked.count == asked.failing;
	return 0;
}

static int
is_failing(void *context)
{
	(void)context;
	return asked.is_failing;
}

static int
take_handle(sqlite3 *handle)
{
	asked.handle = handle;
	(void)sqlite3_trace_v2(handle, SQLITE_TRACE_STMT, begin, NULL);
	sqlite3_progress_handler(handle, 1, is_failing, NULL);
	return SQLITE_OK;
}

static int
add_row(void *buf, int count, char **values, char **names)
{
	(void)names;
	for (int i = 0; i < count; i++)
		buf_printf(buf, "%s|", values[i] ? values[i] : "");
	buf_printf(buf, "\n");
	return 0;
}

static int
add_table(void *buf, int count, char **values, char **names)
{
	char *query = sqlite3_mprintf("SELECT * FROM \"%w\"", values[0]);

	(void)count;
	(void)names;
	assert_int_equal(sqlite3_exec(asked.handle, query, add_row, buf, NULL), SQLITE_OK);
	sqlite3_free(query);
	return 0;
}

/* All rows of the registry. */
static void
rows_of(struct buf *ret)
{
	static const char tables[] = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1";

	assert_int_equal(sqlite3_exec(asked.handle, tables, add_table, ret, NULL), SQLITE_OK);
}

enum { MANY = 40 };	/* more rows as one statement takes */

#define SERVICE(app, service, port, name) \
	LAB_PORT(app, service, port, "20") \
	    LAB_OF("name", app, "") "," service ",,,,,literal,," app "/c,60,4," name "," app "/c,60,4," name \
	    "," name "\n" \
	    LAB_OF("image", app, "") "," service ",,,,,literal,," app "/c,80,1,x," app "/c,80,1,x,of-" \
	    service "\n"
/* Many apps, and as many services of one: five records of each, so that another one of them is the last of a
 * statement each time. */
#define OUTSIDE(port, name) \
	LAB_OUTSIDE("@") LAB_OF("project", "@", "") ",,,,,,,,,,,,,,,,@\n" \
	    LAB_OF("volume", "@", "external") ",,,,,,,data,,,,,,,,,data\n" \
	    SERVICE("@", "s", port, name) SERVICE("z", "@", port, name "-@")
#define PAIR(app, back, front) \
	LAB_APP(app) LAB_PORT_IN(app, "backend", "b", "", back, "tcp", app "/c", "20") \
	    LAB_PORT_IN(app, "frontend", "f", "", front, "tcp", app "/c", "40")
#define OTHER LAB_OUTSIDE("o")
#define SCAFFOLD LAB_OF("app", "t", "template") "\n" LAB_PORT("t", "s", "5432", "20")

/* What the registry knows when it begins, and what is planned then: pairs are exchanged, and others move. */
#define BEFORE PAIR("m", "5001", "8001") PAIR("n", "5003", "8003")
#define AFTER PAIR("m", "5003", "8003") PAIR("n", "5001", "8001") PAIR("p", "5001", "8001")

/* Looks at ROWS, and at EACH for each of many apps. */
static void
look_at(struct lab *lab, const char *rows, const char *each)
{
	AUTO(buf) b = BUF_INIT;

	buf_printf(&b, "%s", rows);
	for (unsigned n = 0; n < MANY; n++)
		for (const char *c = each; *c; c++)
			buf_printf(&b, *c == '@' ? "a%u" : "%c", *c == '@' ? n : (unsigned char)*c);
	lab_view(lab, b.ptr);
}

/* What is asked of a registry that knows BEFORE; INVENTORY is what was found then. */
typedef int deed(struct lab *, FILE *out, struct error *);

static int
plan(struct lab *lab, FILE *out, struct error *err)
{
	(void)out;
	lab->inventory.is_part = true;
	lab->options.host = STR("here");
	return plan_run(&lab->inventory, lab->store, STR("/r"), &lab->options, &lab->plan, err);
}

static int
prune(struct lab *lab, FILE *out, struct error *err)
{
	return registry_prune(lab->store, &lab->inventory, STR("/r"), false, out, err);
}

static int
release(struct lab *lab, FILE *out, struct error *err)
{
	return registry_release(lab->store, (struct identity){ STR("m"), 1 }, out, err);
}

static int
import(struct lab *lab, FILE *out, struct error *err)
{
	scratch_put("in", "model,app_num,backend_port,frontend_port\nx,1,7001,7002\ny,1,7003,7004\n");
	return registry_import(lab->store, "in", false, out, err);
}

static int
allocate(struct lab *lab, FILE *out, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	struct portmap *map = arena_zero(&a, 1, sizeof *map);
	struct plan_allocation x = { .id = { STR("x"), 1 } };

	(void)out;
	return plan_allocate(lab->store, &lab->options, &a, &x, map, err);
}

static int
allocate_more(struct lab *lab, FILE *out, struct error *err)
{
	static const uint16_t ports[] = { 7003, 7004 };
	struct plan_allocation x = { .id = { STR("x"), 1 }, .backend = 7001, .frontend = 7002 };

	(void)out;
	return plan_allocate_ports(lab->store, &x, ports, 2, err);
}

/* Does ACT where ROWS and EACH were found and statement FAILING fails. False: there are no so many. */
static bool
fails(unsigned failing, deed *act, const char *rows, const char *each)
{
	AUTO(buf) before = BUF_INIT;
	AUTO(buf) after = BUF_INIT;
	AUTO(error) err = ERROR_INIT;
	LAB(lab);
	LAB(first);
	FILE *out = tmpfile();
	int result;

	store_close(lab.store);		/* the first one's goes on */
	lab.store = first.store;
	look_at(&first, BEFORE, OUTSIDE("5432", "side"));
	assert_int_equal(
	    plan_run(&first.inventory, first.store, STR("/r"), &first.options, &first.plan, &err), 0);
	first.store = NULL;
	look_at(&lab, rows, each);
	rows_of(&before);
	fail_at(failing);
	result = act(&lab, out, &err);
	asked.is_failing = false;
	asked.failing = 0;
	assert_int_equal(fclose(out), 0);
	if (asked.count < failing) {
		assert_int_equal(result, 0);
		return false;
	}
	if (result == 0)
		fail_msg("statement %u failed, and nobody said so", failing);
	assert_non_null(err.what);
	rows_of(&after);
	assert_string_equal(after.ptr, before.ptr);
	return true;
}

static void
no_statement_fails_unsaid(void **state)
{
	static const struct {
		deed *act;
		const char *rows, *each;
		unsigned least;		/* so many statements are asked at least */
	} acts[] = { { plan, AFTER, OUTSIDE("5433", "other"), 60 },
		{ plan, BEFORE, OUTSIDE("5432", "side"), 40 },
		{ plan, SCAFFOLD, "", 8 }, { prune, OTHER, "", 12 }, { release, OTHER, "", 5 },
		{ import, OTHER, "", 5 }, { allocate, OTHER, "", 8 }, { allocate_more, OTHER, "", 8 } };

	(void)state;
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
		unsigned n = 1;

		while (fails(n, acts[i].act, acts[i].rows, acts[i].each))
			n++;
		assert_true(n > acts[i].least);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = { scratch_test(no_statement_fails_unsaid) };

	if (sqlite3_auto_extension((void (*)(void))take_handle) != SQLITE_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
