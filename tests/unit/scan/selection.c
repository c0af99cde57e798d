/* selection: what a list names is taken, once, and what it should not name is told by name.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "scan/selection.h"

static unsigned
bit_of(struct str name)
{
	return str_eq(name, STR("want")) ? 1 : str_eq(name, STR("other")) ? 2 : 0;
}

/* The list TEXT, of LEN bytes, selects the folders WANT of the root `root`; FAULTS are the folders of the
 * faults. */
static const struct walk_names names = { .bit = bit_of, .wanted = 1 };

static void
selects(const struct scratch *s, struct str text, bool nul, const char *want, const char *faults)
{
	AUTO(walk) w = WALK_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) got = BUF_INIT;
	AUTO(buf) bad = BUF_INIT;
	char root_path[PATH_MAX + 8];
	int root = open("root", O_RDONLY | O_DIRECTORY);
	FILE *f = fopen("list", "w");

	assert_int_equal(fwrite(text.ptr, 1, text.len, f), text.len);
	assert_int_equal(fclose(f), 0);
	(void)snprintf(root_path, sizeof root_path, "%s/root", s->root);
	assert_int_equal(
	    selection_read(&w, root, root_path, (struct selection){ "list", nul }, names, &err), 0);
	for (size_t i = 0; i < w.count; i++)
		buf_printf(&got, "%s:%u ", w.folders[i].path.ptr, w.folders[i].names);
	for (size_t i = 0; i < w.fault_count; i++)
		buf_printf(&bad, "%s ", w.faults[i].folder.ptr);
	assert_string_equal(got.ptr ? got.ptr : "", want);
	assert_string_equal(bad.ptr ? bad.ptr : "", faults);
	assert_int_equal(close(root), 0);
}

static void
folders_are_taken_from_a_list(void **state)
{
	const struct scratch *s = *state;
	AUTO(buf) absolute = BUF_INIT;

	scratch_put("root/a/want", "");
	scratch_put("root/a/other", "");
	scratch_put("root/b/deep/want", "");
	scratch_put("root/none/other", "");
	scratch_put("root/line\nend/want", "");
	scratch_put("outside/want", "");
	selects(s, STR(""), false, "", "");
	selects(s, STR("b/deep\n\na\n./a/\nb/../a"), false, "a:3 b/deep:1 ", "");
	selects(s, STR("a/want\n"), false, "a:3 ", "");			/* a file stands for its folder */
	selects(s, STR("root/a\n"), false, "a:3 ", "");			/* from the working folder */
	selects(s, STR("a\0line\nend\0"), true, "a:3 line\nend:1 ", "");
	selects(s, STR("none\nabsent\na\n"), false, "a:3 ", "none absent ");
	selects(s, STR("outside\n../outside\n/etc\n"), false, "", "outside ../outside /etc ");
	buf_printf(&absolute, "%s/root/a\n%s/rooted\n", s->root, s->root);
	{
		AUTO(buf) faults = BUF_INIT;

		buf_printf(&faults, "%s/rooted ", s->root);
		selects(s, buf_str(&absolute), false, "a:3 ", faults.ptr);
	}
	scratch_put("root/want", "");
	selects(s, STR(".\n"), false, ".:1 ", "");
}

static void
a_list_that_is_not_there_is_told(void **state)
{
	const struct selection absent = { "absent", false }, folder = { ".", false };
	AUTO(walk) w = WALK_INIT;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	assert_int_equal(selection_read(&w, AT_FDCWD, "/", absent, names, &err), -1);
	assert_int_equal(err.errnum, ENOENT);
	scratch_error(&err, "absent", 0, "cannot open the list");
	assert_int_equal(selection_read(&w, AT_FDCWD, "/", folder, names, &err), -1);
	scratch_error(&err, ".", 0, "cannot read the list");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(folders_are_taken_from_a_list),
		scratch_test(a_list_that_is_not_there_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
