/* remark: a row as something that is said of a place in a file.
 * SPDX-License-Identifier: MIT */
#include "format/remark.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/display.h"
#include "base/path.h"
#include "format/rows.h"

static struct str
text(const struct remarks *r, size_t i, int column)
{
	return column < 0 ? (struct str)STR_INIT : rows_cell(r->rows, i, (size_t)column)->text;
}

static uint64_t
number(const struct remarks *r, size_t i, int column)
{
	uint64_t n = 0;

	(void)str_to_uint(text(r, i, column), UINT32_MAX, &n);
	return n;
}

/* FILE, below the root where it is relative, as it is named from here. */
static struct str
name_from_here(const struct remarks *r, struct str file, struct arena *a)
{
	struct str root = r->root, path = file;

	while (root.len && (str_ends(root, STR("/")) || str_ends(root, STR("/."))))
		root.len--;
	if (r->root.len && str_eq(file, STR(".")))
		path = root;
	else if (r->root.len && !path_is_absolute(file))
		path = arena_printf(a, "%.*s/%.*s", STR_ARG(root), STR_ARG(file));
	if (path_is_absolute(path) && path_is_absolute(r->here) && path_is_below(path, r->here))
		(void)path_relative(path, r->here, &path);
	return path;
}

static struct remark_place
place(const struct remarks *r, size_t i, const struct remark_place_columns *at, struct arena *a)
{
	struct remark_place p = { .file = text(r, i, at->file) };

	if (!p.file.len) {
		struct str folder = text(r, i, at->folder - 1);

		if (folder.len)
			p.file = name_from_here(r, folder, a);
		return p;
	}
	p.file = name_from_here(r, p.file, a);
	p.line = number(r, i, at->line);
	p.column = p.line ? number(r, i, at->column) : 0;
	p.length = p.column ? number(r, i, at->length) : 0;
	return p;
}

/* The words of the findings and those of the formats. */
static enum remark_level
level_of(struct str word)
{
	static const char *const errors[] = { "error", "problem", NULL };
	static const char *const warnings[] = { "warning", "gap", NULL };

	return str_is_one_of(word, errors) ? REMARK_ERROR :
	    str_is_one_of(word, warnings) ? REMARK_WARNING : REMARK_NOTE;
}

struct remark
remark_at(const struct remarks *r, size_t i, struct arena *a)
{
	const struct remark_columns *c = &r->at;

	return (struct remark){ .place = place(r, i, &c->place, a), .other = place(r, i, &c->other, a),
		.level = c->level < 0 ? r->level : level_of(text(r, i, c->level)),
		.rule = text(r, i, c->rule),
		.message = text(r, i, c->message) };
}

struct str
remark_level_name(enum remark_level level)
{
	static const struct str names[] = { STR_OF("note"), STR_OF("warning"), STR_OF("error") };

	return names[level];
}

void
remark_place_add(struct buf *b, const struct remark_place *p)
{
	display_add(b, p->file.len ? p->file : STR("berth"));
	if (p->file.len)	/* editors want a line */
		buf_printf(b, ":%llu", p->line ? (unsigned long long)p->line : 1);
	if (p->column)
		buf_printf(b, ":%llu", (unsigned long long)p->column);
}

void
remark_gcc(struct buf *b, const struct remarks *r)
{
	AUTO(arena) a = ARENA_INIT;

	for (size_t i = 0; i < r->rows->count; i++) {
		struct remark m = remark_at(r, i, &a);

		remark_place_add(b, &m.place);
		buf_printf(b, ": %.*s: ", STR_ARG(remark_level_name(m.level)));
		display_add(b, m.message);
		buf_add_char(b, '\n');
		arena_reset(&a);
	}
}

/* What GitHub would take for the end of a value stands as %XX. */
static void
add_escaped(struct buf *b, struct str s, struct str escaped)
{
	AUTO(buf) shown = BUF_INIT;

	display_add(&shown, s);
	for (size_t i = 0; i < shown.len; i++)
		if (str_has(escaped, shown.ptr[i]))
			buf_printf(b, "%%%02X", (unsigned)(unsigned char)shown.ptr[i]);
		else
			buf_add_char(b, shown.ptr[i]);
}

void
remark_github(struct buf *b, const struct remarks *r)
{
	static const char *const commands[] = { "notice", "warning", "error" };
	AUTO(arena) a = ARENA_INIT;

	for (size_t i = 0; i < r->rows->count; i++) {
		struct remark m = remark_at(r, i, &a);

		buf_printf(b, "::%s title=berth %.*s", commands[m.level], STR_ARG(r->name));
		if (m.place.file.len) {
			buf_add_str(b, STR(",file="));
			add_escaped(b, m.place.file, STR("%:,"));
		}
		if (m.place.line)
			buf_printf(b, ",line=%llu", (unsigned long long)m.place.line);
		if (m.place.column)
			buf_printf(b, ",col=%llu", (unsigned long long)m.place.column);
		buf_add_str(b, STR("::"));
		add_escaped(b, m.message, STR("%"));
		buf_add_char(b, '\n');
		arena_reset(&a);
	}
}
