/* walk: every folder with a wanted name once, whatever the number of threads; links and other people's
 * folders by choice.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "scan/walk.h"

enum { WANTED = 1, OTHER = 2 };

static unsigned
bit_of(struct str name)
{
	return str_eq(name, STR("want")) ? WANTED : str_eq(name, STR("other")) ? OTHER : 0;
}

static int
by_path(const void *a, const void *b)
{
	return str_cmp(((const struct walk_folder *)a)->path, ((const struct walk_folder *)b)->path);
}

/* What W holds, `path:names `, by path. */
static void
holds(struct walk *w, const char *want)
{
	AUTO(buf) b = BUF_INIT;

	if (w->count)
		qsort(w->folders, w->count, sizeof *w->folders, by_path);
	for (size_t i = 0; i < w->count; i++) {
		assert_int_equal(w->folders[i].path.ptr[w->folders[i].path.len], '\0');
		buf_printf(&b, "%s:%u ", w->folders[i].path.ptr, w->folders[i].names);
	}
	assert_string_equal(b.ptr ? b.ptr : "", want);
}

static void
walks(unsigned flags, const char *want)
{
	for (size_t jobs = 0; jobs < 5; jobs++) {
		AUTO(walk) w = WALK_INIT;
		int root = open(".", O_RDONLY | O_DIRECTORY);

		walk_tree(&w, root, flags, jobs, (struct walk_names){ .bit = bit_of, .wanted = WANTED });
		holds(&w, want);
		assert_int_equal(w.fault_count, 0);
		assert_int_equal(close(root), 0);
	}
}

static void
folders_are_found_at_any_depth(void **state)
{
	(void)state;
	walks(0, "");
	scratch_put("want", "");
	scratch_put("a/want", "");
	scratch_put("a/other", "");
	scratch_put("a/b/c/d/want", "");
	scratch_put("e/other", "");
	scratch_put("e/wanted", "");
	assert_int_equal(symlink("nowhere", "e/want"), 0);	/* leads nowhere */
	scratch_put("f/x", "");
	assert_int_equal(symlink("x", "f/want"), 0);
	walks(0, ".:1 a:3 a/b/c/d:1 f:1 ");
}

static void
some_folders_are_not_entered(void **state)
{
	(void)state;
	scratch_put(".git/want", "");
	scratch_put("a/_darcs/want", "");
	scratch_put("a/node_modules/x/want", "");
	scratch_put(".venv/want", "");
	scratch_put(".other/want", "");
	walks(0, ".other:1 ");
	walks(WALK_VCS, ".git:1 .other:1 a/_darcs:1 ");
	walks(WALK_MODULES | WALK_VENV, ".other:1 .venv:1 a/node_modules/x:1 ");
}

static void
links_are_followed_once(void **state)
{
	(void)state;
	scratch_put("tree/real/want", "");
	scratch_put("tree/b/x", "");
	assert_int_equal(symlink("../real", "tree/b/again"), 0);
	assert_int_equal(symlink("..", "tree/b/loop"), 0);
	assert_int_equal(mkdir("far", 0755), 0);
	scratch_put("far/want", "");
	assert_int_equal(symlink("../far", "tree/z"), 0);
	assert_int_equal(symlink("../far", "tree/a"), 0);
	assert_int_equal(chdir("tree"), 0);
	walks(0, "real:1 ");
	walks(WALK_LINKS, "a:1 real:1 ");
}

static void
many_folders(void **state)
{
	AUTO(buf) want = BUF_INIT;

	(void)state;
	for (int i = 10; i < 60; i++)
		for (int k = 0; k < 5; k++) {
			char path[40];

			(void)snprintf(path, sizeof path, "%d/%d/want", i, k);
			scratch_put(path, "");
			buf_printf(&want, "%d/%d:1 ", i, k);
		}
	walks(0, want.ptr);
}

static void
an_unreadable_folder_is_a_fault(void **state)
{
	AUTO(walk) w = WALK_INIT;
	const uid_t was = geteuid();
	int root = open(".", O_RDONLY | O_DIRECTORY);

	(void)state;
	scratch_put("a/want", "");
	scratch_put("b/want", "");
	assert_int_equal(chmod("b", 0), 0);
	assert_int_equal(chmod(".", 0755), 0);
	assert_int_equal(seteuid(was ? was : 65534), 0);	/* root may read everything */
	walk_tree(&w, root, 0, 2, (struct walk_names){ .bit = bit_of, .wanted = WANTED });
	assert_int_equal(seteuid(was), 0);
	assert_int_equal(chmod("b", 0755), 0);
	holds(&w, "a:1 ");
	assert_int_equal(w.fault_count, 1);
	assert_string_equal(w.faults[0].folder.ptr, "b");
	assert_non_null(strstr(w.faults[0].what.ptr, strerror(EACCES)));
	assert_int_equal(close(root), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(folders_are_found_at_any_depth),
		scratch_test(some_folders_are_not_entered),
		scratch_test(links_are_followed_once),
		scratch_test(many_folders),
		scratch_test(an_unreadable_folder_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
