/* load: one loading of a project: what is said about it, and the files that it reads.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "system/compat.h"

static bool
is_full(const struct load *l, bool is_problem)
{
	return (is_problem ? l->project->problem_count : l->project->warning_count) >= LOAD_MESSAGES_MAX;
}

static void
add_message(struct load *l, bool is_problem, struct project_message m)
{
	struct project *p = l->project;
	struct project_message **all = is_problem ? &p->problems : &p->warnings;
	size_t *count = is_problem ? &p->problem_count : &p->warning_count;
	size_t *cap = is_problem ? &l->problems : &l->warnings;

	/* What is wrong in a base file is found again with each file that is merged onto it. */
	for (size_t i = 0; i < *count; i++) {
		const struct project_message *old = &(*all)[i];

		if (old->line == m.line && old->column == m.column && str_eq(old->text, m.text) &&
		    str_eq(old->file, m.file))
			return;
	}
	ARENA_GROW(l->arena, *all, *count, *cap);
	(*all)[(*count)++] = m;
}

static void __attribute__((format(printf, 5, 0)))
add_formatted(struct load *l, bool is_problem, enum project_message_kind kind, const struct node *at,
    const char *fmt, va_list ap)
{
	struct project_message m = { .kind = kind };

	if (is_full(l, is_problem) || (at && at->is_refused))
		return;
	m.text = arena_vprintf(l->arena, fmt, ap);
	if (at && at->source)
		m.file = at->source->path;
	(void)node_position(at, &m.line, &m.column);
	add_message(l, is_problem, m);
}

void
load_problem(struct load *l, const struct node *at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_formatted(l, true, MESSAGE_PLAIN, at, fmt, ap);
	va_end(ap);
}

void
load_problem_of(struct load *l, enum project_message_kind kind, const struct node *at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_formatted(l, true, kind, at, fmt, ap);
	va_end(ap);
}

void
load_warning(struct load *l, const struct node *at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_formatted(l, false, MESSAGE_PLAIN, at, fmt, ap);
	va_end(ap);
}

struct str
load_problem_key(struct arena *a, const struct project_message *m)
{
	return m->line == 0 ? m->text
			    : arena_printf(a, "%.*s:%zu:%zu", STR_ARG(m->file), m->line, m->column);
}

/* ` (UI_PORT in .env:2)`: where the variables in scalar N have their values from; their defaults stand beside
 * it. */
static struct str
places_of(struct load *l, const struct node *n)
{
	const struct trace *t = n->trace;
	struct str s = STR("");
	size_t line, column;

	for (size_t i = 0; t && i < t->count && s.len < 200; i++) {
		const struct trace_piece *piece = &t->pieces[i];

		if (!piece->step || !piece->source || piece->origin != ORIGIN_ENV)
			continue;
		text_position(&piece->source->text, piece->raw.off, &line, &column);
		s = arena_printf(l->arena, "%.*s%s%.*s in %.*s:%zu", STR_ARG(s), s.len ? ", " : " (",
		    STR_ARG(piece->step->variable), STR_ARG(piece->source->path), line);
	}
	return s.len ? arena_cat(l->arena, s, STR(")")) : s;
}

void
load_refused(struct load *l, const struct node *n, const char *kind, const struct error *err)
{
	if (n->written)
		load_problem(l, n, "%s '%.*s', with what its variables hold%.*s, is none that Compose takes",
		    kind, STR_ARG(str_sub(n->written->value, 0, 100)), STR_ARG(places_of(l, n)));
	else
		load_problem(l, n, "%s", err->what);
}

/* Whether ERRNUM says that the machine failed or had too little, and nothing of the file that it tried. */
static bool
is_of_machine(int errnum)
{
	return errnum == EIO || errnum == EINTR || errnum == EMFILE || errnum == ENFILE || errnum == ENOMEM;
}

void
load_error(struct load *l, struct error *err)
{
	struct error bare = { .errnum = err->errnum, .what = err->what };
	AUTO(buf) text = BUF_INIT;

	error_format(&bare, &text);
	if (!is_full(l, true))
		add_message(l, true, (struct project_message){
			.kind = is_of_machine(err->errnum) ? MESSAGE_UNREAD : MESSAGE_PLAIN,
			.text = arena_dup(l->arena, buf_str(&text)),
			.file = arena_dup(l->arena, str_from(err->file)),
			.line = err->line,
			.column = err->column,
		});
	error_release(err);
}

static void
warn_unset(struct load *l, const struct expansion *e)
{
	struct node at = {
		.source = e->source, .has_span = e->source && e->span.len > 0, .start = e->span.off
	};
	uint32_t next = (uint32_t)l->unset.count;

	if (dict_add(&l->unset, e->variable, next) < next)
		return;
	load_warning(l, &at, "the variable %.*s is not set; Compose takes a blank string for it",
	    STR_ARG(e->variable));
}

void
load_expansions(struct load *l, const struct expansions *all, const struct keypath *path)
{
	struct project *p = l->project;
	const struct keypath *top = keypath_at(path, 1), *second = keypath_at(path, 2);
	bool in_service = top && second && str_eq(top->key, STR("services"));
	struct str text = STR_INIT;

	if (all->count > 0 && path)
		text = keypath_text(l->arena, path, in_service ? 2 : 0);
	for (size_t i = 0; i < all->count; i++) {
		struct expansion e = all->items[i];

		if (e.warns)
			warn_unset(l, &e);
		if (in_service)
			e.service = second->key;
		e.path = text;
		ARENA_GROW(l->arena, p->expansions, p->expansion_count, l->expansions);
		p->expansions[p->expansion_count++] = e;
	}
}

static struct project_file *
list_file(struct load *l, struct str path, enum project_file_role role, struct source *source)
{
	struct project *p = l->project;

	ARENA_GROW(l->arena, p->files, p->file_count, l->files);
	p->files[p->file_count] = (struct project_file){ .role = role, .path = path, .source = source };
	return &p->files[p->file_count++];
}

/* Where PATH, which was read last, really leads; empty: nowhere else. Beside the app's other files nothing
 * but the file itself can be a symlink. */
static struct str
find_target(const struct load *l, struct str path)
{
	struct str full = path_resolve(l->arena, l->reader->root, path), target = STR("a symlink to nowhere");
	char *real;

	if (!l->is_link && !l->is_below_link && str_eq(path_folder(path), l->project->folder))
		return (struct str)STR_INIT;
	real = compat_real_path(full.ptr);
	if (real && !path_relative(str_from(real), l->reader->root, &target))
		target = str_from(real);
	target = str_eq(target, path) || (!real && !l->is_link) ? (struct str)STR_INIT
							       : arena_dup(l->arena, target);
	free(real);
	return target;
}

/* Lists an env file that stands at PATH, though nothing could be read from there. */
static void
list_unread(
    struct load *l, struct str path, enum project_file_role role, bool failed, const struct error *err)
{
	struct project_file *file = list_file(l, path, role, NULL);

	file->is_folder = failed && err->errnum == EISDIR;
	file->is_unreadable = failed && !file->is_folder;
	file->target = find_target(l, path);
}

static struct project_file *
find_file(const struct load *l, struct str path)
{
	for (size_t i = 0; i < l->project->file_count; i++)
		if (str_eq(l->project->files[i].path, path))
			return &l->project->files[i];
	return NULL;
}

void
load_broken(struct load *l, const struct source *source)
{
	for (size_t i = 0; i < l->project->file_count; i++)
		if (l->project->files[i].source == source)
			l->project->files[i].is_broken = true;
}

void
load_absent(struct load *l, struct str path, enum project_file_role role)
{
	if (!find_file(l, path))
		list_file(l, path, role, NULL)->target = l->is_below_link
		    ? STR("a folder through a symlink")
		    : (struct str)STR_INIT;
}

static enum file_outcome
read_bytes(struct load *l, struct str path, struct error *err)
{
	struct project_reader *r = l->reader;

	buf_clear(&r->bytes);
	return file_read_linked(r->rootfd, path.ptr, TEXT_MAX, &r->bytes, &l->is_link, err);
}

struct source *
load_unlisted(struct load *l, struct str path, bool is_env, enum file_outcome *ret, struct error *err)
{
	struct project_reader *r = l->reader;
	struct source *s;

	*ret = FILE_FAILED;
	if (++l->loads > LOAD_FILES_MAX ||
	    l->loads > LOAD_FILES_LEAST + LOAD_READS_A_FILE * l->project->file_count) {
		(void)error_set(err, "the project reads more than %zu files, each as often as it is named",
		    l->loads - 1);
		return NULL;
	}
	if (str_has_nul(path)) {
		(void)error_set(err, "a path with a NUL byte");
		return NULL;
	}
	*ret = read_bytes(l, path, err);
	if (*ret == FILE_FAILED)
		(void)error_file(err, path);
	if (*ret != FILE_READ)
		return NULL;
	s = arena_zero(l->arena, 1, sizeof *s);
	s->path = path;
	s->is_env = is_env;
	s->text.ptr = arena_alloc(l->arena, r->bytes.len + 1);
	memcpy(s->text.ptr, r->bytes.len > 0 ? r->bytes.ptr : "", r->bytes.len);
	s->text.ptr[r->bytes.len] = '\0';
	s->text.len = r->bytes.len;
	s->digest = text_digest(text_str(&s->text));
	MEM_GROW(r->sources, r->source_count, r->source_cap);
	r->sources[r->source_count++] = s;
	l->fed += s->text.len;
	interpolation_feed(r->interpolation, l->fed);
	return s;
}

struct source *
load_file(
    struct load *l, struct str path, enum project_file_role role, enum file_outcome *ret, struct error *err)
{
	bool is_env = role == PROJECT_ENV || role == PROJECT_EXAMPLE;
	bool is_given = role == PROJECT_ENV_FILE;
	struct project_file *known = find_file(l, path);
	struct source *s;

	if (known && known->source) {
		*ret = FILE_READ;
		return known->source;
	}
	s = load_unlisted(l, path, is_env || is_given, ret, err);
	if (s) {
		s->is_example = role == PROJECT_EXAMPLE;
		s->target = find_target(l, path);
	}
	if (s && known)
		known->source = s;
	else if (s)
		(void)list_file(l, path, role, s);
	else if (!known && is_env && (*ret == FILE_FAILED || l->is_link))
		list_unread(l, path, role, *ret == FILE_FAILED, err);
	return s;
}

bool
load_is_spent(struct load *l)
{
	size_t allowed = LOAD_MEMORY_LEAST + (size_t)LOAD_MEMORY_A_BYTE * l->fed;

	if (allowed > LOAD_MEMORY_MAX)
		allowed = LOAD_MEMORY_MAX;
	if (l->is_spent || arena_size(l->arena) <= allowed)
		return l->is_spent;
	l->is_spent = true;
	load_problem(l, NULL, "the project takes more than %zu MiB to be read, the most that one of its size "
	    "gets: its files include one another, or name one file, too often", allowed >> 20);
	return true;
}

struct document
load_yaml(struct load *l, struct str path, enum project_file_role role, const struct node *at,
    const char *opening, struct source **ret)
{
	struct document docs = { .count = 0 };
	enum file_outcome outcome;
	AUTO(error) err = ERROR_INIT;

	*ret = NULL;
	if (load_is_spent(l))
		return docs;
	*ret = load_file(l, path, role, &outcome, &err);
	if (outcome == FILE_ABSENT) {
		load_problem(l, at, "%s %.*s: no such file", opening, STR_ARG(path));
		return docs;
	}
	/* A few small files can include and extend one another so often that only the bound ends it. */
	if (*ret && (role == PROJECT_BASE || role == PROJECT_INCLUDE) &&
	    (l->bytes += (*ret)->text.len) > LOAD_BYTES_MAX) {
		load_problem(l, at, "the project reads more than %d MiB of YAML", LOAD_BYTES_MAX >> 20);
		return docs;
	}
	if (!*ret || cache_read(l->reader->cache, l->arena, *ret, &docs, &err) < 0)
		load_error(l, &err);
	if (docs.has_aliases)
		anchors_note(l, &docs);
	return docs;
}

bool
load_is_remote(struct str path)
{
	static const char *const starts[] = { "oci:", "https://", "http://", "git@", "ssh://", "git://",
		"github.com/" };

	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (str_starts(path, str_from(starts[i])))
			return true;
	return false;
}
