/* mention: addresses in an app's other files that name one of its own published host ports.
 * SPDX-License-Identifier: MIT */
#include "scan/mention.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/path.h"
#include "scan/address.h"
#include "scan/writer.h"
#include "system/file.h"
#include "system/folder.h"

enum {
	/* how many bytes before and behind a colon may decide whether it is part of an address */
	CONTEXT = 320,
	BINARY_SEEN = 8192	/* bytes in which a NUL tells a binary file, as git and grep do */
};

struct mention_search {
	int rootfd;
	char *listing;			/* for folder listings */
	struct buf bytes;		/* of the file at hand */
	struct address_finder *finder;
};

struct paths {
	struct arena *arena;
	struct str *items;		/* NUL behind each */
	size_t count, cap;
};

int
mention_search_open(struct mention_search **ret, int rootfd, struct error *err)
{
	struct mention_search *s = mem_zero(1, sizeof *s);

	s->rootfd = rootfd;
	s->listing = mem_alloc(FOLDER_BUFFER);
	if (address_finder_open(&s->finder, err) < 0) {
		mention_search_close(s);
		return -1;
	}
	*ret = s;
	return 0;
}

void
mention_search_close(struct mention_search *s)
{
	if (!s)
		return;
	address_finder_close(s->finder);
	buf_release(&s->bytes);
	free(s->listing);
	free(s);
}

static bool
is_foreign_folder(struct str name)
{
	static const char *const names[] = { ".git", ".hg", ".svn", ".bzr", ".jj", "CVS", "_darcs", ".fossil",
		"node_modules", "bower_components", ".venv", "venv", "site-packages", "__pycache__", ".tox",
		".mypy_cache", ".pytest_cache", "vendor", "third_party", ".next", ".nuxt", ".cache",
		".gradle", ".idea", NULL };

	return str_is_one_of(name, names);
}

static bool
is_foreign_file(struct str name)
{
	static const char *const names[] = { "package-lock.json", "npm-shrinkwrap.json", "yarn.lock",
		"pnpm-lock.yaml", "poetry.lock", "Pipfile.lock", "uv.lock", "Cargo.lock", "go.sum",
		"composer.lock", "Gemfile.lock", ".env", ".env.example", NULL };

	return str_is_one_of(name, names) || str_ends(name, STR(".min.js")) ||
	    str_ends(name, STR(".min.css")) || str_ends(name, STR(".map"));
}

static void
add_path(struct paths *p, struct str folder, struct str name)
{
	ARENA_GROW(p->arena, p->items, p->count, p->cap);
	p->items[p->count++] = path_join(p->arena, folder, name);
}

/* Adds the files and folders in FOLDER. A folder below the app's own that holds a compose file is another
 * app: nothing in it is added. */
static void
list(struct mention_search *s, struct str folder, bool is_top, struct paths *files, struct paths *folders)
{
	AUTO(error) ignored = ERROR_INIT;
	size_t files_before = files->count, folders_before = folders->count;
	struct folder f;
	struct folder_entry e;

	if (folder_open(&f, s->rootfd, folder.ptr, !is_top, s->listing, &ignored) < 0)
		return;
	while (folder_next(&f, &e, &ignored) > 0) {
		if (!is_top && (project_name_bit(e.name) & PROJECT_BASE_NAMES)) {
			files->count = files_before;
			folders->count = folders_before;
			break;
		}
		if (e.kind == FOLDER_FOLDER && !is_foreign_folder(e.name))
			add_path(folders, folder, e.name);
		else if (e.kind == FOLDER_FILE && !is_foreign_file(e.name))
			add_path(files, folder, e.name);
	}
	folder_close(&f);
}

static int
by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static bool
is_project_file(const struct project *p, struct str path)
{
	for (size_t i = 0; i < p->file_count; i++)
		if (str_eq(p->files[i].path, path))
			return true;
	return false;
}

/* Finds the next address from *AT on in TEXT that names one of PORTS. Only the surroundings of a colon
 * (percent-encoded or not) with a digit behind it are matched: all other text is passed over at the speed of
 * memchr. */
static bool
next_mention(
    struct mention_search *s, struct str text, const struct port_set *ports, size_t *at, struct address *ret)
{
	while (*at < text.len) {
		AUTO(error) ignored = ERROR_INIT;
		size_t colon = str_find(text, *at, ':'),
		       percent = str_search(str_sub(text, 0, colon), *at, STR("%3"));
		size_t hit = percent < colon ? percent : colon;
		size_t digit = hit + (percent < colon ? 3 : 1), before = hit > CONTEXT ? hit - CONTEXT : 0;
		struct str around = str_sub(text, before, hit - before + CONTEXT);
		struct address_cursor c = ADDRESS_CURSOR_INIT(s->finder, around);

		*at = hit + 1;
		if (digit >= text.len || text.ptr[digit] < '0' || text.ptr[digit] > '9')
			continue;
		while (address_next(&c, ret, &ignored) > 0) {
			size_t digits = before + ret->digits.off;

			if (digits > digit)
				break;
			if (digits < digit || !port_set_has(ports, ret->port))
				continue;
			ret->host.off += before;
			ret->digits.off = digits;
			return true;
		}
	}
	return false;
}

static void
write_mention(
    struct writer *w, struct text *text, struct str path, const struct address *a, uint64_t digest)
{
	struct finding f = writer_finding(w, FINDING_REFERENCE);
	struct str digits = text_span(text, a->digits);

	f.role = ROLE_MENTION;
	f.origin = ORIGIN_LITERAL;
	f.host_port = port_range_of(digits);
	f.value = arena_printf(w->arena, "%.*s:%.*s", STR_ARG(text_span(text, a->host)), STR_ARG(digits));
	f.place = (struct place){ .known = true, .file = path, .span = a->digits, .raw = digits };
	text_position(text, a->digits.off, &f.place.line, &f.place.column);
	f.has_digest = true;
	f.digest = digest;
	writer_write(w, &f);
}

static void
search_file(struct mention_search *s, struct writer *w, struct str path, const struct port_set *ports)
{
	AUTO(error) ignored = ERROR_INIT;
	AUTO(text) text = TEXT_INIT;
	struct address a;
	uint64_t digest = 0;
	size_t at = 0;

	buf_clear(&s->bytes);
	if (file_read(s->rootfd, path.ptr, MENTION_MAX, &s->bytes, &ignored) != FILE_READ ||
	    s->bytes.len == 0 ||
	    memchr(s->bytes.ptr, '\0', s->bytes.len < BINARY_SEEN ? s->bytes.len : BINARY_SEEN))
		return;
	while (next_mention(s, buf_str(&s->bytes), ports, &at, &a)) {
		if (!text.ptr) {
			text_copy(&text, buf_str(&s->bytes));
			digest = text_digest(text_str(&text));
		}
		write_mention(w, &text, path, &a, digest);
	}
}

void
mention_write(struct mention_search *s, struct writer *w, const struct port_set *ports)
{
	struct paths files = { w->arena, NULL, 0, 0 }, folders = { w->arena, NULL, 0, 0 };

	list(s, w->project->folder, true, &files, &folders);
	for (size_t i = 0; i < folders.count; i++)
		list(s, folders.items[i], false, &files, &folders);
	if (files.count)
		qsort(files.items, files.count, sizeof *files.items, by_bytes);
	for (size_t i = 0; i < files.count; i++)
		if (!is_project_file(w->project, files.items[i]))
			search_file(s, w, files.items[i], ports);
}
