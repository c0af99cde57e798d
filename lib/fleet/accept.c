/* accept: what two apps share on purpose.
 * SPDX-License-Identifier: MIT */
#include "fleet/accept.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/error.h"
#include "system/file.h"

enum { LIST_MAX = 16 << 20 };

static bool
is_between(char c)
{
	return c == ' ' || c == '\t' || c == ',' || c == '\r';
}

/* The next word of LINE from *AT on, in the arena; empty at the end and at a comment. False where a quote is
 * not closed. */
static bool
next_word(struct accept *list, struct str line, size_t *at, struct str *ret)
{
	AUTO(buf) word = BUF_INIT;
	bool quoted;

	while (*at < line.len && is_between(line.ptr[*at]))
		++*at;
	quoted = *at < line.len && line.ptr[*at] == '"';
	*at += quoted;
	for (; *at < line.len && (quoted ? line.ptr[*at] != '"' : !is_between(line.ptr[*at]) &&
	    line.ptr[*at] != '#'); ++*at) {
		*at += quoted && line.ptr[*at] == '\\' && *at + 1 < line.len;
		buf_add_char(&word, line.ptr[*at]);
	}
	*ret = arena_dup(&list->arena, buf_str(&word));
	if (!quoted)
		return true;
	++*at;
	return *at <= line.len;
}

static int
add_line(struct accept *list, struct str line, size_t number, struct error *err)
{
	struct clash_accepted x = { .line = number };
	struct str words[4];
	size_t at = 0;

	for (size_t i = 0; i < 4; i++)
		if (!next_word(list, line, &at, &words[i]))
			return error_set(err, "a quote is opened and not closed");
	if (!words[0].len && at >= str_find(line, 0, '#'))
		return 0;
	if (!words[1].len || words[3].len)
		return error_set(err, "a line names two apps and what they share (m/app1 n/app1 5003/tcp), "
		    "or only the apps; a folder with blanks stands in double quotes");
	x.a = words[0];
	x.b = words[1];
	x.what = words[2];
	if (at < line.len && line.ptr[at] == '#')
		x.reason = arena_dup(&list->arena, str_trim(str_sub(line, at + 1, line.len)));
	MEM_GROW(list->items, list->count, list->cap);
	list->items[list->count++] = x;
	return 0;
}

int
accept_read(struct accept *list, const char *path, struct error *err)
{
	AUTO(buf) text = BUF_INIT;
	struct str line;
	size_t at = 0, number = 0;

	if (file_read_given(path, LIST_MAX, &text, err) < 0)
		return -1;
	while (str_next_part(buf_str(&text), '\n', &at, &line))
		if (add_line(list, line, ++number, err) < 0)
			return error_at_line(err, str_from(path), number);
	list->is_met = arena_zero(&list->arena, list->count + 1, sizeof *list->is_met);
	return 0;
}

void
accept_meet(struct accept *list, const struct clash_accepted *item)
{
	list->is_met[item - list->items] = true;
}

const struct clash_accepted *
accept_next_idle(const struct accept *list, size_t *at)
{
	while (*at < list->count)
		if (!list->is_met[(*at)++])
			return &list->items[*at - 1];
	return NULL;
}

void
accept_release(struct accept *list)
{
	free(list->items);
	arena_release(&list->arena);
	*list = (struct accept)ACCEPT_INIT;
}
