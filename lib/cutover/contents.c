/* contents: what a volume holds, to tell it and to compare it.
 * SPDX-License-Identifier: MIT */
#include "cutover/internal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <xxhash.h>

#include "base/buf.h"
#include "base/error.h"
#include "system/folder.h"

enum { DEPTH_MAX = 200 };

/* What $1 holds, through a container of image $2: how many files, their bytes, a sum, when the newest was
 * changed and its name. */
static const char look_there[] =
    "create() { docker create --name \"berth-look-$1\" --label com.docker.compose.project= "
    "-v \"$1:/from/berth:ro\" \"$2\" true; } && "
    "{ id=$(create \"$1\" \"$2\" 2>/dev/null) || { docker rm -v \"berth-look-$1\" >/dev/null 2>&1; "
    "id=$(create \"$1\" \"$2\"); }; } || exit; "
    "list=$(docker cp \"$id:/from/berth\" - | "
    "{ TZ=UTC tar --numeric-owner --full-time -tvf - || echo !; } | LC_ALL=C sort); "
    "docker rm -v \"$id\" >/dev/null; "
    "case $list in ''|!*) exit 1 ;; esac; " /* the folder itself is in it */
    "count=$(printf '%s\\n' \"$list\" | awk '$6 != \"berth/\" { n++; bytes += $3 } "
    "END { printf \"%d %d\", n, bytes }') && "
    "sum=$(printf '%s\\n' \"$list\" | grep -v '/$' | cksum | cut -d ' ' -f 1) && "
    "newest=$(printf '%s\\n' \"$list\" | awk '$1 !~ /^d/ "
    "{ print $4, substr($5, 1, 8), substr($6, 7) }' | sort | tail -n 1) && "
    "echo \"$count $sum ${newest:--}\"";

struct look {
	struct arena *arena;
	struct contents *ret;
	struct timespec newest;
	unsigned depth;
};

/* What is compared of a file; its path goes in by the seed. */
struct traits {
	uint64_t mode, uid, gid, size, seconds, nanoseconds;
};

static uint64_t
digest_of(const struct stat *st, struct str name, uint64_t seed)
{
	bool has_size = S_ISREG(st->st_mode) || S_ISLNK(st->st_mode);
	const struct traits traits = { st->st_mode, st->st_uid, st->st_gid,
		has_size ? (uint64_t)st->st_size : 0, has_size ? (uint64_t)st->st_mtim.tv_sec : 0,
		has_size ? (uint64_t)st->st_mtim.tv_nsec : 0 };

	return XXH3_64bits_withSeed(&traits, sizeof traits, XXH3_64bits_withSeed(name.ptr, name.len, seed));
}

static void look_into(struct look *l, int dirfd, const char *name, uint64_t seed);

static void
look_at(struct look *l, int fd, struct str name, uint64_t seed)
{
	struct contents *c = l->ret;
	struct stat st;

	if (fstatat(fd, name.ptr, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		c->is_known = false;
		return;
	}
	c->digest += digest_of(&st, name, seed);
	c->files++;
	if (S_ISDIR(st.st_mode)) {
		look_into(l, fd, name.ptr, digest_of(&st, name, seed));
		return;
	}
	c->bytes += S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
	if (!c->newest.len || st.st_mtim.tv_sec > l->newest.tv_sec ||
	    (st.st_mtim.tv_sec == l->newest.tv_sec && st.st_mtim.tv_nsec > l->newest.tv_nsec)) {
		c->newest = arena_dup(l->arena, name);
		l->newest = st.st_mtim;
	}
}

static void
look_into(struct look *l, int dirfd, const char *name, uint64_t seed)
{
	char *buffer = mem_alloc(FOLDER_BUFFER);
	AUTO(error) err = ERROR_INIT;
	struct folder_entry entry;
	struct folder folder;
	int got = -1;

	if (l->depth++ < DEPTH_MAX && folder_open(&folder, dirfd, name, true, buffer, &err) == 0) {
		while ((got = folder_next(&folder, &entry, &err)) > 0)
			look_at(l, folder.fd, entry.name, seed);
		folder_close(&folder);
	}
	l->depth--;
	l->ret->is_known = l->ret->is_known && got == 0;
	free(buffer);
}

void
contents_of_folder(const char *path, struct arena *a, struct contents *ret)
{
	struct look l = { .arena = a, .ret = ret };
	char when[32];
	struct tm tm;

	*ret = (struct contents){ .is_known = true };
	look_into(&l, AT_FDCWD, path, 0);
	if (ret->newest.len && gmtime_r(&l.newest.tv_sec, &tm) &&
	    strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", &tm))
		ret->when = arena_dup(a, str_from(when));
}

void
contents_elsewhere(struct cutover *c, struct str volume, struct str image, struct contents *ret)
{
	const struct str arguments[] = { volume, image };
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;
	struct str field;
	uint64_t *const numbers[] = { &ret->files, &ret->bytes, &ret->digest };
	size_t n = 0, at = 0;

	*ret = (struct contents){ .is_known = false };
	if (command_ask_shell(c, look_there, arguments, 2, &answer))
		for (; n < 3 && str_next_part(buf_str(&answer.out), ' ', &at, &field); n++)
			(void)str_to_uint(field, UINT64_MAX, numbers[n]);
	ret->is_known = n == 3;
	if (ret->files && str_sub(buf_str(&answer.out), at, 1).ptr[0] != '-') {
		ret->when = arena_dup(&c->arena, str_sub(buf_str(&answer.out), at, 19));
		ret->newest = arena_dup(
		    &c->arena, str_trim(str_sub(buf_str(&answer.out), at + 19, answer.out.len)));
	}
}

struct str
contents_text(struct arena *a, const struct contents *c)
{
	if (!c->newest.len)
		return arena_printf(a, "%llu files", (unsigned long long)c->files);
	return arena_printf(a, "%llu files, %llu bytes, the newest %.*s of %.*s UTC",
	    (unsigned long long)c->files, (unsigned long long)c->bytes, STR_ARG(c->newest), STR_ARG(c->when));
}
