/* apps: apps are found wherever they stand, each with one identity, in one order whatever the number of
 * threads.
 * SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700	/* mkdtemp, nftw */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/error.h"
#include "scan/apps.h"

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static int
set_up(void **state)
{
	char path[] = "/tmp/fleet-XXXXXX";

	if (!mkdtemp(path))
		return -1;
	*state = mem_dup(path, strlen(path));
	return 0;
}

static int
tear_down(void **state)
{
	int result = nftw(*state, remove_one, 16, FTW_DEPTH | FTW_PHYS);

	free(*state);
	return result;
}

/* Makes the folders of ROOT/FOLDER, and a compose file in the last. */
static void
add_app(const char *root, const char *folder)
{
	AUTO(buf) path = BUF_INIT;
	int fd;

	buf_printf(&path, "%s/%s/compose.yaml", root, folder);
	for (char *p = path.ptr + strlen(root) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		(void)mkdir(path.ptr, 0755);	/* it may be there */
		*p = '/';
	}
	fd = open(path.ptr, O_WRONLY | O_CREAT, 0644);
	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
}

/* What the apps of any root hold to. */
static void
check_invariants(const struct apps *f)
{
	assert_int_equal(f->root[0], '/');
	for (size_t i = 0; i < f->count; i++) {
		assert_int_equal(f->items[i].folder.ptr[f->items[i].folder.len], '\0');
		assert_true(f->items[i].id.model.len > 0);
		if (i)
			assert_true(identity_compare(f->items[i - 1].id, f->items[i].id) < 0);
		if (!f->items[i].in_layout)
			assert_int_equal(f->items[i].id.app_num, 1);
	}
}

static void
open_with(struct apps **ret, const char *root, struct apps_options opt)
{
	AUTO(error) err = ERROR_INIT;

	assert_int_equal(apps_open(ret, root, &opt, &err), 0);
	check_invariants(*ret);
}

static void
threads_find_the_same(void **state)
{
	AUTO_PTR(apps) alone = NULL;
	char folder[64];

	for (int m = 0; m < 12; m++)
		for (int n = 1; n <= 15; n++) {
			assert_true(snprintf(folder, sizeof folder, "d%d/m%d/app%d", m % 3, m % 7, n) > 0);
			add_app(*state, folder);
		}
	open_with(&alone, *state, (struct apps_options){ .jobs = 1 });
	assert_true(alone->count > 100);
	for (size_t jobs = 2; jobs <= 8; jobs += 2) {
		AUTO_PTR(apps) f = NULL;

		open_with(&f, *state, (struct apps_options){ .jobs = jobs });
		assert_int_equal(f->count, alone->count);
		for (size_t i = 0; i < f->count; i++) {
			assert_true(str_eq(f->items[i].folder, alone->items[i].folder));
			assert_true(str_eq(f->items[i].twin, alone->items[i].twin));
		}
	}
}

static void
one_identity_has_one_folder(void **state)
{
	static const char *const folders[] = { "z/m/app1", "a/m/app1", "m", "m/app01", "m/app1",
		"a/m/app1/app1" };
	AUTO_PTR(apps) f = NULL;
	size_t in_layout = 0;

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		add_app(*state, folders[i]);
	open_with(&f, *state, (struct apps_options){ .jobs = 2 });
	assert_int_equal(f->count, sizeof folders / sizeof *folders);
	for (size_t i = 0; i < f->count; i++) {
		const struct app *a = &f->items[i];

		in_layout += a->in_layout;
		if (str_eq(a->folder, STR("a/m/app1")))
			assert_true(a->in_layout);
		if (str_eq(a->folder, STR("z/m/app1")) || str_eq(a->folder, STR("m/app1")) ||
		    str_eq(a->folder, STR("m/app01")))
			assert_true(str_eq(a->twin, STR("a/m/app1")));
		if (str_eq(a->folder, STR("m")))
			assert_true(str_eq(a->id.model, STR("m/")));	/* (m, 1) is a/m/app1 */
	}
	assert_int_equal(in_layout, 2);
}

static void
root_may_be_an_app(void **state)
{
	AUTO_PTR(apps) f = NULL;
	AUTO(buf) root = BUF_INIT;

	add_app(*state, "model/app7");
	buf_printf(&root, "%s/model/app7", (char *)*state);
	open_with(&f, root.ptr, (struct apps_options){ .jobs = 1 });
	assert_int_equal(f->count, 1);
	assert_true(str_eq(f->items[0].folder, STR(".")));
	assert_true(str_eq(f->items[0].id.model, STR("model")));
	assert_int_equal(f->items[0].id.app_num, 7);
}

static void
what_cannot_be_opened_is_told(void **state)
{
	struct apps_options opt = { .jobs = 1 };
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(apps) f = NULL;

	(void)state;
	assert_int_equal(apps_open(&f, "/nonexistent", &opt, &err), -1);
	assert_string_equal(err.file, "/nonexistent");
	opt.layout = "(";
	assert_int_equal(apps_open(&f, *state, &opt, &err), -1);
	opt.layout = NULL;
	opt.list.file = "/nonexistent";
	assert_int_equal(apps_open(&f, *state, &opt, &err), -1);
	assert_null(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(threads_find_the_same, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_identity_has_one_folder, set_up, tear_down),
		cmocka_unit_test_setup_teardown(root_may_be_an_app, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be_opened_is_told, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
