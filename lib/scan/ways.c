/* ways: how folders are run where Compose's own names do not say it.
 * SPDX-License-Identifier: MIT */
#include "scan/ways.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "system/file.h"

enum { LIST_MAX = 16 << 20 };

/* The next word of S at *AT, as a shell parts words; 1, 0 at the end, -1 where a quote is not closed. */
static int
next_word(struct str s, size_t *at, struct buf *ret, struct error *err)
{
	char quote = '\0';

	buf_clear(ret);
	*at = str_skip(s, *at, STR(" \t"));
	if (*at >= s.len)
		return 0;
	for (; *at < s.len && (quote || !memchr(" \t", s.ptr[*at], 2)); ++*at) {
		char c = s.ptr[*at];

		if (!quote && (c == '\'' || c == '"'))
			quote = c;
		else if (c == quote)
			quote = '\0';
		else if (c == '\\' && quote != '\'' && *at + 1 < s.len)
			buf_add_char(ret, s.ptr[++*at]);
		else
			buf_add_char(ret, c);
	}
	return quote ? error_set(err, "a quote that is not closed") : 1;
}

/* What an option of Compose's goes into. */
struct way_option {
	const char *letter, *name;
	size_t member;		/* of struct project_way */
	char separator;		/* of several; 0: there is one alone */
};

static const struct way_option options[] = {
	{ "-f", "--file", offsetof(struct project_way, files), PROJECT_WAY_SEPARATOR },
	{ "-p", "--project-name", offsetof(struct project_way, name), 0 },
	{ "", "--env-file", offsetof(struct project_way, env_files), ',' },
	{ "", "--profile", offsetof(struct project_way, profiles), ',' },
};

/* The option that WORD is, with its value in it (`--file=A`) or not (empty); NULL: none of ours. */
static const struct way_option *
find_option(struct str word, struct str *ret_value)
{
	size_t equals = str_starts(word, STR("--")) ? str_find(word, 0, '=') : word.len;

	*ret_value = str_sub(word, equals + 1, word.len);
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (str_eq(str_sub(word, 0, equals), str_from(options[i].name)) ||
		    (*options[i].letter && str_eq(word, str_from(options[i].letter))))
			return &options[i];
	return NULL;
}

static void
set_option(struct ways *w, struct project_way *to, const struct way_option *o, struct str value)
{
	struct str *member = (struct str *)(void *)((char *)to + o->member);

	if (o->separator && member->len)
		*member = arena_printf(
		    &w->arena, "%.*s%c%.*s", STR_ARG(*member), o->separator, STR_ARG(value));
	else
		*member = arena_dup(&w->arena, value);
}

/* Takes WORD, which is the folder or an option; the value of one that has it apart is the next of SPEC. */
static int
take_word(struct ways *w, struct way *way, struct str spec, size_t *at, struct buf *word, struct error *err)
{
	struct str value;
	const struct way_option *o = find_option(buf_str(word), &value);

	if (!o && word->len && word->ptr[0] == '-')
		return error_set(err, "'%s' is none of -f, -p, --env-file and --profile", word->ptr);
	if (!o && way->folder.len)
		return error_set(err, "'%s' is a second folder: one is '%s'", word->ptr, way->folder.ptr);
	if (!o) {
		way->folder = arena_dup(&w->arena, buf_str(word));
		return 0;
	}
	if (!value.len && next_word(spec, at, word, err) <= 0)
		return error_is_set(err) ? -1 : error_set(err, "%s needs a value", o->name);
	set_option(w, &way->as, o, value.len ? value : buf_str(word));
	return 0;
}

int
ways_add(struct ways *w, struct str spec, struct error *err)
{
	struct way way = { .folder = STR_INIT };
	AUTO(buf) word = BUF_INIT;
	size_t at = 0;
	int got;

	while ((got = next_word(spec, &at, &word, err)) > 0)
		if (take_word(w, &way, spec, &at, &word, err) < 0)
			return -1;
	if (got < 0)
		return -1;
	if (!way.folder.len)
		return error_set(err, "a way to run a project begins with its folder: "
		    "DIR -f A -f B -p NAME --env-file E --profile P");
	MEM_GROW(w->items, w->count, w->cap);
	w->items[w->count++] = way;
	return 0;
}

int
ways_read(struct ways *w, const char *file, struct error *err)
{
	AUTO(buf) text = BUF_INIT;
	struct str line;
	size_t at = 0, number = 0;

	if (file_read_given(file, LIST_MAX, &text, err) < 0)
		return -1;
	while (str_next_part(buf_str(&text), '\n', &at, &line)) {
		line = str_trim(line);
		number++;
		if (line.len && line.ptr[0] != '#' && ways_add(w, line, err) < 0)
			return error_at_line(err, str_from(file), number);
	}
	return 0;
}

void
ways_release(struct ways *w)
{
	free(w->items);
	arena_release(&w->arena);
	*w = (struct ways)WAYS_INIT;
}
