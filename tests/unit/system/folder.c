/* folder: every entry once, with its kind, however many there are.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "system/folder.h"

static _Alignas(max_align_t) char room[FOLDER_BUFFER];

static void
kinds_are_told(void **state)
{
	static const struct {
		const char *name;
		enum folder_kind kind;
	} want[] = { { "file", FOLDER_FILE }, { "folder", FOLDER_FOLDER }, { "link", FOLDER_LINK },
		{ ".hidden", FOLDER_FILE },
	    { "fifo", FOLDER_OTHER }, { "...", FOLDER_FILE } };
	enum { WANT = sizeof want / sizeof *want };
	struct folder f;
	struct folder_entry e;
	AUTO(error) err = ERROR_INIT;
	unsigned seen = 0, count = 0;

	(void)state;
	scratch_put("file", "");
	scratch_put(".hidden", "");
	scratch_put("...", "");
	assert_int_equal(mkdir("folder", 0755), 0);
	assert_int_equal(symlink("folder", "link"), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(folder_open(&f, AT_FDCWD, ".", true, room, &err), 0);
	while (folder_next(&f, &e, &err) > 0) {
		assert_int_equal(e.name.ptr[e.name.len], '\0');
		count++;
		for (unsigned i = 0; i < WANT; i++)
			if (str_eq(e.name, str_from(want[i].name))) {
				assert_int_equal(e.kind, want[i].kind);
				seen |= 1u << i;
			}
	}
	assert_false(error_is_set(&err));
	assert_int_equal(count, WANT);		/* neither . nor .. */
	assert_int_equal(seen, (1u << WANT) - 1);
	assert_int_equal(folder_next(&f, &e, &err), 0);
	folder_close(&f);
	assert_int_equal(f.fd, -1);
	folder_close(&f);
}

/* More than the buffer holds at a time. */
static void
none_is_lost(void **state)
{
	enum { MANY = 3000 };
	static bool seen[MANY];
	struct folder f;
	struct folder_entry e;
	AUTO(error) err = ERROR_INIT;
	size_t count = 0;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		char name[32];

		(void)snprintf(name, sizeof name, "%d-long-enough-to-fill", i);
		scratch_put(name, "");
	}
	assert_int_equal(folder_open(&f, AT_FDCWD, ".", false, room, &err), 0);
	for (; folder_next(&f, &e, &err) > 0; count++) {
		long i = strtol(e.name.ptr, NULL, 10);

		assert_true(i >= 0 && i < MANY && !seen[i]);
		seen[i] = true;
	}
	assert_int_equal(count, MANY);
	folder_close(&f);
}

static void
what_is_no_folder_is_refused(void **state)
{
	struct folder f;
	struct folder_entry e;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	scratch_put("file", "");
	scratch_put("folder/x", "");
	assert_int_equal(symlink("folder", "link"), 0);
	assert_int_equal(folder_open(&f, AT_FDCWD, "absent", false, room, &err), -1);
	assert_int_equal(err.errnum, ENOENT);
	scratch_error(&err, NULL, 0, "cannot open");
	assert_int_equal(folder_open(&f, AT_FDCWD, "file", false, room, &err), -1);
	assert_int_equal(err.errnum, ENOTDIR);
	error_release(&err);
	assert_int_equal(folder_open(&f, AT_FDCWD, "link", true, room, &err), -1);
	assert_true(err.errnum == ELOOP || err.errnum == ENOTDIR);
	error_release(&err);
	assert_int_equal(folder_open(&f, AT_FDCWD, "link", false, room, &err), 0);
	assert_int_equal(folder_next(&f, &e, &err), 1);
	assert_true(str_eq(e.name, STR("x")));
	folder_close(&f);
	assert_int_equal(folder_next(&f, &e, &err), -1);
	scratch_error(&err, NULL, 0, "cannot list");
	assert_true(folder_is("folder") && folder_is("link"));
	assert_false(folder_is("file") || folder_is("absent") || folder_is(""));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(kinds_are_told),
		scratch_test(none_is_lost),
		scratch_test(what_is_no_folder_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
