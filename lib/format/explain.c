/* explain: remarks for a person: the line that each is about, with the place in it underlined, and what the
 * rules mean.
 * SPDX-License-Identifier: MIT */
#include <fcntl.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/display.h"
#include "base/error.h"
#include "base/text.h"
#include "format/remark.h"
#include "format/rows.h"
#include "system/file.h"

/* What may stand around a port or a name and says nothing of anything else. */
#define WIRING STR(" \t0123456789:.,-\"'[]{}()$/")
#define KEY STR("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")

struct explain {
	struct buf *b;
	const struct remarks *all;
	struct buf path, bytes;		/* the file that was read last */
	bool has_file;
};

static void
paint(const struct explain *e, struct str colour, struct str s)
{
	if (e->all->colour)
		buf_add_str(e->b, colour);
	buf_add_str(e->b, s);
	if (e->all->colour)
		buf_add_str(e->b, STR("\x1b[0m"));
}

/* Line N of what was read, without its end. */
static bool
find_line(struct str text, uint64_t n, struct str *ret)
{
	size_t at = str_bom(text);

	while (str_next_part(text, '\n', &at, ret))
		if (--n == 0) {
			if (str_ends(*ret, STR("\r")))
				ret->len--;
			return true;
		}
	return false;
}

/* Reads the file unless it is the last one. */
static bool
read_file(struct explain *e, struct str path)
{
	AUTO(error) ignored = ERROR_INIT;	/* then the remark stands alone */

	if (str_eq(buf_str(&e->path), path))
		return e->has_file;
	buf_clear(&e->path);
	buf_add_str(&e->path, path);
	buf_clear(&e->bytes);
	e->has_file = !str_has_nul(path) &&
	    file_read(AT_FDCWD, e->path.ptr, TEXT_MAX, &e->bytes, &ignored) == FILE_READ;
	return e->has_file;
}

/* Where in LINE the key with which it begins ends, its = or : included; where the line's text begins if there
 * is none. */
static size_t
key_end(struct str line)
{
	size_t from = str_skip(line, 0, STR(" \t-\"'")), to = str_skip(line, from, KEY);
	size_t end = str_skip(line, to, STR("\"' "));

	return end < line.len && (line.ptr[end] == ':' || line.ptr[end] == '=') ? end + 1 : from;
}

/* What LINE may show of itself up to AT. */
static void
add_front(struct buf *b, struct str line, size_t at, struct str mark)
{
	size_t key = key_end(line), from = at;

	key = key < at ? key : at;
	while (from > key && str_has(WIRING, line.ptr[from - 1]))
		from--;
	display_add(b, str_sub(line, 0, key));
	if (from > key)
		buf_add_str(b, mark);
	display_add(b, str_sub(line, from, at - from));
}

static void
add_rest(struct buf *b, struct str line, size_t end, struct str mark)
{
	size_t to = str_skip(line, end, WIRING);

	display_add(b, str_sub(line, end, to - end));
	if (to < line.len)
		buf_add_str(b, mark);
}

static void
add_underline(struct explain *e, size_t before, size_t width)
{
	AUTO(buf) line = BUF_INIT;

	buf_printf(e->b, "%6s | %*s", "", (int)before, "");
	buf_add_char(&line, '^');
	for (size_t i = 1; i < width; i++)
		buf_add_char(&line, '~');
	paint(e, STR("\x1b[1;31m"), buf_str(&line));
	buf_add_char(e->b, '\n');
}

static void
add_excerpt(struct explain *e, const struct remark_place *p)
{
	struct str mark = display_ellipsis(e->all->ascii), line;
	size_t at = (size_t)p->column - 1, end;
	AUTO(buf) head = BUF_INIT;
	AUTO(buf) place = BUF_INIT;

	if (!p->column || !read_file(e, p->file) || !find_line(buf_str(&e->bytes), p->line, &line) ||
	    at >= line.len)
		return;
	end = p->length ? at + (size_t)p->length : str_skip(line, at + 1, KEY);	/* without a length a word */
	end = end < line.len ? end : line.len;
	add_front(&head, line, at, mark);
	display_add(&place, str_sub(line, at, end - at));
	buf_printf(e->b, "%6llu | ", (unsigned long long)p->line);
	buf_add_str(e->b, buf_str(&head));
	buf_add_str(e->b, buf_str(&place));
	add_rest(e->b, line, end, mark);
	buf_add_char(e->b, '\n');
	add_underline(e, display_width(buf_str(&head)), display_width(buf_str(&place)));
}

static void
add_head(struct explain *e, const struct remark_place *p, enum remark_level level, struct str message)
{
	static const struct str colours[] = {
		[REMARK_NOTE] = STR_OF("\x1b[1;36m"), [REMARK_WARNING] = STR_OF("\x1b[1;35m"),
		[REMARK_ERROR] = STR_OF("\x1b[1;31m"),
	};
	AUTO(buf) where = BUF_INIT;
	AUTO(buf) word = BUF_INIT;

	remark_place_add(&where, p);
	buf_add_str(&where, STR(":"));
	paint(e, STR("\x1b[1m"), buf_str(&where));
	buf_add_char(e->b, ' ');
	buf_printf(&word, "%.*s:", STR_ARG(remark_level_name(level)));
	paint(e, colours[level], buf_str(&word));
	buf_add_char(e->b, ' ');
	display_add(e->b, message);
	buf_add_char(e->b, '\n');
}

static void
add_help(struct explain *e, const bool *met)
{
	for (size_t i = 0; i < e->all->rule_count; i++) {
		if (!met[i])
			continue;
		buf_add_char(e->b, '\n');
		paint(e, STR("\x1b[1m"), e->all->rules[i].name);
		buf_add_str(e->b, STR(": "));
		display_add(e->b, e->all->rules[i].help);
		buf_add_char(e->b, '\n');
	}
}

void
remark_explain(struct buf *b, const struct remarks *all)
{
	struct explain e = { .b = b, .all = all };
	AUTO(arena) a = ARENA_INIT;
	AUTO(arena) one = ARENA_INIT;
	bool *met = arena_zero(&a, all->rule_count + 1, sizeof *met);

	for (size_t i = 0; i < all->rows->count; i++) {
		struct remark m = remark_at(all, i, &one);

		add_head(&e, &m.place, m.level, m.message);
		add_excerpt(&e, &m.place);
		if (m.other.file.len) {
			add_head(&e, &m.other, REMARK_NOTE, STR("the other one is here"));
			add_excerpt(&e, &m.other);
		}
		for (size_t r = 0; r < all->rule_count; r++)
			met[r] |= str_eq(all->rules[r].name, m.rule);
		arena_reset(&one);
	}
	add_help(&e, met);
	buf_release(&e.path);
	buf_release(&e.bytes);
}
