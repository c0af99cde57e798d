/* mark: what a fleet bears in its root while a run of apply on it is open.
 * SPDX-License-Identifier: MIT */
#include "journal/mark.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/dict.h"
#include "base/error.h"
#include "base/path.h"
#include "journal/internal.h"
#include "journal/run.h"
#include "system/compat.h"
#include "system/file.h"
#include "system/options.h"
#include "system/owner.h"

/* As the temporary files of a run are called (apply/stage.c), but that no run has this token. */
#define NAME ".berth-0000000000000000-0-0.tmp"

enum { SIZE_MAX_READ = 8192 };

/* Whose run a mark is to be no stranger's. */
struct owner {
	struct str journal, token;	/* token: empty where no run is at hand */
	uid_t uid;			/* of the fleet's root */
};

static bool
is_believed(int fd, uid_t owner)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (owner_is_trusted(st.st_uid) || st.st_uid == owner);
}

/* -1 where the file PATH below FOLDER is a stranger's mark, 1 where another file is, 0 where none is. */
static int
check(int folder, const char *path, const struct owner *own, struct error *err)
{
	int fd = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	AUTO(error) ignored = ERROR_INIT;
	AUTO(buf) text = BUF_INIT, resume = BUF_INIT;
	struct str journal, token;
	size_t end;
	bool is_read;

	if (fd < 0)
		return 0;
	is_read = is_believed(fd, own->uid) && file_read_fd(fd, SIZE_MAX_READ, &text, &ignored) == 0;
	(void)close(fd);	/* it was only read */
	if (!is_read)
		return 1;
	end = str_find(buf_str(&text), 0, '\n');
	journal = str_sub(buf_str(&text), 0, end);
	token = str_trim(str_sub(buf_str(&text), end, text.len));
	if (token.len == 0 || str_eq(journal, own->journal) || str_eq(token, own->token))
		return 1;
	text.ptr[str_ends(journal, STR(".runs")) ? end - 5 : end] = '\0';
	options_command(&resume, "apply --resume", text.ptr);
	error_set(err, "a run of apply on this fleet is open in another registry: `%s` finishes it where it "
	    "was interrupted; nothing else is done before (a mark that nothing stands behind any more may be "
	    "removed)", resume.ptr);
	return error_file(err, str_from(path));
}

/* ROOT and all folders above it. */
static int
check_above(const char *root, const struct owner *own, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;

	for (struct str at = str_from(root); ; at = path_folder(at)) {
		if (check(AT_FDCWD, path_join(&a, at, STR(NAME)).ptr, own, err) < 0)
			return -1;
		if (at.len <= 1)
			return 0;
	}
}

/* The folders between the root and those of the run's apps, and these. */
static int
check_below(const struct run *r, int root, const struct owner *own, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	struct dict seen = DICT_IN(&a);

	for (size_t i = 0; i < r->count; i++)
		for (struct str at = r->apps[i].folder; !str_eq(at, STR(".")); at = path_folder(at)) {
			if (dict_add(&seen, at, (uint32_t)i) != i)
				break;
			if (check(root, path_join(&a, at, STR(NAME)).ptr, own, err) < 0)
				return -1;
		}
	return 0;
}

static uid_t
owner_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_uid : geteuid();
}

static int
write_draft(const struct owner *own, int fd)
{
	AUTO(buf) text = BUF_INIT;
	int failed;

	buf_printf(&text, "%.*s\n%.*s\n", STR_ARG(own->journal), STR_ARG(own->token));
	failed = file_write(fd, buf_str(&text)) < 0 || file_flush(fd) < 0 ? errno : 0;
	if (close(fd) < 0 && !failed)
		failed = errno;
	return failed;
}

/* Lets DRAFT become the mark, where no stranger's is: whoever is second finds that of the first. One that an
 * earlier run of this registry left is taken away. */
static int
place(const struct owner *own, int root, const char *draft, struct error *err)
{
	enum { TRIES = 100 };	/* who has come to an end meanwhile is no hindrance */

	for (int i = 0; i < TRIES; i++) {
		int got;

		if (compat_rename_new(root, draft, NAME) == 0)
			return 0;
		if (errno != EEXIST)
			return error_errno(err, errno, "cannot mark the fleet's root");
		if ((got = check(root, NAME, own, err)) < 0)
			return -1;
		if (got > 0)
			mark_remove(root);
	}
	return error_set(err, "cannot mark the fleet's root: others do all the time");
}

/* Makes the mark, whole and on the disk before it has its name: nobody finds a half. What cannot be made is
 * passed over; -1 all the same where a stranger's is there. *ret_made: whether it was. */
static int
make(const struct owner *own, int root, bool *ret_made, struct error *err)
{
	AUTO(buf) draft = BUF_INIT;
	int fd, failed, result;

	buf_printf(&draft, ".berth-%.*s-mark.tmp", STR_ARG(own->token));
	(void)unlinkat(root, draft.ptr, 0);	/* where this run was killed before */
	fd = openat(root, draft.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	*ret_made = false;
	if (fd < 0)
		return check(root, NAME, own, err);
	failed = write_draft(own, fd);
	result = failed ? error_errno(err, failed, "cannot mark the fleet's root")
	    : place(own, root, draft.ptr, err);
	*ret_made = result == 0;
	(void)unlinkat(root, draft.ptr, 0);	/* where it did not become the mark; one that stays is none */
	return result;
}

int
mark_put(struct journal *j, const struct run *r, int root, struct error *err)
{
	const struct owner own = { str_from(j->path), r->token, owner_of(r->root.ptr) };
	bool made;

	if (make(&own, root, &made, err) < 0)
		return error_file(err, r->root);
	if (check_above(r->root.ptr, &own, err) == 0 && check_below(r, root, &own, err) == 0) {
		(void)file_flush(root);	/* not all file systems can, and the batch flushes too */
		return 0;
	}
	if (made)
		mark_remove(root);
	return -1;
}

void
mark_remove(int root)
{
	/* Mostly there is none. One that stays is met by the next run of this registry, which removes it. */
	if (unlinkat(root, NAME, 0) < 0 && errno != ENOENT)
		(void)unlinkat(root, NAME, 0);
}

int
mark_refuse(const char *db, const char *root, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	char *real = compat_real_path(arena_printf(&a, "%s.runs", db).ptr);
	const struct owner own = { str_from(real ? real : ""), STR_INIT, owner_of(root) };
	int result = check_above(root, &own, err);

	free(real);
	return result;
}
