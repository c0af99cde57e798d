/* report: one question to ask of a fleet, kept as NAME.sql.
 * SPDX-License-Identifier: MIT */
#include "report/report.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/path.h"
#include "system/compat.h"
#include "system/file.h"

enum { REPORT_MAX = 1 << 20, FOLDERS_MAX = 8 };

static void
add_word(struct arena *a, struct report_words *w, struct str s)
{
	ARENA_GROW(a, w->items, w->count, w->cap);
	w->items[w->count++] = s;
}

static void
add_words(struct arena *a, struct report_words *ret, struct str s)
{
	struct str word;

	for (size_t at = 0; str_next_part(s, ' ', &at, &word); ) {
		word = str_trim(word);
		if (str_ends(word, STR(",")))
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

static int
set_page(struct report *r, struct str value, struct error *err)
{
	static const char *const names[] = {
		[REPORT_TABLE] = "", [REPORT_EDITS] = "edits", [REPORT_BEFORE] = "before",
		[REPORT_HOSTS] = "hosts",
	};
	size_t blank = str_find(value, 0, ' ');
	struct str shape = str_trim(str_sub(value, blank, value.len));
	bool is_number = str_to_uint(str_sub(value, 0, blank), UINT32_MAX, &r->page);

	for (int i = 0; is_number && i <= REPORT_HOSTS; i++)
		if (str_eq(shape, str_from(names[i]))) {
			r->shape = (enum report_shape)i;
			return 0;
		}
	return error_set(
	    err, "page: %.*s; it is a number, and edits, before or hosts behind it", STR_ARG(value));
}

/* Takes in what the line KEY: VALUE says; *ret_known: whether KEY is a word of the header. */
static int
set_key(struct report *r, struct str key, struct str value, bool *ret_known, struct error *err)
{
	const struct { const char *key; struct str *text; struct report_words *words; } keys[] = {
		{ "title", &r->title, NULL }, { "message", &r->message, NULL }, { "fails", &r->fails, NULL },
		{ "none", &r->none, NULL }, { "level", &r->level, NULL }, { "rule", &r->rule, NULL },
		{ "other", NULL, &r->other }, { "scan", &r->scan, NULL },
		{ "place", NULL, &r->place }, { "table", NULL, &r->table }, { "right", NULL, &r->right },
	};

	*ret_known = true;
	if (str_eq(key, STR("needs")))
		return set_needs(r, value, err);
	if (str_eq(key, STR("page")))
		return set_page(r, value, err);
	if (str_eq(key, STR("claims"))) {
		r->is_of_claims = str_eq(value, STR("enough"));
		return r->is_of_claims ? 0 : error_set(err, "claims: %.*s; it is enough", STR_ARG(value));
	}
	if (str_eq(key, STR("note")) || str_eq(key, STR("help"))) {
		add_word(&r->arena, str_eq(key, STR("note")) ? &r->notes : &r->helps, value);
		return 0;
	}
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		if (!str_eq(key, str_from(keys[i].key)))
			continue;
		if (keys[i].text)
			*keys[i].text = value;
		else
			add_words(&r->arena, keys[i].words, value);
		return r->place.count <= 4 && r->other.count <= 4 ? 0 :
		    error_set(err, "%.*s: takes four columns at most: file line column length", STR_ARG(key));
	}
	*ret_known = false;
	return 0;
}

/* The comment lines at the front of the file. */
static int
read_header(struct report *r, struct error *err)
{
	AUTO(buf) prose = BUF_INIT;
	struct str s, key;
	size_t line = 1;

	r->query = r->sql;
	for (size_t at = 0; str_next_part(r->sql, '\n', &at, &s); line++) {
		bool known = false;

		s = str_trim(s);
		if (s.len && !str_starts(s, STR("--")))
			break;
		r->query = str_sub(r->sql, at, r->sql.len);
		s = str_trim(str_sub(s, 2, s.len));
		key = str_sub(s, 0, str_find(s, 0, ':'));
		if (key.len < s.len &&
		    set_key(r, key, str_trim(str_sub(s, key.len + 1, s.len)), &known, err) < 0)
			return error_at_line(err, r->path, line);
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
		return error_file(err, path);
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

/* A program of a variant stands in build/VARIANT/bin, two folders deeper than the release's bin. */
static bool
is_variant(struct str folder)
{
	return str_eq(path_name(folder), STR("bin")) &&
	    str_ends(path_folder(path_folder(folder)), STR("/build"));
}

static size_t
folders(struct arena *a, const struct report_path *path, const char *ret[static FOLDERS_MAX])
{
	static const char *const tails[] = { "../reports", "../../../reports", "../../share/berth/reports",
		"../share/berth/reports" };
	struct str program = str_from(path->program);
	struct str folder = str_sub(program, 0, program.len - path_name(program).len);
	size_t count = 0;

	if (path->folder && *path->folder)
		ret[count++] = path->folder;
	if (path->environment && *path->environment)
		ret[count++] = path->environment;
	for (size_t i = 0; folder.len && i < sizeof tails / sizeof *tails; i++)
		if (i != 1 || is_variant(path_folder(program)))
			ret[count++] = arena_cat(a, folder, str_from(tails[i])).ptr;
	return count;
}

static int
compare_names(const void *a, const void *b)
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

/* The names of all reports on the path, each once, sorted by bytes. */
static int
list_names(struct arena *a, const struct report_path *path, struct report_words *ret, struct error *err)
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
		qsort(ret->items, ret->count, sizeof *ret->items, compare_names);
	return 0;
}

static int
not_found(const char *name, const struct report_path *path, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	struct report_words all;
	const char **names, *near;

	if (list_names(&a, path, &all, err) < 0)
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
		(void)error_file(err, str_from(path));
	if (outcome == FILE_READ && report_parse(r, name, str_from(path), buf_str(&text), err) < 0)
		return FILE_FAILED;
	return outcome;
}

static int
open_file(struct report *r, const char *path, struct error *err)
{
	struct str name = path_name(str_from(path));
	enum file_outcome outcome;

	if (str_ends(name, STR(".sql")))
		name.len -= STR(".sql").len;
	outcome = read_report(r, name, path, err);
	if (outcome == FILE_ABSENT) {
		error_set(err, "no such report file");
		error_file(err, str_from(path));
	}
	return outcome == FILE_READ ? 0 : -1;
}

/* Reads the report of that name in the first of the folders from *AT that has it, and moves *AT behind it. */
static enum file_outcome
find(struct report *r, struct str name, const struct report_path *path, size_t *at, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	const char *where[FOLDERS_MAX];
	size_t count = folders(&a, path, where);
	enum file_outcome outcome = FILE_ABSENT;

	while (outcome == FILE_ABSENT && *at < count) {
		struct str file = arena_printf(&a, "%s/%.*s.sql", where[(*at)++], STR_ARG(name));

		outcome = read_report(r, name, file.ptr, err);
	}
	return outcome;
}

int
report_open(struct report *r, const char *name, const struct report_path *path, struct error *err)
{
	AUTO(error) ignored = ERROR_INIT;
	enum file_outcome outcome;
	size_t at = 0;

	if (strchr(name, '/') || str_ends(str_from(name), STR(".sql")))
		return open_file(r, name, err);
	outcome = find(r, str_from(name), path, &at, err);
	if (outcome == FILE_ABSENT)
		return not_found(name, path, err);
	while (outcome == FILE_READ && !r->page) {
		AUTO(report) hidden = REPORT_INIT;

		if (find(&hidden, str_from(name), path, &at, &ignored) != FILE_READ)
			break;
		r->page = hidden.page;
		r->shape = hidden.shape;
	}
	return outcome == FILE_READ ? 0 : -1;
}

void
report_release(struct report *r)
{
	arena_release(&r->arena);
	*r = (struct report)REPORT_INIT;
}

int
report_set_open(struct report_set *ret, const struct report_path *path, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	struct report_words names;

	if (list_names(&a, path, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		MEM_GROW(ret->items, ret->count, ret->cap);
		ret->items[ret->count] = (struct report)REPORT_INIT;
		if (report_open(&ret->items[ret->count++], names.items[i].ptr, path, err) < 0)
			return -1;
	}
	return 0;
}

void
report_set_release(struct report_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		report_release(&set->items[i]);
	free(set->items);
	*set = (struct report_set)REPORT_SET_INIT;
}
