/* volumes: one that is empty is filled, and nothing that one holds is written over.
 * SPDX-License-Identifier: MIT */
#include "unit/docker.h"

#include "base/arena.h"
#include "cutover/internal.h"
#include "stream/csv.h"

/* What volumes.c asks of the snapshot and of cutover's tables: app 1 had volume `old` where it has `new`. */
static const char tables[] =
    "CREATE TABLE apps (id INTEGER, app TEXT, folder TEXT, project TEXT);"
    "CREATE TABLE containers (id TEXT, name TEXT, is_running INT);"
    "CREATE TABLE mounts (id TEXT, volume TEXT);"
    "CREATE TABLE volumes (name TEXT, project TEXT, key TEXT, labels TEXT);"
    "CREATE TABLE records (name TEXT, folder TEXT); INSERT INTO records VALUES ('note', '/m');"
    "CREATE TABLE formers (folder TEXT, project TEXT, rank INTEGER);"
    "CREATE TABLE sources (app INTEGER, volume TEXT);"
    "CREATE TABLE displaced (app INTEGER, volume TEXT, image_id TEXT, of INTEGER);"
    "CREATE TABLE targets (app INTEGER, service TEXT, volume TEXT, key TEXT);"
    "CREATE TABLE carried (app INTEGER, volume TEXT, source TEXT, image_id TEXT, is_elsewhere INTEGER);"
    "CREATE TEMP VIEW kept AS SELECT name, json_extract(labels, '$.\"org.berth.kept\"') AS volume"
    " FROM volumes WHERE labels <> '';"
    "INSERT INTO volumes (name, project, key) VALUES ('old', 'p', 'k'), ('new', 'q', 'k');"
    "INSERT INTO sources VALUES (1, 'old'); INSERT INTO apps VALUES (1, 'm/app1', '/m', 'q');"
    "INSERT INTO targets VALUES (1, 's', 'new', 'k');"
    "INSERT INTO carried VALUES (1, 'new', 'old', 'image', 0);";

static const char used[] =
    "INSERT INTO containers VALUES ('c', 'web', 1); INSERT INTO mounts VALUES ('c', 'new')";

/* Writes down what changes something; volumes are folders. */
static const char client[] =
    "#!/bin/sh\n"
    "case \"$1 $2\" in\n"
    "'volume inspect') [ -d \"$ROOT/volumes/$5\" ] && echo \"$ROOT/volumes/$5\" ;;\n"
    "'volume create') echo \"$*\" >>\"$ROOT/calls\"; for name; do :; done; mkdir \"$ROOT/volumes/$name\" ;;\n"
    "'context inspect') ;;\n"
    "'volume rm') echo \"$*\" >>\"$ROOT/calls\"; for name; do :; done; rm -rf \"$ROOT/volumes/$name\" ;;\n"
    "'compose up') echo \"$*\" >>\"$ROOT/calls\"; mkdir -p \"$ROOT/volumes/new\" ;;\n"
    "*) echo \"$*\" >>\"$ROOT/calls\" ;;\n"
    "esac\n";

struct carried {
	struct buf said;
	struct cutover_app app;
};

/* Carries what is in volumes/old, after MORE of SQL; what was said is the caller's to release. */
static void
carry(void **state, const char *more, const struct cutover_options *options, struct carried *ret)
{
	static const char *const columns[] = { "app", "step", "status", "detail" };
	const struct sql_options memory = { .mode = SQL_MEMORY };
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(sql) sql = NULL;
	struct cutover_outcome outcome = { .apps = 0 };
	FILE *out = tmpfile();
	struct cutover c = { .options = options, .out = out, .outcome = &outcome, .run = 7 };

	assert_non_null(out);
	c.rows = stream_writer_open(out, columns, 4);
	docker_is(state, client);
	assert_int_equal(sql_open(&sql, &memory, &err), 0);
	assert_int_equal(sql_script(sql, tables, "", &err), 0);
	assert_int_equal(sql_script(sql, more, "", &err), 0);
	c.sql = sql;
	*ret = (struct carried){ BUF_INIT,
		{ .id = 1, .app = STR("m/app1"), .folder = str_from(((struct scratch *)*state)->root) } };
	assert_int_equal(volumes_put_aside(&c, &ret->app, &err), 0);
	assert_int_equal(volumes_carry(&c, &ret->app, &err), 0);
	assert_int_equal(stream_flush(c.rows, &err), 0);
	assert_int_equal(fflush(out), 0);
	assert_int_equal(lseek(fileno(out), 0, SEEK_SET), 0);
	assert_int_equal(file_read_fd(fileno(out), 1 << 20, &ret->said, &err), 0);
	stream_writer_close(c.rows);
	(void)fclose(out);
	arena_release(&c.arena);
}

/* The rows, or the script, say WANT; IS_OPEN: and the app is left for a person. */
static void
said(struct carried *got, const char *want, bool is_open)
{
	if (!got->said.ptr || !strstr(got->said.ptr, want))
		fail_msg("'%s' does not say '%s'", got->said.ptr ? got->said.ptr : "", want);
	assert_false(got->app.has_failed);
	assert_int_equal(got->app.is_open, is_open);
	buf_release(&got->said);
}

/* Only root looks into an engine's folders, so the tests are root's. */
static int
make(void **state)
{
	if (scratch_make(state) < 0)
		return -1;
	scratch_put("volumes/old/f", "of old");
	assert_int_equal(mkdir("volumes/new", 0755), 0);
	assert_int_equal(mkdir("volumes/note", 0755), 0);
	return 0;
}

static void
an_empty_one_is_filled(void **state)
{
	const struct cutover_options options = { .db = NULL };
	struct carried got;

	if (geteuid() != 0)
		skip();
	carry(state, "", &options, &got);
	said(&got, "m/app1,volumes,changed,\"new is filled from old: 1 files, 6 bytes", false);
	scratch_holds("volumes/new/f", "of old");
	scratch_holds("volumes/old/f", "of old");
	scratch_holds("calls", NULL);
	carry(state, "", &options, &got);
	said(&got, "m/app1,volumes,unchanged,new holds what old does", false);
}

static void
one_that_holds_something_stays(void **state)
{
	const struct cutover_options options = { .db = NULL };
	struct carried got;

	if (geteuid() != 0)
		skip();
	scratch_put("volumes/new/g", "of new");
	carry(state, "", &options, &got);
	said(&got, "m/app1,volumes,problem,\"new stays as it is", true);
	scratch_holds("volumes/new/g", "of new");
	scratch_holds("volumes/new/f", NULL);
}

static void
what_gives_way_is_kept_beside(void **state)
{
	const char *const replace[] = { "new" };
	const struct cutover_options options = { .replace = replace, .replace_count = 1 };
	struct carried got;

	if (geteuid() != 0)
		skip();
	scratch_put("volumes/new/g", "of new");
	carry(state, used, &options, &got);
	said(&got, "m/app1,volumes,problem,\"new stays as it is", true);
	scratch_holds("volumes/new/g", "of new");
	carry(state, "", &options, &got);
	said(&got, "what it had is in new.berth-7", false);
	scratch_holds("volumes/new/f", "of old");
	scratch_holds("volumes/new/g", NULL);
	scratch_holds("volumes/new.berth-7/g", "of new");
}

static void
one_in_use_is_left(void **state)
{
	const struct cutover_options options = { .db = NULL };
	struct carried got;

	if (geteuid() != 0)
		skip();
	carry(state, used, &options, &got);
	said(&got, "m/app1,volumes,problem,new is not filled from old: container web uses it", true);
	scratch_holds("volumes/new/f", NULL);
}

static void
a_dry_run_writes_only_its_script(void **state)
{
	const struct cutover_options options = { .dry_run = true };
	struct carried got;

	if (geteuid() != 0)
		skip();
	carry(state, "DELETE FROM volumes WHERE name = 'new'", &options, &got);
	assert_non_null(strstr(got.said.ptr, " compose up --no-start --no-deps --no-build --scale 's=0' s)"));
	said(&got, "# m/app1: what old holds goes into new\nsh -c ", false);
	scratch_holds("volumes/new/f", NULL);
}

/* A copy that was broken off: its container says so. */
static void
one_half_filled_is_made_anew(void **state)
{
	const struct cutover_options options = { .db = NULL };
	struct carried got;

	if (geteuid() != 0)
		skip();
	carry(state, "INSERT INTO containers VALUES ('c', 'berth-fill-new', 0)", &options, &got);
	said(&got, "m/app1,volumes,changed,\"new is filled from old", false);
	scratch_holds("calls", "rm -v berth-read-new\nrm -v berth-fill-new\nvolume rm new\n"
			       "compose up --no-start --no-deps --no-build --scale s=0 s\n");
}

/* What the app is to get is what another one had: it is there once it is put aside, and empty for the app. */
static void
what_is_in_the_way_is_put_aside(void **state)
{
	static const char more[] = "INSERT INTO displaced VALUES (1, 'new', 'image', 2)";
	const struct cutover_options options = { .db = NULL };
	struct carried got;

	if (geteuid() != 0)
		skip();
	scratch_put("volumes/new/g", "of new");
	carry(state, more, &options, &got);
	said(&got, "new.berth-7 is filled from new: 1 files, 6 bytes", false);
	scratch_holds("volumes/new.berth-7/g", "of new");
	scratch_holds("volumes/new/g", NULL);
	scratch_holds("volumes/new/f", "of old");
}

#define volume_test(f) cmocka_unit_test_setup_teardown(f, make, scratch_clean)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		volume_test(an_empty_one_is_filled),
		volume_test(one_that_holds_something_stays),
		volume_test(what_gives_way_is_kept_beside),
		volume_test(one_in_use_is_left),
		volume_test(a_dry_run_writes_only_its_script),
		volume_test(one_half_filled_is_made_anew),
		volume_test(what_is_in_the_way_is_put_aside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
