/* lay: an app is laid out whole, with the modes and links of its template, or not at all.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include <sys/wait.h>

#include "base/text.h"
#include "new/lay.h"
#include "new/template.h"

/* Lays template t out as DEST in the test's folder. */
static int
lay(void **state, const char *dest, struct error *err)
{
	const struct template_values values = { .id = { STR("m"), 4 }, .backend = 5001,
		.frontend = 8001, .project = STR("m-app4") };
	AUTO_PTR(template) t = NULL;
	AUTO(buf) path = BUF_INIT;

	buf_printf(&path, "%s/%s", ((struct scratch *)*state)->root, dest);
	assert_int_equal(template_open(&t, &values, err), 0);
	return lay_app(t, "t", path.ptr, err);
}

static void
files_modes_and_links_are_kept(void **state)
{
	AUTO(error) err = ERROR_INIT;
	char target[20] = "";
	struct stat st;

	scratch_put("t/compose.yaml", "# {{BACKEND_PORT}}\n");
	scratch_put("t/bin/run", "#!/bin/sh\n");
	scratch_put("t/.git/config", "x");
	assert_int_equal(chmod("t/bin/run", 0750), 0);
	assert_int_equal(symlink("../compose.yaml", "t/bin/up"), 0);
	assert_int_equal(lay(state, "m/app4", &err), 0);
	scratch_holds("m/app4/compose.yaml", "# 5001\n");
	assert_int_equal(stat("m/app4/bin/run", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0750);
	assert_true(readlink("m/app4/bin/up", target, sizeof target - 1) > 0);
	assert_string_equal(target, "../compose.yaml");
	assert_int_equal(access("m/app4/.git", F_OK), -1);
	assert_int_equal(access("m/app4/.env", F_OK), 0);
	assert_int_equal(lay(state, "m/app4", &err), -1);
	assert_int_equal(err.errnum, EEXIST);
}

static void
nothing_is_left_of_a_failure(void **state)
{
	AUTO(error) err = ERROR_INIT;

	scratch_put("t/a", "1");
	assert_int_equal(mkdir("t/sub", 0755), 0);
	assert_int_equal(symlink("sub/../../out", "t/link"), 0);
	assert_int_equal(lay(state, "m/app4", &err), -1);
	scratch_error(&err, "link", 0, "leads out of the template");
	assert_int_equal(access("m", F_OK), -1);
	assert_int_equal(unlink("t/link"), 0);
	scratch_put("t/sub/.env", "A={{no_such}}\n");
	assert_int_equal(lay(state, "m/app4", &err), -1);
	scratch_error(&err, "sub/.env", 1, "{{no_such}}");
	assert_int_equal(access("m", F_OK), -1);
	assert_int_equal(unlink("t/sub/.env"), 0);
	assert_int_equal(lay(state, "t/inside", &err), -1);
	assert_non_null(strstr(err.what, "in its own template"));
	assert_int_equal(access("t/inside", F_OK), -1);
}

/* The template with this in it is refused, with WHAT, and nothing is left; the entry is taken away again. */
static void
refused(void **state, const char *entry, const char *what)
{
	AUTO(error) err = ERROR_INIT;

	assert_int_equal(lay(state, "m/app4", &err), -1);
	if (!strstr(err.what, what) || !strstr(err.file, entry))
		fail_msg("%s: %s, not %s", err.file, err.what, what);
	assert_int_equal(access("m", F_OK), -1);
}

static void
what_is_no_file_folder_or_link_inside_is_refused(void **state)
{
	static const char *const outside[] = { "/etc/passwd", "..", "a/../..", "a/../b", "./.." };
	char deep[3 * 40 + 3] = "t";

	scratch_put("t/a", "1");
	assert_int_equal(mkfifo("t/fifo", 0600), 0);
	refused(state, "fifo", "is a FIFO, socket or device");
	assert_int_equal(unlink("t/fifo"), 0);
	for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
		assert_int_equal(symlink(outside[i], "t/link"), 0);
		refused(state, "link", "leads out of the template");
		assert_int_equal(unlink("t/link"), 0);
	}
	assert_int_equal(mkdir("t/sub", 0700), 0);
	assert_int_equal(symlink("x/../a", "t/sub/link"), 0);	/* x may be a symlink itself */
	refused(state, "sub/link", "leads out of the template");
	assert_int_equal(unlink("t/sub/link"), 0);
	for (int i = 0; i < 40; i++) {
		strcat(deep, "/d");
		assert_int_equal(mkdir(deep, 0700), 0);
	}
	refused(state, "d/d", "folders in each other");
}

static void
links_within_stay_as_they_are(void **state)
{
	static const char *const within[] = { "../a", "./a", ".//../a", "./../sub/./a", "gone" };
	AUTO(error) err = ERROR_INIT;

	scratch_put("t/sub/a", "1");
	scratch_put("t/a", "2");
	for (size_t i = 0; i < sizeof within / sizeof *within; i++) {
		char path[32], target[32] = "";

		(void)snprintf(path, sizeof path, "t/sub/l%zu", i);
		assert_int_equal(symlink(within[i], path), 0);
		(void)snprintf(path, sizeof path, "m%zu/app4", i);
		assert_int_equal(lay(state, path, &err), 0);
		(void)snprintf(path, sizeof path, "m%zu/app4/sub/l%zu", i, i);
		assert_true(readlink(path, target, sizeof target - 1) > 0);
		assert_string_equal(target, within[i]);
	}
	assert_int_equal(access("m0/app4/.env", F_OK), -1);	/* no compose file reads one */
}

/* What is too large to be a text, or holds a NUL, is copied as it is. */
static void
what_is_no_text_keeps_its_bytes(void **state)
{
	static const char nul[] = "{{BACKEND_PORT}}\0x";
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) bytes = BUF_INIT;
	struct stat st;
	int fd;

	scratch_put("t/large", "{{BACKEND_PORT}}");
	assert_int_equal(truncate("t/large", (off_t)TEXT_MAX + 1), 0);
	assert_int_equal(chmod("t/large", 0640), 0);
	fd = open("t/nul", O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, nul, sizeof nul), sizeof nul);
	assert_int_equal(close(fd), 0);
	assert_int_equal(lay(state, "m/app4", &err), 0);
	assert_int_equal(stat("m/app4/large", &st), 0);
	assert_int_equal(st.st_size, (off_t)TEXT_MAX + 1);
	assert_int_equal(st.st_mode & 07777, 0640);
	fd = open("m/app4/large", O_RDONLY);
	assert_int_equal(read(fd, buf_reserve(&bytes, 64), 17), 17);
	assert_memory_equal(bytes.ptr, "{{BACKEND_PORT}}", 17);		/* and a NUL */
	assert_int_equal(close(fd), 0);
	assert_int_equal(file_read(AT_FDCWD, "m/app4/nul", TEXT_MAX, &bytes, &err), FILE_READ);
	assert_int_equal(bytes.len, sizeof nul);
	assert_memory_equal(bytes.ptr, nul, sizeof nul);
}

/* A number that no process has any more. */
static pid_t
dead(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	return pid;
}

static void
left(pid_t pid, int number)
{
	char path[64];

	(void)snprintf(path, sizeof path, "m/.berth-new-%ld-%d", (long)pid, number);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void
what_a_dead_process_left_is_taken_away_and_nothing_else(void **state)
{
	static const char *const others[] = { "m/.berth-new-x-0", "m/.berth-new-0-0", "m/.berth-new--1-0",
		"m/.berth-new-99999999999-0", "m/.berth-old-1-0" };
	AUTO(error) err = ERROR_INIT;
	char path[64];
	pid_t pid = dead();

	scratch_put("t/a", "1");
	assert_int_equal(mkdir("m", 0700), 0);
	left(pid, 0);
	left(pid, 7);
	left(getpid(), 0);		/* in use */
	(void)snprintf(path, sizeof path, "m/.berth-new-%ld-1", (long)pid);
	scratch_put(path, "no folder");
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_int_equal(mkdir(others[i], 0700), 0);
	(void)snprintf(path, sizeof path, "m/.berth-new-%ld-0/a/b", (long)pid);
	scratch_put(path, "half an app");
	assert_int_equal(lay(state, "m/app4", &err), 0);
	*strstr(path, "/a/b") = '\0';
	assert_int_equal(access(path, F_OK), -1);
	path[strlen(path) - 1] = '7';
	assert_int_equal(access(path, F_OK), -1);
	path[strlen(path) - 1] = '1';
	assert_int_equal(access(path, F_OK), 0);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_int_equal(access(others[i], F_OK), 0);
	(void)snprintf(path, sizeof path, "m/.berth-new-%ld-0", (long)getpid());
	assert_int_equal(access(path, F_OK), 0);
}

static void
no_place_for_the_app(void **state)
{
	AUTO(error) err = ERROR_INIT;

	scratch_put("t/a", "1");
	scratch_put("file", "1");
	assert_int_equal(lay(state, "file/app4", &err), -1);
	assert_non_null(strstr(err.what, "cannot open the folder above the app"));
	assert_int_equal(lay(state, "file/m/app4", &err), -1);
	assert_int_equal(lay(state, "no/such/app4", &err), -1);
	assert_int_equal(access("no", F_OK), -1);
	assert_int_equal(mkdir("m", 0700), 0);
	for (int i = 0; i < 100; i++)
		left(getpid(), i);
	assert_int_equal(lay(state, "m/app4", &err), -1);
	assert_non_null(strstr(err.what, "cannot make a folder there"));
	assert_int_equal(access("m/app4", F_OK), -1);
	assert_int_equal(rename("t", "u"), 0);
	assert_int_equal(lay(state, "n/app4", &err), -1);
	assert_non_null(strstr(err.what, "cannot open the template"));
	assert_int_equal(access("n", F_OK), -1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(files_modes_and_links_are_kept),
		scratch_test(nothing_is_left_of_a_failure),
		scratch_test(what_is_no_file_folder_or_link_inside_is_refused),
		scratch_test(links_within_stay_as_they_are),
		scratch_test(what_is_no_text_keeps_its_bytes),
		scratch_test(what_a_dead_process_left_is_taken_away_and_nothing_else),
		scratch_test(no_place_for_the_app),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
