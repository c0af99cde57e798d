/* dotenv: the statements of a .env file as Compose reads them.
 * SPDX-License-Identifier: MIT */
#include "syntax/dotenv.h"

#include <stdlib.h>
#include <string.h>

#include "syntax/env.h"
#include "base/error.h"
#include "base/pattern.h"

/* A broken file names its first broken statements, not thousands; and one of so many statements was made
 * to fill the memory. */
enum { PROBLEMS_MAX = 10, STATEMENTS_MAX = 100000 };

/* White space as Unicode counts it, and blanks as Compose's parser does, both as UTF-8. The file is
 * matched as bytes: a value may hold any. */
#define SPACE "(?:[\\t-\\r ]++|\\xc2[\\x85\\xa0]|\\xe1\\x9a\\x80|\\xe2\\x80[\\x80-\\x8a\\xa8\\xa9\\xaf]" \
	"|\\xe2\\x81\\x9f|\\xe3\\x80\\x80)"
#define BLANK "(?:[\\t\\x0b\\f\\r ]|\\xc2[\\x85\\xa0])"
#define BODY(quote) "(?: [^" quote "\\\\]++ | \\\\ [\\x00-\\xff] )*+"

/* One comment or statement, from the end of the one before. A key runs to the first = or : or to the
 * line's end, blanks and all; a raw value to a blank with a # behind it; a quoted one may span lines.
 * Nothing here backtracks. */
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
};

/* One reading of one file. */
struct reading {
	struct dotenv_reader *reader;
	struct source *source;
	struct str text;
	struct env *env;
	struct dotenv *out;
	size_t *last;			/* by index of env's entries: the statement that set it, + 1 */
	size_t last_cap;
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

/* The length of S without white space (Unicode's) at its end. */
static size_t
trimmed_length(struct str s)
{
	static const struct str wide[] = {
		{ "\xc2\x85", 2 }, { "\xc2\xa0", 2 }, { "\xe1\x9a\x80", 3 }, { "\xe2\x80\xa8", 3 },
		{ "\xe2\x80\xa9", 3 },
		{ "\xe2\x80\xaf", 3 }, { "\xe2\x81\x9f", 3 }, { "\xe3\x80\x80", 3 },
	};
	bool cut = true;

	while (s.len && cut) {
		unsigned char c = (unsigned char)s.ptr[s.len - 1];

		cut = c == ' ' || (c >= '\t' && c <= '\r');
		if (cut)
			s.len--;
		else if (c < 0x80)
			break;
		else if (s.len > 2 && c <= 0x8a && str_eq(str_sub(s, s.len - 3, 2), STR("\xe2\x80"))) {
			cut = true;	/* U+2000 to U+200A */
			s.len -= 3;
		}
		for (size_t i = 0; !cut && i < sizeof wide / sizeof *wide; i++)
			if (str_ends(s, wide[i])) {
				cut = true;
				s.len -= wide[i].len;
			}
	}
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

/* Goes on with the line behind byte OFF. */
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

/* What `\C…` at OFF stands for within double quotes: *ret (of at most 4 bytes) for so many raw ones. 0: it
 * is no escape. */
static size_t
double_escape(struct str s, size_t off, size_t end, char ret[static 4], size_t *ret_len)
{
	static const char names[] = "abfnrtv\\\"", meant[] = "\a\b\f\n\r\t\v\\\"";
	const char *name = strchr(names, s.ptr[off + 1]);
	size_t n = 2;
	unsigned value = 0;
	bool octal = true;

	if (s.ptr[off + 1] && name) {
		ret[0] = meant[name - names];
		*ret_len = 1;
		return 2;
	}
	if (s.ptr[off + 1] == '$') {	/* a dollar that interpolation leaves alone */
		memcpy(ret, "$$", *ret_len = 2);
		return 2;
	}
	if (s.ptr[off + 1] != '0')
		return 0;
	for (; n < 5 && off + n < end && s.ptr[off + n] >= '0' && s.ptr[off + n] <= '9'; n++) {
		octal = octal && s.ptr[off + n] < '8';
		value = value * 8 + (unsigned)(s.ptr[off + n] - '0');
	}
	if (n == 5 && octal && value < 0x80) {
		ret[0] = (char)value;
		*ret_len = 1;
	} else if (n == 5 && octal && value < 0x100) {	/* a character of that number, not a byte */
		ret[0] = (char)(0xc0 | value >> 6);
		ret[1] = (char)(0x80 | (value & 0x3f));
		*ret_len = 2;
	} else {	/* no octal number: all the same the 0 is gone */
		ret[0] = '\\';
		memcpy(ret + 1, s.ptr + off + 2, n - 2);
		*ret_len = n - 1;
	}
	return n;
}

/* The value at V as it is after its escapes. */
static struct trace
decode(struct reading *r, struct span v, char quote)
{
	struct arena *a = r->env->arena;
	struct str raw = text_span(&r->source->text, v);
	struct trace_builder b = TRACE_BUILDER_INIT(a);
	size_t at = v.off, end = span_end(v);

	if (!quote || !raw.len || !memchr(raw.ptr, '\\', raw.len)) {
		struct trace_piece *p = arena_alloc(a, sizeof *p);

		*p = piece_of(r, v.off, v.len, false);
		p->len = v.len;
		return (struct trace){ raw, p, 1 };
	}
	for (size_t slash = at; slash < end; ) {
		char bytes[4];
		size_t len = 0, n;

		slash = str_find(str_sub(r->text, 0, end), slash, '\\');
		if (slash == end)
			break;
		n = quote == '"' ? double_escape(r->text, slash, end, bytes, &len) : 0;
		if (quote == '\'' && r->text.ptr[slash + 1] == '\'') {
			bytes[0] = '\'';
			n = 2;
			len = 1;
		}
		if (n) {
			if (slash > at)
				trace_add(&b, str_sub(r->text, at, slash - at),
				    piece_of(r, at, slash - at, false));
			trace_add(&b, (struct str){ bytes, len }, piece_of(r, slash, n, true));
			at = slash + n;
		}
		slash += n ? n : 2;
	}
	if (end > at)
		trace_add(&b, str_sub(r->text, at, end - at), piece_of(r, at, end - at, false));
	return trace_finish(&b);
}

/* Takes S into the result and its value, expanded, into the environment. */
static void
take_value(struct reading *r, struct dotenv_statement s)
{
	AUTO(error) err = ERROR_INIT;
	struct arena *a = r->env->arena;
	struct trace decoded = decode(r, s.value, s.quote);
	size_t index;

	s.resolved = decoded;
	s.is_set = s.quote == '\'' || interpolate(r->reader->ip, a, decoded, r->env,
	    &r->out->expansions, &s.resolved, &err) == 0;
	add_statement(r, s);
	if (!s.is_set) {
		struct str what = str_from(err.what);

		add_problem(r, arena_dup(a, what), s.value.off);
		return;
	}
	if (!s.key.len)
		return;
	index = env_set(r->env, s.key, s.resolved);
	if (index >= r->last_cap) {
		size_t cap = r->env->cap > 2 * r->last_cap ? r->env->cap : 2 * r->last_cap;
		size_t *grown = arena_zero(a, cap, sizeof *grown);

		if (r->last_cap)
			memcpy(grown, r->last, r->last_cap * sizeof *grown);
		r->last = grown;
		r->last_cap = cap;
	}
	if (r->last[index])
		r->out->statements[r->last[index] - 1].overridden = true;
	r->last[index] = r->out->count;
}

/* A key alone: what its name has been given elsewhere. */
static void
take_bare(struct reading *r, struct dotenv_statement s)
{
	s.is_bare = true;
	s.is_set = env_get(r->env, s.key, &s.resolved);
	if (!s.is_set)
		s.resolved = trace_none((struct str)STR_INIT);
	else
		(void)env_set(r->env, s.key, s.resolved);
	add_statement(r, s);
}

/* Whether KEY, up to its last blank, is one; says so where it is not. */
static bool
check_key(struct reading *r, struct str key, size_t off)
{
	bool wide = false;

	for (size_t i = 0; i < key.len && !wide; i++)
		wide = (unsigned char)key.ptr[i] >= 0x80;
	if (wide) {
		AUTO(error) err = ERROR_INIT;
		AUTO_PTR(match) match = match_open();

		if (pattern_match(r->reader->wide_key, match, key, 0, &err) <= 0) {
			add_problem(r,
			    STR("a character that no variable name may have: letters, digits and _ . - [ ] "
			    "may stand before the ="), off);
			return false;
		}
	}
	return true;
}

/* The statement that was just matched. */
static void
take_statement(struct reading *r)
{
	struct match *m = r->reader->match;
	struct span whole = { 0, 0 }, key = { 0, 0 }, got, separator;
	struct dotenv_statement s = { .offset = r->line };

	(void)match_span(m, 0, &whole);		/* both took part: the caller saw it */
	(void)match_span(m, KEY, &key);
	s.key = text_span(&r->source->text, key);
	r->at = span_end(whole);
	if (!check_key(r, s.key, key.off)) {
		skip_line(r, key.off);
		return;
	}
	s.key.len = trimmed_length(s.key);
	if (match_span(m, CUT, &got)) {
		/* The file ends within a key: Compose ignores it, as long as there is one. */
		if (!key.len)
			add_problem(r, STR("'export' without a name at the end of the file: remove it"),
			    key.off);
		return;
	}
	if (!match_span(m, SEPARATOR, &separator) && !match_span(m, BARE, &got)) {
		add_problem(r, arena_printf(r->env->arena,
		    "'%c' may not stand in a variable name: letters, digits and "
		    "_ . - [ ] may; begin a comment with #", r->text.ptr[r->at]), r->at);
		skip_line(r, r->at);
		return;
	}
	if (str_find(s.key, 0, ' ') < s.key.len) {
		add_problem(r,
		    STR("a variable name with a space in it: write NAME=value, and comments behind #"),
		    key.off);
		if (match_span(m, SEPARATOR, &separator))
			skip_line(r, separator.off);
		return;
	}
	if (match_span(m, BARE, &got)) {
		s.value = (struct span){ got.off, 0 };
		take_bare(r, s);
		return;
	}
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
		skip_line(r, s.value.off);
		return;
	}
	if (!s.quote && !s.value.len)
		s.value.off = span_end(separator);
	take_value(r, s);
}

void
dotenv_read(struct dotenv_reader *reader, struct source *source, struct env *env, struct dotenv *ret)
{
	AUTO(error) err = ERROR_INIT;
	struct reading r = { .reader = reader, .source = source, .text = text_str(&source->text), .env = env,
	    .out = ret };
	struct span got;

	*ret = (struct dotenv)DOTENV_INIT;
	r.at = r.line = text_bom(&source->text);
	while (r.at < r.text.len) {
		size_t from = r.at;
		int found = pattern_match(reader->statement, reader->match, r.text, from, &err);

		if (found <= 0)
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
		for (size_t i = got.off; i && i >= from; i--)
			if (r.text.ptr[i - 1] == '\n') {
				r.line = i;
				break;
			}
		take_statement(&r);
	}
	if (error_is_set(&err))
		add_problem(&r, arena_dup(env->arena, str_from(err.what)), r.at);
}
