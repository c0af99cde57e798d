/* report: one question to ask of a fleet, kept as NAME.sql.
 * SPDX-License-Identifier: MIT */
#include "report/report.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "system/compat.h"
#include "base/error.h"
#include "system/file.h"
#include "base/nearest.h"

enum { REPORT_MAX = 1 << 20, FOLDERS_MAX = 8 };

static void
add_word(struct arena *a, struct report_words *w, struct str s)
{
	ARENA_GROW(a, w->items, w->count, w->cap);
	w->items[w->count++] = s;
}

static void
split(struct arena *a, struct report_words *ret, struct str s)
{
	for (size_t at = 0, end; at < s.len; at = end + 1) {
		struct str word;

		end = str_find(s, at, ' ');
		word = str_trim(str_sub(s, at, end - at));
		if (word.len && word.ptr[word.len - 1] == ',')
			word.len--;
		if (word.len)
			add_word(a, ret, word);
	}
}

static int
set_needs(struct report *r, struct str value, struct error *err)
{
	static const char *const names[] = {
		[REPORT_EITHER] = "either", [REPORT_FINDINGS] = "findings", [REPORT_DATABASE] = "database",
		[REPORT_ALONE] = "database alone", [REPORT_TWO] = "two",
	};

	for (int i = 0; i <= REPORT_TWO; i++)
		if (str_eq(value, str_from(names[i]))) {
			r->needs = (enum report_needs)i;
			return 0;
		}
	return error_set(
	    err, "needs: %.*s; it is either, findings, database, database alone or two", STR_ARG(value));
}

/* Whether KEY is a word of the header; then it is taken in. */
static int
set_key(struct report *r, struct str key, struct str value, bool *ret_known, struct error *err)
{
	*ret_known = true;
	if (str_eq(key, STR("title")))
		r->title = value;
	else if (str_eq(key, STR("needs")))
		return set_needs(r, value, err);
	else if (str_eq(key, STR("place")))
		split(&r->arena, &r->place, value);
	else if (str_eq(key, STR("table")))
		split(&r->arena, &r->table, value);
	else if (str_eq(key, STR("message")))
		r->message = value;
	else if (str_eq(key, STR("right")))
		split(&r->arena, &r->right, value);
	else if (str_eq(key, STR("fails")))
		r->fails = value;
	else if (str_eq(key, STR("none")))
		r->none = value;
	else if (str_eq(key, STR("note")))
		add_word(&r->arena, &r->notes, value);
	else
		*ret_known = false;
	if (r->place.count > 3)
		return error_set(err, "place: takes three columns at most: file line column");
	return 0;
}

/* The comment lines at the front of the file. */
static int
read_header(struct report *r, struct error *err)
{
	AUTO(buf) prose = BUF_INIT;
	size_t line = 1;

	for (size_t at = 0, end; at < r->sql.len; at = end + 1, line++) {
		struct str s, key;
		bool known = false;

		end = str_find(r->sql, at, '\n');
		s = str_trim(str_sub(r->sql, at, end - at));
		if (s.len == 0)
			continue;
		if (!str_starts(s, STR("--")))
			break;
		s = str_trim(str_sub(s, 2, s.len));
		key = str_sub(s, 0, str_find(s, 0, ':'));
		if (key.len < s.len &&
		    set_key(r, key, str_trim(str_sub(s, key.len + 1, s.len)), &known, err) < 0)
			return error_place(err, r->path, line, 0);
		if (known || s.len == 0)
			continue;
		if (prose.len)
			buf_add_char(&prose, ' ');
		buf_add_str(&prose, s);
	}
	r->prose = arena_dup(&r->arena, buf_str(&prose));
	return 0;
}

int
report_parse(struct report *r, struct str name, struct str path, struct str text, struct error *err)
{
	r->name = arena_dup(&r->arena, name);
	r->path = arena_dup(&r->arena, path);
	r->sql = arena_dup(&r->arena, text);
	if (str_has_nul(text)) {
		error_set(err, "holds a NUL byte: not a report's SQL");
		return error_place(err, path, 0, 0);
	}
	return read_header(r, err);
}

struct report_path
report_path(struct arena *a, const char *folder, const char *argv0)
{
	char self[PATH_MAX];

	return (struct report_path){ folder, getenv("BERTH_REPORTS"), compat_self(self, sizeof self) ?
	    arena_dup(a, str_from(self)).ptr : argv0 };
}

/* PROGRAM's folder, then TAIL. */
static const char *
beside(struct arena *a, struct str folder, const char *tail)
{
	return arena_cat(a, folder, str_from(tail)).ptr;
}

/* A program of a variant stands in build/VARIANT/bin, two folders deeper than the release's bin. */
static bool
is_variant(struct str folder)
{
	size_t slash = folder.len, found = 0;

	if (!str_ends(folder, STR("/bin/")))
		return false;
	for (slash -= STR("/bin/").len; slash > 0 && found == 0; slash--)
		if (folder.ptr[slash - 1] == '/')
			found = slash - 1;
	return found && str_ends(str_sub(folder, 0, found), STR("/build"));
}

static size_t
folders(struct arena *a, const struct report_path *path, const char *ret[static FOLDERS_MAX])
{
	struct str program = str_from(path->program);
	size_t count = 0;

	if (path->folder && *path->folder)
		ret[count++] = path->folder;
	if (path->environment && *path->environment)
		ret[count++] = path->environment;
	while (program.len && program.ptr[program.len - 1] != '/')
		program.len--;
	if (program.len == 0)
		return count;
	ret[count++] = beside(a, program, "../reports");
	if (is_variant(program))
		ret[count++] = beside(a, program, "../../../reports");
	ret[count++] = beside(a, program, "../../share/berth/reports");
	ret[count++] = beside(a, program, "../share/berth/reports");
	return count;
}

static int
compare(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void
add_names(struct arena *a, DIR *dir, struct report_words *w)
{
	struct dirent *entry;

	while ((entry = readdir(dir))) {
		struct str s = str_from(entry->d_name);
		bool there = false;

		if (!str_ends(s, STR(".sql")) || s.len == STR(".sql").len || s.ptr[0] == '.')
			continue;
		s.len -= STR(".sql").len;
		for (size_t i = 0; i < w->count && !there; i++)
			there = str_eq(w->items[i], s);
		if (!there)
			add_word(a, w, arena_dup(a, s));
	}
}

int
report_names(struct arena *a, const struct report_path *path, struct report_words *ret, struct error *err)
{
	const char *where[FOLDERS_MAX];
	size_t count = folders(a, path, where);
	bool any = false;

	*ret = (struct report_words){ NULL, 0, 0 };
	for (size_t i = 0; i < count; i++) {
		DIR *dir = opendir(where[i]);

		if (!dir)
			continue;
		any = true;
		add_names(a, dir, ret);
		(void)closedir(dir);
	}
	if (!any)
		return error_set(
		    err, "no folder of reports was found; name it with --reports or $BERTH_REPORTS");
	if (ret->count)
		qsort(ret->items, ret->count, sizeof *ret->items, compare);
	return 0;
}

static int
not_found(const char *name, const struct report_path *path, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	struct report_words all;
	const char **names, *near;

	if (report_names(&a, path, &all, err) < 0)
		return -1;
	names = arena_zero(&a, all.count + 1, sizeof *names);
	for (size_t i = 0; i < all.count; i++)
		names[i] = all.items[i].ptr;
	near = nearest_find(name, names, all.count);
	if (near)
		return error_set(err, "no report '%s'; did you mean %s? (--list names them)", name, near);
	return error_set(
	    err, "no report '%s' (--list names them; a file of your own is given as ./NAME.sql)", name);
}

static enum file_outcome
read_report(struct report *r, struct str name, const char *path, struct error *err)
{
	AUTO(buf) text = BUF_INIT;
	enum file_outcome outcome = file_read(AT_FDCWD, path, REPORT_MAX, &text, err);

	if (outcome == FILE_FAILED)
		(void)error_place(err, str_from(path), 0, 0);
	if (outcome == FILE_READ && report_parse(r, name, str_from(path), buf_str(&text), err) < 0)
		return FILE_FAILED;
	return outcome;
}

/* NAME of a path: its last part without .sql. */
static struct str
base_name(struct str path)
{
	for (size_t i = path.len; i > 0; i--)
		if (path.ptr[i - 1] == '/') {
			path = str_sub(path, i, path.len);
			break;
		}
	if (str_ends(path, STR(".sql")))
		path.len -= STR(".sql").len;
	return path;
}

int
report_open(struct report *r, const char *name, const struct report_path *path, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	const char *where[FOLDERS_MAX];
	size_t count;

	if (strchr(name, '/') || str_ends(str_from(name), STR(".sql"))) {
		enum file_outcome outcome = read_report(r, base_name(str_from(name)), name, err);

		if (outcome == FILE_ABSENT) {
			error_set(err, "no such report file");
			error_place(err, str_from(name), 0, 0);
		}
		return outcome == FILE_READ ? 0 : -1;
	}
	count = folders(&a, path, where);
	for (size_t i = 0; i < count; i++) {
		struct str file = arena_printf(&a, "%s/%s.sql", where[i], name);
		enum file_outcome outcome = read_report(r, str_from(name), file.ptr, err);

		if (outcome != FILE_ABSENT)
			return outcome == FILE_READ ? 0 : -1;
	}
	return not_found(name, path, err);
}

bool
report_has_place(const struct report *r)
{
	return r->place.count > 0 && r->message.len > 0;
}

bool
report_mentions(const struct report *r, struct str word)
{
	for (size_t at = 0; at + word.len <= r->sql.len; at++)
		if (str_eq_fold(str_sub(r->sql, at, word.len), word))
			return true;
	return false;
}

void
report_release(struct report *r)
{
	arena_release(&r->arena);
	*r = (struct report)REPORT_INIT;
}
