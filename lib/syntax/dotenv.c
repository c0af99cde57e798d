/* dotenv: the statements of a .env file as Compose reads them.
 * SPDX-License-Identifier: MIT */
#include "syntax/dotenv.h"

#include <stdlib.h>
#include <string.h>

#include "base/dict.h"
#include "base/error.h"
#include "base/pattern.h"
#include "syntax/env.h"
#include "syntax/placeholder.h"

/* Of a broken file the first broken statements are enough to name. A file of more statements was made to fill
 * the memory. */
enum { PROBLEMS_MAX = 10, STATEMENTS_MAX = 100000 };

/* White space as Unicode has it, and blanks as Compose's parser has them, both as UTF-8. The file is matched
 * as bytes, since a value may hold any. */
#define SPACE "(?:[\\t-\\r ]++|\\xc2[\\x85\\xa0]|\\xe1\\x9a\\x80|\\xe2\\x80[\\x80-\\x8a\\xa8\\xa9\\xaf]" \
	"|\\xe2\\x81\\x9f|\\xe3\\x80\\x80)"
#define BLANK "(?:[\\t\\x0b\\f\\r ]|\\xc2[\\x85\\xa0])"
#define BODY(quote) "(?: [^" quote "\\\\]++ | \\\\ [\\x00-\\xff] )*+"

/* One comment or statement, from the end of the one before. A key, with the blanks in it, runs to the first =
 * or : or to the end of the line, a value without quotes to a blank with a # behind it. One in quotes may
 * span lines. Nothing here backtracks. */
static const char STATEMENT[] =
    SPACE "*+"
    "(?: (\\z | \\# [^\\n]*+) | (?: (export) (?= [\\t\\n\\f\\r ] ) " BLANK "*+ )?+"
    "  ( [A-Za-z0-9_.\\-\\[\\]\\t\\x0b\\f\\r \\x80-\\xff]*+ )"
    "  (?: ([=:]) " BLANK "*+"
    "      (?: \" (" BODY("\"") ") (\")?+ | ' (" BODY("'") ") (')?+"
    "        | ((?: [^\\n ]++ | [ ](?!\\#) )*+) [^\\n]*+ \\n?+ )"
    "    | (\\n) | (\\z) )?+ )";
enum { NOTHING = 1, EXPORT, KEY, SEPARATOR, DOUBLE, DOUBLE_CLOSED, SINGLE, SINGLE_CLOSED, RAW, BARE, CUT };

/* What a key with other than ASCII in it may consist of. */
static const char WIDE_KEY[] = "\\A [\\p{L}\\p{N}_.\\-\\[\\]\\t\\x{0b}\\f\\r \\x{85}\\x{a0}]*+ \\z";

struct dotenv_reader {
	struct interpolation *ip;
	struct pattern *statement, *wide_key;
	struct match *match;
	bool fills;
};

/* One reading of one file. */
struct reading {
	struct dotenv_reader *reader;
	struct source *source;
	struct str text;
	struct env *env;
	struct dotenv *out;
	size_t at;			/* where the next statement begins */
	size_t line;			/* where the line of the last statement begins */
};

int
dotenv_reader_open(struct dotenv_reader **ret, struct interpolation *ip, struct error *err)
{
	struct dotenv_reader *r = mem_zero(1, sizeof *r);

	r->ip = ip;
	if (pattern_open(&r->statement, STATEMENT, PATTERN_EXTENDED | PATTERN_ANCHORED, err) < 0 ||
	    pattern_open(&r->wide_key, WIDE_KEY, PATTERN_EXTENDED | PATTERN_UTF, err) < 0) {
		dotenv_reader_close(r);
		return -1;
	}
	r->match = match_open();
	*ret = r;
	return 0;
}

void
dotenv_reader_close(struct dotenv_reader *r)
{
	if (!r)
		return;
	pattern_close(r->statement);
	pattern_close(r->wide_key);
	match_close(r->match);
	free(r);
}

void
dotenv_reader_fill(struct dotenv_reader *r, bool fills)
{
	r->fills = fills;
}

/* How many bytes at the end of S are one white space of Unicode's; 0: none. */
static size_t
space_at_end(struct str s)
{
	static const struct str wide[] = {
		STR_OF("\xc2\x85"), STR_OF("\xc2\xa0"), STR_OF("\xe1\x9a\x80"), STR_OF("\xe2\x80\xa8"),
		STR_OF("\xe2\x80\xa9"), STR_OF("\xe2\x80\xaf"), STR_OF("\xe2\x81\x9f"),
		STR_OF("\xe3\x80\x80"),
	};
	unsigned char last = s.len > 0 ? (unsigned char)s.ptr[s.len - 1] : 'x';

	if (last < 0x80)
		return last == ' ' || (last >= '\t' && last <= '\r');
	if (last <= 0x8a && s.len > 2 && str_eq(str_sub(s, s.len - 3, 2), STR("\xe2\x80")))
		return 3;		/* U+2000 to U+200A */
	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
		if (str_ends(s, wide[i]))
			return wide[i].len;
	return 0;
}

/* The length of S without white space at its end. */
static size_t
trimmed_length(struct str s)
{
	for (size_t n; (n = space_at_end(s)) > 0; )
		s.len -= n;
	return s.len;
}

static void
add_problem(struct reading *r, struct str text, size_t offset)
{
	struct dotenv *out = r->out;
	struct dotenv_problem problem = { .text = text, .offset = offset };

	if (out->problem_count == PROBLEMS_MAX)
		return;
	text_position(&r->source->text, offset, &problem.line, &problem.column);
	ARENA_GROW(r->env->arena, out->problems, out->problem_count, out->problem_cap);
	out->problems[out->problem_count++] = problem;
}

static struct dotenv_statement *
add_statement(struct reading *r, struct dotenv_statement statement)
{
	struct dotenv *out = r->out;

	ARENA_GROW(r->env->arena, out->statements, out->count, out->cap);
	out->statements[out->count] = statement;
	return &out->statements[out->count++];
}

/* Lets reading go on with the line after that of byte OFF. */
static void
skip_line(struct reading *r, size_t off)
{
	size_t end = str_find(r->text, off, '\n');

	r->at = end < r->text.len ? end + 1 : end;
}

/* The piece of N raw bytes at OFF. */
static struct trace_piece
piece_of(struct reading *r, size_t off, size_t n, bool decoded)
{
	return (struct trace_piece){ .source = r->source, .raw = { off, n }, .decoded = decoded,
	    .origin = ORIGIN_ENV };
}

/* As escape_at, for a backslash with a 0 behind it. Where no octal number of three digits follows only the 0
 * goes. */
static size_t
octal_escape(struct str s, size_t off, size_t end, char ret[static 4], size_t *ret_len)
{
	size_t n = 2;
	unsigned value = 0;
	bool octal = true;

	for (; n < 5 && off + n < end && s.ptr[off + n] >= '0' && s.ptr[off + n] <= '9'; n++) {
		octal = octal && s.ptr[off + n] < '8';
		value = value * 8 + (unsigned)(s.ptr[off + n] - '0');
	}
	if (n < 5 || !octal || value >= 0x100) {
		ret[0] = '\\';
		memcpy(ret + 1, s.ptr + off + 2, n - 2);
		*ret_len = n - 1;
	} else if (value < 0x80) {
		ret[0] = (char)value;
		*ret_len = 1;
	} else {	/* a character of that number, not a byte */
		ret[0] = (char)(0xc0 | value >> 6);
		ret[1] = (char)(0x80 | (value & 0x3f));
		*ret_len = 2;
	}
	return n;
}

/* How many bytes of S from the backslash at OFF on are an escape within QUOTE; 0: none. *ret is what it
 * stands for. */
static size_t
escape_at(struct str s, size_t off, size_t end, char quote, char ret[static 4], size_t *ret_len)
{
	static const char names[] = "abfnrtv\\\"", meant[] = "\a\b\f\n\r\t\v\\\"";
	char c = s.ptr[off + 1];
	const char *name = c ? strchr(names, c) : NULL;

	*ret_len = 1;
	if (quote == '\'') {
		ret[0] = c;
		return c == '\'' ? 2 : 0;
	}
	if (name) {
		ret[0] = meant[name - names];
		return 2;
	}
	if (c == '$') {		/* a dollar that interpolation leaves alone */
		memcpy(ret, "$$", *ret_len = 2);
		return 2;
	}
	return c == '0' ? octal_escape(s, off, end, ret, ret_len) : 0;
}

/* Adds the bytes from FROM up to TO as they are. */
static void
add_raw(struct reading *r, struct trace_builder *b, size_t from, size_t to)
{
	if (to > from)
		trace_add(b, str_sub(r->text, from, to - from), piece_of(r, from, to - from, false));
}

/* The value at V as it is after its escapes. */
static struct trace
decode(struct reading *r, struct span v, char quote)
{
	struct trace_builder b = TRACE_BUILDER_INIT(r->env->arena);
	size_t at = v.off, end = span_end(v), n;
	struct str upto = str_sub(r->text, 0, end);

	if (!quote || str_find(upto, v.off, '\\') == end) {
		struct trace_piece *p = arena_alloc(r->env->arena, sizeof *p);

		*p = piece_of(r, v.off, v.len, false);
		p->len = v.len;
		return (struct trace){ text_span(&r->source->text, v), p, 1 };
	}
	for (size_t slash = at; (slash = str_find(upto, slash, '\\')) < end; slash += n ? n : 2) {
		char bytes[4];
		size_t len;

		n = escape_at(r->text, slash, end, quote, bytes, &len);
		if (n == 0)
			continue;
		add_raw(r, &b, at, slash);
		trace_add(&b, (struct str){ bytes, len }, piece_of(r, slash, n, true));
		at = slash + n;
	}
	add_raw(r, &b, at, end);
	return trace_finish(&b);
}

/* What the value of S, if it is a placeholder, is once that is filled in. */
static void
fill(struct reading *r, struct dotenv_statement *s)
{
	struct trace_piece *piece;
	struct placeholder p;
	struct str text;
	uint64_t number;

	if (!placeholder_parse(s->resolved.text, &p))
		return;
	text = str_trim(p.fallback);
	if (!text.len)
		text = placeholder_first_port(p.key);
	if (!str_to_uint(text, UINT16_MAX, &number))
		return;
	piece = arena_alloc(r->env->arena, sizeof *piece);
	*piece = piece_of(r, s->value.off, s->value.len, true);
	piece->len = text.len;
	s->resolved = (struct trace){ text, piece, 1 };
}

/* Adds S to the statements, and its value, expanded, to the environment. */
static void
take_value(struct reading *r, struct dotenv_statement s)
{
	AUTO(error) err = ERROR_INIT;
	struct trace decoded = decode(r, s.value, s.quote);

	s.resolved = decoded;
	s.is_set = s.quote == '\'' ||
	    interpolate(r->reader->ip, decoded, r->env, &r->out->expansions, &s.resolved, &err) == 0;
	if (r->reader->fills && s.is_set)
		fill(r, &s);
	add_statement(r, s);
	if (!s.is_set)
		add_problem(r, arena_dup(r->env->arena, str_from(err.what)), s.value.off);
	else if (s.key.len > 0)
		(void)env_set(r->env, s.key, s.resolved);
}

/* A key alone: it has the value that its name has been given elsewhere. */
static void
take_bare(struct reading *r, struct dotenv_statement s)
{
	s.is_bare = true;
	s.resolved = trace_none((struct str)STR_INIT);
	s.is_set = env_get(r->env, s.key, &s.resolved);
	if (s.is_set)
		(void)env_set(r->env, s.key, s.resolved);
	add_statement(r, s);
}

static bool
is_ascii(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] >= 0x80)
			return false;
	return true;
}

/* Whether KEY, blanks at its end counted in, has only characters that a key may have. */
static bool
is_key(struct reading *r, struct str key)
{
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(match) match = NULL;

	if (is_ascii(key))
		return true;
	match = match_open();
	return pattern_match(r->reader->wide_key, match, key, 0, &err) > 0;
}

/* The value behind SEPARATOR of the statement that was just matched. */
static void
take_assignment(struct reading *r, struct dotenv_statement s, struct span separator)
{
	struct match *m = r->reader->match;
	struct span got;

	if (match_span(m, DOUBLE, &s.value))
		s.quote = '"';
	else if (match_span(m, SINGLE, &s.value))
		s.quote = '\'';
	else if (match_span(m, RAW, &s.value))
		s.value.len = trimmed_length(text_span(&r->source->text, s.value));
	if (s.quote && !match_span(m, s.quote == '"' ? DOUBLE_CLOSED : SINGLE_CLOSED, &got)) {
		add_problem(r, arena_printf(r->env->arena,
		    "a value that opens with %c and never closes: close it, or write "
		    "\\%c for a quote within it", s.quote, s.quote), s.value.off - 1);
		r->out->is_broken = true;
		skip_line(r, s.value.off);
		return;
	}
	if (!s.quote && !s.value.len)
		s.value.off = span_end(separator);
	take_value(r, s);
}

/* The statement that was just matched. */
static void
take_statement(struct reading *r)
{
	struct match *m = r->reader->match;
	struct span whole = { 0, 0 }, key = { 0, 0 }, bare, cut, separator;
	struct dotenv_statement s = { .source = r->source, .offset = r->line };
	bool is_bare = match_span(m, BARE, &bare), is_set = match_span(m, SEPARATOR, &separator);

	(void)match_span(m, 0, &whole);		/* both are in every match */
	(void)match_span(m, KEY, &key);
	s.key = text_span(&r->source->text, key);
	r->at = span_end(whole);
	s.key.len = trimmed_length(s.key);
	if (!is_key(r, text_span(&r->source->text, key))) {
		add_problem(r,
		    STR("a character that no variable name may have: letters, digits and _ . - [ ] "
		    "may stand before the ="), key.off);
		skip_line(r, key.off);
	} else if (match_span(m, CUT, &cut)) {
		/* The file ends within a key: Compose ignores it, as long as there is one. */
		if (!key.len)
			add_problem(r, STR("'export' without a name at the end of the file: remove it"),
			    key.off);
	} else if (!is_set && !is_bare) {
		add_problem(r, arena_printf(r->env->arena,
		    "'%c' may not stand in a variable name: letters, digits and "
		    "_ . - [ ] may; begin a comment with #", r->text.ptr[r->at]), r->at);
		skip_line(r, r->at);
	} else if (str_find(s.key, 0, ' ') < s.key.len) {
		add_problem(r,
		    STR("a variable name with a space in it: write NAME=value, and comments behind #"),
		    key.off);
		if (is_set)
			skip_line(r, separator.off);
	} else if (is_bare) {
		s.value = (struct span){ bare.off, 0 };
		take_bare(r, s);
	} else {
		take_assignment(r, s, separator);
	}
}

/* Marks the statements that a later one of the same key makes void. */
static void
mark_overridden(struct arena *a, struct dotenv *file)
{
	struct dict later = DICT_IN(a);

	for (size_t i = file->count; i-- > 0; ) {
		struct dotenv_statement *s = &file->statements[i];

		if (!s->is_bare && s->is_set && s->key.len > 0)
			s->overridden = dict_add(&later, s->key, (uint32_t)i) != i;
	}
}

/* Moves the start of the line on to that of byte AT, which lies at or behind FROM. */
static void
find_line(struct reading *r, size_t from, size_t at)
{
	for (; at && at >= from; at--)
		if (r->text.ptr[at - 1] == '\n') {
			r->line = at;
			return;
		}
}

void
dotenv_read(struct dotenv_reader *reader, struct source *source, struct env *env, struct dotenv *ret)
{
	AUTO(error) err = ERROR_INIT;
	struct reading r = { .reader = reader, .source = source, .text = text_str(&source->text), .env = env,
		.out = ret };
	struct span got;

	*ret = (struct dotenv)DOTENV_INIT;
	ret->is_broken = str_find(r.text, 0, '\0') < r.text.len;
	if (str_starts(r.text, STR("\xff\xfe")) || str_starts(r.text, STR("\xfe\xff"))) {
		ret->is_broken = true;
		add_problem(&r, STR("it is UTF-16, which Compose does not read: save it as UTF-8"), 0);
		return;
	}
	r.at = r.line = text_bom(&source->text);
	while (r.at < r.text.len) {
		size_t from = r.at;

		if (pattern_match(reader->statement, reader->match, r.text, from, &err) <= 0)
			break;
		if (match_span(reader->match, NOTHING, &got)) {
			r.at = span_end(got);
			continue;
		}
		if (ret->count == STATEMENTS_MAX) {
			add_problem(&r,
			    STR("more statements than any .env has: berth reads the first 100000"), from);
			break;
		}
		(void)match_span(reader->match, KEY, &got);	/* a statement has one, maybe empty */
		find_line(&r, from, got.off);
		take_statement(&r);
	}
	mark_overridden(env->arena, ret);
	if (error_is_set(&err))
		add_problem(&r, arena_dup(env->arena, str_from(err.what)), r.at);
}

/* The line LINE of a raw file. */
static void
take_raw(struct reading *r, struct span line)
{
	struct str text = text_span(&r->source->text, line);
	size_t skip = str_skip(text, 0, STR(" \t\v\f\r"));
	struct str rest = str_sub(text, skip, text.len - skip);
	size_t equals = str_find(rest, 0, '=');
	struct dotenv_statement s = { .key = str_sub(rest, 0, equals), .source = r->source,
		.offset = line.off, .is_set = true };

	if (!rest.len || rest.ptr[0] == '#')
		return;
	if (!s.key.len || str_find(s.key, 0, ' ') < s.key.len || str_find(s.key, 0, '\t') < s.key.len) {
		add_problem(r, STR("no variable name, or one with a space in it: a raw file has NAME=value"),
		    line.off + skip);
		return;
	}
	if (equals == rest.len) {
		s.value = (struct span){ span_end(line), 0 };
		take_bare(r, s);
		return;
	}
	s.value = (struct span){ line.off + skip + equals + 1, rest.len - equals - 1 };
	s.resolved = decode(r, s.value, 0);
	add_statement(r, s);
	(void)env_set(r->env, s.key, s.resolved);
}

void
dotenv_read_raw(struct source *source, struct env *env, struct dotenv *ret)
{
	struct reading r = { .source = source, .text = text_str(&source->text), .env = env, .out = ret };

	*ret = (struct dotenv)DOTENV_INIT;
	r.at = text_bom(&source->text);
	while (r.at < r.text.len && ret->count < STATEMENTS_MAX) {
		size_t end = str_find(r.text, r.at, '\n');
		size_t stop = end > r.at && r.text.ptr[end - 1] == '\r' ? end - 1 : end;

		r.line = r.at;
		take_raw(&r, (struct span){ r.line, stop - r.line });
		r.at = end + 1;
	}
	mark_overridden(env->arena, ret);
}
